"""What drives a company's business, and what it or its product is said to be able to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.claims.vocabulary import Capability, Unit
from app.reading.cues import CueClass, Hit
from app.reading.marks import NAME
from app.reading.rules.lines import Line
from app.reading.rules.lines import Unit as Mark
from app.reading.rules.names.entities import Kind
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players
from app.reading.rules.subjects import first_subject
from app.reading.rules.text import Place


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit, as the words of a claim state it."""

    number: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Able:
    """One claim of capability; ``start`` and ``end`` are its words in the line.

    It is of a ``product``, or of what the words at ``service`` call one that has no name.
    """

    company: Player
    term: Capability
    product: Mark | None
    service: tuple[int, int] | None
    measure: Measure | None
    line: Line
    start: int
    end: int
    weight: Decimal


def abilities(parsed: list[Parsed], players: Players) -> list[Able]:
    """Every capability claim, in the order told; a driver only with what it is that drives."""
    found: dict[tuple[Capability, str], Able] = {}
    for p in parsed:
        if p.line.sentence.place is Place.TITLE:
            continue
        for hit in (*p.of(CueClass.DRIVER), *p.of(CueClass.CAPABILITY)):
            able = _able(p.line, hit, players)
            if able is not None:
                found.setdefault((able.term, _key(able)), able)
    return list(found.values())


def _key(able: Able) -> str:
    if able.product is not None and able.product.mention is not None:
        return able.product.mention.entity.name
    if able.service is not None:
        return able.line.text[slice(*able.service)].split()[0].casefold()
    return f"{able.line.sentence.index} {able.start}"


def _able(line: Line, hit: Hit, players: Players) -> Able | None:
    term = Capability(hit.cue.means or "business_driver")
    drives = term is Capability.BUSINESS_DRIVER
    product = next(
        (unit for unit in line.between(0, len(line.text), NAME) if _is_product(unit)), None
    )
    service = _SERVICE.search(line.text) if drives and product is None else None
    company = _company(line, hit, product, players)
    if company is None or (drives and product is None and service is None):
        return None
    start, end = (0, len(line.text)) if drives else (hit.start, hit.end)
    if product is not None:
        start, end = min(start, product.at), max(end, product.at + 1)
    return Able(
        company=company,
        term=term,
        product=product,
        service=service.span() if service is not None else None,
        measure=None if drives else measure_of(line.text[hit.start : hit.end]),
        line=line,
        start=start,
        end=end,
        weight=hit.cue.weight,
    )


def _is_product(unit: Mark) -> bool:
    return unit.mention is not None and unit.mention.kind is Kind.PRODUCT


def _company(line: Line, hit: Hit, product: Mark | None, players: Players) -> Player | None:
    """Whose ability it is: the product's maker, the subject of the sentence, or of the article."""
    if product is not None:
        return players.of(product, line)
    subject = first_subject(line, line.heading_end, hit.start)
    return players.of(subject, line) or players.subject


# What a service is called by that has no name: "API services", "multimodal models".
_SERVICE = re.compile(
    r"\b(?:APIs?|multimodal|subscriptions?|enterprise|advertising|cloud|chatbot|licensing|open-source)"
    r"(?: (?:services?|models?|products?|business|platform|offerings?|plans?))?",
    re.IGNORECASE,
)


def measure_of(words: str) -> Measure | None:
    """The one number that words state with its unit: "10 times", "90%"; none of a range."""
    found = _MEASURE.findall(words)
    if len(found) != 1:
        return None
    number, unit = found[0]
    percent = unit in ("%", "percent", "per cent")
    return Measure(Decimal(number), Unit.PERCENT if percent else Unit.MULTIPLE)


_MEASURE = re.compile(r"(?<![\d.,])(\d{1,4}(?:\.\d{1,2})?) ?(x|%|times|percent|per cent)(?!\w)")
