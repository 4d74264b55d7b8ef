"""Every figure of the bundled data rests on a claim, or says how it was made, or why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from tests.golden.test_story import figures

pytestmark = pytest.mark.anyio

PATHS = (
    "/v1/companies?limit=500",
    "/v1/funding-events?limit=500&include=claims",
    "/v1/products?limit=500&include=claims",
    "/v1/compare?companies=openai,anthropic,google-deepmind,xai,mistral,deepseek,meta",
    "/v1/compare?companies=openai,anthropic&metrics=funding_events,benchmark:gpqa",
    "/v1/compare/series?companies=openai,anthropic,xai",
    "/v1/compare/investors?companies=openai,anthropic,xai,mistral&investors=all",
    "/v1/rankings/valuation?limit=500",
    "/v1/rankings/total_raised?limit=500",
)
MOMENTS = ({}, {"as_of": "2025-12-20"}, {"policy": "strict"}, {"policy": "earliest"})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
async def test_no_figure_without_a_claim(
    bundled_client: httpx.AsyncClient, path: str, moment: dict[str, str]
) -> None:
    answer = await bundled_client.get(path, params=httpx.URL(path).params.merge(moment))
    assert answer.status_code == 200
    found = figures(answer.json())
    assert found
    for figure in found:
        number = figure["low"] is not None or figure["high"] is not None
        derived = figure.get("derived")
        assert number == (figure["null_reason"] is None)
        assert (figure["claim_id"] is not None) + (derived is not None) <= 1
        if number:
            assert figure["claim_id"] or derived["formula"]
            assert figure["claim_id"] is None or figure["appearances"] >= 1


@pytest.mark.parametrize(
    "path",
    [*(path for path in PATHS if "include=claims" in path), "/v1/rumours?include=claims"],
)
async def test_the_figure_is_what_its_claim_states(
    bundled_client: httpx.AsyncClient, path: str
) -> None:
    answer = (await bundled_client.get(path)).json()
    for figure in figures(answer["items"]):
        if figure["claim_id"]:
            value = answer["claims"][figure["claim_id"]]["value"]
            for name in ("low", "high", "stated", "qualifier", "currency", "unit"):
                assert figure[name] == value[name]


async def test_a_total_is_the_sum_of_the_claims_it_names(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/companies?limit=500&include=claims")
    body = orjson.loads(answer.content)
    summed = 0
    for company in body["items"]:
        for total in derived_totals(company["total_raised"]):
            inputs = total["derived"]["inputs"]
            values = [body["claims"][claim]["value"] for claim in inputs]
            rates = [rate_of(claim, total) for claim in inputs]
            for end in ("low", "high"):
                stated = [at(value[end], rate) for value, rate in zip(values, rates, strict=True)]
                whole = None if end == "high" and None in stated else sum(map(exact, stated))
                assert total[end] == (whole or None)
            unconverted = [v for v, rate in zip(values, rates, strict=True) if rate is None]
            assert {value["currency"] for value in unconverted} <= {total["currency"]}
            summed += 1
    assert summed > 50


def rate_of(claim: str, total: dict[str, Any]) -> float | None:
    """The rate at which a claim went into a total, if it was in another currency."""
    rates = [rate for rate in total["derived"].get("rates", ()) if claim in rate["inputs"]]
    return rates[0]["rate"] if rates else None


def at(number: float | None, rate: float | None) -> float | None:
    return number if number is None or rate is None else float(exact(number) * exact(rate))


def derived_totals(total: dict[str, Any]) -> Iterator[dict[str, Any]]:
    named = (total["equity"], total["debt"], total["if_true"], *total["other_currencies"])
    return (figure for figure in named if figure.get("derived"))


def exact(number: float | None) -> Decimal:
    return Decimal(0) if number is None else Decimal(str(number))
