"""The contract of readings and of what they propose."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from app.claims.schemas import ClaimId, DocumentId
from app.claims.vocabulary import (
    Condition,
    Evidence,
    ExtractionMethod,
    Form,
    Modality,
    NullReason,
    ParticipationStatus,
    Predicate,
    Qualifier,
    Role,
    Stance,
    Unit,
)
from app.ingest.runs.schemas import RunListMeta, RunMeta
from app.ingest.schemas import (
    CalendarDate,
    Currency,
    Key,
    Model,
    Quote,
    Slug,
    TrialMeta,
    Url,
    When,
)
from app.ingest.schemas import Number as GivenNumber
from app.reading.proposals.drafts import RecordKind
from app.reading.reading import Part
from app.web.schemas import (
    Instant,
    Name,
    Number,
    PartialDay,
    Phrase,
    Pickable,
    Shape,
    storable,
)

ReadingId = Annotated[str, Field(pattern=r"^rdg_[0-9a-f]{32}$")]
ProposalId = Annotated[str, Field(pattern=r"^prp_[0-9a-f]{32}$")]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


ArticleText = Annotated[
    str, StringConstraints(min_length=1), AfterValidator(storable), AfterValidator(_not_blank)
]


class State(StrEnum):
    """What became of a proposal; ``superseded``: a newer reading of the article took its place."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Action(StrEnum):
    """What was done with a proposal."""

    PROPOSED = "proposed"
    CARRIED_OVER = "carried_over"
    EDITED = "edited"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class ReadBody(Model):
    """The article to be read: its text, or the address where it is.

    What is told beside an address stands before what its page tells.
    """

    text: ArticleText | None = None
    url: Url | None = None
    title: Phrase | None = None
    publisher: Name | None = None
    published_at: When | None = None

    @model_validator(mode="after")
    def _one_article(self) -> Self:
        if (self.text is None) == (self.url is None):
            raise ValueError("takes either text or url")
        return self


class Choices(Model):
    """What people decide of names and deals that are not clear.

    ``company`` is whom the record is about, and all others of the reading that bear its name.
    ``companies`` is whom names mean, by slug (null: one that is not known yet), which holds from
    then on, in whatever is read or reported. ``event`` is the key of the deal;
    ``new_event``: none of those that are known.
    """

    company: Slug | None = None
    companies: dict[Name, Slug | None] = Field(default={}, max_length=101)
    event: Key | None = None
    new_event: bool = False
    note: Phrase | None = None

    @model_validator(mode="after")
    def _one_deal(self) -> Self:
        if self.event is not None and self.new_event:
            raise ValueError("takes either event or new_event")
        return self


class AcceptAllBody(Model):
    """Which of the pending proposals of a reading are accepted: all but ``leave_out``.

    Those of deals that the article tells only as background are left out, unless ``background``.
    """

    leave_out: list[ProposalId] = Field(default=[], max_length=1_000)
    background: bool = False
    companies: dict[Name, Slug | None] = Field(default={}, max_length=101)
    note: Phrase | None = None


class RejectBody(Model):
    """Why a proposal is no claim of the article."""

    reason: Phrase


class ClaimEdit(Model):
    """The fields of the claim that change; null takes one away."""

    facet: Phrase | None = None
    low: GivenNumber | None = None
    high: GivenNumber | None = None
    stated: GivenNumber | None = None
    currency: Currency | None = None
    unit: Unit | None = None
    qualifier: Qualifier | None = None
    null_reason: NullReason | None = None
    basis: Phrase | None = None
    term: Phrase | None = None
    object: Name | None = None
    market: Phrase | None = None
    as_stated: Phrase | None = None
    name: Phrase | None = None
    role: Role | None = None
    form: Form | None = None
    condition: Condition | None = None
    condition_note: Phrase | None = None
    status: ParticipationStatus | None = None
    tranche: Phrase | None = None
    modality: Modality = Modality.FACTUAL
    stance: Stance = Stance.SUPPORT
    evidence: Evidence = Evidence.UNATTRIBUTED
    anonymous_sources: Annotated[int, Field(ge=1, le=1_000)] | None = None
    speaker: Phrase | None = None
    hedge: Phrase | None = None
    effective_on: CalendarDate | None = None


class EditBody(Model):
    """What is changed of a proposal, and why.

    Its numbers must stand in its quote. Another ``quote`` must stand in the article as it is
    written; ``quote_start`` tells which, if it stands there several times.
    """

    claim: ClaimEdit = ClaimEdit()
    quote: Annotated[Quote, AfterValidator(_not_blank)] | None = None
    part: Part = Part.TEXT
    quote_start: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    reason: Phrase | None = None

    @model_validator(mode="after")
    def _places_are_of_a_quote(self) -> Self:
        if self.quote is None and self.model_fields_set & {"part", "quote_start"}:
            raise ValueError("takes part and quote_start only with the quote that stands there")
        return self


