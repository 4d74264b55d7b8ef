"""SQL for who is said to compete with whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import admitted, at_moment
from app.claims.view_queries import COMPANY_VIEW, id_called


async def rivals(connection: AsyncConnection, company: str, moment: Moment) -> list[dict[str, Any]]:
    """Who is said to compete with a company, by rival and market; either may have been named.

    ``claim_of_company`` and ``claim_object`` serve the two directions.
    """
    parameters: dict[str, Any] = {}
    about = id_called(COMPANY_VIEW, company, parameters)
    condition = at_moment(moment, parameters)
    condition += f" AND {admitted(moment, parameters)}"
    rows = await connection.execute(
        text(
            "SELECT r.id, r.slug, r.name, c.market, count(DISTINCT c.document_id) AS appearances,"
            " count(DISTINCT coalesce(s.owner, s.slug)) AS independent_origins,"
            f" {_FIRST}, {_LAST},"
            " array_agg(c.id ORDER BY c.reported_at DESC NULLS LAST, c.id) AS claim_ids"
            " FROM claim c JOIN source s ON s.id = c.origin_id JOIN company r ON r.id ="
            f" CASE WHEN c.company_id = {about} THEN c.object_id ELSE c.company_id END"
            f" WHERE (c.company_id = {about} OR c.object_id = {about})"
            " AND c.predicate = 'competes_with' AND c.stance IN ('support', 'correct')"
            f" AND {condition} GROUP BY r.id, r.slug, r.name, c.market"
            " ORDER BY independent_origins DESC, appearances DESC, r.slug, c.market"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


_PRECISION = "(array_agg(c.reported_precision ORDER BY c.reported_at {order} NULLS LAST))[1]"
_FIRST = (
    f"min(c.reported_at) AS first_reported_at, {_PRECISION.format(order='ASC')} AS first_precision"
)
_LAST = (
    f"max(c.reported_at) AS last_reported_at, {_PRECISION.format(order='DESC')} AS last_precision"
)
