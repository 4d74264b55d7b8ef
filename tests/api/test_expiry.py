"""A rumour without news expires after a year, at every moment asked about, and says so."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.keeping import rebuild, refresh_expired
from app.storage.engine import write_transaction

pytestmark = pytest.mark.anyio

EVENT = "/v1/funding-events/talk"


def report(day: str, term: str = "in_talks") -> dict[str, Any]:
    about = {"event": "talk"}
    stage = {"about": about, "predicate": "stage", "term": term, "evidence": "anonymous"}
    amount = {
        "about": about,
        "predicate": "amount",
        "facet": "target",
        "stated": 10**9,
        "currency": "USD",
        "evidence": "anonymous",
        "modality": "negotiation",
    }
    return {
        "type": "document",
        "source": "s",
        "title": f"Talks, {day}",
        "published_at": day,
        "claims": [stage, amount],
    }


ITEMS = [
    {"type": "company", "slug": "c", "name": "C"},
    {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"},
    {"type": "funding_event", "key": "talk", "company": "c", "label": "Talk of a round"},
    report("2023-03-01"),
]


@pytest.fixture
async def world(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    answer = await client.post("/v1/ingest", json=ITEMS, headers=writer)
    assert answer.json()["summary"]["created"] == len(ITEMS)
    return client


async def status(client: httpx.AsyncClient, path: str = EVENT, **asked: str) -> Any:
    body = (await client.get(path, params=httpx.URL(path).params.merge(asked))).json()
    event = body["items"][0] if "items" in body else body
    return event["evidence_status"], event["is_rumour"], event["expires_on"]


@pytest.mark.parametrize("path", [EVENT, "/v1/funding-events", "/v1/funding-events?sort=slug"])
async def test_it_is_live_for_a_year_and_expired_from_then_on(
    world: httpx.AsyncClient, path: str
) -> None:
    live, expired = ("rumoured", True, "2024-02-29"), ("expired", False, "2024-02-29")
    assert await status(world, path) == expired
    assert await status(world, path, as_of="2023-06-01") == live
    assert await status(world, path, as_of="2024-02-28") == live
    assert await status(world, path, as_of="2024-03-01") == expired


async def test_an_expired_rumour_is_in_no_total(world: httpx.AsyncClient) -> None:
    for as_of, live in (("2023-06-01", True), ("2024-06-01", False)):
        company = (await world.get("/v1/companies/c", params={"as_of": as_of})).json()
        assert (company["total_raised"]["if_true"]["null_reason"] is None) == live
        assert len(company["rumoured_valuations"]) == 0


async def test_news_brings_it_back(world: httpx.AsyncClient, writer: dict[str, str]) -> None:
    await world.post("/v1/ingest", json=[report("2024-09-01")], headers=writer)
    assert await status(world, as_of="2024-08-01") == ("expired", False, "2024-02-29")
    assert await status(world, as_of="2024-10-01") == ("rumoured", True, "2025-09-01")
    told = (await world.get(f"{EVENT}/history")).json()["items"]
    assert [(t["reported_at"], t["expired_on"], t["to"]["evidence_status"]) for t in told] == [
        ("2023-03-01", None, "rumoured"),
        (None, "2024-02-29", "expired"),
        ("2024-09-01", None, "rumoured"),
        (None, "2025-09-01", "expired"),
    ]
    assert told[1]["caused_by"] == []


async def test_stored_views_that_time_overtook_are_recomputed(
    world: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    right = await status(world)
    async with write_transaction(engine) as connection:
        await connection.execute(
            text(
                "UPDATE event_view SET valid_until = now(), evidence_status = 'rumoured',"
                " body = replace(body, '\"expired\"', '\"rumoured\"')"
            )
        )
    assert await status(world) != right
    assert await refresh_expired(engine) == 1
    assert await status(world) == right
    assert await refresh_expired(engine) == 0
    assert await rebuild(engine, lambda _done, _total: None) == 0