class ClaimShown(Shape):
    """A claim as it would be ingested; what it has not is left out.

    ``object`` and ``origin`` are names, or slugs of companies that the reader knew.
    """

    predicate: Predicate
    facet: str | None = None
    low: Number | None = None
    high: Number | None = None
    stated: Number | None = None
    currency: str | None = None
    unit: Unit | None = None
    qualifier: Qualifier | None = None
    null_reason: NullReason | None = None
    basis: str | None = None
    term: str | None = None
    object: str | None = None
    market: str | None = None
    as_stated: str | None = None
    name: str | None = None
    role: Role | None = None
    form: Form | None = None
    condition: Condition | None = None
    condition_note: str | None = None
    status: str | None = None
    tranche: str | None = None
    modality: Modality
    stance: Stance
    evidence: Evidence
    anonymous_sources: int | None = None
    speaker: str | None = None
    hedge: str | None = None
    quote: str
    quote_start: int | None = None
    quote_end: int | None = None
    effective_on: PartialDay | None = None
    origin: str | None = None
    extraction_method: ExtractionMethod
    extraction_version: str | None = None
    confidence: Number | None = None


class QuoteShown(Shape):
    """Where in the article it stands: characters of its title or its text, from 0."""

    part: Part
    start: int
    end: int
    text: str


class CertaintyShown(Shape):
    """How sure the reader is, from 0 to 1, and what keeps it from being surer."""

    value: Number
    reasons: list[str]


class ArticleShown(Shape):
    """Of which article a proposal is."""

    id: ReadingId
    title: str | None
    publisher: str | None
    published_at: str | None
    url: str | None


class RecordShown(Shape):
    """The deal, or the company, that a proposal is about; ``event`` once it was found or made."""

    position: int
    kind: RecordKind
    company: str
    slug: str | None
    background: bool
    event: str | None


class Changed(Shape):
    """A field before and after."""

    before: Any
    after: Any


class Disagreement(Shape):
    """What was decided of the former reading, and how this one differs from it."""

    former: ProposalId
    state: State
    claim_id: ClaimId | None
    fields: dict[str, Changed]


class Proposal(Pickable):
    """A claim that an article seems to make, for people to accept, edit or reject.

    The queue is in the order of ``priority``: ``value`` (how much it matters) × ``uncertainty``.
    ``proposed`` is the claim as it was read, where an edit changed it. Names stand for companies
    until it is accepted.
    """

    id: ProposalId
    state: State
    reading: ArticleShown
    record: RecordShown
    predicate: Predicate
    product: str | None
    claim: ClaimShown
    proposed: ClaimShown | None
    quote: QuoteShown
    certainty: CertaintyShown
    value: Number
    uncertainty: Number
    priority: Number
    former: ProposalId | None
    disagreement: Disagreement | None
    claim_id: ClaimId | None
    document_id: DocumentId | None
    recorded_at: Instant
    decided_at: Instant | None
    decided_by: str | None
    note: str | None


class ProposalPage(Shape):
    """A page of proposals."""

    items: list[Proposal]
    next_cursor: str | None
    meta: RunListMeta


class Snapshot(Shape):
    """How a proposal stood."""

    state: State
    claim: ClaimShown
    quote: QuoteShown


class Step(Shape):
    """What was done with a proposal: by whom, when, and why."""

    action: Action
    actor: str
    recorded_at: Instant
    before: Snapshot | None
    after: Snapshot
    reason: str | None


class ProposalDetail(Proposal):
    """One proposal, with all that was done with it."""

    steps: list[Step]
    meta: RunMeta


class DecisionStatus(StrEnum):
    """Whether it was done now, or had been done before."""

    DONE = "done"
    UNCHANGED = "unchanged"


class DecidedProposal(Shape):
    """The proposal as it is now."""

    status: DecisionStatus
    proposal: Proposal
    meta: TrialMeta


class AcceptedAll(Shape):
    """The proposals that were accepted, as they are now."""

    proposals: list[Proposal]
    meta: TrialMeta


class ChangedProposal(Shape):
    """A proposal that says something else than the one in its place in the former reading."""

    proposal: ProposalId
    former: ProposalId
    fields: dict[str, Changed]


class Difference(Shape):
    """How a reading differs from the former one of the same article."""

    former: ReadingId
    added: list[ProposalId]
    gone: list[ProposalId]
    changed: list[ChangedProposal]
    unchanged: list[ProposalId]


class ProposalCounts(Shape):
    """How many proposals of a reading are in each state."""

    pending: int
    accepted: int
    rejected: int
    superseded: int


class Reading(Pickable):
    """An article that was read: when, by whom, and by which version of the reader.

    ``origin`` is the outlet or party whose report the article repeats; ``characters`` counts its
    text, and ``sha256`` is that of the text in UTF-8.
    """

    id: ReadingId
    title: str | None
    publisher: str | None
    published_at: str | None
    url: str | None
    origin: str | None
    characters: int
    sha256: str
    version: str
    actor: str
    recorded_at: Instant
    former: ReadingId | None
    proposals: ProposalCounts


class ReadingPage(Shape):
    """A page of readings."""

    items: list[Reading]
    next_cursor: str | None
    meta: RunListMeta


class Dropped(Shape):
    """What the second reader told and the article does not bear out, by its place in its answer."""

    place: str
    reason: str


class OpinionShown(Shape):
    """What became of the second reader's answer: if it ``failed``, why."""

    version: str | None
    failed: str | None
    dropped: list[Dropped]


class RecordOfReading(RecordShown):
    """A deal, or a company, of which the article tells, and what it tells of it."""

    proposals: list[Proposal]


class ReadingWhole(Reading):
    """A reading with the article's text, all that it proposes, and what is new in it."""

    text: str
    difference: Difference | None
    opinion: OpinionShown | None
    records: list[RecordOfReading]


class ReadingDetail(ReadingWhole):
    """One reading."""

    meta: RunMeta


class ReadArticle(ReadingWhole):
    """What was read."""

    meta: TrialMeta
