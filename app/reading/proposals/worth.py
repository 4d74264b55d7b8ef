"""Which proposals are worth a look first: those of weight, and of which one is not sure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.claims.vocabulary import Predicate
from app.ingest.short.schemas import ToldClaim

WEIGHTS = {
    Predicate.AMOUNT: Decimal("1"),
    Predicate.VALUATION: Decimal("1"),
    Predicate.STAGE: Decimal("0.9"),
    Predicate.PARTICIPATION: Decimal("0.7"),
    Predicate.ROUND_LABEL: Decimal("0.4"),
    Predicate.USE_OF_PROCEEDS: Decimal("0.3"),
    Predicate.COMPETES_WITH: Decimal("0.2"),
    Predicate.CAPABILITY: Decimal("0.2"),
}
"""How much a claim of each predicate matters, beside the money that it is about."""

OTHER = Decimal("0.2")

OF_BACKGROUND = Decimal("0.2")
"""Times the value of what an article tells only as background: it is mostly known."""

LEAST_UNCERTAIN = Decimal("0.05")
"""Nothing read is surer, so that among the certain the weightiest still come first."""

WITHOUT_MONEY = Decimal(10) ** 6
"""What a claim counts as that no sum stands beside."""

_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Worth:
    """``value`` × ``uncertainty`` is ``priority``; in logarithms of money, and from 0 to 1."""

    value: Decimal
    uncertainty: Decimal
    priority: Decimal


def worth(
    claim: ToldClaim, beside: Iterable[ToldClaim], certainty: Decimal, *, background: bool
) -> Worth:
    """What a look at a claim is worth: by its own money, or the largest of its record."""
    sums = _sums(claim) or [one for other in beside for one in _sums(other)]
    largest = max([Decimal(10), *(sums or [WITHOUT_MONEY])])
    weight = WEIGHTS.get(claim.predicate, OTHER) * (OF_BACKGROUND if background else 1)
    value = (weight * largest.log10()).quantize(_PLACES)
    uncertainty = max(1 - certainty, LEAST_UNCERTAIN).quantize(_PLACES)
    return Worth(value, uncertainty, (value * uncertainty).quantize(_PLACES))


def _sums(claim: ToldClaim) -> list[Decimal]:
    if claim.currency is None:
        return []
    return [one for one in (claim.low, claim.high, claim.stated) if one is not None]
