"""The record of a source: its own talk of deals, and nobody else's."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.claims.claim import Claim
from app.claims.policy import BALANCED, POLICIES, Policy
from app.claims.vocabulary import Evidence, Modality, Stance, words
from app.funding.post_mortem import deal_of
from app.funding.track_record import track_record
from tests.claims.test_arithmetic import amount
from tests.claims.test_policy import TALK_OF_IT, WHO, claim, stage, valuation

START = datetime(2025, 1, 1, tzinfo=UTC)
LATER = START + timedelta(days=500)
SOURCES = [UUID(int=number) for number in range(1, 5)]
OWNERS = dict(zip(SOURCES, ("one house", "one house", "another", "a third"), strict=True))


def record(
    source: UUID, *deals: Iterable[Claim], policy: Policy = BALANCED, at: datetime = LATER
) -> dict[str, Any]:
    """The record of a source over deals given by their claims."""
    named = (
        (replace(WHO, id=UUID(int=number), slug=f"deal-{number}"), list(said))
        for number, said in enumerate(deals)
    )
    return track_record(source, [deal_of(who, said, policy, at) for who, said in named])


def counts(score: dict[str, Any]) -> tuple[int, int, int]:
    return score["claims_tried"], score["hits"], score["misses"]


def post(billions: int, **given: Any) -> Claim:
    return valuation(billions, **{"basis": "post_money", "facet": "post_money", **given})


def pre(billions: int, **given: Any) -> Claim:
    return valuation(billions, **{"basis": "pre_money", "facet": "pre_money", **given})


def test_a_figure_tried_in_two_readings_counts_once_and_in_the_better_one() -> None:
    rumour = valuation(75, "2025-05-01", **TALK_OF_IT)
    settled = (stage("closed"), pre(73, reported="2025-06-01"), post(85))
    told = record(rumour.origin_id, [rumour, *settled])
    assert [trial["outcome"] for trial in told["trials"]] == ["confirmed", "missed"]
    assert counts(told) == (1, 1, 0)
    assert told["median_lead_days"] == {
        "value": 31,
        "n": 1,
        "formula": "median of lead_days of the hits",
    }
    assert told["median_abs_log_error"]["value"] == 0.027
    wrong = record(rumour.origin_id, [rumour, stage("closed"), pre(50), post(60)])
    assert counts(wrong) == (1, 0, 1)
    assert wrong["median_abs_log_error"]["value"] == 0.2231
    assert (wrong["median_lead_days"]["value"], wrong["median_lead_days"]["n"]) == (None, 0)


def test_of_fewer_than_five_there_is_no_rate() -> None:
    source = SOURCES[0]

    def deal(billions: int) -> list[Claim]:
        rumour = amount("target", billions, reported="2025-05-01", origin_id=source, **TALK_OF_IT)
        return [rumour, stage("closed"), amount("headline", 10)]

    few = record(source, *(deal(billions) for billions in (10, 10, 10, 20)))
    assert counts(few) == (4, 3, 1)
    assert few["hit_rate"]["insufficient"]
    assert {few["hit_rate"][name] for name in ("value", "low", "high")} == {None}
    enough = record(source, *(deal(billions) for billions in (10, 10, 10, 20, 20)))
    assert not enough["hit_rate"]["insufficient"]
    rate = [enough["hit_rate"][name] for name in ("value", "low", "high")]
    assert rate == [0.6, 0.2307, 0.8824]


def test_each_kind_of_figure_has_its_score() -> None:
    source = SOURCES[0]
    talk = {"reported": "2025-05-01", "origin_id": source, **TALK_OF_IT}
    said = [amount("target", 10, **talk), post(70, **talk), stage("closed"), post(85)]
    told = record(source, [*said, amount("headline", 10)])
    assert counts(told) == (2, 1, 1)
    assert counts(told["by_predicate"]["amount"]) == (1, 1, 0)
    assert counts(told["by_predicate"]["valuation"]) == (1, 0, 1)
    unsettled = record(source, said)
    assert unsettled["not_evaluable"]["no_settled_figure"] == 1
    assert unsettled["by_predicate"]["amount"]["not_evaluable"]["no_settled_figure"] == 1


def test_deals_are_counted_by_what_became_of_them() -> None:
    source = SOURCES[0]
    talk = stage("in_talks", origin_id=source, evidence="anonymous")
    ends = ("closed", "open", "failed", "withdrawn", "superseded", "signed")
    deals = [[talk, stage(end, "2025-07-01")] for end in ends]
    told = record(source, *deals, [talk])
    expected = {"talked_of": 7, "done": 2, "called_off": 3, "open_talk": 2, "expired": 0}
    assert told["deals"] == expected
    year_after = record(source, *deals, [talk], at=LATER + timedelta(days=100))
    assert year_after["deals"] == {**expected, "open_talk": 1, "expired": 1}


def test_the_newest_trials_are_shown_and_all_are_counted() -> None:
    source = SOURCES[0]
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 21)]
    rumours = [
        amount("target", number + 1, reported=day, origin_id=source, **TALK_OF_IT)
        for number, day in enumerate(days)
    ]
    told = record(source, rumours)
    assert (told["trials_total"], len(told["trials"])) == (120, 100)
    shown = [trial["rumour"]["reported_at"] for trial in told["trials"]]
    assert shown == days[::-1][:100]
    assert told["not_evaluable"]["not_done"] == 120


def test_what_a_source_is_only_said_to_have_said_is_not_tried() -> None:
    talk = {"reported": "2025-05-01", "origin_id": SOURCES[0], **TALK_OF_IT}
    hearsay = amount("target", 10, is_relay=True, **talk)
    settled = (stage("closed"), amount("headline", 10))
    assert record(SOURCES[0], [hearsay, *settled])["trials"] == []
    own = amount("target", 9, **talk)
    told = record(SOURCES[0], [hearsay, own, *settled])
    assert [trial["rumour"]["stated"] for trial in told["trials"]] == [own.stated]


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim about a deal, mostly one that comes off, by a few houses in few figures."""
    source = draw(st.sampled_from(SOURCES))
    day = draw(st.none() | st.integers(0, 400))
    given_: dict[str, Any] = {
        "modality": draw(st.sampled_from([Modality.FACTUAL, Modality.NEGOTIATION])),
        "stance": draw(st.sampled_from([Stance.SUPPORT] * 4 + [Stance.DENY, Stance.CORRECT])),
        "evidence": draw(st.sampled_from(words(Evidence))),
        "document_id": UUID(int=draw(st.integers(1, 30))),
        "is_relay": draw(st.integers(0, 4)) == 0,
        "reported_at": None if day is None else START + timedelta(days=day),
        "reported_precision": None if day is None else draw(st.sampled_from(["day", "month"])),
    }
    if draw(st.booleans()):
        term = draw(st.sampled_from(["closed", "closed", "open", "in_talks", "failed"]))
        told = stage(term, None, **given_)
    else:
        value = Decimal(draw(st.integers(96, 104)))
        number = {"low": value, "high": value, "stated": value, "qualifier": "exact"}
        kind, facet = draw(st.sampled_from(FIGURES))
        basis = facet if kind == "valuation" else None
        money = {**number, "currency": "USD", "facet": facet, "basis": basis}
        told = claim(kind, None, **given_, **money)
    return replace(told, origin_id=source, origin_group=OWNERS[source])


