"""Nothing later leaks: a past moment answers as if what came later did not exist.

Two databases are held against each other: one that has everything, asked about a moment, and
one that only ever got what was there by that moment.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.claims.keeping import rebuild
from app.claims.values import PartialDate
from app.ingest.bundled import bundled_items
from app.ingest.service import ingest
from app.storage.engine import create_engine
from tests.conftest import client_of, clone
from tests.golden.story import EVENT, documents, identities

PATHS = (
    "/v1/companies?limit=500&sort=slug",
    "/v1/companies?limit=500&sort=slug&policy=latest",
    "/v1/companies/openai",
    "/v1/companies/openai/competitors",
    "/v1/companies/openai/funding-events?limit=500&sort=slug",
    "/v1/companies/openai/timeline?limit=500&sort=reported_at",
    "/v1/funding-events?limit=500&sort=slug&include=alternatives",
    "/v1/funding-events?limit=500&sort=-amount.high,slug&policy=strict",
    "/v1/funding-events?limit=500&sort=slug&stage=closed",
    f"/v1/funding-events/{EVENT}",
    f"/v1/funding-events/{EVENT}/history",
    f"/v1/funding-events/{EVENT}/claims?limit=500&sort=reported_at",
    f"/v1/funding-events/{EVENT}/post-mortem",
    "/v1/rumours?limit=500",
    "/v1/rumours?limit=500&sort=-amount.high,slug&include=alternatives",
    "/v1/sources/the-information/track-record",
    "/v1/sources/thinkautomated/track-record",
    "/v1/products?limit=500&sort=slug",
    "/v1/markets?limit=500",
    "/v1/markets?limit=500&policy=strict",
    "/v1/markets/ai-search?limit=500&include=claims",
    "/v1/markets/general-purpose-assistants-and-frontier-models?limit=500",
    "/v1/compare?companies=openai,amazon&include=claims",
    "/v1/compare?companies=openai,amazon&policy=earliest",
    "/v1/compare/investors?companies=openai,amazon&investors=all&rumours=include",
    "/v1/compare/investors?companies=openai,anthropic,xai,mistral",
    "/v1/compare/series?companies=openai&metric=valuation",
    "/v1/rankings/valuation?limit=500",
    "/v1/rankings/total_raised?limit=500",
    "/v1/rankings/total_raised?limit=500&capital=unconditional",
    "/v1/quality?limit=500&include=claims",
    f"/v1/explain?event={EVENT}&figure=amount",
    "/v1/explain?company=openai&figure=total_raised.equity",
    "/v1/search?q=openai",
)
VARYING = re.compile(
    r'"((cmp|prd|evt|clm|doc|src)_[0-9a-f]{32})"|"(recorded_at|known_at)": "[^"]*"'
    r'|"data_version": \d+|"next_cursor": "[^"]*"'
)


@contextmanager
def database_with(items: list[Any]) -> Iterator[str]:
    """The URL of a fresh database that got these items."""
    with clone("empty") as url:
        asyncio.run(store(url, items))
        yield url


async def store(url: str, items: list[Any]) -> None:
    engine = create_engine(url)
    await ingest(engine, items, actor="a test")
    await engine.dispose()


async def answers(url: str, **moment: str) -> dict[str, Any]:
    """What is answered at a moment, without what differs from one database to another."""
    engine = create_engine(url)
    told = {}
    async with client_of(engine) as client:
        for path in PATHS:
            told[path] = lasting(await client.get(path, params=merged(path, moment)))
    await engine.dispose()
    return told


def merged(path: str, moment: dict[str, str]) -> httpx.QueryParams:
    return httpx.URL(path).params.merge(moment)


def lasting(answer: httpx.Response) -> Any:
    if answer.status_code != 200:
        return answer.status_code
    body = answer.json()
    for rows in ("items", "points"):
        # Rows that nothing but their ids tell apart come in the order of their ids.
        if isinstance(body.get(rows), list):
            body[rows] = sorted(VARYING.sub("…", json.dumps(row)) for row in body[rows])
    if "claims" in body:
        body["claims"] = sorted(VARYING.sub("…", json.dumps(c)) for c in body["claims"].values())
    return VARYING.sub("…", json.dumps(body))


def published_by(item: Any, moment: str) -> bool:
    if item["type"] != "document":
        return True
    date = item.get("published_at")
    return bool(date) and PartialDate.parse(date).last <= PartialDate.parse(moment).last


@pytest.mark.parametrize("moment", ["2023-06-30", "2025-12-18", "2026-03-15"])
def test_as_of_answers_as_if_later_documents_did_not_exist(
    bundled_database: str, moment: str
) -> None:
    then = [item for item in bundled_items() if published_by(item, moment)]
    with database_with(then) as past:
        expected = asyncio.run(answers(past, as_of=moment))
    assert asyncio.run(answers(bundled_database, as_of=moment)) == expected


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(documents()), st.integers(1, len(documents()) - 1))
def test_known_at_answers_as_if_later_batches_had_not_come(order: list[Any], size: int) -> None:
    with database_with([*identities(), *order[:size]]) as url:
        before = asyncio.run(answers(url))
        known_at = asyncio.run(newest(url))
        asyncio.run(store(url, order[size:]))
        assert asyncio.run(answers(url, known_at=known_at)) == before
        assert asyncio.run(answers(url)) != before
        assert asyncio.run(rebuilt(url)) == 0


def test_outlets_that_turn_out_to_have_one_owner_become_one_origin() -> None:
    outlets = [item for item in identities() if item["type"] == "source"]
    owned = [{**outlet, "owner": "one-house"} for outlet in outlets]
    with database_with([*identities(), *documents()]) as url:
        before = asyncio.run(answers(url))
        asyncio.run(store(url, owned))
        assert asyncio.run(rebuilt(url)) == 0
        after = asyncio.run(answers(url))
    assert after != before
    with database_with([*identities(), *owned, *documents()]) as url:
        assert asyncio.run(answers(url)) == after


async def rebuilt(url: str) -> int:
    """How many stored views differ from what the resolver says now."""
    engine = create_engine(url)
    changed = await rebuild(engine, lambda _done, _total: None)
    await engine.dispose()
    return changed


async def newest(url: str) -> str:
    """The instant of the newest state of a database."""
    engine = create_engine(url)
    async with client_of(engine) as client:
        answer = await client.get("/v1/companies?limit=1")
    await engine.dispose()
    return str(answer.json()["meta"]["known_at"])


def test_the_order_of_arrival_changes_no_view(bundled_database: str) -> None:
    with database_with(list(bundled_items())[::-1]) as reversed_:
        assert asyncio.run(answers(reversed_)) == asyncio.run(answers(bundled_database))
