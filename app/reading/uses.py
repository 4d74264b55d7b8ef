"""What the money is said to be for: a clause that says so, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.claims.vocabulary import Modality, UseOfProceeds
from app.reading.cues import CueClass, Hit
from app.reading.frames import Parsed
from app.reading.text import Place


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
    listing = False
    for p in parsed:
        if p.line.sentence.place is Place.TITLE:
            continue
        proceeds = [h for h in p.of(CueClass.PROCEEDS) if _of_deal(p, h)]
        heading = _HEADING.match(p.line.text)
        if proceeds and not (listing and heading is not None):
            modality = _modality(p)
        if listing and heading is not None and not proceeds_only_elsewhere(p):
            uses = _in_item(p, heading.end())
        elif proceeds:
            uses = [
                u
                for u in p.of(CueClass.USE)
                if u.start >= proceeds[0].start and not _NOT_ONLY.search(p.line.text[: u.start])
            ]
        else:
            uses = []
            listing = listing and heading is not None and bool(p.of(CueClass.USE))
        for hit in _widest(uses):
            term = UseOfProceeds(hit.cue.means or "unspecified")
            start, end = _words(p, hit)
            found.setdefault(term, UseOf(term, modality, p, start, end, hit.cue.id))
        listing = listing or (bool(proceeds) and p.line.text.rstrip().endswith(":"))
    return list(found.values())


_NOT_ONLY = re.compile(r"\b(?:more than|not) (?:just |only |merely )?(?:[a-z]{1,14} ){0,2}$")
# "Global expansion and compliance: the funds …": an item of a list, named by its heading.
_HEADING = re.compile(r"[^:.]{4,90}:\s")
_DEAL_WORDS = re.compile(
    r"\b(?:fund(?:s|ing)|proceeds|money|capital|financing|investment|cash|round|raise|injection|loan|facility|tranche|billions|millions)\b",
    re.IGNORECASE,
)


def _widest(hits: list[Hit]) -> list[Hit]:
    """The hits that lie in no other: "security research" is not research as well."""
    return [
        h
        for h in hits
        if not any(
            o is not h
            and o.start <= h.start
            and h.end <= o.end
            and o.end - o.start > h.end - h.start
            for o in hits
        )
    ]


def proceeds_only_elsewhere(p: Parsed) -> bool:
    """Whether a line of a list is not one about uses."""
    return not p.of(CueClass.USE)


def _of_deal(p: Parsed, hit: Hit) -> bool:
    text = p.line.text[max(0, hit.start - 60) : hit.end + 60]
    return bool(_DEAL_WORDS.search(text))


def _modality(p: Parsed) -> Modality:
    hedges = {h.cue.means for h in p.of(CueClass.HEDGE)}
    if "hypothetical" in hedges:
        return Modality.HYPOTHETICAL
    text = p.line.text
    if re.search(r"\b(?:may|might|could|would)\b", text):
        return Modality.HYPOTHETICAL if "speculat" in text else Modality.EXPECTATION
    return Modality.INTENTION


def _in_item(p: Parsed, heading_end: int) -> list[Hit]:
    """The uses that an item's heading names; those of its text only if the heading names none."""
    uses = p.of(CueClass.USE)
    return [u for u in uses if u.end <= heading_end] or uses[:1]


def _words(p: Parsed, hit: Hit) -> tuple[int, int]:
    """The item's heading, or the words themselves."""
    heading = _HEADING.match(p.line.text)
    if heading is not None and hit.end <= heading.end():
        return 0, heading.end() - 2
    return hit.start, hit.end


def fired(uses: list[UseOf]) -> Iterator[str]:
    for use in uses:
        yield use.cue
