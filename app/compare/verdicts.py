"""Verdicts: whether the figures of one row may be compared, and what to beware of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.claims.rounds import RESALE
from app.claims.values import PartialDate
from app.claims.vocabulary import Caveat, Verdict
from app.compare.alignment import is_present

FigureJson = Mapping[str, Any]

# How bad each caveat is for a comparison; what is not listed only informs.
_SEVERITY = {
    Caveat.VAL_BASIS_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.CURRENCY_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.UNIT_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.REV_RUN_RATE_VS_RECOGNISED: Verdict.NOT_COMPARABLE,
    Caveat.REV_PERIOD_LENGTH_DIFFERS: Verdict.NOT_COMPARABLE,
    Caveat.USERS_PERIOD_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.BENCH_VERSION_DIFFERS: Verdict.NOT_COMPARABLE,
    Caveat.VAL_BASIS_UNSPECIFIED: Verdict.INDICATIVE_ONLY,
    Caveat.VAL_ROUND_NOT_CLOSED: Verdict.INDICATIVE_ONLY,
    Caveat.VAL_TENDER_VS_PRIMARY: Verdict.INDICATIVE_ONLY,
    Caveat.REV_GROSS_VS_NET: Verdict.INDICATIVE_ONLY,
    Caveat.REV_PERIOD_DIFFERS: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_SETTING_DIFFERS: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_EVALUATOR_DIFFERS: Verdict.INDICATIVE_ONLY,
    Caveat.AMT_OTHER_CURRENCY_LEFT_OUT: Verdict.INDICATIVE_ONLY,
    Caveat.AMT_UPPER_BOUND_ONLY: Verdict.INDICATIVE_ONLY,
    Caveat.AS_OF_SKEW: Verdict.INDICATIVE_ONLY,
    Caveat.STALE: Verdict.INDICATIVE_ONLY,
    Caveat.DISPUTED: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_FIRST_PARTY: Verdict.INDICATIVE_ONLY,
    Caveat.VAL_BASIS_ALIGNED: Verdict.COMPARABLE_WITH_ADJUSTMENT,
    Caveat.FX_CONVERTED: Verdict.COMPARABLE_WITH_ADJUSTMENT,
    Caveat.FX_RATE_DATE_DIFFERS: Verdict.COMPARABLE_WITH_ADJUSTMENT,
}
# Harmless if they are said of all figures alike.
_IF_NOT_OF_ALL = {
    Caveat.AMT_DEBT_INCLUDED: Verdict.INDICATIVE_ONLY,
    Caveat.AMT_CONDITIONAL_INCLUDED: Verdict.INDICATIVE_ONLY,
}
_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}

SKEW_DAYS, STALE_DAYS = 180, 365
"""Marks further apart than this are of different times; older than that they are history."""

_AGE = frozenset({"valuation", "revenue", "users", "headcount", "compute"})
"""Metrics whose figures are of a moment. A sum of rounds, or a test once run, does not age."""


@dataclass(frozen=True, slots=True)
class Beware:
    """A caveat, and whose figures it is about: each with what differs, if something does."""

    caveat: Caveat
    sides: Mapping[str, str | None]

    def to_json(self) -> dict[str, Any]:
        return {"caveat": self.caveat, "sides": dict(sorted(self.sides.items()))}


def verdict(
    metric: str, figures: Mapping[str, FigureJson], at: datetime
) -> tuple[Verdict | None, list[Beware]]:
    """The verdict on the figures of one metric by name, and the caveats behind it.

    The order of the figures does not matter; ``at`` is the moment asked about. With fewer than
    two figures that are there, nothing is compared and the verdict is ``None``.
    """
    present = {name: figure for name, figure in figures.items() if is_present(figure)}
    found = {warning.caveat: warning for warning in _of_each(present)}
    found |= {warning.caveat: warning for warning in _between(metric, present)}
    found |= {warning.caveat: warning for warning in _of_age(metric, present, at)}
    warnings = [found[word] for word in Caveat if word in found]
    if len(present) < 2:
        return None, warnings
    worst = max(
        (_severity(warning, len(present)) for warning in warnings),
        key=_ORDER.__getitem__,
        default=Verdict.COMPARABLE,
    )
    return worst, warnings


def _severity(warning: Beware, figures: int) -> Verdict:
    if warning.caveat in _IF_NOT_OF_ALL and len(warning.sides) < figures:
        return _IF_NOT_OF_ALL[warning.caveat]
    return _SEVERITY.get(warning.caveat, Verdict.COMPARABLE)


def _of_each(figures: Mapping[str, FigureJson]) -> Iterable[Beware]:
    names: dict[str, dict[str, None]] = {}
    for name, figure in figures.items():
        for word in figure["caveats"]:
            names.setdefault(word, {})[name] = None
    for word, of in names.items():
        yield Beware(Caveat(word), of)


def _between(metric: str, figures: Mapping[str, FigureJson]) -> Iterable[Beware]:
    yield from _differing(Caveat.CURRENCY_MISMATCH, figures, _currency)
    yield from _differing(Caveat.UNIT_MISMATCH, figures, lambda figure: figure["unit"])
    yield from _differing(Caveat.FX_RATE_DATE_DIFFERS, figures, _rate_date, skip_missing=True)
    match metric:
        case "valuation":
            stated = {n: f for n, f in figures.items() if f["basis"] != "unspecified"}
            yield from _differing(Caveat.VAL_BASIS_MISMATCH, stated, lambda f: f["basis"])
            yield from _differing(Caveat.VAL_TENDER_VS_PRIMARY, figures, _kind_of_deal)
        case "revenue":
            yield from _differing(Caveat.REV_RUN_RATE_VS_RECOGNISED, figures, _recognition)
            yield from _differing(Caveat.REV_GROSS_VS_NET, figures, _share)
            yield from _differing(
                Caveat.REV_PERIOD_LENGTH_DIFFERS, figures, _length, skip_missing=True
            )
            yield from _differing(Caveat.REV_PERIOD_DIFFERS, figures, lambda f: f["period"])
        case "users":
            yield from _differing(Caveat.USERS_PERIOD_MISMATCH, figures, lambda f: f["period"])
    if metric.startswith("benchmark:"):
        yield from _between_runs(figures)


def _between_runs(figures: Mapping[str, FigureJson]) -> Iterable[Beware]:
    yield from _differing(Caveat.BENCH_VERSION_DIFFERS, figures, lambda f: f["version"])
    yield from _differing(Caveat.BENCH_SETTING_DIFFERS, figures, lambda f: f["setting"])
    yield from _differing(Caveat.BENCH_EVALUATOR_DIFFERS, figures, lambda f: f["evaluator"])
    own = [name for name, figure in figures.items() if figure["evidence"] == "party"]
    if own:
        yield Beware(Caveat.BENCH_FIRST_PARTY, dict.fromkeys(own))


def _of_age(metric: str, figures: Mapping[str, FigureJson], at: datetime) -> Iterable[Beware]:
    if metric not in _AGE:
        return
    told = {name: date for name, figure in figures.items() if (date := _date(figure))}
    days = {name: PartialDate.parse(date) for name, date in told.items()}
    if days:
        apart = max(day.first for day in days.values()) - min(day.last for day in days.values())
        if apart.days > SKEW_DAYS:
            yield Beware(Caveat.AS_OF_SKEW, told)
    old = {name: told[name] for name, day in days.items() if (at - day.last).days > STALE_DAYS}
    if old:
        yield Beware(Caveat.STALE, old)


def _differing(
    caveat: Caveat,
    figures: Mapping[str, FigureJson],
    trait: Callable[[FigureJson], str | None],
    *,
    skip_missing: bool = False,
) -> Iterable[Beware]:
    """The caveat, if the figures differ in a trait."""
    sides = {name: trait(figure) for name, figure in figures.items()}
    if skip_missing:
        sides = {name: side for name, side in sides.items() if side is not None}
    if len(set(sides.values())) > 1:
        yield Beware(caveat, sides)


def _currency(figure: FigureJson) -> str | None:
    currency: str | None = figure["currency"]
    return currency


def _rate_date(figure: FigureJson) -> str | None:
    rates = (figure.get("derived") or {}).get("rates", ())
    return " ".join(sorted({rate["date"] for rate in rates})) or None


def _kind_of_deal(figure: FigureJson) -> str:
    event = figure.get("event")
    return "resale" if event is not None and event["round_type"] in RESALE else "primary"


def _recognition(figure: FigureJson) -> str:
    setting = figure["setting"] or "unspecified"
    return str(setting).removesuffix("_gross").removesuffix("_net")


def _length(figure: FigureJson) -> str | None:
    """How long a period of revenue is. A run rate is one of a year, whenever it was."""
    if _recognition(figure) == "run_rate":
        return "year"
    period = str(figure["period"] or "")
    if "-" not in period:
        return "year" if period else None
    return {"H": "half", "Q": "quarter"}.get(period[5], "month")


def _share(figure: FigureJson) -> str:
    setting = str(figure["setting"] or "")
    return setting.rpartition("_")[2] if setting.endswith(("_gross", "_net")) else "unspecified"


def _date(figure: FigureJson) -> str | None:
    event = figure.get("event")
    date = figure["effective_on"] or (event and event["date"]) or figure["reported_at"]
    return str(date) if date else None
