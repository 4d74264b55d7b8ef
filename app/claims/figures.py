"""Figures: every number an analyst could quote, in one shape, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from app.claims.claim import Claim
from app.claims.exchange import Rate, rate_on
from app.claims.resolve import Alternative, Resolution
from app.claims.values import Interval, render_date
from app.claims.vocabulary import Caveat, NullReason, Qualifier
from app.storage.ids import encode


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a figure that nobody stated was made: a formula over the claims it uses.

    ``rates`` are those of exchange that went into it, each with the claims it was applied to.
    """

    formula: str
    inputs: tuple[UUID, ...]
    rates: tuple[tuple[Rate, tuple[UUID, ...]], ...] = ()

    def to_json(self) -> dict[str, Any]:
        shape = {"formula": self.formula, "inputs": _ids(self.inputs)}
        rates = [{**rate.to_json(), "inputs": _ids(of)} for rate, of in self.rates]
        return shape | ({"rates": rates} if rates else {})


def _ids(claims: Iterable[UUID]) -> list[str]:
    return [encode("clm", claim) for claim in claims]


UNKNOWN = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its interval, its evidence and what to beware of.

    A figure either comes from one claim (``claim`` is set), or is derived (``derived`` is
    set), or is a typed null (``null_reason`` is set). Money is in units of ``currency``
    (ISO 4217), other numbers in ``unit``.
    """

    interval: Interval = UNKNOWN
    stated: Decimal | None = None
    qualifier: str | None = None
    currency: str | None = None
    unit: str | None = None
    facet: str | None = None
    basis: str | None = None
    claim: Claim | None = None
    appearances: int = 0
    independent_origins: int = 0
    caveats: tuple[Caveat, ...] = ()
    null_reason: str | None = None
    derived: Derivation | None = None
    alternatives: tuple[Alternative, ...] = ()

    def with_caveats(self, more: Iterable[Caveat]) -> Figure:
        """The same figure with further caveats, each once, in the vocabulary's order."""
        wanted = {*self.caveats, *more}
        if len(wanted) == len(self.caveats):
            return self
        return replace(self, caveats=_in_order(wanted))

    def to_json(
        self, *, alternatives: bool = False, converted: Figure | None = None
    ) -> dict[str, Any]:
        """The contract's shape, with every key always present save the optional ones.

        ``converted`` is the same in the reporting currency; shown if it is not the figure itself.
        """
        claim = self.claim
        shape: dict[str, Any] = {
            "low": self.interval.low,
            "high": self.interval.high,
            "stated": self.stated,
            "qualifier": self.qualifier,
            "currency": self.currency,
            "unit": self.unit,
            "facet": self.facet,
            "basis": self.basis,
            "evidence": claim.evidence if claim else None,
            "effective_on": effective_date(claim) if claim else None,
            "reported_at": reported_date(claim) if claim else None,
            "claim_id": encode("clm", claim.id) if claim else None,
            "document_id": encode("doc", claim.document_id) if claim else None,
            "appearances": self.appearances,
            "independent_origins": self.independent_origins,
            "caveats": list(self.caveats),
            "null_reason": self.null_reason,
        }
        if self.derived is not None:
            shape["derived"] = self.derived.to_json()
        if converted is not None and converted is not self:
            shape["converted"] = converted.to_json()
        if alternatives:
            shape["alternatives"] = [alternative_json(other) for other in self.alternatives]
        return shape


def _in_order(caveats: Iterable[Caveat]) -> tuple[Caveat, ...]:
    return tuple(sorted(caveats, key=_PLACE.__getitem__))


_PLACE = {word: place for place, word in enumerate(Caveat)}


def figure_of(resolution: Resolution) -> Figure:
    """The figure for a resolved claim, with the caveats its evidence calls for."""
    claim = resolution.winner
    return Figure(
        interval=Interval(claim.low, claim.high),
        stated=claim.stated,
        qualifier=claim.qualifier,
        currency=claim.currency,
        unit=claim.unit,
        # A facet that names another company holds its id, which is of no use to readers.
        facet=claim.tranche if claim.object_id else claim.facet,
        basis=claim.basis,
        claim=claim,
        appearances=resolution.appearances,
        independent_origins=resolution.independent_origins,
        caveats=_in_order(_evidence_caveats(resolution)),
        null_reason=claim.null_reason or (None if claim.has_number else NullReason.UNKNOWN),
        alternatives=resolution.alternatives,
    )


@cache
def missing(reason: NullReason = NullReason.UNKNOWN) -> Figure:
    """A typed null: no figure, and why. Never zero."""
    return Figure(null_reason=reason)


def total(figures: Sequence[Figure], formula: str) -> Figure:
    """The sum of figures in one currency, as an interval, labelled as derived.

    Raises:
        ValueError: the figures are in different currencies.
    """
    if not figures:
        return missing()
    currencies = {figure.currency for figure in figures}
    if len(currencies) > 1:
        raise ValueError(f"cannot add {sorted(str(c) for c in currencies)}")
    interval = figures[0].interval
    for figure in figures[1:]:
        interval = interval + figure.interval
    return derive(formula, interval, figures)


