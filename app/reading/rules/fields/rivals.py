"""Who is said to compete with whom: lists of names after a cue, products in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.reading.cues import CueClass, Hit
from app.reading.marks import IT, NAME, PLACE
from app.reading.rules.fields.lists import names_before
from app.reading.rules.lines import Line, Unit
from app.reading.rules.names.entities import Kind
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players


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
    weight: Decimal


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
    owner = _owner(line, hit, players)
    if owner is None:
        return
    for unit, products in _rivals_of(line, hit):
        rival = players.of(unit, line)
        if rival is not None and rival.key != owner.key:
            last = max([unit.at, *(p.at for p in products)])
            # A product stands in brackets, which belong to the quote.
            end = last + (2 if products and line.text[last + 1 : last + 2] == ")" else 1)
            start, end = min(hit.start, unit.at), max(hit.end if unit.at < hit.start else 0, end)
            if unit.mention is not None and unit.mention.kind is Kind.PRODUCT:
                products = [unit, *products]  # "a rival to ChatGPT": of its maker
            yield Rivalry(owner, rival, unit, tuple(products), line, start, end, hit.cue.weight)


def _rivals_of(line: Line, hit: Hit) -> list[tuple[Unit, list[Unit]]]:
    if hit.cue.means == "before":
        last = _last_before(line, hit)
        units = names_before(line, last.at) if last is not None else []
        return [_with_product(line, unit) for unit in units if unit.mark == NAME]
    named = line.between(hit.start, hit.end, NAME)
    if not named:
        return []
    possessed = hit.cue.id == "rivalry.possessive"
    return list(_listed(line, named[-1 if possessed else 0].at, len(line.text)))


def _last_before(line: Line, hit: Hit) -> Unit | None:
    """The name that stands last before a cue, if nothing else is said between them."""
    units = line.between(max(0, hit.start - 60), hit.start, NAME)
    between = line.text[units[-1].at + 1 : hit.start] if units else ""
    if not units or not _NOTHING_ELSE.fullmatch(between):
        return None
    if hit.cue.id == "rivalry.apposed":
        apposed = "," in between and re.match(r"[,.;]|$| in\b", line.text[hit.end :])
        return units[-1] if apposed else None
    return units[-1]


def _with_product(line: Line, unit: Unit) -> tuple[Unit, list[Unit]]:
    """The rival of "Tesla's Optimus": who owns it, if what is owned is no company that we know."""
    owner = re.search(rf"({NAME})'s (?:[a-z-]{{1,14}} ){{0,2}}$", line.text[: unit.at])
    named = line.unit_at(owner.start(1)) if owner is not None else None
    entry = unit.mention.entity.entry if unit.mention is not None else None
    if named is None or (entry is not None and entry.product is None):
        return unit, []
    return named, [unit]


_NOTHING_ELSE = re.compile(
    rf"(?: (?:of|from) {PLACE})?,?(?: [a-z-]{{1,14}}){{0,3}}(?:, (?:which|the) [^,;.]{{1,40}},)? ?"
)


def _owner(line: Line, hit: Hit, players: Players) -> Player | None:
    """Whose rivals they are: the possessor, or whom the article is about."""
    if hit.cue.id == "rivalry.possessive" or hit.cue.means == "before":
        told = line.between(hit.start, hit.end, NAME + IT)
        if not told or (hit.cue.means == "before" and told[0].mark == IT):
            return players.subject
        return players.of(told[0], line)
    before = re.search(
        rf"([{NAME}{IT}])(?:'s?)? (?:[a-z-]{{1,14}} ){{0,3}}$", line.text[: hit.start]
    )
    if before is not None:
        unit = line.unit_at(before.start(1))
        found = players.of(unit, line)
        if found is not None:
            return found
    return players.subject


_BRACKET = re.compile(
    rf" ?\((?:such as |including |like |maker of |with |its |e\.g\. )?({NAME}[^)]{{0,80}})\)"
)
_NEXT = re.compile(
    r"(?:'s(?: [a-z-]{2,16}){0,3})?(?:,| and|, and| or|, or| &|;| as well as"
    r"|, as well as)(?: (?:also|even|other|by|with|the|a|an))*"
    r"(?: (?!(?:is|are|was|were|has|have|had|will|said|says|raised|would|could|plans?|also|did"
    r"|while|which|who|whose|after|but)\b)[^\s,;:()\ue000-\uf8ff]{1,24}){0,7}?"
    r"(?: ?\()?(?: ?(?:such as|including|like|namely))? ?$"
)


# "Big Tech groups including X": what comes before is no rival, but what they are called.
_KIND_OF = re.compile(
    r" (?:groups|companies|giants|players|firms|labs),? (?:such as|including|like)\b"
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
            if (
                owned is not None
                and owned.mention is not None
                and owned.mention.kind is Kind.PRODUCT
            ):
                products = [owned]
            elif owned is not None:
                unit = owned
            position = possessed.end()
        if not _KIND_OF.match(line.text, position):
            yield unit, products
        following = next(iter(line.between(position, end, NAME)), None)
        if following is None or not _NEXT.fullmatch(line.text[position : following.at]):
            return
        unit = following
