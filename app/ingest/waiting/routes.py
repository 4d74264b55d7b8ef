"""``/v1/waiting-items``: what could not be told apart by itself, and what people decide of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from app.claims.asking import Question, answer, page, single, whole
from app.claims.naming import named
from app.claims.views import EVENTS
from app.claims.vocabulary import words
from app.identities.scoring import Thresholds
from app.ingest.batch import Choice
from app.ingest.intake.routes import Reviewing, json_body
from app.ingest.schemas import WaitingState
from app.ingest.short import queries as short_queries
from app.ingest.short.schemas import SHORT_TYPES
from app.ingest.waiting import queries
from app.ingest.waiting.schemas import (
    Decided,
    DecisionBody,
    FoundReports,
    WaitingDetail,
    WaitingPage,
)
from app.ingest.waiting.service import CannotDecide, DecidedBefore, Decision, decide
from app.storage.ids import decode, encode
from app.storage.json import dumps, loads
from app.storage.listing import Field, Kind
from app.web.parameters import refuse_others
from app.web.problems import Fault, Problem, invalid, not_found
from app.web.resources import Resource

router = APIRouter(tags=["ingest"])

OUTPUTS = (
    "id",
    "type",
    "state",
    "item",
    "questions",
    "actor",
    "run",
    "recorded_at",
    "decided_at",
    "decided_by",
    "note",
    "document_id",
)
WAITING = Resource(
    name="waiting_items",
    description="Items that wait for people to decide whom or what they mean, oldest first",
    fields=(
        Field("state", Kind.WORD, "state", "State", "w.state", words(WaitingState)),
        Field("type", Kind.WORD, "type", "Type of item", "w.type", SHORT_TYPES),
        Field(
            "recorded_at",
            Kind.INSTANT,
            "recorded_at",
            "Since when",
            "w.recorded_at",
            sortable=True,
            required=True,
        ),
    ),
    default_sort="recorded_at",
    outputs=OUTPUTS,
    unversioned=True,
)
ONE_WAITING = replace(
    WAITING,
    name="waiting_item",
    description="One item that waits, or waited",
    fields=(),
    default_sort="",
    pageable=False,
)
REPORTS = Resource(
    name="found_reports",
    description="Why reports were found to be of one deal",
    unversioned=True,
    pageable=False,
)


@router.get("/v1/waiting-items", **WAITING.documents(WaitingPage))
async def list_waiting_items(request: Request) -> Response:
    """Items that wait for a decision, or waited, the oldest first."""

    async def make(question: Question) -> bytes:
        rows = await queries.page(question.connection, question.query.listing)
        return page(question, rows, [dumps(_item(row)) for row in rows], "id")

    return await answer(request, WAITING, make)


@router.get("/v1/waiting-items/{item}", **ONE_WAITING.documents(WaitingDetail))
async def get_waiting_item(item: str, request: Request) -> Response:
    """One item that waits, or waited."""

    async def make(question: Question) -> bytes:
        identity = _identity(item)
        row = await queries.item(question.connection, identity, to_decide=False)
        if row is None:
            raise not_found("waiting item", item)
        return single(question, dumps(_item(row)))

    return await answer(request, ONE_WAITING, make)


@router.post(
    "/v1/waiting-items/{item}/decide",
    responses={200: {"model": Decided, "description": "The item as it is now"}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/DecisionBody"}}
            },
        },
    },
)
async def decide_waiting_item(
    item: str, request: Request, actor: Reviewing, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Decide which company a name means, or which deal a report is of; or reject the item.

    What is decided of a name holds from then on: other items that waited for it go in as well.
    """
    refuse_others(request, "dry_run")
    decision = _decision(json_body(await request.body()))
    settings = request.app.state.settings
    decided = await decide(
        request.app.state.engine,
        _identity(item),
        decision,
        actor=actor,
        thresholds=Thresholds(settings.match_accept, settings.match_review),
        dry_run=dry_run,
    )
    if decided is None:
        raise not_found("waiting item", item)
    row, others = decided
    body = {"item": _item(row), "also_stored": others, "meta": {"dry_run": dry_run}}
    return Response(dumps(body), media_type="application/json")


@router.get("/v1/funding-events/{event}/reports", **REPORTS.documents(FoundReports))
async def list_found_reports(event: str, request: Request) -> Response:
    """Why reports that were sent in short were found to be of this deal."""

    async def make(question: Question) -> bytes:
        row = await named(question, EVENTS, event)
        found = await short_queries.reasons(question.connection, row["event_id"])
        return whole(question, [_found(one) for one in found])

    return await answer(request, REPORTS, make)


def _identity(item: str) -> Any:
    identity = decode("wai", item)
    if identity is None:
        raise not_found("waiting item", item)
    return identity


def _decision(body: Any) -> Decision:
    try:
        told = DecisionBody.model_validate(body)
    except ValidationError as error:
        raise invalid(
            Fault(fault["msg"], pointer="".join(f"/{part}" for part in fault["loc"]))
            for fault in error.errors()
        ) from error
    if told.event is not None and told.new_event:
        raise invalid([Fault("either event or new_event, not both", pointer="/new_event")])
    if not (told.names or told.event or told.new_event or told.reject):
        allowed = ("names", "event", "new_event", "reject")
        raise invalid([Fault("decides nothing", pointer="", allowed=allowed)])
    return Decision(told.names, Choice(told.event, told.new_event), told.reject, told.note)


def _item(row: dict[str, Any]) -> dict[str, Any]:
    plain = ("type", "state", "actor", "recorded_at", "decided_at", "decided_by", "note")
    return {
        "id": encode("wai", row["id"]),
        **{name: row[name] for name in plain},
        "item": _json(row["item"]),
        "questions": _json(row["questions"]),
        "run": encode("run", row["run_id"]) if row["run_id"] else None,
        "document_id": encode("doc", row["document_id"]) if row["document_id"] else None,
    }


def _found(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "document_id": encode("doc", row["document_id"]),
        "title": row["title"],
        "url": row["url"],
        "source": {"slug": row["source_slug"], "name": row["source_name"]},
        "reason": row["reason"],
        "company_features": _json(row["company_reason"]),
        "recorded_at": row["recorded_at"],
    }


def _json(stored: Any) -> Any:
    return loads(stored) if isinstance(stored, str) else stored


def _cannot(error: CannotDecide) -> Problem:
    faults = [Fault(e.message, pointer=e.pointer, allowed=e.allowed) for e in error.errors]
    return Problem(422, "cannot-decide", "The decision does not fit", "See errors.", faults)


PROBLEMS = {
    CannotDecide: _cannot,
    DecidedBefore: lambda _: Problem(
        409, "decided-before", "This item was decided before", "It does not wait any more."
    ),
}
