"""The interval of a proportion: it holds the rate, stays a proportion, and knows no side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.funding.proportion import wilson

counts = st.integers(1, 10_000).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials))
)


@given(counts)
def test_it_holds_the_rate_and_stays_a_proportion(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0 <= low <= counted[0] / counted[1] <= high <= 1
    assert low < high


@given(counts)
def test_misses_are_hits_seen_from_the_other_side(counted: tuple[int, int]) -> None:
    hits, trials = counted
    low, high = wilson(hits, trials)
    other_low, other_high = wilson(trials - hits, trials)
    assert (other_low, other_high) == (pytest.approx(1 - high), pytest.approx(1 - low))


@given(counts)
def test_more_of_the_same_makes_it_narrower(counted: tuple[int, int]) -> None:
    hits, trials = counted
    low, high = wilson(hits, trials)
    surer_low, surer_high = wilson(4 * hits, 4 * trials)
    assert surer_high - surer_low < high - low


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (3, 5, 0.2307, 0.8824), (10, 10, 0.7225, 1.0)],
)
def test_it_is_that_of_the_tables(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
