"""Readings and proposals as they are answered with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.reading.proposals.schemas import State
from app.reading.proposals.steps import quote
from app.storage.ids import encode

Row = dict[str, Any]

_OF_ARTICLE = ("title", "publisher", "published_at", "url")
_PLAIN = (
    "state",
    "predicate",
    "product",
    "value",
    "uncertainty",
    "priority",
    "disagreement",
    "recorded_at",
    "decided_at",
    "decided_by",
    "note",
)


def proposal_json(row: Row) -> Row:
    """A proposal."""
    is_edited = row["claim"] != row["proposed"]
    return {
        "id": encode("prp", row["id"]),
        "reading": {
            "id": encode("rdg", row["reading_id"]),
            **{name: row[name] for name in _OF_ARTICLE},
        },
        "record": {"position": row["record_position"], **_record(row)},
        "claim": row["claim"],
        "proposed": row["proposed"] if is_edited else None,
        "quote": quote(row),
        "certainty": {"value": row["certainty"], "reasons": row["reasons"]},
        **{name: row[name] for name in _PLAIN},
        "former": encode("prp", row["former_id"]) if row["former_id"] else None,
        "claim_id": encode("clm", row["claim_id"]) if row["claim_id"] else None,
        "document_id": encode("doc", row["document_id"]) if row["document_id"] else None,
    }


def reading_json(row: Row) -> Row:
    """A reading, in a list."""
    plain = ("origin", "characters", "sha256", "version", "actor", "recorded_at")
    return {
        "id": encode("rdg", row["id"]),
        **{name: row[name] for name in (*_OF_ARTICLE, *plain)},
        "former": encode("rdg", row["former_id"]) if row["former_id"] else None,
        "proposals": {state.value: row[state] for state in State},
    }


def whole_json(reading: Row, records: Sequence[Row], proposals: Sequence[Row]) -> Row:
    """A reading with its text and all that it proposes, record by record."""
    by_record: dict[Any, list[Row]] = {}
    for row in proposals:
        by_record.setdefault(row["record_id"], []).append(proposal_json(row))
    return {
        **reading_json(reading),
        "text": reading["text"],
        "difference": reading["difference"],
        "opinion": reading["opinion"],
        "records": [
            {
                "position": record["position"],
                **_record(record),
                "proposals": by_record.get(record["id"], []),
            }
            for record in records
        ],
    }


def step_json(row: Row) -> Row:
    """What was done with a proposal."""
    names = ("action", "actor", "recorded_at", "before", "after", "reason")
    return {name: row[name] for name in names}


def _record(row: Row) -> Row:
    return {
        "kind": row["kind"],
        "company": row["company_name"],
        "slug": row["company_slug"],
        "background": row["background"],
        "event": row["event"],
    }
