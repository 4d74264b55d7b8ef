"""The contract's shapes of what does not cohere."""

from __future__ import annotations

from app.claims.schemas import CompanyReference, EventReference, Evidenced, Finding
from app.web.schemas import ListMeta, Shape


class FindingOfEvent(Finding):
    """A finding and the deal that it is about."""

    event: EventReference | None


class Flawed(Shape):
    """A player of whom something that is said does not cohere.

    ``errors`` and ``warnings`` count all its findings, also those not asked for.
    """

    company: CompanyReference
    errors: int
    warnings: int
    findings: list[FindingOfEvent]


class FlawedPage(Evidenced):
    """A page of players with findings."""

    items: list[Flawed]
    next_cursor: str | None
    meta: ListMeta
