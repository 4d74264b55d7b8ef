"""``/v1/ingest-runs``: what each run of a script did, and what of it failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from app.claims.asking import Question, answer, page, single
from app.claims.lists import count
from app.ingest.runs import queries
from app.ingest.runs.queries import COUNTS
from app.ingest.runs.schemas import RunDetail, RunPage
from app.storage.ids import decode, encode
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.web.problems import not_found
from app.web.resources import Resource

router = APIRouter(tags=["ingest"])

OUTPUTS = (
    "id",
    "name",
    "actor",
    "started_at",
    "last_active_at",
    "requests",
    "is_complete",
    *COUNTS,
)
RUNS = Resource(
    name="ingest_runs",
    description="What each ingest run did, newest first",
    fields=(
        Field(
            "started_at",
            Kind.INSTANT,
            "started_at",
            "When it began",
            "r.started_at",
            sortable=True,
            required=True,
        ),
        Field("name", Kind.TEXT, "name", "The name that its requests gave it", "r.name"),
        Field("actor", Kind.TEXT, "actor", "Name of the key that wrote", "r.actor"),
        replace(count("rejected", "Items that were rejected"), sortable=False),
        replace(count("conflict", "Items that contradict what is stored"), sortable=False),
        replace(count("waiting", "Items that wait for a decision"), sortable=False),
    ),
    default_sort="-started_at",
    outputs=OUTPUTS,
    unversioned=True,
)
RUN = replace(
    RUNS,
    name="ingest_run",
    description="One ingest run, with what was wrong with its items",
    fields=(),
    default_sort="",
    outputs=(*OUTPUTS, "failures"),
    pageable=False,
)


@router.get("/v1/ingest-runs", **RUNS.documents(RunPage))
async def list_ingest_runs(request: Request) -> Response:
    """What each ingest run did, newest first."""

    async def make(question: Question) -> bytes:
        rows = await queries.page(question.connection, question.query.listing)
        return page(question, rows, [dumps(_run(row)) for row in rows], "id")

    return await answer(request, RUNS, make)


@router.get("/v1/ingest-runs/{run}", **RUN.documents(RunDetail))
async def get_ingest_run(run: str, request: Request) -> Response:
    """One ingest run, with what was wrong with its items (the first 1,000 of them)."""

    async def make(question: Question) -> bytes:
        identity = decode("run", run)
        row = identity and await queries.run(question.connection, identity)
        if not row:
            raise not_found("ingest run", run)
        failures = await queries.failures(question.connection, row["id"])
        return single(
            question, dumps({**_run(row), "failures": [_failure(one) for one in failures]})
        )

    return await answer(request, RUN, make)


def _run(row: dict[str, Any]) -> dict[str, Any]:
    plain = ("name", "actor", "started_at", "last_active_at", "requests")
    return {
        "id": encode("run", row["id"]),
        **{name: row[name] for name in plain},
        "is_complete": row["completed"] == row["requests"],
        **{name: row[name] for name in COUNTS},
    }


def _failure(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("item", "type", "status", "errors", "recorded_at")}
