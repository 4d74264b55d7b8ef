"""League tables: the largest first, ties share a rank, rows without a figure have none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.factories import round_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [1, 20, 500])
@pytest.mark.parametrize("metric", ["valuation", "total_raised", "last_round"])
async def test_ranks_fall_with_the_figure_across_pages(
    bundled_client: httpx.AsyncClient, metric: str, size: int
) -> None:
    rows, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await bundled_client.get(f"/v1/rankings/{metric}", params={"limit": size, **more})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    ranked = [row for row in rows if row["rank"] is not None]
    assert len(ranked) > 10
    values = [most(row["figure"]) for row in ranked]
    assert values == sorted(values, reverse=True)
    assert len({row["id"] for row in rows}) == len(rows)
    for row, value in zip(ranked, values, strict=True):
        assert row["figure"]["currency"] == "USD"
        assert row["rank"] == values.index(value) + 1
        assert row["tied"] == (values.count(value) > 1)
    for row in rows[len(ranked) :]:
        assert (row["rank"], row["tied"]) == (None, False)
        assert row["unranked"] in ("no_figure", "other_currency")


def most(figure: dict[str, Any]) -> float:
    """What a figure is ranked by: its upper bound, or its lower where there is none."""
    return float(figure["low"] if figure["high"] is None else figure["high"])


async def test_another_currency_takes_its_place_converted(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/rankings/valuation?limit=500")
    rows = {row["slug"]: row for row in answer.json()["items"]}
    zhipu = rows["zhipu"]
    assert zhipu["rank"] is not None
    assert (zhipu["figure"]["currency"], zhipu["as_stated"]["currency"]) == ("USD", "HKD")
    (rate,) = zhipu["figure"]["derived"]["rates"]
    assert (rate["from"], rate["to"]) == ("HKD", "USD")
    assert zhipu["figure"]["high"] == pytest.approx(zhipu["as_stated"]["high"] * rate["rate"])
    assert zhipu["figure"]["derived"]["inputs"] == [zhipu["as_stated"]["claim_id"]]
    assert "FX_CONVERTED" in zhipu["figure"]["caveats"]


async def test_a_currency_without_a_rate_has_no_place(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await client.post("/v1/ingest", json=round_of("gulf-ai", currency="AED"), headers=writer)
    for metric in ("valuation", "total_raised", "last_round"):
        (row,) = (await client.get(f"/v1/rankings/{metric}")).json()["items"]
        assert (row["rank"], row["unranked"]) == (None, "other_currency")
    total = (await client.get("/v1/companies/gulf-ai")).json()["total_raised"]
    assert total["equity"]["null_reason"] == "unknown"
    assert [figure["currency"] for figure in total["other_currencies"]] == ["AED"]
    assert "no rate" in total["excluded"][0]["reason"]


async def test_money_raised_is_ranked_in_the_light_asked_for(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    loud = round_of("loud", amount=100, parts=[(30, "ipo", "committed"), (10, "none", "funded")])
    quiet = round_of("quiet", amount=50, parts=[(45, "none", "committed")])
    silent = round_of("silent", amount=70)
    batch = [*loud, *quiet, *silent]
    answer = await client.post("/v1/ingest", json=batch, headers=writer)
    assert {item["status"] for item in answer.json()["items"]} <= {"created", "unchanged"}

    async def order(capital: str) -> list[tuple[str, float | None, float | None]]:
        answer = await client.get(f"/v1/rankings/total_raised?capital={capital}&kind=lab")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["items"]
        return [(row["slug"], row["figure"]["low"], row["figure"]["high"]) for row in rows]

    assert await order("headline") == [("loud", 100, 100), ("silent", 70, 70), ("quiet", 50, 50)]
    assert await order("committed") == [("quiet", 45, 50), ("loud", 40, 100), ("silent", None, 70)]
    assert await order("unconditional") == [
        ("quiet", 45, 50),
        ("loud", 10, 70),
        ("silent", None, 70),
    ]
    assert (await order("funded"))[0] == ("loud", 10, 100)
    last = (await client.get("/v1/rankings/total_raised?capital=committed&kind=lab")).json()
    assert last["items"][-1]["unranked"] == "no_terms_known"
    assert last["items"][0]["headline"]["stated"] is None
    first = (
        await client.get("/v1/rankings/total_raised?capital=committed&kind=lab&limit=1")
    ).json()
    second = await client.get(f"/v1/rankings/total_raised?cursor={first['next_cursor']}&limit=1")
    assert (second.json()["items"][0]["slug"], second.json()["items"][0]["rank"]) == ("loud", 2)
    refused = await client.get("/v1/rankings/valuation?capital=funded")
    assert refused.status_code == 422


async def test_a_ranking_is_filtered_with_certainty_or_possibility(
    bundled_client: httpx.AsyncClient,
) -> None:
    asked = "/v1/rankings/last_round?last_round[gte]=5e9&limit=500"
    certain = (await bundled_client.get(asked)).json()["items"]
    possible = (await bundled_client.get(f"{asked}&match=possible")).json()["items"]
    assert {row["slug"] for row in certain} < {row["slug"] for row in possible}
    assert {row["match_basis"] for row in certain} == {"certain"}
    for row in possible:
        sure = row["figure"]["low"] is not None and row["figure"]["low"] >= 5e9
        assert row["match_basis"] == ("certain" if sure else "possible")


async def test_a_ranking_says_whether_its_figures_may_be_compared(
    bundled_client: httpx.AsyncClient,
) -> None:
    mixed = (await bundled_client.get("/v1/rankings/valuation?limit=100")).json()
    assert mixed["verdict"] == "not_comparable"
    assert "VAL_BASIS_MISMATCH" in mixed["caveats"]
    alike = await bundled_client.get("/v1/rankings/valuation?valuation.basis=post_money&limit=100")
    assert alike.json()["verdict"] != "not_comparable"


async def test_an_unknown_metric_is_a_404_that_names_the_known(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/rankings/valuatoin")
    assert answer.status_code == 404
    assert "valuation" in answer.json()["errors"][0]["allowed"]
