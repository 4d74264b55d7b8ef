"""The contract's shapes of what is claimed: figures, companies, events, products, claims."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.claims.vocabulary import (
    Access,
    Basis,
    Caveat,
    Check,
    CompanyKind,
    Condition,
    Distortion,
    DocumentKind,
    Evidence,
    EvidenceStatus,
    ExtractionMethod,
    Form,
    IdentifierScheme,
    LostBy,
    Metric,
    Modality,
    NameKind,
    NullReason,
    Predicate,
    ProductKind,
    Qualifier,
    Role,
    RoundType,
    Severity,
    Stage,
    Stance,
    Unit,
)
from app.web.schemas import Day, Instant, ListMeta, Meta, Number, PartialDay, Pickable, Shape

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]
CompanyId = Annotated[str, Field(pattern="^cmp_[0-9a-f]{32}$")]
ProductId = Annotated[str, Field(pattern="^prd_[0-9a-f]{32}$")]
EventId = Annotated[str, Field(pattern="^evt_[0-9a-f]{32}$")]
ClaimId = Annotated[str, Field(pattern="^clm_[0-9a-f]{32}$")]
DocumentId = Annotated[str, Field(pattern="^doc_[0-9a-f]{32}$")]
SourceId = Annotated[str, Field(pattern="^src_[0-9a-f]{32}$")]
RunId = Annotated[str, Field(pattern="^run_[0-9a-f]{32}$")]


class CompanyReference(Shape):
    """A company, briefly."""

    id: CompanyId
    slug: str
    name: str


class ProductReference(Shape):
    """A product, briefly."""

    id: ProductId
    slug: str
    name: str


class EventLabel(Shape):
    """A funding event, briefly."""

    id: EventId
    slug: str
    label: str


class SourceName(Shape):
    """A source, briefly."""

    slug: str
    name: str


class SourceReference(SourceName):
    """A source with its id."""

    id: SourceId


class Quantity(Shape):
    """A number as it was stated: money in units of its currency, others in their unit."""

    low: Number | None
    high: Number | None
    stated: Number | None
    qualifier: Qualifier | None
    currency: Currency | None
    unit: Unit | None


class ClaimSubject(Shape):
    """What a claim is about: always a player, and perhaps a product or an event of it."""

    company: CompanyReference
    product: ProductReference | None
    event: EventLabel | None


class ClaimValue(Quantity):
    """The number a claim states, if it states one."""

    null_reason: NullReason | None


class Quote(Shape):
    """The very words, and where they stand in the document's text (in characters)."""

    text: str
    start: int | None
    end: int | None


class ClaimDocument(Shape):
    """The document that makes a claim."""

    id: DocumentId
    url: str | None
    title: str | None
    kind: DocumentKind
    published_at: PartialDay | None
    source: SourceName
    distortions: list[Distortion]
    attribution: str | None


class Extraction(Shape):
    """How the claim was read out of its document."""

    method: ExtractionMethod
    version: str | None
    confidence: Number | None


class Claim(Pickable):
    """What one document says about one property of one identity."""

    id: ClaimId
    about: ClaimSubject
    predicate: Predicate
    facet: str
    value: ClaimValue
    basis: Basis | None
    term: str | None
    market: str | None
    as_stated: str | None
    name: str | None
    version: str | None
    setting: str | None
    evaluator: str | None
    period: str | None
    role: Role | None
    form: Form | None
    condition: Condition | None
    condition_note: str | None
    status: str | None
    tranche: str | None
    object: CompanyReference | None
    modality: Modality
    stance: Stance
    evidence: Evidence
    anonymous_sources: int | None
    speaker: str | None
    hedge: str | None
    effective_on: PartialDay | None
    reported_at: PartialDay | None
    recorded_at: Instant
    retracted_at: Instant | None
    retraction_reason: str | None
    quote: Quote | None
    document: ClaimDocument
    origin: SourceReference
    extraction: Extraction


class Evidenced(Shape):
    """An answer that brings its claims along when asked to (``include=claims``), by id."""

    claims: dict[str, Claim] | None = None


class ExchangeRate(Shape):
    """What one unit of a currency was worth in another, on the day it was set."""

    from_: Currency = Field(alias="from")
    to: Currency
    rate: Number
    date: Day
    source: str
    inputs: list[ClaimId]


class Derivation(Shape):
    """How a figure that nobody stated was made: the claims and rates of exchange that it uses."""

    formula: str
    inputs: list[ClaimId]
    rates: list[ExchangeRate] | None = None


