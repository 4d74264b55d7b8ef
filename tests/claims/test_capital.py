"""The capital stack: its layers never mix, and none is larger than the one it is part of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.claims.capital import Part, layers, parts_that_count
from app.claims.claim import Claim
from app.claims.figures import Figure
from app.claims.values import Interval, quantity
from app.claims.vocabulary import Condition, Form, ParticipationStatus, words
from tests.claims.test_policy import claim

billions = st.integers(1, 50).map(lambda number: Decimal(number) * 10**9)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    low, high = sorted([draw(billions), draw(billions)])
    kind = draw(st.sampled_from(["exact", "up_to", "at_least", "between"]))
    stated = None
    if kind == "exact" or low == high:
        low = high = stated = low
        kind = "exact"
    bounds = {"up_to": (None, high), "at_least": (low, None)}.get(kind, (low, high))
    given_: dict[str, Any] = {
        "low": bounds[0],
        "high": bounds[1],
        "stated": stated,
        "qualifier": kind,
        "currency": draw(st.sampled_from(["USD", "USD", "EUR"])),
        "status": draw(st.sampled_from([None, *words(ParticipationStatus)])),
        "condition": draw(st.sampled_from([None, *words(Condition)])),
        "form": draw(st.sampled_from([None, *words(Form)])),
    }
    told: Claim = claim("participation", **given_)
    assert quantity(told.low, told.high, told.stated)
    interval = Interval(told.low, told.high)
    return Part(told, Figure(interval, told.stated, kind, told.currency, claim=told))


@given(st.lists(parts(), max_size=6))
def test_no_layer_is_larger_than_the_one_it_is_part_of(some: list[Part]) -> None:
    stack = layers(some, "USD")
    whole = stack.committed.interval
    for layer in (stack.unconditional, stack.conditional, stack.funded, stack.in_kind):
        part = layer.interval
        if layer.null_reason is not None:
            continue
        assert whole.high is None or (part.high is not None and part.high <= whole.high)
        assert part.low is None or (whole.low is not None and part.low <= whole.low)


@given(st.lists(parts(), max_size=6))
def test_what_is_free_and_what_waits_are_together_what_is_owed(some: list[Part]) -> None:
    stack = layers(some, "USD")
    owed = [part for part in some if part.is_owed and part.figure.currency == "USD"]
    if owed and all(part.claim.condition is not None for part in owed):
        both = [f.interval for f in (stack.unconditional, stack.conditional) if not f.null_reason]
        total = both[0] if len(both) == 1 else both[0] + both[1]
        assert total == stack.committed.interval


@given(st.lists(parts(), min_size=1, max_size=6))
def test_every_sum_names_its_parts_and_its_currency(some: list[Part]) -> None:
    stack = layers(some, "USD")
    for name in stack.__slots__:
        figure = getattr(stack, name)
        if figure.null_reason is None:
            assert figure.derived is not None
            assert figure.currency == "USD"
            assert set(figure.derived.inputs) <= {part.claim.id for part in some}


def part(billions: int, **given: Any) -> Part:
    value = Decimal(billions) * 10**9
    told = claim(
        "participation",
        low=value,
        high=value,
        stated=value,
        qualifier="exact",
        currency="USD",
        **given,
    )
    return Part(told, Figure(Interval(value, value), value, "exact", "USD", claim=told))


def test_a_whole_of_which_only_some_tranches_are_known_is_not_lost() -> None:
    whole = part(90, status="committed")
    first = part(30, status="funded", tranche="first", condition="none")
    stack = layers(parts_that_count([whole, first]), "USD")
    assert stack.committed.interval == Interval(Decimal(90 * 10**9), Decimal(90 * 10**9))
    assert stack.funded.interval.high == 30 * 10**9
    assert stack.unconditional.interval == Interval(Decimal(30 * 10**9), Decimal(90 * 10**9))


def test_a_whole_is_not_added_to_its_tranches() -> None:
    tranches = [part(15, status="committed", tranche=name) for name in ("one", "two")]
    stack = layers(parts_that_count([part(30, status="committed"), *tranches]), "USD")
    assert stack.committed.interval.high == 30 * 10**9
