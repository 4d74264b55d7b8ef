"""A database that no migration has seen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.conftest import _address, _admin


@pytest.fixture
def bare_database() -> Iterator[str]:
    """The URL of a database without any schema."""
    server, name = os.environ["HEARSAY_TEST_SERVER"], f"test_{uuid4().hex}"
    asyncio.run(_admin(server, f'CREATE DATABASE "{name}"'))
    yield _address(server, name)
    asyncio.run(_admin(server, f'DROP DATABASE "{name}" WITH (FORCE)'))
