"""Migrations: they take turns, and they go down as well as up."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.storage.engine import create_engine, read_connection
from app.storage.migrate import migrate
from tests.processes import command, hearsay, postmaster, started

pytestmark = pytest.mark.anyio

RELATIONS = """
SELECT relname, relkind::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
"""
COLUMNS = """
SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
"""


async def rows(engine: AsyncEngine, statement: str) -> set[tuple[Any, ...]]:
    async with read_connection(engine) as connection:
        return {tuple(row) for row in await connection.execute(text(statement))}


async def schema(engine: AsyncEngine) -> list[set[tuple[Any, ...]]]:
    return [await rows(engine, statement) for statement in (RELATIONS, COLUMNS, CONSTRAINTS)]


async def test_tasks_that_migrate_a_bare_database_together_take_turns(
    bare_database: str, database: str
) -> None:
    engines = [create_engine(bare_database) for _ in range(5)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    migrated = create_engine(database)
    assert await schema(engines[0]) == await schema(migrated)
    assert len(await rows(engines[0], "SELECT * FROM alembic_version")) == 1
    for engine in (*engines, migrated):
        await engine.dispose()


async def test_processes_that_migrate_a_fresh_folder_together_all_succeed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with ExitStack() as stack:
        running: list[Popen[str]] = [
            stack.enter_context(started(data, command("migrate"))) for _ in range(3)
        ]
        for process in running:
            printed, _ = process.communicate(timeout=60)
            assert process.returncode == 0, printed
    assert postmaster(data) is None
    assert hearsay(data, "migrate").returncode == 0


async def test_going_down_to_base_leaves_no_tables_and_up_again_the_same_schema(
    database: str,
) -> None:
    engine = create_engine(database)
    before = await schema(engine)
    await migrate(engine, "base")
    assert {name for name, kind in await rows(engine, RELATIONS) if kind == "r"} == {
        "alembic_version"
    }
    assert await rows(engine, "SELECT * FROM alembic_version") == set()
    await migrate(engine)
    assert await schema(engine) == before
    await engine.dispose()


async def test_migrating_again_changes_nothing(engine: AsyncEngine) -> None:
    before = await schema(engine)
    await migrate(engine)
    assert await schema(engine) == before


async def test_an_unknown_revision_leaves_the_lock_free(engine: AsyncEngine) -> None:
    with pytest.raises(Exception, match="nonsense"):
        await migrate(engine, "nonsense")
    assert await rows(engine, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == {(0,)}
    await migrate(engine)
