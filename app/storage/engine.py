"""The async engine: connections to read with, and transactions to write in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg.exceptions import PostgresError
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.storage.json import loads

OLDEST_SERVER = 150000
"""PostgreSQL 15, in the form of ``server_version_num``."""


class UnusableServer(RuntimeError):
    """The PostgreSQL server cannot be used: it is too old, or does not let us in."""


def create_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """An engine for a ``postgresql://`` URL of any spelling, speaking through asyncpg.

    Connections are not pinged before each use, which would cost every read a round trip:
    whoever reads tries once more if the server had gone away (:func:`has_gone_away`).

    Raises:
        UnusableServer: the URL is not one of a PostgreSQL server.
    """
    address = _address(url)
    if "sslmode" in address.query:  # libpq's name for what asyncpg calls ssl
        mode = address.query["sslmode"]
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return create_async_engine(
        address,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        json_deserializer=loads,  # Python's own would make floats of exact numbers
        connect_args={
            # The JIT costs more than it saves on statements of a few milliseconds.
            "server_settings": {"timezone": "UTC", "application_name": "hearsay", "jit": "off"}
        },
    )


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise UnusableServer("DATABASE_URL is not of the form postgresql://user@host/database")
    return address.set(drivername="postgresql+asyncpg")


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
        await ensure_live(connection)
        yield connection
        await connection.commit()


async def ensure_live(connection: AsyncConnection) -> None:
    """Connect anew if the server closed the connection while it lay in the pool."""
    try:
        await connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        if not has_gone_away(error):
            raise
        await connection.rollback()  # and the next statement connects anew


def has_gone_away(error: Exception) -> bool:
    """Whether an error is that of a connection which broke: a new one may do."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


async def check_server(engine: AsyncEngine) -> None:
    """Refuse a server that cannot be used.

    Raises:
        UnusableServer: it does not answer, does not let us in, or is older than PostgreSQL 15.
    """
    try:
        async with read_connection(engine) as connection:
            number = int(str(await connection.scalar(text("SHOW server_version_num"))))
    except (OSError, PostgresError, SQLAlchemyError) as error:
        where = engine.url.render_as_string(hide_password=True)
        told = getattr(error, "orig", None) or error
        raise UnusableServer(f"no connection to {where}: {told}") from error
    if number < OLDEST_SERVER:
        raise UnusableServer(
            f"PostgreSQL {number // 10000} is too old: DATABASE_URL needs version 15 or newer"
        )
