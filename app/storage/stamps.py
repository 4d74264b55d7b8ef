"""Stamps: what was done whole, and of which state. Work that was cut off leaves none."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def stamped(connection: AsyncConnection, name: str) -> str | None:
    """The state of which some work was last done whole."""
    value: str | None = await connection.scalar(
        text("SELECT value FROM stamp WHERE name = :name"), {"name": name}
    )
    return value


async def stamp(connection: AsyncConnection, name: str, value: str) -> None:
    """Note that some work was done whole."""
    await connection.execute(
        text(
            "INSERT INTO stamp VALUES (:name, :value, now()) ON CONFLICT (name)"
            " DO UPDATE SET value = excluded.value, stamped_at = excluded.stamped_at"
        ),
        {"name": name, "value": value},
    )
