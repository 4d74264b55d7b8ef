"""Frames: who raises, who buys whom, who leads whose round; and what the words around do to it.

Stages, denials, endings and what is of the past are operators, each bound to the clause that holds
it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.reading.cues import CueClass, Hit
from app.reading.marks import NAME
from app.reading.rules.arguments import Part, arguments_of
from app.reading.rules.clauses import Clause
from app.reading.rules.earlier import earlier_than_news
from app.reading.rules.families import Family, family_of
from app.reading.rules.lines import Line, Unit
from app.reading.rules.moods import is_finite, only_possible
from app.reading.rules.parsed import Parsed, Sum
from app.reading.rules.scenes import Scene, scenes_of
from app.reading.rules.text import Place


@dataclass(frozen=True, slots=True)
class Frame:
    """One trigger with its arguments. ``company`` is None where the words name nobody.

    ``start`` and ``end`` are those of its scene, ``clause`` is the one that holds the trigger.
    """

    line: Line
    clause: Clause
    start: int
    end: int
    trigger: Hit
    family: Family
    subject: Unit | None
    company: Unit | None
    parts: tuple[Part, ...]
    sums: tuple[Sum, ...]
    rounds: tuple[Hit, ...]
    stages: tuple[Hit, ...]
    denials: tuple[Hit, ...]
    abandonments: tuple[Hit, ...]
    earlier: bool

    @property
    def place(self) -> Place:
        return self.line.sentence.place

    @property
    def is_weak(self) -> bool:
        """Whether it has no verb of its own: what only names a sum or a round."""
        cue = self.trigger.cue
        if cue.means == "merge":
            return not self.parts
        if cue.kind is CueClass.MONEY:
            return self.family is not Family.ACQUISITION
        return cue.means in ("round", "value", "debt", "grant")


def frames_of(parsed: Parsed) -> list[Frame]:
    """The frames of a line, one a scene; none of a title that asks."""
    return [] if _only_asks(parsed.line) else [_frame(scene) for scene in scenes_of(parsed)]


def _only_asks(line: Line) -> bool:
    """Whether a title asks or explains, and so tells of nothing yet."""
    if line.sentence.place is not Place.TITLE:
        return False
    return bool(_ASKS.match(line.text)) or line.text.endswith("?")


_ASKS = re.compile(r"(?:how|why|what|did|does|do|should|can|who|which|when|where)\b", re.IGNORECASE)


def _frame(scene: Scene) -> Frame:
    parsed = scene.parsed
    clause = parsed.clause_at(scene.trigger.start)
    family = family_of(scene)
    arguments = arguments_of(scene, family)
    sums = tuple(s for s in _sums(scene, clause) if not _is_of_other(scene, s, arguments.company))
    # "It has raised $60 million so far" sums up what is past.
    summed_up = bool(sums) and all(s.role == "total" for s in sums)
    # What a sum alone tells of is of the sum's time.
    alone = scene.trigger.cue.kind is CueClass.MONEY and all(s.earlier for s in sums)
    earlier = summed_up or alone or earlier_than_news(parsed, clause)
    return Frame(
        line=scene.line,
        clause=clause,
        start=scene.start,
        end=scene.end,
        trigger=scene.trigger,
        family=family,
        subject=scene.subject,
        company=arguments.company,
        parts=arguments.parts,
        sums=sums,
        rounds=tuple(h for h in parsed.of(CueClass.ROUND) if scene.start <= h.start < scene.end),
        stages=_stages(scene, clause),
        denials=() if earlier else tuple(parsed.of(CueClass.DENIAL)),
        abandonments=_abandonments(scene),
        earlier=earlier,
    )


def _is_of_other(scene: Scene, found: Sum, company: Unit | None) -> bool:
    """Whether a valuation is that of one named beside: "to take on X, which is valued at …"."""
    clause = scene.parsed.clause_at(found.unit.at)
    if found.role != "valuation" or company is None:
        return False
    if not _IS_VALUED.match(scene.text, clause.start):
        return False
    before = scene.text[: clause.start].rstrip(" ,")
    owner = scene.line.unit_at(len(before) - 1) if before.endswith(NAME) else None
    if owner is None or owner is company:
        return False
    if owner.mention is None or company.mention is None:
        return True
    return owner.mention.entity is not company.mention.entity


_IS_VALUED = re.compile(
    r",? ?(?:which|that)"
    r" (?:(?:is|was|has been|had been)(?: [a-z]{2,12})? valued|(?:is|was) worth)\b"
)


def _sums(scene: Scene, clause: Clause) -> tuple[Sum, ...]:
    """The sums of a scene. One that no words explain, alone with the trigger, is the deal's."""
    sums = scene.parsed.sums_in(scene.start, scene.end)
    unexplained = [s for s in sums if not s.role]
    if (
        len(unexplained) != 1
        or unexplained[0].earlier
        or any(s.role in ("amount", "valuation") and not s.earlier for s in sums)
        or scene.means not in _OF_DEALS
        or not _is_near(scene, clause, unexplained[0])
    ):
        return tuple(sums)
    return tuple(
        s if s.role else replace(s, role="amount", weight=0.4, cue="assumed") for s in sums
    )


def _is_near(scene: Scene, clause: Clause, found: Sum) -> bool:
    """Whether a sum is the trigger's: "to buy X, which makes chips, for $1 billion"."""
    return clause.holds(found.unit.at) or scene.parsed.clause_at(found.unit.at).opener == "for"


_OF_DEALS = frozenset([
    "raise", "round", "lead", "invest", "invest_noun", "ipo", "tender", "debt",
    "acquire", "acquired_by", "acquisition_of", "sell", "stake",
])  # fmt: skip


def _stages(scene: Scene, clause: Clause) -> tuple[Hit, ...]:
    """How far it is told to be, in the trigger's clause and in others that are not of the past."""
    parsed = scene.parsed
    return tuple(
        hit
        for c in _clauses(scene)
        if c is clause or not earlier_than_news(parsed, c)
        for hit in parsed.of(CueClass.STAGE, c)
        if is_finite(scene.line, hit)
    )


def _abandonments(scene: Scene) -> tuple[Hit, ...]:
    parsed = scene.parsed
    return tuple(
        hit
        for c in _clauses(scene)
        for hit in parsed.of(CueClass.ABANDONMENT, c)
        if not only_possible(scene.line, hit) and not earlier_than_news(parsed, c)
    )


def _clauses(scene: Scene) -> list[Clause]:
    return [c for c in scene.parsed.clauses if scene.start <= c.start < scene.end]
