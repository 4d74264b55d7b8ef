"""SQL of ingest runs: what each request of a script did, and what of it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.ids import new_id
from app.storage.json import dumps
from app.storage.listing import Listing, paged

Row = dict[str, Any]

COUNTS = (
    "created",
    "unchanged",
    "merged",
    "conflict",
    "rejected",
    "waiting",
    "claims_created",
    "claims_unchanged",
)


async def begin(connection: AsyncConnection, actor: str, name: str | None) -> UUID:
    """Note that a request begins: of the actor's run of that name, or of one of its own."""
    run = await connection.scalar(
        text(
            "INSERT INTO ingest_run AS run"
            " (id, name, actor, started_at, last_active_at, requests, completed)"
            " VALUES (:id, :name, :actor, now(), now(), 1, 0)"
            " ON CONFLICT (actor, name) DO UPDATE"
            " SET requests = run.requests + 1, last_active_at = excluded.last_active_at"
            " RETURNING id"
        ),
        {"id": new_id(), "name": name, "actor": actor},
    )
    assert isinstance(run, UUID)
    return run


async def add(connection: AsyncConnection, run: UUID, counted: Mapping[str, int]) -> None:
    """Add what became of some items to what their run did."""
    sums = ", ".join(f"{name} = {name} + :{name}" for name in COUNTS)
    await connection.execute(
        text(f"UPDATE ingest_run SET {sums}, last_active_at = now() WHERE id = :run"),
        {**{name: counted.get(name, 0) for name in COUNTS}, "run": run},
    )


async def add_failures(
    connection: AsyncConnection, run: UUID, failures: Sequence[Mapping[str, Any]], most: int
) -> None:
    """Keep what was wrong with some items, as long as the run has fewer than ``most``."""
    await connection.execute(
        text(
            "INSERT INTO ingest_failure (run_id, item, type, status, errors, recorded_at)"
            " SELECT :run, item, type, status, errors, now()"
            " FROM json_to_recordset(CAST(:failures AS json))"
            " AS failed (item bigint, type text, status text, errors json)"
            " LIMIT greatest(0, :most - (SELECT count(*) FROM ingest_failure"
            "  WHERE run_id = :run))"
        ),
        {"run": run, "failures": dumps(failures).decode(), "most": most},
    )


async def complete(connection: AsyncConnection, run: UUID) -> None:
    """Note that one of the run's requests was worked on to its end."""
    await connection.execute(
        text(
            "UPDATE ingest_run SET completed = completed + 1, last_active_at = now()"
            " WHERE id = :run"
        ),
        {"run": run},
    )


async def page(connection: AsyncConnection, listing: Listing) -> list[Row]:
    """A page of runs, one row more if there is a next (``ingest_run_by_start``)."""
    parameters: dict[str, Any] = {}
    rows = await connection.execute(
        text(f"SELECT r.* FROM ingest_run r {paged(listing, parameters, 'r.id')}"), parameters
    )
    return [dict(row) for row in rows.mappings()]


async def run(connection: AsyncConnection, identity: UUID) -> Row | None:
    """One run (primary key)."""
    rows = await connection.execute(
        text("SELECT * FROM ingest_run WHERE id = :id"), {"id": identity}
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def failures(connection: AsyncConnection, identity: UUID) -> list[Row]:
    """What was wrong with a run's items, those that were kept (primary key)."""
    rows = await connection.execute(
        text("SELECT * FROM ingest_failure WHERE run_id = :id ORDER BY position"),
        {"id": identity},
    )
    return [dict(row) for row in rows.mappings()]
