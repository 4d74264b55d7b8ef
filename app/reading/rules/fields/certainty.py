"""How sure the reader is of what it read, and in words what keeps it from being surer.

A field begins at what a plain sentence is worth, and loses a share for each doubt. The shares were
set by hand, so that on labelled texts the surer half of all records is right more often than the
rest (``benchmarks.reading`` tells by how much); they are no probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from app.reading.reading import Certainty

PLAIN = Decimal("0.95")
"""What is told in so many words, without a rival, is as sure as a reader of rules can be."""

_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is left of a certainty, from 0 to 1, and why."""

    left: Decimal
    reason: str


def doubt(left: str, reason: str) -> Doubt:
    return Doubt(Decimal(left), reason)


def weighed(doubts: Iterable[Doubt | None], start: Decimal = PLAIN) -> Certainty:
    """A certainty, less all doubts; each reason is told once, the gravest first."""
    told = sorted((d for d in doubts if d is not None), key=lambda d: d.left)
    value = start
    for one in told:
        value *= one.left
    reasons = tuple(dict.fromkeys(d.reason for d in told))
    return Certainty(value.quantize(_PLACES, ROUND_HALF_EVEN), reasons)


def together(fields: Iterable[Certainty], doubts: Iterable[Doubt | None] = ()) -> Certainty:
    """The certainty of a record: of its least sure field, less its other doubts."""
    parts = list(fields)
    least = min((part.value for part in parts), default=PLAIN)
    reasons = [Doubt(Decimal(1), reason) for part in parts for reason in part.reasons]
    return weighed([*doubts, *reasons], least)


def between(margin: float, least: str) -> Decimal:
    """What is left where a value won by ``margin``, 0 to 1, over the next: ``least`` if by none."""
    low = Decimal(least)
    won = Decimal(str(round(max(0.0, min(1.0, margin)), 4)))
    return low + (1 - low) * won
