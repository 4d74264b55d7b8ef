"""The contract's shapes of comparisons, series and rankings."""

from __future__ import annotations

from typing import Literal

from app.claims.schemas import (
    ClaimId,
    CompanyId,
    CompanyReference,
    EventFigure,
    EventLabel,
    EventReference,
    Evidenced,
    Figure,
    ProductReference,
)
from app.claims.vocabulary import (
    Caveat,
    Condition,
    EvidenceStatus,
    Form,
    Metric,
    ParticipationStatus,
    Role,
    Stage,
    Unranked,
    Verdict,
)
from app.web.schemas import ListMeta, Meta, PartialDay, Shape


class ComparedFigure(Figure):
    """A figure with what it is from: an event, a benchmark run of a product, a metric."""

    event: EventReference | None = None
    metric: Metric | None = None
    period: str | None = None
    product: ProductReference | None = None
    benchmark: str | None = None
    version: str | None = None
    setting: str | None = None
    evaluator: str | None = None


class Cell(Shape):
    """One company's figure; what is only talked about, owed or supposed stands beside it.

    ``as_stated`` is what would stand there alone: the figure was aligned with the others.
    """

    figure: ComparedFigure
    as_stated: ComparedFigure | None = None
    headline: Figure | None = None
    rumoured: list[EventFigure] | None = None
    known: EventFigure | None = None
    debt: Figure | None = None
    if_true: Figure | None = None


class Beware(Shape):
    """A caveat and whose figures it is about, each with what differs, if something does."""

    caveat: Caveat
    sides: dict[str, str | None]


class ComparedMetric(Shape):
    """One metric over all companies, and whether the figures may be compared."""

    metric: str
    verdict: Verdict | None
    caveats: list[Caveat]
    warnings: list[Beware]
    cells: dict[str, Cell]


class Comparison(Evidenced):
    """One row per metric, one figure per company."""

    companies: list[CompanyReference]
    rows: list[ComparedMetric]
    meta: Meta


class Point(Shape):
    """A figure of one event, at the day of the event."""

    date: PartialDay
    event: EventLabel
    stage: Stage
    evidence_status: EvidenceStatus
    is_rumour: bool
    figure: Figure


class CompanySeries(Shape):
    """The points of one company, oldest first."""

    company: str
    points: list[Point]


class Series(Evidenced):
    """One metric over time."""

    metric: str
    series: list[CompanySeries]
    meta: Meta


class Backing(Shape):
    """One investor's part in a deal of a player, or one tranche of it; never added up."""

    event: EventReference
    role: Role | None
    form: Form | None
    tranche: str | None
    condition: Condition | None
    condition_note: str | None
    status: ParticipationStatus | None
    is_rumour: bool
    amount: Figure


class SharedInvestor(Shape):
    """Who takes part in deals of the players: ``backs`` names those by a part that counts."""

    company: CompanyReference
    parent: CompanyReference | None
    shared: int
    backs: list[str]
    parts: dict[str, list[Backing]]


class JaccardShare(Shape):
    """A share that nobody stated: its formula, and the claims that say who takes part."""

    value: float
    formula: str
    inputs: list[ClaimId]


class PlayerPair(Shape):
    """Two players: who backs both, and how many back only the one or the other."""

    companies: list[str]
    shared: list[str]
    both: int
    only: dict[str, int]
    jaccard: JaccardShare | None


class NoBacker(Shape):
    """A part that makes no backer, and why."""

    company: CompanyReference
    player: str
    event: EventReference
    role: Role | None
    status: ParticipationStatus | None
    reason: str


class SharedInvestors(Evidenced):
    """Who backs which of some players, the most shared first, and each two players' share."""

    companies: list[CompanyReference]
    investors: list[SharedInvestor]
    pairs: list[PlayerPair]
    left_out: list[NoBacker]
    meta: Meta


class Ranked(Cell):
    """A place in a league table; without a figure in its currency there is no rank."""

    id: CompanyId
    slug: str
    name: str
    rank: int | None
    tied: bool
    unranked: Unranked | None
    match_basis: Literal["certain", "possible"] | None = None


class Ranking(Evidenced):
    """A page of a league table, and whether the figures of the page may be compared."""

    items: list[Ranked]
    verdict: Verdict | None
    caveats: list[Caveat]
    next_cursor: str | None
    meta: ListMeta
