"""Valuation arithmetic: post-money = pre-money + new equity, where the inputs are there. Pure.

The identity is the one of a priced round (NVCA model term sheet, "fully diluted pre-money
valuation"): the money that is new comes on top. Results are derived figures, never stated ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.claims.figures import UNKNOWN, Figure, derive
from app.claims.rounds import brings_equity
from app.claims.vocabulary import AmountFacet, Basis

Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a valuation of unspecified basis implies, if it is meant in one way."""

    read_as: Basis
    implied: Figure

    def to_json(self) -> dict[str, Any]:
        return {"read_as": self.read_as, "implied": self.implied.to_json()}


def readings(valuations: Figures, amounts: Figures, round_type: str | None) -> tuple[Reading, ...]:
    """Both readings of an unspecified valuation; none if no amount of new equity is known."""
    valuation = valuations.get(Basis.UNSPECIFIED)
    money = new_equity(valuation, amounts, round_type)
    if valuation is None or money is None:
        return ()
    return (
        Reading(Basis.PRE_MONEY, post_money(valuation, money)),
        Reading(Basis.POST_MONEY, pre_money(valuation, money)),
    )


def other_side(valuations: Figures, amounts: Figures, round_type: str | None) -> dict[str, Figure]:
    """The post-money valuation where only pre-money was stated, and the other way about."""
    pre, post = valuations.get(Basis.PRE_MONEY), valuations.get(Basis.POST_MONEY)
    money = new_equity(pre or post, amounts, round_type)
    if money is None or (pre is None) == (post is None):
        return {}
    if pre is not None:
        return {Basis.POST_MONEY.value: post_money(pre, money)}
    assert post is not None
    return {Basis.PRE_MONEY.value: pre_money(post, money)}


def new_equity(valuation: Figure | None, amounts: Figures, round_type: str | None) -> Figure | None:
    """The new money to read a valuation with: the equity part, else what its own document says,
    less the debt part if one is known.

    ``None`` where nothing is known in the valuation's currency, or where the round brings no
    equity (a tender, a loan) and no equity part of it was stated.
    """
    if valuation is None or valuation.null_reason is not None:
        return None
    facets = _FACETS if brings_equity(round_type) else (AmountFacet.EQUITY,)
    known = [
        amounts[facet]
        for facet in facets
        if facet in amounts
        and amounts[facet].null_reason is None
        and amounts[facet].currency == valuation.currency
    ]
    if AmountFacet.EQUITY in amounts and amounts[AmountFacet.EQUITY] in known:
        return amounts[AmountFacet.EQUITY]
    beside = [figure for figure in known if _document(figure) == _document(valuation)]
    money = next(iter([*beside, *known]), None)
    debt = amounts.get(AmountFacet.DEBT)
    if money is None or debt is None or debt.null_reason is not None:
        return money
    if debt.currency != money.currency:
        return None
    rest = money.interval - debt.interval
    return None if rest == UNKNOWN else derive("amount - debt part", rest, (money, debt))


_FACETS = (
    AmountFacet.EQUITY,
    AmountFacet.HEADLINE,
    AmountFacet.TARGET,
    AmountFacet.FIRST_CLOSE,
)


def post_money(pre: Figure, money: Figure) -> Figure:
    """Post-money = pre-money + new equity, as an interval."""
    return derive(
        "pre-money valuation + new equity",
        pre.interval + money.interval,
        (pre, money),
        basis=Basis.POST_MONEY.value,
    )


def pre_money(post: Figure, money: Figure) -> Figure:
    """Pre-money = post-money - new equity, as an interval."""
    return derive(
        "post-money valuation - new equity",
        post.interval - money.interval,
        (post, money),
        basis=Basis.PRE_MONEY.value,
    )


def _document(figure: Figure) -> object:
    return figure.claim.document_id if figure.claim else None
