"""Notices: what PostgreSQL tells at once to whoever listens (LISTEN and NOTIFY)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from asyncpg import Connection
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.storage.engine import create_engine

DEAF = (OSError, PostgresError, InterfaceError, SQLAlchemyError)
"""The errors of a server that cannot be listened to, from the driver itself or around it."""


@asynccontextmanager
async def listening(
    engine: AsyncEngine, channel: str, heard: Callable[[], None]
) -> AsyncIterator[asyncio.Event]:
    """Have ``heard`` called at every notice on a channel; yields what is set once that is over.

    It takes a connection of its own beside those of the engine's pool. A notice comes when the
    write that sent it was committed, and never if it was rolled back.
    """
    own = create_engine(engine.url.render_as_string(hide_password=False), pool_size=1)
    over = asyncio.Event()
    try:
        async with own.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, Connection)
            raw.add_termination_listener(lambda _: over.set())
            await raw.add_listener(channel, lambda *_: heard())
            yield over
    finally:
        await own.dispose()
