"""Policies: an admission filter plus a sort key over claims; the first claim wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from app.claims.claim import Claim
from app.claims.values import REPORTING_CURRENCY
from app.claims.vocabulary import Evidence, LostBy, Predicate, Qualifier, Stance

STRENGTH: dict[str, int] = {word.value: rank for rank, word in enumerate(Evidence)}
"""Rank of each evidence word; 0 is the strongest."""

SUPPORTING = frozenset({Stance.SUPPORT.value, Stance.CORRECT.value})
"""Stances that put a value forward. A correction does so for the corrected value."""

Criterion = tuple[LostBy, Callable[[Claim], float]]


@dataclass(frozen=True, slots=True)
class Policy:
    """How one claim is chosen among many.

    ``criteria`` are compared in order, smaller first. Whatever they leave tied is decided
    by the digest of its content, so that the choice depends on the set of claims and never on the
    order in which they arrived. A rumour without news expires after ``rumour_days``.
    """

    name: str
    description: str
    criteria: tuple[Criterion, ...]
    admitted: frozenset[str] | None = None
    rumour_days: int = 365

    def admits(self, claim: Claim) -> bool:
        """Whether the claim may be chosen at all."""
        return claim.stance in SUPPORTING and self.hears(claim)

    def hears(self, claim: Claim) -> bool:
        """Whether the claim counts at all, be it for or against."""
        return self.admitted is None or claim.evidence in self.admitted

    def merits(self, claim: Claim) -> tuple[float, ...]:
        """The claim's standing under the criteria alone: equal merits are a tie."""
        return tuple(measure(claim) for _, measure in self.criteria)

    def key(self, claim: Claim) -> tuple[tuple[float, ...], bytes]:
        """The full sort key, never equal for two different claims."""
        return self.merits(claim), claim.digest

    def deciding(self, winner: Claim, loser: Claim) -> LostBy:
        """The name of the criterion by which ``loser`` lost."""
        for name, measure in self.criteria:
            if measure(winner) != measure(loser):
                return name
        return LostBy.STABLE_ORDER


ON_RECORD = frozenset({Evidence.FILING.value, Evidence.PARTY.value})
"""Evidence of those who must know: a filing, or a party to the deal."""


def _record(claim: Claim) -> float:
    if claim.evidence in ON_RECORD:
        return STRENGTH[claim.evidence]
    return len(STRENGTH) if claim.evidence == Evidence.MODELLED else len(ON_RECORD)


def _talk(claim: Claim) -> float:
    return claim.is_talk and claim.evidence not in ON_RECORD


def _strength(claim: Claim) -> float:
    # How far a deal is depends on the day more than on who says so, if it is but hearsay.
    hearsay = claim.predicate == Predicate.STAGE and claim.evidence not in ON_RECORD
    return len(ON_RECORD) if hearsay else STRENGTH[claim.evidence]


def _age(claim: Claim) -> float:
    return inf if claim.told_at is None else -claim.told_at.timestamp()


def _oldest(claim: Claim) -> float:
    # An undated document proves nothing about being early, so it comes last here too.
    return inf if claim.reported_at is None else claim.reported_at.timestamp()


def _exactness(claim: Claim) -> float:
    return _EXACTNESS.get(claim.qualifier or "", len(_EXACTNESS))


_EXACTNESS = {
    word.value: rank
    for rank, word in enumerate([Qualifier.EXACT, Qualifier.APPROXIMATELY, Qualifier.BETWEEN])
}


def _currency(claim: Claim) -> float:
    return claim.currency not in (None, REPORTING_CURRENCY)


def _relay(claim: Claim) -> float:
    return claim.is_relay


RECORD: Criterion = (LostBy.ON_RECORD, _record)
FACT: Criterion = (LostBy.FACT_OVER_TALK, _talk)
STRONGEST: Criterion = (LostBy.EVIDENCE_STRENGTH, _strength)
NEWEST: Criterion = (LostBy.NEWEST_REPORTED, _age)
OLDEST: Criterion = (LostBy.OLDEST_REPORTED, _oldest)
FIRST_HAND: Criterion = (LostBy.FIRST_HAND, _relay)
EXACTEST: Criterion = (LostBy.MOST_EXACT, _exactness)
CURRENCY: Criterion = (LostBy.REPORTING_CURRENCY, _currency)
TIES = (FIRST_HAND, EXACTEST, CURRENCY)

BALANCED = Policy(
    "balanced",
    "Everything that supports: filings, then parties on record, then reports; of reports, what"
    " is told as fact before talk; then the strongest evidence, then the newest.",
    (RECORD, FACT, STRONGEST, NEWEST, *TIES),
)
STRICT = Policy(
    "strict",
    "Only filings and the parties themselves; otherwise as balanced.",
    (RECORD, FACT, STRONGEST, NEWEST, *TIES),
    admitted=ON_RECORD,
)
LATEST = Policy(
    "latest",
    "Everything that supports: newest reported, then strongest evidence.",
    (NEWEST, STRONGEST, *TIES),
)
EARLIEST = Policy(
    "earliest",
    "Everything that supports: oldest reported, then strongest evidence.",
    (OLDEST, STRONGEST, *TIES),
)

POLICIES: dict[str, Policy] = {p.name: p for p in (BALANCED, STRICT, LATEST, EARLIEST)}
DEFAULT = BALANCED
