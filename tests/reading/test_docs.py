"""The page on reading an article shows real answers: each is asked for again, in its order."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.storage.engine import create_engine
from tests.conftest import client_of
from tests.reading.proposals.conftest import proposals
from tests.test_docs import compare

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[2] / "docs" / "reading-an-article.md"
SHOWN = re.findall(
    r"```\n(GET|POST) (\S+)\n(.*?)```\n```json\n(.*?)```", PAGE.read_text("utf-8"), re.S
)


@pytest.fixture
async def client(own_bundled_database: str) -> AsyncIterator[httpx.AsyncClient]:
    engine = create_engine(own_bundled_database)
    async with client_of(engine) as client:
        yield client
    await engine.dispose()


async def test_what_is_shown_is_what_is_answered(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    assert len(SHOWN) >= 8
    names: dict[str, str] = {}
    for method, path, body, shown in SHOWN:
        sent = {"json": json.loads(body)} if body else {}
        answer = await client.request(method, path.format(**names), headers=writer, **sent)
        if path == "/v1/documents/read":
            names = {one["predicate"]: one["id"] for one in proposals(answer.json())}
            names["reading"] = answer.json()["id"]
        compare(json.loads(shown), answer.json(), path)