class Alternative(Quantity):
    """A claim that was not chosen, and the criterion of the policy by which it lost.

    Or ``corrected``: its own source has withdrawn it, so that no policy chooses it.
    """

    basis: Basis | None
    term: str | None
    evidence: Evidence
    reported_at: PartialDay | None
    claim_id: ClaimId
    lost_by: LostBy


class Figure(Quantity):
    """A number an analyst could quote: from one claim, or derived, or null with a reason.

    Where it is stated in another currency than USD and there is a rate, it is also ``converted``.
    """

    facet: str | None
    basis: Basis | None
    evidence: Evidence | None
    effective_on: PartialDay | None
    reported_at: PartialDay | None
    claim_id: ClaimId | None
    document_id: DocumentId | None
    appearances: int
    independent_origins: int
    caveats: list[Caveat]
    null_reason: NullReason | None
    derived: Derivation | None = None
    converted: Figure | None = None
    alternatives: list[Alternative] | None = None


class Finding(Shape):
    """What does not cohere in what is said, and by which claims."""

    check: Check
    severity: Severity
    detail: str
    found: Figure | None
    expected: Figure | None
    claim_ids: list[ClaimId]


class EventReference(EventLabel):
    """A funding event as a figure names it."""

    stage: Stage
    evidence_status: EvidenceStatus
    round_type: RoundType | None
    date: PartialDay | None


class EventFigure(Figure):
    """A figure and the event it belongs to."""

    event: EventReference | None


class MetricFigure(Figure):
    """A figure of a company itself: of which period, and how counted."""

    metric: Metric
    period: str | None
    setting: str | None


class BenchmarkFigure(Figure):
    """A benchmark result with what makes it comparable."""

    benchmark: str
    version: str | None
    setting: str | None
    evaluator: str | None


class OvertakenRumour(Shape):
    """A rumour that is history since a newer deal is done."""

    event: EventReference
    by: EventReference


class TotalRaised(Shape):
    """Money raised, in USD: done, owed, and what it would be if live rumours are true.

    ``committed``, ``unconditional`` and ``funded`` are the same equity in other lights: at least
    what named investors are known to owe or to have paid, at most all of it.
    """

    equity: Figure
    committed: Figure
    unconditional: Figure
    funded: Figure
    debt: Figure
    if_true: Figure
    other_currencies: list[Figure]
    excluded: list[Excluded]


class Excluded(Shape):
    """An event that a total leaves out, and why."""

    event: EventReference
    reason: str


class OtherName(Shape):
    """Another name of a company."""

    name: str
    kind: NameKind


class CompanyIdentifier(Shape):
    """A company's number in a register."""

    scheme: IdentifierScheme
    value: str


class Matched(Pickable):
    """A row of a list; filtered by an interval, it says whether all of it meets the bounds."""

    match_basis: Literal["certain", "possible"] | None = None


class Company(Matched):
    """A player with its present figures."""

    id: CompanyId
    slug: str
    name: str
    kind: CompanyKind | None
    country: str | None
    founded: PartialDay | None
    parent: CompanyReference | None
    names: list[OtherName]
    identifiers: list[CompanyIdentifier]
    provisional: bool
    reference_urls: list[str]
    recorded_at: Instant
    valuation: EventFigure
    rumoured_valuations: list[EventFigure]
    overtaken_rumours: list[OvertakenRumour]
    total_raised: TotalRaised
    last_round: EventFigure
    newest_event: EventReference | None
    funding_events: int
    metrics: list[MetricFigure]


class CompanyProduct(ProductReference):
    """A product in the answer about its company."""

    kind: ProductKind


class CompanyDetail(Company, Evidenced):
    """One player with its products."""

    products: list[CompanyProduct]
    meta: Meta


class WordClaim(Shape):
    """A word that one claim states, a stage say, with what it rests on."""

    term: str | None
    evidence: Evidence
    modality: Modality
    reported_at: PartialDay | None
    claim_id: ClaimId
    document_id: DocumentId
    appearances: int
    independent_origins: int
    alternatives: list[Alternative] | None = None


class Investor(Shape):
    """One investor's part in a deal."""

    company: CompanyReference
    role: Role | None
    form: Form | None
    tranche: str | None
    condition: Condition | None
    condition_note: str | None
    status: str | None
    amount: Figure


