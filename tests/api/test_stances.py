"""What is said against a report: a correction takes back, a denial disputes, silence neither."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping
from tests.ingest.chains import EVENT, Json, chain, document, identities, valuation
from tests.ingest.test_contradictions import send

pytestmark = pytest.mark.anyio

CORRECTED = "2025-12-22"
TALKS: Json = {
    "about": {"event": EVENT},
    "predicate": "stage",
    "term": "in_talks",
    "evidence": "anonymous",
}


def against(stance: str, evidence: str) -> Json:
    return {"about": {"event": EVENT}, "predicate": "stage", "stance": stance, "evidence": evidence}


async def deal(client: httpx.AsyncClient, **asked: str) -> Any:
    asked = {"include": "alternatives", **asked}
    answer = await client.get(f"/v1/funding-events/{EVENT}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def corrected(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    """The Information reports 750, three repeat it along a chain, and it corrects itself."""
    claims = [valuation(830, stance="correct")]
    correction = document("the-information", CORRECTED, at="correction", claims=claims)
    late = document("echo", "2025-12-24", repeats=("digest", "digest"))
    # The chain comes last, and its head last of all.
    await send(client, writer, *identities(), correction, late)
    for item in reversed(chain()):
        await send(client, writer, item)
    return client


@pytest.mark.parametrize("policy", ["balanced", "latest", "earliest"])
async def test_a_correction_takes_back_what_its_source_said_and_the_relays_of_that(
    corrected: httpx.AsyncClient, policy: str
) -> None:
    figure = (await deal(corrected, policy=policy))["valuation"]
    assert (figure["stated"], figure["appearances"]) == (830e9, 1)
    assert [(o["stated"], o["lost_by"]) for o in figure["alternatives"]] == [(750e9, "corrected")]


@pytest.mark.parametrize("policy", ["balanced", "latest", "earliest"])
async def test_before_the_correction_nothing_is_taken_back(
    corrected: httpx.AsyncClient, policy: str
) -> None:
    before = (await deal(corrected, policy=policy, as_of="2025-12-21"))["valuation"]
    assert (before["stated"], before["appearances"], before["alternatives"]) == (750e9, 4, [])
    after = (await deal(corrected, policy=policy, as_of=CORRECTED))["valuation"]
    assert (after["stated"], after["alternatives"][0]["lost_by"]) == (830e9, "corrected")


async def test_the_history_tells_of_the_correction_and_views_are_whole(
    corrected: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    answer = await corrected.get(f"/v1/funding-events/{EVENT}/history")
    told = [item["to"]["valuation"]["high"] for item in answer.json()["items"]]
    assert (set(told[:-1]), told[-1]) == ({750e9}, 830e9)
    assert await keeping.rebuild(engine, lambda _done, _total: None) == 0


async def test_a_denial_by_a_party_turns_the_status_and_deletes_nothing(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    talk = document("the-information", "2025-12-17", claims=[TALKS, valuation(750)])
    denial = document("reuters", "2025-12-19", claims=[against("deny", "party")])
    await send(client, writer, *identities(), talk, denial)
    before, after = await deal(client, as_of="2025-12-18"), await deal(client)
    assert (before["evidence_status"], after["evidence_status"]) == ("rumoured", "denied")
    assert (after["stage"], after["valuation"]["stated"]) == ("in_talks", 750e9)
    assert "DISPUTED" in after["valuation"]["caveats"]
    assert "DISPUTED" not in before["valuation"]["caveats"]
    assert [one["stance"] for one in after["stances"]] == ["deny"]
    claims = await client.get(f"/v1/funding-events/{EVENT}/claims")
    assert len(claims.json()["items"]) == 3


async def test_a_denial_of_what_is_on_record_or_by_a_third_party_disputes(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    talk = document("the-information", "2025-12-17", claims=[TALKS])
    doubt = document("reuters", "2025-12-18", claims=[against("deny", "named")])
    announced = {**TALKS, "term": "signed", "evidence": "party"}
    record = document("bloomberg", "2025-12-19", claims=[announced])
    denial = document("blog", "2025-12-20", claims=[against("deny", "party")])
    await send(client, writer, *identities(), talk, doubt, record, denial)
    told = {
        day: (await deal(client, as_of=f"2025-12-{day}"))["evidence_status"]
        for day in (17, 18, 19, 20)
    }
    assert told == {17: "rumoured", 18: "disputed", 19: "announced", 20: "disputed"}


@pytest.mark.parametrize("stance", ["decline_to_comment", "no_response"])
async def test_silence_is_neither_support_nor_denial(
    client: httpx.AsyncClient, writer: dict[str, str], stance: str
) -> None:
    talk = document("the-information", "2025-12-17", claims=[TALKS, valuation(750)])
    asked = document("reuters", "2025-12-19", claims=[against(stance, "party")])
    await send(client, writer, *identities(), talk, asked)
    before, after = await deal(client, as_of="2025-12-18"), await deal(client)
    for name in ("stage", "evidence_status", "independent_origins", "expires_on"):
        assert before[name] == after[name]
    assert before["valuation"] == after["valuation"]
    assert [one["stance"] for one in after["stances"]] == [stance]
