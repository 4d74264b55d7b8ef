"""Fill a migrated, empty database with an imagined world of companies.

    python -m benchmarks.generate --companies 500000 --data-dir DIR

Identities, documents and claims are made by set-based SQL (``benchmarks.world``); the
stored views come from the application's own resolver, by one process for each core.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping, view_queries
from app.claims.changes import Cause
from app.claims.moment import NOW
from app.claims.vocabulary import ChangeReason
from app.storage.engine import create_engine, read_connection, write_transaction
from app.storage.migrate import migrate
from app.storage.version import Version, begin_write
from benchmarks import world
from benchmarks.database import add_data_dir, database

BATCH = 20_000
"""Companies whose claims are stored by one statement."""

VIEWS_BATCH = 2_000
"""Companies whose views are stored in one transaction."""

RECORDED_AT = datetime(2026, 11, 1, tzinfo=UTC)

VIEWS = ("company_view", "event_view", "product_view")
FILLED = ("company", "company_name", "product", "funding_event", "document", "claim", *VIEWS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    add_data_dir(parser)
    options = parser.parse_args()
    with database(options.data_dir) as url:
        asyncio.run(generate(url, options.companies, options.seed, options.workers))


async def generate(url: str, companies: int, seed: int, workers: int) -> None:
    """Make the whole world: rows, then indexes, then views, then statistics."""
    engine = create_engine(url)
    await migrate(engine)
    await _refuse_if_filled(engine)
    indexes = await _drop_indexes(engine)
    try:
        await _store_rows(engine, companies, seed)
        # The resolver needs the indexes of the claims; the views' own wait for the views.
        await _make_indexes(engine, [made for table, made in indexes if table not in VIEWS])
        await _store_views(engine, url, workers)
    finally:
        await _make_indexes(engine, [made for _, made in indexes])
    await _run(engine, [f"DROP SCHEMA {world.SCHEMA} CASCADE"])
    await _run(engine, ["VACUUM ANALYZE"])
    await engine.dispose()


async def _refuse_if_filled(engine: AsyncEngine) -> None:
    async with read_connection(engine) as connection:
        if await connection.scalar(text("SELECT EXISTS (SELECT FROM company)")):
            raise SystemExit("The database is not empty: give an empty one.")


async def _drop_indexes(engine: AsyncEngine) -> list[tuple[str, str]]:
    """Drop the indexes that no constraint stands on; returns how to make them again."""
    async with read_connection(engine) as connection:
        found = await connection.execute(
            text(
                "SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text,"
                " pg_get_indexdef(i.indexrelid) FROM pg_index i"
                " WHERE i.indrelid = ANY(CAST(CAST(:tables AS text[]) AS regclass[])) AND NOT"
                " EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
                " AND i.indexrelid::regclass::text <> 'company_parent'"
            ),
            {"tables": list(FILLED)},
        )
        indexes = [tuple(row) for row in found]
    await _run(engine, [f"DROP INDEX {name}" for name, _, _ in indexes])
    return [
        (table, made.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS"))
        for _, table, made in indexes
    ]


async def _make_indexes(engine: AsyncEngine, statements: Sequence[str]) -> None:
    with _timed(f"{len(statements)} indexes"):
        await _run(engine, ["SET maintenance_work_mem = '1GB'", *statements, "ANALYZE"])


async def _run(engine: AsyncEngine, statements: Sequence[str]) -> None:
    async with read_connection(engine) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def _store_rows(engine: AsyncEngine, companies: int, seed: int) -> None:
    await _run(engine, world.functions(seed))
    await _store(engine, [world.STORE_SOURCES], None)
    count = max(companies, world.INVESTORS)
    ranges = [(first, min(first + BATCH - 1, count)) for first in range(1, count + 1, BATCH)]
    await _store_ranges(engine, "companies", world.STORE_COMPANIES, ranges, 1)
    await _store_ranges(engine, "deeds", world.STORE_DEEDS, ranges, os.cpu_count() or 1)


async def _store_ranges(
    engine: AsyncEngine,
    stage: str,
    statements: Sequence[str],
    ranges: Sequence[tuple[int, int]],
    together: int,
) -> None:
    """Store ranges of companies in order, some of them together."""
    turns = asyncio.Semaphore(together)
    with _timed(stage) as progress:
        work = [asyncio.create_task(_store(engine, statements, span, turns)) for span in ranges]
        for span, stored in zip(ranges, work, strict=True):
            await stored
            progress(span[1], ranges[-1][1])


async def _store(
    engine: AsyncEngine,
    statements: Sequence[str],
    span: tuple[int, int] | None,
    turns: asyncio.Semaphore | None = None,
) -> None:
    parameters = {"first": span[0], "last": span[1]} if span else {}
    async with turns or asyncio.Semaphore(), write_transaction(engine) as connection:
        await connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        for statement in statements:
            given = {**parameters, "recorded_at": RECORDED_AT}
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            await connection.execute(text(statement), used)


async def _store_views(engine: AsyncEngine, url: str, workers: int) -> None:
    """Fill the views by the resolver; one version for all, as of one long write."""
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, "benchmark data")
        companies = await view_queries.all_company_ids(connection)
    batches = [companies[i : i + VIEWS_BATCH] for i in range(0, len(companies), VIEWS_BATCH)]
    with _timed("views") as progress, ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        work = [pool.submit(_refresh, url, batch, write) for batch in batches]
        for done, batch in enumerate(as_completed(work), 1):
            batch.result()
            progress(min(done * VIEWS_BATCH, len(companies)), len(companies))


def _refresh(url: str, companies: Sequence[UUID], write: Version) -> None:
    """Store the views of some companies, without the writers' lock: nobody else writes now."""

    async def run() -> None:
        engine = create_engine(url, pool_size=1)
        async with write_transaction(engine) as connection:
            await connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            found = await view_queries.products_of(connection, companies, NOW)
            products = [product["id"] for product in found]
            cause = Cause(ChangeReason.INGESTED)
            await keeping.refresh(connection, companies, products, write, cause)
        await engine.dispose()

    asyncio.run(run())


class _timed:
    """Prints what is being made, how far it is, and how long it took."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()

    def __enter__(self) -> _timed:
        print(f"{self.what} …", flush=True)
        return self

    def __call__(self, done: int, total: int) -> None:
        rate = done / (time.monotonic() - self.began)
        print(f"  {self.what}: {done:,} of {total:,} companies, {rate:,.0f}/s", flush=True)

    def __exit__(self, *_: object) -> None:
        print(f"{self.what}: {time.monotonic() - self.began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
