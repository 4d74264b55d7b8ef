"""SQL that spelling out needs: sources and products by name, and what deals are told to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.json import dumps

Row = dict[str, Any]


async def bearers(
    connection: AsyncConnection, present: Collection[UUID], joined: Collection[str]
) -> list[Row]:
    """The companies merged into some, each with those names of its own that are asked for.

    ``company_merged_into`` and ``company_name_joined`` serve it.
    """
    rows = await connection.execute(
        text(
            "SELECT c.merged_into AS company_id, c.slug, replace(n.core, ' ', '') AS joined"
            " FROM company c JOIN company_name n ON n.company_id = c.id"
            " WHERE c.merged_into = ANY(CAST(:present AS uuid[]))"
            " AND replace(n.core, ' ', '') = ANY(CAST(:joined AS text[]))"
            " AND NOT EXISTS (SELECT 1 FROM company_name own WHERE own.company_id = c.merged_into"
            "  AND replace(own.core, ' ', '') = replace(n.core, ' ', ''))"
            " ORDER BY c.slug DESC"
        ),
        {"present": list(present), "joined": list(joined)},
    )
    return [dict(row) for row in rows.mappings()]


async def sources(connection: AsyncConnection, names: Collection[str]) -> list[Row]:
    """The sources that go by some names: their slug, their domain or, in any case, their name."""
    rows = await connection.execute(
        text(
            "SELECT * FROM source WHERE slug = ANY(CAST(:names AS text[]))"
            " OR lower(name) = ANY(CAST(:names AS text[]))"
            " OR domain = ANY(CAST(:names AS text[])) ORDER BY slug"
        ),
        {"names": [name.lower() for name in names]},
    )
    return [dict(row) for row in rows.mappings()]


async def products(
    connection: AsyncConnection, companies: Sequence[UUID], names: Sequence[str]
) -> dict[tuple[UUID, str], str]:
    """The slugs of products by company and normalised name (``product_company``)."""
    rows = await connection.execute(
        text(
            "SELECT p.company_id, p.normalised, min(p.slug) AS slug FROM product p"
            " JOIN unnest(CAST(:companies AS uuid[]), CAST(:names AS text[])) AS asked (company_id,"
            " normalised) ON asked.company_id = p.company_id AND asked.normalised = p.normalised"
            " GROUP BY p.company_id, p.normalised"
        ),
        {"companies": list(companies), "names": list(names)},
    )
    return {(company, name): slug for company, name, slug in rows}


async def deals(connection: AsyncConnection, companies: Iterable[UUID]) -> list[Row]:
    """What is told of round, money, valuation and time of the deals of some companies.

    A row for each event and claim of these; the columns of the claim are null where there is
    none. ``funding_event_company`` and ``claim_of_event`` serve it.
    """
    rows = await connection.execute(
        text(
            "SELECT e.company_id, e.slug, c.predicate, c.facet, c.term, c.low, c.high, c.currency,"
            " coalesce(c.effective_on, CAST(c.reported_at AS date)) AS day"
            " FROM funding_event e LEFT JOIN claim c ON c.event_id = e.id"
            "  AND c.predicate IN ('stage', 'round_label', 'amount', 'valuation')"
            "  AND c.stance = 'support' AND c.retracted_at IS NULL"
            " WHERE e.company_id = ANY(CAST(:companies AS uuid[]))"
        ),
        {"companies": list(companies)},
    )
    return [dict(row) for row in rows.mappings()]


async def told_before(
    connection: AsyncConnection, told: Collection[bytes]
) -> dict[bytes, list[str]]:
    """The deals that reports were found to be of, by what is told, in the order they came.

    The primary key serves it.
    """
    rows = await connection.execute(
        text(
            "SELECT f.told, e.slug FROM found_deal f JOIN funding_event e ON e.id = f.event_id"
            " WHERE f.told = ANY(CAST(:told AS bytea[])) ORDER BY f.recorded_at, e.slug"
        ),
        {"told": list(told)},
    )
    deals: dict[bytes, list[str]] = {}
    for digest, slug in rows:
        deals.setdefault(bytes(digest), []).append(slug)
    return deals


async def keep_reasons(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep why reports were taken for those of a deal; the first reason of each stays."""
    await connection.execute(
        text(
            "INSERT INTO found_deal SELECT * FROM json_populate_recordset(NULL::found_deal,"
            " CAST(:rows AS json)) ON CONFLICT DO NOTHING"
        ),
        {"rows": dumps(rows).decode()},
    )


async def reasons(connection: AsyncConnection, event: UUID) -> list[Row]:
    """Why reports were found to be of a deal, in the order in which they came."""
    rows = await connection.execute(
        text(
            "SELECT f.*, d.title, d.url, s.slug AS source_slug, s.name AS source_name"
            " FROM found_deal f JOIN document d ON d.id = f.document_id"
            " JOIN source s ON s.id = d.source_id WHERE f.event_id = :event"
            " ORDER BY f.recorded_at, f.document_id"
        ),
        {"event": event},
    )
    return [dict(row) for row in rows.mappings()]
