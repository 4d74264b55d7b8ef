"""What the benchmarks ask for: companies with many deals, and pages far into a walk."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.storage.engine import read_connection

DEPTH = 50_000
"""Rows before a page that is far into a walk: page 1000 of the usual size."""


async def busy_companies(engine: AsyncEngine, count: int) -> Sequence[str]:
    """Slugs of companies with eight funding events each."""
    async with read_connection(engine) as connection:
        found = await connection.execute(
            text("SELECT slug FROM company_view WHERE funding_events = 8 LIMIT :count"),
            {"count": count},
        )
        return found.scalars().all()


async def number_of_companies(engine: AsyncEngine) -> int:
    """How many companies there are."""
    async with read_connection(engine) as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM company_view")) or 0)


async def far_into(client: httpx.AsyncClient, path: str, depth: int = DEPTH) -> str:
    """The path of a page ``depth`` rows into a walk, reached by walking; or of its last."""
    bare, _, query = path.partition("?")
    asked = f"{path}{'&' if query else '?'}limit=500"
    for _ in range(depth // 500):
        cursor = (await client.get(asked)).json()["next_cursor"]
        if cursor is None:
            break
        asked = f"{bare}?cursor={cursor}&limit=500"
    return asked.removesuffix("&limit=500")
