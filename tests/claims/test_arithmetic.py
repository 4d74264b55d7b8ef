"""Valuation arithmetic: only new equity comes on top of pre-money, and only what is known of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.claims.claim import Claim
from tests.claims.test_policy import claim, stage, valuation, view


def amount(facet: str, billions: int, **given: Any) -> Claim:
    value = Decimal(billions) * 10**9
    number = {"low": value, "high": value, "stated": value, "qualifier": "exact"}
    return claim("amount", **{**number, "currency": "USD", "facet": facet, **given})


def derived(*claims: Claim) -> dict[str, Any]:
    told: dict[str, Any] = view(stage("closed"), *claims).to_json()["derived_valuations"]
    return told


def post(billions: int) -> Claim:
    return valuation(billions, basis="post_money", facet="post_money")


def test_pre_money_is_what_was_there_before_the_new_equity() -> None:
    (pre,) = derived(post(100), amount("headline", 10)).values()
    assert (pre["low"], pre["basis"]) == (90 * 10**9, "pre_money")
    assert len(pre["derived"]["inputs"]) == 2


def test_debt_in_the_headline_is_no_equity() -> None:
    (pre,) = derived(post(100), amount("headline", 10), amount("debt", 6)).values()
    assert pre["low"] == 96 * 10**9
    assert len(pre["derived"]["inputs"]) == 3


def test_the_stated_equity_part_wins() -> None:
    (pre,) = derived(post(100), amount("headline", 10), amount("equity", 3)).values()
    assert pre["low"] == 97 * 10**9


def test_nothing_is_derived_from_another_currency_or_from_a_loan() -> None:
    assert derived(post(100), amount("headline", 10, currency="EUR")) == {}
    loan = claim("round_label", term="term_loan")
    assert derived(post(100), amount("headline", 10), loan) == {}
