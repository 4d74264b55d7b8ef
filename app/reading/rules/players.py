"""Which company a name, a person or "the company" means, and whom the article is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from app.reading.cues import CueClass
from app.reading.marks import IT, NAME, PERSON
from app.reading.rules.families import RAISES, Family
from app.reading.rules.frames import Frame
from app.reading.rules.lines import Line, Unit
from app.reading.rules.names.entities import Entity, Kind, name_key
from app.reading.rules.parsed import Parsed
from app.reading.rules.subjects import first_subject
from app.reading.rules.text import Place


@dataclass(frozen=True, slots=True)
class Player:
    """A company as the article names it; two are the same if their ``key`` is."""

    key: str
    name: str
    slug: str | None
    invests: bool = False


def player_of(entity: Entity) -> Player | None:
    """The company that a name means: of a product, its maker; of a place or outlet, none."""
    if entity.kind in (Kind.PLACE, Kind.OUTLET):
        return None
    if entity.maker is not None:
        return player_of(entity.maker)
    entry = entity.entry
    if entry is not None:
        name = entry.company if entity.kind is Kind.PRODUCT else entity.name
        invests = entry.invests or bool(_INVESTS.search(entity.name))
        return Player(entry.slug, name, entry.slug, invests)
    return Player(name_key(entity.name), entity.name, None, bool(_INVESTS.search(entity.name)))


# Names of firms whose trade is to invest.
_TRADE = (
    r"Capital|Ventures?|Partners|Investments?|Fund|Equity|VC|Growth|Authority|Investors|Angels|Bank"
    r"|Endowment|Pension|Sovereign|Management|Accelerator|Catalyst|Holdings LP|Advisors|Combinator"
)
_BRANCH = (
    r"Partners|Management|Group|Fund|Company|Board|Corporation|Authority|India|China|Europe|Asia"
    r"|Japan|[IVX]+"
)
_INVESTS = re.compile(rf"\b(?:{_TRADE})(?: (?:{_BRANCH}))*$")


class Players:
    """Resolves the units of all lines. Made once an article, from its frames.

    ``subject`` is whom the article is about; ``is_roundup``: the title says that it is of several.
    """

    def __init__(self, parsed: list[Parsed], frames: list[Frame]) -> None:
        self._lines = [p.line for p in parsed]
        self._people = _companies_of_people(self._lines)
        self.is_roundup = any(
            p.of(CueClass.ROUNDUP) for p in parsed if p.line.sentence.place is Place.TITLE
        )
        self.subject: Player | None = None
        self.subject = self._subject(frames)

    def of(
        self, unit: Unit | None, line: Line, other_than: frozenset[str] = frozenset()
    ) -> Player | None:
        """The company a unit means, if it means one; a pronoun means none of ``other_than``."""
        if unit is None:
            return None
        if unit.mention is not None and unit.mark in (NAME, IT):
            found = player_of(unit.mention.entity)
            if found is not None:
                return found
        if unit.mark == IT:
            return self._antecedent(unit, line, other_than)
        if unit.mark == PERSON and unit.mention is not None:
            return self._people.get(id(unit.mention.entity))
        return None

    def person_or_company(self, unit: Unit, line: Line) -> Player | None:
        """As ``of``, but a person is meant in person: an angel investor."""
        if unit.mark == PERSON and unit.mention is not None:
            entity = unit.mention.entity
            return Player(name_key(entity.name), entity.name, None)
        return self.of(unit, line)

    def company_of(self, frame: Frame) -> Player | None:
        """Whose deal a frame tells of; never one of those who are its investors or buyers."""
        others = self.others_of(frame)
        found = self.of(frame.company, frame.line, others)
        if found is None or found.key in others:
            return None
        if found.invests and frame.family in RAISES and frame.company is frame.subject:
            # Who invests by trade does not raise the round that it is told to be in.
            return self._raiser_beside(frame, others)
        return found

    def others_of(self, frame: Frame) -> frozenset[str]:
        """The keys of those who invest or buy in a frame."""
        bare = frame.company is not None and frame.company.mark == IT and not frame.company.mention
        return frozenset(
            player.key
            for part in frame.parts
            if (player := self.of(part.unit, frame.line))
            # Where a second word for "the company" means only whom the article is about, it does
            # not tell who buys whom.
            and not (bare and part.unit.mark == IT and player == self.subject)
        )

    def _antecedent(self, unit: Unit, line: Line, other_than: frozenset[str]) -> Player | None:
        found = _named(first_subject(line, 0, unit.at), other_than)
        if found is not None:
            return found
        if self.is_roundup:
            return self._told_before(line, other_than)
        if self.subject is not None and self.subject.key not in other_than:
            return self.subject
        named = (_named(before, other_than) for before in line.between(0, unit.at, NAME))
        return next(filter(None, named), None)

    def _told_before(self, line: Line, other_than: frozenset[str]) -> Player | None:
        """In a roundup, "it" is whom the sentences before in the same paragraph are about."""
        subjects = (
            first_subject(other, 0, len(other.text))
            for other in reversed(self._lines)
            if other.sentence.index < line.sentence.index
            and other.sentence.paragraph == line.sentence.paragraph
        )
        return next(filter(None, (_named(subject, other_than) for subject in subjects)), None)

    def _raiser_beside(self, frame: Frame, others: frozenset[str]) -> Player | None:
        """Whose round an investor is told to be in: the article's, if the sentence hints at it."""
        if self.subject is None or self.subject.key in others or self.subject.invests:
            return None
        hints = any(
            u.mark in IT + PERSON or self.of(u, frame.line) == self.subject
            for u in frame.line.units
            if u is not frame.company and u.mark in NAME + IT + PERSON
        )
        return self.subject if hints else None

    def _subject(self, frames: Iterable[Frame]) -> Player | None:
        """Whom the article is about: who acts in title and lead, and is spoken of most."""
        scores: dict[str, float] = defaultdict(float)
        players: dict[str, Player] = {}
        for player, weight in chain(self._acting(frames), self._spoken_of()):
            if player is not None:
                players.setdefault(player.key, player)
                scores[player.key] += weight
        best = max(scores, key=lambda key: (scores[key], key), default=None)
        return players[best] if best is not None else None

    def _acting(self, frames: Iterable[Frame]) -> Iterator[tuple[Player | None, float]]:
        """Whose deals are told, by weight; who takes part in them is spoken of for that."""
        for frame in frames:
            weight = _WEIGHT_OF_PLACE.get(frame.place, 1.0) * (0.2 if frame.earlier else 1.0)
            if frame.family is Family.NONE:
                weight *= 0.3
            if frame.company is not None:
                yield self.company_of(frame), weight * 1.6
            for part in frame.parts:
                if part.unit.mark == NAME:
                    yield self.of(part.unit, frame.line), -0.5 * weight

    def _spoken_of(self) -> Iterator[tuple[Player | None, float]]:
        """Who is named, by weight: most of all in the title; investors are named beside others."""
        for line in self._lines:
            weight = _WEIGHT_OF_NAME.get(line.sentence.place, 0.3)
            for unit in line.units:
                if unit.mark == NAME and unit.mention is not None:
                    named = player_of(unit.mention.entity)
                    yield named, weight * 0.3 if named is not None and named.invests else weight


