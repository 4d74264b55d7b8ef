"""From a claim as it was sent to the row that is stored: pure, and the same for equal input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from app.claims.names import market_slug, normalise_name
from app.claims.values import InvalidValue, PartialDate, Quantity, quantity
from app.claims.vocabulary import (
    PREDICATES_OF,
    Access,
    AmountFacet,
    Basis,
    Capability,
    CapabilityStatus,
    Metric,
    ParticipationStatus,
    Predicate,
    Relationship,
    RevenueBasis,
    RoundType,
    Stage,
    Stance,
    Subject,
    Unit,
    UseOfProceeds,
    UserPeriod,
    words,
)
from app.ingest.schemas import ClaimItem, DocumentItem
from app.storage.json import dumps

Row = dict[str, Any]

MONEY = frozenset({Predicate.AMOUNT, Predicate.VALUATION, Predicate.PARTICIPATION})
NUMBERED = frozenset({Predicate.AMOUNT, Predicate.VALUATION, Predicate.METRIC, Predicate.BENCHMARK})
SILENT = frozenset({Stance.DENY, Stance.DECLINE_TO_COMMENT, Stance.NO_RESPONSE})
"""Stances that need not repeat the value they are about."""

TERMS: Mapping[Predicate, type[StrEnum]] = {
    Predicate.STAGE: Stage,
    Predicate.ROUND_LABEL: RoundType,
    Predicate.USE_OF_PROCEEDS: UseOfProceeds,
    Predicate.CAPABILITY: Capability,
    Predicate.RELATIONSHIP: Relationship,
    Predicate.RELEASED: Access,
}

# Fields that only some predicates have: anywhere else they are a mistake worth reporting.
FIELDS_OF: Mapping[str, frozenset[Predicate]] = {
    "facet": frozenset({Predicate.AMOUNT}),
    "basis": frozenset({Predicate.VALUATION}),
    "term": frozenset(TERMS),
    "object": frozenset(
        {
            Predicate.PARTICIPATION,
            Predicate.COMPETES_WITH,
            Predicate.RELATIONSHIP,
            Predicate.CAPABILITY,
        }
    ),
    "market": frozenset({Predicate.COMPETES_WITH}),
    "name": frozenset({Predicate.BENCHMARK, Predicate.METRIC, Predicate.CAPABILITY}),
    "version": frozenset({Predicate.BENCHMARK}),
    "setting": frozenset({Predicate.BENCHMARK, Predicate.METRIC}),
    "evaluator": frozenset({Predicate.BENCHMARK}),
    "period": frozenset({Predicate.METRIC}),
    "role": frozenset({Predicate.PARTICIPATION}),
    "form": frozenset({Predicate.PARTICIPATION}),
    "condition": frozenset({Predicate.PARTICIPATION}),
    "condition_note": frozenset({Predicate.PARTICIPATION}),
    "status": frozenset({Predicate.PARTICIPATION, Predicate.CAPABILITY}),
    "tranche": frozenset({Predicate.PARTICIPATION}),
    "currency": MONEY | {Predicate.METRIC},
    "unit": frozenset(
        {Predicate.BENCHMARK, Predicate.METRIC, Predicate.RELEASED, Predicate.CAPABILITY}
    ),
}

_NOT_SAID_WITH = {
    predicate: attrgetter(*(name for name, among in FIELDS_OF.items() if predicate not in among))
    for predicate in Predicate
}

COPIED = [
    "currency",
    "unit",
    "basis",
    "term",
    "market",
    "as_stated",
    "name",
    "version",
    "setting",
    "evaluator",
    "period",
    "role",
    "form",
    "condition",
    "condition_note",
    "status",
    "tranche",
    "modality",
    "stance",
    "evidence",
    "anonymous_sources",
    "speaker",
    "hedge",
    "quote",
    "quote_start",
    "quote_end",
    "extraction_method",
    "extraction_version",
    "confidence",
]

_copied = attrgetter(*COPIED)

IDENTITIES = frozenset(
    {"player_id", "company_id", "product_id", "event_id", "document_id", "origin_id"}
)
# How a claim was read out of its document does not make it another claim.
HOW_IT_WAS_READ = frozenset({"extraction_method", "extraction_version", "confidence"})
NOT_IN_DIGEST = IDENTITIES | HOW_IT_WAS_READ | {"object_id", "facet"}


@dataclass(frozen=True, slots=True)
class Reference:
    """An identity that a claim names: its id, and the company it belongs to."""

    id: UUID
    player_id: UUID


def subject_of(claim: ClaimItem) -> tuple[Subject, str]:
    """The kind and the slug or key of what a claim is about.

    Raises:
        InvalidValue: not exactly one is given, or the predicate does not fit it.
    """
    given = [(kind, slug) for kind in _SUBJECTS if (slug := getattr(claim.about, kind))]
    if len(given) != 1:
        raise InvalidValue("about", "name exactly one", words(Subject))
    kind, slug = given[0]
    if claim.predicate not in PREDICATES_OF[kind]:
        allowed = sorted(PREDICATES_OF[kind])
        raise InvalidValue("predicate", f"{claim.predicate} is not said of a {kind}", allowed)
    return kind, slug


_SUBJECTS = tuple(Subject)


def check(claim: ClaimItem) -> Quantity | None:
    """Check what the types cannot, and bring the number into its normal form.

    Raises:
        InvalidValue: naming the field, and what it may be.
    """
    subject_of(claim)
    not_said = _NOT_SAID_WITH[claim.predicate](claim)
    if not_said.count(None) < len(not_said):
        raise _misplaced(claim)
    _check_words(claim)
    _check_market(claim)
    _check_object(claim)
    _check_quote(claim)
    number = quantity(claim.low, claim.high, claim.stated, claim.qualifier, claim.null_reason)
    _check_number(claim, number)
    return number


def _misplaced(claim: ClaimItem) -> InvalidValue:
    field = next(
        name
        for name, predicates in FIELDS_OF.items()
        if claim.predicate not in predicates and getattr(claim, name) is not None
    )
    return InvalidValue(field, f"{claim.predicate} has no {field}")


def facet_of(claim: ClaimItem, object_id: UUID | None) -> str:
    """Which one of the predicate is meant: claims of one facet contradict each other."""
    match claim.predicate:
        case Predicate.AMOUNT:
            return claim.facet or AmountFacet.HEADLINE
        case Predicate.VALUATION:
            return claim.basis or Basis.UNSPECIFIED
        case Predicate.PARTICIPATION:
            return _joined(object_id, claim.tranche)
        case Predicate.USE_OF_PROCEEDS:
            return claim.term or ""
        case Predicate.COMPETES_WITH:
            return _joined(object_id, claim.market)
        case Predicate.RELATIONSHIP:
            return _joined(object_id, claim.term)
        case Predicate.CAPABILITY:
            return _joined(claim.term, claim.name, object_id)
        case Predicate.METRIC:
            return _joined(claim.name, claim.period, claim.setting)
        case Predicate.BENCHMARK:
            return _joined(claim.name, claim.version, claim.setting, claim.evaluator)
        case _:
            return ""


def claim_row(
    claim: ClaimItem,
    number: Quantity | None,
    subject: tuple[Subject, Reference],
    object_id: UUID | None,
    document: Row,
    origin: tuple[UUID, str],
) -> Row:
    """The row of a claim, save its id and the instant it was recorded.

    ``digest`` covers what is stated, where and on what grounds, in words that are the same
    in every database; it breaks ties between claims. ``content_hash`` adds the identities
    and makes ingestion idempotent.
    """
    kind, reference = subject
    effective = PartialDate.parse(claim.effective_on) if claim.effective_on else None
    row: Row = {
        "player_id": reference.player_id,
        f"{kind}_id": reference.id,
        "predicate": claim.predicate,
        "facet": facet_of(claim, object_id),
        "object_id": object_id,
        "effective_on": effective.first.date() if effective else None,
        "effective_precision": effective.precision if effective else None,
        "reported_at": document["published_at"],
        "reported_precision": document["published_precision"],
        "document_id": document["id"],
        "origin_id": origin[0],
        **_number_columns(number),
        **dict(zip(COPIED, _copied(claim), strict=True)),
    }
    if claim.predicate is Predicate.VALUATION:
        row["basis"] = row["facet"]
    row["digest"] = _digest(row, document["key"], origin[1])
    row["content_hash"] = _content_hash(row)
    # After the hashes: it follows from the market, and says nothing new.
    row["market_slug"] = market_slug(claim.market) if claim.market else None
    return row


def document_row(item: DocumentItem) -> Row:
    """The row of a document, save ids: ``key`` is how it is known again.

    That is its URL and date; without a URL, its source, title and date.
    """
    published = PartialDate.parse(item.published_at) if item.published_at else None
    retrieved = PartialDate.parse(item.retrieved_at) if item.retrieved_at else None
    place = canonical_url(item.url) if item.url else None
    known_by = place or f"{item.source}|{item.title or ''}"
    return {
        "key": f"{known_by}|{published or 'undated'}",
        "url": item.url,
        "place": place,
        "relays_place": canonical_url(item.relays_url) if item.relays_url else None,
        "title": item.title,
        "title_normalised": normalise_name(item.title) if item.title else None,
        "kind": item.kind,
        "published_at": published.last if published else None,
        "published_precision": published.precision if published else None,
        "retrieved_at": retrieved.last if retrieved else None,
        "distortions": sorted(item.distortions),
        "attribution": item.attribution,
    }


def canonical_url(url: str) -> str:
    """The URL without what does not change the page: case of the host, fragment, trackers."""
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKER.match(pair))
    host = parts.netloc.lower().removeprefix("www.")
    return urlunsplit(("https", host, parts.path.rstrip("/"), query, ""))


_TRACKER = re.compile(r"(utm_\w+|fbclid|gclid)=")


def _check_words(claim: ClaimItem) -> None:
    silent = claim.stance in SILENT
    if (vocabulary := TERMS.get(claim.predicate)) is not None:
        optional = silent or claim.predicate is Predicate.RELEASED
        _check_word("term", claim.term, words(vocabulary), optional=optional)
    match claim.predicate:
        case Predicate.AMOUNT:
            _check_word("facet", claim.facet, words(AmountFacet), optional=True)
        case Predicate.VALUATION:
            _check_word("basis", claim.basis, words(Basis))
        case Predicate.METRIC:
            _check_metric(claim, silent)
        case Predicate.PARTICIPATION:
            _check_word("status", claim.status, words(ParticipationStatus), optional=True)
        case Predicate.CAPABILITY:
            _check_word("status", claim.status, words(CapabilityStatus), optional=True)
        case Predicate.BENCHMARK if claim.name is None:
            raise InvalidValue("name", "a benchmark claim names its benchmark")


def _check_metric(claim: ClaimItem, silent: bool) -> None:
    _check_word("name", claim.name, words(Metric))
    for field, metrics in _METRICS_WITH.items():
        if getattr(claim, field) is not None and claim.name not in metrics:
            raise InvalidValue(field, f"{claim.name} has no {field}")
    _check_word("unit", claim.unit, _UNITS_OF.get(str(claim.name), ()), optional=True)
    match claim.name:
        case Metric.REVENUE:
            numbered = any(n is not None for n in (claim.low, claim.high, claim.stated))
            if numbered and claim.currency is None:
                raise InvalidValue("currency", "revenue needs its ISO 4217 currency")
            _check_word("setting", claim.setting, words(RevenueBasis), optional=True)
            if claim.period is not None and not _PERIOD.fullmatch(claim.period):
                raise InvalidValue("period", "is a year, half, quarter or month", _PERIODS)
        case Metric.USERS:
            _check_word("period", claim.period, words(UserPeriod), optional=silent)


_METRICS_WITH: Mapping[str, frozenset[str]] = {
    "currency": frozenset({Metric.REVENUE}),
    "unit": frozenset({Metric.USERS, Metric.HEADCOUNT, Metric.COMPUTE}),
    "setting": frozenset({Metric.REVENUE}),
    "period": frozenset({Metric.REVENUE, Metric.USERS}),
}
_UNITS_OF: Mapping[str, tuple[str, ...]] = {
    Metric.USERS: (Unit.PEOPLE,),
    Metric.HEADCOUNT: (Unit.PEOPLE,),
    Metric.COMPUTE: (Unit.GIGAWATT, Unit.FLOP),
}

_PERIOD = re.compile(r"(19|20)\d\d(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?", re.ASCII)
_PERIODS = ("2025", "2025-H1", "2025-Q3", "2025-09")


def _check_word(
    field: str, word: str | None, allowed: Iterable[str], *, optional: bool = False
) -> None:
    allowed = tuple(allowed)
    if word is None and optional:
        return
    if word not in allowed:
        problem = "is needed" if word is None else f"{word[:60]!r} is not allowed"
        raise InvalidValue(field, problem, allowed)


def _check_market(claim: ClaimItem) -> None:
    if claim.market is not None and market_slug(claim.market) is None:
        raise InvalidValue("market", "names no market without a letter or a digit")


def _check_object(claim: ClaimItem) -> None:
    needs = (Predicate.PARTICIPATION, Predicate.COMPETES_WITH, Predicate.RELATIONSHIP)
    if claim.predicate in needs and claim.object is None:
        raise InvalidValue("object", f"{claim.predicate} names another company")
    if claim.object is not None and claim.object == claim.about.company:
        raise InvalidValue("object", "must be another company than the claim is about")


def _check_quote(claim: ClaimItem) -> None:
    start, end = claim.quote_start, claim.quote_end
    if (start is None) != (end is None):
        raise InvalidValue("quote_start", "quote_start and quote_end go together")
    if start is None or end is None:
        return
    if claim.quote is None:
        raise InvalidValue("quote", "offsets need their quote")
    if end - start != len(claim.quote):
        raise InvalidValue("quote_end", "the offsets do not span the quote")


def _check_number(claim: ClaimItem, number: Quantity | None) -> None:
    has_number = number is not None and number.null_reason is None
    if claim.predicate in NUMBERED and number is None and claim.stance not in SILENT:
        raise InvalidValue("stated", f"{claim.predicate} needs a number or a null_reason")
    if claim.predicate in MONEY and has_number and claim.currency is None:
        raise InvalidValue("currency", "an amount of money needs its ISO 4217 currency")
    if claim.currency is not None and claim.unit is not None:
        raise InvalidValue("unit", "a number has a currency or a unit, not both")
    takes_number = NUMBERED | MONEY | {Predicate.RELEASED, Predicate.CAPABILITY}
    if has_number and claim.predicate not in takes_number:
        raise InvalidValue("stated", f"{claim.predicate} takes no number")


def _number_columns(number: Quantity | None) -> Row:
    return {
        "low": number.low if number else None,
        "high": number.high if number else None,
        "stated": number.stated if number else None,
        "qualifier": number.qualifier if number else None,
        "null_reason": number.null_reason if number else None,
    }


def _joined(*parts: object) -> str:
    return "|".join("" if part is None else str(part) for part in parts).rstrip("|")


def _digest(row: Row, document_key: str, origin: str) -> bytes:
    stated = [
        (name, value)
        for name, value in row.items()
        if value is not None and name not in NOT_IN_DIGEST
    ]
    return sha256(dumps([sorted(stated), document_key, origin])).digest()


def _content_hash(row: Row) -> bytes:
    names = ("company_id", "product_id", "event_id", "predicate", "facet", "object_id")
    about = [str(row.get(name) or "") for name in names]
    return sha256(dumps(about) + row["digest"]).digest()
