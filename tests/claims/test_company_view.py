"""A company's figures: what its totals hold, in every light, whatever its events are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.claims.claim import Claim
from app.claims.company_view import view_company
from app.claims.event_view import EventView, view_event
from app.claims.figures import Figure
from app.claims.policy import DEFAULT
from app.claims.vocabulary import Condition, ParticipationStatus, words
from tests.claims.test_policy import WHO, claim

AT = datetime(2026, 6, 1, tzinfo=UTC)
billions = st.integers(1, 50).map(Decimal)


@st.composite
def amounts(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted([draw(billions), draw(billions)])
    match draw(st.sampled_from(["exact", "up_to", "at_least", "between"])):
        case "up_to":
            return {"high": high, "qualifier": "up_to"}
        case "at_least":
            return {"low": low, "qualifier": "at_least"}
        case "between" if low < high:
            return {"low": low, "high": high, "qualifier": "between"}
    return {"low": high, "high": high, "stated": high, "qualifier": "exact"}


@st.composite
def events(draw: st.DrawFn) -> EventView:
    """A round with investors whose parts together are never more than its headline."""
    number = draw(st.integers(0, 10**6))
    money = {"currency": draw(st.sampled_from(["USD", "USD", "EUR", "AED"]))}
    amount = draw(amounts())
    told = [
        claim(
            "stage",
            term=draw(st.sampled_from(["closed", "open", "in_talks"])),
            effective_on=date(2025, 6, 17),
            effective_precision="day",
        ),
        claim("round_label", term=draw(st.sampled_from(["seed", "term_loan", "secondary"]))),
        claim("amount", facet="headline", **money, **amount),
    ]
    rest = amount.get("high", Decimal(50))
    for place in range(draw(st.integers(0, 3))):
        part = draw(st.integers(0, int(rest)).map(Decimal))
        rest -= part
        if part:
            exact = {"low": part, "high": part, "stated": part, "qualifier": "exact"}
            told.append(
                claim(
                    "participation",
                    facet=f"investor-{place}",
                    object_slug=f"investor-{place}",
                    status=draw(st.sampled_from([None, *words(ParticipationStatus)])),
                    condition=draw(st.sampled_from([None, *words(Condition)])),
                    **money,
                    **exact,
                )
            )
    return viewed(number, told)


def viewed(number: int, told: list[Claim]) -> EventView:
    who = replace(WHO, id=UUID(int=number), slug=f"event-{number}")
    return view_event(who, told, DEFAULT, AT)


@given(st.lists(events(), max_size=6, unique_by=lambda event: event.identity.slug))
def test_totals_are_consistent_in_every_light(some: list[EventView]) -> None:
    total = view_company(some, (), DEFAULT).total_raised
    headline, owed = total.equity, total.owed
    for name, figure in owed.items():
        assert (figure.null_reason is None) <= (headline.null_reason is None), name
        assert at_most(figure, headline), name
    assert at_most(owed["unconditional"], owed["committed"])
    assert at_most(owed["funded"], owed["committed"])
    for part in (owed["unconditional"], owed["funded"]):
        assert (part.interval.low or 0) <= (owed["committed"].interval.low or 0)
    for figure in (headline, *owed.values(), total.debt):
        assert figure.claim is None
        assert figure.null_reason is not None or figure.derived is not None


def at_most(part: Figure, whole: Figure) -> bool:
    """Whether a figure can be no more than another."""
    if part.null_reason is not None or whole.interval.high is None:
        return True
    return part.interval.high is not None and part.interval.high <= whole.interval.high


@given(st.lists(events(), max_size=5, unique_by=lambda event: event.identity.slug), st.randoms())
def test_the_order_of_events_does_not_matter(some: list[EventView], chance: Any) -> None:
    turned = list(some)
    chance.shuffle(turned)
    # What went into a sum is listed in the order of the events' days; those of one day by slug.
    assert view_company(some, (), DEFAULT).to_json() == view_company(turned, (), DEFAULT).to_json()


@given(st.lists(events(), max_size=5, unique_by=lambda event: event.identity.slug))
def test_what_is_left_out_of_a_total_is_named(some: list[EventView]) -> None:
    total = view_company(some, (), DEFAULT).total_raised
    named = {event.identity.id for event, _ in total.excluded}
    counted = {
        identity
        for figure in (total.equity, total.debt)
        if figure.derived
        for identity in figure.derived.inputs
    }
    for event in some:
        amount = event.amount.claim
        assert amount is not None
        assert (event.identity.id in named) != (amount.id in counted)
