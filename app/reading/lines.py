"""A sentence in which every name and every sum stands as one character.

"OpenAI is in talks to raise $6.5 billion" becomes "⟨name⟩ is in talks to raise ⟨money⟩": cues are
then written once, for any company and any sum, and cannot reach into a name or a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from app.reading.marks import IT, MONEY, NAME, OUTLET, PERSON, PLACE
from app.reading.money import Money
from app.reading.names import Kind, Mention
from app.reading.text import Sentence

_MARK_OF = {
    Kind.COMPANY: NAME,
    Kind.PRODUCT: NAME,
    Kind.PERSON: PERSON,
    Kind.OUTLET: OUTLET,
    Kind.PLACE: PLACE,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A name, a sum or a word for the company; ``at`` is its place in ``Line.text``."""

    at: int
    mark: str
    start: int
    end: int
    mention: Mention | None = None
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its units; ``text`` is what cues are matched on."""

    sentence: Sentence
    text: str
    units: tuple[Unit, ...]
    _places: tuple[int, ...]
    _shifts: tuple[int, ...]

    def place(self, at: int) -> int:
        """The place in ``Page.text`` of a place in ``text``."""
        step = bisect_right(self._places, at) - 1
        return at + self._shifts[step]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in ``Page.text`` of a span of ``text``, whole units included."""
        last = next((u for u in self.units if u.at == end - 1), None)
        return self.place(start), last.end if last else self.place(end - 1) + 1

    def unit_at(self, at: int) -> Unit | None:
        return next((u for u in self.units if u.at == at), None)

    def between(self, start: int, end: int, marks: str) -> list[Unit]:
        return [u for u in self.units if start <= u.at < end and u.mark in marks]


def line_of(
    page_text: str, sentence: Sentence, mentions: list[Mention], money: list[Money]
) -> Line:
    """``sentence`` with its names, sums and words for the company each as one character."""
    marked: list[tuple[int, int, str, Mention | None, Money | None]] = [
        (m.start, _end_of(page_text, m), MONEY, None, m)
        for m in money
        if sentence.start <= m.start and m.end <= sentence.end
    ]
    taken = [(first, last) for first, last, *_ in marked]
    for mention in mentions:
        if not any(mention.start < last and first < mention.end for first, last in taken):
            marked.append((mention.start, mention.end, _MARK_OF[mention.kind], mention, None))
    text, units = _assembled(page_text, sentence, sorted(marked, key=lambda m: m[:2]))
    return _with_references(sentence, text, units)


def _end_of(text: str, money: Money) -> int:
    """The end of a sum with what it is in another currency: "3.1 billion euro ($3.4 billion)"."""
    end = max([money.end, *(c.end for c in money.conversions)])
    return end + 1 if money.conversions and text[end : end + 1] == ")" else end


def _assembled(
    page_text: str,
    sentence: Sentence,
    marked: list[tuple[int, int, str, Mention | None, Money | None]],
) -> tuple[str, list[Unit]]:
    pieces: list[str] = []
    units: list[Unit] = []
    length, at = 0, sentence.start
    for start, end, mark, mention, money in marked:
        if start < at:
            continue
        between = page_text[at:start]
        pieces += [between, mark]
        length += len(between)
        units.append(Unit(length, mark, start, end, mention, money))
        length += 1
        at = end
    pieces.append(page_text[at : sentence.end])
    return "".join(pieces), units


_NOUNS = (
    "company|startup|start-up|firm|business|lab|chipmaker|chip maker|carmaker|automaker|developer"
    "|unicorn|venture|platform|group|retailer|insurer|manufacturer|lender|maker|parent|owner|operator"
    "|bank|fintech|provider|app|brand|broker|drugmaker|airline|builder|miner|outfit|chain|newcomer|specialist|producer|recycler|institution|agency|publisher|exchange"
)
_NOT_IN_REFERENCE = (
    "the|an?|its|this|that|these|of|in|to|and|or|for|at|by|with|from|as|is|was|are|were|has|have|had|will|would|could"
    "|values?|valued|valuing|gives?|makes?|puts?|led|co-led|raised|said|says|into|about|which|who|than|between|on"
)
_REFERENCE = re.compile(
    rf"\b(?:the|this)(?: (?!(?:{_NOT_IN_REFERENCE})\b)(?:[^\s\ue001\ue003\ue004\ue006,.;:()]{{1,24}})){{0,4}}? (?:{_NOUNS})\b(?!'s? (?:ceo|chief|founder))"
    rf"(?! (?:executives?|officials?|said in|which|capital))|\bthe {NAME}(?:[- ][a-z]{{3,12}}){{0,2}}[- ](?:{_NOUNS})\b"
    rf"|\b(?:it|its|itself)\b",
    re.IGNORECASE,
)


def _with_references(sentence: Sentence, text: str, units: list[Unit]) -> Line:
    """Words for the company in the place of the words; what they hold of names is kept inside."""
    kept: list[Unit] = []
    pieces: list[str] = []
    places, shifts = [0], [sentence.start]
    by_place = {unit.at: unit for unit in units}
    starts = {m.start(): m for m in _REFERENCE.finditer(text)}
    at = length = 0
    page_at = sentence.start
    while at < len(text):
        reference = starts.get(at)
        if reference:
            start, inner = (
                page_at,
                [by_place[p] for p in range(at, reference.end()) if p in by_place],
            )
            page_at = _page_place(page_at, text, at, reference.end(), by_place)
            mention = inner[0].mention if inner and inner[0].mark == NAME else None
            unit = Unit(length, IT, start, page_at, mention)
            at = reference.end()
        elif at in by_place:
            old = by_place[at]
            unit = Unit(length, old.mark, old.start, old.end, old.mention, old.money)
            page_at = old.end
            at += 1
        else:
            following = min((p for p in (*by_place, *starts) if p > at), default=len(text))
            pieces.append(text[at:following])
            length += following - at
            page_at += following - at
            at = following
            continue
        kept.append(unit)
        pieces.append(unit.mark)
        length += 1
        places.append(length)
        shifts.append(page_at - length)
    return Line(sentence, "".join(pieces), tuple(kept), tuple(places), tuple(shifts))


def _page_place(page_at: int, text: str, at: int, end: int, by_place: dict[int, Unit]) -> int:
    for place in range(at, end):
        unit = by_place.get(place)
        page_at = unit.end if unit else page_at + 1
    return page_at
