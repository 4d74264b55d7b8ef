"""Which companies short forms name: known ones, or new ones, or the item waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.claims.names import ascii_slug, normalise_name
from app.identities.matching import Match, match
from app.identities.normalise import core_name, domain_of
from app.identities.scoring import Ask, Decision
from app.ingest.batch import Batch
from app.ingest.identities import (
    ProvisionalCompany,
    find,
    store_companies,
)
from app.ingest.schemas import Identifier
from app.ingest.short import queries
from app.ingest.short.parking import Unclear, park
from app.ingest.short.schemas import AccountItem
from app.ingest.short.spelling import Spelling, apart, joined_name, make, standing

Row = dict[str, Any]


async def match_names(batch: Batch, spellings: Sequence[Spelling]) -> dict[Ask, Match]:
    """What each name means, once for all the items that name it."""
    asks = list(dict.fromkeys(ask for one in spellings for ask in one.asks))
    found = await match(batch.connection, asks, batch.intent.thresholds)
    by_slug = {ask for one in spellings if isinstance(one.item, AccountItem) for ask in one.asks}
    return {
        ask: _of_that_slug(one) if ask in by_slug else one
        for ask, one in zip(asks, found, strict=True)
    }


def _of_that_slug(found: Match) -> Match:
    """An account calls the companies that its reader knew by their slugs: then it is that one."""
    meant = tuple(one for one in found.candidates if one.company.slug == found.ask.name)
    return replace(found, decision=Decision.MATCHED, candidates=meant) if meant else found


async def clear(
    batch: Batch, spellings: Sequence[Spelling], matches: Mapping[Ask, Match]
) -> list[Spelling]:
    """The items whose names are clear; the others are left waiting, with the candidates.

    Another company that is the item's own is a mistake, which is told before anything is made.
    """
    unclear = []
    for spelling in spellings:
        own, *others = (_meant(matches[ask]) for ask in spelling.asks)
        if own in others:
            told = "must be another company than the report is about"
            pointer = spelling.pointers[1 + others.index(own)]
            batch.refuse(spelling.valid, [spelling.valid.error(pointer, told)])
        elif (several := _ambiguous(spelling, matches)) is not None:
            unclear.append(several)
    await park(batch, unclear)
    return standing(batch, spellings)


def _meant(found: Match) -> UUID | str:
    """What tells the company that a name means from others, though it may not be known yet."""
    return found.company.id if found.company else joined_name(found.ask)


def _ambiguous(spelling: Spelling, matches: Mapping[Ask, Match]) -> Unclear | None:
    """An item with what is to be asked of it, if a name in it may be of several companies."""
    questions, names = [], []
    for pointer, ask in zip(spelling.pointers, spelling.asks, strict=True):
        found = matches[ask]
        if found.decision is not Decision.AMBIGUOUS:
            continue
        slugs = [one.company.slug for one in found.candidates]
        told = ", ".join(f"{one.company.slug} ({one.score.total:g})" for one in found.candidates)
        questions.append(spelling.valid.error(pointer, f"{ask.name[:80]!r} may be {told}", slugs))
        names.append(normalise_name(ask.name))
    return Unclear(spelling, questions, names) if questions else None


async def find_companies(
    batch: Batch, spellings: Sequence[Spelling], matches: Mapping[Ask, Match]
) -> None:
    """Set the companies of items whose names are clear; those that are not known are made."""
    unknown = dict.fromkeys(
        ask for one in spellings for ask in one.asks if matches[ask].company is None
    )
    made = await _make_companies(batch, list(unknown))
    slugs = await _as_told(batch, matches) | made
    await find(batch, companies=slugs.values())
    await _add_spellings(batch, slugs)
    for spelling in spellings:
        spelling.company, *spelling.others = [
            batch.companies.get(slugs[ask], {}) for ask in spelling.asks
        ]
        first = matches[spelling.asks[0]]
        if first.company is not None:
            spelling.company_reason = [
                {"feature": one.feature, "value": one.value, "weight": one.weight}
                for one in first.candidates[0].score.features
            ]


async def _as_told(batch: Batch, matches: Mapping[Ask, Match]) -> dict[Ask, str]:
    """The slugs of the companies that names mean: of a merged one, if it bears the name alone.

    So what was sent before a merge is known again after it, and goes back when it is undone.
    """
    known = {ask: one.company for ask, one in matches.items() if one.company is not None}
    rows = await queries.bearers(
        batch.connection,
        {company.id for company in known.values()},
        {joined_name(ask) for ask in known},
    )
    bearers = {(row["company_id"], row["joined"]): row["slug"] for row in rows}
    return {
        ask: bearers.get((company.id, joined_name(ask)), company.slug)
        for ask, company in known.items()
    }


async def _add_spellings(batch: Batch, slugs: Mapping[Ask, str]) -> None:
    """Note by which names the companies that were made for reports are called in others."""
    spelt = {
        (slug, ask.name): ProvisionalCompany(type="company", slug=slug, name=ask.name)
        for ask, slug in slugs.items()
        if batch.companies[slug]["provisional"] and ask.name != slug
    }
    await make(batch, store_companies, spelt.values())


async def _make_companies(batch: Batch, asks: Sequence[Ask]) -> dict[Ask, str]:
    """Provisional companies for names of none that is known; one for all spellings of a name."""
    groups = _by_company(asks)
    wanted = {key: ascii_slug(core_name(group[0].name)) for key, group in groups.items()}
    await find(batch, companies=wanted.values())
    taken = set(batch.companies)
    made = []
    for key, group in groups.items():
        if wanted[key] in taken:
            # Of another name, or it would have been found by it.
            wanted[key] = apart(wanted[key], "|".join(key))
        taken.add(wanted[key])
        made.append(_provisional(wanted[key], group))
    await make(batch, store_companies, made)
    return {ask: wanted[key] for key, group in groups.items() for ask in group}


def _by_company(asks: Sequence[Ask]) -> dict[tuple[str, str], list[Ask]]:
    """Names of companies to be made, those of one together, by the name and what else tells it.

    Two of one name with domains or numbers of their own are two companies.
    """
    groups: dict[tuple[str, str], list[Ask]] = {}
    first: dict[str, str] = {}
    for ask in sorted(asks, key=lambda ask: not (ask.identifiers or ask.domain)):
        joined = joined_name(ask)
        told = "|".join([*(value for _, value in ask.identifiers), ask.domain or ""]).strip("|")
        told = told or first.get(joined, "")
        first.setdefault(joined, told)
        groups.setdefault((joined, told), []).append(ask)
    return groups


def _provisional(slug: str, group: Sequence[Ask]) -> ProvisionalCompany:
    told = [pair for ask in group for pair in ask.identifiers]
    domains = [ask.domain or domain_of(ask.name) for ask in group]
    told += [("domain", domain) for domain in domains if domain]
    # One company has one of each; what else was told under its name may be of another.
    identifiers = dict(reversed(told))
    return ProvisionalCompany.model_validate(
        {
            "type": "company",
            "slug": slug,
            "name": group[0].name,
            "country": next((ask.country for ask in group if ask.country), None),
            "identifiers": [
                Identifier.model_validate({"scheme": scheme, "value": value})
                for scheme, value in identifiers.items()
            ],
        }
    )
