"""SQL that finds the companies a name may mean, and what was judged of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.identities.judging import Judgement, Verdict
from app.identities.scoring import Asked, Company

Row = dict[str, Any]

LEAST_LIKENESS = 0.55
"""Trigram similarity from which on a name is looked at: one wrong letter in eight."""
MOST_NAMES = 10
"""The most similar names looked at for each one asked for."""


async def found(connection: AsyncConnection, asked: Collection[Asked]) -> list[Row]:
    """What goes by some names, slugs or identifiers exactly, each with the present company.

    ``found_by`` is ``name``, ``slug`` or a scheme, and ``value`` the joined name, the slug or the
    identifier; the names themselves come with the rows of ``name``. ``company_name_joined``,
    ``company_slug_key`` and the primary keys serve it.
    """
    identifiers = {
        (scheme, value)
        for one in asked
        for scheme, values in [*one.identifiers.items(), ("domain", one.domains)]
        for value in values
    }
    rows = await connection.execute(
        text(
            "SELECT found.*, coalesce(c.merged_into, c.id) AS company_id FROM ("
            " SELECT 'name' AS found_by, replace(core, ' ', '') AS value, name, kind, normalised,"
            "  core, company_id AS id FROM company_name"
            "  WHERE replace(core, ' ', '') = ANY(CAST(:joined AS text[]))"
            " UNION ALL SELECT 'slug', slug, NULL, NULL, NULL, NULL, id FROM company"
            "  WHERE slug = ANY(CAST(:slugs AS text[]))"
            " UNION ALL SELECT 'slug', slug, NULL, NULL, NULL, NULL, company_id"
            "  FROM company_former_slug WHERE slug = ANY(CAST(:slugs AS text[]))"
            " UNION ALL SELECT i.scheme, i.value, NULL, NULL, NULL, NULL, i.company_id"
            "  FROM unnest(CAST(:schemes AS text[]), CAST(:values AS text[])) AS sent (scheme,"
            "  value) JOIN company_identifier i ON i.scheme = sent.scheme AND i.value = sent.value"
            ") found JOIN company c ON c.id = found.id"
        ),
        {
            "joined": list({one.joined for one in asked}),
            "slugs": list({slug for one in asked for slug in one.slugs}),
            "schemes": [scheme for scheme, _ in identifiers],
            "values": [value for _, value in identifiers],
        },
    )
    return [dict(row) for row in rows.mappings()]


async def near(connection: AsyncConnection, asked: Mapping[str, Sequence[str]]) -> list[Row]:
    """The names nearest to each of some cores, with the present companies.

    Those are the most similar, and those that are one of the joined names beside the core.
    ``company_name_core_trigrams`` serves the first, one core at a time (LATERAL), and
    ``company_name_joined`` the second.
    """
    await connection.execute(
        text("SELECT set_config('pg_trgm.similarity_threshold', :least, true)"),
        {"least": str(LEAST_LIKENESS)},
    )
    rows = await connection.execute(
        text(
            "SELECT near.*, coalesce(c.merged_into, c.id) AS company_id FROM ("
            " SELECT asked.core AS asked, alike.* FROM unnest(CAST(:cores AS text[]))"
            "  AS asked (core) CROSS JOIN LATERAL ("
            "  SELECT n.company_id AS id, n.name, n.kind, n.normalised, n.core FROM company_name n"
            "   WHERE n.core % asked.core AND similarity(n.core, asked.core) >= :least"
            "   ORDER BY similarity(n.core, asked.core) DESC, n.core, n.company_id"
            "   LIMIT :most) alike"
            " UNION ALL SELECT asked.core, n.company_id, n.name, n.kind, n.normalised, n.core"
            "  FROM unnest(CAST(:described AS text[]), CAST(:of AS text[])) AS asked (joined, core)"
            "  JOIN company_name n ON replace(n.core, ' ', '') = asked.joined"
            ") near JOIN company c ON c.id = near.id"
        ),
        {
            "cores": list(asked),
            "described": [joined for all_of in asked.values() for joined in all_of],
            "of": [core for core, all_of in asked.items() for _ in all_of],
            "least": LEAST_LIKENESS,
            "most": MOST_NAMES,
        },
    )
    return [dict(row) for row in rows.mappings()]


async def companies(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, Company]:
    """Companies that stand, with all that they and those merged into them go by."""
    rows = await connection.execute(
        text(
            "SELECT c.id, c.slug, c.name, c.country, c.recorded_at, former.slugs, known.pairs"
            " FROM company c"
            " CROSS JOIN LATERAL (SELECT array(SELECT c.id UNION ALL"
            "  SELECT m.id FROM company m WHERE m.merged_into = c.id) AS ids) all_of"
            " CROSS JOIN LATERAL (SELECT array(SELECT m.slug FROM company m"
            "  WHERE m.merged_into = c.id UNION ALL SELECT f.slug FROM company_former_slug f"
            "  WHERE f.company_id = ANY(all_of.ids)) AS slugs) former"
            " CROSS JOIN LATERAL (SELECT array(SELECT ARRAY[i.scheme, i.value]"
            "  FROM company_identifier i WHERE i.company_id = ANY(all_of.ids)) AS pairs) known"
            " WHERE c.id = ANY(CAST(:ids AS uuid[])) AND c.merged_into IS NULL"
            " AND c.deleted_at IS NULL"
        ),
        {"ids": list(ids)},
    )
    return {
        row.id: Company(
            row.id,
            row.slug,
            row.name,
            row.country,
            row.recorded_at,
            frozenset(row.slugs),
            _by_scheme(row.pairs),
        )
        for row in rows
    }


def _by_scheme(pairs: Iterable[Sequence[str]]) -> dict[str, frozenset[str]]:
    values: dict[str, frozenset[str]] = {}
    for scheme, value in pairs:
        values[scheme] = values.get(scheme, frozenset()) | {value}
    return values


async def judgements(
    connection: AsyncConnection, names: Collection[str]
) -> dict[str, list[Judgement]]:
    """What was judged of some normalised names, the oldest first, by present companies."""
    rows = await connection.execute(
        text(
            "SELECT j.normalised, j.verdict, coalesce(c.merged_into, c.id) AS company_id,"
            " j.judged_at FROM name_judgement j LEFT JOIN company c ON c.id = j.company_id"
            " WHERE j.normalised = ANY(CAST(:names AS text[])) ORDER BY j.judged_at, j.id"
        ),
        {"names": list(names)},
    )
    judged: dict[str, list[Judgement]] = {}
    for name, verdict, company, at in rows:
        judged.setdefault(name, []).append(Judgement(Verdict(verdict), company, at))
    return judged
