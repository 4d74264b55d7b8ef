"""The record of a source over HTTP: at every moment, and whoever repeats what it said."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.claims import queries as claims
from app.claims.moment import NOW
from app.claims.policy import SUPPORTING
from app.funding import queries, source_routes
from app.storage.engine import create_engine, read_connection
from tests.api.test_reads import get, walk
from tests.golden.story import EVENT, documents, identities

pytestmark = pytest.mark.anyio

SOURCE = "/v1/sources/the-information/track-record"
OUTLETS = ("the-information", "thinkautomated", "racetoagi", "asianfin", "openai-newsroom")


@pytest.fixture
async def story(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    await client.post("/v1/ingest", json=[*identities(), *documents()], headers=writer)
    return client


async def test_nothing_is_settled_before_the_close(story: httpx.AsyncClient) -> None:
    before = await get(story, SOURCE, as_of="2026-02-26")
    assert (before["claims_tried"], before["hits"], before["misses"]) == (0, 0, 0)
    assert before["not_evaluable"]["not_done"] == 2
    assert before["deals"]["open_talk"] == before["deals"]["talked_of"] == 1
    first_close = await get(story, SOURCE, as_of="2026-02-27")
    assert (first_close["claims_tried"], first_close["hits"]) == (2, 1)
    assert first_close["deals"]["done"] == 1


async def test_what_was_not_known_here_is_not_settled_here(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told = documents()
    answer = await client.post("/v1/ingest", json=[*identities(), *told[:4]], headers=writer)
    assert answer.json()["summary"]["rejected"] == 0
    before = await get(client, SOURCE)
    await client.post("/v1/ingest", json=told[4:], headers=writer)
    again = await get(client, SOURCE, known_at=before["meta"]["known_at"])
    assert {**again, "meta": None} == {**before, "meta": None}
    assert (await get(client, SOURCE))["claims_tried"] == 2


async def test_a_policy_that_hears_no_hearsay_tries_none(story: httpx.AsyncClient) -> None:
    strict = await get(story, SOURCE, policy="strict")
    assert (strict["trials_total"], strict["documents"], strict["deals"]["talked_of"]) == (0, 0, 0)
    assert strict["relay_share"] is None


async def test_who_never_talked_has_an_empty_record(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    record = await get(story, "/v1/sources/openai-newsroom/track-record")
    assert (record["claims_tried"], record["trials"], record["trials_total"]) == (0, [], 0)
    assert record["deals"] == dict.fromkeys(record["deals"], 0)
    assert set(record["not_evaluable"].values()) == {0}
    assert record["hit_rate"]["insufficient"]
    assert (record["documents"], record["relay_share"]) == (2, 0)
    mute = {"type": "source", "slug": "mute", "name": "Mute", "kind": "newsroom"}
    await story.post("/v1/ingest", json=[mute], headers=writer)
    record = await get(story, "/v1/sources/mute/track-record")
    assert (record["documents"], record["relay_share"], record["claims_tried"]) == (0, None, 0)


async def test_who_relays_changes_its_own_documents_and_no_other_number(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    before = {outlet: await record_of(story, outlet) for outlet in OUTLETS}
    (rumour,) = (d for d in documents() if d["source"] == "the-information")
    (announced, *_) = (d for d in documents() if d["source"] == "openai-newsroom")
    surer = [{**claim, "evidence": "named"} for claim in rumour["claims"]]
    relays = [
        relay(rumour, "asianfin", claims=[{**c, "modality": "factual"} for c in surer]),
        relay(announced, "the-information"),
        relay(announced, "racetoagi"),
    ]
    answer = await story.post("/v1/ingest", json=relays, headers=writer)
    assert answer.json()["summary"]["created"] == len(relays)
    share = {"documents", "relaying_documents", "relay_share"}
    for outlet in OUTLETS:
        after = await record_of(story, outlet)
        changed = {name for name in after if after[name] != before[outlet][name]}
        expected = {
            "the-information": share,
            "asianfin": share,
            "racetoagi": share - {"relay_share"},
        }
        assert changed <= expected.get(outlet, set())
        assert ("documents" in changed) == (outlet in expected)
    assert (await record_of(story, "the-information"))["relay_share"] == 0.5


def relay(document: dict[str, Any], source: str, **more: Any) -> dict[str, Any]:
    """A document of another source, half a year later, that repeats one."""
    url = f"https://{source}.example/again"
    by = {"source": source, "relays": document["source"], "published_at": "2026-08-20", "url": url}
    return {**document, **by, **more}


async def record_of(client: httpx.AsyncClient, source: str) -> dict[str, Any]:
    """A record without how its deals are shown elsewhere, where relays are heard."""
    record = await get(client, f"/v1/sources/{source}/track-record")
    trials = [{**trial, "event": trial["event"]["slug"]} for trial in record["trials"]]
    return {**record, "trials": trials, "meta": None}


async def test_an_owner_is_shown_and_its_outlets_keep_their_own_records(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    owned = [
        {**item, "owner": "one-house"} if item.get("slug") in OUTLETS[:3] else item
        for item in identities()
    ]
    await client.post("/v1/ingest", json=[*owned, *documents()], headers=writer)
    record = await get(client, SOURCE)
    assert (record["source"]["owner"], record["claims_tried"]) == ("one-house", 2)
    sister = await get(client, "/v1/sources/racetoagi/track-record")
    assert (sister["source"]["owner"], sister["trials_total"]) == ("one-house", 0)


async def test_the_trials_of_all_sources_are_those_of_all_post_mortems(
    bundled_client: httpx.AsyncClient,
) -> None:
    sources = [s["slug"] for s in (await get(bundled_client, "/v1/sources", limit=500))["items"]]
    more = await get(bundled_client, "/v1/sources?sort=-slug", limit=500)
    tried: dict[tuple[Any, ...], Any] = {}
    for source in {*sources, *(item["slug"] for item in more["items"])}:
        record = await get(bundled_client, f"/v1/sources/{source}/track-record")
        assert record["trials_total"] == len(record["trials"])
        for trial in record["trials"]:
            event = trial.pop("event")["id"]
            tried[event, trial["rumour"]["claim_id"], trial["read_as"]] = trial
    expected = {}
    for event in await walk(bundled_client, "/v1/funding-events", limit=500):
        for trial in (await get(bundled_client, f"/v1/funding-events/{event}/post-mortem"))[
            "items"
        ]:
            if trial["first_hand"]:
                expected[event, trial["rumour"]["claim_id"], trial["read_as"]] = trial
    assert tried == expected
    assert len(tried) > 90


async def test_the_deals_talked_of_are_those_of_which_a_claim_is_talk(
    bundled_database: str,
) -> None:
    engine = create_engine(bundled_database)
    async with read_connection(engine) as connection:
        events = (await connection.execute(text("SELECT id FROM funding_event"))).scalars()
        said = await claims.claims_about(connection, "event_id", list(events), NOW)
        talked_of: dict[Any, set[Any]] = {}
        for claim in (claim for about in said.values() for claim in about):
            of_the_deal = claim.predicate in ("stage", "amount", "valuation", "participation")
            own_talk = claim.is_talk and not claim.is_relay and claim.stance in SUPPORTING
            if of_the_deal and own_talk:
                talked_of.setdefault(claim.origin_id, set()).add(claim.event_id)
        assert len(talked_of) > 40
        for source in (await connection.execute(text("SELECT id FROM source"))).scalars().all():
            found = await queries.deals_talked_of(connection, source, NOW, 1000)
            assert set(found) == talked_of.get(source, set())
            assert len(found) == len(set(found))
    await engine.dispose()


async def test_a_record_too_large_to_make_is_refused_with_advice(
    bundled_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_routes, "MOST_DEALS", 3)
    refused = await bundled_client.get(SOURCE)
    assert refused.status_code == 422
    assert "earlier" in refused.json()["detail"]
    earlier = await get(bundled_client, SOURCE, as_of="2024-06-30")
    assert 0 < earlier["deals"]["talked_of"] <= 3


async def test_the_claims_of_a_record_come_along(story: httpx.AsyncClient) -> None:
    record = await get(story, SOURCE, include="claims")
    named = {trial["rumour"]["claim_id"] for trial in record["trials"]}
    assert len(named) == 2
    for claim in named:
        assert record["claims"][claim]["origin"]["slug"] == "the-information"
        assert record["claims"][claim]["about"]["event"]["slug"] == EVENT
