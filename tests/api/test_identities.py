"""Former slugs and merged companies lead on to the present one; deleted ones are gone."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping
from app.claims.changes import Cause
from app.claims.vocabulary import ChangeReason
from app.storage.engine import write_transaction
from app.storage.version import begin_write

pytestmark = pytest.mark.anyio

ITEMS = [
    {"type": "company", "slug": "claims", "name": "Claims Inc", "former_slugs": ["old-claims"]},
    {"type": "company", "slug": "twin", "name": "Twin"},
    {"type": "company", "slug": "closed-down", "name": "Closed Down"},
]
PATHS = ("", "/claims", "/timeline", "/funding-events", "/competitors")


@pytest.fixture
async def world(
    client: httpx.AsyncClient, engine: AsyncEngine, writer: dict[str, str]
) -> httpx.AsyncClient:
    answer = await client.post("/v1/ingest", json=ITEMS, headers=writer)
    assert answer.json()["summary"]["created"] == len(ITEMS)
    merge = {"into": "claims", "reason": "The same people at the same address"}
    answer = await client.post("/v1/companies/twin/merge", json=merge, headers=writer)
    assert answer.json()["status"] == "merged"
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, "a test")
        await connection.execute(
            text("UPDATE company SET deleted_at = :now WHERE slug = 'closed-down'"),
            {"now": datetime.now(UTC)},
        )
        ids = (await connection.execute(text("SELECT id FROM company"))).scalars().all()
        await keeping.refresh(connection, ids, [], write, Cause(ChangeReason.RECOMPUTED))
    return client


@pytest.mark.parametrize("rest", PATHS)
@pytest.mark.parametrize("name", ["old-claims", "twin"])
async def test_a_former_name_redirects_to_the_present_one(
    world: httpx.AsyncClient, name: str, rest: str
) -> None:
    answer = await world.get(f"/v1/companies/{name}{rest}?as_of=2026-01-01")
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/v1/companies/claims{rest}?as_of=2026-01-01"
    assert (await world.get(f"/v1/companies/claims{rest}")).status_code == 200


@pytest.mark.parametrize("rest", PATHS)
async def test_what_was_deleted_is_gone(world: httpx.AsyncClient, rest: str) -> None:
    answer = await world.get(f"/v1/companies/closed-down{rest}")
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_id_is_as_good_as_a_slug(world: httpx.AsyncClient) -> None:
    identity = (await world.get("/v1/companies/claims")).json()["id"]
    for rest in PATHS:
        answer = await world.get(f"/v1/companies/{identity}{rest}")
        assert answer.status_code == 200
    compared = await world.get(f"/v1/compare?companies={identity},old-claims,twin")
    assert [company["slug"] for company in compared.json()["companies"]] == ["claims"]


async def test_lists_hold_neither_merged_nor_deleted_companies(world: httpx.AsyncClient) -> None:
    for path in ("/v1/companies", "/v1/rankings/valuation", "/v1/search?q=twin"):
        items = (await world.get(path)).json()["items"]
        assert {item["slug"] for item in items} <= {"claims"}


async def test_a_misspelt_name_gets_the_nearest_ones(world: httpx.AsyncClient) -> None:
    answer = await world.get("/v1/companies/claimz")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["allowed"] == ["claims"]
