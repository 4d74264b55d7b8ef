"""Policies: an admission filter plus a sort key over claims; the first claim wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from app.claims.claim import Claim
from app.claims.values import first_moment
from app.claims.vocabulary import Evidence, Stance

STRENGTH: dict[str, int] = {word.value: rank for rank, word in enumerate(Evidence)}
"""Rank of each evidence word; 0 is the strongest."""

SUPPORTING = frozenset({Stance.SUPPORT.value, Stance.CORRECT.value})
"""Stances that put a value forward. A correction does so for the corrected value."""

Criterion = tuple[str, Callable[[Claim], float]]


@dataclass(frozen=True, slots=True)
class Policy:
    """How one claim is chosen among many.

    ``criteria`` are compared in order, smaller first. Whatever they leave tied is decided
    by the digest of its content, so that the choice depends on the set of claims and never on the
    order in which they arrived.
    """

    name: str
    description: str
    criteria: tuple[Criterion, ...]
    admitted: frozenset[str] | None = None

    def admits(self, claim: Claim) -> bool:
        """Whether the claim may be chosen at all."""
        return claim.stance in SUPPORTING and (
            self.admitted is None or claim.evidence in self.admitted
        )

    def merits(self, claim: Claim) -> tuple[float, ...]:
        """The claim's standing under the criteria alone: equal merits are a tie."""
        return tuple(measure(claim) for _, measure in self.criteria)

    def key(self, claim: Claim) -> tuple[tuple[float, ...], bytes]:
        """The full sort key, never equal for two different claims."""
        return self.merits(claim), claim.digest

    def deciding(self, winner: Claim, loser: Claim) -> str:
        """The name of the criterion by which ``loser`` lost."""
        for name, measure in self.criteria:
            if measure(winner) != measure(loser):
                return name
        return "stable_order"


def _strength(claim: Claim) -> float:
    return STRENGTH[claim.evidence]


def _age(claim: Claim) -> float:
    if claim.reported_at is None or claim.reported_precision is None:
        return inf
    # "June" proves no more than the 1st: taken as the 30th (which keeps it out of earlier
    # as_of views), a report of talks would beat that of the close on the 12th.
    return -first_moment(claim.reported_at, claim.reported_precision).timestamp()


def _oldest(claim: Claim) -> float:
    # An undated document proves nothing about being early, so it comes last here too.
    return inf if claim.reported_at is None else claim.reported_at.timestamp()


def _relay(claim: Claim) -> float:
    return claim.is_relay


STRONGEST: Criterion = ("evidence_strength", _strength)
NEWEST: Criterion = ("newest_reported", _age)
OLDEST: Criterion = ("oldest_reported", _oldest)
FIRST_HAND: Criterion = ("first_hand", _relay)

BALANCED = Policy(
    "balanced",
    "Everything that supports: strongest evidence, then newest reported, then first hand.",
    (STRONGEST, NEWEST, FIRST_HAND),
)
STRICT = Policy(
    "strict",
    "Only filings and the parties themselves; otherwise as balanced.",
    (STRONGEST, NEWEST, FIRST_HAND),
    admitted=frozenset({Evidence.FILING.value, Evidence.PARTY.value}),
)
LATEST = Policy(
    "latest",
    "Everything that supports: newest reported, then strongest evidence.",
    (NEWEST, STRONGEST, FIRST_HAND),
)
EARLIEST = Policy(
    "earliest",
    "Everything that supports: oldest reported, then strongest evidence.",
    (OLDEST, STRONGEST, FIRST_HAND),
)

POLICIES: dict[str, Policy] = {p.name: p for p in (BALANCED, STRICT, LATEST, EARLIEST)}
DEFAULT = BALANCED
