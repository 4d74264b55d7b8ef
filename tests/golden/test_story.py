"""The golden story over HTTP: what any model of this domain must get right."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.golden.story import EVENT, documents, identities

pytestmark = pytest.mark.anyio

TIMES = ("2025-12-17", "2025-12-20", "2026-03-01", "2026-04-02", None)


@pytest.fixture
async def story(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    answer = await client.post("/v1/ingest", json=[*identities(), *documents()], headers=writer)
    assert {item["status"] for item in answer.json()["items"]} == {"created"}
    return client


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    given = {name: value for name, value in parameters.items() if value is not None}
    answer = await client.get(path, params=httpx.URL(path).params.merge(given))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def event_at(client: httpx.AsyncClient, as_of: str | None, **more: Any) -> Any:
    return await get(client, f"/v1/funding-events/{EVENT}", as_of=as_of, **more)


async def test_1_all_claims_belong_to_one_event(story: httpx.AsyncClient) -> None:
    events = await get(story, "/v1/funding-events")
    claims = await get(story, f"/v1/funding-events/{EVENT}/claims")
    assert [event["slug"] for event in events["items"]] == [EVENT]
    assert len(claims["items"]) == 18


@pytest.mark.parametrize(
    ("as_of", "stage", "status"),
    [
        ("2025-12-20", "in_talks", "rumoured"),
        ("2026-03-01", "open", "announced"),
        ("2026-04-02", "closed", "announced"),
    ],
)
async def test_2_stage_and_evidence_status_are_two_axes(
    story: httpx.AsyncClient, as_of: str, stage: str, status: str
) -> None:
    event = await event_at(story, as_of)
    assert (event["stage"], event["evidence_status"]) == (stage, status)


async def test_2_late_evidence_inserts_an_earlier_transition_and_rewrites_no_later_one(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    late = [d for d in documents() if d["published_at"] < "2026"]
    early = [d for d in documents() if d["published_at"] > "2026"]
    await client.post("/v1/ingest", json=[*identities(), *early], headers=writer)
    path = f"/v1/funding-events/{EVENT}/history"
    before = (await get(client, path))["items"]
    await client.post("/v1/ingest", json=late, headers=writer)
    talks, opened, closed = (await get(client, path))["items"]
    assert [opened["to"], closed["to"]] == [change["to"] for change in before]
    assert talks["to"]["stage"] == opened["from"]["stage"] == "in_talks"
    assert talks["reported_at"] == "2025-12-17"
    # It is reported first, and was stored here last.
    assert talks["recorded_at"] > max(opened["recorded_at"], closed["recorded_at"])
    assert talks["caused_by"]
    assert (opened["happened_on"], closed["happened_on"]) == ("2026-02-27", "2026-03-31")


async def test_3_repeating_a_rumour_adds_appearances_and_no_origin(
    story: httpx.AsyncClient,
) -> None:
    rumour = (await event_at(story, "2025-12-20"))["valuation"]
    assert rumour["appearances"] == 3
    assert rumour["independent_origins"] == 1


async def test_3_the_echoes_lead_back_to_one_report(story: httpx.AsyncClient) -> None:
    claims = await get(story, "/v1/claims", predicate="valuation", basis="unspecified")
    for claim in claims["items"]:
        tree = await get(story, f"/v1/claims/{claim['id']}/echo-tree")
        assert tree["origin"]["slug"] == "the-information"
        assert tree["root"]["document"]["source"]["slug"] == "the-information"
        assert tree["root"]["lag_days"] == 0
        assert [echo["lag_days"] for echo in tree["echoes"]] == [1, 1]
        assert [echo["changed"] for echo in tree["echoes"]] == [["modality"]] * 2
        told = {
            e["document"]["source"]["slug"]: e["document"]["distortions"] for e in tree["echoes"]
        }
        assert told == {"thinkautomated": ["relay_claims_confirmation"], "racetoagi": []}
        assert (tree["appearances"], tree["other_origins"]) == (3, [])
    (before,) = {c["id"] for c in claims["items"] if c["reported_at"] == "2025-12-17"}
    early = await get(story, f"/v1/claims/{before}/echo-tree", as_of="2025-12-17")
    assert early["echoes"] == []


async def test_4_up_to_is_never_the_number_itself(story: httpx.AsyncClient) -> None:
    amount = (await event_at(story, "2025-12-20"))["amount"]
    assert (amount["low"], amount["high"], amount["qualifier"]) == (None, 100e9, "up_to")
    assert amount["stated"] is None


async def test_5_an_unspecified_valuation_has_two_readings(story: httpx.AsyncClient) -> None:
    event = await event_at(story, "2025-12-20")
    assert event["valuation"]["basis"] == "unspecified"
    implied = {r["read_as"]: r["implied"] for r in event["valuation_readings"]}
    post, pre = implied["pre_money"], implied["post_money"]
    assert (post["basis"], post["low"], post["high"]) == ("post_money", 750e9, 850e9)
    assert (pre["basis"], pre["low"], pre["high"]) == ("pre_money", 650e9, 750e9)
    for figure in (post, pre):
        assert figure["stated"] is None
        assert len(figure["derived"]["inputs"]) == 2


async def test_6_today_852_post_money_and_840_among_the_alternatives(
    story: httpx.AsyncClient,
) -> None:
    valuations = (await event_at(story, None, include="alternatives"))["valuations"]
    assert valuations["post_money"]["stated"] == 852e9
    assert [other["stated"] for other in valuations["post_money"]["alternatives"]] == [840e9]
    assert valuations["post_money"]["alternatives"][0]["lost_by"] == "newest_reported"
    assert valuations["pre_money"]["stated"] == 730e9
    assert valuations["unspecified"]["stated"] == 750e9


async def test_7_no_number_that_nobody_stated(story: httpx.AsyncClient) -> None:
    claims = await get(story, f"/v1/funding-events/{EVENT}/claims", limit=500)
    stated = {
        number
        for claim in claims["items"]
        for name in ("low", "high", "stated")
        if (number := claim["value"][name]) is not None
    }
    for as_of in TIMES:
        for policy in ("balanced", "strict", "latest", "earliest"):
            for path in ("/v1/funding-events", "/v1/companies", "/v1/compare"):
                asked = {"companies": "openai,amazon"} if path.endswith("compare") else {}
                answer = await get(story, path, as_of=as_of, policy=policy, **asked)
                for figure in figures(answer):
                    numbers = {figure[name] for name in ("low", "high", "stated")} - {None}
                    assert figure.get("derived", {}).get("formula") or numbers <= stated


async def test_8_total_raised_holds_the_final_close(story: httpx.AsyncClient) -> None:
    company = await get(story, "/v1/companies/openai")
    equity = company["total_raised"]["equity"]
    assert equity["low"] >= 122e9
    assert equity["derived"]["inputs"]


async def test_9_amazon_committed_50_of_which_15_without_condition(
    story: httpx.AsyncClient,
) -> None:
    stack = await get(story, f"/v1/funding-events/{EVENT}/capital-stack")
    (amazon,) = (i for i in stack["investors"] if i["company"]["slug"] == "amazon")
    assert (amazon["committed"]["low"], amazon["committed"]["high"]) == (50e9, 50e9)
    assert (amazon["unconditional"]["low"], amazon["unconditional"]["high"]) == (15e9, 15e9)
    assert amazon["conditional"]["low"] == 35e9
    assert amazon["rumoured"]["low"] == 10e9
    assert amazon["funded"]["null_reason"] == "unknown"
    assert stack["headline"]["stated"] == 122e9
    assert stack["committed"]["low"] == 110e9
    assert "AMT_CONDITIONAL_INCLUDED" in stack["committed"]["caveats"]
    # Nothing is said of a condition on Nvidia's 30: at least 15, at most 45.
    assert (stack["unconditional"]["low"], stack["unconditional"]["high"]) == (15e9, 45e9)
    assert stack["not_attributed"]["low"] == 12e9


async def test_10_declining_to_comment_changes_nothing(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    spoken = [d for d in documents() if d["source"] != "asianfin"]
    await client.post("/v1/ingest", json=[*identities(), *spoken], headers=writer)
    before = await event_at(client, None)
    await client.post("/v1/ingest", json=documents(), headers=writer)
    after = await event_at(client, None)
    assert [s["stance"] for s in after["stances"]] == ["decline_to_comment"]
    for name in ("stage", "evidence_status"):
        assert before[name] == after[name]


async def test_11_a_rumour_beside_a_closed_mark_is_told_apart(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await story.post("/v1/ingest", json=RIVAL, headers=writer)
    asked = {"companies": "openai,rival", "metrics": "valuation", "as_of": "2025-12-20"}
    (known,) = (await get(story, "/v1/compare", **asked))["rows"]
    assert known["cells"]["openai"]["figure"]["null_reason"] == "unknown"
    assert known["verdict"] is None
    (row,) = (await get(story, "/v1/compare", **asked, if_true=EVENT))["rows"]
    assert row["cells"]["openai"]["figure"]["stated"] == 750e9
    assert row["cells"]["openai"]["known"]["null_reason"] == "unknown"
    assert {"VAL_BASIS_UNSPECIFIED", "VAL_ROUND_NOT_CLOSED"} <= set(row["caveats"])
    assert row["verdict"] == "indicative_only"
    refused = await story.get("/v1/compare", params={**asked, "if_true": "nothing"})
    assert refused.status_code == 422


RIVAL: list[dict[str, Any]] = [
    {"type": "company", "slug": "rival", "name": "Rival"},
    {"type": "funding_event", "key": "rival-round", "company": "rival", "label": "Rival's round"},
    {
        "type": "document",
        "source": "reuters",
        "title": "Rival closes its round",
        "published_at": "2025-09-02",
        "claims": [
            {
                "about": {"event": "rival-round"},
                "predicate": "stage",
                "term": "closed",
                "evidence": "party",
            },
            {
                "about": {"event": "rival-round"},
                "predicate": "valuation",
                "basis": "post_money",
                "stated": 183_000_000_000,
                "currency": "USD",
                "evidence": "party",
            },
        ],
    },
]


async def test_12_retracting_a_relay_changes_no_value_and_is_logged_once(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    claims = await get(story, "/v1/claims", predicate="valuation", source="thinkautomated")
    (c6,) = claims["items"]
    before, changes = await event_at(story, None), await get(story, "/v1/changes", limit=500)
    path = f"/v1/claims/{c6['id']}/retract"
    answer = await story.post(path, json={"reason": "It was misread"}, headers=writer)
    assert answer.json()["status"] == "retracted"
    after = await event_at(story, None)
    for name in ("stage", "evidence_status", "amount", "valuation"):
        assert after[name] == before[name]
    assert after["valuations"]["unspecified"]["stated"] == 750e9
    assert after["valuations"]["unspecified"]["appearances"] == 2
    last = changes["items"][-1]["position"]
    (entry,) = (await get(story, "/v1/changes", **{"position[gt]": last}))["items"]
    assert (entry["subject"], entry["claim_id"]) == ("claim", c6["id"])
    assert (entry["reason"], entry["note"]) == ("retracted", "It was misread")
    # What it said is still there to be read, and was there before it was taken out.
    assert (await get(story, f"/v1/claims/{c6['id']}"))["retraction_reason"] == "It was misread"
    then = await event_at(story, None, known_at=just_before(entry))
    assert then["valuations"]["unspecified"]["appearances"] == 3
    again = await story.post(path, json={"reason": "Once more"}, headers=writer)
    assert again.json()["status"] == "unchanged"
    assert again.json()["claim"]["retraction_reason"] == "It was misread"
    assert len((await get(story, "/v1/changes", **{"position[gt]": last}))["items"]) == 1


def just_before(entry: dict[str, Any]) -> str:
    """The instant just before a change was written."""
    at = datetime.fromisoformat(entry["recorded_at"]) - timedelta(microseconds=1)
    return at.isoformat().replace("+00:00", "Z")


async def test_13_sending_it_again_changes_nothing(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    before = (await get(story, "/v1/companies"))["meta"]["data_version"]
    again = await story.post("/v1/ingest", json=[*identities(), *documents()], headers=writer)
    assert {item["status"] for item in again.json()["items"]} == {"unchanged"}
    assert again.json()["summary"]["claims_created"] == 0
    assert (await get(story, "/v1/companies"))["meta"]["data_version"] == before


@pytest.mark.parametrize("seed", range(6))
async def test_14_any_order_of_arrival_gives_the_same_views(
    client: httpx.AsyncClient, writer: dict[str, str], seed: int
) -> None:
    await client.post("/v1/ingest", json=identities(), headers=writer)
    shuffled = documents()
    random.Random(seed).shuffle(shuffled)
    for document in shuffled:
        answer = await client.post("/v1/ingest", json=[document], headers=writer)
        assert answer.json()["items"][0]["status"] == "created"
    event = await event_at(client, None, include="alternatives")
    assert without_ids(event) == EXPECTED.setdefault("event", without_ids(event))
    assert [
        c["reported_at"]
        for c in (await get(client, f"/v1/funding-events/{EVENT}/history"))["items"]
    ] == ["2025-12-17", "2026-02-27", "2026-03-31"]


EXPECTED: dict[str, Any] = {}


async def test_15_nothing_later_leaks(story: httpx.AsyncClient) -> None:
    for path, asked in (
        ("/v1/companies", {}),
        ("/v1/companies/openai", {}),
        ("/v1/funding-events", {}),
        ("/v1/claims", {}),
        ("/v1/companies/openai/timeline", {}),
        ("/v1/compare", {"companies": "openai,amazon"}),
        ("/v1/compare/series", {"companies": "openai"}),
    ):
        answer = await story.get(path, params={"as_of": "2025-12-17", **asked})
        for later in ("2025-12-18", "2026-02", "2026-03", "840000000000", "852000000000"):
            assert later not in answer.text.replace(answer.json()["meta"]["known_at"], "")
        before = await story.get(path, params={"known_at": "2025-12-17", **asked})
        # What was not known then is not there; to compare it is a mistake in the request.
        assert before.status_code == (422 if path.startswith("/v1/compare") else before.status_code)
        assert before.status_code in (200, 404, 422)
        assert "750000000000" not in before.text


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/funding-events?stge=closed", "stge"),
        ("/v1/funding-events?stage=close", "stage"),
        ("/v1/funding-events?sort=amout.high", "sort"),
        ("/v1/funding-events?fields=amout", "fields"),
        ("/v1/companies?policy=balance", "policy"),
        ("/v1/compare?companies=openai&metrics=valuatoin", "metrics"),
    ],
)
async def test_16_a_misspelling_is_a_422_that_lists_what_is_allowed(
    story: httpx.AsyncClient, path: str, parameter: str
) -> None:
    answer = await story.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fault = answer.json()["errors"][0]
    assert fault["parameter"] == parameter
    assert fault["allowed"]


async def test_17_every_figure_expands_to_its_claim_and_document(
    story: httpx.AsyncClient,
) -> None:
    event = await event_at(story, None)
    for figure in figures(event):
        if figure["claim_id"]:
            claim = await get(story, f"/v1/claims/{figure['claim_id']}")
            assert claim["document"]["id"] == figure["document_id"]
            assert claim["document"]["url"].startswith("https://")


def figures(answer: Any) -> list[dict[str, Any]]:
    """Every figure in an answer, wherever it stands."""
    if isinstance(answer, list):
        return [figure for item in answer for figure in figures(item)]
    if not isinstance(answer, dict):
        return []
    here = [answer] if "independent_origins" in answer and "low" in answer else []
    return here + [figure for value in answer.values() for figure in figures(value)]


def without_ids(answer: Any) -> Any:
    """An answer without what differs from one database to the next."""
    if isinstance(answer, list):
        return [without_ids(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    varying = {"id", "claim_id", "document_id", "inputs", "recorded_at", "meta"}
    return {key: without_ids(value) for key, value in answer.items() if key not in varying}


async def test_the_rumour_in_hindsight(story: httpx.AsyncClient) -> None:
    path = f"/v1/funding-events/{EVENT}/post-mortem"
    before = (await get(story, path, as_of="2025-12-20"))["items"]
    assert {(trial["outcome"], trial["reason"]) for trial in before} == {
        ("not_evaluable", "not_done")
    }
    trials = (await get(story, path))["items"]
    told = {(trial["predicate"], trial["read_as"]): trial for trial in trials}
    assert len(trials) == 3  # the relays of D3 and D4 score nothing
    amount = told["amount", "headline"]
    assert (amount["outcome"], amount["log_error"]) == ("bound_violated", None)
    assert amount["settled"]["stated"] == 122e9
    pre, post = told["valuation", "pre_money"], told["valuation", "post_money"]
    assert (pre["outcome"], pre["log_error"]["value"]) == ("confirmed", 0.027)
    assert (post["outcome"], post["log_error"]["value"]) == ("missed", -0.1275)
    assert (pre["lead_days"], post["lead_days"]) == (72, 104)


async def test_who_started_the_rumour_has_it_in_its_record(story: httpx.AsyncClient) -> None:
    trials = (await get(story, f"/v1/funding-events/{EVENT}/post-mortem"))["items"]
    record = await get(story, "/v1/sources/the-information/track-record")
    assert [trial.pop("event")["slug"] for trial in record["trials"]] == [EVENT] * 3
    assert without_ids(by_figure(record["trials"])) == without_ids(by_figure(trials))
    # Up to 100 billion was 122; 750 billion was right if it was meant before the money.
    assert (record["claims_tried"], record["hits"], record["misses"]) == (2, 1, 1)
    assert set(record["not_evaluable"].values()) == {0}
    assert record["hit_rate"]["insufficient"]
    lead, error = record["median_lead_days"], record["median_abs_log_error"]
    assert ((lead["value"], lead["n"]), (error["value"], error["n"])) == ((72, 1), (0.027, 1))
    assert (record["deals"]["talked_of"], record["deals"]["done"]) == (1, 1)
    assert (record["documents"], record["relay_share"]) == (1, 0)
    before = await get(story, "/v1/sources/the-information/track-record", as_of="2026-02-26")
    assert (before["claims_tried"], before["not_evaluable"]["not_done"]) == (0, 2)


def by_figure(trials: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(trials, key=lambda trial: (trial["predicate"], trial["read_as"]))


@pytest.mark.parametrize("source", ["racetoagi", "thinkautomated"])
async def test_who_only_repeated_it_has_no_record_of_its_own(
    story: httpx.AsyncClient, source: str
) -> None:
    record = await get(story, f"/v1/sources/{source}/track-record")
    assert (record["trials"], record["trials_total"], record["claims_tried"]) == ([], 0, 0)
    assert record["deals"]["talked_of"] == 0
    assert (record["documents"], record["relay_share"]) == (1, 1)
