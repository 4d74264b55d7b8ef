"""Rate limits: as many requests a minute as is said, told in headers, remembered within bounds."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.keys.key import Scope
from app.keys.service import create_key
from app.web import limits
from app.web.limits import Limit
from tests.conftest import bearer, client_of

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that stands until it is put on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def admitted(limit: Limit, client: str, times: int) -> int:
    return sum(limit.take(client).retry_after == 0 for _ in range(times))


def test_a_client_gets_its_whole_minute_at_once_and_then_a_steady_rate() -> None:
    clock = Clock()
    limit = Limit("reads", 30, clock)
    assert [limit.take("a").remaining for _ in range(3)] == [29, 28, 27]
    assert admitted(limit, "a", 100) == 27
    refused = limit.take("a")
    assert (refused.remaining, refused.full_in, refused.retry_after) == (0, 60, 2)
    clock.now += 1.9
    assert admitted(limit, "a", 5) == 0
    clock.now += 0.1
    assert admitted(limit, "a", 5) == 1
    clock.now += 60
    assert admitted(limit, "a", 100) == 30


def test_who_waits_as_long_as_it_is_told_is_answered() -> None:
    for per_minute in (1, 7, 600, 60_000):
        clock = Clock()
        limit = Limit("reads", per_minute, clock)
        assert admitted(limit, "a", per_minute + 1) == per_minute
        clock.now += limit.take("a").retry_after
        assert limit.take("a").retry_after == 0


def test_clients_do_not_share_and_the_silent_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 3)
    limit = Limit("reads", 1, Clock())
    assert [admitted(limit, client, 2) for client in "abc"] == [1, 1, 1]
    assert admitted(limit, "d", 1) == 1
    assert list(limit.full_at) == ["b", "c", "d"]


async def test_headers_tell_the_limit_and_what_is_left(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/companies")
    assert answer.headers["ratelimit-policy"] == '"reads";q=60000;w=60'
    assert answer.headers["ratelimit"] == '"reads";r=59999;t=1'
    same = await client.get("/v1/companies", headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    assert same.headers["ratelimit"].startswith('"reads";r=5999')
    assert "ratelimit" not in (await client.get("/healthz")).headers


async def test_over_the_limit_is_a_429_that_says_when_to_come_again(engine: AsyncEngine) -> None:
    token = (await create_key(engine, "feed", [Scope.INGEST], actor="a test"))[1]
    async with client_of(engine, rate_limit_reads=2, rate_limit_writes=1) as client:
        for left in (1, 0):
            answer = await client.get("/v1/companies")
            assert answer.headers["ratelimit"].startswith(f'"reads";r={left};')
        refused = await client.get("/v1/companies")
        assert refused.status_code == 429
        assert refused.json()["type"] == "/problems/too-many-requests"
        assert 0 < int(refused.headers["retry-after"]) <= 30
        assert refused.headers["ratelimit"].startswith('"reads";r=0;')
        mine = bearer(token)
        assert (await client.get("/v1/companies", headers=mine)).status_code == 200
        assert (await client.post("/v1/ingest", json=[], headers=mine)).status_code == 422
        written = await client.post("/v1/ingest", json=[], headers=mine)
        assert written.status_code == 429
        assert written.headers["ratelimit-policy"] == '"writes";q=1;w=60'


async def test_guessing_keys_is_limited_by_address(engine: AsyncEngine) -> None:
    async with client_of(engine, rate_limit_reads=3) as client:
        statuses = [
            (await client.get("/v1/companies", headers=bearer("guess"))).status_code
            for _ in range(4)
        ]
    assert statuses == [401, 401, 401, 429]


async def test_no_limit_is_told_where_none_is_set(engine: AsyncEngine) -> None:
    async with client_of(engine, rate_limit_reads=0) as client:
        answer = await client.get("/v1/companies")
    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers
