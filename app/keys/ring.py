"""The keys in use, held in memory for a moment, so that a request costs no look-up of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from app.keys import queries
from app.keys.key import Key, hash_of, is_token
from app.storage.engine import ensure_live, read_connection

STALENESS = 5.0
"""Seconds for which a key is taken to be as it was read. What is revoked elsewhere, by the
command or by another server on the same database, is refused after that time at the latest."""


class KeyRing:
    """The keys that were offered lately. It holds no more than there are in the database."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine = engine
        self.clock = clock
        self.held: dict[bytes, tuple[Key, float]] = {}

    async def key_of(self, token: str) -> Key | None:
        """The key that a token belongs to, whether or not it lives; ``None`` if there is none."""
        if not is_token(token):
            return None
        hash_ = hash_of(token)
        key, read_at = self.held.get(hash_, (None, 0.0))
        if key is not None and self.clock() - read_at < STALENESS:
            return key
        return await self._look_up(hash_)

    async def _look_up(self, hash_: bytes) -> Key | None:
        read_at = self.clock()
        async with read_connection(self.engine) as connection:
            await ensure_live(connection)
            key = await queries.key_of_hash(connection, hash_)
            if key is None:
                self.held.pop(hash_, None)
                return None
            await queries.note_use(connection, key.id)
        self.held[hash_] = (key, read_at)
        return key

    def forget(self) -> None:
        """Have every key read anew: one was changed through this very process."""
        self.held.clear()
