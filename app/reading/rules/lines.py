"""A sentence in which every name and every sum stands as one character.

"OpenAI is in talks to raise $6.5 billion" becomes "⟨name⟩ is in talks to raise ⟨money⟩": cues are
then written once, for any company and any sum, and cannot reach into a name or a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from app.reading.marks import IT, MONEY, NAME, OUTLET, PERSON, PLACE
from app.reading.money import Money
from app.reading.rules.names.entities import Kind, Mention
from app.reading.rules.text import Sentence
from app.reading.words import words

_MARK_OF = {
    Kind.COMPANY: NAME,
    Kind.PRODUCT: NAME,
    Kind.PERSON: PERSON,
    Kind.OUTLET: OUTLET,
    Kind.PLACE: PLACE,
    Kind.AUTHORITY: NAME,
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
        last = self.unit_at(end - 1)
        return self.place(start), last.end if last else self.place(end - 1) + 1

    @property
    def heading_end(self) -> int:
        """Where the heading of a list's item ends: "Global expansion: the funds …"; else 0."""
        heading = _HEADING.match(self.text)
        return heading.end() if heading is not None else 0

    def unit_at(self, at: int) -> Unit | None:
        return next((u for u in self.units if u.at == at), None)

    def between(self, start: int, end: int, marks: str) -> list[Unit]:
        return [u for u in self.units if start <= u.at < end and u.mark in marks]


_HEADING = re.compile(r"[^:.]{4,90}:\s")


class _Marked(NamedTuple):
    """Words in ``Page.text`` for which a mark is to stand."""

    start: int
    end: int
    mark: str
    mention: Mention | None = None
    money: Money | None = None


def line_of(
    page_text: str, sentence: Sentence, mentions: list[Mention], money: list[Money]
) -> Line:
    """``sentence`` with its names, sums and words for the company each as one character."""
    marked = [
        _Marked(m.start, _end_of(page_text, m), MONEY, money=m)
        for m in money
        if sentence.start <= m.start and m.end <= sentence.end
    ]
    sums = list(marked)
    for mention in mentions:
        if not any(mention.start < m.end and m.start < mention.end for m in sums):
            mark = _MARK_OF[mention.kind]
            marked.append(_Marked(mention.start, mention.end, mark, mention))
    named = _assembled(page_text, sentence, marked)
    references = [_referring(named, found) for found in _REFERENCE.finditer(named.text)]
    if not references:
        return named
    outside = [m for m in marked if not any(r.start <= m.start < r.end for r in references)]
    return _assembled(page_text, sentence, outside + references)


def _end_of(text: str, money: Money) -> int:
    """The end of a sum with what it is in another currency: "3.1 billion euro ($3.4 billion)"."""
    end = max([money.end, *(c.end for c in money.conversions)])
    return end + 1 if money.conversions and text[end : end + 1] == ")" else end


def _assembled(page_text: str, sentence: Sentence, marked: list[_Marked]) -> Line:
    """A line with the marks; where two overlap, the first."""
    pieces: list[str] = []
    units: list[Unit] = []
    places, shifts = [0], [sentence.start]
    length, at = 0, sentence.start
    for start, end, mark, mention, money in sorted(marked, key=lambda m: (m.start, m.end)):
        if start < at:
            continue
        pieces += [page_text[at:start], mark]
        length += start - at
        units.append(Unit(length, mark, start, end, mention, money))
        length += 1
        at = end
        places.append(length)
        shifts.append(at - length)
    pieces.append(page_text[at : sentence.end])
    return Line(sentence, "".join(pieces), tuple(units), tuple(places), tuple(shifts))


# Words for the company: "the Paris-based startup", "this lender", "the <name> unit", "it".
_NOUNS = "|".join(sorted(words("company_nouns")))
_NO_ATTRIBUTE = (
    r"the|an?|its|this|that|these|of|in|to|and|or|for|at|by|with|from|as|is|was|are|were|has|have"
    r"|had|will|would|could|values?|valued|valuing|gives?|makes?|puts?|led|co-led|raised|said|says"
    r"|into|about|which|who|than|between|on"
)
_ATTRIBUTES = (
    rf"(?: (?!(?:{_NO_ATTRIBUTE})\b)(?:[^\s{MONEY}{PERSON}{OUTLET}{IT},.;:()]{{1,24}})){{0,4}}?"
)
_REFERENCE = re.compile(
    rf"\b(?:the|this){_ATTRIBUTES} (?:{_NOUNS})\b"
    r"(?!'s? (?:ceo|chief|founder))(?! (?:executives?|officials?|said in|which|capital))"
    rf"|\bthe {NAME}(?:[- ][a-z]{{3,12}}){{0,2}}[- ](?:{_NOUNS})\b"
    r"|\b(?:it|its|itself)\b",
    re.IGNORECASE,
)


def _referring(line: Line, found: re.Match[str]) -> _Marked:
    """What stands for words for the company; of a name in them, it is that company."""
    inner = next((u for u in line.units if found.start() <= u.at < found.end()), None)
    mention = inner.mention if inner is not None and inner.mark == NAME else None
    return _Marked(*line.span(*found.span()), IT, mention)