FIGURES = (
    ("amount", "headline"),
    ("amount", "target"),
    ("valuation", "unspecified"),
    ("valuation", "pre_money"),
    ("valuation", "post_money"),
)
deals = st.lists(st.lists(claims(), max_size=14), min_size=1, max_size=3)
policies = st.sampled_from(list(POLICIES.values()))


@given(deals, policies, st.data())
def test_no_relay_changes_anybodys_record(
    said: list[list[Claim]], policy: Policy, data: st.DataObject
) -> None:
    louder = [[*deal, *data.draw(echoes(deal), "echoes")] for deal in said]
    for source in SOURCES:
        alone, among = (record(source, *of, policy=policy) for of in (said, louder))
        assert judged(among) == judged(alone)


def echoes(said: Sequence[Claim]) -> st.SearchStrategy[list[Claim]]:
    """Relays of what others themselves say here: later, surer and better attested than they."""
    own = [told for told in said if not told.is_relay]
    if not own:
        return st.just([])
    return st.lists(
        st.builds(
            lambda told, day, modality, evidence: replace(
                told,
                id=uuid4(),
                digest=uuid4().bytes,
                document_id=uuid4(),
                is_relay=True,
                reported_at=START + timedelta(days=day),
                reported_precision="day",
                modality=modality,
                evidence=evidence,
            ),
            st.sampled_from(own),
            st.integers(0, 490),
            st.sampled_from(words(Modality)),
            st.sampled_from(words(Evidence)),
        ),
        max_size=5,
    )


def judged(told: dict[str, Any]) -> dict[str, Any]:
    """A record without how its deals are shown elsewhere, where echoes are heard."""
    trials = [{**trial, "event": trial["event"]["slug"]} for trial in told["trials"]]
    return {**told, "trials": trials}


@given(deals, policies, st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(
    said: list[list[Claim]], policy: Policy, shuffler: random.Random
) -> None:
    shuffled = [list(deal) for deal in said]
    for deal in shuffled:
        shuffler.shuffle(deal)
    for source in SOURCES:
        told, again = (record(source, *of, policy=policy) for of in (said, shuffled))
        assert told == again


@given(deals, policies)
def test_every_figure_is_a_hit_a_miss_or_told_why_it_is_neither(
    said: list[list[Claim]], policy: Policy
) -> None:
    for source in SOURCES:
        told = record(source, *said, policy=policy)
        figures = {trial["rumour"]["claim_id"] for trial in told["trials"]}
        unsettled = sum(told["not_evaluable"].values())
        assert told["claims_tried"] + unsettled == len(figures)
        assert told["hits"] + told["misses"] == told["claims_tried"]
        scores = told["by_predicate"].values()
        assert sum(score["hits"] for score in scores) == told["hits"]
        for trial in told["trials"]:
            assert (trial["outcome"] == "not_evaluable") == (trial["reason"] is not None)


@given(deals)
def test_what_the_house_itself_says_makes_no_hit(said: list[list[Claim]]) -> None:
    alone = [
        [replace(told, evidence="named", origin_group="one house") for told in deal]
        for deal in said
    ]
    for source in SOURCES:
        assert record(source, *alone)["claims_tried"] == 0
