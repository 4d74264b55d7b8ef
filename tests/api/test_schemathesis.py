"""Schemathesis against the running application: no server error, no broken contract."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app.contract import openapi
from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine
from tests.conftest import KEY, SECRET

schema = schemathesis.openapi.from_dict(
    openapi(create_app(Settings(), create_engine("postgresql://nowhere"), b""))
)


@pytest.fixture(scope="module")
def server(own_bundled_database: str) -> Iterator[str]:
    """The address of a server on its own copy of the bundled data."""
    serving = uvicorn.Server(
        uvicorn.Config(
            _unserved, port=0, log_level="error", timeout_graceful_shutdown=1, lifespan="off"
        )
    )
    thread = threading.Thread(
        target=asyncio.run, args=(_serve(serving, own_bundled_database),), daemon=True
    )
    thread.start()
    while not serving.started:
        time.sleep(0.01)
    port = serving.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(timeout=30)
    assert not thread.is_alive(), "the server did not stop"


async def _serve(serving: uvicorn.Server, url: str) -> None:
    """Serve until told to stop; the connections are closed on the loop that opened them."""
    engine = create_engine(url)
    serving.config.app = create_app(Settings(rate_limit_writes=0), engine, SECRET)
    await serving.serve()
    await engine.dispose()


async def _unserved(_scope: Any, _receive: Any, _send: Any) -> None:
    """Stands in until the application is made on the server's own loop."""


# No schema can say which companies there are, which cursors the server signed or which
# combinations of words make sense; and a batch is answered item by item, bad ones included.
BEYOND_A_SCHEMA = [positive_data_acceptance]
ANSWERED_BY_ITEM = [*BEYOND_A_SCHEMA, negative_data_rejection]


@schema.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_gets_a_documented_answer(case: schemathesis.Case, server: str) -> None:
    if case.method == "GET":
        # A made-up cursor ends every request before it has begun; tests of its own try those.
        case.query.pop("cursor", None)
    case.call_and_validate(
        base_url=server,
        headers={"Authorization": f"Bearer {KEY}"},
        excluded_checks=ANSWERED_BY_ITEM if case.path == "/v1/ingest" else BEYOND_A_SCHEMA,
    )
