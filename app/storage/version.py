"""The data version: one row that every writer locks until it commits.

Writers therefore take turns. That buys a lot for little: ``recorded_at`` runs in the order
of commits, so ``known_at`` can never gain a row afterwards; stored views cannot miss what
another writer adds; and one number tells a cache whether anything changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Version:
    """The newest committed version, and the instant its rows were recorded at."""

    number: int
    committed_at: datetime


async def begin_write(connection: AsyncConnection, actor: str) -> Version:
    """Take the turn to write; the version's instant is the ``recorded_at`` of all rows.

    ``actor`` says who writes: the name of a key, or of the program's part that does it by itself.
    """
    row = await connection.execute(
        text(
            "WITH taken AS (UPDATE data_version SET version = version + 1, committed_at ="
            "  greatest(clock_timestamp(), committed_at + interval '1 microsecond')"
            "  RETURNING version, committed_at)"
            " INSERT INTO write (version, committed_at, actor)"
            " SELECT version, committed_at, :actor FROM taken RETURNING version, committed_at"
        ),
        {"actor": actor},
    )
    return Version(*row.one())


async def current_version(connection: AsyncConnection) -> Version:
    """The version that readers see now."""
    row = await connection.execute(_CURRENT)
    return Version(*row.one())


_CURRENT = text("SELECT version, committed_at FROM data_version")