class UseOfProceeds(Shape):
    """What the money is said to be for."""

    term: str | None
    modality: Modality
    evidence: Evidence
    claim_id: ClaimId
    appearances: int
    independent_origins: int


class StanceTaken(Shape):
    """A denial, a correction, silence: beside the figures, never in their place."""

    stance: Stance
    predicate: Predicate
    evidence: Evidence
    reported_at: PartialDay | None
    claim_id: ClaimId
    document_id: DocumentId


class ValuationReading(Shape):
    """What a valuation of unspecified basis implies, if it is meant in one way."""

    read_as: Basis
    implied: Figure


class FundingEvent(Matched):
    """One deal, or talk of one, from rumour to close."""

    id: EventId
    slug: str
    key: str | None
    label: str
    company: CompanyReference
    stage: Stage
    stage_claim: WordClaim | None
    evidence_status: EvidenceStatus
    round_type: RoundType | None
    round_type_claim: WordClaim | None
    happened_on: PartialDay | None
    is_rumour: bool
    expires_on: Day | None
    amount: Figure
    amounts: dict[str, Figure]
    valuation: Figure
    valuations: dict[str, Figure]
    derived_valuations: dict[str, Figure]
    valuation_readings: list[ValuationReading]
    investors: list[Investor]
    use_of_proceeds: list[UseOfProceeds]
    stances: list[StanceTaken]
    first_reported_at: PartialDay | None
    last_reported_at: PartialDay | None
    documents: int
    independent_origins: int
    findings: list[Finding]
    recorded_at: Instant


class FundingEventDetail(FundingEvent, Evidenced):
    """One deal."""

    meta: Meta


class Release(Shape):
    """When and how a product came out."""

    on: PartialDay | None
    access: Access | None
    parameters: Figure
    evidence: Evidence
    reported_at: PartialDay | None
    claim_id: ClaimId
    document_id: DocumentId


class Product(Pickable):
    """A product or model line of a company."""

    id: ProductId
    slug: str
    name: str
    kind: ProductKind
    modalities: list[str]
    company: CompanyReference
    released: Release | None
    benchmarks: list[BenchmarkFigure]
    recorded_at: Instant


class ProductDetail(Product, Evidenced):
    """One product."""

    meta: Meta


class ClaimDetail(Claim):
    """One claim."""

    meta: Meta


class CompanyPage(Evidenced):
    """A page of players."""

    items: list[Company]
    next_cursor: str | None
    meta: ListMeta


class FundingEventPage(Evidenced):
    """A page of deals."""

    items: list[FundingEvent]
    next_cursor: str | None
    meta: ListMeta


class ProductPage(Evidenced):
    """A page of products."""

    items: list[Product]
    next_cursor: str | None
    meta: ListMeta


class ClaimPage(Shape):
    """A page of claims."""

    items: list[Claim]
    next_cursor: str | None
    meta: ListMeta


class EchoValue(Shape):
    """What an appearance states."""

    low: Number | None
    high: Number | None
    stated: Number | None
    qualifier: Qualifier | None
    currency: Currency | None
    unit: Unit | None
    basis: Basis | None
    term: str | None


class Echo(Shape):
    """One appearance: how long after the first, and which parts of the value it changed.

    ``repeats`` is the document it has this from, null where that is not known here, and
    ``depth`` how many steps it is from the origin: 0 is the origin itself, 1 repeats it (or what
    is not known here), 2 repeats an echo of it. What it changed of the document it repeats
    is null where that one says nothing of the matter itself.
    """

    claim_id: ClaimId
    document: ClaimDocument
    repeats: DocumentId | None
    depth: int
    evidence: Evidence
    stance: Stance
    reported_at: PartialDay | None
    lag_days: int | None
    lag_to_repeated_days: int | None
    changed: list[str]
    changed_from_repeated: list[str] | None
    value: EchoValue


class OtherOrigin(Shape):
    """Another origin that speaks of the same matter; outlets of one owner are not independent."""

    origin: SourceReference
    independent: bool
    agrees: bool
    appearances: int
    first_reported_at: PartialDay | None


class EchoTree(Evidenced):
    """Where a claim started and who repeated it; no root where the origin's own is not here.

    What the origin itself said again is ``restated``, and no echo.
    """

    id: ClaimId
    origin: SourceReference
    root: Echo | None
    restated: list[Echo]
    echoes: list[Echo]
    appearances: int
    other_origins: list[OtherOrigin]
    meta: Meta
