"""Rumours: the live ones among the deals, with their age at the moment asked about."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.test_expiry import ITEMS, report
from tests.api.test_reads import get, walk
from tests.golden.story import EVENT, documents, identities

pytestmark = pytest.mark.anyio

MOMENTS = ({}, {"as_of": "2025-12-31"}, {"policy": "strict"}, {"policy": "earliest"})


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("sort", ["-last_reported_at", "amount.high,slug", "slug"])
async def test_they_are_the_deals_that_are_rumours(
    bundled_client: httpx.AsyncClient, moment: dict[str, str], sort: str
) -> None:
    asked = {**moment, "sort": sort, "limit": 7}
    rumours = await walk(bundled_client, "/v1/rumours", **asked)
    assert rumours == await walk(bundled_client, "/v1/funding-events?is_rumour=true", **asked)
    assert bool(rumours) == (moment.get("policy") != "strict")


async def test_the_one_heard_of_last_comes_first(bundled_client: httpx.AsyncClient) -> None:
    items = (await get(bundled_client, "/v1/rumours", limit=500))["items"]
    silent = [item["silent_days"] for item in items if item["silent_days"] is not None]
    assert silent == sorted(silent)
    assert len(silent) > 10


async def test_a_rumour_shows_what_its_deal_shows(bundled_client: httpx.AsyncClient) -> None:
    asked = {"as_of": "2026-08-15", "limit": 500, "include": "alternatives"}
    for item in (await get(bundled_client, "/v1/rumours", **asked))["items"]:
        path = f"/v1/funding-events/{item['id']}"
        event = await get(bundled_client, path, as_of="2026-08-15", include="alternatives")
        own = {"age_days", "silent_days", "deadline", "overtaken_by"}
        assert {name: item[name] for name in item.keys() - own} == {
            name: event[name] for name in item.keys() - own
        }
        assert item["deadline"] == event["expires_on"]


@pytest.fixture
async def story(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    await client.post("/v1/ingest", json=[*identities(), *documents()], headers=writer)
    return client


@pytest.mark.parametrize(
    ("as_of", "age", "silent", "documents"),
    [("2025-12-17", 0, 0, 1), ("2025-12-20", 3, 2, 4), ("2026-02-26T23:59:59Z", 71, 70, 4)],
)
async def test_its_age_is_counted_in_whole_days_up_to_the_moment(
    story: httpx.AsyncClient, as_of: str, age: int, silent: int, documents: int
) -> None:
    (rumour,) = (await get(story, "/v1/rumours", as_of=as_of))["items"]
    assert (rumour["slug"], rumour["company"]["slug"]) == (EVENT, "openai")
    assert (rumour["age_days"], rumour["silent_days"]) == (age, silent)
    assert (rumour["documents"], rumour["independent_origins"]) == (documents, 1)
    assert rumour["amount"]["high"] == 100e9


async def test_a_deal_that_is_done_is_no_rumour(story: httpx.AsyncClient) -> None:
    for as_of in ("2025-12-16", "2026-02-27", "2026-11-01"):
        assert (await get(story, "/v1/rumours", as_of=as_of))["items"] == []


async def test_declining_to_comment_and_the_rumoured_investor_are_shown(
    story: httpx.AsyncClient,
) -> None:
    (rumour,) = (await get(story, "/v1/rumours", as_of="2025-12-20", include="claims"))["items"]
    assert [taken["stance"] for taken in rumour["stances"]] == ["decline_to_comment"]
    assert rumour["stances"][0]["claim_id"].startswith("clm_")
    assert [i["company"]["slug"] for i in rumour["investors"]] == ["amazon"]


async def test_what_is_known_no_better_than_to_the_month_has_no_age(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    coarse = [*ITEMS[:3], report("2023-03"), report("2023-04-02")]
    await client.post("/v1/ingest", json=coarse, headers=writer)
    (rumour,) = (await get(client, "/v1/rumours", as_of="2023-04-10"))["items"]
    assert (rumour["first_reported_at"], rumour["age_days"]) == ("2023-03", None)
    assert (rumour["silent_days"], rumour["deadline"]) == (8, "2024-04-01")


def closed(day: str, key: str = "done") -> list[dict[str, Any]]:
    about = {"about": {"event": key}, "evidence": "party"}
    document = {
        "type": "document",
        "source": "s",
        "title": f"Done, {day}",
        "published_at": day,
        "claims": [{**about, "predicate": "stage", "term": "closed"}],
    }
    return [
        {"type": "funding_event", "key": key, "company": "c", "label": "A round"},
        document,
    ]


async def test_a_newer_deal_that_is_done_overtakes_it(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    items = [*ITEMS, report("2023-06-10"), *closed("2023-05-20", "older"), *closed("2023-07-01")]
    await client.post("/v1/ingest", json=items, headers=writer)
    for as_of, by in (("2023-05-25", "older"), ("2023-06-20", None), ("2023-07-01", "done")):
        (rumour,) = (await get(client, "/v1/rumours", as_of=as_of))["items"]
        assert (rumour["slug"], (rumour["overtaken_by"] or {}).get("slug")) == ("talk", by)
        company = await get(client, "/v1/companies/c", as_of=as_of)
        overtaken = [item["event"]["slug"] for item in company["overtaken_rumours"]]
        assert overtaken == (["talk"] if by else [])
        assert (company["total_raised"]["if_true"]["null_reason"] is None) == (by is None)


async def test_news_of_the_rumour_puts_it_before_the_deal_again(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await client.post("/v1/ingest", json=[*ITEMS, *closed("2023-07-01")], headers=writer)
    asked = {"as_of": "2023-08-20"}
    (rumour,) = (await get(client, "/v1/rumours", **asked))["items"]
    assert rumour["overtaken_by"]["stage"] == "closed"
    await client.post("/v1/ingest", json=[report("2023-08-01")], headers=writer)
    (rumour,) = (await get(client, "/v1/rumours", **asked))["items"]
    assert rumour["overtaken_by"] is None
    assert rumour["silent_days"] == 19


async def test_they_are_filtered_by_what_the_amount_may_be(story: httpx.AsyncClient) -> None:
    asked = {"amount[gte]": "50e9", "as_of": "2025-12-20"}
    assert (await get(story, "/v1/rumours", **asked))["items"] == []
    (rumour,) = (await get(story, "/v1/rumours", **asked, match="possible"))["items"]
    assert rumour["match_basis"] == "possible"


async def test_fields_pick_of_a_rumour_too(bundled_client: httpx.AsyncClient) -> None:
    page = await get(bundled_client, "/v1/rumours", fields="slug,age_days", limit=2)
    assert [set(item) for item in page["items"]] == [{"id", "slug", "age_days"}] * 2
