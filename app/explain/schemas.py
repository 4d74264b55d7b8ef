"""The contract's shapes of explanations."""

from __future__ import annotations

from typing import Any

from app.claims.schemas import (
    Claim,
    ClaimId,
    CompanyReference,
    Derivation,
    EventLabel,
    ProductReference,
)
from app.claims.vocabulary import LostBy, Standing
from app.web.schemas import Meta, Shape


class Subject(Shape):
    """Whose figure it is."""

    company: CompanyReference
    product: ProductReference | None
    event: EventLabel | None


class Rule(Shape):
    """How one claim is chosen among many, and a company's figure among those of its deals."""

    policy: str
    description: str
    criteria: list[LostBy]
    selection: str | None


class Lost(Shape):
    """A claim that was not chosen: the criterion it lost by, or why it could not win."""

    claim: Claim
    lost_by: LostBy


class Asked(Shape):
    """What became of the claim asked about: chosen, agrees, or what it lost by."""

    claim_id: ClaimId
    outcome: Standing | LostBy


class Explanation(Shape):
    """Why a figure is what it is, down to quotes and documents."""

    about: Subject
    path: str | None
    figure: dict[str, Any] | None
    rule: Rule
    derivation: Derivation | None
    inputs: list[Claim]
    chosen: Claim | None
    agreeing: list[Claim]
    agreeing_total: int
    others: list[Lost]
    others_total: int
    asked: Asked | None
    meta: Meta
