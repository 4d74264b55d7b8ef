"""Reads over the bundled data: every list, its pages, its conventions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping, views
from app.claims.changes import Cause
from app.claims.vocabulary import ChangeReason
from app.storage.engine import write_transaction
from app.storage.ids import decode
from app.storage.version import begin_write
from tests.golden.story import EVENT, documents, identities

pytestmark = pytest.mark.anyio

LISTS = (
    "/v1/companies",
    "/v1/funding-events",
    "/v1/claims",
    "/v1/products",
    "/v1/sources",
    "/v1/documents",
    "/v1/rumours",
)


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    # Parameters would take the place of the path's own query.
    answer = await client.get(path, params=httpx.URL(path).params.merge(parameters))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def walk(client: httpx.AsyncClient, path: str, **parameters: Any) -> list[str]:
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, path, **parameters, **more)
        seen += [item["id"] for item in page["items"]]
        assert page["meta"]["total"]["value"] == len(seen)
        cursor = page["next_cursor"]
        if cursor is None:
            assert page["meta"]["total"]["relation"] == "exact"
            return seen


@pytest.mark.parametrize("path", LISTS)
async def test_pages_hold_every_row_once(bundled_client: httpx.AsyncClient, path: str) -> None:
    small = await walk(bundled_client, path, limit=97)
    large = await walk(bundled_client, path, limit=500)
    assert small == large
    assert len(set(small)) == len(small)


@pytest.mark.parametrize("path", LISTS[:4])
@pytest.mark.parametrize("as_of", ["2024-06-30", "2026-01-10"])
async def test_a_walk_through_the_past_holds_every_row_once(
    bundled_client: httpx.AsyncClient, path: str, as_of: str
) -> None:
    seen = await walk(bundled_client, path, limit=200, as_of=as_of)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("path", "sort"),
    [
        ("/v1/companies", "-valuation.high,name"),
        ("/v1/companies", "total_raised.high"),
        ("/v1/funding-events", "-amount.high"),
        ("/v1/funding-events", "happened_on,-valuation.high"),
        ("/v1/products", "parameters,name"),
    ],
)
async def test_every_order_holds_every_row_once(
    bundled_client: httpx.AsyncClient, path: str, sort: str
) -> None:
    sorted_ = await walk(bundled_client, path, limit=83, sort=sort)
    assert sorted(sorted_) == sorted(await walk(bundled_client, path, limit=500))


async def test_unknown_values_come_last_in_either_direction(
    bundled_client: httpx.AsyncClient,
) -> None:
    for sort in ("-valuation.high", "valuation.high"):
        page = await get(bundled_client, "/v1/companies", sort=sort, limit=500)
        known = [item["valuation"]["high"] is not None for item in page["items"]]
        assert known == sorted(known, reverse=True)
        assert known[0]


async def test_a_pinned_walk_is_not_disturbed_by_writes(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    def company(number: int) -> dict[str, str]:
        return {"type": "company", "slug": f"c{number:03}", "name": f"Company {number:03}"}

    await client.post("/v1/ingest", json=[company(n) for n in range(0, 60, 2)], headers=writer)
    seen, cursor, added = [], None, 1
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await get(client, "/v1/companies", limit=7, **more)
        seen += [item["slug"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        await client.post("/v1/ingest", json=[company(added)], headers=writer)
        added += 10
    assert seen == [f"c{n:03}" for n in range(0, 60, 2)]


@pytest.mark.parametrize("path", [*LISTS, "/v1/rankings/valuation"])
@pytest.mark.parametrize("policy", ["balanced", "strict", "latest", "earliest"])
async def test_every_policy_answers_at_every_moment(
    bundled_client: httpx.AsyncClient, path: str, policy: str
) -> None:
    for as_of in ({}, {"as_of": "2025-12-20"}):
        now = await get(bundled_client, path, policy=policy, limit=500, **as_of)
        for known_at in (now["meta"]["known_at"], "2020-01-01"):
            then = await get(
                bundled_client, path, policy=policy, limit=500, known_at=known_at, **as_of
            )
            assert then["items"] == (now["items"] if known_at > "2021" else [])


async def test_a_past_too_large_to_resolve_is_refused_with_advice(
    bundled_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_ANEW", 110)
    refused = await bundled_client.get("/v1/funding-events?as_of=2024-06-30")
    assert refused.status_code == 422
    assert "Narrow" in refused.json()["detail"]
    for narrower in ("company=openai", "sort=slug&limit=10"):
        answer = await bundled_client.get(f"/v1/funding-events?as_of=2024-06-30&{narrower}")
        assert answer.status_code == 200
        assert answer.json()["items"]


async def test_an_answer_that_has_not_changed_is_a_304(bundled_client: httpx.AsyncClient) -> None:
    first = await bundled_client.get("/v1/companies/openai")
    again = await bundled_client.get(
        "/v1/companies/openai", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/v1/companies", "/v1/companies/openai", "/readyz", "/healthz"])
async def test_head_answers_as_get_without_the_body(
    bundled_client: httpx.AsyncClient, path: str
) -> None:
    head, got = await bundled_client.head(path), await bundled_client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag"):
        assert head.headers.get(name) == got.headers.get(name)


async def test_a_walk_stays_in_the_state_it_began_in_when_asked_of_today(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    companies = [{"type": "company", "slug": f"c{n}", "name": f"C{n}"} for n in range(4)]
    await client.post("/v1/ingest", json=companies, headers=writer)
    today = datetime.now(UTC).date().isoformat()
    page = await get(client, "/v1/companies", limit=2, known_at=today)
    assert page["meta"]["known_at"] < f"{today}T23:59:59.999999Z"
    late = {"type": "company", "slug": "c9", "name": "C9"}
    await client.post("/v1/ingest", json=[late], headers=writer)
    rest = await get(client, "/v1/companies", limit=9, cursor=page["next_cursor"])
    assert [item["slug"] for item in rest["items"]] == ["c2", "c3"]


async def test_a_source_is_in_a_past_once_it_had_published(
    bundled_client: httpx.AsyncClient,
) -> None:
    now = await walk(bundled_client, "/v1/sources", limit=500)
    then = await walk(bundled_client, "/v1/sources", limit=500, as_of="2024-01-01")
    assert set(then) < set(now)
    assert await walk(bundled_client, "/v1/sources", limit=500, as_of="1990-01-01") == []


async def test_the_schema_tells_of_everything_that_can_be_asked(
    bundled_client: httpx.AsyncClient,
) -> None:
    schema = await get(bundled_client, "/v1/schema")
    named = {resource["name"] for resource in schema["resources"]}
    assert {"companies", "compare", "series", "rankings", "product", "source", "claim"} <= named


async def test_under_the_strict_policy_hearsay_is_not_there(
    bundled_client: httpx.AsyncClient,
) -> None:
    events = await get(bundled_client, "/v1/funding-events", policy="strict", limit=500)
    assert 0 < len(events["items"]) < 100
    for event in events["items"]:
        assert event["evidence_status"] in ("announced", "filed", "denied", "disputed")
    unheard = await bundled_client.get("/v1/funding-events/ssi-2025-04?policy=strict")
    assert unheard.status_code == 404
    company = await get(bundled_client, "/v1/companies/mistral", policy="strict")
    assert "live rumour" not in str(company["total_raised"]["excluded"])


async def test_fields_pick_and_the_id_stays(bundled_client: httpx.AsyncClient) -> None:
    page = await get(bundled_client, "/v1/companies", fields="name,valuation", limit=3)
    assert all(set(item) == {"id", "name", "valuation"} for item in page["items"])


async def test_compare_gives_figures_with_verdicts(bundled_client: httpx.AsyncClient) -> None:
    answer = await get(
        bundled_client,
        "/v1/compare",
        companies="openai,anthropic,google-deepmind",
        metrics="valuation,total_raised,last_round,benchmark:gpqa",
    )
    rows = {row["metric"]: row for row in answer["rows"]}
    valuation = rows["valuation"]["cells"]
    assert valuation["openai"]["figure"]["stated"] == 852e9
    assert valuation["anthropic"]["figure"]["stated"] == 965e9
    assert valuation["google-deepmind"]["figure"]["null_reason"] == "unknown"
    assert rows["total_raised"]["cells"]["openai"]["figure"]["low"] >= 122e9
    assert rows["benchmark:gpqa"]["verdict"] is not None


async def test_comparison_does_not_depend_on_the_order_of_companies(
    bundled_client: httpx.AsyncClient,
) -> None:
    names = ["openai", "anthropic", "xai", "mistral"]
    answers = []
    for order in (names, names[::-1]):
        answer = await get(bundled_client, "/v1/compare", companies=",".join(order))
        answers.append([(r["metric"], r["verdict"], r["caveats"]) for r in answer["rows"]])
    assert answers[0] == answers[1]


async def test_search_forgives_typing(bundled_client: httpx.AsyncClient) -> None:
    for words, slug in (("anthropc", "anthropic"), ("open ai", "openai"), ("Facebook", "meta")):
        found = await get(bundled_client, "/v1/search", q=words)
        assert slug in [item["slug"] for item in found["items"][:3]]


async def test_the_golden_story_and_the_facts_are_one_event(
    bundled_client: httpx.AsyncClient,
) -> None:
    event = await get(bundled_client, "/v1/funding-events/openai-2025-12-megaround")
    assert event["documents"] > 6
    assert (event["stage"], event["evidence_status"]) == ("closed", "announced")


async def test_rivals_are_counted_by_origin(bundled_client: httpx.AsyncClient) -> None:
    rivals = await get(bundled_client, "/v1/companies/openai/competitors")
    assert {"anthropic", "google"} <= {item["company"]["slug"] for item in rivals["items"]}


async def test_intervals_are_filtered_with_certainty_or_possibility(
    bundled_client: httpx.AsyncClient,
) -> None:
    asked = {"amount[gte]": "50e9", "as_of": "2025-12-20", "limit": 500}
    certain = await get(bundled_client, "/v1/funding-events", **asked)
    possible = await get(bundled_client, "/v1/funding-events", **asked, match="possible")
    sure = {item["slug"] for item in certain["items"]}
    maybe = {item["slug"]: item["match_basis"] for item in possible["items"]}
    assert sure < set(maybe)
    assert maybe["openai-2025-12-megaround"] == "possible"  # up to 100 billion
    assert {slug for slug, basis in maybe.items() if basis == "certain"} == sure
    for item in certain["items"]:
        assert item["match_basis"] == "certain"
        assert item["amount"]["low"] >= 50e9


@pytest.mark.parametrize("match", ["certain", "possible"])
@pytest.mark.parametrize("bound", ["amount[gte]", "amount[lte]", "valuation[gt]", "valuation[lt]"])
async def test_interval_filters_hold_every_row_once_at_every_moment(
    bundled_client: httpx.AsyncClient, bound: str, match: str
) -> None:
    asked = {bound: "1e9", "match": match, "limit": 37}
    now = await walk(bundled_client, "/v1/funding-events", **asked)
    known_at = (await get(bundled_client, "/v1/funding-events"))["meta"]["known_at"]
    latest = await walk(bundled_client, "/v1/funding-events", **asked, known_at=known_at)
    computed = await walk(bundled_client, "/v1/funding-events", **asked, as_of="2026-11-01")
    assert now == latest
    assert len(set(now)) == len(now)
    assert set(computed) <= set(now)
    assert len(computed) > len(now) / 2


async def test_a_retracted_claim_answers_only_where_it_was_not_retracted_yet(
    client: httpx.AsyncClient, engine: AsyncEngine, writer: dict[str, str]
) -> None:
    await client.post("/v1/ingest", json=[*identities(), *documents()], headers=writer)
    path, final = f"/v1/funding-events/{EVENT}", "/v1/claims?predicate=valuation&high=852000000000"
    before = await get(client, path)
    known_at = before["meta"]["known_at"]
    (claim,) = (await get(client, final))["items"]
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, "a test")
        await connection.execute(
            text(
                "UPDATE claim SET retracted_at = :at, retraction_reason = 'misread' WHERE id = :id"
            ),
            {"at": write.committed_at, "id": decode("clm", claim["id"])},
        )
        company = decode("cmp", before["company"]["id"])
        assert company is not None
        await keeping.refresh(connection, [company], [], write, Cause(ChangeReason.RETRACTED))
    assert (await get(client, path))["valuations"]["post_money"]["stated"] == 840e9
    then = await get(client, path, known_at=known_at)
    assert then["valuations"] == before["valuations"]
    assert (await client.get(final)).json()["items"] == []
    (still,) = (await get(client, final, known_at=known_at))["items"]
    assert (still["retracted_at"], still["retraction_reason"]) == (None, None)
    told = await get(client, f"/v1/claims/{claim['id']}")
    assert told["retraction_reason"] == "misread"
