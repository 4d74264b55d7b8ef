"""Proof that hot reads are served by indexes, however much there is.

    python -m benchmarks.explain --data-dir DIR

Calls the application in process, captures the statements it really sends, and runs each
again under EXPLAIN (ANALYZE, BUFFERS). Ends with status 1 if a hot read scans a big table
from end to end or reads far more rows than it answers with.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine, read_connection
from benchmarks.database import add_data_dir, database
from benchmarks.samples import busy_companies, far_into

BIG = frozenset(
    {"company", "company_name", "company_view", "event_view", "product_view", "claim"}
    | {"document", "funding_event", "product", "change"}
)
MOST_ROWS = 10_000
"""More rows than this in one step of a plan is a scan too, whatever index it goes along."""

PATIENCE = 5
"""Seconds after which a request is given up, and its statement explained but not run."""

REPEATS = 9
"""Beyond five, so that the server's switch to a generic plan is in the median."""

Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and whether an index must serve it."""

    name: str
    path: str
    hot: bool = True


@dataclass(slots=True)
class Explained:
    """One captured statement with its plan."""

    statement: str
    plan: Plan
    planning: float
    execution: float
    faults: list[str] = field(default_factory=list)


Captured = list[tuple[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", action="store_true", help="print the plans that fail")
    add_data_dir(parser)
    options = parser.parse_args()
    with database(options.data_dir) as url:
        sys.exit(asyncio.run(explain(url, options.plans)))


async def explain(url: str, show_plans: bool) -> int:
    """Explain every request; returns how many hot ones no index serves, at most 1."""
    engine = create_engine(url)
    captured = _capture(engine)
    app = create_app(Settings(), engine, b"a secret that signs cursors in benchmarks")
    transport = httpx.ASGITransport(app)
    failed = 0
    print(f"{'request':36} {'SQL':>3} {'total ms':>9} {'plan ms':>8} {'run ms':>9}  scans")
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for asked in await _requests(engine, client):
            milliseconds = await _time(client, asked.path, captured)
            explained = [
                await _explain(engine, *statement, analyze=milliseconds < inf)
                for statement in list(captured)
            ]
            failed += _report(asked, milliseconds, explained, show_plans)
    await engine.dispose()
    print(f"\n{failed} hot requests are not served by an index.")
    return min(failed, 1)


def _capture(engine: AsyncEngine) -> Captured:
    captured: Captured = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        captured.append((statement, parameters))

    return captured


async def _requests(engine: AsyncEngine, client: httpx.AsyncClient) -> list[Asked]:
    company, *others = await busy_companies(engine, 4)
    deals = f"/v1/companies/{company}/funding-events"
    event_ = (await client.get(deals)).json()["items"][0]["slug"]
    claim = (await client.get(f"/v1/companies/{company}/claims")).json()["items"][0]["id"]
    rivals = ",".join([company, *others[:3]])
    search = company.split("-")[0]
    by_value = "/v1/companies?sort=-valuation.high"
    return [
        Asked("companies", "/v1/companies"),
        Asked("companies, deep", await far_into(client, "/v1/companies")),
        Asked("companies by valuation", by_value),
        Asked("companies by valuation, deep", await far_into(client, by_value)),
        Asked("companies by total raised", "/v1/companies?sort=-total_raised.high"),
        Asked("companies of a kind", "/v1/companies?kind=lab"),
        Asked("company", f"/v1/companies/{company}"),
        Asked("company as of", f"/v1/companies/{company}?as_of=2024-06-30"),
        Asked("company, strict policy", f"/v1/companies/{company}?policy=strict"),
        Asked("company's funding events", deals),
        Asked("company's claims", f"/v1/companies/{company}/claims"),
        Asked("company's timeline", f"/v1/companies/{company}/timeline"),
        Asked("company's rivals", f"/v1/companies/{company}/competitors"),
        # The answer to a mistake, with the nearest names: imagined ones share most trigrams.
        Asked("unknown company", f"/v1/companies/{company}x", hot=False),
        Asked("events by day", "/v1/funding-events"),
        Asked("events by day, deep", await far_into(client, "/v1/funding-events")),
        Asked("events by amount", "/v1/funding-events?sort=-amount.high"),
        Asked("events by valuation", "/v1/funding-events?sort=-valuation.high"),
        Asked("events of a company", f"/v1/funding-events?company={company}"),
        Asked("events of companies", f"/v1/funding-events?company[in]={rivals}"),
        Asked("events of a common stage", "/v1/funding-events?stage=closed"),
        Asked("events of a rare stage", "/v1/funding-events?stage=postponed"),
        Asked("event", f"/v1/funding-events/{event_}"),
        Asked("event as of", f"/v1/funding-events/{event_}?as_of=2026-06-30"),
        Asked("event with alternatives", f"/v1/funding-events/{event_}?include=alternatives"),
        Asked("event's claims", f"/v1/funding-events/{event_}/claims"),
        Asked("event's history", f"/v1/funding-events/{event_}/history"),
        Asked("rumours", "/v1/rumours"),
        Asked("rumours, deep", await far_into(client, "/v1/rumours")),
        Asked("rumours of a company", f"/v1/rumours?company={company}"),
        Asked("claims", "/v1/claims"),
        Asked("claims, deep", await far_into(client, "/v1/claims")),
        Asked("claims as of", "/v1/claims?as_of=2020-06-30"),
        Asked("claims of a predicate", "/v1/claims?predicate=benchmark"),
        Asked("claims of a company", f"/v1/claims?company={company}"),
        Asked("claims of a benchmark", "/v1/claims?benchmark=exam-3"),
        Asked("claim", f"/v1/claims/{claim}"),
        Asked("products", "/v1/products"),
        Asked("products of a company", f"/v1/products?company={company}"),
        Asked("rankings by valuation", "/v1/rankings/valuation"),
        Asked("rankings by total raised", "/v1/rankings/total_raised"),
        Asked("rankings by last round", "/v1/rankings/last_round"),
        Asked("rankings by what is owed", "/v1/rankings/total_raised?capital=committed"),
        Asked("what does not cohere", "/v1/quality"),
        Asked("changes", "/v1/changes"),
        Asked("changes, followed", "/v1/changes?position[gt]=100000"),
        Asked("changes, deep", await far_into(client, "/v1/changes")),
        Asked("changes of a company", f"/v1/changes?company={company}"),
        Asked("explain", f"/v1/explain?event={event_}&figure=amount"),
        # Counts every market: some 2 ms for each thousand claims that name one.
        Asked("markets", "/v1/markets", hot=False),
        Asked("market", "/v1/markets/market-100"),
        Asked("market, the most crowded", "/v1/markets/market-0", hot=False),
        Asked(
            "company's rivals in a market", f"/v1/companies/{company}/competitors?market=market-0"
        ),
        Asked("compare", f"/v1/compare?companies={rivals}"),
        Asked("compare as of", f"/v1/compare?companies={rivals}&as_of=2024-06-30"),
        Asked("compare on a benchmark", f"/v1/compare?companies={rivals}&metrics=benchmark:exam-3"),
        Asked("investors", f"/v1/compare/investors?companies={rivals}"),
        Asked("investors as of", f"/v1/compare/investors?companies={rivals}&as_of=2024-06-30"),
        Asked("series", f"/v1/compare/series?companies={rivals}"),
        Asked("documents", "/v1/documents"),
        Asked("documents, deep", await far_into(client, "/v1/documents")),
        Asked("documents of a source", "/v1/documents?source=outlet-400"),
        Asked("documents of a common source", "/v1/documents?source=outlet-1"),
        Asked("sources", "/v1/sources"),
        Asked("track record", "/v1/sources/outlet-400/track-record"),
        Asked("search, exact", f"/v1/search?q={search}"),
        Asked("search, misspelt", f"/v1/search?q={search[:-2] + search[-1]}"),
        *_other_filters(company),
        *_other_orders(),
    ]


def _other_filters(company: str) -> Iterator[Asked]:
    """Filters that find few rows in an order that says nothing of where they are."""
    for name, path in (
        ("companies of a parent", f"/v1/companies?parent={company}"),
        ("companies of a country", "/v1/companies?country=JP"),
        ("companies over a valuation", "/v1/companies?valuation.high[gte]=3e11"),
        ("events over an amount", "/v1/funding-events?amount.high[gte]=2.8e10"),
        ("events of an old period", "/v1/funding-events?happened_on[lte]=2015-02-01"),
        ("events of a stage, by amount", "/v1/funding-events?stage=postponed&sort=-amount.high"),
        ("events with a rare status", "/v1/funding-events?evidence_status=denied"),
        ("events of a round type", "/v1/funding-events?round_type=grant"),
        ("claims of a period", "/v1/claims?reported_at[lte]=2015-02-01"),
        ("claims on an object", f"/v1/claims?object={company}"),
        ("claims of a source", "/v1/claims?source=outlet-400"),
        ("claims of an origin", "/v1/claims?origin=outlet-400"),
        ("products of an access", "/v1/products?access=limited"),
        ("documents of a period", "/v1/documents?published_at[lte]=2015-02-01"),
        ("documents that relay", "/v1/documents?relays=outlet-400"),
        ("document of a URL", "/v1/documents?url=https://outlet-1.example/none"),
    ):
        yield Asked(name, path, hot=False)


def _other_orders() -> Iterator[Asked]:
    """Orders that the contract allows, one key each, which need not be hot."""
    from app.claims.lists import CLAIMS, PRODUCTS
    from app.companies.routes import COMPANIES
    from app.funding.routes import EVENTS, RUMOURS
    from app.sources.routes import DOCUMENTS

    for resource in (COMPANIES, EVENTS, RUMOURS, CLAIMS, PRODUCTS, DOCUMENTS):
        for name in resource.sortable:
            for sign in ("", "-"):
                path = f"/v1/{resource.name}?sort={sign}{name}"
                yield Asked(f"{resource.name} by {sign}{name}", path, hot=False)


async def _time(client: httpx.AsyncClient, path: str, captured: Captured) -> float:
    """Median milliseconds of some requests in turn, the last one captured; or infinite."""
    took: list[float] = []
    while len(took) < REPEATS and sum(took) < PATIENCE * 1000:
        captured.clear()
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(client.get(path), PATIENCE)
        except TimeoutError:
            return inf
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code not in (200, 404):
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:300]}")
    return statistics.median(took)


async def _explain(
    engine: AsyncEngine, statement: str, parameters: Any, *, analyze: bool
) -> Explained:
    options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "SUMMARY, FORMAT JSON"
    async with read_connection(engine) as connection:
        answer = await connection.exec_driver_sql(f"EXPLAIN ({options}) {statement}", parameters)
        (shown,) = answer.scalars()
    (top,) = json.loads(shown) if isinstance(shown, str) else shown
    took = top["Planning Time"], top.get("Execution Time", inf)
    return Explained(statement, top["Plan"], *took, list(_faults(top["Plan"])))


def _faults(plan: Plan) -> Iterator[str]:
    """What is scanned from end to end, or nearly so, in a plan."""
    for node in _nodes(plan):
        table = node.get("Relation Name", node.get("Index Name", ""))
        loops, rows = node.get("Actual Loops", 1), node.get("Actual Rows", node["Plan Rows"])
        dropped = sum(node.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Index Recheck"))
        read = int((rows + dropped) * loops)
        if node["Node Type"] == "Seq Scan" and table in BIG and loops:
            yield f"Seq Scan on {table} ({read:,} rows)"
        elif table and read > MOST_ROWS:
            yield f"{node['Node Type']} of {table} ({read:,} rows)"


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _report(
    asked: Asked, milliseconds: float, explained: Sequence[Explained], show_plans: bool
) -> int:
    faults = [fault for statement in explained for fault in statement.faults]
    failed = bool(faults) and asked.hot
    verdict = "; ".join(dict.fromkeys(faults)) or "none"
    mark = "FAIL " if failed else ""
    planning = sum(statement.planning for statement in explained)
    execution = sum(statement.execution for statement in explained)
    print(
        f"{asked.name:36} {len(explained):3} {milliseconds:9.2f} {planning:8.2f} {execution:9.2f}"
        f"  {mark}{verdict}",
        flush=True,
    )
    if failed and show_plans:
        for statement in explained:
            if statement.faults:
                print(f"\n{statement.statement}\n")
                print("\n".join(_outline(statement.plan)), end="\n\n")
    return failed


def _outline(plan: Plan, indent: int = 2) -> Iterator[str]:
    """A plan as people read it: a line for each step."""
    on = " ".join(plan[k] for k in ("Relation Name", "Alias", "Index Name") if k in plan)
    conditions = [
        f"{k}: {plan[k]}" for k in ("Index Cond", "Recheck Cond", "Filter", "Sort Key") if k in plan
    ]
    blocks = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    yield (
        f"{' ' * indent}{plan['Node Type']} {on} rows={plan.get('Actual Rows', plan['Plan Rows'])}"
        f" loops={plan.get('Actual Loops')} ms={plan.get('Actual Total Time')} blocks={blocks}"
        f" {' | '.join(conditions)}"
    )
    for child in plan.get("Plans", ()):
        yield from _outline(child, indent + 2)


if __name__ == "__main__":
    main()
