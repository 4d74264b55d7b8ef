"""Who says so: the outlet whose report it is, sources without names, speakers, filings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.reading.cues import CueClass, Hit
from app.reading.marks import IT, MONEY, NAME, OUTLET, PERSON
from app.reading.rules.lines import Line, Unit
from app.reading.rules.names.entities import name_key
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players
from app.reading.rules.text import Place


@dataclass(frozen=True, slots=True)
class Words:
    """A span of a line."""

    line: Line
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the article says of where its news comes from.

    ``outlet`` or, if it speaks for itself, ``party`` is whose report it is. ``words`` say so.
    """

    outlet: Unit | None
    party: Player | None
    on_record: bool
    anonymous: bool
    count: tuple[int, Words] | None
    speaker: Unit | None
    exclusive: bool
    filing: bool
    hedge: Words | None
    words: Words | None


@dataclass(frozen=True, slots=True)
class Concerned:
    """What a deal is told by: its sentences, its company, and the others that take part."""

    sentences: frozenset[int]
    company: Player | None
    parties: frozenset[str]


def said_of(parsed: list[Parsed], deal: Concerned, players: Players, publisher: str | None) -> Said:
    """The attribution of a deal, or of the article as a whole if it tells of none.

    What the deal's own sentences say counts first, then what the rest of the article says.
    """
    near = [p for p in parsed if p.line.sentence.index in deal.sentences]
    ordered = [*near, *(p for p in parsed if p.line.sentence.index not in deal.sentences)]
    hits = [(p, h) for p in ordered for h in p.of(CueClass.ATTRIBUTION)]
    anonymous = [(p, h) for p, h in hits if h.cue.means == "anonymous"]
    outlet = next(_outlets(ordered, publisher), None)
    party = _party([*near, *(p for p in parsed[:4] if p not in near)], deal, players)
    unnamed_first = any(p in near[:2] for p, _ in anonymous)
    filing = [(p, h) for p, h in hits if h.cue.means == "filing" and p in (near or ordered)]
    words = (
        (outlet[1] if outlet else None)
        or (party[1] if party and not unnamed_first else None)
        or next((Words(p.line, h.start, h.end) for p, h in (*anonymous, *filing, *hits)), None)
    )
    return Said(
        outlet=outlet[0] if outlet else None,
        party=party[0] if party and not outlet and not unnamed_first else None,
        on_record=party is not None and not unnamed_first,
        anonymous=bool(anonymous),
        count=_count(anonymous),
        speaker=_speaker(near or parsed[:3]),
        exclusive=any(h.cue.means == "exclusive" for _, h in hits),
        filing=bool(filing),
        hedge=_hedge(near),
        words=words,
    )


# The outlet.

_ADVERBS = (
    r"(?:first |earlier |exclusively |also |has |have |had |separately |previously |since ){0,3}"
)
_BY_OUTLET = (
    re.compile(
        rf"({OUTLET})(?:'s?)?(?: (?:news|newspaper|website|magazine|reporters?|column|site"
        rf"|{NAME})){{0,2}},?"
        rf"(?: an? [^,;]{{1,40}},)? (?:which |who |that )?{_ADVERBS}"
        r"(?:report(?:ed|s|ing)?|said|says|wrot?e|writ(?:es|ten)|learn(?:ed|t)|understands"
        r"|revealed|citing|cite[sd]"
        r"|noted|items?|accounts?|story|stories|described|broke|scoop|article|sources)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:according to|reported (?:by|in)|(?:reports?|story|stories|articles?|items?|account"
        r"|scoop|interview|claims?)"
        r" (?:in|by|from|on|with|published (?:by|in))|told|tells|spoke to|citing|cited by|per"
        r"|published (?:by|in)|media and)"
        rf" (?:(?!data\b)[^\s\ue001\ue002\ue003;:.()]{{1,24}} ){{0,6}}?({OUTLET})",
        re.I,
    ),
    # An outlet that we do not know as one: only where nothing but an outlet can stand.
    re.compile(
        r"\b(?:reported (?:by|in)|(?:reports?|story|stories|articles?|items?|account) (?:in|from)"
        r"|(?:a|the) report by)"
        r" (?:(?:the|a|an|newspaper|daily|business|local|news|site|website"
        rf"|[a-z-]{{3,12}}) ){{0,4}}?([{NAME}])(?! ?(?:that|of)\b)",
        re.I,
    ),
    re.compile(
        rf"({NAME})(?: (?:on|of|and|for) [A-Z][a-z]{{2,12}})?(?:'s (?:website|newspaper"
        rf"|site))?(?:, an? [^,;.]{{1,40}},)? {_ADVERBS}"
        r"(?:reported(?= (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|on|late|this|last|earlier"
        r"|citing|without|that|the \w+ of)\b|[,.;]|$)"
        r"|(?:has|have) learn(?:ed|t)|first (?:wrote|reported)|reports(?=[,.;]|$| citing)|(?:had"
        r"|has) written that)",
        re.I,
    ),
)
_DATA = frozenset(["pitchbook", "crunchbase", "tracxn", "dealroom", "lseg", "refinitiv", "factset"])
_OWN_NUMBERS = re.compile(r"\b(?:data|estimates?|figures|polled|compiled)\b[^,;.]{0,24}$", re.I)


