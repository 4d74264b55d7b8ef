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
from app.storage.ids import encode


def history(
    identity: EventIdentity, claims: Sequence[Claim], policy: Policy
) -> Iterator[dict[str, Any]]:
    """Each change of stage, evidence status, amount or valuation, and the claims behind it.

    The record is replayed report by report with the same resolver that answers every other
    question, so late evidence takes its place in the past. Undated claims come last, at an
    unknown time.
    """
    before: dict[str, Any] = dict.fromkeys(("stage", "evidence_status", "amount", "valuation"))
    known: list[Claim] = []
    ordered = sorted(claims, key=lambda c: (c.reported_at is None, c.reported_at or _EPOCH))
    for _, reported in groupby(ordered, key=lambda claim: claim.reported_at):
        together = sorted(reported, key=lambda claim: claim.digest)
        known += together
        view = view_event(identity, known, policy)
        after = _state(view)
        if after != before:
            yield {
                "reported_at": reported_date(together[0]),
                "happened_on": str(view.happened) if view.happened else None,
                "from": before,
                "to": after,
                "caused_by": [encode("clm", claim.id) for claim in together],
            }
            before = after


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
