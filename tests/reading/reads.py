"""Short texts read by the first reader, with the names that come along."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from app.claims.vocabulary import Role
from app.reading.reader import read
from app.reading.reading import Article, Deal, Reading
from app.reading.rules.names.known import Known
from benchmarks.reading.names import bundled_gazetteer

MILLION = 1_000_000


@cache
def known() -> Known:
    return Known(bundled_gazetteer())


def reading(text: str, title: str | None = None, publisher: str | None = None) -> Reading:
    return read(Article(text, title=title, publisher=publisher), known())


def all_news(told: Reading) -> list[Deal]:
    return [deal for deal in told.deals if not deal.background]


def news(told: Reading) -> Deal:
    """The one deal that is news."""
    (deal,) = all_news(told)
    return deal


def roles(deal: Deal) -> dict[str, Role]:
    return {part.investor.name: part.role for part in deal.participants}


def amount(deal: Deal) -> Decimal | None:
    """The one number of the deal's amount in millions; None if it tells of none."""
    if not deal.amounts:
        return None
    figure = deal.amounts[0].figure
    number = figure.stated or figure.high or figure.low
    return number / MILLION if number is not None else None


def valuation(deal: Deal) -> Decimal | None:
    """As ``amount``, of what the deal values the company at."""
    if not deal.valuations:
        return None
    figure = deal.valuations[0].figure
    number = figure.stated or figure.high or figure.low
    return number / MILLION if number is not None else None
