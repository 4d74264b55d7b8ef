"""Who takes part in a deal: "led by X and Y, with participation from Z and others"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.claims.vocabulary import Role
from app.reading.lines import Line, Unit
from app.reading.marks import IT, MONEY, NAME, PERSON


@dataclass(frozen=True, slots=True)
class Investor:
    """A unit of a line that takes part, and the words that say so."""

    unit: Unit
    role: Role
    line: Line
    start: int
    end: int


_DESCRIPTION = r"(?:[^\s,;:.()\ue000-\uf8ff]{1,24} ){0,7}"
_WHO = f"[{NAME}{PERSON}{IT}]"
_LEADERS = re.compile(
    rf"\b(?:co-?led|led|anchored|spearheaded|headed|arranged|underwritten|provided|funded|financed)(?: jointly| again| once again)? by:? ",
    re.I,
)
_LEADS = re.compile(
    rf"({_WHO})(?: \([^)]{{1,30}}\))? (?:also |jointly |is |was |will |has |have |had |are |to |reportedly |in talks to |set to |expected to ){{0,4}}"
    rf"(?:co-?leads?|co-?led|leads?|led|leading|co-?leading|headed|anchored)(?! by)"
    rf"(?=,? (?:[^\s,;:()]{{1,20}} ){{0,5}}(?:rounds?|series|funding|financing|investment|raise|deal|tranche|seed|{IT}|{MONEY}|consortium|group))",
    re.I,
)
_PARTAKERS = re.compile(
    r"\b(?:participation (?:from|by|of)|participants? (?:include[sd]?|including)|investors?(?: [a-z-]{1,14}){0,4},? (?:including|include[sd]?|included|like|such as|were|are|namely)"
    r"|joined by|alongside|backers?(?: [a-z-]{1,14}){0,3},? (?:including|include[sd]?|like|such as)|support (?:from|of)|investments? from|backing (?:from|of)|contributions? from"
    r"|funds? from|money (?:comes |came )?from|cash (?:comes |came )?from|capital from|came from|comes from|raised from|financing from|funding from|loan from|from (?:investors |backers |the likes of )(?:including |such as |like )?"
    r"|shareholders?(?: [a-z-]{1,14}){0,2},? (?:including|include[sd]?|such as)|syndicate(?: [a-z-]{1,14}){0,3} (?:including|of)|others include|with participation of|included? (?:investments? from|participation from)?|supported by|backed by|sold to)"
    r"(?:,)? (?:new |existing |prior |previous |current |returning |both |also )*(?:investors?,? |backers? )?(?:including |such as |like )?",
    re.I,
)
_PARTAKE = re.compile(
    rf"({_WHO})(?:'s [^\s,;.]{{1,16}}(?: [^\s,;.]{{1,16}}){{0,3}})?(?: \([^)]{{1,30}}\))?,? (?:have |has |had |will |would |also |all |both |each |are |is |were |was |and others |may |could |set to |expected to |slated to |in talks to |plan to |plans to |to |reportedly ){{0,5}}"
    r"(?:participat(?:e|es|ed|ing)|join(?:s|ed|ing)? (?:the|in|as)|took part|tak(?:e|es|ing) part|invest(?:s|ed|ing)?\b|contribut(?:e|es|ed|ing)|chipped in|came in|return(?:s|ed)|re-?upped|put(?:s|ting)? (?:in|money)|considering (?:a|an|investing|joining|participating)|in talks|been in talks about investing)",
    re.I,
)
_LINK = re.compile(
    rf"(?:'s(?: [a-z-]{{2,14}}){{1,5}}|'s)?(?: \([^)]{{1,40}}\))?(?:,? (?:an?|the|which|who) [^,;.\ue000-\uf8ff]{{1,50}},)?"
    rf"(?:,|;|,? and(?: also)?|,? &|,? as well as|,? along with|,? plus|,? alongside|,? together with| with)* {_DESCRIPTION}(?:(?:\ue005)(?:-based)? {_DESCRIPTION})?$"
)
_JOIN = re.compile(r"\b(?:with|alongside|joined|existing|other|others|participat\w+|investors?|backers?|new|including|plus)\b")
_STOPS = re.compile(r"\b(?:said|says|is|was|are|were|has|have|had|will|led|with participation|valu\w+|brings|bringing|at a|which)\b")


def investors_of(line: Line, start: int, end: int) -> list[Investor]:
    """The investors that a span of a line names, each with the role it is said to have."""
    text = line.text
    found: dict[int, Investor] = {}

    def add(unit: Unit | None, role: Role, first: int, last: int) -> None:
        if unit is not None and unit.mark in NAME + PERSON and unit.at not in found:
            found[unit.at] = Investor(unit, role, line, first, last)

    for match in _LEADERS.finditer(text, start, end):
        listed = _listed(line, match.end(), end, leaders=True)
        for unit in listed:
            add(unit, Role.LEAD, match.start(), listed[-1].at + 1)
    for match in _LEADS.finditer(text, start, end):
        for unit in _backwards(line, start, match.start(1)):
            add(unit, Role.LEAD, unit.at, match.end())
    for match in _PARTAKERS.finditer(text, start, end):
        listed = _listed(line, match.end(), end)
        for unit in listed:
            add(unit, Role.PARTICIPANT, match.start(), listed[-1].at + 1)
    for match in _PARTAKE.finditer(text, start, end):
        for unit in _backwards(line, start, match.start(1)):
            add(unit, Role.PARTICIPANT, unit.at, match.end())
    return [found[at] for at in sorted(found)]


def _listed(line: Line, at: int, end: int, leaders: bool = False) -> list[Unit]:
    """The names of a list that begins at a place; it ends where something else is said.

    A list of ``leaders`` ends where others join: "led by X, with Y".
    """
    units: list[Unit] = []
    for unit in line.between(at, end, NAME + PERSON + IT):
        between = line.text[at : unit.at]
        if units and (unit.mark == IT or (leaders and _JOIN.search(between))):
            break
        lead = between if units else f" {between}"
        if not _LINK.fullmatch(lead) or _STOPS.search(between) or (units and not re.search(r"[,;&]|and|with|plus|along", between)):
            if units and re.fullmatch(r" \(|'s ", between):
                at = unit.at + 1
                continue
            break
        if unit.mark != IT:
            units.append(unit)
        at = unit.at + 1
    return units


def _backwards(line: Line, start: int, last: int) -> list[Unit]:
    """The names coordinated before a verb, the last of which stands at ``last``."""
    found: list[Unit] = []
    following: Unit | None = None
    for unit in reversed(line.between(start, last + 1, NAME + PERSON + IT)):
        if following is not None:
            between = line.text[unit.at + 1 : following.at]
            if not _LINK.fullmatch(between) or not re.search(r"[,;&]|\band\b", between) or _STOPS.search(between):
                break
        found.append(unit)
        following = unit
    return found[::-1]
