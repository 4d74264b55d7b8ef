"""Set-based writes: many rows in one COPY, typed by the table itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from asyncpg.exceptions import InterfaceError, PostgresConnectionError, PostgresError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.json import number

Row = Mapping[str, Any]


async def insert(
    connection: AsyncConnection,
    table: str,
    rows: Sequence[Row],
    *,
    unless_known_by: str | None = None,
) -> set[UUID]:
    """Insert rows that all have the keys of the first; returns the ids of the new ones.

    Values are of the Python types that asyncpg takes for the columns, and stay exact; JSON is its
    text. ``unless_known_by`` names the unique column by which rows already there, or earlier in
    ``rows``, are left as they are: call it after ``begin_write``, so that nobody else adds one.

    Raises:
        DBAPIError: the database refused a row; then it has stored none.
    """
    if unless_known_by is not None:
        rows = await _unknown(connection, table, rows, unless_known_by)
    if not rows:
        return set()
    await _copy(connection, table, rows)
    return {row["id"] for row in rows} if "id" in rows[0] else set()


async def _unknown(
    connection: AsyncConnection, table: str, rows: Sequence[Row], column: str
) -> list[Row]:
    """The rows whose value in a column is not there yet, the first of those that share one."""
    new = {row[column]: row for row in reversed(rows)}
    known = await connection.execute(
        text(f"SELECT {column} FROM {table} WHERE {column} = ANY(:values)"),
        {"values": list(new)},
    )
    for value in known.scalars():
        del new[value]
    return [row for row in rows if new.get(row[column]) is row]


async def _copy(connection: AsyncConnection, table: str, rows: Sequence[Row]) -> None:
    columns = list(rows[0])
    values = itemgetter(*columns)
    # Numbers in their shortest form: PostgreSQL would keep the zeros of 81.20.
    records = (
        [Decimal(number(v)) if type(v) is Decimal else v for v in values(row)] for row in rows
    )
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    try:
        await driver.copy_records_to_table(table, columns=columns, records=records)
    except (PostgresError, InterfaceError) as error:
        lost = isinstance(error, PostgresConnectionError | InterfaceError)
        raise DBAPIError(f"COPY {table}", None, error, connection_invalidated=lost) from error
