"""The async engine: connections to read with, and transactions to write in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

OLDEST_SERVER = 150000
"""PostgreSQL 15, in the form of ``server_version_num``."""


class UnsupportedServer(RuntimeError):
    """The PostgreSQL server at ``DATABASE_URL`` is too old."""


def create_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """An engine for a ``postgresql://`` URL of any spelling, speaking through asyncpg.

    Connections are not pinged before each use, which would cost every read a round trip:
    whoever reads tries once more if the server had gone away (:func:`has_gone_away`).
    """
    address = make_url(url).set(drivername="postgresql+asyncpg")
    return create_async_engine(
        address,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            # The JIT costs more than it saves on statements of a few milliseconds.
            "server_settings": {"timezone": "UTC", "application_name": "hearsay", "jit": "off"}
        },
    )


@asynccontextmanager
async def read_connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection on which each statement stands alone: no BEGIN, no ROLLBACK to wait for."""
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A read-only transaction whose statements all see the same state."""
    async with engine.connect() as connection:
        await connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        yield connection


@asynccontextmanager
async def write_transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that commits at the end and rolls back on any error."""
    async with engine.connect() as connection:
        yield connection
        await connection.commit()


def has_gone_away(error: Exception) -> bool:
    """Whether an error is that of a connection which broke: a new one may do."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


async def check_server(engine: AsyncEngine) -> None:
    """Refuse a server that is too old.

    Raises:
        UnsupportedServer: older than PostgreSQL 15.
    """
    async with read_connection(engine) as connection:
        number = int(str(await connection.scalar(text("SHOW server_version_num"))))
    if number < OLDEST_SERVER:
        raise UnsupportedServer(
            f"PostgreSQL {number // 10000} is too old: DATABASE_URL needs version 15 or newer"
        )
