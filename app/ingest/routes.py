"""``POST /v1/ingest``: a batch of identities and documents in, a result per item out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError

from app.claims.evidence import claim_json
from app.ingest.retraction import retract
from app.ingest.schemas import BatchResult, Retracted, Retraction, RetractionStatus
from app.ingest.service import ingest, summary
from app.ingest.validation import MalformedJson, parse_json
from app.storage.ids import decode
from app.storage.json import dumps
from app.web.auth import require_writer
from app.web.parameters import refuse_others
from app.web.problems import Fault, invalid, malformed_json, not_found

router = APIRouter(tags=["ingest"])
retractions = APIRouter(tags=["claims"])

MOST_ITEMS = 10_000
Writer = Annotated[str, Depends(require_writer)]
"""The name of who writes."""


@router.post(
    "/v1/ingest",
    responses={200: {"model": BatchResult, "description": "One result per item"}},
    openapi_extra={
        "security": [{"writer": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_ITEMS,
                        "items": {"$ref": "#/components/schemas/Item"},
                    }
                }
            },
        },
    },
)
async def ingest_batch(
    request: Request, actor: Writer, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Store a JSON array of items; each is stored whole or reported whole."""
    refuse_others(request, "dry_run")
    items = _items(await request.body())
    results = await ingest(request.app.state.engine, items, actor=actor, dry_run=dry_run)
    body = {
        "items": [result.to_json() for result in results],
        "summary": summary(results),
        "meta": {"dry_run": dry_run},
    }
    return Response(dumps(body), media_type="application/json")


@retractions.post(
    "/v1/claims/{claim}/retract",
    responses={200: {"model": Retracted, "description": "The claim as it stands now"}},
    openapi_extra={
        "security": [{"writer": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Retraction"}}
            },
        },
    },
)
async def retract_claim(
    claim: str, request: Request, actor: Writer, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Take a claim out from now on, with a reason; it stays to be read as it was."""
    refuse_others(request, "dry_run")
    reason = _reason(_json(await request.body()))
    identity = decode("clm", claim)
    if identity is None:
        raise not_found("claim", claim)
    new, row = await retract(
        request.app.state.engine, identity, reason, actor=actor, dry_run=dry_run
    )
    if row is None:
        raise not_found("claim", claim)
    status = RetractionStatus.RETRACTED if new else RetractionStatus.UNCHANGED
    body = {"status": status, "claim": claim_json(row), "meta": {"dry_run": dry_run}}
    return Response(dumps(body), media_type="application/json")


def _reason(body: Any) -> str:
    try:
        return Retraction.model_validate(body).reason
    except ValidationError as error:
        raise invalid(
            Fault(fault["msg"], pointer="".join(f"/{part}" for part in fault["loc"]))
            for fault in error.errors()
        ) from error


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except MalformedJson as error:
        raise malformed_json(str(error)) from error


def _items(body: bytes) -> list[Any]:
    items = _json(body)
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        message = f"must be an array of 1 to {MOST_ITEMS} items"
        raise invalid([Fault(message, pointer="")])
    return items
