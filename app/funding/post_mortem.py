"""How the talk of a deal did, once the deal was done. Pure.

Each figure that was talked of is held against what was told as fact in the end. What a relay
repeats is its origin's, not its own; where the origin itself is not here, it stands for it, and is
marked as not first-hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import log
from typing import Any

from app.claims.attestation import DONE
from app.claims.claim import Claim
from app.claims.event_view import EventIdentity, EventView, view_event
from app.claims.figures import Figure, reported_date
from app.claims.policy import ON_RECORD, SUPPORTING, Policy
from app.claims.resolve import as_their_origins_held_them
from app.claims.vocabulary import AmountFacet, Basis, Outcome, Predicate, Unsettled
from app.storage.ids import encode

TOLERANCE = log(1.05)
"""Within 5 %, in either direction, what was said came true."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One figure that was talked of, the claim it is held against, and what became of it."""

    rumour: Claim
    settled: Claim | None
    read_as: str | None
    outcome: Outcome
    reason: Unsettled | None

    @property
    def first_hand(self) -> bool:
        """Whether the origin itself said it: only then does it count for its record."""
        return not self.rumour.is_relay

    @property
    def log_error(self) -> float | None:
        """ln(rumoured / settled): below zero is too low, and half is as far off as double.

        A bound has none, nor has what cannot be evaluated.
        """
        if self.reason is not None or self.settled is None:
            return None
        if self.rumour.stated is None or self.settled.stated is None:
            return None
        return _ln(self.rumour.stated, self.settled.stated)

    @property
    def lead_days(self) -> int | None:
        """Days by which the talk was ahead; ``None`` unless both are known to the day."""
        return _lead(self.rumour, self.settled)

    def to_json(self) -> dict[str, Any]:
        return {
            "predicate": self.rumour.predicate,
            "facet": self.rumour.facet,
            "read_as": self.read_as,
            "first_hand": self.first_hand,
            "rumour": _stated(self.rumour),
            "settled": _stated(self.settled) if self.settled else None,
            "outcome": self.outcome,
            "reason": self.reason,
            "log_error": self._log_error(),
            "lead_days": self.lead_days,
        }

    def _log_error(self) -> dict[str, Any] | None:
        if self.settled is None or (error := self.log_error) is None:
            return None
        inputs = [encode("clm", self.rumour.id), encode("clm", self.settled.id)]
        return {"value": round(error, 4), "formula": "ln(rumoured / settled)", "inputs": inputs}


def post_mortem(deal: Deal) -> list[dict[str, Any]]:
    """The trials of a deal, as the contract shows them."""
    return [trial.to_json() for trial in trials(deal)]


def trials(deal: Deal) -> list[Trial]:
    """Every figure that was talked of, in the order of its report, with its outcome.

    Of a deal that is not done nothing is settled yet: all outcomes are ``not_evaluable``.
    """
    talk = _talk(deal.claims)
    if deal.judged.stage not in DONE:
        return [trial for rumour in talk for trial in _not_done(rumour)]
    told = _told(deal.judged, deal.claims)
    return [trial for rumour in talk for trial in _trials(rumour, told)]


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it is shown, and as its talk is judged: by what is said without the echoes."""

    shown: EventView
    judged: EventView
    claims: Sequence[Claim]


def deal_of(identity: EventIdentity, claims: Sequence[Claim], policy: Policy, at: datetime) -> Deal:
    """A deal from all claims about it at a moment, those that the policy does not hear included."""
    told = [claim for claim in without_echoes(claims) if policy.hears(claim)]
    heard = [claim for claim in claims if policy.hears(claim)]
    judged = view_event(identity, told, policy, at)
    shown = judged if len(told) == len(heard) else view_event(identity, heard, policy, at)
    return Deal(shown, judged, told)


def without_echoes(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without the relays of what their own origin says here.

    An echo settles nothing: not by being the newest, nor by dropping the "is said to".
    """
    claims = list(claims)
    own = {_what(claim) for claim in claims if not claim.is_relay}
    return [claim for claim in claims if not (claim.is_relay and _what(claim) in own)]


def _what(claim: Claim) -> tuple[object, ...]:
    return claim.origin_id, claim.predicate, claim.facet, claim.stance, claim.value


def judge(rumour: Claim, told: Sequence[Claim]) -> tuple[Outcome, Unsettled | None]:
    """What became of one figure; where it cannot be told, why.

    ``told`` are the claims that tell as a fact what it is held against; they agree, and the
    first of them that may settle it does.
    """
    if not told:
        return Outcome.NOT_EVALUABLE, Unsettled.NO_SETTLED_FIGURE
    settled = _settling(rumour, told)
    if settled is None:
        return Outcome.NOT_EVALUABLE, Unsettled.SAME_ORIGIN
    if _is_late(rumour, settled):
        return Outcome.NOT_EVALUABLE, Unsettled.AFTER_THE_FACT
    if settled.currency != rumour.currency:
        return Outcome.NOT_EVALUABLE, Unsettled.OTHER_CURRENCY
    if settled.stated is None or settled.stated <= 0:
        return Outcome.NOT_EVALUABLE, Unsettled.SETTLED_IS_NO_POINT
    return _against(rumour, settled.stated), None


def _settling(rumour: Claim, told: Iterable[Claim]) -> Claim | None:
    """The first that does not rest on the word of the very house that talked.

    Who is on record must know, so that a party may confirm what it let be known before.
    """
    return next(
        (c for c in told if c.evidence in ON_RECORD or c.origin_group != rumour.origin_group), None
    )


