"""From what was read to claims that can be proposed, in the vocabulary of ingestion. Pure.

Companies, investors and rivals stay names until a proposal is accepted; the slug of one that the
reader knew stands in the place of its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from app.claims.names import ascii_slug, normalise_name
from app.claims.values import InvalidValue, PartialDate
from app.claims.vocabulary import (
    Evidence,
    ExtractionMethod,
    Predicate,
    Stance,
    Unit,
)
from app.identities.normalise import core_name
from app.ingest.normalise import check
from app.ingest.schemas import About, ClaimItem
from app.ingest.short.schemas import ToldClaim
from app.reading.proposals.worth import Worth, worth
from app.reading.reading import (
    Article,
    Attribution,
    Capable,
    Certainty,
    Deal,
    Figure,
    Named,
    Part,
    Quote,
    Reading,
    Rival,
)

LONGEST_QUOTE, LONGEST_PHRASE, LONGEST_NAME = 5_000, 500, 300
MOST_CLAIMS = 1_000
"""Of a record: as many as a document takes."""

_PLACES = Decimal("0.000000001")


class RecordKind(StrEnum):
    """What the claims of a record are about."""

    DEAL = "deal"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim that is proposed, and where it stands; of a ``product`` of the company, or not."""

    claim: ToldClaim
    quote: Quote
    certainty: Certainty
    worth: Worth
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What an article tells of one deal, or of one company: it is accepted for the same one.

    ``slug`` is the company's if the reader knew it.
    """

    kind: RecordKind
    company: str
    slug: str | None
    background: bool
    drafts: tuple[Draft, ...]

    @property
    def player(self) -> str:
        """The slug of the company, or the one that a company of that name would get."""
        return self.slug or ascii_slug(core_name(self.company))


def records(article: Article, reading: Reading) -> list[Record]:
    """All that can be proposed of a reading: its deals, the news first, then its companies."""
    by_news = sorted(reading.deals, key=lambda deal: deal.background)
    found = [
        _record(article, RecordKind.DEAL, deal.company, deal.background, _of_deal(deal, reading))
        for deal in by_news
    ]
    for company, claims in _of_companies(reading):
        found.append(_record(article, RecordKind.COMPANY, company, False, claims))
    return [record for record in found if record.drafts]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, before it is checked and weighed."""

    told: dict[str, Any]
    quote: Quote
    certainty: Certainty
    attribution: Attribution
    version: str
    product: str | None = None


def _record(
    article: Article, kind: RecordKind, company: Named, background: bool, read: Iterable[_Read]
) -> Record:
    name = company.name[:LONGEST_NAME].strip()
    valid = [
        (one, claim)
        for one in map(_measured, read)
        if one.quote.stands_in(article) and (claim := _claim(kind, company, one)) is not None
    ]
    claims = [claim for _, claim in valid]
    drafts = []
    for one, claim in valid[:MOST_CLAIMS] if name else ():
        found = worth(claim, claims, one.certainty.value, background=background)
        drafts.append(Draft(claim, _cut(one.quote), one.certainty, found, one.product))
    return Record(kind, name, company.slug, background, tuple(drafts))


def _claim(kind: RecordKind, company: Named, read: _Read) -> ToldClaim | None:
    """The claim, if it can be stored at all."""
    quote, attribution = _cut(read.quote), read.attribution
    told = {
        "evidence": _evidence(attribution),
        "anonymous_sources": (attribution.anonymous_count or None)
        if _evidence(attribution) is Evidence.ANONYMOUS
        else None,
        "speaker": _phrase(attribution.speaker.name if attribution.speaker else None),
        "hedge": _phrase(attribution.hedge),
        "quote": quote.text,
        "extraction_method": read.certainty.method,
        "extraction_version": _version(read),
        "confidence": read.certainty.value,
        **read.told,
    }
    if quote.part is Part.TEXT:
        told |= {"quote_start": quote.start, "quote_end": quote.end}
    if told.get("object") in (company.name, _called(company)):
        return None
    try:
        claim = ToldClaim.model_validate({k: v for k, v in told.items() if v is not None})
        check_told(kind, claim, read.product)
    except (ValidationError, InvalidValue):
        return None
    return claim


def check_told(kind: RecordKind, claim: ToldClaim, product: str | None) -> None:
    """Check what its types cannot, as ingestion will.

    Raises:
        InvalidValue: naming the field, and what it may be.
    """
    about = About(event="a") if kind is RecordKind.DEAL else About(company="a")
    if product is not None:
        about = About(product="a")
    told = {name: getattr(claim, name) for name in claim.model_fields_set - {"object", "origin"}}
    check(ClaimItem(about=about, object="b" if claim.object else None, **told))


def _measured(read: _Read) -> _Read:
    """With a certainty from 0 to 1, of as many places as a confidence has."""
    value = min(max(read.certainty.value, Decimal(0)), Decimal(1)).quantize(_PLACES)
    return replace(read, certainty=replace(read.certainty, value=value))


def _cut(quote: Quote) -> Quote:
    """A quote that is no longer than can be stored."""
    if len(quote.text) <= LONGEST_QUOTE:
        return quote
    end = quote.start + LONGEST_QUOTE
    return replace(quote, end=end, text=quote.text[:LONGEST_QUOTE])


