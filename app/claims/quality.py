"""Coherence checks: whether what is said of a deal can all be true. Pure.

Claims are kept as they were made; a finding only says that they do not fit together. Each check
is a short function over one event's view and its claims, or over a company's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from app.claims.arithmetic import new_equity, post_money
from app.claims.attestation import DONE
from app.claims.capital import Part, known_parts, stack_of
from app.claims.claim import Claim
from app.claims.event_view import EventView
from app.claims.figures import Figure, total
from app.claims.findings import Finding
from app.claims.policy import SUPPORTING, Policy
from app.claims.resolve import standing
from app.claims.vocabulary import (
    Basis,
    Check,
    Evidence,
    ParticipationStatus,
    Predicate,
    Severity,
    Stage,
)

TOLERANCE = Decimal("0.05")
"""Rounded figures may miss each other by this much."""

GROSS = Decimal("0.5")
"""What is off by more than this is wrong, not rounded."""

JUMP = 900
"""A thousandfold difference, nearly: millions were taken for billions."""


def check_event(event: EventView, claims: Sequence[Claim], policy: Policy) -> tuple[Finding, ...]:
    """All findings about one event, in the order of the checks.

    What its own source has taken back is no longer said.
    """
    claims = [claim for claim in standing(claims, policy) if claim.stance in SUPPORTING]
    # Claims of one stage may contradict each other; of each stage only the best is held against
    # those of the others.
    dated: dict[str | None, Claim] = {}
    stages = (c for c in claims if c.predicate == Predicate.STAGE and c.effective_on is not None)
    for claim in sorted(stages, key=policy.key):
        dated.setdefault(claim.term, claim)
    said = Said(claims, list(dated.values()), known_parts(event))
    return tuple(finding for check in _CHECKS for finding in check(event, said))


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an event, of each stage the best claim that says when; and who gives what."""

    claims: Sequence[Claim]
    dated: Sequence[Claim]
    parts: Mapping[str, Sequence[Part]]


def _post_is_pre_plus_new_money(event: EventView, _: Said) -> Iterable[Finding]:
    pre, post = (event.valuations.get(basis) for basis in (Basis.PRE_MONEY, Basis.POST_MONEY))
    money = new_equity(post, event.amounts, event.round_type)
    if pre is None or post is None or money is None or pre.currency != post.currency:
        return
    expected = post_money(pre, money)
    apart = _apart(post, expected)
    if apart > TOLERANCE:
        yield Finding(
            Check.POST_IS_NOT_PRE_PLUS_NEW_MONEY,
            Severity.ERROR if apart > GROSS else Severity.WARNING,
            "the post-money valuation is not the pre-money valuation plus the new money",
            _ids(post, expected),
            post,
            expected,
        )


def _amount_below_valuation(event: EventView, _: Said) -> Iterable[Finding]:
    worth = event.valuations.get(Basis.POST_MONEY)
    amount = new_equity(worth, event.amounts, event.round_type)
    if worth is None or amount is None:
        return
    least, most = amount.interval.low, worth.interval.high
    if least is not None and most is not None and least > most:
        yield Finding(
            Check.AMOUNT_EXCEEDS_VALUATION,
            Severity.ERROR,
            "more new equity than the whole company is said to be worth after it",
            _ids(amount, worth),
            amount,
            worth,
        )


def _units(_: EventView, said: Said) -> Iterable[Finding]:
    slots: dict[tuple[str, str, str | None], list[Claim]] = {}
    for claim in said.claims:
        if claim.predicate in _MONEY and _size(claim):
            slots.setdefault((claim.predicate, claim.facet, claim.currency), []).append(claim)
    for (predicate, _facet, _currency), told in sorted(slots.items(), key=lambda slot: slot[0][:2]):
        ordered = sorted(told, key=lambda claim: (_size(claim), claim.digest))
        if _size(ordered[-1]) >= JUMP * _size(ordered[0]):
            yield Finding(
                Check.UNIT_JUMP,
                Severity.ERROR,
                f"two claims of one {predicate} are {JUMP} times apart or more:"
                " millions taken for billions?",
                (ordered[0].id, ordered[-1].id),
            )


_MONEY = frozenset({Predicate.AMOUNT, Predicate.VALUATION, Predicate.PARTICIPATION})


def _size(claim: Claim) -> Decimal:
    return claim.stated or claim.high or claim.low or Decimal(0)


def _tranches_within_commitment(_: EventView, said: Said) -> Iterable[Finding]:
    for parts in said.parts.values():
        tranches = [part.figure for part in parts if part.claim.tranche and part.is_owed]
        for whole in (part.figure for part in parts if not part.claim.tranche and part.is_owed):
            mine = [tranche for tranche in tranches if tranche.currency == whole.currency]
            known = total(mine, "sum of the tranches")
            if _exceeds(known, whole):
                yield Finding(
                    Check.TRANCHES_EXCEED_COMMITMENT,
                    Severity.WARNING,
                    "the tranches of an investor are more than its whole commitment",
                    _ids(known, whole),
                    known,
                    whole,
                )


