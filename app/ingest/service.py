"""Batches in: identities found or made, documents and claims stored, a result per item.

A batch is cut into chunks, one transaction each: a crash leaves all of a chunk or nothing.
Identities come before what mentions them, whatever their order in the batch. An item is
stored whole or reported whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import views
from app.ingest import queries
from app.ingest.batch import STORED, Batch, Result
from app.ingest.documents import store_documents
from app.ingest.identities import store_companies, store_events, store_products, store_sources
from app.ingest.schemas import (
    CompanyItem,
    DocumentItem,
    FundingEventItem,
    Outcome,
    ProductItem,
    SourceItem,
)
from app.ingest.validation import InvalidItem, ItemError, ValidItem, validate
from app.storage.engine import write_transaction
from app.storage.version import begin_write

CHUNK = 1_000
"""Items stored in one transaction."""

Progress = Callable[[int, int], None]


async def ingest(
    engine: AsyncEngine,
    items: Sequence[Any],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Result]:
    """Store a batch of parsed JSON items; the results are in the order of the items.

    ``dry_run`` stores nothing and tells what would happen; ``progress`` is called with the
    number of items done and their total.
    """
    results: list[Result] = []
    ordered = _identities_first(items)
    for start in range(0, len(items), CHUNK):
        valid, rejected = _validated(ordered[start : start + CHUNK])
        results += [*await _store(engine, valid, dry_run=dry_run), *rejected]
        if progress is not None:
            progress(len(results), len(items))
    return sorted(results, key=lambda result: result.index)


def summary(results: Sequence[Result]) -> dict[str, int]:
    """How many items met each outcome, and how many claims were new."""
    outcomes = Counter(result.outcome for result in results)
    return {
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "claims_created": sum(result.claims_created for result in results),
        "claims_unchanged": sum(result.claims_unchanged for result in results),
    }


def _identities_first(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """The items with their places, parents before children and documents last."""
    parents = {
        item["slug"]: item.get("parent")
        for item in items
        if isinstance(item, dict) and item.get("type") == "company" and _is_text(item.get("slug"))
    }

    def rank(place: tuple[int, Any]) -> tuple[int, int]:
        _, item = place
        kind = item.get("type") if isinstance(item, dict) else None
        depth = _depth(item.get("parent"), parents) if kind == "company" else 0
        return _RANK.get(str(kind), 0), depth

    return sorted(enumerate(items), key=rank)


_RANK = {"company": 0, "source": 1, "product": 1, "funding_event": 1, "document": 2}


def _depth(parent: Any, parents: Mapping[str, Any]) -> int:
    """How many of a company's owners are in the batch; a ring of owners is refused later."""
    above: set[str] = set()
    while _is_text(parent) and parent in parents and parent not in above:
        above.add(parent)
        parent = parents[parent]
    return len(above)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _validated(raw: Sequence[tuple[int, Any]]) -> tuple[list[ValidItem], list[Result]]:
    valid, rejected = [], []
    for index, item in raw:
        try:
            valid.append(validate(index, item))
        except InvalidItem as error:
            type_ = item.get("type") if isinstance(item, dict) else None
            named = type_ if isinstance(type_, str) and len(type_) < 40 else None
            rejected.append(Result(index, named, Outcome.REJECTED, errors=error.errors))
    return valid, rejected


async def _store(engine: AsyncEngine, items: list[ValidItem], *, dry_run: bool) -> list[Result]:
    """Store a chunk; if the database refuses it, halve it until the refused item is alone."""
    if not items:
        return []
    try:
        return await _store_chunk(engine, items, dry_run=dry_run)
    except (IntegrityError, DataError) as error:
        if len(items) == 1:
            refused = ItemError(f"/{items[0].index}", _constraint(error))
            return [Result(items[0].index, items[0].item.type, Outcome.REJECTED, errors=(refused,))]
        middle = len(items) // 2
        first = await _store(engine, items[:middle], dry_run=dry_run)
        return first + await _store(engine, items[middle:], dry_run=dry_run)


async def _store_chunk(
    engine: AsyncEngine, items: Sequence[ValidItem], *, dry_run: bool
) -> list[Result]:
    async with write_transaction(engine) as connection:
        write = await begin_write(connection)
        batch = Batch(connection, write.committed_at)
        await store_companies(
            batch, [(v, v.item) for v in items if isinstance(v.item, CompanyItem)]
        )
        await store_sources(batch, [(v, v.item) for v in items if isinstance(v.item, SourceItem)])
        await store_products(batch, [(v, v.item) for v in items if isinstance(v.item, ProductItem)])
        await store_events(
            batch, [(v, v.item) for v in items if isinstance(v.item, FundingEventItem)]
        )
        await store_documents(
            batch, [(v, v.item) for v in items if isinstance(v.item, DocumentItem)]
        )
        if dry_run or not _changed(batch):
            # Nothing was written, so the data version must not move either.
            await connection.rollback()
        else:
            await _touch_what_they_report(batch)
            await views.refresh(
                connection, batch.touched_companies, batch.touched_products, write.committed_at
            )
        return list(batch.results.values())


async def _touch_what_they_report(batch: Batch) -> None:
    """Outlets that turn out to have one owner are one origin, also of what is stored already."""
    if batch.regrouped_sources:
        for player, product in await queries.told_by(batch.connection, batch.regrouped_sources):
            batch.touched_companies.add(player)
            if product is not None:
                batch.touched_products.add(product)


def _changed(batch: Batch) -> bool:
    return any(result.outcome in STORED for result in batch.results.values())


def _constraint(error: IntegrityError | DataError) -> str:
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    return f"breaks the rule {name}" if name else "holds a value that cannot be stored"
