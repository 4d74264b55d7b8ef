"""The one resolver: from a set of claims to the claim that answers, and those that lost.

Stored views and time-travelling answers both come from here; there is no second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from app.claims.claim import Claim
from app.claims.policy import Policy
from app.claims.vocabulary import DatePrecision, Evidence, LostBy, Stance

Slot = tuple[str, str]
"""``(predicate, facet)``: one property of one identity."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best claim of another value, and the criterion by which it lost, or ``corrected``."""

    claim: Claim
    lost_by: LostBy


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one claim of a slot stands: whether it may win, and what it lost by, if it did.

    ``lost_by`` is ``None`` for the chosen one and for those that say the same.
    """

    claim: Claim
    lost_by: LostBy | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The claim chosen for one property.

    ``appearances`` counts the documents that state the chosen value,
    ``independent_origins`` the distinct owners of the sources it goes back to: ten outlets
    that repeat one report are ten appearances of one origin. What its own source has
    withdrawn counts for neither.
    """

    winner: Claim
    alternatives: tuple[Alternative, ...]
    appearances: int
    independent_origins: int
    anonymous_only: bool


def resolve(claims: Iterable[Claim], policy: Policy) -> dict[Slot, Resolution]:
    """Choose, for each property of one identity, the claim that ``policy`` puts first."""
    slots = _slots(claim for claim in claims if policy.admits(claim))
    return {slot: _choose(candidates, policy) for slot, candidates in sorted(slots.items())}


def judge(claims: Iterable[Claim], policy: Policy) -> list[Judgement]:
    """How every claim of one slot stands, the chosen one first, those that cannot win last."""
    claims = list(claims)
    candidates = [claim for claim in claims if policy.admits(claim)]
    judged = _weigh(candidates, policy)
    others = sorted((c for c in claims if not policy.admits(c)), key=lambda claim: claim.digest)
    return [
        *(Judgement(claim, judged.lost_by(claim)) for claim in judged.ordered),
        *(Judgement(c, _why_not(c, policy)) for c in others),
    ]


def _why_not(claim: Claim, policy: Policy) -> LostBy:
    heard = policy.hears(claim)
    return LostBy.PUTS_NOTHING_FORWARD if heard else LostBy.NOT_HEARD_BY_POLICY


def standing(claims: Sequence[Claim], policy: Policy) -> list[Claim]:
    """The claims about one identity save those that their own sources have withdrawn.

    As far as the policy hears the corrections; what puts no value forward is not withdrawn.
    """
    if not any(claim.stance == Stance.CORRECT for claim in claims):
        return list(claims)
    stand = [claim for claim in claims if not policy.admits(claim)]
    for candidates in _slots(claim for claim in claims if policy.admits(claim)).values():
        withdrawn = _withdrawn(candidates)
        stand += [claim for claim in candidates if claim.digest not in withdrawn]
    return stand