def derive(formula: str, interval: Interval, inputs: Sequence[Figure], **more: Any) -> Figure:
    """A figure that nobody stated: labelled with its formula and the claims it is made of.

    ``inputs`` are figures in one currency. Their caveats about evidence and dispute stay.
    """
    claims = tuple(dict.fromkeys(claim for figure in inputs for claim in _claims_of(figure)))
    rates = tuple(dict.fromkeys(rate for figure in inputs for rate in _rates_of(figure)))
    caveats = {word for figure in inputs for word in figure.caveats} & _KEPT_BY_DERIVING
    return Figure(
        interval=interval,
        qualifier=_qualifier_of_sum(interval, inputs),
        currency=inputs[0].currency,
        caveats=_in_order(caveats),
        null_reason=NullReason.UNKNOWN if interval == UNKNOWN else None,
        derived=Derivation(formula, claims, rates),
        **more,
    )


def in_currency(
    figure: Figure, currency: str, on: date | None = None, *, coarse: bool = False
) -> Figure | None:
    """The figure in another currency, at the rate of a day: else the day its claim speaks of.

    ``coarse`` says that the day is but the first of the month or year that is known.

    The figure itself if it is in that currency; ``None`` where there is no rate.
    """
    if figure.currency == currency:
        return figure
    day, coarse = (on, coarse) if on else day_of(figure.claim)
    rate = rate_on(figure.currency, currency, day) if figure.currency and day else None
    if rate is None:
        return None
    made = derive(
        f"figure in {rate.of} x its rate of exchange",
        figure.interval * rate.value,
        [figure],
        basis=figure.basis,
        facet=figure.facet,
        appearances=figure.appearances,
        independent_origins=figure.independent_origins,
    )
    assert made.derived is not None
    derivation = replace(made.derived, rates=(*made.derived.rates, (rate, made.derived.inputs)))
    unsure = [Caveat.FX_RATE_DATE_DIFFERS] if coarse else []
    converted = replace(made, currency=currency, qualifier=figure.qualifier, derived=derivation)
    return converted.with_caveats([*figure.caveats, Caveat.FX_CONVERTED, *unsure])


def day_of(claim: Claim | None) -> tuple[date | None, bool]:
    """The day a claim speaks of, else the one it was told on; and whether that is but coarse."""
    if claim is None:
        return None, False
    if claim.effective_on is not None:
        return claim.effective_on, claim.effective_precision != "day"
    told = claim.told_at
    return told.date() if told else None, claim.reported_precision not in ("day", "instant")


def _rates_of(figure: Figure) -> tuple[tuple[Rate, tuple[UUID, ...]], ...]:
    return figure.derived.rates if figure.derived else ()


def _claims_of(figure: Figure) -> tuple[UUID, ...]:
    if figure.claim is not None:
        return (figure.claim.id,)
    return figure.derived.inputs if figure.derived else ()


def reported_date(claim: Claim) -> str | None:
    """When the claim was published, no more exactly than it is known."""
    if claim.reported_at is None or claim.reported_precision is None:
        return None
    return render_date(claim.reported_at, claim.reported_precision)


def effective_date(claim: Claim) -> str | None:
    """When the claim says it happened, no more exactly than it is known."""
    if claim.effective_on is None or claim.effective_precision is None:
        return None
    return render_date(claim.effective_on, claim.effective_precision)


def alternative_json(other: Alternative) -> dict[str, Any]:
    """A claim that was not chosen, and by which criterion of the policy it lost."""
    claim = other.claim
    return {
        "low": claim.low,
        "high": claim.high,
        "stated": claim.stated,
        "qualifier": claim.qualifier,
        "currency": claim.currency,
        "unit": claim.unit,
        "basis": claim.basis,
        "term": claim.term,
        "evidence": claim.evidence,
        "reported_at": reported_date(claim),
        "claim_id": encode("clm", claim.id),
        "lost_by": other.lost_by,
    }


_KEPT_BY_DERIVING = {
    Caveat.AMT_UPPER_BOUND_ONLY,
    Caveat.AMT_CONDITIONAL_INCLUDED,
    Caveat.AMT_DEBT_INCLUDED,
    Caveat.AMT_OTHER_CURRENCY_LEFT_OUT,
    Caveat.FX_CONVERTED,
    Caveat.FX_RATE_DATE_DIFFERS,
    Caveat.ANONYMOUS_ONLY,
    Caveat.DISPUTED,
}


def _evidence_caveats(resolution: Resolution) -> Iterable[Caveat]:
    claim = resolution.winner
    if claim.qualifier in (Qualifier.UP_TO, Qualifier.LESS_THAN):
        yield Caveat.AMT_UPPER_BOUND_ONLY
    if claim.basis == "unspecified":
        yield Caveat.VAL_BASIS_UNSPECIFIED
    # A party or a filing is the origin itself: a second one would add nothing.
    if resolution.independent_origins == 1 and claim.evidence not in ("filing", "party"):
        yield Caveat.SINGLE_ORIGIN
    if resolution.anonymous_only:
        yield Caveat.ANONYMOUS_ONLY
    if claim.effective_precision in ("month", "year") or (
        claim.effective_on is None and claim.reported_precision in ("month", "year", None)
    ):
        yield Caveat.DATE_COARSE


def _qualifier_of_sum(interval: Interval, figures: Sequence[Figure]) -> str:
    if interval.high is None:
        return Qualifier.AT_LEAST
    if interval.low is None:
        return Qualifier.UP_TO
    if interval.low != interval.high:
        return Qualifier.BETWEEN
    exact = all(figure.qualifier == Qualifier.EXACT for figure in figures)
    return Qualifier.EXACT if exact else Qualifier.APPROXIMATELY
