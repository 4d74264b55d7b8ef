"""The contract of what comes in: identities, and documents with their claims.

One shape serves the HTTP endpoint, ``hearsay load`` and the bundled data. References are
slugs (companies, products, sources) and client keys (funding events), never internal ids.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.claims.schemas import Claim
from app.claims.values import InvalidValue, PartialDate
from app.claims.vocabulary import (
    CompanyKind,
    Condition,
    Distortion,
    DocumentKind,
    Evidence,
    ExtractionMethod,
    Form,
    IdentifierScheme,
    Modality,
    NameKind,
    NullReason,
    ParticipationStatus,
    Predicate,
    ProductKind,
    Qualifier,
    Reliability,
    Role,
    SourceKind,
    Stance,
    Unit,
)
from app.identities.schemas import FeatureWeight
from app.storage.ids import PREFIXES
from app.web.schemas import Name, Phrase, storable

LONGEST_URL = 2_000
SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,119}$"


def _not_an_id(text: str) -> str:
    # In a path either may stand, so neither may look like the other.
    if text.startswith(_ID_BEGINNINGS):
        raise ValueError("must not begin like an id")
    return text


_ID_BEGINNINGS = tuple(f"{prefix}_" for prefix in PREFIXES)


def _url(text: str) -> str:
    try:
        urlsplit(text)
    except ValueError as error:
        raise ValueError("is not a URL") from error
    text = storable(text)
    # Documents are known by it, in an index that takes no more than 2,700 bytes.
    if len(text.encode()) > LONGEST_URL:
        raise ValueError(f"must be of at most {LONGEST_URL} bytes")
    return text


def _partial_date(text: str) -> str:
    try:
        PartialDate.parse(text)
    except InvalidValue as error:
        raise ValueError(error.message) from error
    return text


def _calendar_date(text: str) -> str:
    _partial_date(text)
    if "T" in text.upper():
        raise ValueError("takes a year, a month or a day, not an instant")
    return text


Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN), AfterValidator(_not_an_id)]
Key = Slug
Quote = Annotated[str, StringConstraints(min_length=1, max_length=5_000), AfterValidator(storable)]
Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL, pattern=r"^https?://[^\s/?#]+([/?#]\S*)?$"),
    AfterValidator(_url),
]
Domain = Annotated[str, StringConstraints(max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
When = Annotated[str, StringConstraints(max_length=40), AfterValidator(_partial_date)]
CalendarDate = Annotated[str, StringConstraints(max_length=10), AfterValidator(_calendar_date)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Number = Annotated[Decimal, Field(ge=0, lt=Decimal(10) ** 18, allow_inf_nan=False)]


class Outcome(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    WAITING = "waiting"


class WaitingState(StrEnum):
    """What became of an item that waits for people."""

    WAITING = "waiting"
    STORED = "stored"
    REJECTED = "rejected"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanyName(Model):
    """Another name of a company."""

    name: Name
    kind: NameKind = NameKind.ALIAS


class Identifier(Model):
    """A company's number in a register."""

    scheme: IdentifierScheme
    value: Name


class CompanyItem(Model):
    """A player. Sent again, it adds names, identifiers and whatever was not known before."""

    type: Literal["company"]
    slug: Slug
    name: Name
    kind: CompanyKind | None = None
    parent: Slug | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    founded: CalendarDate | None = None
    names: list[CompanyName] = Field(default=[], max_length=50)
    identifiers: list[Identifier] = Field(default=[], max_length=50)
    former_slugs: list[Slug] = Field(default=[], max_length=50)
    reference_urls: list[Url] = Field(default=[], max_length=20)


class ProductItem(Model):
    """A product or model line of a company."""

    type: Literal["product"]
    slug: Slug
    company: Slug
    name: Name
    kind: ProductKind
    modalities: list[Name] = Field(default=[], max_length=20)


class SourceItem(Model):
    """Who publishes. Outlets of one ``owner`` are not independent of each other."""

    type: Literal["source"]
    slug: Slug
    name: Name
    kind: SourceKind
    domain: Domain | None = None
    owner: Slug | None = None
    company: Slug | None = None
    reliability: Reliability | None = None


class FundingEventItem(Model):
    """One deal, or talk of one: a name to hang claims on. ``key`` is also its slug."""

    type: Literal["funding_event"]
    key: Key
    company: Slug
    label: Name


