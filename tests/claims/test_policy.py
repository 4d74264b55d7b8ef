"""Which claim answers: on record before hearsay, what is before what may be, then the newest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.claims.claim import FIELD_NAMES, Claim
from app.claims.event_view import EventIdentity, EventView, view_event
from app.claims.policy import BALANCED, STRICT, Policy
from app.claims.values import PartialDate

WHO = EventIdentity(
    UUID(int=1), "e", "e", "E", UUID(int=2), "c", "C", datetime(2025, 1, 1, tzinfo=UTC)
)
TALK_OF_IT = {"evidence": "anonymous", "modality": "negotiation"}


def claim(predicate: str, reported: str | None = "2025-06-10", **given: Any) -> Claim:
    """A claim of an outlet of its own, published on a day, a month or a year."""
    fields: dict[str, Any] = dict.fromkeys(FIELD_NAMES)
    published = PartialDate.parse(reported) if reported else None
    fields |= {
        "id": uuid4(),
        "predicate": predicate,
        "facet": {"amount": "headline", "valuation": "unspecified"}.get(predicate, ""),
        "modality": "factual",
        "stance": "support",
        "evidence": "unattributed",
        "document_id": uuid4(),
        "origin_id": uuid4(),
        "is_relay": False,
        "reported_at": published.last if published else None,
        "reported_precision": published.precision.value if published else None,
    }
    fields |= given
    fields["origin_group"] = str(fields["origin_id"])
    return Claim(**{**fields, "digest": uuid4().bytes})


def stage(term: str, reported: str | None = "2025-06-10", **given: Any) -> Claim:
    return claim("stage", reported, term=term, **given)


def valuation(billions: int, reported: str | None = "2025-06-10", **given: Any) -> Claim:
    value = Decimal(billions) * 10**9
    number = {"low": value, "high": value, "stated": value, "qualifier": "exact"}
    fields = {**number, "currency": "USD", "basis": "unspecified", **given}
    return claim("valuation", reported, **fields)


def view(
    *claims: Claim,
    policy: Policy = BALANCED,
    at: datetime = datetime(2025, 12, 31, tzinfo=UTC),
) -> EventView:
    return view_event(WHO, claims, policy, at)


def test_a_report_of_the_close_outlasts_later_talk() -> None:
    told = view(stage("closed", "2025-06-12"), stage("in_talks", "2025-06-19"))
    assert told.stage == "closed"


def test_a_report_of_the_close_beats_what_people_said_of_talks() -> None:
    told = view(
        stage("in_talks", "2025-06-01", evidence="anonymous"),
        stage("closed", "2025-06-20"),
        valuation(4, "2025-06-01", **TALK_OF_IT),
        valuation(5, "2025-06-20"),
    )
    assert told.stage == "closed"
    assert told.valuation.stated == 5 * 10**9


def test_a_party_beats_every_report() -> None:
    told = view(valuation(5, "2025-07-01"), valuation(4, "2025-06-01", evidence="party"))
    assert told.valuation.stated == 4 * 10**9


def test_a_relay_that_drops_the_hedge_makes_no_fact_of_it() -> None:
    origin = valuation(750, "2025-06-01", **TALK_OF_IT)
    relay = valuation(740, "2025-06-02", origin_id=origin.origin_id, is_relay=True)
    assert view(origin, relay).valuation.stated == 750 * 10**9
    own_report = replace(relay, origin_id=uuid4(), is_relay=False)
    assert view(origin, own_report).valuation.stated == 740 * 10**9


def test_a_relay_of_what_its_origin_states_as_fact_is_a_fact() -> None:
    talk = valuation(5, "2025-02-01", **TALK_OF_IT)
    fact = valuation(7, "2025-06-01", origin_id=talk.origin_id)
    other = valuation(6, "2025-06-05")
    relay = valuation(7, "2025-06-10", origin_id=talk.origin_id, is_relay=True)
    assert view(talk, fact, other, relay).valuation.stated == 7 * 10**9


@pytest.mark.parametrize(
    ("coarse", "talks", "wins"),
    [("2025-06", "2025-06-12", "signed"), ("2025-06", "2025-05-31", "exploring")],
)
def test_a_month_proves_no_more_than_its_first_day(coarse: str, talks: str, wins: str) -> None:
    told = view(
        stage("exploring", coarse, evidence="party"), stage("signed", talks, evidence="party")
    )
    assert told.stage == wins


def test_a_month_proves_the_day_that_the_claim_itself_speaks_of() -> None:
    closed = {"effective_on": date(2025, 3, 28), "effective_precision": "day"}
    told = view(
        stage("signed", "2025-03-19", evidence="filing"),
        stage("closed", "2025-03", evidence="filing", **closed),
    )
    assert told.stage == "closed"


def test_figures_of_one_day_are_told_apart_by_exactness_then_by_currency() -> None:
    rough = valuation(117, qualifier="approximately", currency="USD")
    exact = valuation(137, currency="EUR")
    assert view(rough, exact).valuation.currency == "EUR"
    assert view(exact, valuation(150)).valuation.currency == "USD"


def test_a_deal_happened_when_a_report_of_it_says_so() -> None:
    dated = {"effective_on": date(2025, 3, 31), "effective_precision": "day"}
    told = view(
        stage("signed", "2025-04-01", **dated),
        stage("closed", "2025-12-17"),
    )
    assert (told.stage, str(told.happened)) == ("closed", "2025-03-31")


def test_without_a_day_stated_it_happened_by_its_first_report_no_more_exactly() -> None:
    told = view(stage("closed", "2025-10-03"), stage("closed", "2025-07"))
    assert str(told.happened) == "2025-07"


def test_the_strict_policy_calls_nothing_a_rumour_that_is_on_record() -> None:
    told = view(
        stage("in_talks", evidence="anonymous"), stage("open", evidence="party"), policy=STRICT
    )
    assert (told.stage, told.is_rumour) == ("open", False)


def test_a_denial_stands_until_a_later_report_that_it_is_done() -> None:
    talk = stage("in_talks", "2025-06-01", evidence="anonymous")
    denial = replace(stage("in_talks", "2025-06-05", evidence="party"), stance="deny", term=None)
    assert view(talk, denial).evidence_status == "denied"
    done = stage("closed", "2025-07-01")
    assert view(talk, denial, done).evidence_status == "reported"
    assert view(talk, denial, done).first_reported is talk
    day_before = denial.told_at
    assert day_before is not None
    assert day_before - timedelta(days=4) == talk.told_at


def test_a_rumour_expires_after_a_year_without_news_and_comes_back_with_news() -> None:
    talk = stage("in_talks", "2025-01-10", evidence="anonymous")
    within, after = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)
    assert (view(talk, at=within).evidence_status, view(talk, at=within).is_rumour) == (
        "rumoured",
        True,
    )
    assert (view(talk, at=after).evidence_status, view(talk, at=after).is_rumour) == (
        "expired",
        False,
    )
    news = stage("in_talks", "2026-01-05", evidence="anonymous")
    assert view(talk, news, at=after).evidence_status == "rumoured"


def test_what_is_on_record_never_expires() -> None:
    told = view(stage("in_talks", "2015-01-10", evidence="party"))
    assert (told.evidence_status, told.expires_at) == ("announced", None)
