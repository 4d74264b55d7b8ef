"""Comparisons: one row per metric, one figure per company, and a verdict on each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import views
from app.claims.company_view import reference_in
from app.claims.figures import missing
from app.claims.moment import NOW, Moment
from app.claims.view_rows import Row, parsed
from app.claims.vocabulary import Unranked
from app.compare import queries
from app.compare.investors import investors
from app.compare.verdicts import verdict

METRICS = ("valuation", "total_raised", "last_round", "funding_events")
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
) -> Json:
    """Compare companies (their views at the moment) on metrics.

    ``supposed`` are views of events to be taken as true: their valuations stand in the place
    of what is known of their companies, which stands beside them.
    """
    wanted = [metric.removeprefix(BENCHMARK) for metric in metrics if metric.startswith(BENCHMARK)]
    scores = await _scores(connection, companies, wanted, moment) if wanted else {}
    columns = [_supposing(parsed(company), supposed) for company in companies]
    return {
        "companies": [_reference(company) for company in columns],
        "rows": [_row(metric, columns, scores) for metric in metrics],
    }


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
    references = [_reference(parsed(company)) for company in companies]
    return investors(references, events, parents, everyone=everyone, rumours=rumours)


BEFORE_THE_FIRST = (0, 0, None)
"""What a ranking begins with: no rows seen, no rank given, no value."""


def ranked(
    rows: Sequence[Row], metric: str, seen: int, rank: int, before: Decimal | None
) -> list[Json]:
    """Rows in falling order of a metric, with their ranks: 1, 2, 2, 4 (ties share one).

    ``seen`` rows came on earlier pages, the last of them at ``rank`` with the value
    ``before``. A row without a value has no rank, and says why.
    """
    values = [row[f"{metric}_ranked"] for row in rows]
    items: list[Json] = []
    for position, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value != before:
            rank = seen + position + 1
        following = values[position + 1] if position + 1 < len(values) else None
        tied = value is not None and value in (before, following)
        before = value
        company = parsed(row)
        items.append(
            {
                **_reference(company),
                "rank": None if value is None else rank,
                "tied": tied,
                "unranked": _unranked(row, metric) if value is None else None,
                **_cell(metric, company, {}),
            }
        )
    return items


def _unranked(row: Row, metric: str) -> Unranked:
    elsewhere = row[f"{metric}_currency"] is not None
    if metric == "total_raised":
        elsewhere = bool(parsed(row)["total_raised"]["other_currencies"])
    return Unranked.OTHER_CURRENCY if elsewhere else Unranked.NO_FIGURE


def _row(metric: str, companies: Iterable[Json], scores: Mapping[tuple[str, str], Json]) -> Json:
    cells = {company["slug"]: _cell(metric, company, scores) for company in companies}
    word, caveats = verdict(metric, [cell["figure"] for cell in cells.values()])
    return {"metric": metric, "verdict": word, "caveats": caveats, "cells": cells}


def _cell(metric: str, company: Json, scores: Mapping[tuple[str, str], Json]) -> Json:
    match metric:
        case "valuation":
            figure, rumoured = company["valuation"], company["rumoured_valuations"]
            if "supposed" in company:
                return {"figure": company["supposed"], "rumoured": rumoured, "known": figure}
            return {"figure": figure, "rumoured": rumoured}
        case "total_raised":
            total = company["total_raised"]
            return {"figure": total["equity"], "debt": total["debt"], "if_true": total["if_true"]}
        case "last_round":
            return {"figure": company["last_round"]}
        case "funding_events":
            return {"figure": _count(company)}
    score = scores.get((company["slug"], metric.removeprefix(BENCHMARK)))
    return {"figure": score or missing().to_json()}


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
    connection: AsyncConnection, companies: Sequence[Row], names: Sequence[str], moment: Moment
) -> dict[tuple[str, str], Json]:
    """The best score of any product of each company on each benchmark.

    The best one is somebody's claim like any other: its product, version, setting and
    evaluator stand beside it, and the verdict tells where they differ.
    """
    slugs = {company["company_id"]: company["slug"] for company in companies}
    pairs = await queries.benchmark_products(connection, list(slugs), names)
    product_ids = list(dict.fromkeys(product for _, product in pairs))
    rows = await views.of_ids(connection, views.PRODUCTS, product_ids, moment)
    products = {identity: parsed(row) for identity, row in rows.items()}
    best: dict[tuple[str, str], Json] = {}
    known = [(slugs[c], products[p]) for c, p in pairs if p in products]
    for slug, product in sorted(known, key=lambda pair: str(pair[1]["slug"])):
        for figure in product["benchmarks"]:
            place = (slug, figure["benchmark"])
            if figure["benchmark"] not in names:
                continue
            if place not in best or _score(figure) > _score(best[place]):
                best[place] = {**figure, "product": _reference(product)}
    return best


def _score(figure: Json) -> Decimal:
    return Decimal(figure["low"] if figure["low"] is not None else figure["high"] or 0)


def _reference(body: Json) -> Json:
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
