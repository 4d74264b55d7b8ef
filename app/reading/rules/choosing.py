"""Which of the sums an article tells is a deal's: its amount, first close and valuation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from app.claims.vocabulary import Qualifier, Stage
from app.reading.money import Money
from app.reading.reading import Figure
from app.reading.rules.drafts import Choice, Draft, weight_of
from app.reading.rules.families import Family
from app.reading.rules.frames import Frame
from app.reading.rules.lines import Line
from app.reading.rules.parsed import Parsed, Sum
from app.reading.rules.stages import governing
from app.reading.rules.text import Place

Candidate = tuple[Line, Sum, float]
"""A sum where it is told, and how near it is to what it is about, from 0 to 1."""

_Number = tuple[Decimal | None, ...]
"""A number, or the bounds of one."""

Totals = frozenset[_Number]
"""Sums that an article tells to be what was raised in all."""


def totals_of(parsed: list[Parsed]) -> Totals:
    return frozenset(
        _number(found.unit.money.figure)
        for p in parsed
        for found in p.sums.values()
        if found.role == "total" and found.unit.money
    )


def settle_sums(draft: Draft, totals: Totals) -> None:
    """Give a draft its sums."""
    told = [
        (frame.line, found, _nearness(frame, found))
        for frame in draft.frames
        for found in frame.sums
        if (draft.earlier or not found.earlier) and not _is_stale(frame, draft)
    ]
    draft.amount = choose(_of_the_deal_alone(_of_role(told, "amount"), totals))
    if draft.family in (Family.ACQUISITION, Family.MERGER):
        if draft.amount is None:
            # What a target is valued at in a takeover is its price.
            draft.amount = choose(c for c in told if c[1].cue in _PRICES)
            told = [c for c in told if c[1].cue not in _PRICES]
        # What a target is worth anyway is no figure of the deal, nor is its price told again.
        told = [c for c in told if c[1].cue != "money.valuation.worth" and not _is_price(c, draft)]
    draft.first_close = choose(_of_role(told, "first_close"))
    draft.valuation = choose(_of_role(told, "valuation"))
    if draft.valuation is None and draft.family is Family.IPO:
        # What the market is to value a company at that lists is its valuation.
        draft.valuation = choose(c for c in told if c[1].cue.startswith(_MARKET_VALUE))


def _is_price(candidate: Candidate, draft: Draft) -> bool:
    """Whether a valuation is the number that is told to be paid."""
    _, found, _ = candidate
    if draft.amount is None or found.unit.money is None or found.role != "valuation":
        return False
    return _number(found.unit.money.figure) == _number(draft.amount.money.figure)


_MARKET_VALUE = "money.other.market_value"
_PRICES = (
    "money.valuation.at",
    "money.valuation.valued_at",
    "money.valuation.could_be_worth",
    "money.valuation.puts_at",
    "money.valuation.value_of",
)


def _nearness(frame: Frame, found: Sum) -> float:
    """The first sum after the trigger is what it is about; later ones less so."""
    first = next((s for s in frame.sums if s.role == found.role), found)
    return 1.0 if first is found else 0.6


def _is_stale(frame: Frame, draft: Draft) -> bool:
    """Whether a frame of a closed deal tells of the talk before it, or one of talk of the past."""
    hit = governing(frame)
    if hit is None or frame.place is not Place.BODY:
        return False
    if draft.stage is Stage.CLOSED:
        return hit.cue.means in _TALK and hit.cue.weight >= Decimal("0.4")
    return draft.stage in _TALK and hit.cue.means == Stage.CLOSED


_TALK = (Stage.IN_TALKS, Stage.EXPLORING)


def _of_role(told: list[Candidate], role: str) -> list[Candidate]:
    return [c for c in told if c[1].role == role]


def _of_the_deal_alone(amounts: list[Candidate], totals: Totals) -> list[Candidate]:
    """The amounts that the article does not tell elsewhere to be what was raised in all."""
    alone = [
        c for c in amounts if c[1].unit.money and _number(c[1].unit.money.figure) not in totals
    ]
    return alone or amounts


def choose(candidates: Iterable[Candidate]) -> Choice | None:
    """The sum with most support; told twice, it counts twice. None of none."""
    support: dict[Figure, float] = defaultdict(float)
    best: dict[Figure, tuple[float, Line, Sum, Money]] = {}
    for line, found, nearness in candidates:
        money = found.unit.money
        if money is None:
            continue
        weight = weight_of(line) * found.weight * nearness
        figure = _same(money, support)
        support[figure] += weight
        rank = _rank(weight, line, money)
        if figure not in best or rank > best[figure][0]:
            best[figure] = (rank, line, found, money)
    if not support:
        return None
    first, *rivals = sorted(support, key=lambda f: (-support[f], best[f][1].sentence.index))
    rest = support[rivals[0]] if rivals else 0.0
    _, line, found, money = best[first]
    return Choice(money, line, found.cue, (support[first] - rest) / support[first], tuple(rivals))


def _rank(weight: float, line: Line, money: Money) -> float:
    """How good the words of a sum are as evidence: the text's own are better than the title's."""
    rank = weight * 0.5 if line.sentence.place is Place.TITLE else weight
    # Said once to be a limit, it is one.
    return rank + 10.0 if money.figure.qualifier in _LIMITS else rank


_LIMITS = (Qualifier.UP_TO, Qualifier.AT_LEAST, Qualifier.MORE_THAN)


def _same(money: Money, known: Iterable[Figure]) -> Figure:
    """The known figure of the same number and currency, whatever its qualifier."""
    told = [money.figure, *(conversion.figure for conversion in money.conversions)]
    sums = {(figure.currency, _number(figure)) for figure in told}
    alike = (figure for figure in known if (figure.currency, _number(figure)) in sums)
    return next(alike, money.figure)


def _number(figure: Figure) -> _Number:
    if figure.stated is not None:
        return (figure.stated,)
    if figure.low is not None and figure.high is not None:
        return (figure.low, figure.high)
    return (figure.high if figure.low is None else figure.low,)
