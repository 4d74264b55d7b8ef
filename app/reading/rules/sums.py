"""What a sum is the sum of: what is raised, what a company is valued at, a price, a total."""

from __future__ import annotations

import re

from app.reading.cues import CueClass, Hit
from app.reading.marks import MONEY
from app.reading.reading import Figure
from app.reading.rules.earlier import earlier_than_news
from app.reading.rules.lines import Unit
from app.reading.rules.parsed import Parsed, Sum


def sums_of(parsed: Parsed) -> dict[int, Sum]:
    """The sums of a line, by the places of their units."""
    return {unit.at: _sum_at(parsed, unit) for unit in parsed.line.units if unit.mark == MONEY}


def _sum_at(parsed: Parsed, unit: Unit) -> Sum:
    text, money = parsed.line.text, unit.money
    earlier = _is_earlier(parsed, unit)
    if money is not None and (money.per or _EACH.match(text, unit.at + 1)):
        return Sum(unit, "other", 1.0, earlier, "per")
    if money is not None and _is_price(money.figure):
        return Sum(unit, "other", 1.0, earlier, "price")
    aimed = [h for h in parsed.of(CueClass.MONEY) if unit.at == _aim(text, h)]
    best = max(aimed, key=lambda h: (h.cue.weight, h.end - h.start, h.cue.id), default=None)
    if best is None:
        return Sum(unit, "", 0.0, earlier, "")
    return Sum(unit, best.cue.means or "", float(best.cue.weight), earlier, best.cue.id)


def _is_earlier(parsed: Parsed, unit: Unit) -> bool:
    compared = any(
        h.cue.means == "comparison" and h.start <= unit.at < h.end
        for h in parsed.of(CueClass.BACKGROUND)
    )
    return (
        compared
        or _LAST_YEAR.match(parsed.line.text, unit.at + 1) is not None
        or earlier_than_news(parsed, parsed.clause_at(unit.at))
    )


# "a $200 million round last year": of the past wherever it is told.
_LAST_YEAR = re.compile(
    r"(?: [\w-]{1,16}){0,4} (?:last year|(?:a|two|three) years? (?:ago|earlier))\b"
)


_EACH = re.compile(r"(?: (?:of|in) [a-z-]{2,14})? (?:each|apiece)\b(?! (?:from|by))")


def _aim(text: str, hit: Hit) -> int:
    """The sum a cue is about: the one that it ends with, else its first."""
    return hit.end - 1 if text[hit.end - 1] == MONEY else text.find(MONEY, hit.start, hit.end)


_LEAST_OF_A_DEAL = 10_000
"""Whatever the currency; less is the price of a share or of a subscription."""


def _is_price(figure: Figure) -> bool:
    number = figure.stated or figure.high or figure.low
    return number is not None and number < _LEAST_OF_A_DEAL
