"""How the view of an event changed: pure, by looking again after each report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from app.claims.claim import Claim
from app.claims.event_view import EventIdentity, EventView, view_event
from app.claims.figures import Figure, reported_date
from app.claims.policy import Policy
from app.claims.values import render_date
from app.claims.vocabulary import DatePrecision
from app.storage.ids import encode


def history(
    identity: EventIdentity, claims: Sequence[Claim], policy: Policy, at: datetime
) -> Iterator[dict[str, Any]]:
    """Each change of stage, evidence status, amount or valuation, and the claims behind it.

    The record is replayed report by report with the same resolver that answers every other
    question, so late evidence takes its place in the past. Between two reports, and before
    ``at``, a rumour may expire for want of news. Undated claims come last, at an unknown time.
    """
    before: dict[str, Any] = dict.fromkeys(("stage", "evidence_status", "amount", "valuation"))
    known: list[Claim] = []
    ordered = sorted(claims, key=lambda c: (c.reported_at is None, c.reported_at or _EPOCH))
    groups = [list(group) for _, group in groupby(ordered, key=lambda claim: claim.reported_at)]
    for position, reported in enumerate(groups):
        together = sorted(reported, key=lambda claim: claim.order)
        known += together
        view = view_event(identity, known, policy, together[0].reported_at or at)
        after = _state(view)
        if after != before:
            yield _transition(view, before, after, together)
            before = after
        next_at = groups[position + 1][0].reported_at if position + 1 < len(groups) else at
        if view.expires_at is not None and view.expires_at <= (next_at or at):
            expired = view_event(identity, known, policy, view.expires_at)
            after = _state(expired)
            if after != before:
                yield _transition(expired, before, after, (), view.expires_at)
                before = after


def _transition(
    view: EventView,
    before: dict[str, Any],
    after: dict[str, Any],
    causes: Sequence[Claim],
    expired_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "reported_at": reported_date(causes[0]) if causes else None,
        "recorded_at": _recorded(causes),
        "expired_on": expired_at.date().isoformat() if expired_at else None,
        "happened_on": str(view.happened) if view.happened else None,
        "from": before,
        "to": after,
        "caused_by": [encode("clm", claim.id) for claim in causes],
    }


def _recorded(causes: Sequence[Claim]) -> str | None:
    """When the last of the claims was stored here: from then on it could be seen."""
    instants = [claim.recorded_at for claim in causes if claim.recorded_at is not None]
    return render_date(max(instants), DatePrecision.INSTANT) if instants else None


_EPOCH = datetime.min.replace(tzinfo=UTC)


def _state(view: EventView) -> dict[str, Any]:
    return {
        "stage": view.stage,
        "evidence_status": view.evidence_status,
        "amount": _brief(view.amount),
        "valuation": _brief(view.valuation),
    }


def _brief(figure: Figure) -> dict[str, Any] | None:
    if figure.claim is None:
        return None
    return {
        "low": figure.interval.low,
        "high": figure.interval.high,
        "qualifier": figure.qualifier,
        "basis": figure.basis,
        "currency": figure.currency,
        "claim_id": encode("clm", figure.claim.id),
    }
