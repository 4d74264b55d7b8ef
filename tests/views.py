"""All stored views of a database, to be held against those of another."""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.storage.engine import read_connection

VIEWS = ("company_view", "event_view", "product_view")
_IDS = re.compile(r'"(cmp|prd|evt|clm|doc|src)_[0-9a-f]{32}"')
_RECORDED = re.compile(r'"recorded_at":"[^"]+"')


async def stored_views(engine: AsyncEngine) -> dict[tuple[str, str], str]:
    """The bodies of the stored views by table and slug, without ids and instants of storing."""
    found = {}
    async with read_connection(engine) as connection:
        for table in VIEWS:
            for slug, body in await connection.execute(text(f"SELECT slug, body FROM {table}")):
                found[table, slug] = _RECORDED.sub("", _IDS.sub("…", body))
    return found
