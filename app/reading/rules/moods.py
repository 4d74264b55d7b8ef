"""Whether words tell of a thing done: not "could fall apart", nor "to be acquired"."""

from __future__ import annotations

import re

from app.reading.cues import Hit
from app.reading.rules.lines import Line


def only_possible(line: Line, hit: Hit) -> bool:
    """Whether what a cue tells of is said to be possible: "may", "would", "or", "unless"."""
    before = line.text[max(0, hit.start - 40) : hit.start]
    return bool(_POSSIBLE.search(before) or _MAY.search(line.text[hit.start : hit.end]))


def is_finite(line: Line, hit: Hit) -> bool:
    """Whether words of a deed done tell of one: not "to be acquired", "could have raised"."""
    if hit.cue.means != "closed":
        return True
    return not _INFINITE.search(line.text[max(0, hit.start - 24) : hit.start])


_POSSIBLE = re.compile(r"\b(?:could|may|might|can|would|or|if|unless|likely to)\b[^,;.]{0,30}$")
_MAY = re.compile(r"\b(?:could|may|might)\b")
_INFINITE = re.compile(
    r"\b(?:be|to|could|would|may|might|will|not|never|can|should|being|if|'ll|expected to be|than)"
    r" (?:[a-z]+ly )?$"
)
