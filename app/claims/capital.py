"""The capital stack of a deal: what is in the headline, and what of it is owed, free and paid.

Pure. Headline, committed, unconditional and funded are four answers, never one number: a
commitment that waits for an IPO is in the first two and in neither of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from app.claims.claim import Claim
from app.claims.event_view import EventView, company_reference, terms_of
from app.claims.figures import (
    UNKNOWN,
    Figure,
    derive,
    figure_of,
    missing,
    total,
)
from app.claims.values import Interval
from app.claims.vocabulary import Caveat, Condition, Form, NullReason, ParticipationStatus

OWED = frozenset({ParticipationStatus.COMMITTED.value, ParticipationStatus.FUNDED.value})
IN_KIND = frozenset(
    {
        Form.CREDITS.value,
        Form.COMPUTE.value,
        Form.SERVICES.value,
        Form.ASSET_CONTRIBUTION.value,
    }
)
"""Forms in which no money changes hands."""


@dataclass(frozen=True, slots=True)
class Part:
    """One investor's part of a deal, or one tranche of it."""

    claim: Claim
    figure: Figure
    as_stated: Figure | None = None

    @property
    def is_owed(self) -> bool:
        return self.claim.status in OWED

    @property
    def waits(self) -> bool | None:
        """Whether it waits for something; ``None`` where no claim tells."""
        if self.claim.condition is None:
            return None
        return self.claim.condition != Condition.NONE

    def to_json(self) -> dict[str, Any]:
        stated = self.as_stated or self.figure
        return {**terms_of(self.claim), "amount": stated.to_json(converted=self.figure)}


@dataclass(frozen=True, slots=True)
class Layers:
    """The same money in six lights, each a labelled sum over parts."""

    committed: Figure
    unconditional: Figure
    conditional: Figure
    funded: Figure
    in_kind: Figure
    rumoured: Figure

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name).to_json() for name in self.__slots__}


def capital_stack(event: EventView) -> dict[str, Any]:
    """The stack of a whole deal and of each investor, as the contract shows it."""
    headline, by_investor = event.amount, capital_parts(event)
    stack = _stack(event)
    return {
        "headline": headline.to_json(),
        **stack.to_json(),
        "not_attributed": _rest(headline, stack.committed).to_json(),
        "investors": [
            {
                "company": company_reference(mine[0].claim),
                **layers(parts_that_count(mine), headline.currency).to_json(),
                "parts": [part.to_json() for part in mine],
            }
            for _, mine in sorted(by_investor.items())
        ],
    }


CAPITAL = ("headline", "committed", "unconditional", "funded")
"""In which lights money raised can be told: all that was announced, what of it is owed, what of
that waits for nothing, what is paid."""


def raised(event: EventView) -> dict[str, Figure]:
    """What one event raised in each light but the headline, in the headline's currency.

    At least what named investors are known to have committed (without a condition, paid), at
    most the headline less what surely is not: who the others are, nobody says.
    """
    headline, stack = event.amount, _stack(event)
    committed = _within(stack.committed, headline, "committed by named investors, at most all")
    free = committed.interval - stack.conditional.interval
    caveats = tuple(c for c in committed.caveats if c is not Caveat.AMT_CONDITIONAL_INCLUDED)
    return {
        "committed": committed,
        "unconditional": _within(
            stack.unconditional,
            replace(committed, interval=Interval(None, free.high), caveats=caveats),
            "without a condition, at most all that is not under one",
        ),
        "funded": _within(stack.funded, committed, "paid by named investors, at most all"),
    }


def _within(known: Figure, most: Figure, formula: str) -> Figure:
    low, high = known.interval.low, most.interval.high
    if high is not None and low is not None:
        high = max(high, low)
    given = [most] if known.null_reason is not None else [known, most]
    return derive(formula, Interval(low, high), given)


def _stack(event: EventView) -> Layers:
    return stack_of(known_parts(event), event.amount.currency)


def stack_of(by_investor: Mapping[str, Sequence[Part]], currency: str | None) -> Layers:
    """The stack of a whole deal, from its parts by investor."""
    parts = [part for mine in by_investor.values() for part in parts_that_count(mine)]
    return layers(parts, currency)


def known_parts(event: EventView) -> dict[str, list[Part]]:
    """The parts of a deal by investor; none where not one of them says how much."""
    told = any(resolution.winner.has_number for resolution in event.participations)
    return capital_parts(event) if told else {}


