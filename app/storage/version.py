"""The data version: one row that every writer locks until it commits.

Writers therefore take turns. That buys a lot for little: ``recorded_at`` runs in the order
of commits, so ``known_at`` can never gain a row afterwards; stored views cannot miss what
another writer adds; and one number tells a cache whether anything changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Version:
    """The newest committed version, and the instant its rows were recorded at.

    Of one that is being written also the ingest run that writes it, if one does.
    """

    number: int
    committed_at: datetime
    run: UUID | None = None


async def begin_write(connection: AsyncConnection, actor: str, run: UUID | None = None) -> Version:
    """Take the turn to write; the version's instant is the ``recorded_at`` of all rows.

    ``actor`` says who writes: the name of a key, or of the program's part that does it by itself;
    ``run`` in which ingest run.
    """
    row = await connection.execute(
        text(
            "WITH taken AS (UPDATE data_version SET version = version + 1, committed_at ="
            "  greatest(clock_timestamp(), committed_at + interval '1 microsecond')"
            "  RETURNING version, committed_at)"
            " INSERT INTO write (version, committed_at, actor, run_id)"
            " SELECT version, committed_at, :actor, :run FROM taken"
            " RETURNING version, committed_at, run_id"
        ),
        {"actor": actor, "run": run},
    )
    return Version(*row.one())


async def current_version(connection: AsyncConnection) -> Version:
    """The version that readers see now."""
    row = await connection.execute(_CURRENT)
    return Version(*row.one())


_CURRENT = text("SELECT version, committed_at FROM data_version")
