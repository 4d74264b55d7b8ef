"""SQL of the keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.keys.key import Key, Scope
from app.storage.ids import new_id
from app.storage.listing import Listing, paged

_COLUMNS = (
    "id, name, prefix, scopes, created_at, created_by, expires_at, last_used_at, revoked_at,"
    " revoked_by"
)


async def insert_key(
    connection: AsyncConnection,
    *,
    name: str,
    prefix: str,
    hash: bytes,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    created_by: str,
) -> Key | None:
    """Store a key; ``None`` if a key that was not revoked has the name."""
    rows = await connection.execute(
        text(
            "INSERT INTO api_key (id, name, prefix, hash, scopes, created_at, created_by,"
            " expires_at) VALUES (:id, :name, :prefix, :hash, :scopes, now(), :created_by,"
            " :expires_at) ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING"
            f" RETURNING {_COLUMNS}"
        ),
        {
            "id": new_id(),
            "name": name,
            "prefix": prefix,
            "hash": hash,
            "scopes": list(scopes),
            "created_by": created_by,
            "expires_at": expires_at,
        },
    )
    return _key(rows.mappings().one_or_none())


async def revoke(
    connection: AsyncConnection, id_: UUID | None, name: str, revoked_by: str
) -> Key | None:
    """Revoke the key of an id, or else the one of a name that is not revoked yet.

    A key is revoked once; ``None`` if there is no such key.
    """
    which = "id = :id" if id_ else "name = :name AND revoked_at IS NULL"
    rows = await connection.execute(
        text(
            "UPDATE api_key SET revoked_at = coalesce(revoked_at, now()),"
            f" revoked_by = coalesce(revoked_by, :revoked_by) WHERE {which} RETURNING {_COLUMNS}"
        ),
        {"revoked_by": revoked_by} | ({"id": id_} if id_ else {"name": name}),
    )
    return _key(rows.mappings().one_or_none())


async def key_of_hash(connection: AsyncConnection, hash: bytes) -> Key | None:
    """The key whose token has this hash."""
    return _key((await connection.execute(_OF_HASH, {"hash": hash})).mappings().one_or_none())


_OF_HASH = text(f"SELECT {_COLUMNS} FROM api_key WHERE hash = :hash")


async def note_use(connection: AsyncConnection, id_: UUID) -> None:
    """Note that a key is used, at most once a minute: a busy one need not write all the time."""
    await connection.execute(
        text(
            "UPDATE api_key SET last_used_at = now() WHERE id = :id AND"
            " (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')"
        ),
        {"id": id_},
    )


async def any_key(connection: AsyncConnection) -> bool:
    """Whether a key was ever made, even if it was revoked since."""
    return bool(await connection.scalar(text("SELECT EXISTS (SELECT FROM api_key)")))


async def keys_page(connection: AsyncConnection, listing: Listing) -> list[dict[str, Any]]:
    """A page of keys, one row more if there is a next."""
    parameters: dict[str, Any] = {}
    page = f"SELECT {_COLUMNS} FROM api_key k {paged(listing, parameters, 'k.id')}"
    rows = await connection.execute(text(page), parameters)
    return [dict(row) for row in rows.mappings()]


async def all_keys(connection: AsyncConnection) -> list[Key]:
    """Every key, by name; of one name the newest last."""
    rows = await connection.execute(text(f"SELECT {_COLUMNS} FROM api_key ORDER BY name, id"))
    return [key_of(row) for row in rows.mappings()]


def key_of(row: RowMapping | dict[str, Any]) -> Key:
    """A row as a key."""
    return Key(**{**row, "scopes": tuple(Scope(word) for word in row["scopes"])})


def _key(row: RowMapping | None) -> Key | None:
    return None if row is None else key_of(row)
