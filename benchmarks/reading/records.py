"""What a text tells, in the one form in which labels and our reading are compared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from math import isclose


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and the company of the gazetteer that it was taken to mean."""

    text: str
    slug: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of money between two bounds, one of which may be open; equal ones make one figure.

    ``qualifier`` is a word of the labels: exact, approx, up_to, at_least, less_than or range.
    """

    low: Decimal | None
    high: Decimal | None
    currency: str | None
    qualifier: str = "exact"

    def equals(self, other: Sum) -> bool:
        """Whether bounds and currency are the same; a label may leave the currency out."""
        return (
            _same(self.low, other.low)
            and _same(self.high, other.high)
            and self.is_in_the_currency_of(other)
        )

    def touches(self, other: Sum) -> bool:
        """Whether the two share a bound."""
        return self.is_in_the_currency_of(other) and any(
            _same(ours, theirs)
            for ours in (self.low, self.high)
            for theirs in (other.low, other.high)
            if ours is not None
        )

    def is_in_the_currency_of(self, other: Sum) -> bool:
        return None in (self.currency, other.currency) or self.currency == other.currency

    def __str__(self) -> str:
        low, high = _short(self.low), _short(self.high)
        span = low if low == high else f"{low}..{high}"
        told = "" if self.qualifier in ("exact", "range") else f" {self.qualifier}"
        return f"{self.currency or '?'} {span}{told}"


@dataclass(frozen=True, slots=True)
class Record:
    """One deal. Lists are in the order of the text; ``investors`` hold the leads as well."""

    company: Name | None = None
    status: str | None = None
    amount: Sum | None = None
    valuation: Sum | None = None
    basis: str | None = None
    round_type: str | None = None
    leads: tuple[Name, ...] = ()
    investors: tuple[Name, ...] = ()
    attributed_to: tuple[Name, ...] = ()
    anonymous: bool | None = None
    certainty: Decimal | None = field(default=None, compare=False)

    @property
    def status4(self) -> str | None:
        return STATUS4.get(self.status, self.status) if self.status else None

    def __str__(self) -> str:
        figures = [f"{self.amount}" if self.amount else "", f"at {self.valuation}"]
        told = [self.company, self.status, self.round_type, *figures[: 2 if self.valuation else 1]]
        return " ".join(str(word) for word in told if word)


@dataclass(frozen=True, slots=True)
class Aside:
    """A deal that is neither asked for nor wrong; a fund's is so whatever its amount."""

    company: Name | None
    amount: Sum | None
    fund: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of one text. ``uses`` are what each purpose may be; None if unlabelled."""

    records: tuple[Record, ...] = ()
    rivals: tuple[Name, ...] = ()
    uses: tuple[frozenset[str], ...] | None = None
    asides: tuple[Aside, ...] = ()

    @property
    def is_without_event(self) -> bool:
        return not self.records and not any(aside.fund for aside in self.asides)


STATUS4 = {
    "rumoured": "talks",
    "in_talks": "talks",
    "denied": "off",
    "abandoned": "off",
}
"""Four kinds of status; announced and closed are two of them already."""


def same_sum(
    one: Sum | None, other: Sum | None, restated: Collection[tuple[Sum, ...]] = ()
) -> bool:
    """Whether two sums are one, or the text itself prints them as one, in two currencies."""
    if one is None or other is None:
        return one is other
    return one.equals(other) or any(
        any(one.equals(sum_) for sum_ in sums) and any(other.equals(sum_) for sum_ in sums)
        for sums in restated
    )


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    # Labels are written as floats, which are not always quite the number meant.
    return isclose(one, other, rel_tol=1e-9)


_SCALES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))


def _short(bound: Decimal | None) -> str:
    if bound is None:
        return ""
    for scale, letter in _SCALES:
        if abs(bound) >= scale:
            return f"{(bound / scale).normalize():f}{letter}"
    return f"{bound.normalize():f}"
