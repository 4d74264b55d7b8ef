"""The article as text: sentences in order, each with its place, and what is only furniture.

Title and text are read as one string. It is normalised by translating single characters to single
characters, so that every offset into it is an offset into the article as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.reading.marks import UNITS
from app.reading.reading import Article, Part, Quote
from app.reading.rules.stops import split

_GAP = "\n\n"
MOST_SENTENCES = 2_000
"""Sentences read of one article; news is told long before."""


class Place(StrEnum):
    """Where a sentence stands, which tells how much it weighs."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    FURNITURE = "furniture"

    @property
    def is_head(self) -> bool:
        """Whether it is title or lead, where the news is told."""
        return self in (Place.TITLE, Place.LEAD)


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
        **dict.fromkeys(UNITS.values(), "\N{REPLACEMENT CHARACTER}"),
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
    for paragraph, (start, end, place) in enumerate(_paragraphs(text, offset)):
        for first, last in split(text, start, end):
            found.append(Sentence(len(found), first, last, paragraph, place))
            if len(found) >= MOST_SENTENCES:
                return found
            if place is Place.LEAD:
                place = Place.BODY
    return found


def _paragraphs(text: str, offset: int) -> Iterator[tuple[int, int, Place]]:
    """The lines of a text that are not blank, each with the place of its first sentence."""
    lead_told = closing = False
    for line in re.finditer(r"[^\n]+", text):
        if line[0].isspace():
            continue
        if line.start() < offset:
            yield line.start(), line.end(), Place.TITLE
            continue
        closing = closing or bool(_CLOSING.match(line[0]))
        if closing or _FURNITURE.match(line[0]):
            place = Place.FURNITURE
        else:
            place = Place.BODY if lead_told else Place.LEAD
            lead_told = True
        yield line.start(), line.end(), place


# Lines that belong to the page and not to the story.
_FURNITURE_WORDS = (
    r"to contact the (?:reporter|editor|author)",
    r"for more (?:articles|details|information)",
    r"subscribe now",
    r"sign up",
    r"click here",
    r"read (?:more|next|the full)",
    r"more (?:from|on|stories)\b",
    r"related(?: articles?| stories| reading)?:",
    r"see also",
    r"please also see",
    r"also read",
    r"--? ?with assistance",
    r"\(updates? ",
    r"\(adds? ",
    r"\(?(?:additional )?reporting by",
    r"\(?writing by",
    r"\(?editing by",
    r"©",
    r"\(c\) ?\d{4}",
    r"copyright",
    r"all rights reserved",
    r"got a tip",
    r"follow (?:us|him|her|me)",
    r"photo(?:graph)?(?: credit)?:",
    r"image(?: credit)?:",
    r"advertisement",
    r"share this",
    r"by [a-z]+ [a-z]+ *$",
    r"contacts?:",
    r"media contact",
    r"investor relations contact",
    r"source:",
    r"tags?:",
    r"disclaimer",
    r"disclosure:",
    r"this (?:article|story) (?:was|originally)",
    r"the post .{1,80} appeared first",
)
_FURNITURE = re.compile(rf"\s{{0,9}}(?:{'|'.join(_FURNITURE_WORDS)})", re.IGNORECASE)
# From here to the end nothing is news: boilerplate of press releases, lists of other stories.
_CLOSING = re.compile(
    r"\s{0,9}(?:(?i:about) [A-Z][^.]{0,60}$|(?i:about (?:the company|us)\s*$)"
    r"|(?i:(?:cautionary (?:note|statement)|forward[- ]looking statements?|safe harbor)\b.{0,80}$)"
    r"|(?i:more from [^.]{1,40}:?\s*$)|(?i:please also see:?\s*$)|(?i:media contacts?:?\s*$))"
)
