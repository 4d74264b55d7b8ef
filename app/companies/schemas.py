"""The contract's shapes of rivals."""

from __future__ import annotations

from app.claims.schemas import ClaimId, CompanyReference, Evidenced
from app.web.schemas import Meta, PartialDay, Shape


class Rival(Shape):
    """Who is said to compete, in which market, and by how many independent origins."""

    company: CompanyReference
    market: str | None
    appearances: int
    independent_origins: int
    first_reported_at: PartialDay | None
    last_reported_at: PartialDay | None
    claim_ids: list[ClaimId]


class Rivals(Evidenced):
    """All rivals of a player."""

    items: list[Rival]
    next_cursor: None
    meta: Meta
