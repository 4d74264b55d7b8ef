"""A proposal edited: its quote still stands in the article, and its numbers in its quote. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from app.claims.values import InvalidValue
from app.claims.vocabulary import ExtractionMethod
from app.ingest.short.schemas import ToldClaim
from app.reading.evidence import numbers, states_count
from app.reading.money import find, parse
from app.reading.proposals.drafts import RecordKind, check_told
from app.reading.reading import Article, Figure, Part, Quote

NUMBERS = ("low", "high", "stated")
WORDS = ("as_stated", "hedge")
"""Fields that hold words of the article."""


class CannotEdit(Exception):
    """The edit would make a claim that the article does not hold, or that cannot be stored."""

    def __init__(self, *faults: InvalidValue) -> None:
        super().__init__(faults)
        self.faults = faults


def edited(
    article: Article,
    about: tuple[RecordKind, str | None],
    claim: ToldClaim,
    quote: Quote,
    changes: dict[str, Any],
) -> ToldClaim:
    """A claim with some fields changed, on the words of a quote.

    ``about`` is the kind of its record, and the product that it is about, if it is about one.

    Raises:
        CannotEdit: a number does not stand in the quote, words do not stand in the article, or
            the claim could not be ingested.
    """
    told = claim.model_dump(exclude_none=True) | changes
    if changes.keys() & {*NUMBERS}:
        # A new number is of another kind, if nothing else is told of it.
        told |= {name: None for name in (*NUMBERS, "qualifier") if name not in changes}
    told |= {"quote": quote.text, "quote_start": None, "quote_end": None}
    if quote.part is Part.TEXT:
        told |= {"quote_start": quote.start, "quote_end": quote.end}
    told |= {"extraction_method": ExtractionMethod.HUMAN, "confidence": None}
    told.pop("extraction_version", None)
    try:
        new = ToldClaim.model_validate({k: v for k, v in told.items() if v is not None})
        check_told(about[0], new, about[1])
    except ValidationError as error:
        faults = [
            InvalidValue(f"claim/{'/'.join(map(str, fault['loc']))}", fault["msg"])
            for fault in error.errors()
        ]
        raise CannotEdit(*faults) from error
    except InvalidValue as error:
        raise CannotEdit(
            InvalidValue(f"claim/{error.field}", error.message, error.allowed)
        ) from error
    _check_words(article, new, changes)
    _check_numbers(article, new, quote)
    return new


def found_quote(article: Article, words: str, part: Part, start: int | None, near: int) -> Quote:
    """Where words stand in the article: from ``start``, or else nearest to a place.

    Raises:
        CannotEdit: they do not stand there.
    """
    text = article.part(part)
    if start is not None:
        if text[start : start + len(words)] != words:
            raise CannotEdit(
                InvalidValue("quote_start", f"the quote does not stand there in {part}")
            )
        return Quote(part, start, start + len(words), words)
    before, after = text.rfind(words, 0, near + len(words)), text.find(words, near)
    places = [place for place in (before, after) if place >= 0]
    if not places:
        told = f"does not stand in the article's {part}, word for word"
        raise CannotEdit(InvalidValue("quote", told))
    place = min(places, key=lambda place: abs(place - near))
    return Quote(part, place, place + len(words), words)


def _check_words(article: Article, claim: ToldClaim, changes: Iterable[str]) -> None:
    """Whether the words and the count that were put in stand in the article at all."""
    parts = [article.part(part) for part in Part]
    faults = [
        InvalidValue(f"claim/{name}", "does not stand in the article, word for word")
        for name in sorted({*WORDS} & {*changes})
        if (words := getattr(claim, name)) and not any(words in part for part in parts)
    ]
    count = claim.anonymous_sources if "anonymous_sources" in changes else None
    if count is not None and not any(states_count(part, count) for part in parts):
        told = "the article does not count so many"
        faults.append(InvalidValue("claim/anonymous_sources", told))
    if faults:
        raise CannotEdit(*faults)


def _check_numbers(article: Article, claim: ToldClaim, quote: Quote) -> None:
    """Whether all numbers of a claim stand in its quote."""
    told = {name: value for name in NUMBERS if (value := getattr(claim, name)) is not None}
    if not told:
        return
    if claim.currency is None:
        stand: Collection[Decimal] = numbers(article.part(quote.part), quote.start, quote.end)
    else:
        figure = _sum_in(article, quote)
        if figure.currency != claim.currency:
            message = f"the quote states {figure.currency}"
            raise CannotEdit(InvalidValue("claim/currency", message, (figure.currency,)))
        stand = _stated(figure)
    faults = [
        InvalidValue(
            f"claim/{name}",
            f"{value:f} does not stand in the quote: correct it, or quote the words that state it",
            tuple(f"{number:f}" for number in sorted(stand)),
        )
        for name, value in told.items()
        if value not in stand
    ]
    if faults:
        raise CannotEdit(*faults)


def _sum_in(article: Article, quote: Quote) -> Figure:
    """The one sum that a quote states, conversions aside, and that it states whole.

    Raises:
        CannotEdit: it states none or several, or takes "$3" out of "$30 billion".
    """
    figure = parse(quote.text)
    if figure is None:
        raise CannotEdit(InvalidValue("quote", "states no single sum of money: quote the sum"))
    around = find(article.part(quote.part), max(0, quote.start - _AROUND), quote.end + _AROUND)
    for found in (one for sum_ in around for one in (sum_, *sum_.conversions)):
        touches = found.core_start < quote.end and quote.start < found.core_end
        if touches and not (quote.start <= found.core_start and found.core_end <= quote.end):
            raise CannotEdit(InvalidValue("quote", "cuts a sum of money short: quote all of it"))
    return figure


_AROUND = 120
"""Characters on either side of a quote in which a sum may go on."""


def _stated(figure: Figure) -> set[Decimal]:
    return {one for one in (figure.low, figure.high, figure.stated) if one is not None}
