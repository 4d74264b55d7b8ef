"""Which companies some names mean: found set-wise, scored one by one, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.identities import queries
from app.identities.judging import Standing, standing
from app.identities.scoring import (
    Ask,
    Asked,
    Company,
    Decision,
    Name,
    Score,
    Thresholds,
    decide,
    judged,
    score,
)

Row = dict[str, Any]

CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that a name may mean, and why."""

    company: Company
    score: Score


@dataclass(frozen=True, slots=True)
class Match:
    """What comes of one name: the decision, and the candidates, the best first."""

    ask: Ask
    decision: Decision
    candidates: tuple[Candidate, ...]

    @property
    def company(self) -> Company | None:
        """The company that the name means, if that is settled."""
        return self.candidates[0].company if self.decision is Decision.MATCHED else None


async def match(
    connection: AsyncConnection,
    asks: Sequence[Ask],
    thresholds: Thresholds,
    *,
    most: int = CANDIDATES,
) -> list[Match]:
    """What comes of each of some names, in their order, with up to ``most`` candidates.

    Names are looked up by their likeness only if nothing is equal to them. Call it in a
    transaction: it takes a handful of statements however many names there are.
    """
    asked = [Asked.of(ask) for ask in asks]
    known = await _found(connection, asked)
    matches = [
        known.match(ask, one, thresholds, most) for ask, one in zip(asks, asked, strict=True)
    ]
    unsettled = [n for n, found in enumerate(matches) if found.decision is Decision.UNKNOWN]
    if unsettled:
        await _add_near(connection, known, [asked[number] for number in unsettled])
        for number in unsettled:
            matches[number] = known.match(asks[number], asked[number], thresholds, most)
    return matches


@dataclass(slots=True)
class _Known:
    """All that was found for some names, by what it was found by."""

    standing: Mapping[str, Standing]
    found: defaultdict[tuple[str, str], set[UUID]] = field(default_factory=lambda: defaultdict(set))
    names: defaultdict[tuple[str, str], list[tuple[UUID, Name]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    companies: dict[UUID, Company] = field(default_factory=dict)

    def match(self, ask: Ask, asked: Asked, thresholds: Thresholds, most: int) -> Match:
        """What comes of one name by what is known so far."""
        judgement = self.standing.get(asked.normalised, Standing())
        if judgement.company_id in self.companies:
            company = self.companies[judgement.company_id]
            return Match(ask, Decision.MATCHED, (Candidate(company, judged(ask.name)),))
        names: defaultdict[UUID, list[Name]] = defaultdict(list)
        for place in (("joined", asked.joined), ("near", asked.core)):
            for company_id, name in self.names.get(place, ()):
                names[company_id].append(name)
        places = [
            *(("slug", slug) for slug in asked.slugs),
            *(("domain", domain) for domain in asked.domains),
            *((scheme, value) for scheme, all_of in asked.identifiers.items() for value in all_of),
        ]
        ids = names.keys() | {one for place in places for one in self.found.get(place, ())}
        candidates = sorted(
            (
                Candidate(company, score(asked, company, names[company.id]))
                for company in (self.companies[one] for one in ids if one in self.companies)
                if not judgement.rejects(company.id, company.recorded_at)
            ),
            key=lambda candidate: (-candidate.score.total, candidate.company.slug),
        )
        decision = decide([candidate.score for candidate in candidates], thresholds)
        return Match(ask, decision, tuple(candidates[:most]))


async def _found(connection: AsyncConnection, asked: Collection[Asked]) -> _Known:
    judgements = await queries.judgements(connection, {one.normalised for one in asked})
    known = _Known({name: standing(all_of) for name, all_of in judgements.items()})
    rows = await queries.found(connection, asked)
    for row in rows:
        if row["found_by"] == "name":
            known.names["joined", row["value"]].append((row["company_id"], _name(row)))
        else:
            known.found[row["found_by"], row["value"]].add(row["company_id"])
    meant = {one.company_id for one in known.standing.values() if one.company_id}
    ids = {row["company_id"] for row in rows} | meant
    known.companies = await queries.companies(connection, ids)
    return known


async def _add_near(connection: AsyncConnection, known: _Known, asked: Collection[Asked]) -> None:
    rows = await queries.near(connection, {one.core: one.described for one in asked})
    for row in rows:
        known.names["near", row["asked"]].append((row["company_id"], _name(row)))
    ids = {row["company_id"] for row in rows} - known.companies.keys()
    known.companies |= await queries.companies(connection, ids)


def _name(row: Row) -> Name:
    return Name(row["name"], row["kind"], row["normalised"], row["core"])
