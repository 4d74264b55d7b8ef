"""Value objects: dates known only so far, and numbers stated only so exactly.

Everything here is pure. Numbers are :class:`~decimal.Decimal`, never float.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from functools import lru_cache

from app.claims.vocabulary import DatePrecision, NullReason, Qualifier

LARGEST = Decimal(10) ** 18
"""Numbers at or above this are typing errors: more than the money in the world."""

REPORTING_CURRENCY = "USD"
"""Totals and rankings are in this currency; what is stated in others is converted, labelled."""

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


class InvalidValue(ValueError):
    """A value that breaks a rule of its type; ``field`` names the part that does."""

    def __init__(self, field: str, message: str, allowed: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.allowed = tuple(allowed)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A point in time as exactly as it was stated: a year, a month, a day or an instant.

    ``first`` and ``last`` bound it, in UTC. A document dated "2025-06" is taken as public
    at ``last``, the end of June: to place it any earlier could leak it into the past.
    """

    first: datetime
    last: datetime
    precision: DatePrecision

    @classmethod
    @lru_cache(maxsize=10_000)
    def parse(cls, text: str, field: str = "date") -> PartialDate:
        """Read ``2025``, ``2025-06``, ``2025-06-17`` or an RFC 3339 instant with offset.

        Raises:
            InvalidValue: not one of these forms, not a real date, or outside 1900-2100.
        """
        match = _DATE.fullmatch(text)
        try:
            if match is None:
                instant = datetime.fromisoformat(text)
                if instant.tzinfo is None or "T" not in text.upper():
                    raise ValueError
                instant = instant.astimezone(UTC)
                _check_year(instant.year)
                return cls(instant, instant, DatePrecision.INSTANT)
            year, month, day = (int(part) if part else None for part in match.groups())
            assert year is not None
            _check_year(year)
            return cls.of(year, month, day)
        except (ValueError, OverflowError) as error:
            raise InvalidValue(
                field,
                f"{text[:40]!r} is not a date between {EARLIEST_YEAR} and {LATEST_YEAR}: write "
                "2025, 2025-06, 2025-06-17 or 2025-06-17T09:30:00Z",
            ) from error

    @classmethod
    def of(cls, year: int, month: int | None = None, day: int | None = None) -> PartialDate:
        """The year, the month or the day, from its first to its last microsecond."""
        if month is None:
            first, last, precision = date(year, 1, 1), date(year, 12, 31), DatePrecision.YEAR
        elif day is None:
            first = date(year, month, 1)
            last = date(year, month, monthrange(year, month)[1])
            precision = DatePrecision.MONTH
        else:
            first = last = date(year, month, day)
            precision = DatePrecision.DAY
        return cls(_start(first), _end(last), precision)

    def __str__(self) -> str:
        return render_date(self.last, self.precision)


_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_TO_PRECISION: dict[str, int] = {
    DatePrecision.YEAR: 4,
    DatePrecision.MONTH: 7,
    DatePrecision.DAY: 10,
}


def render_date(value: date | datetime, precision: DatePrecision | str) -> str:
    """Print a date no more exactly than it is known: ``2025``, ``2025-06``, ``2025-06-17``."""
    length = _TO_PRECISION.get(precision)
    if length is not None:
        return value.isoformat()[:length]
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def first_moment(last: datetime, precision: DatePrecision | str) -> datetime:
    """The first moment of the year, month or day of which ``last`` is the last one."""
    if precision == DatePrecision.INSTANT:
        return last
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    match precision:
        case DatePrecision.YEAR:
            return midnight.replace(month=1, day=1)
        case DatePrecision.MONTH:
            return midnight.replace(day=1)
        case _:
            return midnight


