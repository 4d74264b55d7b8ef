"""A release that resolves differently recomputes what the one before it stored; once."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping
from app.claims.keeping import rebuild_if_outdated
from app.ingest import bundled
from app.ingest.bundled import load_bundled_once
from app.ingest.service import ingest
from app.storage.engine import create_engine, read_connection, write_transaction
from app.storage.migrate import migrate
from app.storage.stamps import stamp, stamped
from tests.golden.story import documents, identities

pytestmark = pytest.mark.anyio


def silent(_done: int, _total: int) -> None:
    pass


async def test_views_of_an_older_release_are_recomputed_once(engine: AsyncEngine) -> None:
    await ingest(engine, [*identities(), *documents()], actor="a test")
    assert await rebuild_if_outdated(engine, silent) == 0
    async with write_transaction(engine) as connection:
        await connection.execute(text("UPDATE company_view SET valuation_ranked = NULL"))
    assert await rebuild_if_outdated(engine, silent) == 0
    async with write_transaction(engine) as connection:
        await stamp(connection, keeping.STAMP, "an older release")
    assert await rebuild_if_outdated(engine, silent) == 1
    assert await rebuild_if_outdated(engine, silent) == 0


async def test_a_load_that_was_cut_off_is_completed_and_a_whole_one_is_not_repeated(
    own_bundled_database: str,
) -> None:
    engine = create_engine(own_bundled_database)
    async with write_transaction(engine) as connection:
        await connection.execute(
            text("DELETE FROM claim WHERE document_id IN (SELECT id FROM document LIMIT 100)")
        )
        await stamp(connection, bundled.STAMP, "what an older release brought")
        claims = await connection.scalar(text("SELECT count(*) FROM claim"))
    assert await load_bundled_once(engine)
    assert not await load_bundled_once(engine)
    async with read_connection(engine) as connection:
        assert await connection.scalar(text("SELECT count(*) FROM claim")) > claims
    assert await keeping.rebuild(engine, silent) == 0
    await engine.dispose()


async def test_a_schema_taken_back_and_forth_has_its_views_recomputed(engine: AsyncEngine) -> None:
    await ingest(engine, [*identities(), *documents()], actor="a test")
    assert await rebuild_if_outdated(engine, silent) == 0
    while await has_column(engine, "valid_until"):
        await migrate(engine, "-1")
    await migrate(engine)
    async with read_connection(engine) as connection:
        assert await stamped(connection, keeping.STAMP) is None
    await rebuild_if_outdated(engine, silent)
    assert await keeping.rebuild(engine, silent) == 0


async def test_views_that_an_older_release_made_of_less_are_recomputed_and_not_logged(
    engine: AsyncEngine,
) -> None:
    await ingest(engine, [*identities(), *documents()], actor="a test")
    logged = "SELECT count(*) FROM change"
    async with write_transaction(engine) as connection:
        await connection.execute(
            text(
                "UPDATE company_view SET body = (body::jsonb - 'metrics' - 'overtaken_rumours'"
                " #- '{total_raised,committed}' #- '{total_raised,funded}')::text"
            )
        )
        await connection.execute(
            text("UPDATE event_view SET body = (body::jsonb - 'findings')::text")
        )
        before = await connection.scalar(text(logged))
    assert await keeping.rebuild(engine, silent) > 0
    assert await keeping.rebuild(engine, silent) == 0
    async with read_connection(engine) as connection:
        assert await connection.scalar(text(logged)) == before


async def has_column(engine: AsyncEngine, name: str) -> bool:
    columns = "SELECT 1 FROM information_schema.columns WHERE column_name = :name"
    async with read_connection(engine) as connection:
        return bool(await connection.scalar(text(columns), {"name": name}))
