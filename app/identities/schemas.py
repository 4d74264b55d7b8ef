"""The contract's shapes of matching, merges and splits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from app.claims.schemas import CompanyReference
from app.identities.normalise import domain_of
from app.identities.scoring import Decision, Feature
from app.web.schemas import Instant, Name, Phrase, Shape

MOST_NAMES = 1_000


def _domain(text: str) -> str:
    domain = domain_of(text)
    if domain is None:
        raise ValueError("is no domain, and no address with one")
    return domain


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Identifiers(Shape):
    """What registers number a company by."""

    wikidata: Name | None = None
    lei: Name | None = None
    cik: Name | None = None
    ticker: Name | None = None


class NameAsked(Shape):
    """A name that a company is looked for by, and what else is known of who bears it."""

    name: Name
    domain: Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_domain)] | None = (
        None
    )
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    identifiers: Identifiers = Identifiers()


class MatchRequest(Shape):
    """Names to match, each alone or with what else is known; up to ``limit`` candidates each."""

    names: Annotated[
        list[Annotated[NameAsked, BeforeValidator(_named, json_schema_input_type=str | NameAsked)]],
        Field(min_length=1, max_length=MOST_NAMES),
    ]
    limit: Annotated[int, Field(ge=1, le=20)] = 5


class FeatureWeight(Shape):
    """One feature that agrees or differs, and what it adds to the score or takes from it."""

    feature: Feature
    value: str
    weight: float


class MatchCandidate(Shape):
    """A company that a name may mean; the weights of the features add up to the score."""

    company: CompanyReference
    score: float
    features: list[FeatureWeight]


class NameMatch(Shape):
    """What comes of one name: the company, if one is meant, else what it may be.

    ``score`` and ``features`` are those of the first candidate.
    """

    name: str
    decision: Decision
    company: CompanyReference | None
    score: float | None
    features: list[FeatureWeight]
    candidates: list[MatchCandidate]


class MatchMeta(Shape):
    """From which score on a name is matched, or ambiguous; and the state of the data."""

    accept: float
    review: float
    data_version: int


class NameMatches(Shape):
    """What comes of each name, in the order they were sent."""

    items: list[NameMatch]
    next_cursor: None
    meta: MatchMeta


class MergeRequest(Shape):
    """Into which company one is merged, by slug or id, and why."""

    into: Name
    reason: Phrase


class SplitRequest(Shape):
    """Why a merged company is one of its own after all."""

    reason: Phrase


class Merge(Shape):
    """An entry of the ledger: who judged two companies to be one, and if so who undid it."""

    company: CompanyReference
    into: CompanyReference
    active: bool
    reason: str
    actor: str
    merged_at: Instant
    split_at: Instant | None
    split_by: str | None
    split_reason: str | None


class MovedCounts(Shape):
    """How much stands with another company than before."""

    claims: int
    funding_events: int
    products: int


class WriteMeta(Shape):
    """Whether it was only tried."""

    dry_run: bool


class MergeStatus(StrEnum):
    """What was done: nothing, if it was so already."""

    MERGED = "merged"
    SPLIT = "split"
    UNCHANGED = "unchanged"


class MergeResult(Shape):
    """What was done, and how much moved."""

    status: MergeStatus
    merge: Merge
    moved: MovedCounts
    meta: WriteMeta


class LedgerMeta(Shape):
    """The state of the data; a ledger has no other moment than its own."""

    filters: dict[str, str]
    data_version: int


class Merges(Shape):
    """The merges of a company and into it, the newest first."""

    items: list[Merge]
    next_cursor: None
    meta: LedgerMeta
