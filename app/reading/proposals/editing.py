"""A proposal edited: its quote still stands in the article, and its numbers in its quote. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from app.claims.values import InvalidValue
from app.claims.vocabulary import ExtractionMethod
from app.ingest.short.schemas import ToldClaim
from app.reading.money import parse
from app.reading.proposals.drafts import RecordKind, check_told
from app.reading.reading import Article, Figure, Part, Quote

NUMBERS = ("low", "high", "stated")


class CannotEdit(Exception):
    """The edit would make a claim that the article does not hold, or that cannot be stored."""

    def __init__(self, *faults: InvalidValue) -> None:
        super().__init__(faults)
        self.faults = faults


def edited(
    kind: RecordKind, product: str | None, claim: ToldClaim, quote: Quote, changes: dict[str, Any]
) -> ToldClaim:
    """A claim with some fields changed, on the words of a quote.

    Raises:
        CannotEdit: a number does not stand in the quote, or the claim could not be ingested.
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
        check_told(kind, new, product)
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
    _check_numbers(new)
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


def _check_numbers(claim: ToldClaim) -> None:
    """Whether all numbers of a claim stand in its quote."""
    numbers = {name: value for name in NUMBERS if (value := getattr(claim, name)) is not None}
    if not numbers:
        return
    words = claim.quote or ""
    if claim.currency is None:
        stand = _plain_numbers(words)
    else:
        figure = parse(words)
        if figure is None:
            raise CannotEdit(InvalidValue("quote", "states no single sum of money: quote the sum"))
        if figure.currency != claim.currency:
            told = f"the quote states {figure.currency}"
            raise CannotEdit(InvalidValue("claim/currency", told, (figure.currency,)))
        stand = _stated(figure)
    faults = [
        InvalidValue(
            f"claim/{name}",
            f"{value:f} does not stand in the quote: correct it, or quote the words that state it",
            tuple(f"{number:f}" for number in sorted(stand)),
        )
        for name, value in numbers.items()
        if value not in stand
    ]
    if faults:
        raise CannotEdit(*faults)


def _stated(figure: Figure) -> set[Decimal]:
    return {one for one in (figure.low, figure.high, figure.stated) if one is not None}


def _plain_numbers(words: str) -> set[Decimal]:
    return {Decimal(found.replace(",", "")) for found in _NUMBER.findall(words)}


_NUMBER = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,18})(?:\.\d{1,9})?(?![\d])", re.ASCII
)
