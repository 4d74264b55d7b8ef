"""Verdicts: whether the figures of one row may be compared, and what to beware of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.claims.rounds import RESALE
from app.claims.vocabulary import Caveat, Verdict

FigureJson = Mapping[str, Any]

# How bad each caveat is for a comparison; what is not listed only informs.
_SEVERITY = {
    Caveat.VAL_BASIS_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.CURRENCY_MISMATCH: Verdict.NOT_COMPARABLE,
    Caveat.BENCH_VERSION_DIFFERS: Verdict.NOT_COMPARABLE,
    Caveat.VAL_BASIS_UNSPECIFIED: Verdict.INDICATIVE_ONLY,
    Caveat.VAL_ROUND_NOT_CLOSED: Verdict.INDICATIVE_ONLY,
    Caveat.VAL_TENDER_VS_PRIMARY: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_SETTING_DIFFERS: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_EVALUATOR_DIFFERS: Verdict.INDICATIVE_ONLY,
    Caveat.AMT_OTHER_CURRENCY_LEFT_OUT: Verdict.INDICATIVE_ONLY,
    Caveat.AMT_UPPER_BOUND_ONLY: Verdict.INDICATIVE_ONLY,
    Caveat.DISPUTED: Verdict.INDICATIVE_ONLY,
    Caveat.BENCH_FIRST_PARTY: Verdict.INDICATIVE_ONLY,
}
_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}


def verdict(metric: str, figures: Sequence[FigureJson]) -> tuple[Verdict | None, list[Caveat]]:
    """The verdict on the figures of one metric, and the caveats behind it.

    The order of the figures does not matter. With fewer than two figures that are there,
    nothing is compared and the verdict is ``None``.
    """
    present = [figure for figure in figures if figure.get("null_reason") is None]
    found = {Caveat(word) for figure in present for word in figure["caveats"]}
    found |= set(_between(metric, present))
    caveats = [word for word in Caveat if word in found]
    if len(present) < 2:
        return None, caveats
    verdicts = [_SEVERITY.get(word, Verdict.COMPARABLE) for word in caveats]
    return max(verdicts, key=_ORDER.__getitem__, default=Verdict.COMPARABLE), caveats


def _between(metric: str, figures: Sequence[FigureJson]) -> Iterable[Caveat]:
    if _differ(figures, "currency"):
        yield Caveat.CURRENCY_MISMATCH
    if metric == "valuation":
        stated = [figure for figure in figures if figure["basis"] != "unspecified"]
        if _differ(stated, "basis"):
            yield Caveat.VAL_BASIS_MISMATCH
        if len({_is_resale(figure) for figure in figures}) > 1:
            yield Caveat.VAL_TENDER_VS_PRIMARY
    if metric.startswith("benchmark:"):
        if _differ(figures, "version"):
            yield Caveat.BENCH_VERSION_DIFFERS
        if _differ(figures, "setting"):
            yield Caveat.BENCH_SETTING_DIFFERS
        if _differ(figures, "evaluator"):
            yield Caveat.BENCH_EVALUATOR_DIFFERS
        if any(figure["evidence"] == "party" for figure in figures):
            yield Caveat.BENCH_FIRST_PARTY


def _is_resale(figure: FigureJson) -> bool:
    event = figure.get("event")
    return event is not None and event["round_type"] in RESALE


def _differ(figures: Sequence[FigureJson], key: str) -> bool:
    return len({figure.get(key) for figure in figures}) > 1
