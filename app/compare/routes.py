"""``/v1/compare`` and ``/v1/rankings``: players side by side, honestly."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.claims import views
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page, single
from app.claims.capital import CAPITAL
from app.claims.lists import interval, number
from app.claims.naming import unknown_name
from app.claims.view_queries import COMPANY_VIEW
from app.claims.view_rows import Row
from app.companies.routes import COMPANIES as PLAYERS
from app.compare import queries
from app.compare.investors import SEVERAL
from app.compare.ranking import BEFORE_THE_FIRST, column_of, in_what_verdict, ranked
from app.compare.schemas import Comparison, Ranking, Series, SharedInvestors
from app.compare.service import (
    BENCHMARK,
    METRICS,
    NotComparable,
    compare,
    players,
    series,
    settled,
    shared_investors,
)
from app.storage.json import dumps
from app.web.parameters import parse
from app.web.problems import Fault, invalid, not_found, suggestion
from app.web.resources import Parameter, Resource, Shape

router = APIRouter(tags=["compare"])

COMPANIES = Parameter(
    "companies",
    Shape.LIST,
    "Slugs or ids of 1 to 20 companies, comma-separated",
    required=True,
    example="openai,anthropic,google-deepmind",
)
CAPITALS = Parameter(
    "capital",
    Shape.WORD,
    "In which light money raised is told: all that was announced, what of it named investors are"
    " known to owe, what of that waits for nothing, or what is paid",
    default=CAPITAL[0],
    vocabulary=CAPITAL,
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
        Parameter(
            "if_true",
            Shape.LIST,
            "Funding events (slugs or ids) taken as true: their valuation stands in the place"
            " of their company's, which stands beside it",
        ),
        CAPITALS,
        Parameter(
            "on_incomparable",
            Shape.WORD,
            "What to do with a row whose verdict is not_comparable: warn, put nulls in the place"
            " of its figures, or refuse the whole answer",
            default="warn",
            vocabulary=("warn", "null", "fail"),
        ),
    ),
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
    counts_days=True,
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
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
    pageable=False,
)
INVESTORS = Resource(
    name="investors",
    description="Who backs which of several companies, and what share each two have in common",
    parameters=(
        replace(COMPANIES, description="Slugs or ids of 2 to 20 companies, comma-separated"),
        Parameter(
            "investors",
            Shape.WORD,
            "Only those that back at least two of the companies, or all",
            default="shared",
            vocabulary=("shared", "all"),
        ),
        Parameter(
            "rumours",
            Shape.WORD,
            "Whether a part that is only talked about makes a backer",
            default="exclude",
            vocabulary=("exclude", "include"),
        ),
    ),
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
    pageable=False,
    one_state=True,
)

RANKED = ("valuation", "total_raised", "last_round")
RANKINGS = Resource(
    name="rankings",
    description="Companies by one figure in USD, the largest first; those without a place last",
    fields=(
        *(
            field
            for field in PLAYERS.fields
            if field.name in ("kind", "country", "valuation.basis", "total_raised")
        ),
        interval("valuation", "valuation_usd", "Valuation in USD, as an interval"),
        interval("last_round", "last_round_usd", "Last round in USD, as an interval"),
        *(
            replace(number(f"rank.{name}", f"{name}_ranked", "Place"), filterable=False)
            for name in (*RANKED, *CAPITAL[1:])
        ),
    ),
    parameters=(CAPITALS,),
    default_sort="-rank.valuation",
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
    counts_days=True,
    fixed_order=True,
)


@router.get("/v1/compare", **COMPARE.documents(Comparison))
async def get_comparison(request: Request) -> Response:
    """Compare players on what was known at any moment."""

    async def make(question: Question) -> bytes:
        metrics = question.query.parameters["metrics"]
        companies = await _companies(question)
        await _check_metrics(question, metrics)
        supposed = await _supposed(question, companies)
        asked = question.query.parameters
        body = await compare(
            question.connection, companies, metrics, supposed, question.moment, asked["capital"]
        )
        try:
            return single(question, dumps(settled(body, asked["on_incomparable"])))
        except NotComparable as refusal:
            raise invalid(
                Fault(told, parameter="on_incomparable", allowed=("warn", "null"))
                for told in refusal.rows
            ) from refusal

    return await answer(request, COMPARE, make)


@router.get("/v1/compare/series", **SERIES.documents(Series))
async def get_series(request: Request) -> Response:
    """One metric over time: every event's figure, dated, with its stage and evidence."""

    async def make(question: Question) -> bytes:
        companies = await _companies(question)
        metric = question.query.parameters["metric"]
        body = await series(question.connection, companies, metric, question.moment)
        return single(question, dumps(body))

    return await answer(request, SERIES, make)


