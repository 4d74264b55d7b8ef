"""The contract's shapes of rumours, of how a deal came to be known, and of how its talk did."""

from __future__ import annotations

from pydantic import Field

from app.claims.schemas import (
    ClaimId,
    CompanyReference,
    Currency,
    EventId,
    EventReference,
    Evidenced,
    Figure,
    Investor,
    Matched,
    Quantity,
    SourceReference,
    StanceTaken,
)
from app.claims.vocabulary import (
    Basis,
    Condition,
    Evidence,
    EvidenceStatus,
    Form,
    Outcome,
    ParticipationStatus,
    Predicate,
    Qualifier,
    Role,
    RoundType,
    Stage,
    Unsettled,
)
from app.web.schemas import Day, Instant, ListMeta, Meta, Number, PartialDay, Shape


class Rumour(Matched):
    """A deal that is only talked about: the newest talk, how old it is and how long it has left.

    Days are counted up to the moment asked about, and null where the report is known no better
    than to the month. On its ``deadline`` it expires unless something new is heard.
    """

    id: EventId
    slug: str
    label: str
    company: CompanyReference
    stage: Stage
    evidence_status: EvidenceStatus
    round_type: RoundType | None
    first_reported_at: PartialDay | None
    last_reported_at: PartialDay | None
    age_days: int | None
    silent_days: int | None
    deadline: Day | None
    documents: int
    independent_origins: int
    stances: list[StanceTaken]
    amount: Figure
    valuation: Figure
    investors: list[Investor]
    overtaken_by: EventReference | None = Field(
        description="The company's newer deal that is done, if there is one"
    )


class RumourPage(Evidenced):
    """A page of rumours."""

    items: list[Rumour]
    next_cursor: str | None
    meta: ListMeta


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
    """A change of the view, and the claims that caused it: none, where a rumour expired."""

    reported_at: PartialDay | None
    recorded_at: Instant | None
    expired_on: Day | None
    happened_on: PartialDay | None
    from_: State = Field(alias="from")
    to: State
    caused_by: list[ClaimId]


class History(Evidenced):
    """Every change of the view of a deal, in the order of the reports."""

    event: EventReference
    items: list[Transition]
    next_cursor: None
    meta: Meta


class CapitalLayers(Shape):
    """The same money in several lights; they overlap and are never added up."""

    committed: Figure
    unconditional: Figure
    conditional: Figure
    funded: Figure
    in_kind: Figure
    rumoured: Figure


class CapitalPart(Shape):
    """One tranche of an investor's part, or the whole of it."""

    role: Role | None
    form: Form | None
    tranche: str | None
    condition: Condition | None
    condition_note: str | None
    status: ParticipationStatus | None
    amount: Figure


class InvestorCapital(CapitalLayers):
    """The layers of one investor, and the parts they are made of."""

    company: CompanyReference
    parts: list[CapitalPart]


class CapitalStack(CapitalLayers, Evidenced):
    """How much of the headline is owed, free and paid; ``not_attributed`` has no known investor."""

    event: EventReference
    headline: Figure
    not_attributed: Figure
    investors: list[InvestorCapital]
    meta: Meta


class Told(Quantity):
    """A figure as one claim has it."""

    claim_id: ClaimId
    evidence: Evidence
    reported_at: PartialDay | None


class LogError(Shape):
    """How far off it was, as a logarithm: below zero is too low."""

    value: float
    formula: str
    inputs: list[ClaimId]


class Trial(Shape):
    """One figure that was talked of, against what was told as fact in the end."""

    predicate: Predicate
    facet: str
    read_as: str | None
    first_hand: bool
    rumour: Told
    settled: Told | None
    outcome: Outcome
    reason: Unsettled | None
    log_error: LogError | None
    lead_days: int | None


class PostMortem(Evidenced):
    """Every figure that was talked of, in the order of its report."""

    event: EventReference
    items: list[Trial]
    next_cursor: None
    meta: Meta


class JudgedSource(SourceReference):
    """A source and the group that owns it: the record is its own, not the group's."""

    owner: str | None


class HitRate(Shape):
    """Hits of what was tried, and its 95 % interval; of fewer than five trials there is none."""

    value: float | None
    low: float | None
    high: float | None
    formula: str
    insufficient: bool


class Score(Shape):
    """How many figures came true; one of unspecified basis counts once, in its better reading."""

    claims_tried: int
    hits: int
    misses: int
    not_evaluable: dict[Unsettled, int]
    hit_rate: HitRate


class Median(Shape):
    """The middle of ``n`` numbers; null if there are none."""

    value: float | None
    n: int
    formula: str


class Fates(Shape):
    """What became of the deals that a source itself talked of.

    ``called_off`` are the failed, withdrawn and superseded ones; ``expired`` those of which
    nothing new is heard.
    """

    talked_of: int
    done: int
    called_off: int
    open_talk: int
    expired: int


class ScoreByPredicate(Shape):
    """The score of each kind of figure."""

    amount: Score
    valuation: Score


class DealTrial(Trial):
    """A trial and the deal it belongs to."""

    event: EventReference


class TrackRecord(Score, Evidenced):
    """How often what a source said first of deals came true; what it relays never counts.

    ``relaying_documents`` are those of its ``documents`` in which something goes back to another
    source.
    ``trials`` are the newest, at most 100 of ``trials_total``.
    """

    source: JudgedSource
    documents: int
    relaying_documents: int
    relay_share: float | None
    median_lead_days: Median
    median_abs_log_error: Median
    deals: Fates
    by_predicate: ScoreByPredicate
    trials: list[DealTrial]
    trials_total: int
    meta: Meta
