"""A walk through a list sees each row once, as it was when the walk began, whatever is written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

WALKS = (
    "/v1/companies",
    "/v1/companies?sort=-valuation.high",
    "/v1/companies?sort=valuation.high,-name",
    "/v1/companies?kind=lab&sort=-total_raised.high",
    "/v1/funding-events",
    "/v1/funding-events?sort=-amount.high,slug",
    "/v1/funding-events?stage=closed,open&sort=-last_reported_at",
    "/v1/rumours?as_of=2025-12-31",
    "/v1/rumours?as_of=2025-12-31&sort=-amount.high,slug",
    "/v1/companies/c-0/funding-events",
    "/v1/companies/c-0/claims",
    "/v1/companies/c-0/timeline",
    "/v1/funding-events/e-0-0/claims",
    "/v1/claims",
    "/v1/claims?predicate=amount,valuation&sort=-high",
    "/v1/products?sort=-released_on",
    "/v1/sources",
    "/v1/documents",
    "/v1/documents?sort=recorded_at",
    "/v1/markets",
    "/v1/markets?sort=last_reported_at,slug",
    "/v1/markets/market-0",
    "/v1/markets/market-1?sort=name",
    "/v1/rankings/valuation",
    "/v1/rankings/total_raised",
    "/v1/rankings/total_raised?capital=committed",
    "/v1/quality",
)
COMPANIES = 6


def company(name: int) -> list[dict[str, Any]]:
    """A company with its newsroom, its product and four rounds."""
    slug = f"c-{name}"
    return [
        {"type": "company", "slug": slug, "name": f"Company {name % 4} {name}", "kind": "lab"},
        {"type": "source", "slug": f"s-{name}", "name": slug, "kind": "company", "company": slug},
        {"type": "product", "slug": f"p-{name}", "company": slug, "name": slug, "kind": "model"},
        *(
            {"type": "funding_event", "key": f"e-{name}-{n}", "company": slug, "label": slug}
            for n in range(4)
        ),
    ]


def report(number: int) -> dict[str, Any]:
    """A report that says new things of a company, its product, its rival and its rounds."""
    name, amount = number % COMPANIES, (number * 37) % 11 + 1
    deal = {"about": {"event": f"e-{name}-{number % 4}"}, "evidence": "named"}
    money = {**deal, "stated": amount * 10**9, "currency": "USD"}
    return {
        "type": "document",
        "source": f"s-{name}",
        "url": f"https://example.org/{number}",
        "published_at": f"2025-{number % 12 + 1:02}-15",
        "claims": [
            {**deal, "predicate": "stage", "term": ("closed", "open", "in_talks")[number % 3]},
            {**money, "predicate": "amount"},
            {**money, "predicate": "valuation", "basis": "post_money"},
            {
                "about": {"product": f"p-{name}"},
                "predicate": "released",
                "effective_on": f"2025-{number % 12 + 1:02}",
                "evidence": "party",
            },
            {
                "about": {"company": f"c-{name}"},
                "predicate": "competes_with",
                "object": f"c-{(name + 1) % COMPANIES}",
                "market": f"Market {number % 7}",
                "evidence": "named",
            },
        ],
    }


def batches() -> Iterator[list[dict[str, Any]]]:
    """What is written during a walk: new identities, and reports that move those there are."""
    for number in count(100):
        yield [*company(number), report(number), report(number + 1000)]


@pytest.fixture
async def world(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    items = [item for name in range(COMPANIES) for item in company(name)]
    await store(client, [*items, *(report(number) for number in range(60))], writer)
    return client


async def store(client: httpx.AsyncClient, items: list[Any], writer: dict[str, str]) -> None:
    answer = await client.post("/v1/ingest", json=items, headers=writer)
    assert answer.json()["summary"]["rejected"] == 0, answer.text


@pytest.mark.parametrize("path", WALKS)
async def test_every_row_comes_once_while_others_write(
    world: httpx.AsyncClient, writer: dict[str, str], path: str
) -> None:
    whole = (await world.get(path, params=httpx.URL(path).params.set("limit", 500))).json()
    assert whole["next_cursor"] is None
    walked: list[dict[str, Any]] = []
    asked = httpx.URL(path).params.set("limit", 2)
    for batch in batches():
        page = (await world.get(path, params=asked)).json()
        walked += page["items"]
        if page["next_cursor"] is None:
            break
        asked = httpx.QueryParams({"limit": 2, "cursor": page["next_cursor"]})
        await store(world, batch, writer)
    assert len(walked) > 2
    assert walked == whole["items"]