def _commitments_within_headline(event: EventView, said: Said) -> Iterable[Finding]:
    committed = stack_of(said.parts, event.amount.currency).committed
    if committed.currency == event.amount.currency and _exceeds(committed, event.amount):
        yield Finding(
            Check.COMMITTED_EXCEEDS_HEADLINE,
            Severity.WARNING,
            "named investors committed more than the whole round is said to be",
            _ids(committed, event.amount),
            committed,
            event.amount,
        )


def _dates(_: EventView, said: Said) -> Iterable[Finding]:
    order = {stage: rank for rank, stage in enumerate(_IN_ORDER)}
    staged = sorted(
        (c for c in said.dated if c.term in order), key=lambda c: (order[c.term], c.digest)
    )
    for earlier, later in combinations(staged, 2):
        if order[earlier.term] < order[later.term] and _is_before(later, earlier):
            yield Finding(
                Check.DATES_OUT_OF_ORDER,
                Severity.WARNING,
                f"{later.term} on {later.effective_on}, before {earlier.term} on"
                f" {earlier.effective_on}",
                (earlier.id, later.id),
            )


_IN_ORDER: Sequence[str | None] = [
    Stage.EXPLORING.value,
    Stage.IN_TALKS.value,
    Stage.TERM_SHEET.value,
    Stage.SIGNED.value,
    Stage.OPEN.value,
    Stage.CLOSED.value,
]


def _is_before(one: Claim, other: Claim) -> bool:
    """Whether one day is surely before another: a month is before no day of it."""
    if one.effective_on is None or other.effective_on is None:
        return False
    length = {"year": 4, "month": 7}
    shortest = min(length.get(c.effective_precision or "", 10) for c in (one, other))
    return one.effective_on.isoformat()[:shortest] < other.effective_on.isoformat()[:shortest]


def _told_after_it_happened(_: EventView, said: Said) -> Iterable[Finding]:
    for claim in said.dated:
        if claim.term not in DONE or claim.effective_on is None or claim.reported_at is None:
            continue
        if claim.reported_at < datetime.combine(claim.effective_on, time.min, UTC):
            yield Finding(
                Check.TOLD_BEFORE_IT_HAPPENED,
                Severity.WARNING,
                f"{claim.term} on {claim.effective_on}, but told as done on"
                f" {claim.reported_at.date()}",
                (claim.id,),
            )


def _closed_on_good_grounds(event: EventView, said: Said) -> Iterable[Finding]:
    if event.stage != Stage.CLOSED:
        return
    closing = [c for c in said.claims if c.predicate == Predicate.STAGE and c.term == Stage.CLOSED]
    reports = {c.origin_group for c in closing if c.evidence == Evidence.UNATTRIBUTED}
    if not any(claim.evidence in _GOOD for claim in closing) and len(reports) < 2:
        yield Finding(
            Check.CLOSED_WITHOUT_A_CLOSING_CLAIM,
            Severity.WARNING,
            "closed by hearsay: no filing, no party, nobody named, and not two reports say so",
            tuple(sorted(claim.id for claim in closing)),
        )


_GOOD = frozenset({Evidence.FILING.value, Evidence.PARTY.value, Evidence.NAMED.value})


def _paid_when_done(event: EventView, _: Said) -> Iterable[Finding]:
    paid = [
        resolution.winner.id
        for resolution in event.participations
        if resolution.winner.status == ParticipationStatus.FUNDED
    ]
    if paid and event.stage not in DONE:
        detail = f"money is said to be paid, but the stage is {event.stage}"
        yield Finding(Check.PAID_BUT_NOT_DONE, Severity.WARNING, detail, tuple(paid))


def _has_a_stage(event: EventView, said: Said) -> Iterable[Finding]:
    if said.claims and event.stage_resolution is None:
        detail = "nobody says how far the deal is"
        yield Finding(Check.NO_STAGE, Severity.WARNING, detail, ())


_CHECKS: Sequence[Callable[[EventView, Said], Iterable[Finding]]] = [
    _post_is_pre_plus_new_money,
    _amount_below_valuation,
    _units,
    _tranches_within_commitment,
    _commitments_within_headline,
    _dates,
    _told_after_it_happened,
    _closed_on_good_grounds,
    _paid_when_done,
    _has_a_stage,
]


def _apart(found: Figure, expected: Figure) -> Decimal:
    """How far two intervals are apart, as a share of the smaller figure; 0 if they meet."""
    for below, above in ((found, expected), (expected, found)):
        most, least = below.interval.high, above.interval.low
        if most and least is not None and most < least:
            return (least - most) / most
    return Decimal(0)


def _exceeds(part: Figure, whole: Figure) -> bool:
    least, most = part.interval.low, whole.interval.high
    return least is not None and most is not None and least > most * (1 + TOLERANCE)


def _ids(*figures: Figure) -> tuple[UUID, ...]:
    named: dict[UUID, None] = {}
    for figure in figures:
        claims = (figure.claim.id,) if figure.claim else figure.derived and figure.derived.inputs
        named |= dict.fromkeys(claims or ())
    return tuple(named)
