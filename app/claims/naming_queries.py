"""SQL for identities by name: present and former slugs, merges, and near misses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import supporting
from app.claims.view_queries import COMPANY_VIEW, ViewTable
from app.storage.ids import decode


async def find(connection: AsyncConnection, table: ViewTable, name: str) -> dict[str, Any] | None:
    """Whether an identity was deleted, and the slug it moved to, if it did."""
    if table is COMPANY_VIEW:
        statement = (
            "SELECT c.deleted_at IS NOT NULL AS deleted, CASE WHEN m.id IS NOT NULL THEN m.slug"
            " WHEN c.id IS DISTINCT FROM :id AND c.slug <> :slug THEN c.slug END AS moved_to"
            " FROM company c LEFT JOIN company m ON m.id = c.merged_into"
            " WHERE c.id = :id OR c.slug = :slug OR c.id ="
            " (SELECT company_id FROM company_former_slug WHERE slug = :slug)"
            " ORDER BY c.slug = :slug DESC LIMIT 1"
        )
    else:
        statement = (
            f"SELECT false AS deleted, NULL AS moved_to FROM {table.identity}"
            " WHERE id = :id OR slug = :slug"
        )
    rows = await connection.execute(
        text(statement), {"id": decode(table.prefix, name), "slug": name}
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def unknown_names(connection: AsyncConnection, kind: str, names: Sequence[str]) -> list[str]:
    """Which of some slugs nothing goes by; ``kind`` is a table of identities or a benchmark."""
    rows = await connection.execute(
        text(
            "SELECT asked.name FROM unnest(CAST(:names AS text[])) AS asked (name)"
            f" WHERE NOT EXISTS ({_GOES_BY[kind]})"
        ),
        {"names": list(names)},
    )
    return list(rows.scalars())


async def near(connection: AsyncConnection, kind: str, name: str) -> list[str]:
    """The slugs nearest to a misspelt one, by the trigram index on names or slugs."""
    return await _nearest(connection, _NAMES[kind], name, {})


async def near_market(connection: AsyncConnection, name: str, moment: Moment) -> list[str]:
    """The markets spoken of by a moment whose slugs are nearest (``claim_of_market``)."""
    parameters: dict[str, Any] = {}
    spoken = f"{_NAMES['market']} AND {supporting(moment, parameters)}"
    return await _nearest(connection, spoken, name, parameters)


async def _nearest(
    connection: AsyncConnection, names: str, name: str, parameters: dict[str, Any]
) -> list[str]:
    parameters["name"] = name[:200].replace("-", " ").lower()
    rows = await connection.execute(
        text(
            f"SELECT n.slug FROM ({names}) n WHERE n.words % :name GROUP BY n.slug"
            " ORDER BY max(similarity(n.words, :name)) DESC, n.slug LIMIT 3"
        ),
        parameters,
    )
    return list(rows.scalars())


_RUN_ID = "'run_' || replace(id::text, '-', '')"
_READING_ID = "'rdg_' || replace(id::text, '-', '')"
_GOES_BY = {
    "company": "SELECT 1 FROM company WHERE slug = asked.name"
    " AND merged_into IS NULL AND deleted_at IS NULL",
    "product": "SELECT 1 FROM product WHERE slug = asked.name",
    "funding_event": "SELECT 1 FROM funding_event WHERE slug = asked.name",
    "source": "SELECT 1 FROM source WHERE slug = asked.name",
    "benchmark": "SELECT 1 FROM claim WHERE predicate = 'benchmark' AND name = asked.name",
    "market": "SELECT 1 FROM claim WHERE market_slug = asked.name",
    "ingest_run": f"SELECT 1 FROM ingest_run WHERE {_RUN_ID} = asked.name",
    "reading": f"SELECT 1 FROM reading WHERE {_READING_ID} = asked.name",
}
_NAMES = {
    "company": "SELECT c.slug, n.normalised AS words FROM company_name n"
    " JOIN company bearer ON bearer.id = n.company_id"
    " JOIN company c ON c.id = coalesce(bearer.merged_into, bearer.id)"
    " WHERE c.deleted_at IS NULL",
    "funding_event": "SELECT slug, replace(slug, '-', ' ') AS words FROM funding_event",
    "product": "SELECT slug, normalised AS words FROM product",
    "source": "SELECT slug, replace(slug, '-', ' ') AS words FROM source",
    "benchmark": "SELECT DISTINCT name AS slug, replace(name, '-', ' ') AS words FROM claim"
    " WHERE predicate = 'benchmark'",
    "market": "SELECT DISTINCT c.market_slug AS slug, replace(c.market_slug, '-', ' ') AS words"
    " FROM claim c WHERE c.market_slug IS NOT NULL",
    "ingest_run": f"SELECT {_RUN_ID} AS slug, lower(name) AS words FROM ingest_run",
    "reading": f"SELECT {_READING_ID} AS slug, lower(title) AS words FROM reading",
}
