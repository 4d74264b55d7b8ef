"""Arithmetic of intervals, against brute force over all whole numbers they may be."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.claims.values import Interval

MOST = 12
"""Beyond this the samples do not go: an unknown upper end is sampled up to here."""


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted([draw(st.integers(0, MOST)), draw(st.integers(0, MOST))])
    return Interval(
        Decimal(low) if draw(st.booleans()) else None,
        Decimal(high) if draw(st.booleans()) else None,
    )


def samples(interval: Interval) -> list[int]:
    """What it may be: no amount is negative."""
    low = 0 if interval.low is None else int(interval.low)
    high = MOST if interval.high is None else int(interval.high)
    return list(range(low, high + 1))


def holds(interval: Interval, number: int) -> bool:
    low, high = interval.low, interval.high
    return (low is None or low <= number) and (high is None or number <= high)


@given(intervals(), intervals())
def test_a_sum_holds_every_sum_and_no_more(one: Interval, other: Interval) -> None:
    total = one + other
    sums = {a + b for a, b in product(samples(one), samples(other))}
    assert all(holds(total, number) for number in sums)
    assert (total.low or 0) == min(sums)
    if one.high is None or other.high is None:
        assert total.high is None
    else:
        assert total.high == max(sums)
    assert (total.low is None) == (one.low is None and other.low is None)


@given(intervals(), intervals())
def test_a_rest_holds_every_rest_and_no_more(whole: Interval, part: Interval) -> None:
    rest = whole - part
    rests = {a - b for a, b in product(samples(whole), samples(part)) if a >= b}
    assert all(holds(rest, number) for number in rests)
    if rests and whole.high is not None:
        assert rest.high == max(rests)
    if rest.low is not None:
        assert rest.low == min(rests)
    elif rests and whole.low is not None and part.high is not None:
        assert min(rests) == 0


@given(intervals(), st.integers(1, 9))
def test_a_multiple_holds_every_multiple_and_no_more(one: Interval, factor: int) -> None:
    scaled = one * Decimal(factor)
    assert all(holds(scaled, number * factor) for number in samples(one))
    assert (scaled.low is None, scaled.high is None) == (one.low is None, one.high is None)
    assert scaled.low is None or scaled.low == min(samples(one)) * factor
    assert scaled.high is None or scaled.high == max(samples(one)) * factor


@given(intervals(), intervals(), intervals())
def test_the_order_of_adding_does_not_matter(a: Interval, b: Interval, c: Interval) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
