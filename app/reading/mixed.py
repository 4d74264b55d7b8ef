"""Rounds of equity and debt, told as one sum and then by their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.claims.vocabulary import RoundType
from app.reading.choosing import choose
from app.reading.drafts import Draft
from app.reading.families import Family
from app.reading.lines import Line
from app.reading.parsed import Parsed, Sum
from app.reading.reading import Figure


def split_mixed(draft: Draft, parsed: list[Parsed]) -> list[Draft]:
    """The equity and the debt of a draft, if the article tells both; else the draft alone."""
    if draft.amount is None or draft.family is not Family.EQUITY:
        return [draft]
    whole = draft.amount.money.figure
    debts = list(_parts(parsed, Family.DEBT))
    for equity_line, equity in _parts(parsed, Family.EQUITY):
        for debt_line, debt in debts:
            if _adds_up(equity, debt, whole):
                return [
                    replace(
                        draft,
                        round=RoundType("venture_unspecified"),
                        amount=choose([(equity_line, equity, 1.0)]),
                    ),
                    replace(
                        draft,
                        family=Family.DEBT,
                        round=RoundType("debt_unspecified"),
                        amount=choose([(debt_line, debt, 1.0)]),
                        valuation=None,
                    ),
                ]
    return [draft]


def _parts(parsed: list[Parsed], family: Family) -> Iterator[tuple[Line, Sum]]:
    """The sums that the words after them tell to be equity, or debt: "$30 million in debt"."""
    for found in parsed:
        for told in found.sums.values():
            if _kind_of(found.line, told) is family:
                yield found.line, told


def _kind_of(line: Line, told: Sum) -> Family | None:
    after = line.text[told.unit.at + 1 : told.unit.at + 40]
    if _DEBT.match(after):
        return Family.DEBT
    return Family.EQUITY if _EQUITY.match(after) else None


_DEBT = re.compile(
    r" (?:in |of )?(?:[a-z-]{1,14} ){0,2}(?:debt|loans?|credit|facility|borrowings?|notes)\b",
    re.IGNORECASE,
)
_EQUITY = re.compile(
    r" (?:in |of )?(?:[a-z-]{1,14} ){0,2}(?:equity|series [a-z]|seed|stock)\b", re.IGNORECASE
)


def _adds_up(equity: Sum, debt: Sum, whole: Figure) -> bool:
    parts = [s.unit.money.figure.stated for s in (equity, debt) if s.unit.money is not None]
    stated = [number for number in parts if number is not None]
    return len(stated) == 2 and sum(stated) == whole.stated
