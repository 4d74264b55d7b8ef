"""Rounds of equity and debt, told as one sum and then by their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.claims.vocabulary import RoundType
from app.reading.reading import Figure
from app.reading.rules.choosing import choose
from app.reading.rules.drafts import Draft
from app.reading.rules.families import Family
from app.reading.rules.lines import Line
from app.reading.rules.parsed import Parsed, Sum


def split_mixed(draft: Draft, parsed: list[Parsed]) -> list[Draft]:
    """The equity and the debt of a draft, if the article tells both; else the draft alone."""
    if draft.amount is None or draft.family is not Family.EQUITY:
        return [draft]
    whole = draft.amount.money.figure
    debts = list(_parts(parsed, Family.DEBT))
    for equity_line, equity in _parts(parsed, Family.EQUITY):
        for debt_line, debt in debts:
            if _adds_up(equity, debt, whole) or _stand_together(
                (equity_line, equity), (debt_line, debt), whole
            ):
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


def _stand_together(equity: _Told, debt: _Told, whole: Figure) -> bool:
    """ "$40 million in equity and $60 million in debt": one of them was taken for the whole."""
    (equity_line, first), (debt_line, second) = equity, debt
    if equity_line is not debt_line or first.unit.money is None:
        return False
    between = equity_line.text[first.unit.at + 1 : second.unit.at]
    return first.unit.money.figure == whole and _AND.search(between) is not None


_Told = tuple[Line, Sum]
_AND = re.compile(r"^ in equity,? (?:and|plus|along with|as well as|lines up|with)\b|^ in equity, ")


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
