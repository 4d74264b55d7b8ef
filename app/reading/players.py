"""Which company a name, a person or "the company" means, and whom the article is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.reading.cues import CueClass
from app.reading.families import Family
from app.reading.frames import Frame
from app.reading.lines import Line, Unit
from app.reading.marks import IT, NAME, PERSON
from app.reading.names import Entity, Kind, name_key
from app.reading.parsed import Parsed
from app.reading.subjects import first_subject
from app.reading.text import Place


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
_INVESTS = re.compile(
    r"\b(?:Capital|Ventures?|Partners|Investments?|Fund|Equity|VC|Growth|Authority|Investors|Angels|Bank|Endowment|Pension|Sovereign|Management|Accelerator|Catalyst|Holdings LP|Advisors|Combinator)(?: (?:Partners|Management|Group|Fund|Company|Board|Corporation|Authority|India|China|Europe|Asia|Japan|[IVX]+))*$"
)


_ROLE = (
    r"(?:co-?founders?|founders?|founder and ceo|ceo|chief executive(?: officer)?|chief|boss|head|president"
    r"|chairman|owner|creator)"
)
_COMPANY_OF_PERSON = (
    re.compile(
        rf"({NAME})(?:'s?)? (?:[a-z-]{{1,14}} ){{0,3}}{_ROLE}(?: and [a-z]{{2,10}}| officer)?,? ({PERSON})",
        re.I,
    ),
    re.compile(
        rf"({PERSON})(?:'s)?,? (?:(?:who|the|a|an|its|his|her|is|has|co-founded|founded|launched|new|started|runs|behind"
        rf"|startup|start-up|company|venture|ai|artificial intelligence|generative|lab|firm|[a-z-]{{1,14}}),? ){{0,7}}(?:of |at |behind |for |as )?({NAME})",
        re.I,
    ),
)


_RAISES = (Family.EQUITY, Family.DEBT, Family.TENDER, Family.GRANT)


class Players:
    """Resolves the units of all lines. Made once an article, from its frames."""

    def __init__(self, parsed: list[Parsed], frames: list[Frame]) -> None:
        self._lines = [p.line for p in parsed]
        self._people = self._companies_of_people()
        self.is_roundup = any(
            p.of(CueClass.ROUNDUP) for p in parsed if p.line.sentence.place is Place.TITLE
        )
        self.subject: Player | None = None
        self.subject = self._subject(frames)

    def of(
        self, unit: Unit | None, line: Line, other_than: frozenset[str] = frozenset()
    ) -> Player | None:
        """The company a unit means, None if there is none; a pronoun means none of ``other_than``."""
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

    def _antecedent(self, unit: Unit, line: Line, other_than: frozenset[str]) -> Player | None:
        earlier = first_subject(line, 0, unit.at)
        if earlier is not None and earlier.mark == NAME and earlier.mention is not None:
            found = player_of(earlier.mention.entity)
            if found is not None and found.key not in other_than:
                return found
        if self.is_roundup:
            return self._told_before(line, other_than)
        if self.subject is not None and self.subject.key not in other_than:
            return self.subject
        for candidate in line.between(0, unit.at, NAME):
            found = player_of(candidate.mention.entity) if candidate.mention else None
            if found is not None and found.key not in other_than:
                return found
        return None

    def _told_before(self, line: Line, other_than: frozenset[str]) -> Player | None:
        """In a roundup, "it" is whom the sentences before in the same paragraph are about."""
        before = [
            other
            for other in self._lines
            if other.sentence.index < line.sentence.index
            and other.sentence.paragraph == line.sentence.paragraph
        ]
        for other in reversed(before):
            subject = first_subject(other, 0, len(other.text))
            if subject is not None and subject.mark == NAME and subject.mention is not None:
                found = player_of(subject.mention.entity)
                if found is not None and found.key not in other_than:
                    return found
        return None

    def company_of(self, frame: Frame) -> Player | None:
        """Whose deal a frame tells of; never one of those who are its investors or buyers."""
        others = self.others_of(frame)
        found = self.of(frame.company, frame.line, others)
        if found is None or found.key in others:
            return None
        if found.invests and frame.family in _RAISES and frame.company is frame.subject:
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

    def _companies_of_people(self) -> dict[int, Player]:
        found: dict[int, Player] = {}
        for line in self._lines:
            for pattern in _COMPANY_OF_PERSON:
                for match in pattern.finditer(line.text):
                    units = [line.unit_at(match.start(n)) for n in (1, 2)]
                    person = next((u for u in units if u and u.mark == PERSON), None)
                    name = next((u for u in units if u and u.mark == NAME), None)
                    if person and name and person.mention and name.mention:
                        player = player_of(name.mention.entity)
                        if player is not None:
                            found.setdefault(id(person.mention.entity), player)
        return found

    def _subject(self, frames: Iterable[Frame]) -> Player | None:
        """Whom the article is about: who acts in title and lead, and is spoken of most."""
        score: dict[str, float] = defaultdict(float)
        players: dict[str, Player] = {}

        def add(player: Player | None, weight: float) -> None:
            if player is not None:
                players.setdefault(player.key, player)
                score[player.key] += weight

        for frame in frames:
            weight = _WEIGHT_OF_PLACE.get(frame.place, 1.0) * (0.2 if frame.earlier else 1.0)
            if frame.family is Family.NONE:
                weight *= 0.3
            add(self.company_of(frame) if frame.company else None, weight * 1.6)
            for part in frame.parts:
                player = self.of(part.unit, frame.line) if part.unit.mark == NAME else None
                if player is not None:
                    add(player, -0.5 * weight)
        for line in self._lines:
            for unit in line.units:
                if unit.mark == NAME and unit.mention is not None:
                    weight = {Place.TITLE: 1.2, Place.LEAD: 0.9}.get(line.sentence.place, 0.3)
                    named = player_of(unit.mention.entity)
                    add(named, weight * 0.3 if named is not None and named.invests else weight)
        best = max(score, key=lambda key: (score[key], key), default=None)
        return players[best] if best is not None else None


_WEIGHT_OF_PLACE = {Place.TITLE: 3.0, Place.LEAD: 4.0}
