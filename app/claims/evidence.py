"""A claim as the contract shows it: what is said, of what, by whom, when, how surely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.claims.values import render_date
from app.storage.ids import encode

_NUMBER = ("low", "high", "stated", "qualifier", "currency", "unit", "null_reason")
_TERMS = [
    "basis",
    "term",
    "market",
    "as_stated",
    "name",
    "version",
    "setting",
    "evaluator",
    "period",
    "role",
    "form",
    "condition",
    "condition_note",
    "status",
    "tranche",
]
_SPEECH = ("modality", "stance", "evidence", "anonymous_sources", "speaker", "hedge")


def claim_json(row: Mapping[str, Any], known_at: datetime | None = None) -> dict[str, Any]:
    """The whole claim from a row of ``claim_queries``, as it was known at a moment."""
    retracted_at = row["retracted_at"]
    if retracted_at is not None and known_at is not None and retracted_at > known_at:
        retracted_at = None
    return {
        "id": encode("clm", row["id"]),
        "about": _about(row),
        "predicate": row["predicate"],
        "facet": _facet(row),
        "value": {name: row[name] for name in _NUMBER},
        **{name: row[name] for name in _TERMS},
        "object": reference("cmp", row, "object"),
        **{name: row[name] for name in _SPEECH},
        "effective_on": _date(row, "effective_on", "effective_precision"),
        "reported_at": _date(row, "reported_at", "reported_precision"),
        "recorded_at": render_date(row["recorded_at"], "instant"),
        "retracted_at": render_date(retracted_at, "instant") if retracted_at else None,
        "retraction_reason": row["retraction_reason"] if retracted_at else None,
        "quote": _quote(row),
        "document": document_json(row),
        "origin": reference("src", row, "origin"),
        "extraction": {
            "method": row["extraction_method"],
            "version": row["extraction_version"],
            "confidence": row["confidence"],
        },
    }


OUTPUTS = (
    "id",
    "about",
    "predicate",
    "facet",
    "value",
    *_TERMS,
    "object",
    *_SPEECH,
    "effective_on",
    "reported_at",
    "recorded_at",
    "retracted_at",
    "retraction_reason",
    "quote",
    "document",
    "origin",
    "extraction",
)


def _facet(row: Mapping[str, Any]) -> str:
    """The facet, with the slug in the place of another company's id."""
    facet: str = row["facet"]
    return facet.replace(str(row["object_id"]), row["object_slug"]) if row["object_id"] else facet


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    company = {
        "id": encode("cmp", row["player_id"]),
        "slug": row["player_slug"],
        "name": row["player_name"],
    }
    about: dict[str, Any] = {"company": company, "product": None, "event": None}
    if row["product_id"]:
        product = {"slug": row["product_slug"], "name": row["product_name"]}
        about["product"] = {"id": encode("prd", row["product_id"]), **product}
    if row["event_id"]:
        event = {"slug": row["event_slug"], "label": row["event_label"]}
        about["event"] = {"id": encode("evt", row["event_id"]), **event}
    return about


def reference(prefix: str, row: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """What a column of the row refers to: its id, slug and name."""
    if row[f"{name}_id"] is None:
        return None
    identity = encode(prefix, row[f"{name}_id"])
    return {"id": identity, "slug": row[f"{name}_slug"], "name": row[f"{name}_name"]}


def _date(row: Mapping[str, Any], value: str, precision: str) -> str | None:
    return render_date(row[value], row[precision]) if row[value] else None


def _quote(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["quote"] is None:
        return None
    return {"text": row["quote"], "start": row["quote_start"], "end": row["quote_end"]}


def document_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": encode("doc", row["document_id"]),
        "url": row["url"],
        "title": row["title"],
        "kind": row["document_kind"],
        "published_at": _date(row, "published_at", "published_precision"),
        "source": {"slug": row["source_slug"], "name": row["source_name"]},
        "distortions": row["distortions"],
        "attribution": row["attribution"],
    }
