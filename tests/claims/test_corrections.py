"""A source that corrects itself takes back what it said, and what others repeated of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from app.claims.claim import Claim
from app.claims.policy import BALANCED, EARLIEST, LATEST, POLICIES, STRICT, Policy
from app.claims.resolve import Resolution, resolve
from tests.claims.test_policy import stage, valuation, view

ORIGIN = uuid4()
EVERY_POLICY = pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda p: p.name)
UNHEARD = {"evidence": "anonymous"}


def said(billions: int, day: str | None, **more: Any) -> Claim:
    """What the one origin says on record."""
    given = {"evidence": "party", "origin_id": ORIGIN} | more
    return valuation(billions, day, **given)


def correction(billions: int, day: str | None, **more: Any) -> Claim:
    return said(billions, day, stance="correct", **more)


def repeated(billions: int, day: str | None, **more: Any) -> Claim:
    return said(billions, day, is_relay=True, **more)


def answer(*claims: Claim, policy: Policy = BALANCED) -> Resolution:
    (resolution,) = resolve(claims, policy).values()
    return resolution


def billions(resolution: Resolution) -> int:
    assert resolution.winner.stated is not None
    return int(resolution.winner.stated / 10**9)


def lost(resolution: Resolution) -> dict[int, str]:
    return {int(o.claim.stated / 10**9): o.lost_by for o in resolution.alternatives}


@EVERY_POLICY
def test_what_is_corrected_wins_no_more_and_stays_among_the_alternatives(policy: Policy) -> None:
    told = answer(
        said(750, "2025-06-01"),
        repeated(750, "2025-06-02"),
        correction(830, "2025-06-05"),
        policy=policy,
    )
    assert (billions(told), lost(told)) == (830, {750: "corrected"})
    assert (told.appearances, told.independent_origins) == (1, 1)


@EVERY_POLICY
@pytest.mark.parametrize("day", ["2025-06-20", None])
def test_a_relay_counts_by_what_it_repeats_whenever_it_comes(
    policy: Policy, day: str | None
) -> None:
    told = answer(
        said(750, "2025-06-01"),
        correction(830, "2025-06-05"),
        repeated(750, day),
        repeated(830, day),
        policy=policy,
    )
    assert (billions(told), lost(told)) == (830, {750: "corrected"})
    assert told.appearances == 2


@EVERY_POLICY
def test_what_another_source_says_for_itself_stands(policy: Policy) -> None:
    other = said(750, "2025-06-02", origin_id=uuid4())
    told = answer(said(750, "2025-06-01"), correction(830, "2025-06-05"), other, policy=policy)
    assert lost(told) != {750: "corrected"}
    if policy is EARLIEST:
        assert (told.winner, told.appearances) == (other, 1)


def test_a_correction_by_another_source_is_just_a_claim() -> None:
    first, other = said(750, "2025-06-01"), correction(830, "2025-06-05", origin_id=uuid4())
    assert lost(answer(first, other)) == {750: "newest_reported"}
    assert billions(answer(first, other, policy=EARLIEST)) == 750


def test_what_is_undated_is_not_known_to_be_earlier() -> None:
    undated = said(750, None)
    assert lost(answer(undated, correction(830, "2025-06-05"))) == {750: "newest_reported"}
    assert billions(answer(said(750, "2025-06-01"), correction(830, None))) == 750


def test_what_the_origin_says_afterwards_stands_and_so_do_its_relays() -> None:
    told = answer(
        said(750, "2025-06-01"),
        correction(830, "2025-06-05"),
        said(750, "2025-07-01"),
        repeated(750, "2025-07-02"),
    )
    assert (billions(told), told.appearances) == (750, 2)
    assert lost(told) == {830: "newest_reported"}


def test_the_last_of_several_corrections_counts() -> None:
    claims = (
        said(750, "2025-06-01"),
        correction(830, "2025-06-05"),
        correction(750, "2025-06-09"),
    )
    for order in permutations(claims):
        told = answer(*order, policy=EARLIEST)
        assert (billions(told), told.appearances) == (750, 2)
        assert lost(told) == {830: "corrected"}


def test_two_corrections_of_one_day_both_stand() -> None:
    claims = (
        said(750, "2025-06-01"),
        said(760, "2025-06-02"),
        said(830, "2025-06-03"),
        correction(750, "2025-06-05"),
        correction(830, "2025-06-05"),
    )
    for order in permutations(claims):
        told = answer(*order, policy=EARLIEST)
        assert (billions(told), told.appearances) == (750, 2)
        assert lost(told) == {830: "oldest_reported", 760: "corrected"}


def test_of_one_day_the_correction_is_the_later() -> None:
    assert lost(answer(said(750, "2025-06-05"), correction(830, "2025-06-05"))) == {
        750: "corrected"
    }
    morning, noon = "2025-06-05T08:00:00Z", "2025-06-05T12:00:00Z"
    assert lost(answer(said(750, morning), correction(830, noon))) == {750: "corrected"}
    assert billions(answer(said(750, noon), correction(830, morning))) == 750


def test_a_month_is_later_than_what_came_before_it() -> None:
    assert lost(answer(said(750, "2025-06"), correction(830, "2025-06-05"))) == {750: "corrected"}
    assert lost(answer(said(750, "2025-06-05"), correction(830, "2025-06"), policy=LATEST)) == {
        830: "newest_reported"
    }


def test_where_the_correction_is_not_heard_nothing_changes() -> None:
    first, unheard = said(750, "2025-06-01"), correction(830, "2025-06-05", **UNHEARD)
    assert answer(first, unheard, policy=STRICT) == answer(first, policy=STRICT)
    assert billions(answer(first, unheard)) == 830


def test_what_others_tell_of_a_correction_counts_where_the_origins_own_is_not_here() -> None:
    first = said(750, "2025-06-01")
    relayed = correction(835, "2025-06-07", is_relay=True)
    assert lost(answer(first, relayed, policy=EARLIEST)) == {750: "corrected"}
    told = answer(first, relayed, correction(830, "2025-06-05"), policy=EARLIEST)
    assert (billions(told), lost(told)) == (830, {835: "oldest_reported", 750: "corrected"})


def test_a_day_may_be_corrected_though_the_value_stands() -> None:
    first = said(750, "2025-06-01", effective_on=date(2025, 5, 1), effective_precision="day")
    then = replace(
        correction(750, "2025-06-05"), effective_on=date(2025, 5, 9), effective_precision="day"
    )
    repeats = replace(first, id=uuid4(), document_id=uuid4(), is_relay=True, digest=b"relay")
    told = answer(first, then, repeats, policy=EARLIEST)
    assert told.winner.effective_on == date(2025, 5, 9)
    assert told.appearances == 1


def test_a_withdrawn_stage_neither_dates_the_deal_nor_attests_it() -> None:
    closed = {"effective_on": date(2025, 6, 1), "effective_precision": "day"}
    mistaken = stage("closed", "2025-06-01", evidence="party", origin_id=ORIGIN, **closed)
    corrected = stage("in_talks", "2025-06-03", evidence="anonymous", origin_id=ORIGIN)
    told = view(mistaken, replace(corrected, stance="correct"))
    assert (told.stage, told.evidence_status) == ("in_talks", "rumoured")
    done = stage("closed", "2025-07-01")
    told = view(mistaken, replace(corrected, stance="correct"), done)
    assert (told.stage, told.evidence_status, str(told.happened)) == (
        "closed",
        "reported",
        "2025-07-01",
    )


def test_a_denial_is_not_corrected_away() -> None:
    denial = replace(stage("in_talks", "2025-06-01", evidence="party"), stance="deny", term=None)
    told = view(
        stage("in_talks", "2025-05-30", evidence="anonymous"),
        replace(denial, origin_id=ORIGIN),
        stage("exploring", "2025-06-02", evidence="anonymous", origin_id=ORIGIN, stance="correct"),
    )
    assert told.evidence_status == "denied"
