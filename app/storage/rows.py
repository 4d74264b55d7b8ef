"""Set-based writes: many rows in one statement, typed by the table itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.json import dumps


async def insert(
    connection: AsyncConnection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    unless_known_by: str | None = None,
) -> set[UUID]:
    """Insert rows that all have the keys of the first; returns the ids of the new ones.

    ``unless_known_by`` names the unique columns by which rows already there are left as
    they are. Values go over as one JSON document: exact numbers, and a ``Fragment`` keeps
    nested JSON to the letter.
    """
    if not rows:
        return set()
    columns = ", ".join(rows[0])
    conflict = f" ON CONFLICT ({unless_known_by}) DO NOTHING" if unless_known_by else ""
    returning = " RETURNING id" if "id" in rows[0] else ""
    result = await connection.execute(
        text(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM"
            f" json_populate_recordset(NULL::{table}, CAST(:rows AS json)){conflict}{returning}"
        ),
        {"rows": dumps(rows).decode()},
    )
    return set(result.scalars()) if returning else set()
