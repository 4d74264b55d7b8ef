"""A sentence as frames are made of it: its clauses, its cues by class, and what its sums are."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.reading.cues import CueClass, Hit
from app.reading.rules.clauses import Clause
from app.reading.rules.lines import Line, Unit


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of money at ``unit``: what it is the sum of, by which cue, and if it is of the past.

    ``role`` is empty where no words tell it; ``weight`` is the cue's, from 0 to 1.
    """

    unit: Unit
    role: str
    weight: float
    earlier: bool
    cue: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line with what was found in it; ``sums`` by the places of their units, in order."""

    line: Line
    clauses: list[Clause]
    hits: dict[CueClass, list[Hit]]
    sums: dict[int, Sum] = field(default_factory=dict)

    def of(self, kind: CueClass, clause: Clause | None = None) -> list[Hit]:
        """The cues of a class, in order; with ``clause``, those that begin in it."""
        found = self.hits.get(kind, [])
        return found if clause is None else [h for h in found if clause.holds(h.start)]

    def clause_at(self, at: int) -> Clause:
        """The clause that holds a place of ``line.text``."""
        return next((c for c in self.clauses if c.holds(at)), self.clauses[0])

    def sums_in(self, start: int, end: int) -> list[Sum]:
        """The sums between two places of ``line.text``, in order."""
        return [s for s in self.sums.values() if start <= s.unit.at < end]
