"""SQL of the items that wait for people to decide whom they mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.listing import Listing, paged
from app.storage.rows import insert

Row = dict[str, Any]


async def known(connection: AsyncConnection, digests: Collection[bytes]) -> dict[bytes, Row]:
    """The items that wait, or were decided, by their digests (its unique index)."""
    rows = await connection.execute(
        text("SELECT * FROM waiting_item WHERE digest = ANY(CAST(:digests AS bytea[]))"),
        {"digests": list(digests)},
    )
    return {bytes(row["digest"]): dict(row) for row in rows.mappings()}


async def park(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let some items wait."""
    await insert(connection, "waiting_item", rows, unless_known_by="digest")


async def item(connection: AsyncConnection, identity: UUID, *, to_decide: bool) -> Row | None:
    """One item (primary key); one that is to be decided is locked meanwhile."""
    rows = await connection.execute(
        text(f"SELECT * FROM waiting_item WHERE id = :id{' FOR UPDATE' if to_decide else ''}"),
        {"id": identity},
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def waiting_for(connection: AsyncConnection, names: Collection[str]) -> list[Row]:
    """The items that wait for a decision on any of some names (``waiting_item_names``)."""
    rows = await connection.execute(
        text(
            "SELECT * FROM waiting_item WHERE state = 'waiting'"
            " AND names && CAST(:names AS text[]) ORDER BY recorded_at, id FOR UPDATE"
        ),
        {"names": list(names)},
    )
    return [dict(row) for row in rows.mappings()]


async def decide(
    connection: AsyncConnection,
    identity: UUID,
    *,
    state: str,
    by: str,
    at: datetime,
    note: str | None,
    document: UUID | None,
) -> None:
    """Note what was decided of an item."""
    await connection.execute(
        text(
            "UPDATE waiting_item SET state = :state, decided_at = :at, decided_by = :by,"
            " note = :note, document_id = :document WHERE id = :id"
        ),
        {
            "id": identity,
            "state": state,
            "at": at,
            "by": by,
            "note": note,
            "document": document,
        },
    )


async def page(connection: AsyncConnection, listing: Listing) -> list[Row]:
    """A page of items, one row more if there is a next (``waiting_item_by_age``)."""
    parameters: dict[str, Any] = {}
    rows = await connection.execute(
        text(f"SELECT w.* FROM waiting_item w {paged(listing, parameters, 'w.id')}"), parameters
    )
    return [dict(row) for row in rows.mappings()]
