"""The post-mortem: talk is held against its own kind, and only if it was talk beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.claims.claim import Claim
from app.claims.policy import BALANCED
from app.funding.post_mortem import deal_of, post_mortem
from app.storage.ids import encode
from tests.claims.test_arithmetic import amount
from tests.claims.test_policy import TALK_OF_IT, WHO, stage

LATER = datetime(2025, 12, 31, tzinfo=UTC)


def trials(*claims: Claim) -> list[dict[str, Any]]:
    return post_mortem(deal_of(WHO, claims, BALANCED, LATER))


def test_a_debt_is_held_against_the_debt() -> None:
    rumour = amount("debt", 2, reported="2025-05-01", **TALK_OF_IT)
    settled = (stage("closed"), amount("debt", 2), amount("headline", 10))
    (trial,) = trials(rumour, *settled)
    assert (trial["outcome"], trial["log_error"]["value"]) == ("confirmed", 0.0)
    assert trial["lead_days"] == 40


def test_a_target_is_met_by_the_headline() -> None:
    rumour = amount("target", 8, reported="2025-05-01", **TALK_OF_IT)
    (trial,) = trials(rumour, stage("closed"), amount("headline", 10))
    assert (trial["outcome"], trial["read_as"]) == ("missed", "headline")


def test_who_speaks_after_the_end_is_no_prophet() -> None:
    late = amount("target", 10, reported="2025-07-01", **TALK_OF_IT)
    (trial,) = trials(late, stage("closed"), amount("headline", 10))
    assert (trial["outcome"], trial["reason"]) == ("not_evaluable", "after_the_fact")


def test_nothing_is_settled_while_the_deal_is_open_talk() -> None:
    rumour = amount("target", 8, reported="2025-05-01", **TALK_OF_IT)
    (trial,) = trials(rumour, stage("in_talks", evidence="anonymous"))
    assert (trial["outcome"], trial["reason"]) == ("not_evaluable", "not_done")


def test_the_word_of_the_house_that_talked_settles_nothing() -> None:
    rumour = amount("target", 10, reported="2025-05-01", **TALK_OF_IT)
    own = amount("headline", 10, origin_id=rumour.origin_id)
    (trial,) = trials(rumour, own, stage("closed"))
    assert (trial["outcome"], trial["reason"]) == ("not_evaluable", "same_origin")
    sister = replace(own, origin_id=uuid4(), document_id=uuid4())
    (trial,) = trials(rumour, sister, stage("closed"))
    assert sister.origin_group == rumour.origin_group
    assert trial["reason"] == "same_origin"


@pytest.mark.parametrize("evidence", ["party", "filing"])
def test_who_is_on_record_settles_what_it_let_be_known_itself(evidence: str) -> None:
    rumour = amount("target", 10, reported="2025-05-01", **TALK_OF_IT)
    own = amount("headline", 10, origin_id=rumour.origin_id, evidence=evidence)
    (trial,) = trials(rumour, own, stage("closed"))
    assert (trial["outcome"], trial["reason"]) == ("confirmed", None)


def test_another_who_says_the_same_settles_it_though_the_house_says_it_last() -> None:
    rumour = amount("target", 10, reported="2025-05-01", **TALK_OF_IT)
    other = amount("headline", 10, reported="2025-06-01")
    own = amount("headline", 10, reported="2025-06-20", origin_id=rumour.origin_id)
    (trial,) = trials(rumour, other, own, stage("closed"))
    assert trial["outcome"] == "confirmed"
    assert trial["settled"]["claim_id"] == encode("clm", other.id)
    disagreeing = amount("headline", 30, reported="2025-06-01")
    (trial,) = trials(rumour, disagreeing, own, stage("closed"))
    assert trial["reason"] == "same_origin"


def test_who_speaks_between_two_announcements_is_no_prophet() -> None:
    announced, again = (
        amount("headline", 10, reported=day, evidence="party")
        for day in ("2025-06-01", "2025-06-20")
    )
    rumour = amount("target", 10, reported="2025-06-10", **TALK_OF_IT)
    (trial,) = trials(rumour, announced, again, stage("closed", "2025-06-01"))
    assert (trial["reason"], trial["lead_days"]) == ("after_the_fact", -9)


def test_a_relay_that_drops_the_hedge_settles_nothing() -> None:
    rumour = amount("target", 10, reported="2025-05-01", **TALK_OF_IT)
    talk = amount("headline", 10, reported="2025-05-02", **TALK_OF_IT)
    for billions in (10, 12):
        relay = amount(
            "headline",
            billions,
            origin_id=talk.origin_id,
            is_relay=True,
            evidence=talk.evidence,
        )
        tried = trials(rumour, talk, relay, stage("closed"))
        assert {trial["reason"] for trial in tried} == {"no_settled_figure"}


def test_a_relay_of_a_fact_makes_it_no_newer() -> None:
    rumour = amount("target", 10, reported="2025-05-01", **TALK_OF_IT)
    early = amount("headline", 12, reported="2025-06-01")
    late = amount("headline", 10, reported="2025-06-05")
    relay = replace(
        early,
        id=uuid4(),
        digest=uuid4().bytes,
        document_id=uuid4(),
        is_relay=True,
        reported_at=datetime(2025, 6, 9, tzinfo=UTC),
    )
    (trial,) = trials(rumour, early, late, relay, stage("closed"))
    assert trial["outcome"] == "confirmed"


def test_what_is_known_of_an_origin_by_relays_only_is_tried_and_marked() -> None:
    settled = (stage("closed"), amount("headline", 10))
    relay = amount("target", 9, reported="2025-05-02", is_relay=True, **TALK_OF_IT)
    (trial,) = trials(relay, *settled)
    assert (trial["outcome"], trial["first_hand"]) == ("missed", False)
    own = amount("target", 10, reported="2025-05-05", origin_id=relay.origin_id, **TALK_OF_IT)
    (trial,) = trials(relay, own, *settled)
    assert (trial["outcome"], trial["first_hand"]) == ("confirmed", True)
