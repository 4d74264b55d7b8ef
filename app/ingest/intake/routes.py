"""``POST /v1/ingest``: items in, a result per item out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app.ingest.intake.incoming import BrokenBody
from app.ingest.intake.loading import MOST_ITEMS, LoaderLost, NotABatch
from app.ingest.intake.service import ARRAY, LINES, CutOff, Incoming, KeyReused, TooLarge, UnderWay
from app.ingest.schemas import BatchResult, Outcome
from app.ingest.validation import MalformedJson
from app.keys.gate import Ingesting
from app.web.problems import Fault, Problem, invalid, malformed_json
from app.web.writes import DryRun, refuse_others

router = APIRouter(tags=["ingest"])

PATH = "/v1/ingest"
LONGEST_NAME = 200
_MEDIA_TYPES = {
    "": ARRAY,
    ARRAY: ARRAY,
    LINES: LINES,
    "application/ndjson": LINES,
    "application/jsonl": LINES,
}
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ITEM = {"$ref": "#/components/schemas/Item"}


@router.post(
    PATH,
    responses={
        200: {
            "model": BatchResult,
            "description": "One result per item, in the form that the items came in",
            "content": {
                LINES: {
                    "schema": {
                        "type": "string",
                        "description": "A result on each line, and on the last one what closes it",
                    }
                }
            },
        }
    },
    openapi_extra={
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "maxLength": LONGEST_NAME},
                "description": "The same key and request within 7 days: the same answer",
            },
            {
                "name": "Content-Encoding",
                "in": "header",
                "schema": {"type": "string", "enum": ["gzip", "identity"]},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                ARRAY: {
                    "schema": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_ITEMS,
                        "items": _ITEM,
                    }
                },
                LINES: {"schema": _ITEM},
            },
        },
    },
)
async def ingest_batch(
    request: Request,
    actor: Ingesting,
    dry_run: DryRun = False,
    run: Annotated[
        str | None,
        Query(
            max_length=LONGEST_NAME,
            min_length=1,
            pattern=r"^[^\x00]+$",
            description="Name of the run that this request is a part of, see /v1/ingest-runs",
        ),
    ] = None,
) -> Response:
    """Store items: an array, or NDJSON of any length; each is stored whole or reported whole.

    NDJSON is answered by a line for each item, and a last one with the summary.
    """
    refuse_others(request, "dry_run", "run")
    incoming = Incoming(
        request.stream(),
        _media_type(request),
        actor,
        is_gzip=_is_gzip(request),
        run=run,
        dry_run=dry_run,
        idempotency_key=_idempotency_key(request),
    )
    try:
        answered = await request.app.state.intake.receive(incoming)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    headers = {"Idempotency-Replayed": "true"} if answered.replayed else {}
    headers["Cache-Control"] = "no-store"
    return StreamingResponse(_pieces(answered.body), 200, headers, incoming.media_type)


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(64 * 1024):
            yield piece


def _media_type(request: Request) -> str:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in _MEDIA_TYPES:
        raise _unsupported("Content-Type", given, (ARRAY, LINES))
    return _MEDIA_TYPES[given]


def _is_gzip(request: Request) -> bool:
    given = request.headers.get("content-encoding", "identity").strip().lower()
    if given not in ("gzip", "x-gzip", "identity"):
        raise _unsupported("Content-Encoding", given, ("gzip", "identity"))
    return given.endswith("gzip")


def _unsupported(header: str, given: str, allowed: tuple[str, ...]) -> Problem:
    fault = Fault(f"{given[:60]!r} is not taken", parameter=header, allowed=allowed)
    detail = f"{header} must be {' or '.join(allowed)}."
    return Problem(415, "unsupported-media-type", "The body is of another kind", detail, [fault])


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        fault = "must be of 1 to 200 visible ASCII characters"
        raise invalid([Fault(fault, parameter="Idempotency-Key")])
    return key


def _cut_off(error: CutOff) -> Problem:
    worked = sum(error.summary[outcome] for outcome in Outcome)
    kept = ", ".join(f"{error.summary[outcome]} {outcome}" for outcome in Outcome)
    detail = f"{error.told} Before that, {worked} items were worked on: {kept}."
    again = "Send all of it again: what is stored is not stored twice."
    return Problem(400, "broken-body", "The body broke off", f"{detail} {again}")


PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    CutOff: _cut_off,
    BrokenBody: lambda error: Problem(400, "broken-body", "The body is broken", str(error)),
    TooLarge: lambda error: Problem(413, "too-large", "The body is too large", str(error)),
    MalformedJson: lambda error: malformed_json(str(error)),
    NotABatch: lambda error: invalid([Fault(str(error), pointer="")]),
    KeyReused: lambda _: Problem(
        422,
        "idempotency-key-reused",
        "The idempotency key belongs to another request",
        "Under this key another request was answered; make a new key for a new request.",
        [Fault("was sent with another request", parameter="Idempotency-Key")],
    ),
    UnderWay: lambda _: Problem(
        409,
        "under-way",
        "The same request is being worked on",
        "A request with this idempotency key is not answered yet. Try again in a few seconds.",
        headers={"Retry-After": "5"},
    ),
    LoaderLost: lambda _: Problem(
        503,
        "unavailable",
        "Storing was interrupted",
        "Send the same again: what is stored is not stored twice.",
        headers={"Retry-After": "1"},
    ),
}
