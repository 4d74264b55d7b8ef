"""The change log: what changed, why, in the order of the writes, nothing missed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.keeping import rebuild
from tests.factories import round_of

pytestmark = pytest.mark.anyio


async def changes(client: httpx.AsyncClient, after: int = 0, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/changes", params={"position[gt]": after, "limit": 500, **asked})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_write_logs_what_it_changed_with_its_claims(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await client.post("/v1/ingest", json=round_of("lab"), headers=writer)
    made = await changes(client)
    assert [(c["subject"], c["before"]) for c in made] == [
        ("funding_event", None),
        ("company", None),
    ]
    event = made[0]
    assert event["after"]["stage"] == "closed"
    assert event["after"]["amounts.headline"]["stated"] == 100
    assert len(event["caused_by"]) == 4
    raised = {
        "type": "document",
        "source": "wire",
        "title": "It was more",
        "published_at": "2025-07-01",
        "claims": [
            {
                "about": {"event": "lab-round"},
                "predicate": "amount",
                "stated": 120,
                "currency": "USD",
                "evidence": "party",
            }
        ],
    }
    await client.post("/v1/ingest", json=[raised], headers=writer)
    event, company = await changes(client, made[-1]["position"])
    assert (event["subject"], company["subject"]) == ("funding_event", "company")
    assert event["reason"] == "ingested"
    assert event["before"]["amounts.headline"]["stated"] == 100
    assert event["after"]["amounts.headline"]["stated"] == 120
    assert event["before"].keys() == event["after"].keys() == {"amounts.headline"}
    assert "total_raised.equity" in company["after"]
    (claim,) = event["caused_by"]
    told = (await client.get(f"/v1/claims/{claim}")).json()
    assert told["value"]["stated"] == 120


async def test_what_changes_nothing_is_not_logged(
    client: httpx.AsyncClient, writer: dict[str, str], engine: AsyncEngine
) -> None:
    batch = round_of("lab")
    await client.post("/v1/ingest", json=batch, headers=writer)
    before = await changes(client)
    await client.post("/v1/ingest", json=batch, headers=writer)
    echo = {**batch[-1], "title": "The same once more", "published_at": "2025-06-17"}
    answer = await client.post("/v1/ingest", json=[echo], headers=writer)
    assert answer.json()["items"][0]["status"] == "created"
    await rebuild(engine, lambda _done, _total: None)
    assert await changes(client) == before


async def test_retracting_what_was_chosen_changes_what_is_answered(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    batch = round_of("lab")
    other = {**batch[-1], "title": "Another figure", "published_at": "2025-07-18"}
    other["claims"] = [{**batch[-1]["claims"][2], "stated": 130}]
    await client.post("/v1/ingest", json=[*batch, other], headers=writer)
    chosen = (await client.get("/v1/funding-events/lab-round")).json()["amount"]
    assert chosen["stated"] == 130
    seen = (await changes(client))[-1]["position"]
    path = f"/v1/claims/{chosen['claim_id']}/retract"
    tried = await client.post(f"{path}?dry_run=true", json={"reason": "wrong"}, headers=writer)
    assert tried.json()["status"] == "retracted"
    assert await changes(client, seen) == []
    await client.post(path, json={"reason": "wrong"}, headers=writer)
    claim, event, company = await changes(client, seen)
    assert [claim["subject"], event["subject"], company["subject"]] == [
        "claim",
        "funding_event",
        "company",
    ]
    assert event["before"]["amounts.headline"]["stated"] == 130
    assert event["after"]["amounts.headline"]["stated"] == 100
    assert event["caused_by"] == [claim["claim_id"]]
    assert {change["reason"] for change in (claim, event, company)} == {"retracted"}
    assert (await client.get("/v1/funding-events/lab-round")).json()["amount"]["stated"] == 100


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/claims/clm_00000000000070008000000000000000/retract", {"reason": "x"}, 404),
        ("/v1/claims/nonsense/retract", {"reason": "x"}, 404),
        ("/v1/claims/nonsense/retract", {}, 422),
        ("/v1/claims/nonsense/retract", {"reason": "x", "because": "y"}, 422),
        ("/v1/claims/nonsense/retract?dryrun=true", {"reason": "x"}, 422),
        ("/v1/claims/nonsense/retract?dry_run=maybe", {"reason": "x"}, 422),
    ],
)
async def test_a_retraction_that_cannot_be_is_refused(
    client: httpx.AsyncClient, writer: dict[str, str], path: str, body: Any, status: int
) -> None:
    answer = await client.post(path, json=body, headers=writer)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"]
    assert (await client.post(path, json=body)).status_code == 401


async def test_a_follower_misses_nothing_while_many_write(
    client: httpx.AsyncClient, writer: dict[str, str], engine: AsyncEngine
) -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def follow() -> None:
        while True:
            finished = done.is_set()
            found = await changes(client, seen[-1] if seen else 0)
            seen.extend(change["position"] for change in found)
            if finished and not found:
                return

    async def write(number: int) -> None:
        for part in range(4):
            batch = round_of(f"lab-{number}-{part}")
            answer = await client.post("/v1/ingest", json=batch, headers=writer)
            assert answer.status_code == 200

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(number) for number in range(6)))
    done.set()
    await following
    async with engine.connect() as connection:
        stored = list(await connection.scalars(text("SELECT position FROM change ORDER BY 1")))
    assert seen == stored
    assert len(stored) == 2 * 24


async def test_a_version_and_a_setting_of_one_word_are_told_apart(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    def score(stated: float, **which: str) -> dict[str, Any]:
        return {
            "about": {"product": "model"},
            "predicate": "benchmark",
            "name": "gpqa",
            "stated": stated,
            "unit": "percent",
            "evidence": "named",
            **which,
        }

    def report(day: str, *scores: dict[str, Any]) -> dict[str, Any]:
        told = {"type": "document", "source": "wire", "title": "Scores", "published_at": day}
        return {**told, "claims": list(scores)}

    model = {"type": "product", "slug": "model", "company": "lab", "name": "M", "kind": "model"}
    first = report("2025-07-01", score(50, version="diamond"), score(70, setting="diamond"))
    await client.post("/v1/ingest", json=[*round_of("lab"), model, first], headers=writer)
    seen = (await changes(client))[-1]["position"]
    second = report("2025-07-02", score(55, version="diamond"))
    await client.post("/v1/ingest", json=[second], headers=writer)
    (change,) = await changes(client, seen)
    assert change["before"]["benchmarks.gpqa|diamond"]["stated"] == 50
    assert change["after"]["benchmarks.gpqa|diamond"]["stated"] == 55
    for figure, stated in (("gpqa|diamond", 55), ("gpqa||diamond", 70)):
        asked = {"product": "model", "figure": f"benchmarks.{figure}"}
        told = (await client.get("/v1/explain", params=asked)).json()
        assert told["chosen"]["value"]["stated"] == stated


async def test_changes_are_found_by_player_and_walked_by_cursor(
    bundled_client: httpx.AsyncClient,
) -> None:
    whole = await changes(bundled_client, company="mistral")
    assert {change["company"]["slug"] for change in whole} == {"mistral"}
    walked, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {"company": "mistral"}
        page = (await bundled_client.get("/v1/changes", params={"limit": 7, **more})).json()
        walked += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert walked == whole
    misspelt = await bundled_client.get("/v1/changes?company=mistrall")
    assert misspelt.status_code == 422
