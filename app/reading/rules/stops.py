"""Where sentences end, and which full stops end none: "Inc.", "U.S.", "J. Doe"."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_SENTENCE = 1_200
"""Characters. What runs on for longer is cut at a blank, so that no later step is quadratic."""


def split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences between two places of ``text``, without a dateline and blanks around."""
    dateline = _DATELINE.match(text, start, end)
    first = dateline.end() if dateline else start
    ends = [s.end() for s in _STOP.finditer(text, first, end) if _ends_sentence(text, first, s)]
    for last in (*ends, end):
        yield from _bounded(text, first, last)
        first = last


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    before = text[max(start, stop.start() - 12) : stop.start() + 1]
    if stop[0].startswith(".") and _ABBREVIATION.search(before) and not _SERIES.search(before):
        # "… of X Inc. The deal": what opens a sentence tells.
        return bool(_LEGAL_FORM.search(before) and _OPENER.match(text, stop.end()))
    return _GOES_ON.match(text, stop.end()) is None


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, in pieces if it is too long."""
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + LONGEST_SENTENCE)
        cut = cut if cut > start else start + LONGEST_SENTENCE
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inner = text[start:end].strip()
    if inner:
        first = text.index(inner[0], start)
        yield first, first + len(inner)


# A small letter, but none of "iPhone" or "upGrad".
_GOES_ON = re.compile(r"\s{0,3}[a-zà-ÿ](?![a-z]{0,3}[A-Z])")
# Pages lose blanks as they are copied: a stop between "market" and "The" ends a sentence too.
_STOP = re.compile(
    r"[.!?…。！？]{1,6}[\"')\]]{0,3}(?=\s|$)|[。！？]|(?<=[a-z]{3})[.!?](?=[A-Z][a-z]{1,20}[ '])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:inc|corp|co|ltd|llc|plc|bros|mr|mrs|ms|dr|prof|st|jr|sr|vs|no|gen|sen|rep|gov|approx"
    r"|est|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|e\.g|i\.e|etc|dept|univ|rs|cr|hon|lt|col)"
    r"|(?<![\w.])(?:[A-Z]|[A-Za-z]\.[A-Za-z](?:\.[A-Za-z]){0,3}))\.$",
    re.IGNORECASE,
)
_SERIES = re.compile(r"(?:series|class|round|phase) [A-Z]\.$", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r"\b(?:inc|corp|co|ltd|llc|plc|bros|a\.m|p\.m|u\.s|u\.k|e\.u|etc)\.$", re.IGNORECASE
)
_OPENER = re.compile(
    r"\s+[\"'(]?(?:The|It|Its|In|On|At|A|An|He|She|They|But|And|This|That|These|According|However"
    r"|Last|Earlier|As|After|With|For|Under|While|We|Both|Representatives|Investors|Shares|If)\b"
)
# "PARIS, May 2, 2024 (BUSINESS WIRE) -- ", "(Reuters) - ": before the first word of the story.
_DATE = r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?"
_PLACE = r"[A-Z]{3,}[A-Z., ]{0,30}(?:, [A-Z][a-z.]{1,12})?"
_AGENCY = r"(?:\([A-Z][A-Za-z./ ]{1,30}\)|/[A-Z][A-Za-z -]{3,25}/)"
_DATELINE = re.compile(
    rf"\s*(?:[A-Z][A-Za-z.,/' ]{{2,45}}?)?(?:,? {_DATE})?(?: |--)?{_AGENCY} ?-{{1,2}} ?"
    rf"|\s*{_PLACE}(?:, {_DATE})? -{{1,2}} "
)
