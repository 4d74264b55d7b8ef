"""Schemathesis against the running application: no server error, no broken contract."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings

from app.contract import openapi
from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine
from tests.conftest import SECRET, WRITE_KEY

schema = schemathesis.openapi.from_dict(
    openapi(create_app(Settings(), create_engine("postgresql://nowhere"), b""))
)


@pytest.fixture(scope="module")
def server(own_bundled_database: str) -> Iterator[str]:
    """The address of a server on its own copy of the bundled data."""
    digest = sha256(WRITE_KEY.encode()).hexdigest()
    app = create_app(Settings(write_key_sha256=digest), create_engine(own_bundled_database), SECRET)
    uvicorn_server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=uvicorn_server.run, daemon=True)
    thread.start()
    while not uvicorn_server.started:
        time.sleep(0.01)
    port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    uvicorn_server.should_exit = True
    thread.join()


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_gets_a_documented_answer(case: schemathesis.Case, server: str) -> None:
    headers: dict[str, Any] = {"Authorization": f"Bearer {WRITE_KEY}"}
    case.call_and_validate(base_url=server, headers=headers)
