"""League tables: the largest first, ties share a rank, rows without a figure have none."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("metric", ["valuation", "total_raised", "last_round"])
async def test_ranks_fall_with_the_figure_across_pages(
    bundled_client: httpx.AsyncClient, metric: str
) -> None:
    rows, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await bundled_client.get(f"/v1/rankings/{metric}", params={"limit": 20, **more})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    ranked = [row for row in rows if row["rank"] is not None]
    highs = [row["figure"]["high"] for row in ranked]
    assert highs == sorted(highs, reverse=True)
    assert len({row["id"] for row in rows}) == len(rows)
    for row, high in zip(ranked, highs, strict=True):
        assert row["rank"] == highs.index(high) + 1
    assert all(row["rank"] is None for row in rows[len(ranked) :])


async def test_an_unknown_metric_is_a_404_that_names_the_known(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/rankings/valuatoin")
    assert answer.status_code == 404
    assert "valuation" in answer.json()["errors"][0]["allowed"]
