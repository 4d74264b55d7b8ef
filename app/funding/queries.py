"""SQL for funding events by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.ids import decode


async def find(connection: AsyncConnection, name: str) -> dict[str, Any] | None:
    """The event of an id or a slug."""
    rows = await connection.execute(
        text("SELECT id, slug FROM funding_event WHERE id = :id OR slug = :slug"),
        {"id": decode("evt", name), "slug": name},
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def near(connection: AsyncConnection, name: str) -> list[str]:
    """The event slugs nearest to a misspelt one."""
    rows = await connection.execute(
        text(
            "SELECT slug FROM funding_event WHERE similarity(slug, :name) > 0.3"
            " ORDER BY similarity(slug, :name) DESC, slug LIMIT 3"
        ),
        {"name": name},
    )
    return list(rows.scalars())