def _is_late(rumour: Claim, settled: Claim) -> bool:
    """Whether it was told after the end was known: that is no forecast."""
    both = rumour.told_at, settled.told_at
    return both[0] is not None and both[1] is not None and both[0] > both[1]


def _against(rumour: Claim, actual: Decimal) -> Outcome:
    if rumour.stated is not None:
        error = abs(_ln(rumour.stated, actual))
        return Outcome.CONFIRMED if error <= TOLERANCE else Outcome.MISSED
    respected = (rumour.low is None or rumour.low <= actual) and (
        rumour.high is None or actual <= rumour.high
    )
    return Outcome.BOUND_RESPECTED if respected else Outcome.BOUND_VIOLATED


def _talk(claims: Iterable[Claim]) -> list[Claim]:
    """The first report of each figure by each origin; by relays where it did not speak itself."""
    claims = list(claims)
    own = {_place(claim) for claim in claims if not claim.is_relay}
    first: dict[tuple[object, ...], Claim] = {}
    for claim in sorted(claims, key=_order):
        counts = claim.stance in SUPPORTING and claim.is_talk and claim.reported_at is not None
        numbered = claim.predicate in _FIGURES and claim.null_reason is None and claim.stated != 0
        if counts and numbered and not (claim.is_relay and _place(claim) in own):
            first.setdefault((*_place(claim), claim.value), claim)
    return list(first.values())


def _place(claim: Claim) -> tuple[object, ...]:
    return claim.origin_id, claim.predicate, claim.facet


_FIGURES = (Predicate.AMOUNT, Predicate.VALUATION)


def _order(claim: Claim) -> tuple[object, ...]:
    return claim.reported_at.timestamp() if claim.reported_at else 0, *claim.order


Place = tuple[str, str]
"""Predicate and facet: which figure of a deal."""


def _told(event: EventView, claims: Sequence[Claim]) -> dict[Place, list[Claim]]:
    """What was told as a fact in the end: the claims that agree with the one that answers.

    Who is on record stands first, then who told it first: a later word that says the same makes
    nobody a prophet who spoke in between.
    """
    figures: dict[Place, Figure] = {}
    for facet, figure in event.amounts.items():
        figures[Predicate.AMOUNT, facet] = figure
    for basis, figure in event.valuations.items():
        figures[Predicate.VALUATION, basis] = figure
    return {
        place: sorted(_facts(claims, place, figure.claim.value), key=_standing)
        for place, figure in figures.items()
        if figure.claim is not None
    }


def _facts(claims: Iterable[Claim], place: Place, value: tuple[object, ...]) -> list[Claim]:
    """The claims that tell a figure as a fact; a relay only does if its origin does."""
    said = [c for c in claims if (c.predicate, c.facet) == place and c.stance in SUPPORTING]
    held = as_their_origins_held_them(said)
    return [c for c in said if c.value == value and not held.get(c.digest, c).is_talk]


def _standing(claim: Claim) -> tuple[object, ...]:
    return claim.evidence not in ON_RECORD, claim.reported_at is None, *_order(claim)


def _trials(rumour: Claim, told: Mapping[Place, Sequence[Claim]]) -> Iterator[Trial]:
    """A figure is tried against its own kind: a debt against the debt, and a target, which is
    met by the headline, against that. A valuation of unspecified basis is tried as what it may
    have meant, each for itself.
    """
    for facet in _readings(rumour, told):
        against = told.get((rumour.predicate, facet), ())
        settled = _settling(rumour, against) or next(iter(against), None)
        read_as = facet if facet != rumour.facet else None
        yield Trial(rumour, settled, read_as, *judge(rumour, against))


def _not_done(rumour: Claim) -> Iterator[Trial]:
    for facet in _readings(rumour, {}):
        read_as = facet if facet != rumour.facet else None
        yield Trial(rumour, None, read_as, Outcome.NOT_EVALUABLE, Unsettled.NOT_DONE)


def _readings(rumour: Claim, told: Mapping[Place, Sequence[Claim]]) -> Sequence[str]:
    """The facets that a figure may have meant."""
    if rumour.predicate == Predicate.AMOUNT:
        return [AmountFacet.HEADLINE if rumour.facet == AmountFacet.TARGET else rumour.facet]
    if rumour.facet != Basis.UNSPECIFIED:
        return [rumour.facet]
    both = (Basis.PRE_MONEY, Basis.POST_MONEY)
    return [basis for basis in both if told.get((Predicate.VALUATION, basis))] or [rumour.facet]


def _stated(claim: Claim) -> dict[str, Any]:
    return {
        "claim_id": encode("clm", claim.id),
        "low": claim.low,
        "high": claim.high,
        "stated": claim.stated,
        "qualifier": claim.qualifier,
        "currency": claim.currency,
        "unit": claim.unit,
        "evidence": claim.evidence,
        "reported_at": reported_date(claim),
    }


def _ln(one: Decimal, other: Decimal) -> float:
    return log(one / other)


def _lead(rumour: Claim, settled: Claim | None) -> int | None:
    dated = ("day", "instant")
    if settled is None or settled.reported_at is None or rumour.reported_at is None:
        return None
    if rumour.reported_precision not in dated or settled.reported_precision not in dated:
        return None
    return (settled.reported_at.date() - rumour.reported_at.date()).days