def capital_parts(event: EventView) -> dict[str, list[Part]]:
    """The parts of a deal by investor, in the headline's currency where there is a rate."""
    by_investor: dict[str, list[Part]] = {}
    currency = event.amount.currency
    for resolution in event.participations:
        stated = figure_of(resolution)
        converted = event.converted(stated, currency) if currency else None
        part = Part(resolution.winner, converted or stated, stated)
        by_investor.setdefault(part.claim.object_slug or "", []).append(part)
    return by_investor


def layers(parts: Sequence[Part], currency: str | None) -> Layers:
    """The sums over parts in one currency (the headline's; ``None`` takes the first there is)."""
    known = [part for part in parts if part.figure.null_reason is None]
    if not known:
        return NOTHING_KNOWN
    currency = currency or next((part.figure.currency for part in known), None)
    here = [part for part in known if part.figure.currency == currency]
    left_out = [Caveat.AMT_OTHER_CURRENCY_LEFT_OUT] if len(here) < len(known) else []

    def summed(of: str, admits: Callable[[Part], bool | None]) -> Figure:
        figures = [part.figure for part in here if admits(part)]
        return total(figures, f"sum of the parts that are {of}").with_caveats(left_out)

    owed = [part for part in here if part.is_owed]
    return Layers(
        committed=summed("committed or funded", lambda p: p.is_owed).with_caveats(
            [Caveat.AMT_CONDITIONAL_INCLUDED] if any(part.waits for part in owed) else []
        ),
        unconditional=_unconditional(owed).with_caveats(left_out),
        conditional=summed("committed under a condition", lambda p: p.is_owed and p.waits),
        funded=summed("funded", lambda p: p.claim.status == ParticipationStatus.FUNDED),
        in_kind=summed("committed in kind", lambda p: p.is_owed and p.claim.form in IN_KIND),
        rumoured=summed("rumoured", lambda p: p.claim.status == ParticipationStatus.RUMOURED),
    )


NOTHING_KNOWN = Layers(*(missing() for _ in fields(Layers)))


def _unconditional(owed: Iterable[Part]) -> Figure:
    """At least what is said to wait for nothing, at most that and what nothing is said of."""
    free = [part.figure for part in owed if part.waits is False]
    unclear = [part.figure for part in owed if part.waits is None]
    if not free and not unclear:
        return missing()
    sure = _sum(figure.interval for figure in free)
    most = _sum(figure.interval for figure in [*free, *unclear])
    interval = Interval(sure.low if free else None, most.high)
    formula = "sum of the parts without a condition; at most with those of which none is stated"
    if interval == UNKNOWN:
        return missing(NullReason.UNKNOWN)
    return derive(formula, interval, [*free, *unclear])


def _sum(intervals: Iterable[Interval]) -> Interval:
    whole: Interval | None = None
    for interval in intervals:
        whole = interval if whole is None else whole + interval
    return whole or UNKNOWN


def parts_that_count(parts: Sequence[Part]) -> list[Part]:
    """The parts to add up for one investor: tranches, or the whole where none are known.

    A whole that stands beside its tranches is their sum told again, or more than is known of
    them: then the rest counts too, on terms that nobody tells. As long as it is but rumoured
    and they are not, it is another matter and stays.
    """
    tranches = [part for part in parts if part.claim.tranche and part.is_owed]
    wholes = [part for part in parts if part.is_owed and part.claim.tranche is None]
    rest = [_remainder(whole, tranches) for whole in wholes] if tranches else []
    return [part for part in rest if part is not None] + [
        part for part in parts if not (tranches and part.is_owed and part.claim.tranche is None)
    ]


def _remainder(whole: Part, tranches: Sequence[Part]) -> Part | None:
    """What of a whole is surely more than its known tranches."""
    figures = [p.figure for p in tranches if p.figure.currency == whole.figure.currency]
    known = _sum(figure.interval for figure in figures)
    low = whole.figure.interval.low
    if low is None or known.high is None or low <= known.high:
        return None
    claim = replace(whole.claim, condition=None, status=ParticipationStatus.COMMITTED.value)
    rest = whole.figure.interval - known
    return Part(claim, derive("whole part - known tranches", rest, [whole.figure, *figures]))


def _rest(headline: Figure, committed: Figure) -> Figure:
    """What of the headline no named investor is known to have committed."""
    if headline.null_reason is not None or committed.null_reason is not None:
        return missing()
    interval = headline.interval - committed.interval
    if interval == UNKNOWN:
        return missing()
    return derive("headline amount - committed by named investors", interval, [headline, committed])
