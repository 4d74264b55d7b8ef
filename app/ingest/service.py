"""Batches in: identities found or made, documents and claims stored, a result per item.

A batch is cut into chunks, one transaction each: a crash leaves all of a chunk or nothing.
Identities come before what mentions them, whatever their order in the batch, and as near to it
as can be: a chunk holds what belongs together. An item is stored whole or reported whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims import keeping
from app.claims.changes import Cause
from app.claims.vocabulary import ChangeReason
from app.identities.scoring import Thresholds
from app.ingest import queries
from app.ingest.batch import DEFAULT, FAILED, STORED, Batch, Intent, Result
from app.ingest.documents import store_documents
from app.ingest.identities import store_companies, store_events, store_products, store_sources
from app.ingest.order import in_storing_order
from app.ingest.runs import queries as run_queries
from app.ingest.schemas import (
    CompanyItem,
    DocumentItem,
    FundingEventItem,
    Outcome,
    ProductItem,
    SourceItem,
)
from app.ingest.short.documents import documents
from app.ingest.short.service import keep_reasons, spell_out
from app.ingest.validation import InvalidItem, ValidItem, validate
from app.storage.engine import write_transaction
from app.storage.version import Version, begin_write

CHUNK = 2_000
"""Items stored in one transaction at most."""

CHUNK_CLAIMS = 10_000
"""A chunk ends with the item that brings it to this many claims."""

MOST_FAILURES = 1_000
"""What was wrong is kept for so many items of a run."""

Progress = Callable[[int, int], None]


async def ingest(
    engine: AsyncEngine,
    items: Sequence[Any],
    *,
    actor: str,
    run: UUID | None = None,
    thresholds: Thresholds = DEFAULT,
    first: int = 0,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Result]:
    """Store a batch of parsed JSON items; the results are in the order of the items.

    ``actor`` is who writes, ``run`` where what happens is noted; ``thresholds`` decide when a name
    is a company's. ``first`` is the place of the first item in what was sent. ``dry_run`` stores
    nothing and tells what would happen; ``progress`` is called with the number of items done and
    their total.
    """
    results: list[Result] = []
    intent = Intent(actor, run, thresholds)
    async with AsyncExitStack() as stack:
        # A dry run is one transaction that is never committed: later chunks see earlier ones.
        trial = await stack.enter_async_context(write_transaction(engine)) if dry_run else None
        for chunk in _chunks(in_storing_order(items, first)):
            valid, rejected = _validated(chunk)
            if trial is not None:
                results += [*await _try_out(trial, valid, intent), *rejected]
            else:
                results += await _store_chunk(engine, valid, rejected, intent)
            if progress is not None:
                progress(len(results), len(items))
        if trial is not None:
            await trial.rollback()
    return sorted(results, key=lambda result: result.index)


def summary(results: Sequence[Result]) -> dict[str, int]:
    """How many items met each outcome, and how many claims were new."""
    outcomes = Counter(result.outcome for result in results)
    return {
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "claims_created": sum(result.claims_created for result in results),
        "claims_unchanged": sum(result.claims_unchanged for result in results),
    }


def _chunks(items: Sequence[tuple[int, Any]]) -> Iterator[list[tuple[int, Any]]]:
    chunk: list[tuple[int, Any]] = []
    claims = 0
    for place in items:
        chunk.append(place)
        told = place[1].get("claims") if isinstance(place[1], dict) else None
        claims += len(told) if isinstance(told, list) else 0
        if len(chunk) >= CHUNK or claims >= CHUNK_CLAIMS:
            yield chunk
            chunk, claims = [], 0
    if chunk:
        yield chunk


def _validated(raw: Sequence[tuple[int, Any]]) -> tuple[list[ValidItem], list[Result]]:
    valid, rejected = [], []
    for index, item in raw:
        try:
            valid.append(validate(index, item))
        except InvalidItem as error:
            type_ = item.get("type") if isinstance(item, dict) else None
            named = type_ if isinstance(type_, str) and type_ in _TYPES else None
            rejected.append(Result(index, named, Outcome.REJECTED, errors=error.errors))
    return valid, rejected


_TYPES = frozenset(
    {"company", "source", "product", "funding_event", "document", "report", "capability"}
)


async def _store_chunk(
    engine: AsyncEngine, items: Sequence[ValidItem], rejected: Sequence[Result], intent: Intent
) -> list[Result]:
    """Store a chunk and refresh the views of what it touched, in one transaction.

    What became of the items is added to what the run did in the same transaction: they are
    counted if they are stored.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, intent.actor, intent.run)
        batches = await _store(connection, items, write.committed_at, intent)
        if any(_changed(batch) for batch in batches):
            await _refresh(connection, batches, write)
        else:
            # Nothing was written, so the data version must not move either.
            await connection.rollback()
        stored = [result for batch in batches for result in batch.results.values()]
        results = [*stored, *rejected]
        if intent.run is not None:
            await _note(connection, intent.run, results)
        return results


