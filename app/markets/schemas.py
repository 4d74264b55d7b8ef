"""The contract's shapes of markets, their players and rivals."""

from __future__ import annotations

from app.claims.schemas import ClaimId, CompanyReference, EventFigure, Evidenced, TotalRaised
from app.claims.vocabulary import CompanyKind
from app.web.schemas import ListMeta, Meta, PartialDay, Shape


class Attested(Shape):
    """How often something is said, by how many independent origins, and from when to when."""

    appearances: int
    independent_origins: int
    first_reported_at: PartialDay | None
    last_reported_at: PartialDay | None


class Market(Attested):
    """A segment in which players are said to compete, by its most used spelling."""

    slug: str
    name: str
    players: int
    claims: int


class MarketPage(Shape):
    """A page of markets."""

    items: list[Market]
    next_cursor: str | None
    meta: ListMeta


class Player(Attested):
    """Who is said to play in a market, against how many rivals, with its present figures."""

    company: CompanyReference
    kind: CompanyKind | None
    rivals: int
    claim_ids: list[ClaimId]
    valuation: EventFigure
    total_raised: TotalRaised
    last_round: EventFigure


class MarketPlayers(Evidenced):
    """A market and a page of its players; ``compare`` sets the first of the page side by side."""

    market: Market
    compare: str | None
    items: list[Player]
    next_cursor: str | None
    meta: ListMeta


class Rival(Attested):
    """Who is said to compete, in which market, and by how many independent origins."""

    company: CompanyReference
    market: str | None
    market_slug: str | None
    claim_ids: list[ClaimId]


class Rivals(Evidenced):
    """All rivals of a player."""

    items: list[Rival]
    next_cursor: None
    meta: Meta
