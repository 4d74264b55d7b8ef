"""Rates of exchange: those of the day or the last before it, and never one that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.exchange import LONGEST_GAP, rate_on
from app.claims.figures import Figure, in_currency
from app.claims.values import Interval
from app.claims.vocabulary import Caveat
from tests.claims.test_policy import claim

quoted = st.sampled_from(["USD", "EUR", "GBP", "HKD", "CNY", "JPY"])
days = st.dates(date(2010, 1, 4), date(2026, 10, 30))


@given(quoted, quoted, days)
def test_a_rate_is_of_the_day_or_shortly_before(of: str, into: str, day: date) -> None:
    rate = rate_on(of, into, day)
    assert rate is not None
    assert 0 <= (day - rate.on).days <= LONGEST_GAP
    assert rate.value > 0
    assert len(rate.value.as_tuple().digits) <= 6
    back = rate_on(into, of, day)
    assert back is not None
    assert abs(rate.value * back.value - 1) < Decimal("0.0001")
    if of == into:
        assert rate.value == 1


def test_the_weekend_has_fridays_rate() -> None:
    friday, sunday = date(2025, 6, 13), date(2025, 6, 15)
    assert rate_on("GBP", "USD", sunday) == rate_on("GBP", "USD", friday)


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("AED", date(2025, 6, 13)),  # never quoted
        ("RUB", date(2023, 6, 13)),  # not since March 2022
        ("USD", date(1998, 6, 15)),  # before there was a euro
        ("USD", date(2100, 1, 1)),  # not set yet
    ],
)
def test_without_a_rate_there_is_none(currency: str, day: date) -> None:
    assert rate_on(currency, "EUR", day) is None


def of_euros(low: int | None, high: int | None, **told: Any) -> Figure:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    said = claim("amount", currency="EUR", low=ends[0], high=ends[1], qualifier="between", **told)
    return Figure(Interval(*ends), currency="EUR", qualifier="between", claim=said, appearances=2)


@given(
    st.one_of(st.none(), st.integers(0, 10**12)),
    st.one_of(st.none(), st.integers(0, 10**12)),
)
def test_each_end_is_converted_exactly_by_the_rate_that_is_shown(
    low: int | None, high: int | None
) -> None:
    figure = of_euros(low, high)
    converted = in_currency(figure, "USD")
    assert converted is not None
    assert converted.derived is not None
    ((rate, inputs),) = converted.derived.rates
    for end, made in (
        (low, converted.interval.low),
        (high, converted.interval.high),
    ):
        assert made == (None if end is None else end * rate.value)
    assert figure.claim is not None
    assert inputs == converted.derived.inputs == (figure.claim.id,)
    assert (converted.claim, converted.stated) == (None, None)
    assert converted.appearances == 2
    assert Caveat.FX_CONVERTED in converted.caveats


def test_the_rate_is_of_the_day_the_claim_speaks_of() -> None:
    spoken = of_euros(1, 2, effective_on=date(2025, 3, 14), effective_precision="day")
    told = of_euros(1, 2)
    month = of_euros(1, 2, effective_on=date(2025, 3, 1), effective_precision="month")
    for figure, day, coarse in (
        (spoken, date(2025, 3, 14), False),
        (told, date(2025, 6, 10), False),
        (month, date(2025, 2, 28), True),
    ):
        converted = in_currency(figure, "USD")
        assert converted is not None
        assert converted.derived is not None
        assert converted.derived.rates[0][0].on == day
        assert (Caveat.FX_RATE_DATE_DIFFERS in converted.caveats) == coarse
    assert in_currency(told, "EUR") is told
    undated = replace(told, claim=claim("amount", None, currency="EUR"))
    assert in_currency(undated, "USD") is None
    assert in_currency(replace(told, currency="AED"), "USD") is None
