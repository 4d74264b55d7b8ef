"""What an article tells of the past: "after it raised …", "last year", "had been valued at"."""

from __future__ import annotations

import re

from app.reading.cues import CueClass, Hit
from app.reading.marks import MONEY
from app.reading.rules.clauses import Clause
from app.reading.rules.parsed import Parsed
from app.reading.rules.text import Place


def earlier_than_news(parsed: Parsed, clause: Clause) -> bool:
    """Whether a clause tells of something before the news."""
    if _is_set_apart(parsed, clause) or _begins_in_past(parsed):
        return True
    place = parsed.line.sentence.place
    if place is Place.TITLE:
        return False
    cues = [h for h in parsed.of(CueClass.BACKGROUND, clause) if _tells_past(parsed, clause, h)]
    if place is Place.LEAD and clause.opener not in _RELATIVE:
        return any(h.cue.id == "background.had" for h in cues)
    return bool(cues)


def _is_set_apart(parsed: Parsed, clause: Clause) -> bool:
    """Whether the clause is one of "after it raised …", "compared with …"; not the news itself."""
    text = parsed.line.text
    if clause.opener not in _ASIDE or not _OF_A_DEAL.search(text, clause.start, clause.end):
        return False
    in_head = parsed.line.sentence.place.is_head
    return not (in_head and _STOCK_MOVES.search(text, 0, clause.start))


_ASIDE = frozenset([
    "after", "following", "since", "until", "before", "when",
    "despite", "compared", "behind", "up", "if", "unless",
])  # fmt: skip
_OF_A_DEAL = re.compile(rf"{MONEY}|raised|secured|acquired")
# "Shares of X soared after it accepted a buyout": what moved them is the news.
_STOCK_MOVES = re.compile(
    r"""
    \b(?:shares?|stock)\b.{0,60}\b
        (?:soar|jump|surg|r[io]se|climb|rocket|rall|gain|fell|fall|drop|tumbl|sank|slid|plung|pop)\w*
    | \b(?:soars|jumps|surges|rises|climbs|rallies|gains
        |falls|drops|tumbles|sinks|slides|plunges|pops)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _begins_in_past(parsed: Parsed) -> bool:
    """Whether a sentence begins like "Last year, …": then it stays there."""
    if parsed.line.sentence.place is not Place.BODY:
        return False
    opening = next((h for h in parsed.of(CueClass.BACKGROUND) if h.start <= 2), None)
    if opening is None or opening.cue.means != "earlier":
        return False
    return not _FUTURE.search(parsed.line.text)


def _tells_past(parsed: Parsed, clause: Clause, hit: Hit) -> bool:
    """Whether a cue of the past is about the deal, in its own tense."""
    text = parsed.line.text
    if hit.cue.means == "comparison" or _FOUNDED.search(text[max(0, hit.start - 34) : hit.start]):
        return False
    if hit.cue.id == "background.had":
        return not _REPORTED.search(text, 0, hit.start)
    if hit.cue.id == "background.dated":
        return not _FUTURE.search(text, clause.start, clause.end)
    return True


_RELATIVE = frozenset(["which", "who", "whose", "where", "that"])
_FUTURE = re.compile(
    r"\b(?:next|will|would|could|might|may|expects?|expected|plans?|planned|due|slated|scheduled"
    r"|anticipated)\b"
)
# "X said it had raised": the tense of reported speech, not of what is past.
_REPORTED = re.compile(
    r"\b(?:said|says|announced|announces|reported|reports?|claim(?:s|ed|ing)?|told|wrote|revealed"
    r"|confirmed|learned|denied|denies|refuted|refutes|disclosed|according)\b"
)
_FOUNDED = re.compile(
    r"\b(?:founded|established|launched|started|created|incorporated|set up|formed|began|born|based"
    r"|spun out|spun off)(?: [a-z]{2,12}){0,3} $"
)
