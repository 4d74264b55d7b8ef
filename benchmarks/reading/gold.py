"""Labelled texts: one JSON object a line, with ``text`` and ``gold``; most else may be missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.reading.reading import Article
from benchmarks.reading.records import Aside, Name, Record, Sum, Told


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, and what a good reading would tell of it."""

    id: str
    article: Article
    gold: Told


class NotLabelled(ValueError):
    """A line that holds no labelled text; the message names it."""


def labelled_texts(file: Path) -> Iterator[Labelled]:
    """The labelled texts of a file; empty lines are passed over.

    Raises: NotLabelled.
    """
    for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
        if line.strip():
            yield labelled(line, f"{file.name}:{number}")


def labelled(line: bytes | str, place: str = "line") -> Labelled:
    """The labelled text that one line holds.

    Raises: NotLabelled.
    """
    try:
        row = json.loads(line, parse_float=Decimal, parse_int=Decimal, parse_constant=_nothing)
    except ValueError as fault:
        raise NotLabelled(f"{place}: {fault}") from None
    if not isinstance(row, dict) or not isinstance(row.get("gold"), dict):
        raise NotLabelled(f"{place}: no object with a `gold` object")
    article = Article(
        text=_text(row.get("text")) or "",
        title=_text(row.get("title")),
        publisher=_text(row.get("publisher")),
        published=_text(row.get("published")),
        url=_text(row.get("url")),
    )
    return Labelled(_text(row.get("id")) or place, article, told(row["gold"]))


def told(gold: dict[str, Any]) -> Told:
    """What the labels tell. A fund that a firm raises is no event, wherever it is labelled."""
    events = [event for event in _list(gold, "events") if isinstance(event, dict)]
    funds = [event for event in events if event.get("round_type") == FUND]
    asides = [event for event in _list(gold, "background_events") if isinstance(event, dict)]
    return Told(
        records=tuple(_record(event) for event in events if event not in funds),
        rivals=_names(gold, "competitors"),
        uses=_uses(gold),
        asides=(
            *(Aside(_name(fund.get("company")), _sum(fund, "amount"), fund=True) for fund in funds),
            *(Aside(_name(aside.get("company")), _sum(aside, "amount")) for aside in asides),
        ),
    )


FUND = "fund"


def _record(event: dict[str, Any]) -> Record:
    valuation = event.get("valuation")
    leads = _names(event, "lead_investors")
    attributed_to = _names(event, "attributed_to")
    named = tuple(name for name in attributed_to if not _UNNAMED.search(name.text))
    anonymous = event.get("anonymous_sources", True if named != attributed_to else None)
    return Record(
        company=_name(event.get("company")),
        status=_text(event.get("status")),
        amount=_sum(event, "amount"),
        valuation=_sum(event, "valuation"),
        basis=_text(valuation.get("basis")) if isinstance(valuation, dict) else None,
        round_type=_text(event.get("round_type")),
        leads=leads,
        investors=(*leads, *(name for name in _names(event, "investors") if name not in leads)),
        attributed_to=named,
        anonymous=anonymous if isinstance(anonymous, bool) else None,
    )


# "People familiar with the matter": to us they are anonymous sources, and no names.
_UNNAMED = re.compile(r"\b(?:people|persons?|sources?|executives?)\b", re.IGNORECASE)


def _sum(event: dict[str, Any], field: str) -> Sum | None:
    """The sum of a field: an object with its bounds, or the bare number of an aside."""
    told = event.get(field)
    if not isinstance(told, dict):
        told = {"low": told, "high": told, "currency": event.get("currency")}
    low, high = _number(told.get("low")), _number(told.get("high"))
    qualifier = _text(told.get("qualifier")) or "exact"
    if (low is None and high is None) or qualifier == "order_of_magnitude":
        return None
    return Sum(low, high, _text(told.get("currency")), QUALIFIERS.get(qualifier, qualifier))


QUALIFIERS = {
    "approximately": "approx",
    "about": "approx",
    "nearly": "approx",
    "more_than": "at_least",
    "between": "range",
}
"""Words that come to the same."""


def _uses(gold: dict[str, Any]) -> tuple[frozenset[str], ...] | None:
    if not isinstance(gold.get("uses_of_proceeds"), list):
        return None
    meant = (_terms(words.text) for words in _names(gold, "uses_of_proceeds"))
    return tuple(dict.fromkeys(terms for terms in meant if terms))


def _terms(words: str) -> frozenset[str]:
    """The words of our vocabulary that a label may mean; none if it means none of them."""
    return frozenset(term for term, pattern in _TERMS.items() if pattern.search(words))


_TERMS = {
    term: re.compile(pattern, re.IGNORECASE)
    for term, pattern in {
        "compute": r"gpu|graphics|chip|comput|infrastructure|server|cloud|nvidia|hardware",
        "data_centre": r"data ?cent(?:er|re)|infrastructure",
        "research": r"r&d|research|develop|technolog|product|model|train|innovat|engineer|\bai\b",
        "hiring": r"hir|talent|team|recruit|headcount|staff|employee|workforce|people",
        "acquisitions": r"acqui|m&a|merger|takeover",
        "vertical_industries": r"industr|vertical|sector|applied|health|financ|defen[cs]e",
        "global_expansion": r"expan|international|global|overseas|abroad|geograph|market|office",
        "compliance": r"complian|regulat",
        "safety_research": r"safe|alignment",
        "go_to_market": r"go[- ]to[- ]market|sales|market|commerc|customer|distribut|brand|growth",
        "working_capital": r"working capital|corporate|operat|debt|repay|refinanc|general",
    }.items()
}


def _list(told: dict[str, Any], field: str) -> list[Any]:
    value = told.get(field)
    return value if isinstance(value, list) else []


def _names(told: dict[str, Any], field: str) -> tuple[Name, ...]:
    names = (_name(value) for value in _list(told, field))
    return tuple(dict.fromkeys(name for name in names if name))


def _name(value: object) -> Name | None:
    text = _text(value)
    return Name(text) if text else None


def _text(value: object) -> str | None:
    return str(value).strip() if isinstance(value, str | Decimal) else None


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(value) if isinstance(value, str | Decimal) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _nothing(_: str) -> None:
    """NaN and Infinity are no numbers."""
