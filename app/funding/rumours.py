"""A live rumour as the contract shows it: how old, how long silent, how long it has. Pure.

Everything but the ages stands in the views of the event and of its company.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

View = Mapping[str, Any]

AS_IT_IS = (
    "id",
    "slug",
    "label",
    "company",
    "stage",
    "evidence_status",
    "round_type",
    "first_reported_at",
    "last_reported_at",
    "documents",
    "independent_origins",
    "stances",
    "amount",
    "valuation",
    "investors",
)
"""What is shown of the event's view as it is there."""


def rumour(event: View, company: View | None, at: datetime) -> dict[str, Any]:
    """The rumour of an event at a moment; ``company`` is the view of its company then."""
    overtaken = company["overtaken_rumours"] if company else ()
    by = next((item["by"] for item in overtaken if item["event"]["id"] == event["id"]), None)
    return {
        **{name: event[name] for name in AS_IT_IS},
        "age_days": days_since(event["first_reported_at"], at),
        "silent_days": days_since(event["last_reported_at"], at),
        "deadline": event["expires_on"],
        "overtaken_by": by,
    }


def days_since(reported: str | None, at: datetime) -> int | None:
    """Whole days from the day of a report on; ``None`` if it is known no better than to the month.

    ``reported`` is a date as the contract shows it, and so no more exact than it is known.
    """
    if reported is None or len(reported) < len("2025-06-17"):
        return None
    return (at.date() - date.fromisoformat(reported[:10])).days
