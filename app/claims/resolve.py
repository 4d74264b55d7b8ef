"""The one resolver: from a set of claims to the claim that answers, and those that lost.

Stored views and time-travelling answers both come from here; there is no second one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.claims.claim import Claim
from app.claims.policy import Policy

Slot = tuple[str, str]
"""``(predicate, facet)``: one property of one identity."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best claim of another value, and the criterion by which it lost."""

    claim: Claim
    lost_by: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The claim chosen for one property.

    ``appearances`` counts the documents that state the chosen value,
    ``independent_origins`` the distinct owners of the sources it goes back to: ten outlets
    that repeat one report are ten appearances of one origin.
    """

    winner: Claim
    alternatives: tuple[Alternative, ...]
    appearances: int
    independent_origins: int
    anonymous_only: bool


def public_at(claims: Iterable[Claim], as_of: datetime | None) -> list[Claim]:
    """The claims that were public at ``as_of``; all of them if it is ``None``."""
    if as_of is None:
        return list(claims)
    return [c for c in claims if c.reported_at is not None and c.reported_at <= as_of]


def resolve(claims: Iterable[Claim], policy: Policy) -> dict[Slot, Resolution]:
    """Choose, for each property of one identity, the claim that ``policy`` puts first."""
    slots: dict[Slot, list[Claim]] = {}
    for claim in claims:
        if policy.admits(claim):
            slots.setdefault((claim.predicate, claim.facet), []).append(claim)
    return {slot: _choose(candidates, policy) for slot, candidates in sorted(slots.items())}


def _choose(candidates: list[Claim], policy: Policy) -> Resolution:
    judged = as_their_origins_held_them(candidates)
    candidates.sort(key=lambda claim: policy.key(judged.get(claim.digest, claim)))
    winner = candidates[0]
    agreeing = [claim for claim in candidates if claim.value == winner.value]
    return Resolution(
        winner=winner,
        alternatives=_alternatives(winner, candidates, judged, policy),
        appearances=len({claim.document_id for claim in agreeing}),
        independent_origins=len({claim.origin_group for claim in agreeing}),
        anonymous_only=all(claim.evidence == "anonymous" for claim in agreeing),
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


def _alternatives(
    winner: Claim, candidates: list[Claim], judged: dict[bytes, Claim], policy: Policy
) -> tuple[Alternative, ...]:
    best_by_value: dict[tuple[object, ...], Claim] = {}
    for claim in candidates:
        best_by_value.setdefault(claim.value, claim)
    del best_by_value[winner.value]
    chosen = judged.get(winner.digest, winner)
    return tuple(
        Alternative(claim, policy.deciding(chosen, judged.get(claim.digest, claim)))
        for claim in best_by_value.values()
    )