@router.get("/v1/compare/investors", **INVESTORS.documents(SharedInvestors))
async def get_shared_investors(request: Request) -> Response:
    """Who backs several of some players: their parts in each deal, and what each two share."""

    async def make(question: Question) -> bytes:
        companies = await _companies(question, SEVERAL)
        given = question.query.parameters
        body = await shared_investors(
            question.connection,
            companies,
            question.moment,
            everyone=given["investors"] == "all",
            rumours=given["rumours"] == "include",
        )
        return single(question, dumps(body))

    return await answer(request, INVESTORS, make)


@router.get("/v1/rankings/{metric}", **RANKINGS.documents(Ranking))
async def get_ranking(metric: str, request: Request) -> Response:
    """League table of one metric: ties share a rank, those without a figure have none."""
    if metric not in RANKED:
        raise not_found("metric", metric, RANKED)
    # A cursor pins what it walks by, so the order follows from the request as a whole.
    asked = parse(RANKINGS, request, request.app.state.secret)
    capital = asked.parameters["capital"]
    if metric != "total_raised" and capital != CAPITAL[0]:
        told = f"only total_raised is told in another light, not {metric}"
        raise invalid([Fault(told, parameter="capital", allowed=CAPITAL[:1])])
    order = f"-rank.{column_of(metric, capital)}"
    ranking = replace(RANKINGS, name=f"rankings/{metric}", default_sort=order)

    async def make(question: Question) -> bytes:
        connection, query = question.connection, question.query
        rows = await views.page(connection, views.COMPANIES, query.listing, question.moment)
        cursor = query.cursor
        before = (cursor.seen, cursor.rank, cursor.after[0]) if cursor else BEFORE_THE_FIRST
        items = ranked(rows, metric, capital, *before)[: query.listing.limit]
        last = next((item["rank"] for item in reversed(items) if item["rank"]), 0)
        body = page(question, rows, [dumps(item) for item in items], "company_id", last)
        judged = dumps(in_what_verdict(metric, items, question.moment))
        return b"%b,%b" % (body[:-1], judged[1:])

    return await answer(request, ranking, make)


async def _companies(question: Question, least: int = 1) -> list[Row]:
    """The views of the companies that were asked for, each once, in the order asked.

    Raises:
        Problem: 422 that names the ones not known (by the moment asked about), or if they
            are fewer than ``least``.
    """
    asked = question.query.parameters["companies"]
    found = await players(question.connection, asked, question.moment)
    unknown = [name for name in asked if name not in found]
    if unknown:
        raise invalid([await unknown_name(question, COMPANY_VIEW, n, "companies") for n in unknown])
    companies = list({found[name]["company_id"]: found[name] for name in asked}.values())
    if len(companies) < least:
        raise invalid([Fault(f"names fewer than {least} companies", parameter="companies")])
    return companies


async def _supposed(question: Question, companies: list[Row]) -> list[Row]:
    """The views of the events that are to be taken as true.

    Raises:
        Problem: 422 that names the ones not known, of none of the companies, without a
            valuation, or the second of one company.
    """
    faults: list[Fault] = []
    found: list[Row] = []
    players = {company["company_id"] for company in companies}
    for name in question.query.parameters["if_true"] or ():
        row = await views.whole_row(question.connection, views.EVENTS, name, question.moment)
        told = None
        if row is None or row["company_id"] not in players:
            told = f"no funding event {name[:60]!r} of these companies"
        elif row["valuation_low"] is None and row["valuation_high"] is None:
            told = f"{name[:60]!r} states no valuation"
        elif any(row["company_id"] == other["company_id"] for other in found):
            told = f"{name[:60]!r} is a second event of one company"
        if told is not None:
            faults.append(Fault(told, parameter="if_true"))
        elif row is not None:
            found.append(row)
    if faults:
        raise invalid(faults)
    return found


async def _check_metrics(question: Question, metrics: tuple[str, ...]) -> None:
    named = [m.removeprefix(BENCHMARK) for m in metrics if m.startswith(BENCHMARK)]
    unknown = {metric for metric in metrics if metric not in METRICS}
    if named:
        missing = set(await queries.unknown_benchmarks(question.connection, named))
        unknown -= {f"{BENCHMARK}{name}" for name in named if name not in missing}
    if not unknown:
        return
    known = await queries.benchmarks(question.connection)
    allowed = (*METRICS, *(f"{BENCHMARK}{name}" for name in known))
    raise invalid(
        Fault(
            f"unknown metric {metric[:60]!r}{suggestion(metric, allowed)}",
            parameter="metrics",
            allowed=allowed,
        )
        for metric in metrics
        if metric in unknown
    )
