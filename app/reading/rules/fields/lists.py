"""Lists of names: "X, Y of Paris and the investment arm of Z", read forwards and backwards.

What is told of a name on the way, in brackets or between commas, is passed over.
"""

from __future__ import annotations

import re

from app.reading.marks import IT, NAME, OUTLET, PERSON, PLACE
from app.reading.rules.lines import Line, Unit

_COORDINATED = re.compile(
    r"[,;&/]|\band\b|\bas well as\b|\balong(?:side| with)\b|\bplus\b|\btogether with\b|\bwith\b"
)
_JOINERS = re.compile(
    r"\b(?:with|alongside|joined|join|existing|other|others|participat\w+|investors?|backers?|new"
    r"|including|plus"
    r"|along|returning|support)\b"
)
_STOPS = re.compile(
    r"\b(?:said|says|say|is|was|are|were|has|have|had|will|would|led|leads|valu\w+|brings"
    r"|bringing|at|which|who|whose|that"
    r"|to|after|before|while|but|for|as it|declined|did|does|takes?|taking|including it"
    r"|supplemented|acted|advis\w+|in|on|since|gives?|giving|he|she|it|they)\b",
    re.I,
)
# "two of X's old bosses": not X.
_SOME_OF = re.compile(r"\b(?:one|two|three|some|several|many|most|part) of $", re.I)
_BRACKET = re.compile(r" \([^)]{1,60}\)")
# ", the investment arm of Y,": told of the name before it.
_APPOSED = re.compile(
    rf"(?:,| --?| -) ?(?:an?|the|whose|who|which|its|{IT}|led by|run by|founded by|co-run by"
    rf"|part of|owned by)(?! {NAME}(?:,| and))\b[^;.,]{{1,90}}(?=[,.;]|$)"
)
_ARM = re.compile(
    r"'s (?:[a-z-]{1,16} ){0,3}(?:arm|fund|unit|vehicle|division|subsidiary|office|money"
    r"|programme|program)\b"
)
_TITLE_OF = re.compile(
    r"(?:'s)? (?:(?:former|then|startup|executive|general|managing) ){0,2}(?:co-?)?"
    r"(?:founders?|ceo|chief|executives?|partners?|chair\w*|president|head|boss|cto|cfo"
    r"|investor)\b[^,;.]{0,40}$",
    re.I,
)


# "X's former operations chief": an officer who has no name here.
_OFFICER_OF = re.compile(
    r"(?:'s)? (?:[a-z-]{1,14} ){0,3}(?:chief|ceo|founders?|co-founders?|executives?|partners?)\b"
    rf"(?! (?:[a-z-]{{1,14}} ){{0,3}}{PERSON})",
    re.I,
)


def names_after(line: Line, at: int, leaders: bool = False) -> list[Unit]:
    """The names of a list that begins at ``at``; one of ``leaders`` ends where others join."""
    text = line.text
    units: list[Unit] = []
    limit = at + 600
    while len(units) < _MOST:
        unit = next(iter(line.between(at, limit, NAME + PERSON + IT + OUTLET)), None)
        if unit is None:
            break
        between = text[at : unit.at]
        words = between.replace(PLACE, " ")
        if units:
            if re.fullmatch(r"'s (?:[a-z-]{1,16} ){0,3}", between) and unit.mark == NAME:
                units.pop()  # "Alphabet's GV": the one that is owned
            elif _TITLE_OF.fullmatch(between) and unit.mark == PERSON:
                units.pop()  # "Meesho co-founders A and B": they in person
            elif (
                ";" in words
                or not _COORDINATED.search(words)
                or (leaders and _JOINERS.search(words))
            ):
                break
        if _SOME_OF.search(words):
            break
        if len(between) > 110 or _STOPS.search(words) or re.search(r"[.:]\s|[()]", between):
            break
        if unit.mark in IT + OUTLET:
            if units:
                break
            return []
        if not _OFFICER_OF.match(text, unit.at + 1):
            units.append(unit)
        at = _end_of_name(text, unit.at + 1)
    return units


_MOST = 40


def _end_of_name(text: str, at: int) -> int:
    """Where what is told of a name ends: brackets, "'s venture arm", ", a fund of Y,"."""
    for aside in (_BRACKET, _ARM, _APPOSED):
        match = aside.match(text, at)
        at = match.end() if match is not None else at
    return at


def names_before(line: Line, last: int) -> list[Unit]:
    """The names coordinated before a verb, the last of which stands at ``last``."""
    found: list[Unit] = []
    following: Unit | None = None
    for unit in reversed(line.between(max(0, last - 400), last + 1, NAME + PERSON + OUTLET)):
        if unit.mark == OUTLET or (following is None and unit.at != last):
            break
        if following is not None:
            if re.fullmatch(r"'s (?:[a-z-]{1,16} ){0,3}", line.text[unit.at + 1 : following.at]):
                continue  # "Alphabet's GV": the one that is owned
            if not _links(line.text[unit.at + 1 : following.at]):
                break
        found.append(unit)
        following = unit
    return found[::-1]


def _links(between: str) -> bool:
    """Whether what stands between two names makes them a list."""
    for aside in (_BRACKET, _ARM):
        match = aside.match(between)
        between = between[match.end() :] if match is not None else between
    relative = re.match(r", (?:which|who) [^;.]{1,70}?(?=,? and (?!\w))", between)
    between = between[relative.end() :] if relative is not None else between
    words = between.replace(PLACE, " ")
    return (
        len(words) < 70
        and _COORDINATED.search(words) is not None
        and _STOPS.search(words) is None
        and re.search(r"[;.:()]", words) is None
    )
