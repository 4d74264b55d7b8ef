"""Counts what became of the items, tells it, and makes the exit code of it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from app.client.errors import Exit
from app.client.sending import Result

OUTCOMES = ("created", "unchanged", "merged", "waiting", "conflict", "rejected")
STORED = frozenset({"created", "unchanged", "merged"})


@dataclass(slots=True)
class Tally:
    """What became of the items so far; ``before`` of them in a run that was cut off."""

    counts: Counter[str] = field(default_factory=Counter)
    before: int = 0

    def go_on(self, counts: Mapping[str, int]) -> None:
        """Begin with the counts of a run that was cut off."""
        self.counts.update(counts)
        self.before = self.counts["items"]

    def add(self, result: Result) -> None:
        """Count one item."""
        self.counts["items"] += 1
        self.counts[result.status] += 1
        self.counts["claims created"] += result.claims.created
        self.counts["claims unchanged"] += result.claims.unchanged

    def exit_code(self, *, strict: bool) -> Exit:
        """Whether everything is stored. What waits for review is neither lost nor an error."""
        fine = sum(self.counts[word] for word in STORED)
        fine += 0 if strict else self.counts["waiting"]
        return Exit.STORED if fine == self.counts["items"] else Exit.SOME_REJECTED


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    whole = Tally()
    for tally in tallies:
        whole.counts.update(tally.counts)
        whole.before += tally.before
    return whole


def table(tally: Tally, what: str, number: int, seconds: float) -> str:
    """Two columns: what, and how many."""
    counts = tally.counts
    rate = (counts["items"] - tally.before) / seconds if seconds else 0
    rows = [
        (what, f"{number:,}"),
        *((name, f"{counts[name]:,}") for name in ("items", *OUTCOMES)),
        *((name, f"{counts[name]:,}") for name in ("claims created", "claims unchanged")),
        *((name, f"{counts[name]:,}") for name in ("skipped",) if counts[name]),
        ("seconds", f"{seconds:,.1f}"),
        ("items/s", f"{rate:,.0f}"),
    ]
    width = max(len(value) for _, value in rows)
    return "\n".join(f"{name:<17} {value:>{width}}" for name, value in rows)


@dataclass(slots=True)
class Progress:
    """Shows how far a file is: a bar on a terminal, else a line every ``seconds``."""

    name: str
    size: int | None
    quiet: bool = False
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    seconds: float = 30
    clock: Callable[[], float] = time.monotonic
    _bar: tqdm[None] | None = field(default=None, init=False)
    _told: float = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._told = self.clock()
        if self.stream.isatty() and not self.quiet:
            self._bar = tqdm(
                total=self.size,
                desc=Path(self.name).name[:30],
                unit="B",
                unit_scale=True,
                file=self.stream,
                dynamic_ncols=True,
            )

    def show(self, position: int, counts: Counter[str]) -> None:
        """Called after every segment."""
        bad = counts["rejected"] + counts["conflict"]
        if self._bar is not None:
            self._bar.set_postfix(items=counts["items"], rejected=bad, refresh=False)
            self._bar.update(position - self._bar.n)
        elif not self.quiet and self.clock() - self._told >= self.seconds:
            self._told = self.clock()
            part = f" ({position / self.size:.0%})" if self.size else ""
            self.tell(f"{self.name}: {counts['items']:,} items{part}, {bad:,} not stored")

    def note(self, line: str) -> None:
        """A line that stays, unless only what went wrong is to be said."""
        if not self.quiet:
            self.tell(line)

    def tell(self, line: str) -> None:
        """A line that stays."""
        if self._bar is not None:
            self._bar.write(line, file=self.stream)
        else:
            print(line, file=self.stream, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