_WEIGHT_OF_PLACE = {Place.TITLE: 3.0, Place.LEAD: 4.0}
_WEIGHT_OF_NAME = {Place.TITLE: 1.2, Place.LEAD: 0.9}


def _named(unit: Unit | None, other_than: frozenset[str]) -> Player | None:
    """The company that a name means, if it is none of ``other_than``."""
    if unit is None or unit.mark != NAME or unit.mention is None:
        return None
    found = player_of(unit.mention.entity)
    return found if found is not None and found.key not in other_than else None


# Who runs what: "X's chief executive Y", "Y, who founded X".


def _companies_of_people(lines: Iterable[Line]) -> dict[int, Player]:
    """The companies of the people that an article names, by the ``id`` of their entity."""
    found: dict[int, Player] = {}
    for line in lines:
        for pattern in _COMPANY_AND_PERSON:
            for match in pattern.finditer(line.text):
                units = {u.mark: u for n in (1, 2) if (u := line.unit_at(match.start(n)))}
                person, name = units.get(PERSON), units.get(NAME)
                if person and name and person.mention and name.mention:
                    player = player_of(name.mention.entity)
                    if player is not None:
                        found.setdefault(id(person.mention.entity), player)
    return found


_ROLE = (
    r"(?:co-?founders?|founders?|founder and ceo|ceo|chief executive(?: officer)?|chief|boss|head"
    r"|president|chairman|owner|creator)"
)
_BETWEEN = (
    r"who|the|a|an|its|his|her|is|has|co-founded|founded|launched|new|started|runs|behind|startup"
    r"|start-up|company|venture|ai|artificial intelligence|generative|lab|firm|[a-z-]{1,14}"
)
_COMPANY_AND_PERSON = (
    re.compile(
        rf"({NAME})(?:'s?)? (?:[a-z-]{{1,14}} ){{0,3}}{_ROLE}(?: and [a-z]{{2,10}}| officer)?,?"
        rf" ({PERSON})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"({PERSON})(?:'s)?,? (?:(?:{_BETWEEN}),? ){{0,7}}(?:of |at |behind |for |as )?({NAME})",
        re.IGNORECASE,
    ),
)
