"""The first reader: rules over the structure of a text. Deterministic, offline, no model.

``read`` goes from text to sentences, names and sums, to frames, to deals; nothing in a ``Reading``
is not in the article.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from hashlib import sha256

from app.reading import cues, money
from app.reading.cues import CueClass, Hit, Lexicon
from app.reading.gazetteer import Gazetteer
from app.reading.reading import Article, Reading
from app.reading.rules.assembly import assemble
from app.reading.rules.clauses import clauses_of
from app.reading.rules.deals import drafts_of
from app.reading.rules.frames import frames_of
from app.reading.rules.lines import Line, line_of
from app.reading.rules.names.known import Known
from app.reading.rules.names.names import Names
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Players
from app.reading.rules.sums import sums_of
from app.reading.rules.text import Place, lay_out
from app.reading.words import words_version

READER = "rules-1"
LONGEST_TEXT = 60_000
"""Characters of a title or text that are read. News is told in the first of them."""

MOST_DEALS = 60
"""Deals told of one article, the news first; no roundup has as many."""


def read(article: Article, known: Known | Gazetteer, lexicon: Lexicon | None = None) -> Reading:
    """What ``article`` tells of deals, rivals and capabilities. Never raises.

    ``known`` are the names known beforehand; pass a ``Known`` where many articles are read.
    """
    lexicon = lexicon or cues.load()
    known = known if isinstance(known, Known) else Known(known)
    page = lay_out(_beginning_of(article))
    sums = money.find(page.text)
    names = Names(page, sums, known)
    parsed = [
        _parsed(line_of(page.text, sentence, names.mentions[sentence.index], sums), lexicon)
        for sentence in page.sentences
        if sentence.place is not Place.FURNITURE and sentence.start < LONGEST_TEXT
    ]
    frames = [frame for line in parsed for frame in frames_of(line)]
    players = Players(parsed, frames)
    drafts = drafts_of(parsed, frames, players)[:MOST_DEALS]
    return assemble(page, parsed, players, drafts, version_of(lexicon))


def version_of(lexicon: Lexicon) -> str:
    """Which reader it is, with which cues and which words."""
    of_data = sha256(f"{lexicon.version} {words_version()}".encode()).hexdigest()[:12]
    return f"{READER}@{of_data}"


def _beginning_of(article: Article) -> Article:
    return replace(article, title=_cut(article.title or ""), text=_cut(article.text))


def _cut(text: str) -> str:
    """As much of a text as is read, to the end of a line or sentence: no sum is cut in two."""
    if len(text) <= LONGEST_TEXT:
        return text
    return text[: max(text.rfind(end, 0, LONGEST_TEXT) for end in ("\n", ". ")) + 1]


def _parsed(line: Line, lexicon: Lexicon) -> Parsed:
    """The clauses, cues and sums of a line."""
    hits: dict[CueClass, list[Hit]] = defaultdict(list)
    for hit in lexicon.find(line.text):
        hits[hit.cue.kind].append(hit)
    parsed = Parsed(line, clauses_of(line), dict(hits))
    return replace(parsed, sums=sums_of(parsed))
