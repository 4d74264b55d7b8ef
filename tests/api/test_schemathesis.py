"""Schemathesis against the running application: no server error, no broken contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app.contract import openapi
from app.ingest.intake.service import LINES
from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine
from tests.conftest import KEY
from tests.serving import served

# A stream never ends, so that a request for it would not either: it has tests of its own.
schema = schemathesis.openapi.from_dict(
    openapi(create_app(Settings(), create_engine("postgresql://nowhere"), b""))
).exclude(operation_id="follow_changes")


@schemathesis.serializer(LINES)
def written(_context: schemathesis.SerializationContext, item: Any) -> bytes:
    """An item as the one line of a stream."""
    return json.dumps(item).encode()


@schemathesis.deserializer(LINES)
def read(_context: schemathesis.DeserializationContext, answer: schemathesis.Response) -> str:
    return answer.content.decode()


@pytest.fixture(scope="module")
def server(own_bundled_database: str) -> Iterator[str]:
    """The address of a server on its own copy of the bundled data."""
    with served(own_bundled_database, rate_limit_writes=0) as running:
        yield running.address


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
