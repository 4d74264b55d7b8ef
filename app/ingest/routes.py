"""``POST /v1/ingest``: a batch of identities and documents in, a result per item out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from app.claims.evidence import claim_json
from app.ingest.retraction import retract
from app.ingest.schemas import BatchResult, Retracted, Retraction, RetractionStatus
from app.ingest.service import ingest, summary
from app.ingest.validation import MalformedJson, parse_json
from app.keys.gate import require
from app.keys.key import Scope
from app.storage.ids import decode
from app.storage.json import dumps
from app.web.problems import Fault, Problem, invalid, not_found

router = APIRouter(tags=["ingest"])
retractions = APIRouter(tags=["claims"])

MOST_ITEMS = 10_000
Ingesting = Annotated[str, require(Scope.INGEST)]
Reviewing = Annotated[str, require(Scope.REVIEW)]
"""The name of the key that does it."""


@router.post(
    "/v1/ingest",
    responses={200: {"model": BatchResult, "description": "One result per item"}},
    openapi_extra={
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
    request: Request, actor: Ingesting, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Store a JSON array of items; each is stored whole or reported whole."""
    _check_parameters(request)
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
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Retraction"}}
            },
        },
    },
)
async def retract_claim(
    claim: str, request: Request, actor: Reviewing, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Take a claim out from now on, with a reason; it stays to be read as it was."""
    _check_parameters(request)
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


def _check_parameters(request: Request) -> None:
    unknown = request.query_params.keys() - {"dry_run"}
    if unknown:
        raise invalid(
            Fault("unknown parameter", parameter=name[:100], allowed=("dry_run",))
            for name in sorted(unknown)
        )


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
        detail = f"The body is not JSON: {error}"
        raise Problem(400, "malformed-json", "Malformed JSON", detail) from error


def _items(body: bytes) -> list[Any]:
    items = _json(body)
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        message = f"must be an array of 1 to {MOST_ITEMS} items"
        raise invalid([Fault(message, pointer="")])
    return items