def _of_deal(deal: Deal, reading: Reading) -> Iterator[_Read]:
    stage = deal.stage
    denied = {"stance": Stance.DENY} if stage.denied else {}
    held = {"modality": stage.modality, **denied}
    own_origin = _origin_of(deal.attribution, reading)

    def read(told: dict[str, Any], quote: Quote, certainty: Certainty) -> _Read:
        both = _least(certainty, deal.certainty)
        return _Read({**own_origin, **told}, quote, both, deal.attribution, reading.version)

    yield read(
        {
            **held,
            "predicate": Predicate.STAGE,
            "term": stage.stage,
            "effective_on": _day(deal.happened_on),
        },
        stage.quote,
        stage.certainty,
    )
    for amount in deal.amounts:
        told = {"predicate": Predicate.AMOUNT, "facet": amount.facet, **_money(amount.figure)}
        yield read({**held, **told}, amount.quote, amount.certainty)
    for mark in deal.valuations:
        told = {"predicate": Predicate.VALUATION, "basis": mark.basis, **_money(mark.figure)}
        yield read({**held, **told}, mark.quote, mark.certainty)
    for part in deal.participants:
        told = {
            "predicate": Predicate.PARTICIPATION,
            "object": _called(part.investor),
            "role": part.role,
            "modality": part.modality,
            **(_money(part.figure) if part.figure else {}),
        }
        yield read({**told, **denied}, part.quote, part.certainty)
    if stage.denied:
        # What round it would be, and for what, nobody has denied.
        return
    if deal.round is not None:
        told = {"predicate": Predicate.ROUND_LABEL, "term": deal.round.term}
        yield read({**held, **told}, deal.round.quote, deal.round.certainty)
    for use in deal.uses:
        told = {
            "predicate": Predicate.USE_OF_PROCEEDS,
            "term": use.term,
            "as_stated": _phrase(use.words),
            "modality": use.modality,
        }
        yield read(told, use.quote, use.certainty)


def _of_companies(reading: Reading) -> Iterator[tuple[Named, list[_Read]]]:
    """What is told of companies, together for each: rivals, capabilities."""
    groups: dict[str, tuple[Named, list[_Read]]] = {}
    told = [(one.company, _rival(one, reading)) for one in reading.rivals]
    told += [(one.company, _capability(one, reading)) for one in reading.capabilities]
    for company, read in told:
        called = company.slug or normalise_name(company.name)
        groups.setdefault(called, (company, []))[1].append(read)
    yield from groups.values()


def _rival(rival: Rival, reading: Reading) -> _Read:
    told = {"predicate": Predicate.COMPETES_WITH, "object": _called(rival.rival)}
    words = rival.quote.text[rival.quote.text.find(rival.rival.name) :]
    if rival.products:
        # With what it competes: "Google (Gemini)".
        told["as_stated"] = words[:LONGEST_PHRASE].strip()
    return _Read(told, rival.quote, rival.certainty, OWN_WORDS, reading.version)


def _capability(one: Capable, reading: Reading) -> _Read:
    told: dict[str, Any] = {
        "predicate": Predicate.CAPABILITY,
        "term": one.term,
        "name": _phrase(one.words),
    }
    if one.figure is not None and one.unit in set(Unit):
        told |= {"stated": one.figure, "unit": one.unit}
    product = one.product.name[:LONGEST_NAME].strip() if one.product else None
    return _Read(told, one.quote, one.certainty, OWN_WORDS, reading.version, product or None)


OWN_WORDS = Attribution(None, False, None, None, False, False, False, None, None)
"""Of what an article says by itself, citing nobody."""


def _origin_of(attribution: Attribution, reading: Reading) -> dict[str, str]:
    """The origin of a deal's claims, if the article has it from somebody else than the rest."""
    origin, usual = attribution.origin, reading.attribution.origin
    if origin is None or (usual and normalise_name(origin.name) == normalise_name(usual.name)):
        return {}
    return {"origin": origin.name}


def _evidence(attribution: Attribution) -> Evidence:
    if attribution.filing:
        return Evidence.FILING
    if attribution.party:
        return Evidence.PARTY
    if attribution.speaker is not None:
        return Evidence.NAMED
    return Evidence.ANONYMOUS if attribution.anonymous else Evidence.UNATTRIBUTED


def _version(read: _Read) -> str:
    """Of the one of two readers who read it: their versions stand together as first+second."""
    first, _, second = read.version.partition("+")
    of_second = second and read.certainty.method is ExtractionMethod.MODEL
    return (second if of_second else first)[:LONGEST_PHRASE]


def _money(figure: Figure) -> dict[str, Any]:
    return {
        "currency": figure.currency,
        "qualifier": figure.qualifier,
        "low": figure.low if figure.stated is None else None,
        "high": figure.high if figure.stated is None else None,
        "stated": figure.stated,
    }


def _called(named: Named) -> str:
    return named.slug or named.name[:LONGEST_NAME].strip()


def _day(told: str | None) -> str | None:
    """When it happened, if that is a date."""
    try:
        return None if told is None else str(PartialDate.parse(told))
    except InvalidValue:
        return None


def _phrase(words: str | None) -> str | None:
    return (words or "").strip()[:LONGEST_PHRASE].strip() or None


def _least(one: Certainty, other: Certainty) -> Certainty:
    """A claim is no surer than the deal that it is of; what speaks against either is told."""
    reasons = tuple(dict.fromkeys((*one.reasons, *other.reasons)))
    return replace(one, value=min(one.value, other.value), reasons=reasons)
