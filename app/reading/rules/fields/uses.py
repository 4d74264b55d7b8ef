"""What the money is said to be for: a clause that says so, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.claims.vocabulary import Modality, UseOfProceeds
from app.reading.cues import CueClass, Hit
from app.reading.marks import IT, NAME
from app.reading.rules.parsed import Parsed
from app.reading.rules.text import Place


@dataclass(frozen=True, slots=True)
class UseOf:
    """One use, at its words in a line."""

    term: UseOfProceeds
    modality: Modality
    parsed: Parsed
    start: int
    end: int
    cue: str


def uses_of(parsed: list[Parsed]) -> list[UseOf]:
    """Every use told, the first time that it is told."""
    found: dict[UseOfProceeds, UseOf] = {}
    modality = Modality.INTENTION
    listing = continued = False
    for p in parsed:
        if p.line.sentence.place is Place.TITLE:
            continue
        proceeds = next((h for h in p.of(CueClass.PROCEEDS) if _of_deal(p, h)), None)
        if listing and p.line.heading_end and p.of(CueClass.USE):
            uses = _in_item(p, p.line.heading_end)
        elif proceeds is not None:
            modality = _modality(p, proceeds)
            uses = [u for u in p.of(CueClass.USE) if _is_for(p, proceeds, u)]
        else:
            uses = p.of(CueClass.USE) if continued and _ALSO.match(p.line.text) else []
            listing = False
        for hit in _widest(uses):
            term = UseOfProceeds(hit.cue.means or "unspecified")
            start, end = _words(p, hit)
            found.setdefault(term, UseOf(term, modality, p, start, end, hit.cue.id))
        if proceeds is not None:
            purpose = None if uses else _PURPOSE.search(p.line.text)
            if purpose is not None:
                # No kind of ours: the article's own words tell it.
                term, (start, end) = UseOfProceeds.UNSPECIFIED, purpose.span(1)
                found.setdefault(term, UseOf(term, modality, p, start, end, proceeds.cue.id))
            listing = listing or p.line.text.rstrip().endswith(":")
        continued = bool(uses) and not listing
    return list(found.values())


_MONEY_RAISED = r"(?:funds?|funding|proceeds|money|capital|cash|investment|financing|round|loan)"
# "will use the money to build a plant", "the proceeds will be used to repay …": the first item.
_PURPOSE = re.compile(
    r"\b(?:"
    rf"(?:use|using|spend|deploy) (?:(?:the|its|this|that|new|fresh|net) |{IT} ){{0,3}}"
    rf"{_MONEY_RAISED}"
    rf"|{_MONEY_RAISED} (?:will|would|is to|are to|is expected to|are expected to)"
    r"(?: (?:be used|be spent|help|go|finance|pay))?"
    r") (?:to|for|on|towards?) ([a-z][^,;.:()]{5,90}?)"
    r"(?=[,;.:()]|$| and | as | while | before | after | by \d| at the| over the)"
)
_NOT_ONLY = re.compile(r"\b(?:more than|not) (?:just |only |merely )?(?:[a-z]{1,14} ){0,2}$")
_DEAL_WORDS = re.compile(
    r"\b(?:funds?|funding|proceeds|money|capital|financing|investment|cash|round|raise|injection|loan"
    r"|facility|tranche|billions|millions|equity|debt)\b",
    re.IGNORECASE,
)
# "It also intends to …", after a sentence that tells what the money is for.
_ALSO = re.compile(
    rf"(?:{IT}|{NAME}|the (?:company|firm)) (?:also|will also|further)\b|(?:also|in addition)\b",
    re.I,
)


def _is_for(p: Parsed, proceeds: Hit, use: Hit) -> bool:
    text = p.line.text
    return use.start >= proceeds.start and not _NOT_ONLY.search(text[: use.start])


def _widest(hits: list[Hit]) -> list[Hit]:
    """The hits that lie in no other: "security research" is not research as well."""
    return [h for h in hits if not any(_lies_in(h, other) for other in hits)]


def _lies_in(hit: Hit, other: Hit) -> bool:
    longer = other.end - other.start > hit.end - hit.start
    return longer and other.start <= hit.start and hit.end <= other.end


def _of_deal(p: Parsed, hit: Hit) -> bool:
    return bool(_DEAL_WORDS.search(p.line.text[max(0, hit.start - 60) : hit.end + 60]))


def _modality(p: Parsed, proceeds: Hit) -> Modality:
    """How firmly it is told what the money is for; by the words of the clause that tells it."""
    clause = next((c for c in p.clauses if c.holds(proceeds.start)), p.clauses[0])
    words = p.line.text[clause.start : max(clause.end, proceeds.end)]
    speculated = any(h.cue.means == Modality.HYPOTHETICAL for h in p.of(CueClass.HEDGE))
    if speculated or _POSSIBLE.search(words):
        return Modality.HYPOTHETICAL
    return Modality.EXPECTATION if _EXPECTED.search(words) else Modality.INTENTION


_POSSIBLE = re.compile(r"\b(?:may|might|could|possibly|perhaps|speculat\w+)\b", re.I)
_EXPECTED = re.compile(r"\b(?:expected|would|likely|should|anticipated|slated)\b", re.I)


def _in_item(p: Parsed, heading_end: int) -> list[Hit]:
    """The uses that an item's heading names; those of its text only if the heading names none."""
    uses = p.of(CueClass.USE)
    return [u for u in uses if u.end <= heading_end] or uses[:1]


def _words(p: Parsed, hit: Hit) -> tuple[int, int]:
    """The item's heading, or the words of the list that the hit stands in."""
    text = p.line.text
    if hit.end <= p.line.heading_end:
        return 0, p.line.heading_end - 2
    before = list(_BEFORE_ITEM.finditer(text, max(0, hit.start - _LONGEST), hit.start))
    after = _AFTER_ITEM.search(text, hit.end, min(len(text), hit.end + _LONGEST))
    return before[-1].end() if before else hit.start, after.start() if after else hit.end


_LONGEST = 60
"""Characters of an item on either side of the words that tell what it is."""

_BEFORE_ITEM = re.compile(r"[,;:] (?:and )?|\band |\b(?:to|for|on|into|towards?|in) (?!and\b)")
_AFTER_ITEM = re.compile(r"[,;:.]|\.?$| and\b| as well as\b| while\b| as (?:it|\ue006)\b")
