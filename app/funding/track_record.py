"""How often what a source said first of deals came true. Pure.

Made of the post-mortems of all the deals it talked of: only its own talk is tried, and only
against what others, or those on record, told in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import inf
from statistics import median
from typing import Any
from uuid import UUID

from app.claims.attestation import DONE
from app.claims.company_view import event_reference
from app.claims.vocabulary import EvidenceStatus, Outcome, Predicate, Stage, Unsettled
from app.funding.post_mortem import Deal, Trial, trials
from app.funding.proportion import wilson

FEWEST = 5
"""Fewer trials than this make no rate."""

MOST_SHOWN = 100
"""Trials in one answer at most: the newest."""

HITS = frozenset({Outcome.CONFIRMED, Outcome.BOUND_RESPECTED})
_PREDICATES = (Predicate.AMOUNT, Predicate.VALUATION)
_CALLED_OFF = frozenset({Stage.FAILED.value, Stage.WITHDRAWN.value, Stage.SUPERSEDED.value})


def track_record(source: UUID, deals: Sequence[Deal]) -> dict[str, Any]:
    """The record of a source over the deals it talked of, as the contract shows it."""
    tried = [
        (deal, trial)
        for deal in deals
        for trial in trials(deal)
        if trial.rumour.origin_id == source and trial.first_hand
    ]
    tried.sort(key=_newest_first)
    judged = _each_once(trial for _, trial in tried)
    return {
        **_score(judged),
        "median_lead_days": _median("lead_days of the hits", _leads(judged)),
        "median_abs_log_error": _median("|ln(rumoured / settled)|", _errors(judged)),
        "deals": _fates(deals),
        "by_predicate": {
            word.value: _score([t for t in judged if t.rumour.predicate == word])
            for word in _PREDICATES
        },
        "trials": [
            {"event": event_reference(deal.shown), **trial.to_json()}
            for deal, trial in tried[:MOST_SHOWN]
        ],
        "trials_total": len(tried),
    }


def _newest_first(tried: tuple[Deal, Trial]) -> tuple[object, ...]:
    """The order of the trials; the readings of one figure stay together, as they are read."""
    deal, trial = tried
    reported = trial.rumour.reported_at
    age = -reported.timestamp() if reported else inf
    return age, deal.shown.identity.slug, trial.rumour.digest


def _each_once(ordered: Iterable[Trial]) -> list[Trial]:
    """One trial for each figure: of those of two readings, the one that does it most justice."""
    return [
        min(readings, key=_justice)
        for _, readings in groupby(ordered, key=lambda trial: trial.rumour.id)
    ]


def _justice(trial: Trial) -> tuple[bool, bool, float, str]:
    error = inf if trial.log_error is None else abs(trial.log_error)
    return trial.outcome not in HITS, trial.reason is not None, error, trial.read_as or ""


def _score(judged: Iterable[Trial]) -> dict[str, Any]:
    """Hits and misses; what cannot be evaluated is told, and is neither."""
    judged = list(judged)
    reasons = Counter(trial.reason for trial in judged if trial.reason is not None)
    hits = sum(trial.outcome in HITS for trial in judged)
    tried = len(judged) - reasons.total()
    return {
        "claims_tried": tried,
        "hits": hits,
        "misses": tried - hits,
        "not_evaluable": {reason.value: reasons[reason] for reason in Unsettled},
        "hit_rate": _rate(hits, tried),
    }


def _rate(hits: int, tried: int) -> dict[str, Any]:
    told: tuple[float | None, ...] = (None, None, None)
    if tried >= FEWEST:
        told = tuple(round(number, 4) for number in (hits / tried, *wilson(hits, tried)))
    value, low, high = told
    return {
        "value": value,
        "low": low,
        "high": high,
        "formula": "hits / claims_tried, with its Wilson score interval at 95 %",
        "insufficient": tried < FEWEST,
    }


def _leads(judged: Iterable[Trial]) -> list[float]:
    hits = (trial for trial in judged if trial.outcome in HITS)
    return [trial.lead_days for trial in hits if trial.lead_days is not None]


def _errors(judged: Iterable[Trial]) -> list[float]:
    return [abs(trial.log_error) for trial in judged if trial.log_error is not None]


def _median(of: str, numbers: Sequence[float]) -> dict[str, Any]:
    value = round(median(numbers), 4) if numbers else None
    return {"value": value, "n": len(numbers), "formula": f"median of {of}"}


def _fates(deals: Iterable[Deal]) -> dict[str, int]:
    fates = Counter(_fate(deal) for deal in deals)
    named = {name: fates[name] for name in ("done", "called_off", "open_talk", "expired")}
    return {"talked_of": fates.total(), **named}


def _fate(deal: Deal) -> str:
    event = deal.judged
    if event.stage in DONE:
        return "done"
    if event.stage in _CALLED_OFF:
        return "called_off"
    return "expired" if event.evidence_status == EvidenceStatus.EXPIRED else "open_talk"
