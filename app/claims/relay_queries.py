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
    once, which also ends a ring.
    """
    parameters: dict[str, Any] = {"ids": list(documents)}
    rows = await connection.execute(
        text(
            "WITH RECURSIVE ahead (id, relays_place) AS ("
            "  SELECT id, relays_place FROM document WHERE id = ANY(CAST(:ids AS uuid[]))"
            "  UNION SELECT d.id, d.relays_place FROM ahead a JOIN document d"
            f"   ON d.place = a.relays_place WHERE {document_at_moment(moment, parameters)})"
            " SELECT d.id, d.key, d.source_id, d.relays_source_id, d.place, d.relays_place,"
            "  d.published_at, d.published_precision FROM ahead a JOIN document d ON d.id = a.id"
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
            "  UNION SELECT d.id, d.place, d.relays_place FROM behind b JOIN document d"
            "   ON d.relays_place = b.place)"
            " SELECT id FROM behind WHERE relays_place IS NOT NULL"
        ),
        {"ids": list(documents)},
    )
    return list(rows.scalars())
