"""SQL of the change log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.listing import Listing, order_by, paged

_NAMED = """
SELECT h.*, p.slug AS company_slug, p.name AS company_name, e.slug AS event_slug,
       e.label AS event_label, r.slug AS product_slug, r.name AS product_name, w.actor
FROM page h
JOIN company p ON p.id = h.company_id
LEFT JOIN funding_event e ON e.id = h.event_id
LEFT JOIN product r ON r.id = h.product_id
LEFT JOIN write w ON w.version = h.written_in
"""


async def changes_page(connection: AsyncConnection, listing: Listing) -> list[dict[str, Any]]:
    """A page of changes, one row more if there is a next.

    ``change_by_position`` serves the order, ``change_of_…`` those of one identity.
    """
    parameters: dict[str, Any] = {}
    page = f"SELECT * FROM change h {paged(listing, parameters, 'h.id')}"
    order = order_by(listing.sort, "h.id")
    rows = await connection.execute(
        text(f"WITH page AS MATERIALIZED ({page}) {_NAMED} ORDER BY {order}"), parameters
    )
    return [dict(row) for row in rows.mappings()]


async def last_position(connection: AsyncConnection) -> int:
    """The place of the newest change, 0 in an empty log."""
    return int(await connection.scalar(text("SELECT coalesce(max(position), 0) FROM change")) or 0)
