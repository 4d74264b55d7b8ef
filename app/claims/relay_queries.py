"""SQL for chains of documents that repeat one another, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import NOW, Moment
from app.claims.queries import document_at_moment
from app.claims.relays import Publication


async def ahead(
    connection: AsyncConnection, documents: Sequence[UUID], moment: Moment = NOW
) -> list[Publication]:
    """Some documents, what they repeat, what that repeats, and so on, as far as known by then.

    All versions at a place are there. ``document_place`` serves it; each document is found
    once, which also ends a ring. Each step looks up the next ones by themselves (OFFSET 0):
    the planner expects many more, and would read the whole table to join them.
    """
    parameters: dict[str, Any] = {"ids": list(documents)}
    rows = await connection.execute(
        text(
            "WITH RECURSIVE ahead (id, relays_place) AS ("
            "  SELECT id, relays_place FROM document WHERE id = ANY(CAST(:ids AS uuid[]))"
            "  UNION SELECT next.id, next.relays_place FROM ahead a CROSS JOIN LATERAL ("
            "   SELECT d.id, d.relays_place FROM document d WHERE d.place = a.relays_place"
            f"   AND {document_at_moment(moment, parameters)} OFFSET 0) next)"
            " SELECT d.* FROM ahead a CROSS JOIN LATERAL (SELECT id, key, source_id,"
            "  relays_source_id, place, relays_place, published_at, published_precision"
            "  FROM document WHERE id = a.id OFFSET 0) d"
        ),
        parameters,
    )
    return [Publication(*row) for row in rows]


async def behind(connection: AsyncConnection, documents: Sequence[UUID]) -> list[UUID]:
    """Those of some documents that repeat another one, what repeats them, and so on.

    ``document_relays_place`` serves it; each document is found once, which also ends a ring.
    """
    rows = await connection.execute(
        text(
            "WITH RECURSIVE behind (id, place, relays_place) AS ("
            "  SELECT id, place, relays_place FROM document"
            "   WHERE id = ANY(CAST(:ids AS uuid[]))"
            "  UNION SELECT next.id, next.place, next.relays_place"
            "   FROM behind b CROSS JOIN LATERAL (SELECT d.id, d.place, d.relays_place"
            "    FROM document d WHERE d.relays_place = b.place OFFSET 0) next)"
            " SELECT id FROM behind WHERE relays_place IS NOT NULL"
        ),
        {"ids": list(documents)},
    )
    return list(rows.scalars())