def _check_year(year: int) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(year)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _end(day: date) -> datetime:
    return _start(day) + timedelta(days=1) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known of a number: at least ``low``, at most ``high``; ``None`` is not known."""

    low: Decimal | None
    high: Decimal | None

    def __add__(self, other: Interval) -> Interval:
        """Add two amounts of which none can be negative.

        A missing ``low`` therefore counts as nothing (and stays missing where both miss);
        a missing ``high`` makes the sum unbounded.
        """
        lows = [low for low in (self.low, other.low) if low is not None]
        bounded = self.high is not None and other.high is not None
        return Interval(
            low=sum(lows, Decimal(0)) if lows else None,
            high=self.high + other.high if bounded else None,  # type: ignore[operator]
        )

    def __mul__(self, factor: Decimal) -> Interval:
        """Scale by a positive factor, a rate of exchange say."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Interval(low, high)

    def __sub__(self, other: Interval) -> Interval:
        """Take an amount from a larger one; neither they nor the rest can be negative.

        What is taken is at least nothing; if it may be all, the rest has no lower bound.
        """
        low = None
        if self.low is not None and other.high is not None and self.low >= other.high:
            low = self.low - other.high
        high = None if self.high is None else max(self.high - (other.low or 0), Decimal(0))
        return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was stated: its interval, the stated figure if one was, the qualifier."""

    low: Decimal | None
    high: Decimal | None
    stated: Decimal | None
    qualifier: Qualifier
    null_reason: NullReason | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.low, self.high)


def quantity(
    low: Decimal | None = None,
    high: Decimal | None = None,
    stated: Decimal | None = None,
    qualifier: Qualifier | None = None,
    null_reason: NullReason | None = None,
) -> Quantity | None:
    """Bring a stated number into its one normal form; ``None`` if nothing was given.

    ``exact`` and ``approximately`` keep ``stated`` and have ``low = high = stated``; the
    qualifier, not a made-up margin, says that "approximately 750" is not exact. ``up_to``
    has no ``low``: "up to 100" is ``[null, 100]``.

    Raises:
        InvalidValue: the parts contradict each other, or a number is out of range.
    """
    for name, number in (("low", low), ("high", high), ("stated", stated)):
        _check_number(name, number)
    if low is None and high is None and stated is None:
        return _unstated(qualifier, null_reason)
    if null_reason is not None:
        raise InvalidValue("null_reason", "a number that is given has no null_reason")
    qualifier = qualifier or _implied_qualifier(low, high, stated)
    if qualifier in _POINT:
        return _point(low, high, stated, qualifier)
    return _range(low, high, stated, qualifier)


_POINT = (Qualifier.EXACT, Qualifier.APPROXIMATELY)
_BOUNDS_OF = {
    Qualifier.BETWEEN: (True, True),
    Qualifier.ORDER_OF_MAGNITUDE: (True, True),
    Qualifier.UP_TO: (False, True),
    Qualifier.LESS_THAN: (False, True),
    Qualifier.AT_LEAST: (True, False),
    Qualifier.MORE_THAN: (True, False),
}


def _check_number(name: str, number: Decimal | None) -> None:
    if number is None:
        return
    if not number.is_finite():
        raise InvalidValue(name, "must be a finite number")
    if not 0 <= number < LARGEST:
        raise InvalidValue(name, f"must be at least 0 and less than {LARGEST:.0e}")
    # Not normalize(): that rounds to 28 digits first.
    if number != number.quantize(_NINE_PLACES, context=_EXACT):
        raise InvalidValue(name, "has more than 9 decimal places")


_NINE_PLACES = Decimal(1).scaleb(-9)
_EXACT = Context(prec=200)


def _unstated(qualifier: Qualifier | None, null_reason: NullReason | None) -> Quantity | None:
    if qualifier is None and null_reason is None:
        return None
    if qualifier not in (None, Qualifier.UNDISCLOSED):
        raise InvalidValue("qualifier", f"{qualifier} needs a number", [Qualifier.UNDISCLOSED])
    reason = null_reason or NullReason.UNDISCLOSED
    return Quantity(None, None, None, Qualifier.UNDISCLOSED, reason)


def _implied_qualifier(
    low: Decimal | None, high: Decimal | None, stated: Decimal | None
) -> Qualifier:
    if stated is not None or low == high:
        return Qualifier.EXACT
    if low is None:
        return Qualifier.UP_TO
    return Qualifier.AT_LEAST if high is None else Qualifier.BETWEEN


def _point(
    low: Decimal | None, high: Decimal | None, stated: Decimal | None, qualifier: Qualifier
) -> Quantity:
    given = {number for number in (low, high, stated) if number is not None}
    if len(given) != 1:
        raise InvalidValue("stated", f"{qualifier} takes one number; low, high, stated differ")
    number = given.pop()
    return Quantity(number, number, number, qualifier)


def _range(
    low: Decimal | None, high: Decimal | None, stated: Decimal | None, qualifier: Qualifier
) -> Quantity:
    if qualifier is Qualifier.UNDISCLOSED:
        raise InvalidValue("qualifier", "undisclosed takes no number")
    if stated is not None:
        raise InvalidValue("stated", f"{qualifier} takes low and high, not stated")
    needs_low, needs_high = _BOUNDS_OF[qualifier]
    for name, number, needed in (("low", low, needs_low), ("high", high, needs_high)):
        if needed and number is None:
            raise InvalidValue(name, f"{qualifier} needs {name}")
        if not needed and number is not None:
            raise InvalidValue(name, f"{qualifier} takes no {name}")
    if low is not None and high is not None and low >= high:
        raise InvalidValue("low", f"{qualifier} needs low below high")
    return Quantity(low, high, None, qualifier)
