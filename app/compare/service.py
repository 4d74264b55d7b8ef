"""Comparisons: one row per metric, one figure per company, and a verdict on each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import views
from app.claims.capital import CAPITAL
from app.claims.company_view import reference_in
from app.claims.figures import missing
from app.claims.moment import NOW, Moment
from app.claims.view_rows import Row, parsed
from app.claims.vocabulary import Basis, Caveat, Metric, NullReason, Verdict, words
from app.compare import queries
from app.compare.alignment import (
    Aligned,
    Footing,
    in_one_currency,
    is_present,
    like_for_like,
)
from app.compare.investors import investors
from app.compare.verdicts import verdict
from app.storage.ids import decode

OF_EVENTS = ("valuation", "total_raised", "last_round", "funding_events")
METRICS = (*OF_EVENTS, *words(Metric))
BENCHMARK = "benchmark:"

Json = dict[str, Any]


async def players(
    connection: AsyncConnection, names: Sequence[str], moment: Moment
) -> dict[str, Row]:
    """The views of companies at a moment, by the name they were asked for by.

    A name is a present or former slug, or an id; those not known by the moment are left out.
    """
    if moment == NOW:
        return await queries.stored_companies(connection, names)
    found = await queries.companies(connection, names, moment)
    rows = await views.of_ids(connection, views.COMPANIES, list(found.values()), moment)
    return {name: rows[identity] for name, identity in found.items() if identity in rows}


async def compare(
    connection: AsyncConnection,
    companies: Sequence[Row],
    metrics: Sequence[str],
    supposed: Sequence[Row],
    moment: Moment,
    capital: str,
) -> Json:
    """Compare companies (their views at the moment) on metrics.

    ``supposed`` are views of events to be taken as true: their valuations stand in the place
    of what is known of their companies, which stands beside them. ``capital`` says in which
    light money raised is told.
    """
    columns = [_supposing(parsed(company), supposed) for company in companies]
    scores = await _scores(connection, companies, metrics, moment)
    rows = []
    for metric in metrics:
        cells = {column["slug"]: cell_of(metric, column, capital) for column in columns}
        await _align(connection, metric, columns, cells, scores, moment)
        rows.append(_judged(metric, cells, moment))
    return {
        "companies": [reference_of(company) for company in columns],
        "rows": rows,
    }


async def _align(
    connection: AsyncConnection,
    metric: str,
    columns: Sequence[Json],
    cells: Mapping[str, Json],
    scores: Mapping[str, Mapping[str, Sequence[Json]]],
    moment: Moment,
) -> None:
    """Bring the figures of a row onto one footing; what stood there before stays beside."""
    if metric == "valuation":
        candidates = await _on_bases(connection, cells, moment)
        put(cells, like_for_like(candidates, [lambda figure: figure["basis"]]))
    elif metric in _LIKENESS:
        figures = {column["slug"]: _told(column["metrics"], metric) for column in columns}
        put(cells, like_for_like(figures, _LIKENESS[metric]))
    elif metric.startswith(BENCHMARK):
        put(cells, like_for_like(scores.get(metric.removeprefix(BENCHMARK), {}), [_run]))
    put(cells, in_one_currency({slug: cell["figure"] for slug, cell in cells.items()}))


def _told(metrics: Iterable[Json], name: str) -> list[Json]:
    """A company's figures of one metric; those that say why there is none only if all do."""
    figures = [figure for figure in metrics if figure["metric"] == name]
    return [figure for figure in figures if is_present(figure)] or figures[:1]


def _run(figure: Json) -> tuple[Any, ...]:
    return figure["version"], figure["setting"], figure["evaluator"]


_LIKENESS: Mapping[str, Sequence[Footing]] = {
    Metric.REVENUE: [lambda f: (f["setting"], f["period"]), lambda f: f["setting"]],
    Metric.USERS: [lambda f: f["period"]],
    Metric.HEADCOUNT: [lambda f: f["unit"]],
    Metric.COMPUTE: [lambda f: f["unit"]],
}
"""What must be equal for two figures of a company to be alike, the strictest first."""