async def store(
    connection: AsyncConnection, items: Sequence[Any], write: Version, intent: Intent
) -> list[Result]:
    """Store some items in the transaction of a write, and refresh what they touched."""
    valid, rejected = _validated(list(enumerate(items)))
    batches = await _store(connection, valid, write.committed_at, intent)
    await _refresh(connection, batches, write)
    stored = [result for batch in batches for result in batch.results.values()]
    return sorted([*stored, *rejected], key=lambda result: result.index)


async def _note(connection: AsyncConnection, run: UUID, results: Sequence[Result]) -> None:
    await run_queries.add(connection, run, summary(results))
    failures = [
        {
            "item": result.index,
            "type": result.type,
            "status": result.outcome,
            "errors": [error.to_json() for error in result.errors],
        }
        for result in results
        if result.outcome in FAILED
    ]
    if failures:
        await run_queries.add_failures(connection, run, failures, MOST_FAILURES)


async def _try_out(
    connection: AsyncConnection, items: Sequence[ValidItem], intent: Intent
) -> list[Result]:
    """Store a chunk in a transaction that will be rolled back; views need no refreshing."""
    write = await begin_write(connection, intent.actor)
    batches = await _store(connection, items, write.committed_at, intent)
    return [result for batch in batches for result in batch.results.values()]


async def _store(
    connection: AsyncConnection,
    items: Sequence[ValidItem],
    recorded_at: datetime,
    intent: Intent,
) -> list[Batch]:
    """Store items; if the database refuses one, halve them until the refused one is alone."""
    batch = Batch(connection, recorded_at, intent)
    if not items:
        return [batch]
    try:
        async with connection.begin_nested():
            await _store_kinds(batch, items)
    except InVain as error:
        # What was made for them goes with them; the others are stored anew.
        rest = [one for one in items if one.index not in error.results]
        batch = Batch(connection, recorded_at, intent, results=error.results)
        return [batch, *await _store(connection, rest, recorded_at, intent)]
    except DBAPIError as error:
        if not _is_refusal(error):
            raise
        if len(items) > 1:
            middle = len(items) // 2
            first = await _store(connection, items[:middle], recorded_at, intent)
            return [*first, *await _store(connection, items[middle:], recorded_at, intent)]
        batch = Batch(connection, recorded_at, intent)
        batch.refuse(items[0], [items[0].error("", _constraint(error))])
    return [batch]


class InVain(Exception):
    """Identities were made for items that could then not be stored; their results say why."""

    def __init__(self, results: dict[int, Result]) -> None:
        super().__init__()
        self.results = results


async def _store_kinds(batch: Batch, items: Sequence[ValidItem]) -> None:
    await store_companies(batch, [(v, v.item) for v in items if isinstance(v.item, CompanyItem)])
    await store_sources(batch, [(v, v.item) for v in items if isinstance(v.item, SourceItem)])
    await store_products(batch, [(v, v.item) for v in items if isinstance(v.item, ProductItem)])
    await store_events(batch, [(v, v.item) for v in items if isinstance(v.item, FundingEventItem)])
    spellings = await spell_out(batch, items)
    sent = [(v, v.item) for v in items if isinstance(v.item, DocumentItem)]
    await store_documents(batch, [*sent, *documents(batch, spellings)])
    results = {place: batch.results[place] for place in batch.made_for}
    failed = {place: one for place, one in results.items() if one.outcome in FAILED}
    if failed:
        raise InVain(failed)
    await keep_reasons(batch, spellings)


async def _refresh(connection: AsyncConnection, batches: Sequence[Batch], write: Version) -> None:
    for batch in batches:
        await _touch_what_they_report(batch)
    companies = {company for batch in batches for company in batch.touched_companies}
    products = {product for batch in batches for product in batch.touched_products}
    claims: dict[UUID, list[UUID]] = {}
    for batch in batches:
        for about, new in batch.new_claims.items():
            claims.setdefault(about, []).extend(new)
    cause = Cause(ChangeReason.INGESTED, claims)
    await keeping.refresh(connection, companies, products, write, cause)


async def _touch_what_they_report(batch: Batch) -> None:
    """Outlets that turn out to have one owner are one origin, also of what is stored already."""
    if batch.regrouped_sources:
        for player, product in await queries.told_by(batch.connection, batch.regrouped_sources):
            batch.touch(player, product)


def _changed(batch: Batch) -> bool:
    return bool(batch.parked) or any(result.outcome in STORED for result in batch.results.values())


def _is_refusal(error: DBAPIError) -> bool:
    """Whether the database refused a value (SQLSTATE classes 22 and 23), not the work."""
    return str(getattr(error.orig, "sqlstate", ""))[:2] in ("22", "23")


def _constraint(error: DBAPIError) -> str:
    told = getattr(error.orig, "__cause__", None) or error.orig
    name = getattr(told, "constraint_name", None)
    return f"breaks the rule {name}" if name else "holds a value that cannot be stored"
