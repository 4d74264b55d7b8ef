"""Scenes: groups of clauses in which something happens, with the words that tell what.

Those words are a trigger of the lexicon; where a group has none, a sum whose words tell what it is
("the $2 billion round included …"), or the denial of a deal ("is not for sale").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.reading.cues import CueClass, Hit
from app.reading.rules.clauses import Clause, groups_of
from app.reading.rules.earlier import earlier_than_news
from app.reading.rules.lines import Line, Unit
from app.reading.rules.parsed import Parsed, Sum
from app.reading.rules.subjects import subject_of


@dataclass(frozen=True, slots=True)
class Scene:
    """``start`` and ``end`` in the line's text; ``trigger`` is the one of ``triggers`` that leads.

    ``meant`` is what all triggers mean, also those that only tell that this is no deal.
    """

    parsed: Parsed
    start: int
    end: int
    subject: Unit | None
    trigger: Hit
    triggers: list[Hit]
    meant: frozenset[str | None]

    @property
    def line(self) -> Line:
        return self.parsed.line

    @property
    def text(self) -> str:
        return self.parsed.line.text

    @property
    def means(self) -> str:
        """What the leading trigger means."""
        return self.trigger.cue.means or ""


def scenes_of(parsed: Parsed) -> Iterator[Scene]:
    """The scenes of a line; a main clause without a subject has that of the one before."""
    subject: Unit | None = None
    for clause, end in groups_of(parsed.clauses):
        verbs = [h for h in parsed.of(CueClass.TRIGGER) if clause.start <= h.start < end]
        until = verbs[0].start if verbs else end
        own = subject_of(parsed.line, clause.start, until) or subject
        if not clause.is_subordinate:
            subject = own
        found = verbs or _sums_told(parsed, clause.start, end) or _deals_denied(parsed, clause)
        triggers = [h for h in found if h.cue.means != "law"]
        if triggers:
            meant = frozenset(h.cue.means for h in found)
            leading = _leading(_of_news(parsed, triggers))
            yield Scene(parsed, clause.start, end, own, leading, triggers, meant)


def _of_news(parsed: Parsed, triggers: list[Hit]) -> list[Hit]:
    """The triggers that do not tell of the past, if there are any such."""
    news = [h for h in triggers if not earlier_than_news(parsed, parsed.clause_at(h.start))]
    return news or triggers


def _sums_told(parsed: Parsed, start: int, end: int) -> list[Hit]:
    """The cues of sums that stand without a verb of their kind."""
    told = [s for s in parsed.sums_in(start, end) if _is_of_deal(s)]
    return [
        next(
            h
            for h in parsed.of(CueClass.MONEY)
            if h.cue.id == s.cue and h.start <= s.unit.at < h.end
        )
        for s in told
    ]


def _is_of_deal(found: Sum) -> bool:
    market = found.cue.startswith("money.other.market_value")
    return market or found.role in ("amount", "valuation", "first_close")


def _deals_denied(parsed: Parsed, clause: Clause) -> list[Hit]:
    """The first denial of a clause that is of a deal: "is not for sale"."""
    denied = (
        h
        for h in parsed.of(CueClass.DENIAL, clause)
        if h.cue.id == "denial.not_raising" and _DEAL.search(parsed.line.text[h.start : h.end + 60])
    )
    first = next(denied, None)
    return [first] if first else []


_DEAL = re.compile(
    r"\b(?:for sale|sell|sale|raising|in talks|in negotiations|in discussions|merg\w+|takeover"
    r"|fundrais\w+)\b"
)


def _leading(triggers: list[Hit]) -> Hit:
    """The trigger that says most: of the first ones, the one of the strongest kind."""
    strong = [h for h in triggers if h.cue.means not in _NOUNS]
    if not strong:
        return min(triggers, key=lambda h: (_rank(h), h.start))
    first = min(strong, key=lambda h: h.start)
    near = [h for h in strong if h.start <= first.end + 2]
    return min(near, key=lambda h: (_rank(h), h.start))


def _rank(hit: Hit) -> int:
    means = hit.cue.means or ""
    return _STRONGEST.index(means) if means in _STRONGEST else len(_STRONGEST)


_NOUNS = ("round", "value", "debt", "fund", "grant")
_STRONGEST = (
    "acquired_by", "acquisition_of", "stake", "sell", "acquire", "merge", "ipo", "tender",
    "invest_with", "lead", "invest", "invest_noun", "raise", "sale_self",
    "debt", "grant", "round", "value",
)  # fmt: skip
