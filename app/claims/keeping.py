"""Stored views kept right: recomputed by the resolver in the transaction that changed claims.

What changes of them is logged in the same breath, so that the log can miss nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims import change_queries, exchange, view_queries
from app.claims.changes import Cause, Json, changed
from app.claims.moment import NOW
from app.claims.view_queries import COMPANY_VIEW, EVENT_VIEW, PRODUCT_VIEW, ViewTable
from app.claims.view_rows import Row, event_row
from app.claims.views import company_rows, compute_products, event_views, in_chunks
from app.claims.vocabulary import ChangeReason
from app.storage.digest import digest_of
from app.storage.engine import read_connection, write_transaction
from app.storage.json import dumps, loads
from app.storage.rows import insert
from app.storage.stamps import stamp, stamped
from app.storage.version import Version, begin_write


async def rebuild_if_outdated(engine: AsyncEngine, progress: Callable[[int, int], None]) -> int:
    """Recompute the stored views if they were made by another version of this package.

    A release that resolves or shows something differently must not answer with what the one
    before it stored. Returns how many changed.
    """
    made_by = f"{digest_of(files('app.claims'), '.py')} {exchange.EDITION}"
    async with read_connection(engine) as connection:
        if await stamped(connection, STAMP) == made_by:
            return 0
    changed = await rebuild(engine, progress)
    async with write_transaction(engine) as connection:
        await stamp(connection, STAMP, made_by)
    return changed


STAMP = "stored views"
_RECOMPUTED = Cause(ChangeReason.RECOMPUTED)


async def rebuild(engine: AsyncEngine, progress: Callable[[int, int], None]) -> int:
    """Recompute every stored view; returns how many differed, which should be none."""
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, "views recomputed")
        companies = await view_queries.all_company_ids(connection)
        changed = done = 0
        for ids in in_chunks(companies):
            products = await view_queries.products_of(connection, ids, NOW)
            product_ids = [product["id"] for product in products]
            changed += await refresh(connection, ids, product_ids, write, _RECOMPUTED)
            done += len(ids)
            progress(done, len(companies))
        if not changed:
            await connection.rollback()
        return changed


async def refresh_expired(engine: AsyncEngine) -> int:
    """Recompute the views that time alone has changed; returns how many did."""
    async with write_transaction(engine) as connection:
        companies = await view_queries.companies_with_expired_views(connection)
        if not companies:
            return 0
        write = await begin_write(connection, "rumours expired")
        return await refresh(connection, companies, (), write, Cause(ChangeReason.EXPIRED))


async def refresh(
    connection: AsyncConnection,
    companies: Iterable[UUID],
    products: Iterable[UUID],
    write: Version,
    cause: Cause,
) -> int:
    """Recompute the stored views of some companies, all their events, and some products.

    Call it in the transaction that changed their claims, after ``begin_write``: writers
    take turns, so a view can never miss what another writer added. What changes is logged with
    its cause. Returns how many views changed.
    """
    changed = 0
    for ids in in_chunks(sorted(set(companies))):
        event_ids = await view_queries.events_of(connection, ids, NOW)
        events = await event_views(connection, event_ids, NOW)
        rows = [event_row(view, valid) for view, valid in events]
        changed += await _keep(connection, EVENT_VIEW, event_ids, rows, write, cause)
        rows = await company_rows(connection, ids, events, NOW)
        changed += await _keep(connection, COMPANY_VIEW, ids, rows, write, cause)
    for ids in in_chunks(sorted(set(products))):
        rows = await compute_products(connection, ids, NOW)
        changed += await _keep(connection, PRODUCT_VIEW, ids, rows, write, cause)
    return changed


async def _keep(
    connection: AsyncConnection,
    table: ViewTable,
    ids: Sequence[UUID],
    computed: Iterable[Row],
    write: Version,
    cause: Cause,
) -> int:
    """Save the views that changed; the others keep their ``refreshed_at``.

    A walk through a list under way need then not compute them again.
    """
    key = table.key
    stored = await view_queries.stored_rows(connection, table, ids)
    computed = list(computed)
    bodies = {row[key]: row["body"] for row in computed}
    rows = {row[key]: {**row, "body": dumps(row["body"]).decode()} for row in computed}
    changed_rows = [row for row in rows.values() if _differs(row, stored.get(row[key]))]
    replaced = [*(row[key] for row in changed_rows), *(stored.keys() - rows.keys())]
    if replaced:
        saved = [{**row, "refreshed_at": write.committed_at} for row in changed_rows]
        await view_queries.remove(connection, table, replaced)
        await insert(connection, table.name, saved)
        known = {identity: stored.get(identity) or rows[identity] for identity in replaced}
        logged = [
            _change(table, row, stored.get(identity), bodies.get(identity), cause)
            for identity, row in known.items()
        ]
        await change_queries.log(connection, write, [one for one in logged if one is not None])
    return len(replaced)


def _change(
    table: ViewTable,
    known: Row,
    stored: Row | None,
    body: Json | None,
    cause: Cause,
) -> Row | None:
    """The entry of the change log for one view; ``None`` if no resolved value changed."""
    before = loads(stored["body"]) if stored else None
    difference = changed(table.identity, before, body, cause.reason)
    if difference is None:
        return None
    identity = known[table.key]
    return {
        "subject": table.identity,
        "company_id": known["company_id"],
        "event_id": identity if table is EVENT_VIEW else None,
        "product_id": identity if table is PRODUCT_VIEW else None,
        "reason": cause.reason,
        "before": difference[0] if before is not None else None,
        "after": difference[1] if body is not None else None,
        "caused_by": cause.of(identity),
    }


def _differs(row: Row, stored: Row | None) -> bool:
    return stored is None or any(stored[column] != value for column, value in row.items())
