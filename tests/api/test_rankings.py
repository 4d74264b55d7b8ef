"""League tables: the largest first, ties share a rank, rows without a figure have none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

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


async def test_another_currency_has_no_place_among_dollars(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/rankings/valuation?limit=500")
    rows = {row["slug"]: row for row in answer.json()["items"]}
    zhipu = rows["zhipu"]
    assert zhipu["figure"]["currency"] == "HKD"
    assert (zhipu["rank"], zhipu["unranked"]) == (None, "other_currency")


async def test_an_unknown_metric_is_a_404_that_names_the_known(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/rankings/valuatoin")
    assert answer.status_code == 404
    assert "valuation" in answer.json()["errors"][0]["allowed"]
