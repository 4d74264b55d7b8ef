"""``POST /v1/match``: an answer per name, in their order, and faults that point at the name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.identities.test_matching import COMPANIES

pytestmark = pytest.mark.anyio


@pytest.fixture
async def known(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    await client.post("/v1/ingest", json=COMPANIES, headers=writer)
    return client


async def test_names_are_answered_in_their_order_without_a_key(known: httpx.AsyncClient) -> None:
    names = ["Meta Inc", {"name": "Gemini", "domain": "www.gemini.com"}, "Gemini", "Nobody"]
    answer = await known.post("/v1/match", json={"names": names})
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [item["name"] for item in items] == ["Meta Inc", "Gemini", "Gemini", "Nobody"]
    decisions = [item["decision"] for item in items]
    assert decisions == ["matched", "matched", "ambiguous", "unknown"]
    assert [item["company"] and item["company"]["slug"] for item in items] == [
        "meta",
        "gemini-trust",
        None,
        None,
    ]
    for item in items[:3]:
        best = item["candidates"][0]
        assert (item["score"], item["features"]) == (best["score"], best["features"])
        assert item["score"] == pytest.approx(sum(f["weight"] for f in item["features"]))
    assert items[3]["score"] is None


async def test_no_more_candidates_come_than_asked_for(known: httpx.AsyncClient) -> None:
    answer = await known.post("/v1/match", json={"names": ["Gemini"], "limit": 1})
    (item,) = answer.json()["items"]
    assert item["decision"] == "ambiguous"
    assert [candidate["company"]["slug"] for candidate in item["candidates"]] == ["gemini-space"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/names"),
        ({"names": []}, "/names"),
        ({"names": ["x"] * 1_001}, "/names"),
        ({"names": ["x", ""]}, "/names/1/name"),
        ({"names": ["x\x00"]}, "/names/0/name"),
        ({"names": [7]}, "/names/0"),
        ({"names": [{"name": "x", "city": "Rome"}]}, "/names/0/city"),
        ({"names": [{"name": "x", "domain": "no domain"}]}, "/names/0/domain"),
        ({"names": [{"name": "x", "country": "Italy"}]}, "/names/0/country"),
        ({"names": [{"name": "x", "identifiers": {"isin": "1"}}]}, "/names/0/identifiers/isin"),
        ({"names": ["x"], "limit": 21}, "/limit"),
        ({"names": ["x"], "most": 2}, "/most"),
    ],
)
async def test_a_fault_points_at_the_name(
    client: httpx.AsyncClient, body: Any, pointer: str
) -> None:
    answer = await client.post("/v1/match", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_what_is_no_json_and_what_is_no_parameter_is_refused(
    client: httpx.AsyncClient,
) -> None:
    body = {"content": b"{", "headers": {"Content-Type": "application/json"}}
    assert (await client.post("/v1/match", **body)).status_code == 400
    answer = await client.post("/v1/match?dry_run=true", json={"names": ["x"]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "dry_run"