def _slots(claims: Iterable[Claim]) -> dict[Slot, list[Claim]]:
    slots: dict[Slot, list[Claim]] = {}
    for claim in claims:
        slots.setdefault((claim.predicate, claim.facet), []).append(claim)
    return slots


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The candidates of one slot in their order, and how each is held against the first."""

    ordered: list[Claim]
    judged: dict[bytes, Claim]
    withdrawn: Set[bytes]
    policy: Policy

    def stands(self, claim: Claim) -> bool:
        return claim.digest not in self.withdrawn

    def lost_by(self, claim: Claim) -> LostBy | None:
        """What a claim lost by; ``None`` where it says what the chosen one says."""
        winner = self.ordered[0]
        if not self.stands(claim):
            return LostBy.CORRECTED
        if claim.value == winner.value:
            return None
        chosen = self.judged.get(winner.digest, winner)
        return self.policy.deciding(chosen, self.judged.get(claim.digest, claim))


def _weigh(candidates: list[Claim], policy: Policy) -> _Weighed:
    judged = as_their_origins_held_them(candidates)
    withdrawn = _withdrawn(candidates)

    def order(claim: Claim) -> tuple[object, ...]:
        return claim.digest in withdrawn, policy.key(judged.get(claim.digest, claim))

    return _Weighed(sorted(candidates, key=order), judged, withdrawn, policy)


def _choose(candidates: list[Claim], policy: Policy) -> Resolution:
    if len(candidates) == 1:
        # Most slots: nothing to weigh, and nobody takes back what is said once.
        return Resolution(candidates[0], (), 1, 1, candidates[0].evidence == Evidence.ANONYMOUS)
    weighed = _weigh(candidates, policy)
    winner = weighed.ordered[0]
    agreeing = [c for c in weighed.ordered if c.value == winner.value and weighed.stands(c)]
    return Resolution(
        winner=winner,
        alternatives=_alternatives(weighed),
        appearances=len({claim.document_id for claim in agreeing}),
        independent_origins=len({claim.origin_group for claim in agreeing}),
        anonymous_only=all(claim.evidence == Evidence.ANONYMOUS for claim in agreeing),
    )


def as_their_origins_held_them(candidates: Iterable[Claim]) -> dict[bytes, Claim]:
    """The relays of talk, held as talk, by digest: who drops the "is said to" adds no fact.

    What its origin itself states as a fact is no talk, whatever it talked of before.
    """
    own = [claim for claim in candidates if not claim.is_relay]
    talk = {claim.origin_id: claim.modality for claim in own if claim.is_talk}
    facts = {(claim.origin_id, claim.value) for claim in own if not claim.is_talk}
    return {
        claim.digest: replace(claim, modality=talk[claim.origin_id])
        for claim in candidates
        if claim.is_relay
        and claim.origin_id in talk
        and (claim.origin_id, claim.value) not in facts
    }


def _withdrawn(candidates: Sequence[Claim]) -> Set[bytes]:
    """The claims of one slot, by digest, that their own origin has taken back.

    A correction by another source is a claim like any other.
    """
    corrected = {claim.origin_id for claim in candidates if claim.stance == Stance.CORRECT}
    by_origin = ([c for c in candidates if c.origin_id == origin] for origin in corrected)
    return {digest for said in by_origin for digest in _taken_back(said)}


def _taken_back(said: Sequence[Claim]) -> Set[bytes]:
    """What one origin said before its last correction, unless that says the same, and its relays.

    A relay counts by what it repeats, whenever it came: it is taken back too, unless the
    origin has said that since.
    """
    corrections = [claim for claim in said if claim.stance == Stance.CORRECT]
    # What others tell of a correction counts as one only where the origin's own is not here.
    corrections = [claim for claim in corrections if not claim.is_relay] or corrections
    last = [c for c in corrections if not any(_precedes(c, other) for other in corrections)]
    upheld = {(claim.value, claim.effective_on) for claim in last}
    before = [
        claim
        for claim in said
        if (claim.value, claim.effective_on) not in upheld
        and any(_precedes(claim, correction) for correction in last)
    ]
    gone = {claim.digest for claim in before}
    since = [c for c in said if c.digest not in gone and not c.is_relay]
    repeated, said_since = _as_relays_have_it(before), _as_relays_have_it([*since, *last])
    late = {
        claim.digest
        for claim in said
        if claim.is_relay
        and (claim.value, claim.effective_on) in repeated
        and (claim.value, claim.effective_on) not in said_since
    }
    return gone | late


def _as_relays_have_it(claims: Iterable[Claim]) -> Set[tuple[object, object]]:
    """What relays of some claims say: the same, though perhaps not when it happened."""
    return {(claim.value, on) for claim in claims for on in (claim.effective_on, None)}


def _precedes(claim: Claim, correction: Claim) -> bool:
    """Whether a claim came before a correction, as far as their dates tell.

    Of one day the correction is the later; an undated claim is not known to be earlier.
    """
    told, corrected = claim.told_at, correction.told_at
    if told is None or corrected is None:
        return False
    exact = claim.reported_precision == correction.reported_precision == DatePrecision.INSTANT
    if exact or told.date() != corrected.date():
        return told < corrected
    return claim.stance != Stance.CORRECT


def _alternatives(weighed: _Weighed) -> tuple[Alternative, ...]:
    best_by_value: dict[tuple[object, ...], Claim] = {}
    for claim in weighed.ordered:
        best_by_value.setdefault(claim.value, claim)
    del best_by_value[weighed.ordered[0].value]
    lost = ((claim, weighed.lost_by(claim)) for claim in best_by_value.values())
    return tuple(Alternative(claim, reason) for claim, reason in lost if reason is not None)
