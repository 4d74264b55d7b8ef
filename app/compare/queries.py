"""SQL for comparisons: companies by name, benchmark claims, and which benchmarks there are."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.storage.ids import decode


async def companies(
    connection: AsyncConnection, slugs: Sequence[str], moment: Moment
) -> dict[str, UUID]:
    """The ids of companies by present or former slug, or by public id, if known by then."""
    ids = [identity for slug in slugs if (identity := decode("cmp", slug)) is not None]
    rows = await connection.execute(
        text(
            "SELECT asked.slug, coalesce(c.merged_into, c.id) FROM ("
            "  SELECT slug, id FROM company WHERE slug = ANY(CAST(:slugs AS text[]))"
            "  UNION ALL SELECT 'cmp_' || replace(id::text, '-', ''), id FROM company"
            "   WHERE id = ANY(CAST(:ids AS uuid[]))"
            "  UNION ALL SELECT slug, company_id FROM company_former_slug"
            "   WHERE slug = ANY(CAST(:slugs AS text[]))"
            ") asked JOIN company c ON c.id = asked.id WHERE c.deleted_at IS NULL"
            " AND c.recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity')"
        ),
        {"slugs": list(slugs), "ids": ids, "known_at": moment.known_at},
    )
    return {row[0]: row[1] for row in rows}


async def benchmark_products(
    connection: AsyncConnection, company_ids: Sequence[UUID], benchmarks: Sequence[str]
) -> list[UUID]:
    """The products of some companies with a claim on some benchmarks (claim_benchmark)."""
    rows = await connection.execute(
        text(
            "SELECT DISTINCT product_id FROM claim WHERE predicate = 'benchmark'"
            " AND name = ANY(CAST(:names AS text[]))"
            " AND player_id = ANY(CAST(:companies AS uuid[]))"
        ),
        {"names": list(benchmarks), "companies": list(company_ids)},
    )
    return list(rows.scalars())


async def benchmarks(connection: AsyncConnection) -> list[str]:
    """Every benchmark of which something is claimed."""
    rows = await connection.execute(
        text("SELECT DISTINCT name FROM claim WHERE predicate = 'benchmark' ORDER BY name")
    )
    return list(rows.scalars())


async def event_ids(connection: AsyncConnection, company_ids: Sequence[UUID]) -> list[UUID]:
    """All events of some companies."""
    rows = await connection.execute(
        text("SELECT id FROM funding_event WHERE company_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(company_ids)},
    )
    return list(rows.scalars())
