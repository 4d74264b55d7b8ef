"""A client whose reader finds what the tests put into its hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.reading.reading import Article, Reading
from tests.conftest import client_of
from tests.reading.proposals.made import TEXT, TITLE, by_hand, reader

ARTICLE = {
    "text": TEXT,
    "title": TITLE,
    "publisher": "The Daily",
    "published_at": "2026-05-04",
}


@dataclass
class Desk:
    """A reviewer's desk: has articles read, and decides what is proposed."""

    client: httpx.AsyncClient
    by: dict[str, str]
    make: Callable[[Article], Reading] = by_hand

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        sent = {} if body is None else {"json": body}
        return await self.client.post(path, headers=self.by, **sent)

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, **told: Any) -> Any:
        answer = await self.post("/v1/documents/read", {**ARTICLE, **told})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def accept(self, proposal: Any, **choices: Any) -> httpx.Response:
        return await self.post(f"/v1/proposals/{proposal['id']}/accept", choices)

    async def edit(self, proposal: Any, **body: Any) -> httpx.Response:
        return await self.post(f"/v1/proposals/{proposal['id']}/edit", body)

    async def reject(self, proposal: Any, reason: str = "no") -> httpx.Response:
        return await self.post(f"/v1/proposals/{proposal['id']}/reject", {"reason": reason})


def proposals(reading: Any, **told: Any) -> list[Any]:
    """The proposals of a reading, of a predicate, a state … if told."""
    return [
        one
        for record in reading["records"]
        for one in record["proposals"]
        if all(one[name] == value for name, value in told.items())
    ]


def first(reading: Any, predicate: str) -> Any:
    return proposals(reading, predicate=predicate)[0]


@pytest.fixture
async def desk(engine: AsyncEngine, writer: dict[str, str]) -> AsyncIterator[Desk]:
    async with client_of(engine) as client:
        desk = Desk(client, writer)
        app: Any = client._transport
        app.app.state.readers = reader(lambda article: desk.make(article))
        yield desk
