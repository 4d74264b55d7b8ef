"""The server's secret, shared by all processes on one database: it signs cursors."""

from __future__ import annotations

import secrets

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def cursor_secret(connection: AsyncConnection) -> bytes:
    """The secret that signs cursors; made on first use."""
    await connection.execute(
        text("INSERT INTO server_secret VALUES ('cursor', :value) ON CONFLICT DO NOTHING"),
        {"value": secrets.token_bytes(32)},
    )
    value = await connection.scalar(text("SELECT value FROM server_secret WHERE name = 'cursor'"))
    return bytes(value)
