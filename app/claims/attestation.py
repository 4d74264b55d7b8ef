"""How well an event is attested: the second axis, beside the stage. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.claims.claim import Claim
from app.claims.policy import ON_RECORD, SUPPORTING, Policy
from app.claims.vocabulary import TALK, Evidence, EvidenceStatus, Stage, Stance

DONE = frozenset({Stage.OPEN.value, Stage.CLOSED.value})
"""Stages at which money has moved."""

DONE_OR_SIGNED = DONE | {Stage.SIGNED.value}
UNATTESTED = frozenset({EvidenceStatus.DISPUTED.value, EvidenceStatus.DENIED.value})
UNCERTAIN = TALK | {Stage.UNKNOWN.value}
UNCONFIRMED = frozenset(
    {EvidenceStatus.RUMOURED.value, EvidenceStatus.REPORTED.value, EvidenceStatus.DISPUTED.value}
)
"""Stages and evidence statuses that together make a rumour."""


def evidence_status(claims: Iterable[Claim], stage: str) -> str:
    """How well an event is attested by a set of claims.

    The strongest supporting evidence decides: a filing, then a party on record, then what
    others report. Talk that rests on unnamed people only is a rumour. A denial stands until
    someone on record, or a report that the deal was signed or done, comes after it; by a
    party against hearsay it denies, otherwise it disputes. Silence and declining to comment
    count for nothing.
    """
    claims = list(claims)
    support = [claim for claim in claims if claim.stance in SUPPORTING]
    status = _attested(support, stage)
    denials = [c for c in claims if c.stance == Stance.DENY and not _overtaken(c, support)]
    if not denials:
        return status
    by_party = any(denial.evidence in ON_RECORD for denial in denials)
    hearsay = status in (EvidenceStatus.RUMOURED, EvidenceStatus.REPORTED)
    return EvidenceStatus.DENIED if by_party and hearsay else EvidenceStatus.DISPUTED


def _attested(support: Iterable[Claim], stage: str) -> str:
    evidence = {claim.evidence for claim in support}
    if Evidence.FILING in evidence:
        return EvidenceStatus.FILED
    if Evidence.PARTY in evidence:
        return EvidenceStatus.ANNOUNCED
    if Evidence.NAMED in evidence or stage in DONE_OR_SIGNED:
        return EvidenceStatus.REPORTED
    return EvidenceStatus.RUMOURED


def _overtaken(denial: Claim, support: Iterable[Claim]) -> bool:
    return any(
        claim.told_at is not None
        and denial.told_at is not None
        and claim.told_at > denial.told_at
        and (claim.evidence in ON_RECORD or claim.term in DONE_OR_SIGNED)
        for claim in support
    )


def expiry(claims: Iterable[Claim], stage: str, status: str, policy: Policy) -> datetime | None:
    """When the talk expires unless something new is heard; ``None`` if it is more than talk."""
    if not is_unconfirmed_talk(stage, status):
        return None
    heard = [c.reported_at for c in claims if c.reported_at is not None and c.stance in SUPPORTING]
    return max(heard) + timedelta(days=policy.rumour_days) if heard else None


def is_unconfirmed_talk(stage: str, status: str) -> bool:
    """Whether a deal is only talked about, and nobody on record confirms it."""
    return stage in UNCERTAIN and status in UNCONFIRMED
