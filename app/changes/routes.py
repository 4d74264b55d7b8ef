"""``/v1/changes``: what changed since one last looked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.changes import queries
from app.changes.schemas import ChangePage
from app.claims import vocabulary as v
from app.claims.asking import Question, answer, page
from app.claims.evidence import reference
from app.claims.lists import name_of
from app.claims.vocabulary import words
from app.storage.ids import encode
from app.storage.json import dumps, loads
from app.storage.listing import Field, Kind
from app.web.resources import Resource

router = APIRouter(tags=["changes"])

RUN_ID = "('run_' || replace(h.run_id::text, '-', ''))"
"""In the words of the index ``change_of_run``."""

CHANGES = Resource(
    name="changes",
    description="How what is answered changed, in the order of the writes",
    fields=(
        Field(
            "position",
            Kind.COUNT,
            "position",
            "Place in the log: ask for those greater than the last one seen",
            "h.position",
            sortable=True,
            required=True,
        ),
        Field("subject", Kind.WORD, "subject", "What of", "h.subject", words(v.ChangeSubject)),
        name_of("company", "Slug of the player", "h.company_id", "company"),
        name_of("event", "Slug of the funding event", "h.event_id", "funding_event"),
        name_of("product", "Slug of the product", "h.product_id", "product"),
        Field("reason", Kind.WORD, "reason", "Why", "h.reason", words(v.ChangeReason)),
        Field("run", Kind.TEXT, "run", "Id of the ingest run", RUN_ID, names="ingest_run"),
        Field("recorded_at", Kind.INSTANT, "recorded_at", "When written here", "h.recorded_at"),
    ),
    default_sort="position",
    outputs=(
        "position",
        "data_version",
        "recorded_at",
        "subject",
        "company",
        "event",
        "product",
        "claim_id",
        "reason",
        "actor",
        "run",
        "note",
        "before",
        "after",
        "caused_by",
    ),
)


@router.get("/v1/changes", **CHANGES.documents(ChangePage))
async def list_changes(request: Request) -> Response:
    """What changed, oldest first: who asks again with `position[gt]` misses nothing."""

    async def make(question: Question) -> bytes:
        rows = await queries.changes_page(question.connection, question.query.listing)
        return page(question, rows, [dumps(_change(row)) for row in rows], "id")

    return await answer(request, CHANGES, make)


def _change(row: dict[str, Any]) -> dict[str, Any]:
    event = row["event_id"] and {
        "id": encode("evt", row["event_id"]),
        "slug": row["event_slug"],
        "label": row["event_label"],
    }
    plain = ("position", "recorded_at", "subject", "reason", "actor", "note")
    return {
        **{name: row[name] for name in plain},
        "data_version": row["written_in"],
        "company": reference("cmp", row, "company"),
        "event": event,
        "product": reference("prd", row, "product"),
        "run": encode("run", row["run_id"]) if row["run_id"] else None,
        "claim_id": encode("clm", row["claim_id"]) if row["claim_id"] else None,
        "before": _values(row["before"]),
        "after": _values(row["after"]),
        "caused_by": [encode("clm", claim) for claim in row["caused_by"]],
    }


def _values(stored: Any) -> Any:
    """Values as they were logged, their numbers exact."""
    return loads(stored) if isinstance(stored, str) else stored
