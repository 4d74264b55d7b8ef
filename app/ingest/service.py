"""Batches in: identities found or made, documents and claims stored, a result per item.

A batch is cut into chunks, one transaction each: a crash leaves all of a chunk or nothing.
Identities come before what mentions them, whatever their order in the batch, and as near to it
as can be: a chunk holds what belongs together. An item is stored whole or reported whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims import keeping
from app.claims.changes import Cause
from app.claims.vocabulary import ChangeReason
from app.ingest import queries
from app.ingest.batch import STORED, Batch, Result
from app.ingest.documents import store_documents
from app.ingest.identities import store_companies, store_events, store_products, store_sources
from app.ingest.order import in_storing_order
from app.ingest.schemas import (
    CompanyItem,
    DocumentItem,
    FundingEventItem,
    Outcome,
    ProductItem,
    SourceItem,
)
from app.ingest.validation import InvalidItem, ValidItem, validate
from app.storage.engine import write_transaction
from app.storage.version import Version, begin_write

CHUNK = 1_000
"""Items stored in one transaction."""

Progress = Callable[[int, int], None]


async def ingest(
    engine: AsyncEngine,
    items: Sequence[Any],
    *,
    actor: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Result]:
    """Store a batch of parsed JSON items; the results are in the order of the items.

    ``actor`` is who writes. ``dry_run`` stores nothing and tells what would happen; ``progress``
    is called with the number of items done and their total.
    """
    results: list[Result] = []
    ordered = in_storing_order(items)
    async with AsyncExitStack() as stack:
        # A dry run is one transaction that is never committed: later chunks see earlier ones.
        trial = await stack.enter_async_context(write_transaction(engine)) if dry_run else None
        for start in range(0, len(items), CHUNK):
            valid, rejected = _validated(ordered[start : start + CHUNK])
            stored = await (
                _try_out(trial, valid, actor) if trial else _store_chunk(engine, valid, actor)
            )
            results += [*stored, *rejected]
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


_TYPES = frozenset({"company", "source", "product", "funding_event", "document"})


async def _store_chunk(engine: AsyncEngine, items: Sequence[ValidItem], actor: str) -> list[Result]:
    """Store a chunk and refresh the views of what it touched, in one transaction."""
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, actor)
        batches = await _store(connection, items, write.committed_at)
        if any(_changed(batch) for batch in batches):
            await _refresh(connection, batches, write)
        else:
            # Nothing was written, so the data version must not move either.
            await connection.rollback()
        return [result for batch in batches for result in batch.results.values()]


async def _try_out(
    connection: AsyncConnection, items: Sequence[ValidItem], actor: str
) -> list[Result]:
    """Store a chunk in a transaction that will be rolled back; views need no refreshing."""
    write = await begin_write(connection, actor)
    batches = await _store(connection, items, write.committed_at)
    return [result for batch in batches for result in batch.results.values()]


async def _store(
    connection: AsyncConnection, items: Sequence[ValidItem], recorded_at: datetime
) -> list[Batch]:
    """Store items; if the database refuses one, halve them until the refused one is alone."""
    batch = Batch(connection, recorded_at)
    if not items:
        return [batch]
    try:
        async with connection.begin_nested():
            await _store_kinds(batch, items)
    except DBAPIError as error:
        if not _is_refusal(error):
            raise
        if len(items) > 1:
            middle = len(items) // 2
            first = await _store(connection, items[:middle], recorded_at)
            return [*first, *await _store(connection, items[middle:], recorded_at)]
        batch = Batch(connection, recorded_at)
        batch.refuse(items[0], [items[0].error("", _constraint(error))])
    return [batch]


async def _store_kinds(batch: Batch, items: Sequence[ValidItem]) -> None:
    await store_companies(batch, [(v, v.item) for v in items if isinstance(v.item, CompanyItem)])
    await store_sources(batch, [(v, v.item) for v in items if isinstance(v.item, SourceItem)])
    await store_products(batch, [(v, v.item) for v in items if isinstance(v.item, ProductItem)])
    await store_events(batch, [(v, v.item) for v in items if isinstance(v.item, FundingEventItem)])
    await store_documents(batch, [(v, v.item) for v in items if isinstance(v.item, DocumentItem)])


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
    return any(result.outcome in STORED for result in batch.results.values())


def _is_refusal(error: DBAPIError) -> bool:
    """Whether the database refused a value (SQLSTATE classes 22 and 23), not the work."""
    return str(getattr(error.orig, "sqlstate", ""))[:2] in ("22", "23")


def _constraint(error: DBAPIError) -> str:
    told = getattr(error.orig, "__cause__", None) or error.orig
    name = getattr(told, "constraint_name", None)
    return f"breaks the rule {name}" if name else "holds a value that cannot be stored"
