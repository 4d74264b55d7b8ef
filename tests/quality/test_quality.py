"""What does not cohere is told beside it, at the moment asked about, and never mended."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.factories import round_of

pytestmark = pytest.mark.anyio

ABOUT = {"about": {"event": "lab-round"}, "evidence": "party"}
USD = {**ABOUT, "currency": "USD"}


def more(*claims: dict[str, Any], day: str = "2025-07-01") -> dict[str, Any]:
    return {
        "type": "document",
        "source": "wire",
        "title": "What else is said",
        "published_at": day,
        "claims": list(claims),
    }


def part(stated: float, **terms: Any) -> dict[str, Any]:
    given = {"predicate": "participation", "object": "investor-0", "status": "committed"}
    return {**USD, **given, "stated": stated, **terms}


INVESTOR: dict[str, Any] = {"type": "company", "slug": "investor-0", "name": "Investor"}
CASES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "post_is_not_pre_plus_new_money": (
        "warning",
        [{**USD, "predicate": "valuation", "basis": "pre_money", "stated": 800}],
    ),
    "amount_exceeds_valuation": (
        "error",
        [{**USD, "predicate": "valuation", "basis": "post_money", "stated": 90}],
    ),
    "unit_jump": (
        "error",
        [
            {**USD, "predicate": "amount", "facet": "target", "stated": 100 * thousand}
            for thousand in (1, 1000)
        ],
    ),
    "tranches_exceed_commitment": (
        "warning",
        [part(50), part(30, tranche="first"), part(40, tranche="second")],
    ),
    "committed_exceeds_headline": ("warning", [part(150)]),
    "dates_out_of_order": (
        "warning",
        [{**ABOUT, "predicate": "stage", "term": "signed", "effective_on": "2025-06-29"}],
    ),
    "told_before_it_happened": (
        "warning",
        [{**ABOUT, "predicate": "stage", "term": "closed", "effective_on": "2025-07-09"}],
    ),
    "before_it_was_founded": ("warning", []),
}


@pytest.mark.parametrize("check", CASES)
async def test_each_check_finds_what_does_not_cohere(
    client: httpx.AsyncClient, writer: dict[str, str], check: str
) -> None:
    severity, claims = CASES[check]
    sound = round_of("lab")
    if check == "before_it_was_founded":
        sound[0]["founded"] = "2026"
    await client.post("/v1/ingest", json=[INVESTOR, *sound], headers=writer)
    before = await findings(client)
    answer = await client.post("/v1/ingest", json=[more(*claims)], headers=writer)
    assert answer.json()["items"][0]["status"] == "created", answer.text
    assert before == ([] if claims else [(check, severity)])
    assert await findings(client) == [(check, severity)]
    # The day before the claim was made there was nothing wrong.
    assert await findings(client, as_of="2025-06-30") == before
    assert await findings(client, check=check) == [(check, severity)]
    assert await findings(client, check="no_stage") == []
    event = (await client.get("/v1/funding-events/lab-round?include=claims")).json()
    for finding in event["findings"]:
        assert finding["check"] == check
        assert all(claim in event["claims"] for claim in finding["claim_ids"])


async def test_a_close_by_hearsay_is_told_until_somebody_confirms(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    batch = round_of("lab")
    for claim in batch[-1]["claims"]:
        claim["evidence"] = "anonymous"
    batch[-1]["claims"].append(part(10, status="funded", evidence="anonymous"))
    await client.post("/v1/ingest", json=[INVESTOR, *batch], headers=writer)
    assert await findings(client) == [("closed_without_a_closing_claim", "warning")]
    assert await findings(client, severity="error") == []
    confirmed = more({**ABOUT, "predicate": "stage", "term": "closed"})
    await client.post("/v1/ingest", json=[confirmed], headers=writer)
    assert await findings(client) == []


async def test_money_paid_for_a_deal_that_is_not_done_is_told(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    batch = round_of("lab", parts=[(10, "none", "funded")])
    stage = batch[-1]["claims"].pop(0)
    await client.post("/v1/ingest", json=batch, headers=writer)
    told = await findings(client)
    assert told == [("paid_but_not_done", "warning"), ("no_stage", "warning")]
    await client.post("/v1/ingest", json=[more(stage)], headers=writer)
    assert await findings(client) == []


async def test_the_bundled_data_has_no_errors(bundled_client: httpx.AsyncClient) -> None:
    answer = await bundled_client.get("/v1/quality?limit=500&include=claims")
    items = answer.json()["items"]
    assert items
    assert [item for item in items if item["errors"]] == []
    for item in items:
        assert item["warnings"] == len(item["findings"])
    xai = await bundled_client.get("/v1/quality?check=post_is_not_pre_plus_new_money")
    (item,) = xai.json()["items"]
    (finding,) = item["findings"]
    assert finding["event"]["slug"] == "xai-2026-01-series-e"
    assert (finding["found"]["low"], finding["expected"]["low"]) == (235e9, 250e9)
    assert finding["expected"]["derived"]["inputs"]


async def test_findings_are_paged_the_most_errors_first(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    for number in range(3):
        about = {"about": {"event": f"lab-{number}-round"}}
        jump = {**USD, **about, "predicate": "amount", "stated": 100_000}
        worth = {**USD, **about, "predicate": "valuation", "basis": "post_money", "stated": 5e9}
        claims = [jump, worth] if number == 1 else [jump]
        batch = [*round_of(f"lab-{number}"), {**more(*claims), "title": f"Of {number}"}]
        await client.post("/v1/ingest", json=batch, headers=writer)
    seen, cursor = [], None
    while True:
        more_ = {"cursor": cursor} if cursor else {}
        page = (await client.get("/v1/quality", params={"limit": 1, **more_})).json()
        seen += [(item["company"]["slug"], item["errors"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 3
    assert [errors for _, errors in seen] == sorted((e for _, e in seen), reverse=True)


async def test_many_contradicting_reports_make_one_finding(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    reports = [
        {
            **more({**ABOUT, "predicate": "stage", "term": term, "effective_on": day}),
            "title": f"{term} says {number}",
        }
        for number in range(12)
        for term, day in (("signed", "2025-06-20"), ("closed", "2025-06-16"))
    ]
    await client.post("/v1/ingest", json=[*round_of("lab"), *reports], headers=writer)
    assert await findings(client) == [("dates_out_of_order", "warning")]


async def test_what_a_source_took_back_is_no_longer_held_against_it(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    slip = {**USD, "predicate": "amount", "facet": "target", "stated": 1e6}
    mended = {**slip, "stated": 1e3, "stance": "correct"}
    await client.post("/v1/ingest", json=[*round_of("lab"), more(slip)], headers=writer)
    other = {**more({**slip, "stated": 1e3}), "title": "Another", "published_at": "2025-07-01"}
    await client.post("/v1/ingest", json=[other], headers=writer)
    assert await findings(client) == [("unit_jump", "error")]
    correction = {**more(mended, day="2025-07-02"), "title": "Correction"}
    await client.post("/v1/ingest", json=[correction], headers=writer)
    assert await findings(client) == []
    assert await findings(client, as_of="2025-07-01") == [("unit_jump", "error")]


async def test_debt_is_not_taken_for_more_equity_than_the_company_is_worth(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    batch = round_of("lab", amount=100)
    debt = {**USD, "predicate": "amount", "facet": "debt", "stated": 90}
    worth = {**USD, "predicate": "valuation", "basis": "post_money", "stated": 50}
    await client.post("/v1/ingest", json=[*batch, more(debt, worth)], headers=writer)
    assert await findings(client) == []


async def test_a_check_and_a_severity_are_meant_of_one_finding(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    late = {**ABOUT, "predicate": "stage", "term": "signed", "effective_on": "2025-06-29"}
    slip = {**USD, "predicate": "amount", "facet": "target"}
    claims = [late, {**slip, "stated": 1e3}, {**slip, "stated": 1e6}]
    await client.post("/v1/ingest", json=[*round_of("lab"), more(*claims)], headers=writer)
    assert len(await findings(client)) == 2
    assert await findings(client, check="unit_jump", severity="error") == [("unit_jump", "error")]
    answer = await client.get("/v1/quality?check=unit_jump&severity=warning")
    assert answer.json()["items"] == []


async def findings(client: httpx.AsyncClient, **asked: str) -> list[tuple[str, str]]:
    answer = await client.get("/v1/quality", params=asked)
    assert answer.status_code == 200, answer.text
    return [
        (finding["check"], finding["severity"])
        for item in answer.json()["items"]
        for finding in item["findings"]
    ]
