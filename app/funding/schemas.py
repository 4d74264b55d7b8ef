"""The contract's shapes of how the view of a deal changed."""

from __future__ import annotations

from pydantic import Field

from app.claims.schemas import ClaimId, Currency, Evidenced
from app.claims.vocabulary import Basis, EvidenceStatus, Qualifier, Stage
from app.web.schemas import Meta, Number, PartialDay, Shape


class BriefFigure(Shape):
    """A figure as it stood at a time."""

    low: Number | None
    high: Number | None
    qualifier: Qualifier | None
    basis: Basis | None
    currency: Currency | None
    claim_id: ClaimId


class State(Shape):
    """What was known of a deal at a time; before the first report, nothing."""

    stage: Stage | None
    evidence_status: EvidenceStatus | None
    amount: BriefFigure | None
    valuation: BriefFigure | None


class Transition(Shape):
    """A change of the view, and the claims that caused it."""

    reported_at: PartialDay | None
    happened_on: PartialDay | None
    from_: State = Field(alias="from")
    to: State
    caused_by: list[ClaimId]


class History(Evidenced):
    """Every change of the view of a deal, in the order of the reports."""

    items: list[Transition]
    next_cursor: None
    meta: Meta
