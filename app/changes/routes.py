"""``/v1/changes``: what changed since one last looked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from app.changes import queries
from app.changes.schemas import ChangePage
from app.changes.stream import ChangeStream, Entries, Streams
from app.claims import vocabulary as v
from app.claims.asking import Question, answer, check_filtered_names, page
from app.claims.evidence import reference
from app.claims.lists import name_of
from app.claims.moment import NOW
from app.claims.vocabulary import words
from app.storage.engine import ensure_live, read_connection
from app.storage.ids import encode
from app.storage.json import dumps
from app.storage.listing import Field, Filter, Kind
from app.storage.version import current_version
from app.web.envelope import pick
from app.web.parameters import parse
from app.web.problems import Fault, invalid
from app.web.resources import Query, Resource

router = APIRouter(tags=["changes"])

RUN_ID = "('run_' || replace(h.run_id::text, '-', ''))"
"""In the words of the index ``change_of_run``."""

POSITION = Field(
    "position",
    Kind.COUNT,
    "position",
    "Place in the log: ask for those greater than the last one seen",
    "h.position",
    sortable=True,
    required=True,
)
CHANGES = Resource(
    name="changes",
    description="How what is answered changed, in the order of the writes",
    fields=(
        POSITION,
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
STREAM = replace(
    CHANGES,
    name="changes/stream",
    description="The changes as they are written, as server-sent events",
    pageable=False,
)
AT_ONCE = 500
"""Changes that a stream reads at once."""


@router.get("/v1/changes", **CHANGES.documents(ChangePage))
async def list_changes(request: Request) -> Response:
    """What changed, oldest first: who asks again with `position[gt]` misses nothing."""

    async def make(question: Question) -> bytes:
        rows = await queries.changes_page(question.connection, question.query.listing)
        return page(question, rows, [dumps(_change(row)) for row in rows], "id")

    return await answer(request, CHANGES, make)


def _documented() -> dict[str, Any]:
    events = {"schema": {"type": "string", "description": "Events; the data of each is a change"}}
    return {
        "openapi_extra": {"parameters": STREAM.to_openapi()},
        "responses": {
            200: {"content": {"text/event-stream": events}, "description": STREAM.description}
        },
        "response_class": ChangeStream,
        "status_code": 200,
    }


@router.get("/v1/changes/stream", **_documented())
async def follow_changes(
    request: Request,
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event seen: its place in the log")
    ] = None,
) -> Response:
    """The changes as server-sent events, each one's id its position.

    After a lost connection a client goes on where it was by sending `Last-Event-ID`, as browsers
    do by themselves. Without it, and without a filter on `position`, the stream starts now.
    """
    query = parse(STREAM, request)
    seen = _seen(last_event_id)
    streams: Streams = request.app.state.streams
    async with read_connection(request.app.state.engine) as connection:
        await ensure_live(connection)
        version = await current_version(connection)
        await check_filtered_names(Question(request, query, version, NOW, connection))
        if seen is None:
            placed = any(item.field is POSITION for item in query.listing.filters)
            seen = 0 if placed else await queries.last_position(connection)

    async def read(place: int) -> Entries:
        return await _behind(request, query, place)

    streams.check_room()
    if getattr(request.state, "head", False):
        return Response(headers={"Cache-Control": "no-store"}, media_type=ChangeStream.media_type)
    return ChangeStream(streams, streams.follow(seen, read, request.state.may_go_on))


def _seen(last_event_id: str | None) -> int | None:
    if last_event_id is None:
        return None
    if not re.fullmatch(r"\d{1,18}", last_event_id, re.ASCII):
        message = "is not the id of an event of this stream: a whole number"
        raise invalid([Fault(message, parameter="Last-Event-ID")])
    return int(last_event_id)


async def _behind(request: Request, query: Query, place: int) -> Entries:
    filters = (*query.listing.filters, Filter(POSITION, "gt", place))
    listing = replace(query.listing, filters=filters, limit=AT_ONCE)
    async with read_connection(request.app.state.engine) as connection:
        await ensure_live(connection)
        rows = await queries.changes_page(connection, listing)
    return [(row["position"], pick(dumps(_change(row)), query.fields)) for row in rows]


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
        "before": row["before"],
        "after": row["after"],
        "caused_by": [encode("clm", claim) for claim in row["caused_by"]],
    }
