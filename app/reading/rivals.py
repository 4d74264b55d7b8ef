"""Who is said to compete with whom: lists of names after a cue, products in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.reading.cues import CueClass, Hit
from app.reading.frames import Parsed
from app.reading.lines import Line, Unit
from app.reading.marks import IT, NAME
from app.reading.names import Kind
from app.reading.players import Player, Players


@dataclass(frozen=True, slots=True)
class Rivalry:
    """``rival`` competes with ``of``; ``products`` are units of names in brackets after it."""

    of: Player
    rival: Player
    unit: Unit
    products: tuple[Unit, ...]
    line: Line
    start: int
    end: int
    cue: str


def rivalries(parsed: list[Parsed], players: Players) -> list[Rivalry]:
    """All rivals that the article names, each once for each company."""
    found: dict[tuple[str, str], Rivalry] = {}
    for p in parsed:
        for hit in p.of(CueClass.RIVALRY):
            for rivalry in _of_hit(p.line, hit, players):
                key = (rivalry.of.key, rivalry.rival.key)
                known = found.get(key)
                if known is None or (rivalry.products and not known.products):
                    found[key] = rivalry
    return list(found.values())


def _of_hit(line: Line, hit: Hit, players: Players) -> Iterator[Rivalry]:
    named = line.between(hit.start, hit.end, NAME)
    if not named:
        return
    owner = _owner(line, hit, players)
    if hit.cue.means == "before":
        listed = [(unit, ()) for unit in named]
    elif hit.cue.id == "rivalry.possessive":
        listed = list(_listed(line, named[-1].at, len(line.text)))
    else:
        listed = list(_listed(line, named[0].at, len(line.text)))
    if owner is None:
        return
    for unit, products in listed:
        rival = players.of(unit, line)
        if rival is not None and rival.key != owner.key:
            last = max([unit.at, *(p.at for p in products)])
            # A product stands in brackets, which belong to the quote.
            end = last + (2 if products and line.text[last + 1 : last + 2] == ")" else 1)
            yield Rivalry(owner, rival, unit, tuple(products), line, hit.start, end, hit.cue.id)


def _owner(line: Line, hit: Hit, players: Players) -> Player | None:
    """Whose rivals they are: the possessor, or whom the article is about."""
    if hit.cue.id == "rivalry.possessive":
        first = line.between(hit.start, hit.end, NAME + IT)[0]
        return players.of(first, line)
    before = re.search(rf"([{NAME}{IT}])(?:'s?)? (?:[a-z-]{{1,14}} ){{0,3}}$", line.text[: hit.start])
    if before is not None:
        unit = line.unit_at(before.start(1))
        found = players.of(unit, line)
        if found is not None:
            return found
    return players.subject


_BRACKET = re.compile(rf" ?\((?:such as |including |like |maker of |with |its |e\.g\. )?({NAME}[^)]{{0,80}})\)")
_NEXT = re.compile(
    r"(?:'s(?: [a-z-]{2,16}){0,3})?(?:,| and|, and| or|, or| &|;| as well as|, as well as)(?: (?:also|even|other|by|with|the|a|an))*"
    r"(?: (?!(?:is|are|was|were|has|have|had|will|said|says|raised|would|could|plans?|also|did|while|which|who|whose|after|but)\b)[^\s,;:()\ue000-\uf8ff]{1,24}){0,7}?"
    r"(?: ?\()?(?: ?(?:such as|including|like|namely))? ?$"
)


def _listed(line: Line, at: int, end: int) -> Iterator[tuple[Unit, list[Unit]]]:
    """The names of a list from a place on, each with the products bracketed after it."""
    unit = line.unit_at(at)
    while unit is not None:
        position = unit.at + 1
        products: list[Unit] = []
        possessed = re.compile(rf"'s ({NAME})").match(line.text, position)
        bracket = _BRACKET.match(line.text, position)
        if bracket is not None:
            products = line.between(bracket.start(1), bracket.end(1), NAME)
            position = bracket.end()
        elif possessed is not None:
            # "Alphabet's Waymo": the rival is the one that is owned.
            owned = line.unit_at(possessed.start(1))
            if owned is not None and owned.mention is not None and owned.mention.kind is Kind.PRODUCT:
                products = [owned]
            elif owned is not None:
                unit = owned
            position = possessed.end()
        yield unit, products
        following = next(iter(line.between(position, end, NAME)), None)
        if following is None or not _NEXT.fullmatch(line.text[position : following.at]):
            return
        unit = following
