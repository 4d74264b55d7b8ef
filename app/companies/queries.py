"""SQL for companies by name, and for who is said to compete with whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import at_moment
from app.storage.ids import decode


async def find(connection: AsyncConnection, name: str) -> dict[str, Any] | None:
    """The company of an id, a slug or a former slug, with the one it was merged into."""
    rows = await connection.execute(
        text(
            "SELECT c.id, c.slug, c.deleted_at, m.slug AS merged_slug"
            " FROM company c LEFT JOIN company m ON m.id = c.merged_into"
            " WHERE c.id = :id OR c.slug = :slug OR c.id ="
            " (SELECT company_id FROM company_former_slug WHERE slug = :slug)"
            " ORDER BY c.slug = :slug DESC LIMIT 1"
        ),
        {"id": decode("cmp", name), "slug": name},
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def near(connection: AsyncConnection, name: str) -> list[str]:
    """Slugs of the companies whose names are nearest to a misspelt one (trigram index)."""
    rows = await connection.execute(
        text(
            "SELECT c.slug FROM company_name n JOIN company c ON c.id = n.company_id"
            " WHERE n.normalised % :name GROUP BY c.slug"
            " ORDER BY max(similarity(n.normalised, :name)) DESC, c.slug LIMIT 3"
        ),
        {"name": name.replace("-", " ").lower()},
    )
    return list(rows.scalars())


async def products(
    connection: AsyncConnection, company_id: UUID, moment: Moment
) -> list[dict[str, Any]]:
    """The products of a company that had been spoken of by the moment."""
    parameters: dict[str, Any] = {"company": company_id}
    spoken = "true"
    if moment.as_of is not None or moment.known_at is not None:
        condition = at_moment(moment, parameters)
        spoken = f"EXISTS (SELECT 1 FROM claim c WHERE c.product_id = p.id AND {condition})"
    rows = await connection.execute(
        text(
            "SELECT p.id, p.slug, p.name, p.kind FROM product p"
            f" WHERE p.company_id = :company AND {spoken} ORDER BY p.slug"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def rivals(
    connection: AsyncConnection, company_id: UUID, moment: Moment
) -> list[dict[str, Any]]:
    """Who is said to compete with a company, by rival and market; either may have been named."""
    parameters: dict[str, Any] = {"company": company_id}
    condition = at_moment(moment, parameters)
    rows = await connection.execute(
        text(
            "SELECT r.id, r.slug, r.name, c.market, count(DISTINCT c.document_id) AS appearances,"
            " count(DISTINCT coalesce(s.owner, s.slug)) AS independent_origins,"
            " min(c.reported_at) AS first_reported_at, max(c.reported_at) AS last_reported_at,"
            " array_agg(c.id ORDER BY c.reported_at DESC NULLS LAST, c.id) AS claim_ids"
            " FROM claim c JOIN source s ON s.id = c.origin_id JOIN company r ON r.id ="
            " CASE WHEN c.company_id = :company THEN c.object_id ELSE c.company_id END"
            " WHERE (c.company_id = :company OR c.object_id = :company)"
            " AND c.predicate = 'competes_with' AND c.stance IN ('support', 'correct')"
            f" AND {condition} GROUP BY r.id, r.slug, r.name, c.market"
            " ORDER BY independent_origins DESC, appearances DESC, r.slug, c.market"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]
