"""``/v1/quality``: what must not be trusted, by player."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from app.claims import views
from app.claims import vocabulary as v
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page
from app.claims.lists import COMPANY, count
from app.claims.view_rows import Row
from app.claims.vocabulary import words
from app.companies.routes import COMPANIES as PLAYERS
from app.quality.schemas import FlawedPage
from app.quality.service import FLAWED
from app.storage.ids import encode
from app.storage.json import dumps, loads
from app.storage.listing import Field, Filter, Kind
from app.web.resources import Resource

router = APIRouter(tags=["quality"])

CHECK = Field(
    "check", Kind.WORD, "checks", "What does not cohere", None, words(v.Check), multiple=True
)
SEVERITY = Field(
    "severity", Kind.WORD, "severities", "How bad it is", None, words(v.Severity), multiple=True
)
QUALITY = Resource(
    name="quality",
    description="Players of which not all that is said can be true, the most errors first",
    fields=(
        replace(COMPANY, column="slug"),
        *(field for field in PLAYERS.fields if field.name in ("kind", "country", "name")),
        CHECK,
        SEVERITY,
        count("errors", "Number of errors"),
        count("warnings", "Number of warnings"),
    ),
    default_sort="-errors",
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
)


@router.get("/v1/quality", **QUALITY.documents(FlawedPage))
async def list_findings(request: Request) -> Response:
    """What does not cohere: sums, dates, units and stages that cannot all be true."""

    async def make(question: Question) -> bytes:
        listing = question.query.listing
        flawed = replace(listing, filters=(*listing.filters, FLAWED))
        rows = await views.page(question.connection, views.COMPANIES, flawed, question.moment)
        bodies = [dumps(_item(row, listing.filters)) for row in rows]
        return page(question, rows, bodies, "company_id")

    return await answer(request, QUALITY, make)


def _item(row: Row, filters: tuple[Filter, ...]) -> dict[str, Any]:
    """A player with the findings that were asked for."""
    found = loads(row["findings"])
    asked = {
        item.field.name: item.value if isinstance(item.value, tuple) else (item.value,)
        for item in filters
        if item.field in (CHECK, SEVERITY)
    }
    return {
        "company": {
            "id": encode("cmp", row["company_id"]),
            "slug": row["slug"],
            "name": row["name"],
        },
        "errors": row["errors"],
        "warnings": row["warnings"],
        "findings": [
            finding
            for finding in found
            if all(finding[name] in values for name, values in asked.items())
        ],
    }