def _outlets(parsed: Iterable[Parsed], publisher: str | None) -> Iterator[tuple[Unit, Words]]:
    """The outlets other than the publisher whose report is told, in order."""
    own = name_key(publisher) if publisher else ""
    for p in parsed:
        if OUTLET not in p.line.text and NAME not in p.line.text:
            continue
        for match in sorted(
            (m for pattern in _BY_OUTLET for m in pattern.finditer(p.line.text)),
            key=lambda m: m.start(),
        ):
            unit = p.line.unit_at(match.start(1))
            if unit is None or unit.mention is None:
                continue
            key = name_key(unit.mention.entity.name)
            if key in _DATA or _OWN_NUMBERS.search(p.line.text[: unit.at]):
                continue
            if own and (own.startswith(key) or key.startswith(own)):
                continue
            yield unit, Words(p.line, match.start(), match.end())


# A party: the company or one that takes part, on the record.

_SPOKE = re.compile(
    rf"([{NAME}{IT}])(?:,(?: [^,;]{{1,110}},)?)? (?:[a-z]+ly |also |has |have |had |today "
    r"|is today |was |then |itself ){0,3}"
    rf"(?:(?:on|late|early|this|last) (?:[A-Za-z]+ ){{1,3}})?"
    r"(?:said|says|announc(?:ed|es|ing)|is announcing|confirm(?:ed|s)|disclosed|discloses"
    r"|revealed|reveals|declared"
    r"|told (?:us|staff|employees|investors|[^\s,;.]{1,20})|tells (?:us|me))\b",
    re.I,
)
_ON_RECORD = re.compile(
    r"\b(?:the (?:two|pair|companies|firms|parties)|both (?:companies|sides|firms)"
    r"|the (?:company|firm|start-?up|group|lab)) (?:said|says|announced|confirmed)\b"
    r"|\b(?:according to|in|via|through) (?:a|an|the|its|their) (?:[a-z-]{1,14} ){0,2}"
    r"(?:statement|press release|news release|release|blog post|post|announcement|memo|notice"
    r"|letter|presentation)\b"
    r"|\btoday announced\b|\b(?:according to|announced by) \ue006(?=[,.;]|$|'s announcement| and\b)"
    rf"|\baccording to {NAME}(?=[,.;]|$)",
    re.I,
)
_NOT_SAID = re.compile(
    r"\b(?:people|sources?|person|reports?|media|analysts?|rumou?rs?)\b[^,;.]{0,30}$", re.I
)


def _party(lines: list[Parsed], deal: Concerned, players: Players) -> tuple[Player, Words] | None:
    """The party that speaks in the deal's own sentences, first in the lead."""
    for p in sorted(lines, key=lambda p: p.line.sentence.place is Place.TITLE):
        record = _ON_RECORD.search(p.line.text)
        for match in _SPOKE.finditer(p.line.text):
            if record is not None and match.start() > record.start():
                break
            unit = p.line.unit_at(match.start(1))
            if unit is None or _NOT_SAID.search(p.line.text[: match.start()]):
                continue
            who = players.of(unit, p.line)
            if who is not None and who.key in deal.parties:
                return who, Words(p.line, match.start(), match.end())
        if record is not None and deal.company is not None:
            return deal.company, Words(p.line, record.start(), record.end())
    return None


# Sources without names.

_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
}  # fmt: skip
_COUNT = re.compile(
    r"\b(a|one|two|three|four|five|six|seven|eight|\d{1,2}) (?:[a-z-]{1,14} ){0,2}?"
    r"(?:people|persons?|sources?|executives?|insiders?|investors|officials|bankers)\b",
    re.IGNORECASE,
)


def _count(anonymous: list[tuple[Parsed, Hit]]) -> tuple[int, Words] | None:
    """How many there are, where the article says; "one of the people" is not all of them."""
    for p, hit in anonymous:
        start = max(0, hit.start - 30)
        match = _COUNT.search(p.line.text, start, min(len(p.line.text), hit.end + 20))
        if match is None or re.match(r"\w+ of ", match[0]):
            continue
        word = match[1].lower()
        count = _NUMBERS.get(word) or (int(word) if word.isdigit() else None)
        if count:
            return count, Words(p.line, match.start(), match.end())
    return None


_SAYS = re.compile(
    rf"(?:,(?: [^,;.{MONEY}]{{1,60}},)?)? (?:[a-z]{{1,12}} ){{0,2}}?(?:said|says|told|wrote"
    r"|confirmed|added|posted)\b"
)
_SAID_BY = re.compile(
    r"\b(?:said|says|according to|told by|wrote|added) (?:[A-Za-z&'-]{1,20} ){0,5}$"
)


def _speaker(lines: list[Parsed]) -> Unit | None:
    """The first person who is named as saying something."""
    for p in lines:
        for unit in p.line.between(0, len(p.line.text), PERSON):
            before = p.line.text[max(0, unit.at - 60) : unit.at]
            if _SAID_BY.search(before) or _SAYS.match(p.line.text, unit.at + 1):
                return unit
    return None


def _hedge(lines: list[Parsed]) -> Words | None:
    for p in lines:
        for hit in p.of(CueClass.HEDGE):
            return Words(p.line, hit.start, hit.end)
    return None
