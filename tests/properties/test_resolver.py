"""What must always hold of the resolver, for any set of claims in any order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.claims.attestation import evidence_status
from app.claims.claim import FIELD_NAMES, Claim
from app.claims.event_view import EventIdentity, view_event
from app.claims.policy import POLICIES, STRICT
from app.claims.resolve import resolve, standing
from app.claims.values import Interval
from app.claims.vocabulary import Basis, Evidence, LostBy, Modality, Stage, Stance, words

START = datetime(2025, 1, 1, tzinfo=UTC)
LATER = START + timedelta(days=500)
EVENT = EventIdentity(
    UUID(int=1), "e", "e", "E", UUID(int=2), "c", "C", datetime(2025, 1, 1, tzinfo=UTC)
)


@st.composite
def claims(
    draw: st.DrawFn,
    predicates: Sequence[str] = ("stage", "amount", "valuation"),
    stances: Sequence[str] = words(Stance),
    sources: int = 4,
    within: int = 400,
) -> Claim:
    predicate = draw(st.sampled_from(predicates))
    number = draw(st.integers(1, 5)) if predicate != "stage" else None
    basis = draw(st.sampled_from(words(Basis)[:3])) if predicate == "valuation" else None
    day = draw(st.none() | st.integers(0, within))
    source = draw(st.integers(1, sources))
    spoken_of = draw(st.none() | st.integers(0, 11))
    value = Decimal(number) if number else None
    fields: dict[str, Any] = dict.fromkeys(FIELD_NAMES)
    fields |= {
        "id": UUID(int=draw(st.integers(1, 2**64))),
        "predicate": predicate,
        "facet": basis or ("headline" if predicate == "amount" else ""),
        "low": value,
        "high": value,
        "stated": value,
        "currency": draw(st.sampled_from(["USD", "EUR"])) if number else None,
        "qualifier": draw(st.sampled_from(["exact", "approximately"])) if number else None,
        "basis": basis,
        "term": draw(st.sampled_from(words(Stage))) if predicate == "stage" else None,
        "modality": draw(st.sampled_from(words(Modality))),
        "stance": draw(st.sampled_from(stances)),
        "evidence": draw(st.sampled_from(words(Evidence))),
        "reported_at": None if day is None else START + timedelta(days=day),
        "reported_precision": None if day is None else draw(st.sampled_from(["day", "month"])),
        "effective_on": None if spoken_of is None else date(2025, 1 + spoken_of, 1),
        "effective_precision": None if spoken_of is None else "month",
        "document_id": UUID(int=source * 100 + (day or 0)),
        "origin_id": UUID(int=source),
        "origin_group": f"owner {source}",
        "is_relay": draw(st.booleans()),
    }
    stated = {name: value for name, value in fields.items() if name != "id"}
    fields["digest"] = sha256(repr(sorted(stated.items())).encode()).digest()
    return Claim(**fields)


# Stored claims are unique by what they say, so sets of them are unique by digest.
many = st.lists(claims(), max_size=12, unique_by=lambda claim: claim.digest)
# Of two sources on one matter, so that they often correct themselves.
correcting = st.lists(
    claims(["amount"], ["support", "correct"], 2, within=5),
    max_size=8,
    unique_by=lambda c: c.digest,
)
policies = st.sampled_from(list(POLICIES.values()))


@given(correcting | many, policies, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(
    said: list[Claim], policy: Any, shuffler: random.Random
) -> None:
    shuffled = list(said)
    shuffler.shuffle(shuffled)
    view, again = view_event(EVENT, said, policy, LATER), view_event(EVENT, shuffled, policy, LATER)
    assert view.to_json(alternatives=True) == again.to_json(alternatives=True)


@given(many, policies)
def test_a_view_selects_and_never_makes_a_number(said: list[Claim], policy: Any) -> None:
    for resolution in resolve(said, policy).values():
        assert resolution.winner in said
        assert policy.admits(resolution.winner)
        assert resolution.independent_origins <= resolution.appearances


@given(many, policies, st.integers(0, 400))
def test_nothing_later_changes_what_was_public(said: list[Claim], policy: Any, day: int) -> None:
    moment = START + timedelta(days=day)
    before = [c for c in said if c.reported_at is not None and c.reported_at <= moment]
    assert public_at(said, moment) == before
    view = view_event(EVENT, public_at(said, moment), policy, moment)
    assert view.to_json() == view_event(EVENT, before, policy, moment).to_json()


@given(correcting | many, policies)
def test_what_its_origin_has_corrected_never_wins(said: list[Claim], policy: Any) -> None:
    for slot, resolution in resolve(said, policy).items():
        winner = resolution.winner
        assert winner in standing(said, policy)
        heard = [c for c in said if policy.admits(c) and (c.predicate, c.facet) == slot]
        corrections = [c for c in heard if c.stance == "correct" and not c.is_relay]
        own = [c for c in corrections if c.told_at]
        newest = max((c for c in own if c.origin_id == winner.origin_id), key=_told, default=None)
        if newest is not None and winner.told_at is not None and _told(winner) < _told(newest):
            last = [c.value for c in own if _told(c) == _told(newest)]
            # An undated correction may be the last of all, and what it says stands as well.
            undated = [c for c in corrections if c.told_at is None]
            last += [c.value for c in undated if c.origin_id == winner.origin_id]
            assert winner.value in last
        corrected = {c.origin_id for c in heard if c.stance == "correct"}
        for other in resolution.alternatives:
            if other.lost_by == LostBy.CORRECTED:
                assert other.claim.origin_id in corrected


def _told(claim: Claim) -> datetime:
    assert claim.told_at is not None
    return claim.told_at


@given(correcting | many, claims(["amount"], sources=2, within=5), policies)
def test_a_correction_takes_back_only_what_its_own_origin_said(
    said: list[Claim], one: Claim, policy: Any
) -> None:
    correction = replace(one, stance="correct", digest=b"a correction")
    before, after = standing(said, policy), standing([*said, correction], policy)
    gone = [claim for claim in before if claim not in after]
    for claim in gone:
        assert (claim.origin_id, claim.predicate, claim.facet) == (
            correction.origin_id,
            correction.predicate,
            correction.facet,
        )
        assert claim.is_relay or (claim.told_at is not None and claim.stance != "deny")


@given(correcting | many, claims(["amount"], sources=2, within=5), policies, st.integers(0, 400))
def test_a_correction_that_is_not_heard_changes_nothing(
    said: list[Claim], one: Claim, policy: Any, day: int
) -> None:
    hearsay = replace(one, stance="correct", evidence="anonymous", digest=b"a correction")
    assert resolve([*said, hearsay], STRICT) == resolve(said, STRICT)
    moment = START + timedelta(days=day)
    later = replace(hearsay, reported_at=moment + timedelta(days=1), reported_precision="day")
    assert resolve(public_at([*said, later], moment), policy) == resolve(
        public_at(said, moment), policy
    )


@given(many)
def test_silence_changes_no_evidence_status(said: list[Claim]) -> None:
    spoken = [c for c in said if c.stance not in ("decline_to_comment", "no_response")]
    assert evidence_status(said, "in_talks") == evidence_status(spoken, "in_talks")


amounts = st.none() | st.integers(0, 1000).map(Decimal)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = draw(amounts), draw(amounts)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Interval(low, high)


@given(intervals(), intervals(), st.integers(0, 2000), st.integers(0, 2000))
def test_the_sum_of_intervals_holds_every_sum_of_amounts(
    one: Interval, other: Interval, first: int, second: int
) -> None:
    total = one + other
    if _holds(one, first) and _holds(other, second):
        assert _holds(total, first + second)
    assert one + other == other + one


@given(intervals(), intervals(), st.integers(0, 2000), st.integers(0, 2000))
def test_the_rest_of_an_interval_holds_every_rest_of_amounts(
    one: Interval, other: Interval, whole: int, part: int
) -> None:
    rest = one - other
    if part <= whole and _holds(one, whole) and _holds(other, part):
        assert _holds(rest, whole - part)
    assert rest.low is None or rest.low >= 0


def _holds(interval: Interval, amount: int) -> bool:
    low = interval.low is None or interval.low <= amount
    return low and (interval.high is None or amount <= interval.high)


def public_at(claims: Iterable[Claim], as_of: datetime | None) -> list[Claim]:
    """The claims that were public at ``as_of``; all of them if it is ``None``."""
    if as_of is None:
        return list(claims)
    return [c for c in claims if c.reported_at is not None and c.reported_at <= as_of]
