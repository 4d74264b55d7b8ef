"""Stored views are the resolver's output, kept: recomputing them changes nothing."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from app.claims import keeping, view_queries, views
from app.claims.moment import NOW
from app.claims.policy import BALANCED
from app.claims.view_rows import body_bytes
from app.storage.engine import create_engine, read_connection
from tests.api.test_reads import LISTS, walk

pytestmark = pytest.mark.anyio


async def test_rebuilding_changes_nothing(bundled_database: str) -> None:
    engine = create_engine(bundled_database)
    assert await keeping.rebuild(engine, lambda _done, _total: None) == 0
    await engine.dispose()


async def test_stored_views_equal_the_resolver(bundled_database: str) -> None:
    assert NOW.policy is BALANCED
    engine = create_engine(bundled_database)
    async with read_connection(engine) as connection:
        for view in (views.EVENTS, views.COMPANIES, views.PRODUCTS):
            ids = (
                await connection.execute(text(f"SELECT {view.table.key} FROM {view.table.name}"))
            ).scalars()
            stored = await view_queries.stored_rows(connection, view.table, list(ids))
            assert stored
            for row in await view.compute(connection, list(stored), NOW):
                assert body_bytes(row) == stored[row[view.table.key]]["body"].encode()
    await engine.dispose()


@pytest.mark.parametrize("path", LISTS[:2])
async def test_a_past_that_holds_everything_is_the_present(
    bundled_client: httpx.AsyncClient, path: str
) -> None:
    now = await walk(bundled_client, path, limit=500)
    latest = (await bundled_client.get(path)).json()["meta"]["known_at"]
    assert await walk(bundled_client, path, limit=500, known_at=latest) == now
