"""The post-mortem: talk is held against its own kind, and only if it was talk beforehand."""

from __future__ import annotations

from typing import Any

from app.claims.claim import Claim
from app.funding.post_mortem import post_mortem
from tests.claims.test_arithmetic import amount
from tests.claims.test_policy import TALK_OF_IT, stage, view


def trials(*claims: Claim) -> list[dict[str, Any]]:
    return post_mortem(view(*claims), claims)


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
