"""Every test runs on real PostgreSQL: a fresh clone of a template for those that write."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest.bundled import load_bundled
from app.main import create_app
from app.settings import Settings
from app.storage.embedded import embedded_postgres
from app.storage.engine import create_engine
from app.storage.migrate import migrate

# Property tests judge what is computed, not how fast a busy machine computes it.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

WRITE_KEY = "a key that may write in tests"
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
        if name == "bundled":
            await load_bundled(engine)
        await engine.dispose()


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
    return {"Authorization": f"Bearer {WRITE_KEY}"}


def client_of(engine: AsyncEngine) -> httpx.AsyncClient:
    """A client of the application, in process."""
    digest = sha256(WRITE_KEY.encode()).hexdigest()
    app = create_app(Settings(write_key_sha256=digest), engine, SECRET)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")
