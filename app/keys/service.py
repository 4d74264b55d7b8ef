"""Making and revoking keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from app.keys import queries
from app.keys.key import NAME, Key, Scope, hash_of, in_order, new_token, prefix_of
from app.storage.engine import read_connection, write_transaction
from app.storage.ids import decode

DEVELOPMENT = "development"
"""The name of the key that a first ``hearsay serve`` makes."""


class UnusableName(ValueError):
    """A key cannot be called so."""


class NameTaken(ValueError):
    """Another key that was not revoked has the name."""


async def create_key(
    engine: AsyncEngine,
    name: str,
    scopes: Iterable[Scope],
    *,
    expires_at: datetime | None = None,
    actor: str,
) -> tuple[Key, str]:
    """Make a key; returns it and its token, which is not kept and can be told only now.

    A key is no part of the data that readers see a version of, so it takes no turn among the
    writers; who made and who revoked it is kept with it.

    Raises:
        UnusableName, NameTaken: for the name.
    """
    if not re.fullmatch(NAME, name):
        raise UnusableName(
            "the name of a key has 1 to 100 letters, digits and . _ @ + - and begins with a letter"
            " or a digit"
        )
    token = new_token()
    async with write_transaction(engine) as connection:
        key = await queries.insert_key(
            connection,
            name=name,
            prefix=prefix_of(token),
            hash=hash_of(token),
            scopes=in_order(scopes),
            expires_at=expires_at,
            created_by=actor,
        )
    if key is None:
        raise NameTaken(f"there is a key {name!r} already: revoke it, or choose another name")
    return key, token


async def revoke_key(engine: AsyncEngine, name: str, *, actor: str) -> Key | None:
    """Revoke a key by its id, or by its name if it was not revoked before.

    Returns the key as it stands then; ``None`` if there is no such key.
    """
    async with write_transaction(engine) as connection:
        return await queries.revoke(connection, decode("key", name), name, actor)


async def development_key(engine: AsyncEngine) -> str | None:
    """The token of a key that may do everything, made if there never was a key; else ``None``."""
    async with read_connection(engine) as connection:
        if await queries.any_key(connection):
            return None
    try:
        _, token = await create_key(engine, DEVELOPMENT, [Scope.ADMIN], actor="hearsay serve")
    except NameTaken:  # by a server that started at the same time
        return None
    return token
