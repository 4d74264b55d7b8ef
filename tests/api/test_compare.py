"""Comparisons over HTTP: they align what can be aligned, and refuse to mislead about the rest."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.factories import round_of

pytestmark = pytest.mark.anyio


async def row_of(client: httpx.AsyncClient, metric: str, **asked: str) -> dict[str, Any]:
    parameters = {"companies": "left,right", "metrics": metric, **asked}
    answer = await client.get("/v1/compare", params=parameters)
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["rows"]
    assert isinstance(row, dict)
    return row


def metric(company: str, name: str, stated: float, **more: str) -> dict[str, Any]:
    return {
        "about": {"company": company},
        "predicate": "metric",
        "name": name,
        "stated": stated,
        "evidence": "party",
        **more,
    }


def report(*claims: dict[str, Any], day: str = "2026-05-04", title: str = "R") -> dict[str, Any]:
    return {
        "type": "document",
        "source": "wire",
        "title": title,
        "published_at": day,
        "claims": list(claims),
    }


PLAYERS: list[dict[str, Any]] = [
    *({"type": "company", "slug": slug, "name": slug.title()} for slug in ("left", "right")),
    {"type": "source", "slug": "wire", "name": "The Wire", "kind": "newsroom"},
]


async def store(client: httpx.AsyncClient, writer: dict[str, str], *items: dict[str, Any]) -> None:
    answer = await client.post("/v1/ingest", json=[*PLAYERS, *items], headers=writer)
    outcomes = {item["status"] for item in answer.json()["items"]}
    assert outcomes <= {"created", "unchanged", "merged"}, answer.text


async def test_currencies_are_aligned_at_the_rate_of_the_day(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    rounds = [*round_of("left", amount=100, currency="EUR"), *round_of("right", amount=100)]
    await store(client, writer, *rounds)
    row = await row_of(client, "last_round")
    left = row["cells"]["left"]
    (rate,) = left["figure"]["derived"]["rates"]
    # The European Central Bank's reference rate of 17 June 2025.
    assert (rate["rate"], rate["date"]) == (1.1568, "2025-06-17")
    assert (left["figure"]["low"], left["figure"]["currency"]) == (115.68, "USD")
    assert left["figure"]["stated"] is None
    assert (left["as_stated"]["stated"], left["as_stated"]["currency"]) == (100, "EUR")
    assert row["verdict"] == "comparable_with_adjustment"
    assert row["warnings"] == [{"caveat": "FX_CONVERTED", "sides": {"left": None}}]
    total = (await client.get("/v1/companies/left")).json()["total_raised"]["equity"]
    assert (total["low"], total["derived"]["rates"]) == (115.68, [rate])


async def test_two_companies_of_one_currency_need_no_rate(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    rounds = [round_of(name, currency="EUR") for name in ("left", "right")]
    await store(client, writer, *rounds[0], *rounds[1])
    row = await row_of(client, "last_round")
    assert {cell["figure"]["currency"] for cell in row["cells"].values()} == {"EUR"}
    assert row["verdict"] == "comparable"


async def test_what_has_no_rate_is_not_comparable(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await store(client, writer, *round_of("left", currency="AED"), *round_of("right"))
    row = await row_of(client, "last_round")
    assert row["verdict"] == "not_comparable"
    assert row["warnings"] == [
        {"caveat": "CURRENCY_MISMATCH", "sides": {"left": "AED", "right": "USD"}}
    ]
    nulled = await row_of(client, "last_round", on_incomparable="null")
    assert [cell["figure"]["null_reason"] for cell in nulled["cells"].values()] == [
        "not_applicable",
        "not_applicable",
    ]
    assert nulled["caveats"] == row["caveats"]
    refused = await client.get(
        "/v1/compare?companies=left,right&metrics=last_round&on_incomparable=fail"
    )
    assert refused.status_code == 422
    assert "CURRENCY_MISMATCH" in refused.json()["errors"][0]["message"]
    fine = await client.get(
        "/v1/compare?companies=left,right&metrics=funding_events&on_incomparable=fail"
    )
    assert fine.status_code == 200


async def test_valuations_are_aligned_on_a_basis_both_have(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    before = {
        "about": {"event": "left-round"},
        "predicate": "valuation",
        "basis": "pre_money",
        "stated": 900,
        "currency": "USD",
        "evidence": "filing",
    }
    await store(client, writer, *round_of("left"), *round_of("right"), report(before))
    row = await row_of(client, "valuation")
    left = row["cells"]["left"]
    assert (left["as_stated"]["basis"], left["as_stated"]["stated"]) == ("pre_money", 900)
    assert (left["figure"]["basis"], left["figure"]["low"]) == ("post_money", 1000)
    assert left["figure"]["event"]["slug"] == "left-round"
    assert "VAL_BASIS_ALIGNED" in row["caveats"]
    assert "VAL_BASIS_MISMATCH" not in row["caveats"]


async def test_a_derived_basis_aligns_as_well_and_says_so(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    left = round_of("left")
    valuation = next(c for c in left[-1]["claims"] if c["predicate"] == "valuation")
    valuation["basis"] = "pre_money"
    await store(client, writer, *left, *round_of("right"))
    row = await row_of(client, "valuation")
    figure = row["cells"]["left"]["figure"]
    assert (figure["basis"], figure["low"], figure["high"]) == ("post_money", 1100, 1100)
    assert figure["derived"]["formula"] == "pre-money valuation + new equity"
    assert row["verdict"] != "not_comparable"


async def test_revenue_is_compared_on_one_footing_where_there_is_one(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    usd = {"currency": "USD"}
    left = [
        metric("left", "revenue", 10, setting="recognised_gross", period="2025", **usd),
        metric("left", "revenue", 25, setting="run_rate", effective_on="2026-04-30", **usd),
    ]
    right = metric("right", "revenue", 8, setting="recognised_gross", period="2025", **usd)
    await store(client, writer, report(*left, right))
    row = await row_of(client, "revenue", as_of="2026-06-01")
    assert row["cells"]["left"]["figure"]["stated"] == 10
    assert row["cells"]["left"]["figure"]["period"] == "2025"
    assert row["cells"]["right"]["figure"]["stated"] == 8
    assert row["verdict"] == "comparable"
    company = (await client.get("/v1/companies/left")).json()
    assert [m["stated"] for m in company["metrics"]] == [10, 25]


async def test_gross_and_net_and_run_rates_are_told_apart(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    usd = {"currency": "USD", "effective_on": "2026-04-30"}
    await store(
        client,
        writer,
        report(
            metric("left", "revenue", 10, setting="run_rate_gross", **usd),
            metric("right", "revenue", 8, setting="recognised_net", **usd),
            metric("left", "users", 800, period="weekly", unit="people"),
            metric("right", "users", 900, period="monthly", unit="people"),
        ),
    )
    revenue = await row_of(client, "revenue", as_of="2026-06-01")
    assert revenue["verdict"] == "not_comparable"
    assert {w["caveat"]: w["sides"] for w in revenue["warnings"]} == {
        "REV_GROSS_VS_NET": {"left": "gross", "right": "net"},
        "REV_RUN_RATE_VS_RECOGNISED": {"left": "run_rate", "right": "recognised"},
    }
    users = await row_of(client, "users", as_of="2026-06-01")
    assert users["warnings"] == [
        {"caveat": "USERS_PERIOD_MISMATCH", "sides": {"left": "weekly", "right": "monthly"}}
    ]
    early = await client.get("/v1/compare?companies=left,right&metrics=users&as_of=2026-05-03")
    assert early.json()["rows"][0]["verdict"] is None


@pytest.mark.parametrize(
    ("claim", "pointer"),
    [
        (metric("left", "revenue", 1, currency="USD", setting="net"), "setting"),
        (metric("left", "revenue", 1, currency="USD", period="last year"), "period"),
        (metric("left", "users", 1, unit="people"), "period"),
        (metric("left", "users", 1, unit="people", period="yearly"), "period"),
        (metric("left", "users", 1, unit="gigawatt", period="weekly"), "unit"),
        (metric("left", "users", 1, currency="USD", period="weekly"), "currency"),
        (metric("left", "users", 1, setting="run_rate", period="weekly"), "setting"),
        (metric("left", "revenue", 1, period="2025"), "currency"),
        (metric("left", "revenue", 1, unit="people"), "unit"),
        (metric("left", "headcount", 1, unit="people", period="2025"), "period"),
    ],
)
async def test_a_metric_says_how_it_is_counted_in_known_words(
    client: httpx.AsyncClient, writer: dict[str, str], claim: dict[str, Any], pointer: str
) -> None:
    batch = [*PLAYERS, report(claim)]
    answer = (await client.post("/v1/ingest", json=batch, headers=writer)).json()
    refused = answer["items"][-1]
    assert refused["status"] == "rejected"
    assert refused["errors"][0]["pointer"].endswith(f"/claims/0/{pointer}")


async def test_benchmarks_are_compared_in_one_setting_where_there_is_one(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    models = [
        {"type": "product", "slug": f"{name}-m", "company": name, "name": name, "kind": "model"}
        for name in ("left", "right")
    ]

    def score(name: str, stated: float, setting: str) -> dict[str, Any]:
        return {
            "about": {"product": f"{name}-m"},
            "predicate": "benchmark",
            "name": "gpqa",
            "setting": setting,
            "evaluator": "a third",
            "stated": stated,
            "unit": "percent",
            "evidence": "named",
        }

    scores = [score("left", 80, "pass@1"), score("left", 90, "with tools")]
    await store(client, writer, *models, report(*scores, score("right", 85, "pass@1")))
    row = await row_of(client, "benchmark:gpqa")
    assert row["cells"]["left"]["figure"]["stated"] == 80
    assert row["cells"]["left"]["as_stated"]["stated"] == 90
    assert row["cells"]["right"]["figure"]["stated"] == 85
    assert row["verdict"] == "comparable"


async def test_capital_tells_money_raised_in_the_light_asked_for(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    left = round_of("left", amount=100, parts=[(30, "ipo", "committed"), (10, "none", "funded")])
    await store(client, writer, *left, *round_of("right", amount=50))
    seen = {}
    for capital in ("headline", "committed", "unconditional", "funded"):
        cell = (await row_of(client, "total_raised", capital=capital))["cells"]["left"]
        seen[capital] = (cell["figure"]["low"], cell["figure"]["high"])
        assert capital == "headline" or cell["headline"]["low"] == 100
    assert seen == {
        "headline": (100, 100),
        "committed": (40, 100),
        "unconditional": (10, 70),
        "funded": (10, 100),
    }
    event = (await client.get("/v1/funding-events/left-round")).json()
    assert "AMT_CONDITIONAL_INCLUDED" in event["amount"]["caveats"]


async def test_revenue_of_a_year_and_of_a_quarter_are_told_apart(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    recognised = {"currency": "USD", "setting": "recognised"}
    await store(
        client,
        writer,
        report(
            metric("left", "revenue", 100, period="2025", **recognised),
            metric("right", "revenue", 90, period="2025-Q4", **recognised),
        ),
    )
    row = await row_of(client, "revenue", as_of="2026-06-01")
    assert row["verdict"] == "not_comparable"
    assert {w["caveat"]: w["sides"] for w in row["warnings"]} == {
        "REV_PERIOD_LENGTH_DIFFERS": {"left": "year", "right": "quarter"},
        "REV_PERIOD_DIFFERS": {"left": "2025", "right": "2025-Q4"},
    }


async def test_what_nobody_tells_is_not_preferred_to_what_both_have(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    usd = {"currency": "USD", "setting": "recognised"}
    silent = metric("left", "revenue", 0, period="2025", setting="recognised")
    del silent["stated"]
    claims = [
        {**silent, "null_reason": "undisclosed", "effective_on": "2025-12-31"},
        metric("left", "revenue", 1, period="2024", effective_on="2024-12-31", **usd),
        metric("right", "revenue", 5, period="2025", effective_on="2025-12-31", **usd),
        metric("right", "revenue", 2, period="2024", effective_on="2024-12-31", **usd),
    ]
    await store(client, writer, report(*claims))
    row = await row_of(client, "revenue", as_of="2026-06-01")
    assert [cell["figure"]["stated"] for cell in row["cells"].values()] == [1, 2]
    alone = await client.get("/v1/compare?companies=left&metrics=headcount")
    assert alone.json()["rows"][0]["cells"]["left"]["figure"]["null_reason"] == "unknown"


async def test_a_basis_is_aligned_and_then_the_currency(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    right = round_of("right")
    next(c for c in right[-1]["claims"] if c["predicate"] == "valuation")["basis"] = "pre_money"
    await store(client, writer, *round_of("left", currency="EUR"), *right)
    row = await row_of(client, "valuation")
    assert {cell["figure"]["currency"] for cell in row["cells"].values()} == {"USD"}
    assert len({cell["figure"]["basis"] for cell in row["cells"].values()}) == 1
    assert {"VAL_BASIS_ALIGNED", "FX_CONVERTED"} <= set(row["caveats"])
    assert row["verdict"] != "not_comparable"


async def test_parts_in_another_currency_than_the_headline_count(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    left = round_of("left", currency="EUR", parts=[(50, "none", "funded")])
    left[-1]["claims"][-1]["currency"] = "USD"
    await store(client, writer, *left)
    total = (await client.get("/v1/companies/left")).json()["total_raised"]
    assert total["funded"]["low"] == pytest.approx(50, rel=1e-3)
    stack = (await client.get("/v1/funding-events/left-round/capital-stack")).json()
    (investor,) = stack["investors"]
    assert investor["parts"][0]["amount"]["stated"] == 50
    assert investor["parts"][0]["amount"]["converted"]["currency"] == "EUR"
    assert stack["funded"]["currency"] == "EUR"
