"""Every test runs on real PostgreSQL: a fresh clone of a template for those that write."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest.bundled import load_bundled
from app.keys.key import Scope, hash_of, prefix_of
from app.keys.queries import insert_key
from app.main import create_app
from app.settings import Reads, Settings
from app.storage.embedded import embedded_postgres
from app.storage.engine import create_engine, write_transaction
from app.storage.migrate import migrate

# Property tests judge what is computed, not how fast a busy machine computes it.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

KEY = f"hs_{'7e57' * 2}_{'7e57' * 16}"
"""A key that may do everything, in every database of the tests."""
SECRET = b"a secret that signs cursors in tests"


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for all workers: the controller does, and they inherit its URL."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    stack = ExitStack()
    url = os.environ.get("DATABASE_URL")
    if url is None:
        folder = tempfile.mkdtemp(prefix="hearsay-tests-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = stack.enter_context(embedded_postgres(Path(folder) / "server"))
    os.environ["HEARSAY_TEST_SERVER"] = url
    run = uuid4().hex[:12]
    os.environ["HEARSAY_TEST_RUN"] = run
    asyncio.run(_make_templates(url, run))
    config.add_cleanup(stack.close)


async def _make_templates(url: str, run: str) -> None:
    for name in ("empty", "bundled"):
        await _admin(url, f'CREATE DATABASE "template_{name}_{run}"')
        engine = create_engine(_address(url, f"template_{name}_{run}"))
        await migrate(engine)
        await store_key(engine, "operator", KEY)
        if name == "bundled":
            await load_bundled(engine)
        await engine.dispose()


async def store_key(
    engine: AsyncEngine, name: str, token: str, scopes: Sequence[Scope] = (Scope.ADMIN,)
) -> None:
    """Store a key of a known token."""
    async with write_transaction(engine) as connection:
        await insert_key(
            connection,
            name=name,
            prefix=prefix_of(token),
            hash=hash_of(token),
            scopes=scopes,
            expires_at=None,
            created_by="the tests",
        )


async def _admin(url: str, statement: str) -> None:
    engine = create_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def _address(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def clone(template: str) -> Iterator[str]:
    """The URL of a fresh copy of a template database: ``empty`` or ``bundled``."""
    url, run = os.environ["HEARSAY_TEST_SERVER"], os.environ["HEARSAY_TEST_RUN"]
    name = f"test_{uuid4().hex}"
    asyncio.run(_admin(url, f'CREATE DATABASE "{name}" TEMPLATE "template_{template}_{run}"'))
    yield _address(url, name)
    asyncio.run(_admin(url, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of a fresh, migrated, empty database."""
    with clone("empty") as url:
        yield url


@pytest.fixture(scope="session")
def bundled_database() -> Iterator[str]:
    """The URL of a database with the bundled data, for tests that only read."""
    with clone("bundled") as url:
        yield url


@pytest.fixture(scope="module")
def own_bundled_database() -> Iterator[str]:
    """The URL of a database with the bundled data, for a module that also writes."""
    with clone("bundled") as url:
        yield url


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def client(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on an empty database."""
    async with client_of(engine) as client:
        yield client


@pytest.fixture
async def bundled_client(bundled_database: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on the bundled data; for reading."""
    engine = create_engine(bundled_database)
    async with client_of(engine) as client:
        yield client
    await engine.dispose()


@pytest.fixture
def writer() -> dict[str, str]:
    """The header that may write."""
    return bearer(KEY)


def bearer(token: str) -> dict[str, str]:
    """The header that sends a key."""
    return {"Authorization": f"Bearer {token}"}


def client_of(engine: AsyncEngine, reads: Reads = Reads.OPEN, **settings: Any) -> httpx.AsyncClient:
    """A client of the application, in process."""
    app = create_app(Settings(**settings), engine, SECRET, reads)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")
