"""Every figure can be explained: what was chosen, what lost and by what, down to the quotes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.explain.paths import figures
from tests.golden.story import EVENT
from tests.golden.test_story import get, story

__all__ = ["story"]

pytestmark = pytest.mark.anyio


async def test_the_chosen_claim_and_the_one_that_lost(story: httpx.AsyncClient) -> None:
    told = await get(story, "/v1/explain", event=EVENT, figure="valuations.post_money")
    assert told["chosen"]["value"]["stated"] == 852e9
    assert told["chosen"]["document"]["published_at"] == "2026-03-31"
    (other,) = told["others"]
    assert (other["claim"]["value"]["stated"], other["lost_by"]) == (840e9, "newest_reported")
    assert told["rule"]["policy"] == "balanced"
    assert told["rule"]["criteria"][0] == "on_record"
    assert told["asked"] == {"claim_id": told["chosen"]["id"], "outcome": "chosen"}
    first = await get(
        story, "/v1/explain", event=EVENT, figure="valuations.post_money", policy="earliest"
    )
    assert first["chosen"]["value"]["stated"] == 840e9
    assert first["others"][0]["lost_by"] == "oldest_reported"


async def test_echoes_agree_and_quotes_come_along(story: httpx.AsyncClient) -> None:
    told = await get(story, "/v1/explain", event=EVENT, figure="valuation", as_of="2025-12-20")
    assert told["chosen"]["document"]["source"]["slug"] == "the-information"
    assert {c["document"]["source"]["slug"] for c in told["agreeing"]} == {
        "thinkautomated",
        "racetoagi",
    }
    assert told["agreeing_total"] == 2
    shown = [told["chosen"], *told["agreeing"], *(other["claim"] for other in told["others"])]
    for claim in shown:
        assert claim["reported_at"] < "2025-12-21"
        assert claim["document"]["published_at"] < "2025-12-21"


async def test_a_derived_figure_is_explained_by_its_inputs(story: httpx.AsyncClient) -> None:
    told = await get(story, "/v1/explain", company="openai", figure="total_raised.equity")
    assert told["chosen"] is None
    assert told["derivation"]["formula"].startswith("sum of the headline amounts")
    assert [claim["id"] for claim in told["inputs"]] == told["derivation"]["inputs"]
    assert told["inputs"][0]["value"]["stated"] == 122e9
    assert "left out" in told["rule"]["selection"]
    company = await get(story, "/v1/explain", company="openai", figure="valuation")
    event = await get(story, "/v1/explain", event=EVENT, figure="valuation")
    assert "newest deal" in company["rule"]["selection"]
    assert "by basis" in event["rule"]["selection"]
    reading = await get(
        story,
        "/v1/explain",
        event=EVENT,
        figure="valuation_readings.pre_money.implied",
        as_of="2025-12-20",
    )
    assert [claim["predicate"] for claim in reading["inputs"]] == ["valuation", "amount"]


async def test_a_claim_is_told_how_it_stands(
    story: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    claims = (await get(story, f"/v1/funding-events/{EVENT}/claims", limit=500))["items"]
    outcomes = {}
    for claim in claims:
        told = await get(story, "/v1/explain", claim=claim["id"])
        assert told["about"]["event"]["slug"] == EVENT
        outcomes[claim["value"]["stated"], claim["basis"], claim["stance"]] = told["asked"]
    assert outcomes[840e9, "post_money", "support"]["outcome"] == "newest_reported"
    assert outcomes[852e9, "post_money", "support"]["outcome"] == "chosen"
    declined = next(v for (_, _, stance), v in outcomes.items() if stance != "support")
    assert declined["outcome"] == "puts_nothing_forward"
    (echo,) = (await get(story, "/v1/claims", source="racetoagi", predicate="valuation"))["items"]
    strict = await get(story, "/v1/explain", claim=echo["id"], policy="strict")
    assert (strict["chosen"], strict["asked"]["outcome"]) == (None, "not_heard_by_policy")
    retract = f"/v1/claims/{echo['id']}/retract"
    await story.post(retract, json={"reason": "misread"}, headers=writer)
    gone = await get(story, "/v1/explain", claim=echo["id"])
    assert gone["asked"]["outcome"] == "retracted"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("company", "/v1/companies/mistral"),
        ("company", "/v1/companies/zhipu"),
        ("event", f"/v1/funding-events/{EVENT}"),
        ("product", "/v1/products/anthropic-claude-3-5-sonnet-20241022"),
    ],
)
async def test_every_figure_of_an_answer_is_explained(
    bundled_client: httpx.AsyncClient, kind: str, path: str
) -> None:
    body = await get(bundled_client, path)
    found = dict(figures({name: body[name] for name in body if name != "meta"}))
    assert len(found) > 3
    for place, figure in found.items():
        told = await get(bundled_client, "/v1/explain", **{kind: body["slug"], "figure": place})
        assert told["path"] == place
        chosen: Any = told["chosen"]
        if figure.get("claim_id"):
            assert chosen["id"] == figure["claim_id"]
        elif figure.get("derived"):
            assert told["inputs"]
        else:
            assert chosen is None


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "company"),
        ({"company": "openai"}, "figure"),
        ({"company": "openai", "event": EVENT, "figure": "valuation"}, "company"),
        ({"event": EVENT, "figure": "valuations.post"}, "figure"),
        ({"claim": "clm_x", "figure": "valuation"}, "figure"),
        ({"claim": "clm_x"}, "claim"),
        ({"company": "opanai", "figure": "valuation"}, "company"),
    ],
)
async def test_what_cannot_be_explained_is_a_422_that_says_what_can(
    bundled_client: httpx.AsyncClient, asked: dict[str, str], parameter: str
) -> None:
    answer = await bundled_client.get("/v1/explain", params=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter
    if "figure" in asked and "event" in asked and "company" not in asked:
        assert "valuations.post_money" in answer.json()["errors"][0]["allowed"]


async def test_nothing_later_leaks_into_an_explanation(story: httpx.AsyncClient) -> None:
    early = await story.get(
        "/v1/explain", params={"event": EVENT, "figure": "valuation", "as_of": "2025-12-17"}
    )
    assert "2025-12-18" not in early.text
    none = await story.get(
        "/v1/explain", params={"event": EVENT, "figure": "valuation", "as_of": "2025-12-16"}
    )
    assert none.status_code == 422
    assert none.json()["errors"][0] == {
        "parameter": "event",
        "message": f"there is no funding event {EVENT!r}",
    }
