"""SQL of kept answers: who sends a request again under its Idempotency-Key gets the same one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

KEPT_FOR = timedelta(days=7)
"""How long an answer is replayed; what was stored stays stored all the same."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to a request, told by the SHA-256 of the request."""

    request: bytes
    media_type: str


async def kept(connection: AsyncConnection, actor: str, key: str) -> KeptAnswer | None:
    """The answer that an actor was given under a key, unless it is too old."""
    row = await connection.execute(
        text(
            "SELECT request, media_type FROM kept_answer"
            " WHERE actor = :actor AND key = :key AND kept_at > now() - CAST(:kept_for AS interval)"
        ),
        {"actor": actor, "key": key, "kept_for": KEPT_FOR},
    )
    found = row.first()
    return KeptAnswer(bytes(found.request), found.media_type) if found else None


async def parts(connection: AsyncConnection, actor: str, key: str) -> AsyncIterator[bytes]:
    """The bytes of a kept answer, part by part."""
    rows = await connection.stream(
        text("SELECT body FROM kept_answer_part WHERE actor = :actor AND key = :key ORDER BY part"),
        {"actor": actor, "key": key},
    )
    async for row in rows:
        yield bytes(row.body)


async def keep(connection: AsyncConnection, actor: str, key: str, answer: KeptAnswer) -> bool:
    """Keep an answer's frame and forget those that are too old; whether it is the first."""
    await connection.execute(
        text("DELETE FROM kept_answer WHERE kept_at <= now() - CAST(:kept_for AS interval)"),
        {"kept_for": KEPT_FOR},
    )
    row = await connection.execute(
        text(
            "INSERT INTO kept_answer VALUES (:actor, :key, :request, :media_type, now())"
            " ON CONFLICT DO NOTHING RETURNING key"
        ),
        {"actor": actor, "key": key, "request": answer.request, "media_type": answer.media_type},
    )
    return row.first() is not None


async def keep_part(
    connection: AsyncConnection, actor: str, key: str, part: int, body: bytes
) -> None:
    """Keep a part of an answer's bytes."""
    await connection.execute(
        text("INSERT INTO kept_answer_part VALUES (:actor, :key, :part, :body)"),
        {"actor": actor, "key": key, "part": part, "body": body},
    )
