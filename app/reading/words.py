"""Word lists of the lexicon: one word or phrase a line, in ``lexicon/words``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words(topic: str) -> frozenset[str]:
    """The words on ``topic``, a file of ``lexicon/words``, as written there."""
    text = files("app.reading").joinpath("lexicon", "words", f"{topic}.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line)
