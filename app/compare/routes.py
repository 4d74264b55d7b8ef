"""``/v1/compare`` and ``/v1/rankings``: players side by side, honestly."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.claims.asking import POLICY_NAMES, Question, answer, single
from app.compare import queries
from app.compare.service import BENCHMARK, METRICS, compare, series
from app.storage.json import dumps
from app.web.problems import Fault, invalid, suggestion
from app.web.resources import Parameter, Resource, Shape

router = APIRouter(tags=["compare"])

COMPANIES = Parameter(
    "companies",
    Shape.LIST,
    "Slugs or ids of 1 to 20 companies, comma-separated",
    required=True,
    example="openai,anthropic,google-deepmind",
)
COMPARE = Resource(
    name="compare",
    description="One row per metric, one figure per company, a verdict and caveats per row",
    parameters=(
        COMPANIES,
        Parameter(
            "metrics",
            Shape.LIST,
            f"Metrics, comma-separated: {', '.join(METRICS)}, benchmark:<slug>",
            default="valuation,total_raised,last_round",
            example="valuation,total_raised,last_round,benchmark:gpqa",
        ),
    ),
    policies=POLICY_NAMES,
    pageable=False,
)
SERIES = Resource(
    name="series",
    description="One metric over time for several companies",
    parameters=(
        COMPANIES,
        Parameter(
            "metric",
            Shape.WORD,
            "What to follow",
            default="valuation",
            vocabulary=("valuation", "amount"),
        ),
    ),
    policies=POLICY_NAMES,
    pageable=False,
)


@router.get("/v1/compare", openapi_extra={"parameters": COMPARE.to_openapi()})
async def get_comparison(request: Request) -> Response:
    """Compare players on what was known at any moment."""

    async def make(question: Question) -> bytes:
        metrics = question.query.parameters["metrics"]
        companies = await _companies(question)
        await _check_metrics(question, metrics)
        body = await compare(question.connection, companies, metrics, question.moment)
        return single(question, dumps(body))

    return await answer(request, COMPARE, make)


@router.get("/v1/compare/series", openapi_extra={"parameters": SERIES.to_openapi()})
async def get_series(request: Request) -> Response:
    """One metric over time: every event's figure, dated, with its stage and evidence."""

    async def make(question: Question) -> bytes:
        companies = await _companies(question)
        metric = question.query.parameters["metric"]
        body = await series(question.connection, companies, metric, question.moment)
        return single(question, dumps(body))

    return await answer(request, SERIES, make)


async def _companies(question: Question) -> dict[str, UUID]:
    """The companies that were asked for.

    Raises:
        Problem: 422 that names the unknown ones.
    """
    asked = question.query.parameters["companies"]
    found = await queries.companies(question.connection, asked)
    unknown = [slug for slug in asked if slug not in found]
    if unknown:
        raise invalid(Fault(f"no company {slug[:60]!r}", parameter="companies") for slug in unknown)
    return {slug: found[slug] for slug in asked}


async def _check_metrics(question: Question, metrics: tuple[str, ...]) -> None:
    faults: list[Fault] = []
    if all(metric in METRICS for metric in metrics):
        return
    names = await queries.benchmarks(question.connection)
    allowed = (*METRICS, *(f"{BENCHMARK}{name}" for name in names))
    for metric in metrics:
        if metric not in allowed:
            message = f"unknown metric {metric[:60]!r}{suggestion(metric, allowed)}"
            faults.append(Fault(message, parameter="metrics", allowed=allowed))
    if faults:
        raise invalid(faults)
