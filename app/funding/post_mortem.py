"""How the talk of a deal did, once the deal was done. Pure.

Each figure that was talked of is held against what was told as fact in the end. Only who spoke
first scores: what a relay repeats is its origin's, not its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log
from typing import Any

from app.claims.claim import Claim
from app.claims.event_view import DONE, EventView
from app.claims.figures import Figure, reported_date
from app.claims.policy import SUPPORTING
from app.claims.vocabulary import AmountFacet, Basis, Outcome, Predicate, Unsettled
from app.storage.ids import encode

TOLERANCE = log(1.05)
"""Within 5 %, in either direction, what was said came true."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One figure that was talked of, and the one it is held against."""

    rumour: Claim
    settled: Figure | None
    read_as: str | None = None

    def to_json(self) -> dict[str, Any]:
        outcome, reason = judge(self.rumour, self.settled)
        told = self.settled.claim if self.settled else None
        return {
            "predicate": self.rumour.predicate,
            "facet": self.rumour.facet,
            "read_as": self.read_as,
            "rumour": _stated(self.rumour),
            "settled": _stated(told) if told else None,
            "outcome": outcome,
            "reason": reason,
            "log_error": _log_error(self.rumour, told) if reason is None else None,
            "lead_days": _lead(self.rumour, told),
        }


def post_mortem(event: EventView, claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """Every figure that was talked of first hand, in the order of its report, with its outcome.

    Of a deal that is not done nothing is settled yet: all outcomes are ``not_evaluable``.
    """
    settled = _settled(event) if event.stage in DONE else {}
    reason = None if event.stage in DONE else Unsettled.NOT_DONE
    tried = [trial.to_json() for rumour in _talk(claims) for trial in _trials(rumour, settled)]
    if reason is not None:
        tried = [{**trial, "reason": reason} for trial in tried]
    return tried


def judge(rumour: Claim, settled: Figure | None) -> tuple[Outcome, Unsettled | None]:
    """What became of one figure; where it cannot be told, why."""
    if settled is None or settled.claim is None:
        return Outcome.NOT_EVALUABLE, Unsettled.NO_SETTLED_FIGURE
    if _is_late(rumour, settled.claim):
        return Outcome.NOT_EVALUABLE, Unsettled.AFTER_THE_FACT
    if settled.currency != rumour.currency:
        return Outcome.NOT_EVALUABLE, Unsettled.OTHER_CURRENCY
    if settled.stated is None or settled.stated <= 0:
        return Outcome.NOT_EVALUABLE, Unsettled.SETTLED_IS_NO_POINT
    return _against(rumour, settled.stated), None


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
    """The first report of each figure by each origin."""
    first: dict[tuple[object, ...], Claim] = {}
    for claim in sorted(claims, key=_order):
        counts = claim.stance in SUPPORTING and claim.is_talk and not claim.is_relay
        numbered = claim.predicate in _FIGURES and claim.null_reason is None and claim.stated != 0
        if counts and numbered and claim.reported_at is not None:
            place = (claim.origin_id, claim.predicate, claim.facet, claim.value)
            first.setdefault(place, claim)
    return list(first.values())


_FIGURES = (Predicate.AMOUNT, Predicate.VALUATION)


def _order(claim: Claim) -> tuple[float, bytes]:
    return (claim.reported_at.timestamp() if claim.reported_at else 0, claim.digest)


def _settled(event: EventView) -> dict[tuple[str, str], Figure]:
    """What was told as fact in the end, by predicate and facet."""
    figures: dict[tuple[str, str], Figure] = {}
    for facet, figure in event.amounts.items():
        figures[Predicate.AMOUNT, facet] = figure
    for basis, figure in event.valuations.items():
        figures[Predicate.VALUATION, basis] = figure
    return {
        place: figure
        for place, figure in figures.items()
        if figure.claim is not None and not figure.claim.is_talk
    }


def _trials(rumour: Claim, settled: Mapping[tuple[str, str], Figure]) -> Iterator[Trial]:
    """A figure is tried against its own kind: a debt against the debt, and a target, which is
    met by the headline, against that. A valuation of unspecified basis is tried as what it may
    have meant, each for itself.
    """
    if rumour.predicate == Predicate.AMOUNT:
        meant = AmountFacet.HEADLINE if rumour.facet == AmountFacet.TARGET else rumour.facet
        read_as = meant if meant != rumour.facet else None
        yield Trial(rumour, settled.get((Predicate.AMOUNT, meant)), read_as)
        return
    bases: Sequence[str] = (rumour.facet,)
    if rumour.facet == Basis.UNSPECIFIED:
        readings = (Basis.PRE_MONEY, Basis.POST_MONEY)
        bases = [b for b in readings if (Predicate.VALUATION, b) in settled] or bases
    for basis in bases:
        read_as = basis if basis != rumour.facet else None
        yield Trial(rumour, settled.get((Predicate.VALUATION, basis)), read_as)


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


def _log_error(rumour: Claim, settled: Claim | None) -> dict[str, Any] | None:
    """ln(rumoured / settled): below zero is too low. A bound has none."""
    if rumour.stated is None or settled is None or settled.stated is None:
        return None
    value = round(_ln(rumour.stated, settled.stated), 4)
    inputs = [encode("clm", rumour.id), encode("clm", settled.id)]
    return {"value": value, "formula": "ln(rumoured / settled)", "inputs": inputs}


def _ln(one: Decimal, other: Decimal) -> float:
    return log(one / other)


def _lead(rumour: Claim, settled: Claim | None) -> int | None:
    """Days by which the talk was ahead; ``None`` unless both are known to the day."""
    dated = ("day", "instant")
    if settled is None or settled.reported_at is None or rumour.reported_at is None:
        return None
    if rumour.reported_precision not in dated or settled.reported_precision not in dated:
        return None
    return (settled.reported_at.date() - rumour.reported_at.date()).days
