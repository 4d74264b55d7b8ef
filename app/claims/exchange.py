"""Rates of exchange: the European Central Bank's, as a published table. Pure.

The table comes with the ``currencyconverter`` package, so that nothing is fetched and the same
figure is converted alike everywhere. A rate is used to six significant digits, and shown so:
whoever multiplies by it gets the very figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

from currency_converter import CurrencyConverter, RateNotFoundError

SOURCE = "European Central Bank, euro foreign exchange reference rates"
EDITION = version("currencyconverter")
"""Which edition of the table this is: another one may know more days."""

LONGEST_GAP = 7
"""Days to look back for a rate: the bank sets none at weekends and on holidays."""

_DIGITS = Context(prec=6)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of ``of`` was worth in units of ``into``, on the day it was set."""

    of: str
    into: str
    value: Decimal
    on: date

    def to_json(self) -> dict[str, Any]:
        return {
            "from": self.of,
            "to": self.into,
            "rate": self.value,
            "date": self.on.isoformat(),
            "source": SOURCE,
        }


@cache
def rate_on(of: str, into: str, day: date) -> Rate | None:
    """The rate of a day, or of the last one before it that has one.

    ``None`` for a currency that the bank does not quote, or not at that time.
    """
    table = _table()
    if not {of, into} <= set(table.currencies):
        return None
    for back in range(LONGEST_GAP + 1):
        on = day - timedelta(days=back)
        try:
            value = table.convert(1, of, into, on)
        except RateNotFoundError:
            continue
        return Rate(of, into, _DIGITS.plus(value), on)
    return None


@cache
def _table() -> CurrencyConverter:
    return CurrencyConverter(decimal=True)
