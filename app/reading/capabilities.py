"""What drives a company's business, and what it or its product is said to be able to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.claims.vocabulary import Capability
from app.reading.cues import CueClass, Hit
from app.reading.frames import Parsed
from app.reading.lines import Unit
from app.reading.marks import NAME
from app.reading.names import Kind
from app.reading.players import Player, Players
from app.reading.text import Place


@dataclass(frozen=True, slots=True)
class Able:
    """One claim of capability; ``start`` and ``end`` are its words in the line."""

    company: Player
    term: Capability
    product: Unit | None
    product_words: tuple[int, int] | None
    number: Decimal | None
    parsed: Parsed
    start: int
    end: int
    cue: str


# What a service is called by, where it has no name of its own: "API services", "multimodal models".
_SERVICE = re.compile(
    r"\b(?:APIs?|[Mm]ultimodal|[Ss]ubscriptions?|[Ee]nterprise|[Aa]dvertising|[Cc]loud|[Cc]hatbot|[Ll]icensing|[Oo]pen-source)(?: (?:services?|models?|products?|business|platform|offerings?|plans?))?"
)
_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,2})?) ?(?:x|%|times|percent|per cent)")


def abilities(parsed: list[Parsed], players: Players) -> list[Able]:
    """Every capability claim, in the order told; a driver only with what it is that drives."""
    found: dict[tuple[Capability, str], Able] = {}
    previous: Player | None = None
    for p in parsed:
        if p.line.sentence.place is Place.TITLE:
            continue
        for hit in (*p.of(CueClass.DRIVER), *p.of(CueClass.CAPABILITY)):
            able = _able(p, hit, players)
            if able is None:
                continue
            previous = able.company
            key = (able.term, _key(able))
            found.setdefault(key, able)
    del previous
    return list(found.values())


def _key(able: Able) -> str:
    if able.product is not None and able.product.mention is not None:
        return able.product.mention.entity.name
    if able.product_words is not None:
        return able.parsed.line.text[slice(*able.product_words)].split()[0].casefold()
    return str(able.start)


def _able(p: Parsed, hit: Hit, players: Players) -> Able | None:
    term = Capability(hit.cue.means or "business_driver")
    line = p.line
    product = next(
        (
            u
            for u in line.between(0, len(line.text), NAME)
            if u.mention is not None and u.mention.kind is Kind.PRODUCT
        ),
        None,
    )
    company = players.of(product, line) if product else players.subject
    if company is None:
        return None
    number = _NUMBER.search(line.text, hit.start, hit.end)
    words: tuple[int, int] | None = None
    if term is Capability.BUSINESS_DRIVER:
        service = _SERVICE.search(line.text)
        words = (service.start(), service.end()) if service else None
        if product is None and words is None:
            return None
        if product is not None:
            words = None
    return Able(
        company=company,
        term=term,
        product=product,
        product_words=words,
        number=Decimal(number[1]) if number else None,
        parsed=p,
        start=0 if term is Capability.BUSINESS_DRIVER else hit.start,
        end=len(line.text) if term is Capability.BUSINESS_DRIVER else hit.end,
        cue=hit.cue.id,
    )
