"""Who says so: the outlet whose report it is, sources without names, speakers, filings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.cues import CueClass, Hit
from app.reading.frames import Parsed
from app.reading.lines import Line, Unit
from app.reading.marks import OUTLET, PERSON
from app.reading.names import Entity, name_key
from app.reading.players import Players


@dataclass(frozen=True, slots=True)
class Said:
    """What the article says of where its news comes from; places are in the lines named."""

    outlet: Unit | None
    anonymous: bool
    count: int | None
    speaker: Unit | None
    exclusive: bool
    filing: bool
    party: bool
    hedge: str | None
    line: Line | None
    start: int
    end: int


_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
}  # fmt: skip
_COUNT = re.compile(
    r"\b(a|one|two|three|four|five|six|seven|eight|\d{1,2}) (?:[a-z-]+ ){0,2}?(?:people|persons?|sources?|executives?|insiders?|investors|officials)\b",
    re.IGNORECASE,
)


def said_of(parsed: list[Parsed], near: set[int], players: Players, publisher: str | None) -> Said:
    """The attribution of a deal told in the sentences ``near``, or of the article as a whole.

    What the same sentences say counts; then what the rest of the article says.
    """
    lines = [p for p in parsed if p.line.sentence.index in near]
    rest = [p for p in parsed if p.line.sentence.index not in near]
    hits = [(p, h) for p in (*lines, *rest) for h in p.of(CueClass.ATTRIBUTION)]
    close = [(p, h) for p, h in hits if p in lines] or hits
    outlet = _outlet(close, publisher) or _outlet(hits, publisher)
    anonymous = [(p, h) for p, h in hits if h.cue.means == "anonymous"]
    first = (
        next(((p, h) for p, h in close if h.cue.means == "outlet"), None)
        or next(iter(anonymous), None)
        or next(iter(close), None)
    )
    return Said(
        outlet=outlet,
        anonymous=bool(anonymous),
        count=_count(anonymous),
        speaker=_speaker(lines or parsed[:3]),
        exclusive=any(h.cue.means == "exclusive" for _, h in hits),
        filing=any(h.cue.means == "filing" for _, h in close),
        party=any(h.cue.means == "party" and not _by_other(p, h, players) for p, h in close),
        hedge=_hedge(lines),
        line=first[0].line if first else None,
        start=first[1].start if first else 0,
        end=first[1].end if first else 0,
    )


def _outlet(hits: list[tuple[Parsed, Hit]], publisher: str | None) -> Unit | None:
    own = name_key(publisher) if publisher else ""
    for p, hit in hits:
        if hit.cue.means not in ("outlet", "exclusive"):
            continue
        units = p.line.between(hit.start, min(len(p.line.text), hit.end + 60), OUTLET)
        for unit in units:
            if unit.mention is not None and not _same(unit.mention.entity, own):
                return unit
    return None


def _same(entity: Entity, own: str) -> bool:
    key = name_key(entity.name)
    return bool(own) and (own.startswith(key) or key.startswith(own))


def _count(anonymous: list[tuple[Parsed, Hit]]) -> int | None:
    for p, hit in anonymous:
        match = _COUNT.search(p.line.text, max(0, hit.start - 12), min(len(p.line.text), hit.end + 20))
        if match is not None:
            word = match[1].lower()
            count = _NUMBERS.get(word) or (int(word) if word.isdigit() else None)
            if count:
                return count
    return None


_SAYS = re.compile(r",? (?:[a-z ,]{0,60})?\b(?:said|says|told|wrote|confirmed|added)\b")


def _speaker(lines: list[Parsed]) -> Unit | None:
    for p in lines:
        for unit in p.line.between(0, len(p.line.text), PERSON):
            before = p.line.text[max(0, unit.at - 30) : unit.at]
            if re.search(r"\b(?:said|says|according to|told by) (?:[a-z -]{0,20})$", before) or _SAYS.match(
                p.line.text, unit.at + 1
            ):
                return unit
    return None


def _by_other(p: Parsed, hit: Hit, players: Players) -> bool:
    units = [u for u in p.line.units if hit.start <= u.at < hit.end and u.mark not in OUTLET]
    return any(players.of(u, p.line) is None and u.mark != PERSON for u in units if u.mention)


def _hedge(lines: list[Parsed]) -> str | None:
    for p in lines:
        for hit in p.of(CueClass.HEDGE):
            start, end = p.line.span(hit.start, hit.end)
            if end > start:
                return p.line.text[hit.start : hit.end]
    return None
