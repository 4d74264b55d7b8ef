"""What requests with a body share, writes above all: their parameters, and plain answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from app.storage.json import dumps
from app.web.envelope import JSON
from app.web.problems import Fault, invalid

DryRun = Annotated[bool, Query(description="Store nothing; tell what would happen")]


def refuse_others(request: Request, *known: str) -> None:
    """Refuse parameters that a write does not know.

    Raises:
        Problem: 422 that names each of them.
    """
    unknown = sorted(request.query_params.keys() - {*known})
    if unknown:
        raise invalid(
            Fault("unknown parameter", parameter=name[:100], allowed=known) for name in unknown
        )


def plain(body: dict[str, Any]) -> Response:
    """An answer without an entity tag: what was asked in a body is not asked again by a URL."""
    return Response(dumps(body), media_type=JSON)
