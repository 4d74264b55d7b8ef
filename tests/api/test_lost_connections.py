"""A database that restarts costs nobody a request once it is back."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from app.storage.engine import create_engine

pytestmark = pytest.mark.anyio


async def cut_all(url: str) -> None:
    """Cut every other connection to a database, as a restart does."""
    other = create_engine(url)
    async with other.connect() as connection:
        cut = await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        assert cut.scalars().all()
    await other.dispose()


async def test_reads_and_writes_go_on_over_new_connections(
    client: httpx.AsyncClient, writer: dict[str, str], database: str
) -> None:
    company = {"type": "company", "slug": "a", "name": "A"}
    assert (await client.post("/v1/ingest", json=[company], headers=writer)).status_code == 200
    for path in ("/v1/companies/a", "/v1/companies", "/v1/companies?as_of=2025-01-01", "/readyz"):
        await cut_all(database)
        assert (await client.get(path)).status_code == 200, path
    await cut_all(database)
    again = await client.post("/v1/ingest", json=[company], headers=writer)
    assert again.json()["items"][0]["status"] == "unchanged"