def put(cells: Mapping[str, Json], aligned: Mapping[str, Aligned]) -> None:
    for slug, one in aligned.items():
        cells[slug]["figure"] = one.figure
        if one.as_stated is not None:
            cells[slug].setdefault("as_stated", one.as_stated)


async def _on_bases(
    connection: AsyncConnection, cells: Mapping[str, Json], moment: Moment
) -> dict[str, list[Json]]:
    """The valuations to choose from, where those that stand there differ in their basis.

    They are what was said of the same event on another basis, or follows from it.
    """
    stated = {slug: cell["figure"] for slug, cell in cells.items() if is_present(cell["figure"])}
    exact = {slug: f for slug, f in stated.items() if f["basis"] != Basis.UNSPECIFIED}
    if len({figure["basis"] for figure in exact.values()}) < 2:
        return {}
    ids = {slug: decode("evt", figure["event"]["id"]) for slug, figure in exact.items()}
    rows = await views.of_ids(connection, views.EVENTS, [i for i in ids.values() if i], moment)
    return {
        slug: [figure, *_other_bases(figure, parsed(rows[identity]))]
        for slug, figure in exact.items()
        if (identity := ids[slug]) in rows and identity is not None
    }


def _other_bases(figure: Json, event: Json) -> list[Json]:
    others = {**event["derived_valuations"], **event["valuations"]}
    return [
        {
            **other,
            "event": figure["event"],
            "caveats": [*other["caveats"], Caveat.VAL_BASIS_ALIGNED],
        }
        for basis, other in others.items()
        if basis not in (figure["basis"], Basis.UNSPECIFIED)
        and other["currency"] == figure["currency"]
        and is_present(other)
    ]


def _judged(metric: str, cells: Mapping[str, Json], moment: Moment) -> Json:
    figures = {slug: cell["figure"] for slug, cell in cells.items()}
    word, warnings = verdict(metric, figures, moment.at)
    return {
        "metric": metric,
        "verdict": word,
        "caveats": [warning.caveat for warning in warnings],
        "warnings": [warning.to_json() for warning in warnings],
        "cells": dict(cells),
    }


class NotComparable(Exception):
    """Rows of a comparison must not be compared; ``rows`` tells of each, why."""

    def __init__(self, rows: Sequence[str]) -> None:
        super().__init__("; ".join(rows))
        self.rows = rows


def settled(comparison: Json, on_incomparable: str) -> Json:
    """A comparison, with what must not be compared left to its warning, nulled, or refused.

    Raises:
        NotComparable: there is such a row, and the answer was to ``fail`` then.
    """
    if on_incomparable == "warn":
        return comparison
    refused = [row for row in comparison["rows"] if row["verdict"] == Verdict.NOT_COMPARABLE]
    if refused and on_incomparable == "fail":
        raise NotComparable([f"{row['metric']}: {', '.join(row['caveats'])}" for row in refused])
    rows = [_nulled(row) if row in refused else row for row in comparison["rows"]]
    return {**comparison, "rows": rows}


def _nulled(row: Json) -> Json:
    null = missing(NullReason.NOT_APPLICABLE).to_json()
    return {**row, "cells": {slug: {"figure": null} for slug in row["cells"]}}


async def series(
    connection: AsyncConnection, companies: Sequence[Row], metric: str, moment: Moment
) -> Json:
    """One metric over time: the events of each company in order, with their figures."""
    rows = await views.events_of(connection, companies, moment)
    points: dict[str, list[Json]] = {}
    for row in sorted(rows, key=lambda r: (str(r["happened_on"]), r["slug"])):
        event = parsed(row)
        figure = event["valuation" if metric == "valuation" else "amount"]
        if row["happened_on"] is not None and figure["null_reason"] is None:
            points.setdefault(row["company_slug"], []).append(_point(event, figure))
    slugs = [company["slug"] for company in companies]
    return {
        "metric": metric,
        "series": [{"company": slug, "points": points.get(slug, [])} for slug in slugs],
    }


