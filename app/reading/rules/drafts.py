"""Deals in the making: the frames that tell of one deal, and what is chosen from them."""

from __future__ import annotations

from dataclasses import dataclass

from app.claims.vocabulary import RoundType, Stage
from app.reading.money import Money
from app.reading.reading import Figure
from app.reading.rules.families import Family
from app.reading.rules.frames import Frame
from app.reading.rules.lines import Line
from app.reading.rules.parsed import Sum
from app.reading.rules.players import Player
from app.reading.rules.text import Place

Phrase = tuple[Line, int, int]
"""A span of a line's text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value chosen among those that the article holds; ``margin`` from 0 to 1 over the next.

    ``cue`` is what tells of what it is the sum; ``rivals`` are the others, the strongest first.
    """

    money: Money
    line: Line
    cue: str
    margin: float
    rivals: tuple[Figure, ...]


@dataclass(slots=True)
class Draft:
    """A deal in the making. ``earlier``: told as one of the past; ``score``: how much it is told.

    ``stage_hit`` and ``round_hit`` are the words that tell the stage and the round.
    """

    company: Player
    family: Family
    frames: list[Frame]
    earlier: bool
    score: float = 0.0
    amount: Choice | None = None
    first_close: Choice | None = None
    valuation: Choice | None = None
    stage: Stage = Stage.UNKNOWN
    denied: bool = False
    stage_hit: Phrase | None = None
    stage_margin: float = 1.0
    round: RoundType | None = None
    round_hit: Phrase | None = None

    def tells_at(self, line: Line, at: int) -> bool:
        """Whether a place of a line stands in one of the frames."""
        return any(f.line is line and f.start <= at < f.end for f in self.frames)

    def sums(self, role: str) -> list[tuple[Frame, Sum]]:
        """The sums of a role, each with the frame that tells it."""
        return [(frame, s) for frame in self.frames for s in frame.sums if s.role == role]


def weight_of(line: Line) -> float:
    """How much a sentence weighs by its place: the lead most, then the title, then by order."""
    sentence = line.sentence
    if sentence.place is Place.TITLE:
        return 1.0
    if sentence.place is Place.LEAD:
        return 1.4
    return max(0.25, 0.9 - 0.06 * sentence.index)


def score_of(frame: Frame) -> float:
    """How much a frame tells of a deal: by its place and trigger, and if it has sums and stages."""
    weight = weight_of(frame.line) * float(frame.trigger.cue.weight)
    if any(s.role in ("amount", "valuation", "first_close") for s in frame.sums):
        weight *= 1.5
    return weight if frame.stages else weight * 0.7
