"""The article as text: sentences in order, each with its place, and what is only furniture.

Title and text are read as one string. It is normalised by translating single characters to single
characters, so that every offset into it is an offset into the article as given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.reading.reading import Article, Part, Quote

_GAP = "\n\n"
LONGEST_SENTENCE = 1_200
"""Characters. What runs on for longer is cut at a blank, so that no later step is quadratic."""

MOST_SENTENCES = 2_000
"""Sentences read of one article; news is told long before."""


class Place(StrEnum):
    """Where a sentence stands, which tells how much it weighs."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Sentence:
    """``start`` and ``end`` count in characters of ``Page.text``."""

    index: int
    start: int
    end: int
    paragraph: int
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """An article laid out for reading: ``text`` is normalised title and text in one."""

    article: Article
    text: str
    offset: int
    sentences: tuple[Sentence, ...]

    def quote(self, start: int, end: int) -> Quote:
        """The article's own words between two places of ``text``, which lie in one part."""
        if start < self.offset:
            end = min(end, len(self.article.title or ""))
            return Quote(Part.TITLE, start, end, (self.article.title or "")[start:end])
        start, end = start - self.offset, end - self.offset
        return Quote(Part.TEXT, start, end, self.article.text[start:end])


def lay_out(article: Article) -> Page:
    """The sentences of an article. Never raises, whatever the text."""
    title = article.title or ""
    offset = len(title) + len(_GAP) if title else 0
    text = normalised(f"{title}{_GAP}{article.text}" if title else article.text)
    return Page(article, text, offset, tuple(_sentences(text, offset)))


_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ′＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000\ufeff\u200b\t\r\f\v*_`", " "),
        **dict.fromkeys("\u2028\u2029\x85", "\n"),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "＄": "$",
        "￥": "¥",
        "，": ",",
        "：": ":",
        "；": ";",
        "（": "(",
        "）": ")",
    }
)


def normalised(text: str) -> str:
    """``text`` with plain quotes, dashes and blanks; of the same length."""
    return text.translate(_SAME_LENGTH)


def _sentences(text: str, offset: int) -> list[Sentence]:
    found: list[Sentence] = []
    lead: int | None = None
    closing = False
    for paragraph, (start, end) in enumerate(_lines(text)):
        line = text[start:end]
        in_title = start < offset
        closing = closing or (not in_title and bool(_CLOSING.match(line)))
        furniture = closing or (not in_title and bool(_FURNITURE.match(line)))
        if not furniture and not in_title and lead is None:
            lead = paragraph
        for nth, (first, last) in enumerate(_split(text, start, end)):
            if furniture:
                place = Place.FURNITURE
            elif in_title:
                place = Place.TITLE
            elif paragraph == lead and nth == 0:
                place = Place.LEAD
            else:
                place = Place.BODY
            found.append(Sentence(len(found), first, last, paragraph, place))
            if len(found) >= MOST_SENTENCES:
                return found
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text) if not m[0].isspace()]


# Lines that belong to the page and not to the story.
_FURNITURE = re.compile(
    r"\s{0,9}(?:"
    r"to contact the (?:reporter|editor|author)|for more (?:articles|details|information)"
    r"|subscribe now|sign up|click here|read (?:more|next|the full)|more (?:from|on|stories)\b"
    r"|related(?: articles?| stories| reading)?:|see also|please also see|also read"
    r"|--? ?with assistance|\(updates? |\(adds? |\(?(?:additional )?reporting by"
    r"|\(?writing by|\(?editing by|©|\(c\) ?\d{4}|copyright|all rights reserved|got a tip|follow (?:us|him|her|me)"
    r"|photo(?:graph)?(?: credit)?:|image(?: credit)?:|advertisement|share this|by [a-z]+ [a-z]+ *$"
    r"|contacts?:|media contact|investor relations contact|source:|tags?:|disclaimer|disclosure:"
    r"|this (?:article|story) (?:was|originally)|the post .{1,80} appeared first"
    r")",
    re.IGNORECASE,
)
# From here to the end nothing is news: boilerplate of press releases, lists of other stories.
_CLOSING = re.compile(
    r"\s{0,9}(?:about [A-Z][^.]{0,60}$|about (?:the company|us)\b"
    r"|(?i:(?:cautionary (?:note|statement)|forward[- ]looking statements?|safe harbor)\b.{0,80}$)"
    r"|(?i:more from [^.]{1,40}:?\s*$)|(?i:please also see:?\s*$)|(?i:media contacts?:?\s*$))"
)

# Pages lose blanks as they are copied: a stop between "market" and "The" ends a sentence too.
_STOP = re.compile(
    r"[.!?…。！？]{1,6}[\"')\]]{0,3}(?=\s|$)|[。！？]|(?<=[a-z]{3})[.!?](?=[A-Z][a-z]{1,20}[ '])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:inc|corp|co|ltd|llc|plc|bros|mr|mrs|ms|dr|prof|st|jr|sr|vs|no|gen|sen|rep|gov|approx|est"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|e\.g|i\.e|etc|dept|univ|rs|cr|hon|lt|col)"
    r"|(?<![\w.])(?:[A-Z]|[A-Za-z]\.[A-Za-z](?:\.[A-Za-z]){0,3}))\.$",
    re.IGNORECASE,
)
_SERIES = re.compile(r"(?:series|class|round|phase) [A-Z]\.$", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r"\b(?:inc|corp|co|ltd|llc|plc|bros|a\.m|p\.m|u\.s|u\.k|e\.u|etc)\.$", re.I
)
# "PARIS, May 2, 2024 (BUSINESS WIRE) -- ", "(Reuters) - ": before the first word of the story.
_DATELINE = re.compile(
    r"\s*(?:[A-Z][A-Za-z.,/' ]{2,45}?)?(?:,? (?:[A-Z][a-z]{2,8}\.?) \d{1,2}(?:, \d{4})?)? ?"
    r"(?:\([A-Z][A-Za-z./ ]{1,30}\)|/[A-Z][A-Za-z -]{3,25}/) ?-{1,2} ?"
    r"|\s*[A-Z]{3,}[A-Z., ]{0,30}(?:, [A-Z][a-z.]{1,12})?(?:, [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)? -{1,2} "
)
_OPENER = re.compile(
    r"\s+[\"'(]?(?:The|It|Its|In|On|At|A|An|He|She|They|But|And|This|That|These|According|However|Last"
    r"|Earlier|As|After|With|For|Under|While|We|Both|Representatives|Investors|Shares|If)\b"
)


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    dateline = _DATELINE.match(text, start, end)
    start = dateline.end() if dateline else start
    cuts: list[int] = []
    for stop in _STOP.finditer(text, start, end):
        before = text[max(start, stop.start() - 12) : stop.start() + 1]
        if stop[0].startswith(".") and _ABBREVIATION.search(before) and not _SERIES.search(before):
            ends = _LEGAL_FORM.search(before) and _OPENER.match(text, stop.end())
            if not ends:
                continue
        following = text[stop.end() : stop.end() + 3].lstrip()
        if following[:1].islower():
            continue
        cuts.append(stop.end())
    spans: list[tuple[int, int]] = []
    for first, last in zip([start, *cuts], [*cuts, end], strict=True):
        spans.extend(_bounded(text, first, last))
    return spans


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + LONGEST_SENTENCE)
        cut = cut if cut > start else start + LONGEST_SENTENCE
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    trimmed = []
    for first, last in spans:
        inner = text[first:last]
        first += len(inner) - len(inner.lstrip())
        last -= len(inner) - len(inner.rstrip())
        if first < last:
            trimmed.append((first, last))
    return trimmed