async def shared_investors(
    connection: AsyncConnection,
    companies: Sequence[Row],
    moment: Moment,
    *,
    everyone: bool,
    rumours: bool,
) -> Json:
    """Who takes part in the deals of which of some companies (their views at the moment)."""
    events = [parsed(row) for row in await views.events_of(connection, companies, moment)]
    named = {part["company"]["id"] for event in events for part in event["investors"]}
    parents = await queries.parents(connection, sorted(named))
    references = [reference_of(parsed(company)) for company in companies]
    return investors(references, events, parents, everyone=everyone, rumours=rumours)


def cell_of(metric: str, company: Json, capital: str) -> Json:
    """What a company shows of a metric, before it is aligned with others."""
    match metric:
        case "valuation":
            figure, rumoured = company["valuation"], company["rumoured_valuations"]
            if "supposed" in company:
                return {"figure": company["supposed"], "rumoured": rumoured, "known": figure}
            return {"figure": figure, "rumoured": rumoured}
        case "total_raised":
            total = company["total_raised"]
            beside = {"debt": total["debt"], "if_true": total["if_true"]}
            if capital == CAPITAL[0]:
                return {"figure": total["equity"], **beside}
            return {"figure": total[capital], "headline": total["equity"], **beside}
        case "last_round":
            return {"figure": company["last_round"]}
        case "funding_events":
            return {"figure": _count(company)}
    return {"figure": missing().to_json()}


def _supposing(company: Json, events: Iterable[Row]) -> Json:
    for row in events:
        event = parsed(row)
        if event["company"]["id"] == company["id"]:
            supposed = {**event["valuation"], "event": reference_in(event)}
            company = {**company, "supposed": supposed}
    return company


def _count(company: Json) -> Json:
    count = company["funding_events"]
    derived = {"formula": "number of funding events on record", "inputs": []}
    shape = missing().to_json()
    figure = {"low": count, "high": count, "qualifier": "exact", "null_reason": None}
    return {**shape, **figure, "derived": derived}


async def _scores(
    connection: AsyncConnection, companies: Sequence[Row], metrics: Sequence[str], moment: Moment
) -> dict[str, dict[str, list[Json]]]:
    """The scores of all products of each company by benchmark and company, the best first.

    Each is somebody's claim like any other: its product, version, setting and evaluator stand
    beside it.
    """
    names = [metric.removeprefix(BENCHMARK) for metric in metrics if metric.startswith(BENCHMARK)]
    if not names:
        return {}
    slugs = {company["company_id"]: company["slug"] for company in companies}
    pairs = await queries.benchmark_products(connection, list(slugs), names)
    product_ids = list(dict.fromkeys(product for _, product in pairs))
    rows = await views.of_ids(connection, views.PRODUCTS, product_ids, moment)
    products = {identity: parsed(row) for identity, row in rows.items()}
    scores: dict[str, dict[str, list[Json]]] = {name: {} for name in names}
    known = [(slugs[c], products[p]) for c, p in pairs if p in products]
    for slug, product in sorted(known, key=lambda pair: str(pair[1]["slug"])):
        for figure in product["benchmarks"]:
            if figure["benchmark"] in scores and is_present(figure):
                mine = scores[figure["benchmark"]].setdefault(slug, [])
                mine.append({**figure, "product": reference_of(product)})
    for of_benchmark in scores.values():
        for mine in of_benchmark.values():
            mine.sort(key=_score, reverse=True)
    return scores


def _score(figure: Json) -> Decimal:
    return Decimal(figure["low"] if figure["low"] is not None else figure["high"] or 0)


def reference_of(body: Json) -> Json:
    return {key: body[key] for key in ("id", "slug", "name")}


def _point(event: Json, figure: Json) -> Json:
    return {
        "date": event["happened_on"],
        "event": {key: event[key] for key in ("id", "slug", "label")},
        "stage": event["stage"],
        "evidence_status": event["evidence_status"],
        "is_rumour": event["is_rumour"],
        "figure": figure,
    }
