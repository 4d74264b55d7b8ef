"""Migrations, run under an advisory lock so that workers starting together take turns."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

LOCK = 7_283_942_017_551
"""Any number, but always this one."""


async def migrate(engine: AsyncEngine, to: str = "head") -> None:
    """Bring the schema to a revision: ``head``, ``base`` or the name of one."""
    async with engine.connect() as connection:
        # Held by the session, since migrations commit on their own.
        await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        await connection.commit()
        try:
            await connection.run_sync(_run, to)
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            await connection.commit()


def _run(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes["connection"] = connection
    if to == "base" or to.startswith("-"):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _folder() -> Path:
    """Inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "migrations"
    return installed if installed.exists() else package.parent / "migrations"