class About(Model):
    """What a claim is about: exactly one of the three."""

    company: Slug | None = None
    product: Slug | None = None
    event: Key | None = None


class ClaimFields(Model):
    """What a claim says, save of whom.

    ``exact`` and ``approximately`` take ``stated``; the other qualifiers take ``low`` and
    ``high``. A missing qualifier is read off the numbers that are given.
    """

    predicate: Predicate
    facet: Phrase | None = None
    low: Number | None = None
    high: Number | None = None
    stated: Number | None = None
    currency: Currency | None = None
    unit: Unit | None = None
    qualifier: Qualifier | None = None
    null_reason: NullReason | None = None
    basis: Phrase | None = None
    term: Phrase | None = None
    market: Phrase | None = None
    as_stated: Phrase | None = None
    name: Phrase | None = None
    version: Phrase | None = None
    setting: Phrase | None = None
    evaluator: Phrase | None = None
    period: Phrase | None = None
    role: Role | None = None
    form: Form | None = None
    condition: Condition | None = None
    condition_note: Phrase | None = None
    status: ParticipationStatus | None = None
    tranche: Phrase | None = None
    modality: Modality = Modality.FACTUAL
    stance: Stance = Stance.SUPPORT
    evidence: Evidence
    anonymous_sources: Annotated[int, Field(ge=1, le=1_000)] | None = None
    speaker: Phrase | None = None
    hedge: Phrase | None = None
    quote: Quote | None = None
    quote_start: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    quote_end: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    effective_on: CalendarDate | None = None
    extraction_method: ExtractionMethod = ExtractionMethod.HUMAN
    extraction_version: Phrase | None = None
    confidence: Annotated[Decimal, Field(ge=0, le=1, decimal_places=9)] | None = None


class ClaimItem(ClaimFields):
    """What the document says about one property of one identity.

    ``exact`` and ``approximately`` take ``stated``; the other qualifiers take ``low`` and
    ``high``. A missing qualifier is read off the numbers that are given.
    """

    about: About
    object: Slug | None = None
    origin: Slug | None = None


class DocumentItem(Model):
    """One publication by one source on one day, with what it claims.

    A document is known again by its URL and date (or, without a URL, by source, title and
    date). ``relays`` is the source it repeats: that one counts as the origin. ``relays_url``
    is the address of the very document it repeats, whether or not it is stored here: once it
    is, the origin is what that one goes back to.
    """

    type: Literal["document"]
    source: Slug
    url: Url | None = None
    title: Phrase | None = None
    kind: DocumentKind = DocumentKind.NEWS
    published_at: When | None = None
    retrieved_at: When | None = None
    relays: Slug | None = None
    relays_url: Url | None = None
    distortions: list[Distortion] = Field(default=[], max_length=5)
    attribution: Phrase | None = None
    claims: list[ClaimItem] = Field(default=[], max_length=1_000)


class ItemFault(Model):
    """What is wrong with an item: a JSON pointer into the batch, and what is allowed."""

    pointer: str
    message: str
    allowed: list[str] | None = None


class ClaimCounts(Model):
    """How many of a document's claims were new, and how many were known."""

    created: int
    unchanged: int


class Understood(Model):
    """Which company, and which deal if it tells of one, a short form was taken to mean, and why."""

    company: str
    features: list[FeatureWeight]
    event: str | None
    reason: str | None


class ItemResult(Model):
    """What became of one item: it is stored whole or reported whole.

    ``matched`` is there for a short form that is stored.
    """

    index: int
    type: str | None
    status: Outcome
    id: str | None
    claims: ClaimCounts
    errors: list[ItemFault]
    matched: Understood | None = None


class Retraction(Model):
    """Why a claim is taken out."""

    reason: Phrase


class RetractionStatus(StrEnum):
    """Whether it was retracted now, or was before."""

    RETRACTED = "retracted"
    UNCHANGED = "unchanged"


class BatchMeta(Model):
    """Whether the batch was only tried, and the run it is noted in (none of a trial).

    An answer whose ``complete`` is missing broke off.
    """

    dry_run: bool
    run: str | None
    complete: bool


class TrialMeta(Model):
    """Whether it was only tried."""

    dry_run: bool


class BatchResult(Model):
    """One result per item, in their order."""

    items: list[ItemResult]
    summary: dict[str, int]
    meta: BatchMeta


class Retracted(Model):
    """A claim that was taken out, as it stands now."""

    status: RetractionStatus
    claim: Claim
    meta: TrialMeta
