"""Word lists of the lexicon: one word or phrase a line, in ``lexicon/words``."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files


@cache
def words(topic: str) -> frozenset[str]:
    """The words on ``topic``, a file of ``lexicon/words``, as written there."""
    text = files("app.reading").joinpath("lexicon", "words", f"{topic}.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line)


@cache
def words_version() -> str:
    """A short hash of all lists: whether the same words would be known."""
    folder = files("app.reading").joinpath("lexicon", "words")
    lists = sorted(folder.iterdir(), key=lambda file: file.name)
    return sha256(b"\0".join(file.read_bytes() for file in lists)).hexdigest()[:12]


@cache
def phrases(topic: str) -> dict[str, tuple[int, ...]]:
    """By the first word of the phrases on ``topic``, how many words they have, longest first."""
    lengths: dict[str, set[int]] = {}
    for phrase in words(topic):
        parts = phrase.split()
        lengths.setdefault(parts[0].rstrip(","), set()).add(len(parts))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


# Endings, and what stands in their place in the word that they were put to.
_ENDINGS = (
    ("ies", ("y",)),
    ("ied", ("y",)),
    ("ily", ("y",)),
    ("ier", ("y",)),
    ("iest", ("y",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ing", ("", "e")),
    ("ings", ("", "e")),
    ("ed", ("", "e")),
    ("er", ("", "e")),
    ("ers", ("", "e")),
    ("est", ("", "e")),
    ("ly", ("", "le")),
    ("ness", ("",)),
    ("less", ("",)),
    ("ful", ("",)),
    ("al", ("",)),
)
# Endings that make ordinary words of whatever they are put to.
_MADE = re.compile(
    r".{3,}(?:tions|sions|ments|nesses|ities|ists|isms|ously|ically|fully|ably|ibly|ingly|wards?|aries|ances|encies)"
)


@lru_cache(maxsize=8192)
def is_english(word: str) -> bool:
    """Whether ``word``, in small letters, is an ordinary word of English, in any of its forms."""
    if _listed(word) or _MADE.fullmatch(word):
        return True
    for ending, stems in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            bare = word[: -len(ending)]
            if any(_listed(bare + stem) for stem in stems):
                return True
            if len(bare) > 3 and bare[-1] == bare[-2] and _listed(bare[:-1]):
                return True
    return False


def _listed(word: str) -> bool:
    return word in words("english") or word in words("ordinary") or word in words("openers")
