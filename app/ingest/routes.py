"""``POST /v1/ingest``: a batch of identities and documents in, a result per item out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.ingest.schemas import BatchResult
from app.ingest.service import ingest, summary
from app.ingest.validation import MalformedJson, parse_json
from app.storage.json import dumps
from app.web.auth import require_writer
from app.web.problems import Fault, Problem, invalid

router = APIRouter(tags=["ingest"])

MOST_ITEMS = 10_000


@router.post(
    "/v1/ingest",
    dependencies=[Depends(require_writer)],
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
async def ingest_batch(request: Request, dry_run: Annotated[bool, Query()] = False) -> Response:
    """Store a JSON array of items; each is stored whole or reported whole."""
    unknown = request.query_params.keys() - {"dry_run"}
    if unknown:
        raise invalid(
            Fault("unknown parameter", parameter=name[:100], allowed=("dry_run",))
            for name in sorted(unknown)
        )
    items = _items(await request.body())
    results = await ingest(request.app.state.engine, items, dry_run=dry_run)
    body = {
        "items": [result.to_json() for result in results],
        "summary": summary(results),
        "meta": {"dry_run": dry_run},
    }
    return Response(dumps(body), media_type="application/json")


def _items(body: bytes) -> list[Any]:
    try:
        items = parse_json(body)
    except MalformedJson as error:
        detail = f"The body is not JSON: {error}"
        raise Problem(400, "malformed-json", "Malformed JSON", detail) from error
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        message = f"must be an array of 1 to {MOST_ITEMS} items"
        raise invalid([Fault(message, pointer="")])
    return items
