"""Words of a text as a grammar of names sees them: where they stand, and if they have a capital."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from app.reading.words import is_english, words


class Token(NamedTuple):
    """A word without its ``'s``. ``capital``: written as names are, also "iPhone" and "8VC"."""

    start: int
    end: int
    text: str
    lower: str
    capital: bool


_WORD = re.compile(
    r"(?:[A-Z]\.){2,4}(?![A-Za-z])"
    r"|[^\W_]{1,80}(?:(?:['&+@/]|(?<=[A-Z])\.|\.(?![A-Z])|-(?!-))[^\W_]{1,80}){0,8}"
    r"(?:(?<=[a-z])&(?=[\s,.;']))?"
)
_POSSESSIVE = re.compile(r"'s?$", re.IGNORECASE)
_CONTRACTION = re.compile(r"'(?:d|ve|re|ll|m|t)$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\])>]{1,300}|[^\s@]{1,60}@[^\s@]{1,60}")
# Pages lose blanks as they are copied: "goes offlineAmazon adds", "IAN GroupThe group".
_GLUED = re.compile(
    r"(?<=[a-z]{4})(?=[A-Z][\w'])"
    r"|(?<=[A-Za-z]{3})(?=(?:The|This|These|They|What|When|Why|Also|Meanwhile|However)(?![\w]))"
)


def tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """The words between two places of ``text``; none of those in addresses of the web."""
    marked = any(text.find(mark, start, end) >= 0 for mark in ("//", "www.", "@"))
    addresses = [m.span() for m in _ADDRESS.finditer(text, start, end)] if marked else []
    for match in _WORD.finditer(text, start, end):
        at = match.start()
        if addresses and any(first <= at < last for first, last in addresses):
            continue
        for word, lower, capital, length in _read(match[0]):
            yield Token(at, at + len(word), word, lower, capital)
            at += length


@lru_cache(maxsize=8192)
def _read(word: str) -> tuple[tuple[str, str, bool, int], ...]:
    """The words that ``word`` is, without ``'s``: small, if they have a capital, and how long."""
    return tuple((*_stripped(part), len(part)) for part in _unglued(word))


def _stripped(word: str) -> tuple[str, str, bool]:
    if "'" in word:
        if _CONTRACTION.search(word):
            return word, word.lower(), False
        possessive = _POSSESSIVE.search(word)
        if possessive and possessive.start() > 0:
            word = word[: possessive.start()]
    return word, word.lower(), _capital(word)


def _unglued(word: str) -> tuple[str, ...]:
    if word[1:].islower() or not word[1:].isascii():
        return (word,)
    for seam in _GLUED.finditer(word):
        head, tail = word[: seam.start()], word[seam.start() :]
        lost_blank = (head.islower() and is_english(head.rpartition("-")[2])) or tail in _BEGIN
        if lost_blank:
            return head, tail
    return (word,)


_BEGIN = frozenset(
    ["The", "This", "These", "They", "What", "When", "Why", "Also", "Meanwhile", "However"]
)

# "FY25", "Q3", "2.4X", "70B", "1H", "CEOs", "S-1", "kWh": capitals, but no names.
_NO_NAME = re.compile(
    r"(?:FY|Q|H|CY)\d{1,4}|\d+(?:[.,]\d+)+[A-Za-z]{0,3}|(?:[2-9]|\d{2,})[XxKDBGMTVWCF]|[1-4][QH]"
    r"|\d+(?:[KMGTP]B|[KMGT]W|GMT|AM|PM|nm)|[A-Z]{2,5}s|[A-Z]-\d{1,2}|[kMGT]W[hp]?|m?[DR]NA|\d+(?:st|nd|rd|th)"
)
_SMALL_NAME = re.compile(
    r"[a-z]{1,12}\d{1,4}[a-z]{1,12}|[a-z0-9-]{2,30}\.(?:com|ai|io|co|net|org|app|dev|tv|me)"
)


def _capital(word: str) -> bool:
    first = word[0]
    if first.isupper():
        if _NO_NAME.fullmatch(word):
            return False
        _, slash, tail = word.partition("/")
        return not slash or not tail[:1].islower()
    if first.isdigit():
        return any(c.isupper() for c in word) and not _NO_NAME.fullmatch(word) and "-" not in word
    if "-" in word or word.lower() in words("ordinary"):
        return bool("." in word and _SMALL_NAME.fullmatch(word))
    written = any(c.isupper() for c in word[1:]) and not _NO_NAME.fullmatch(word)
    return written or _SMALL_NAME.fullmatch(word) is not None
