"""Whether a report is of a deal that is known: the same round, money and time. Pure.

Some rounds a company has once: a second report of a Series B is of the first one's deal, though
it tells another amount, since talk and close differ. Of others it may have many: there the amounts
must overlap, and the days lie nearer. A report without a day is of the deal that alone has both an
amount and a valuation like its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.claims.vocabulary import RoundType, words

ONCE = frozenset(
    word
    for word in words(RoundType)
    if word.startswith("series_") or word in ("pre_seed", "seed", "ipo", "acquisition", "merger")
)
"""Rounds that a company has once."""

UNSPECIFIC = frozenset({"venture_unspecified", "undisclosed"})
"""Words that leave open which round it is."""

DAYS_OF_A_ROUND = 540
"""From the first talk of a round that a company has once to the last report of it."""

DAYS_OF_AN_AMOUNT = 120
"""Between reports of one deal that only its amount tells."""

DAYS_OF_A_DAY = 30
"""Between reports of one deal where an amount is not told."""

ROUNDING = Decimal("0.1")
"""Amounts overlap that are so near to each other, in parts: outlets round."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as an interval; a missing bound is not known."""

    currency: str
    low: Decimal | None
    high: Decimal | None

    def overlaps(self, other: Money) -> bool | None:
        """Whether both may be one amount, give or take what outlets round.

        ``None`` if nothing speaks against it but nothing for it either: "up to 100 billion" has
        any smaller amount in it.
        """
        if not (_reaches(self.high, other.low) and _reaches(other.high, self.low)):
            return False
        is_bounded = None not in (self.low, self.high, other.low, other.high)
        return True if is_bounded else None


def _reaches(high: Decimal | None, low: Decimal | None) -> bool:
    return high is None or low is None or high * (1 + ROUNDING) >= low


@dataclass(frozen=True, slots=True)
class Sought:
    """What a report tells of its deal."""

    round: str | None = None
    money: Money | None = None
    day: date | None = None
    valuation: Money | None = field(default=None, repr=False)  # keys are made of what is shown


@dataclass(slots=True)
class Deal:
    """A deal by all that is told of it, in whatever order it was."""

    slug: str
    rounds: set[str] = field(default_factory=set)
    monies: set[Money] = field(default_factory=set)
    valuations: set[Money] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def add(self, told: Sought) -> None:
        """Take in one more report."""
        self.rounds |= {told.round} if told.round else set()
        self.monies |= {told.money} if told.money else set()
        self.valuations |= {told.valuation} if told.valuation else set()
        self.days |= {told.day} if told.day else set()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much speaks for a report being of a deal, and what."""

    deal: Deal
    strength: tuple[int, int, int, int]
    reason: str


def alike(sought: Sought, deals: Iterable[Deal]) -> list[Likeness]:
    """The deals that a report may be of, the likeliest first.

    Those of equal strength are equally likely: which of them it is must be decided by people.
    """
    found = [one for deal in deals if (one := _likeness(sought, deal)) is not None]
    return sorted(found, key=lambda one: (tuple(-part for part in one.strength), one.deal.slug))


def of_like_amount(sought: Sought, deals: Iterable[Deal]) -> list[Likeness]:
    """The deals whose amount is like that of a report, whenever they were."""
    return [
        Likeness(deal, (0, 1, 0, 0), "amounts overlap")
        for deal in sorted(deals, key=lambda deal: deal.slug)
        if _overlap(sought.money, deal.monies)
    ]


def settled(found: Sequence[Likeness]) -> bool:
    """Whether the first is likelier than all others."""
    return len(found) == 1 or (len(found) > 1 and found[0].strength > found[1].strength)


def _likeness(sought: Sought, deal: Deal) -> Likeness | None:
    asked = {sought.round} - UNSPECIFIC if sought.round else set()
    told = deal.rounds - UNSPECIFIC
    if asked and told and not asked & told:
        return None
    same_round = bool(asked & told)
    once = bool(asked & told & ONCE)
    overlap = _overlap(sought.money, deal.monies)
    if overlap is False and not once:
        return None
    valued = _overlap(sought.valuation, deal.valuations) is True
    gap = _gap(sought.day, deal.days)
    found = _told(deal, (same_round, once), overlap, valued, gap)
    if gap is None:
        # Without a day, only a round that a company has once can tell, or all the money.
        return found if once or (valued and sought.money and deal.monies) else None
    most = DAYS_OF_A_ROUND if once else DAYS_OF_AN_AMOUNT if overlap else DAYS_OF_A_DAY
    return found if gap <= most else None


def _told(
    deal: Deal, of_round: tuple[bool, bool], overlap: bool | None, valued: bool, gap: int | None
) -> Likeness:
    same_round, once = of_round
    reasons = []
    if same_round:
        reasons.append("the same round")
    if overlap is not None:
        reasons.append("amounts overlap" if overlap else "amounts differ")
    if valued:
        reasons.append("valuations overlap")
    if gap is not None:
        reasons.append("the same day" if gap == 0 else f"{gap} days apart")
    nearness = -DAYS_OF_A_ROUND if gap is None else -gap
    money = -1 if overlap is False else int(overlap or 0)
    return Likeness(deal, (once + same_round, money, int(valued), nearness), ", ".join(reasons))


def _overlap(money: Money | None, monies: Iterable[Money]) -> bool | None:
    """Whether an amount overlaps any of a deal's; ``None`` if they cannot be compared."""
    if money is None:
        return None
    comparable = [other for other in monies if other.currency == money.currency]
    found = {money.overlaps(other) for other in comparable}
    return True if True in found else None if None in found or not found else False


def _gap(day: date | None, days: Iterable[date]) -> int | None:
    """Days from a report to the nearest of a deal's."""
    gaps = [abs((day - other).days) for other in days] if day else []
    return min(gaps, default=None)
