"""The contract's shapes of how the view of a deal changed."""

from __future__ import annotations

from pydantic import Field

from app.claims.schemas import (
    ClaimId,
    CompanyReference,
    Currency,
    EventReference,
    Evidenced,
    Figure,
    Quantity,
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
    Stage,
    Unsettled,
)
from app.web.schemas import Day, Meta, Number, PartialDay, Shape


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
    expired_on: Day | None
    happened_on: PartialDay | None
    from_: State = Field(alias="from")
    to: State
    caused_by: list[ClaimId]


class History(Evidenced):
    """Every change of the view of a deal, in the order of the reports."""

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
    rumour: Told
    settled: Told | None
    outcome: Outcome
    reason: Unsettled | None
    log_error: LogError | None
    lead_days: int | None


class PostMortem(Evidenced):
    """Every figure that was talked of first hand, in the order of its report."""

    event: EventReference
    items: list[Trial]
    next_cursor: None
    meta: Meta
