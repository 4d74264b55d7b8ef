"""``/v1/quality``: what must not be trusted, by player."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

from fastapi import APIRouter, Request, Response

from app.claims import views
from app.claims import vocabulary as v
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page
from app.claims.lists import COMPANY
from app.claims.view_rows import Row
from app.claims.vocabulary import words
from app.companies.routes import COMPANIES as PLAYERS
from app.quality.schemas import FlawedPage
from app.quality.service import ERRORS, FLAWED, WARNINGS
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
    description="Players of whom something that is said does not cohere, the most errors first",
    fields=(
        replace(COMPANY, column="slug"),
        *(field for field in PLAYERS.fields if field.name in ("kind", "country", "name")),
        CHECK,
        SEVERITY,
        ERRORS,
        WARNINGS,
    ),
    default_sort="-errors,-warnings",
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
)


@router.get("/v1/quality", **QUALITY.documents(FlawedPage))
async def list_findings(request: Request) -> Response:
    """What does not cohere: sums, dates, units and stages that cannot all be true."""

    async def make(question: Question) -> bytes:
        listing = question.query.listing
        flawed = replace(listing, filters=(*_together(listing.filters), FLAWED))
        rows = await views.page(question.connection, views.COMPANIES, flawed, question.moment)
        bodies = [dumps(_item(row, listing.filters)) for row in rows]
        return page(question, rows, bodies, "company_id")

    return await answer(request, QUALITY, make)


def _together(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
    """The filters, with a check and a severity meant of one and the same finding."""
    asked = _asked(filters)
    if not asked.keys() >= {"check", "severity"}:
        return filters
    pairs = tuple(f"{c}|{s}" for c, s in product(asked["check"], asked["severity"]))
    rest = (item for item in filters if item.field not in (CHECK, SEVERITY))
    return (*rest, Filter(CHECK, "in", pairs))


def _asked(filters: tuple[Filter, ...]) -> dict[str, tuple[str, ...]]:
    return {
        item.field.name: item.value if isinstance(item.value, tuple) else (item.value,)
        for item in filters
        if item.field in (CHECK, SEVERITY)
    }


def _item(row: Row, filters: tuple[Filter, ...]) -> dict[str, Any]:
    """A player with the findings that were asked for."""
    found = loads(row["findings"])
    asked = _asked(filters)
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
