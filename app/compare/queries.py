"""SQL for comparisons: companies by name, benchmark claims, and which benchmarks there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.storage.ids import decode, encode


async def stored_companies(
    connection: AsyncConnection, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """What comparisons need of the stored views of companies, by present or former slug, or id.

    Nearly all are asked for by their present slugs (``company_view_slug_key``); only for what is
    left over the former ones and the ids are looked up.
    """
    rows = await connection.execute(_BY_SLUG, {"names": list(names)})
    found = {row["slug"]: dict(row) for row in rows.mappings()}
    others = [name for name in names if name not in found]
    if others:
        rows = await connection.execute(
            text(
                f"{_ASKED} SELECT asked.name AS asked_name, {_COMPARED} {_FOUND}"
                " JOIN company_view v ON v.company_id = coalesce(c.merged_into, c.id)"
            ),
            _asked(others),
        )
        found |= {row["asked_name"]: dict(row) for row in rows.mappings()}
    return found


_COMPARED = "v.company_id, v.slug, v.body"
_BY_SLUG = text(
    f"SELECT {_COMPARED} FROM company_view v WHERE v.slug = ANY(CAST(:names AS text[]))"
)


async def companies(
    connection: AsyncConnection, names: Sequence[str], moment: Moment
) -> dict[str, UUID]:
    """The ids of companies by present or former slug, or by public id, if known by then."""
    rows = await connection.execute(
        text(
            f"{_ASKED} SELECT asked.name, coalesce(c.merged_into, c.id) {_FOUND}"
            " WHERE c.deleted_at IS NULL"
            " AND c.recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')"
        ),
        {**_asked(names), "known_at": moment.known_at},
    )
    return {row[0]: row[1] for row in rows}


# Served by the primary keys and the unique slugs.
_ASKED = (
    "WITH asked AS ("
    "  SELECT slug AS name, id FROM company WHERE slug = ANY(CAST(:names AS text[]))"
    "  UNION ALL SELECT 'cmp_' || replace(id::text, '-', ''), id FROM company"
    "   WHERE id = ANY(CAST(:ids AS uuid[]))"
    "  UNION ALL SELECT slug, company_id FROM company_former_slug"
    "   WHERE slug = ANY(CAST(:names AS text[])))"
)
_FOUND = "FROM asked JOIN company c ON c.id = asked.id"


def _asked(names: Sequence[str]) -> dict[str, Any]:
    ids = [identity for name in names if (identity := decode("cmp", name)) is not None]
    return {"names": list(names), "ids": ids}


async def parents(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The owners of some companies, by the public id of the owned (primary key)."""
    rows = await connection.execute(
        text(
            "SELECT c.id AS owned, p.id, p.slug, p.name FROM company c"
            " JOIN company p ON p.id = c.parent_id WHERE c.id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": [decode("cmp", identity) for identity in ids]},
    )
    return {
        encode("cmp", row.owned): {"id": encode("cmp", row.id), "slug": row.slug, "name": row.name}
        for row in rows
    }


async def benchmark_products(
    connection: AsyncConnection, company_ids: Sequence[UUID], benchmarks: Sequence[str]
) -> list[tuple[UUID, UUID]]:
    """Pairs of a company and a product with a claim on some benchmarks (claim_benchmark).

    The products of a company are its own and those of the companies it owns.
    """
    rows = await connection.execute(
        text(
            "WITH maker AS ("
            "  SELECT id AS asked, id FROM company WHERE id = ANY(CAST(:companies AS uuid[]))"
            "  UNION ALL SELECT parent_id, id FROM company"
            "   WHERE parent_id = ANY(CAST(:companies AS uuid[])))"
            " SELECT DISTINCT maker.asked, c.product_id FROM maker"
            " JOIN claim c ON c.player_id = maker.id AND c.predicate = 'benchmark'"
            "  AND c.name = ANY(CAST(:names AS text[]))"
        ),
        {"names": list(benchmarks), "companies": list(company_ids)},
    )
    return [(company, product) for company, product in rows]


async def unknown_benchmarks(connection: AsyncConnection, names: Sequence[str]) -> list[str]:
    """Which of some benchmarks nothing is claimed of (claim_benchmark)."""
    rows = await connection.execute(
        text(
            "SELECT asked.name FROM unnest(CAST(:names AS text[])) AS asked (name)"
            " WHERE NOT EXISTS (SELECT 1 FROM claim c"
            "  WHERE c.predicate = 'benchmark' AND c.name = asked.name)"
        ),
        {"names": list(names)},
    )
    return list(rows.scalars())


async def benchmarks(connection: AsyncConnection) -> list[str]:
    """Every benchmark of which something is claimed; a scan, for the answer to a mistake."""
    rows = await connection.execute(
        text("SELECT DISTINCT name FROM claim WHERE predicate = 'benchmark' ORDER BY name")
    )
    return list(rows.scalars())
