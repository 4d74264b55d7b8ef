"""All SQL of the stored views: the default policy's answers of the present, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.company_view import CompanyIdentity
from app.claims.event_view import EventIdentity
from app.claims.moment import Moment
from app.claims.product_view import ProductIdentity
from app.claims.queries import at_moment
from app.storage.ids import decode
from app.storage.listing import Filter, Listing, limit_to, paged, where


@dataclass(frozen=True, slots=True)
class ViewTable:
    """A stored view: its table and key, and the identity it is a view of.

    ``shown_alone`` are the columns that the answer about one identity needs beside the key.
    """

    name: str
    key: str
    identity: str
    prefix: str
    noun: str
    shown_alone: tuple[str, ...] = ("slug", "body")


EVENT_VIEW = ViewTable("event_view", "event_id", "funding_event", "evt", "funding event")
COMPANY_VIEW = ViewTable(
    "company_view", "company_id", "company", "cmp", "company", ("slug", "body", "products")
)
PRODUCT_VIEW = ViewTable("product_view", "product_id", "product", "prd", "product")


async def stored_page(
    connection: AsyncConnection, table: ViewTable, listing: Listing, moment: Moment | None = None
) -> list[dict[str, Any]]:
    """One row more than a page of stored views, in order.

    Each row carries the ``data_version`` it was read at. With a ``moment``, only the rows
    whose stored view is also the view of that moment. The indexes ``<table>_by_…`` serve the
    sort orders with their keyset conditions.
    """
    parameters: dict[str, Any] = {}
    valid = [_still_valid(moment, parameters)] if moment is not None else []
    rows = await connection.execute(
        text(
            "SELECT *, (SELECT version FROM data_version) AS data_version"
            f" FROM {table.name} {paged(listing, parameters, table.key, *valid)}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def known_page(
    connection: AsyncConnection, table: ViewTable, listing: Listing, moment: Moment
) -> list[dict[str, Any]]:
    """As :func:`stored_page`, of all identities known by the moment.

    ``still_valid`` tells whether the stored view is also the view of that moment.
    """
    parameters: dict[str, Any] = {}
    page = paged(listing, parameters, table.key, _recorded_by(moment, parameters))
    rows = await connection.execute(
        text(
            f"SELECT *, ({_still_valid(moment, parameters)}) AS still_valid"
            f" FROM {table.name} {page}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def stored_rows(
    connection: AsyncConnection, table: ViewTable, ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The stored views of some identities, by id (primary key)."""
    rows = await connection.execute(
        text(f"SELECT * FROM {table.name} WHERE {table.key} = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(ids)},
    )
    return {row[table.key]: dict(row) for row in rows.mappings()}


async def stored_events_of(
    connection: AsyncConnection, company_slugs: Sequence[str]
) -> list[dict[str, Any]]:
    """The stored views of all events of some companies (``event_view_of_company``)."""
    rows = await connection.execute(
        text("SELECT * FROM event_view WHERE company_slug = ANY(CAST(:slugs AS text[]))"),
        {"slugs": list(company_slugs)},
    )
    return [dict(row) for row in rows.mappings()]


async def stored_row(
    connection: AsyncConnection, table: ViewTable, name: str
) -> dict[str, Any] | None:
    """What is shown of the identity with an id or slug (primary key, ``<table>_slug_key``)."""
    parameters: dict[str, Any] = {}
    columns = ", ".join((table.key, *table.shown_alone))
    rows = await connection.execute(
        text(f"SELECT {columns} FROM {table.name} WHERE {_called(table, name, parameters)}"),
        parameters,
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def id_of(connection: AsyncConnection, table: ViewTable, name: str) -> UUID | None:
    """The id of the identity with an id or slug, if there is one."""
    parameters: dict[str, Any] = {}
    identity: UUID | None = await connection.scalar(
        text(id_called(table, name, parameters)[1:-1]), parameters
    )
    return identity


def id_called(table: ViewTable, name: str, parameters: dict[str, Any]) -> str:
    """SQL for the id of the identity with an id or slug: null if there is none.

    A scalar subquery, so that a list about one identity stays one statement.
    """
    return f"(SELECT {table.key} FROM {table.name} WHERE {_called(table, name, parameters)})"


def _called(table: ViewTable, name: str, parameters: dict[str, Any]) -> str:
    if "\x00" in name:
        return "false"  # PostgreSQL takes no null byte, so nothing goes by such a name
    # A slug never looks like an id: the prefixes of ids are not allowed in it.
    identity = decode(table.prefix, name)
    parameters["called"] = name if identity is None else identity
    return (
        "slug = CAST(:called AS text)"
        if identity is None
        else (f"{table.key} = CAST(:called AS uuid)")
    )


async def outdated_ids(
    connection: AsyncConnection,
    table: ViewTable,
    filters: Sequence[Filter],
    moment: Moment,
    most: int | None,
) -> list[UUID]:
    """The identities that pass filters and whose stored view is not their view at ``moment``.

    At most one more than ``most``, if that is given.
    """
    parameters: dict[str, Any] = {}
    conditions = [
        f"NOT ({_still_valid(moment, parameters)})",
        _recorded_by(moment, parameters),
        where(filters, parameters),
    ]
    limit = "" if most is None else limit_to(most + 1)
    rows = await connection.execute(
        text(f"SELECT {table.key} FROM {table.name} WHERE {' AND '.join(conditions)}{limit}"),
        parameters,
    )
    return list(rows.scalars())


async def companies_with_expired_views(connection: AsyncConnection) -> list[UUID]:
    """The companies with an event whose view time has overtaken (``event_view_expiry``)."""
    rows = await connection.execute(
        text("SELECT DISTINCT company_id FROM event_view WHERE valid_until <= now()")
    )
    return list(rows.scalars())


async def remove(connection: AsyncConnection, table: ViewTable, ids: Sequence[UUID]) -> None:
    """Remove the stored views of some identities, by primary key."""
    await connection.execute(
        text(f"DELETE FROM {table.name} WHERE {table.key} = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(ids)},
    )


async def event_identities(connection: AsyncConnection, ids: Sequence[UUID]) -> list[EventIdentity]:
    """Identity rows of some events, by primary key."""
    rows = await connection.execute(
        text(
            "SELECT e.id, e.slug, e.key, e.label, e.company_id, c.slug AS company_slug,"
            " c.name AS company_name, e.recorded_at FROM funding_event e"
            " JOIN company c ON c.id = e.company_id WHERE e.id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": list(ids)},
    )
    return [EventIdentity(*row) for row in rows]


async def product_identities(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> list[ProductIdentity]:
    """Identity rows of some products, by primary key."""
    rows = await connection.execute(
        text(
            "SELECT p.id, p.slug, p.name, p.kind, p.modalities, p.company_id,"
            " c.slug AS company_slug, c.name AS company_name, p.recorded_at FROM product p"
            " JOIN company c ON c.id = p.company_id WHERE p.id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": list(ids)},
    )
    return [ProductIdentity(*row) for row in rows]


async def company_identities(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> list[CompanyIdentity]:
    """Identity rows of some companies that still stand, with names and identifiers.

    Those of companies that were merged into one are its own; their brand is an alias of it.
    """
    rows = await connection.execute(
        text(
            "SELECT c.id, c.slug, c.name, c.kind, c.country, c.founded_on, c.founded_precision,"
            " c.provisional, c.reference_urls, p.id AS parent_id, p.slug AS parent_slug,"
            " p.name AS parent_name, c.recorded_at,"
            " coalesce((SELECT json_agg(json_build_object('name', n.name, 'kind', n.kind)"
            '   ORDER BY n.name COLLATE "C") FROM (SELECT DISTINCT ON (n.name) n.name,'
            "   CASE WHEN n.company_id <> c.id AND n.kind = 'brand' THEN 'alias' ELSE n.kind END"
            "   AS kind FROM company_name n WHERE n.company_id = ANY(one.ids) AND n.name <> c.name"
            "   ORDER BY n.name, n.company_id <> c.id, n.kind) n), '[]') AS names,"
            " coalesce((SELECT json_agg(json_build_object('scheme', i.scheme, 'value', i.value)"
            '   ORDER BY i.scheme, i.value COLLATE "C") FROM company_identifier i'
            "   WHERE i.company_id = ANY(one.ids)), '[]') AS identifiers"
            " FROM company c LEFT JOIN company p ON p.id = c.parent_id"
            " CROSS JOIN LATERAL (SELECT array(SELECT c.id UNION ALL SELECT m.id FROM company m"
            "  WHERE m.merged_into = c.id) AS ids) one"
            " WHERE c.id = ANY(CAST(:ids AS uuid[])) AND c.merged_into IS NULL"
            " AND c.deleted_at IS NULL"
        ),
        {"ids": list(ids)},
    )
    return [CompanyIdentity(*row) for row in rows]


async def events_of(
    connection: AsyncConnection, company_ids: Sequence[UUID], moment: Moment
) -> list[UUID]:
    """The events of some companies that were recorded by the moment."""
    parameters: dict[str, Any] = {"ids": list(company_ids)}
    known = ""
    if moment.known_at is not None:
        parameters["known_at"] = moment.known_at
        known = " AND recorded_at <= CAST(:known_at AS timestamptz)"
    rows = await connection.execute(
        text(f"SELECT id FROM funding_event WHERE company_id = ANY(CAST(:ids AS uuid[])){known}"),
        parameters,
    )
    return list(rows.scalars())


async def products_of(
    connection: AsyncConnection, company_ids: Sequence[UUID], moment: Moment
) -> list[dict[str, Any]]:
    """The products of some companies at a moment, with the first report of each.

    Asked as of a day, only those that had been spoken of (``claim_of_product``).
    """
    parameters: dict[str, Any] = {"ids": list(company_ids)}
    said = at_moment(moment, parameters)
    conditions = ["p.company_id = ANY(CAST(:ids AS uuid[]))"]
    if moment.as_of is not None:
        conditions.append("spoken.first_reported_at IS NOT NULL")
    if moment.known_at is not None:
        conditions.append("p.recorded_at <= CAST(:known_at AS timestamptz)")
    rows = await connection.execute(
        text(
            "SELECT p.company_id, p.id, p.slug, p.name, p.kind, spoken.first_reported_at"
            " FROM product p CROSS JOIN LATERAL (SELECT min(c.reported_at) AS first_reported_at"
            f" FROM claim c WHERE c.product_id = p.id AND {said}) spoken"
            f' WHERE {" AND ".join(conditions)} ORDER BY p.slug COLLATE "C"'
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def all_company_ids(connection: AsyncConnection) -> list[UUID]:
    """Every company that stands, in the order of its id."""
    rows = await connection.execute(
        text("SELECT id FROM company WHERE merged_into IS NULL AND deleted_at IS NULL ORDER BY id")
    )
    return list(rows.scalars())


def _recorded_by(moment: Moment, parameters: dict[str, Any]) -> str:
    """SQL condition for identities that were stored by ``moment``."""
    if moment.known_at is None:
        return "true"
    parameters["known_at"] = moment.known_at
    return "recorded_at <= CAST(:known_at AS timestamptz)"


def _still_valid(moment: Moment, parameters: dict[str, Any]) -> str:
    """SQL condition for stored views that are also the views of ``moment``."""
    if moment.policy.name != "balanced":
        return "false"
    conditions = ["true"]
    if moment.as_of is not None:
        parameters["as_of"] = moment.as_of
        conditions.append("public_since <= CAST(:as_of AS timestamptz)")
        conditions.append("valid_until > CAST(:as_of AS timestamptz)")
    if moment.known_at is not None:
        parameters["known_at"] = moment.known_at
        conditions.append("refreshed_at <= CAST(:known_at AS timestamptz)")
        if moment.as_of is None:
            conditions.append("valid_until > CAST(:known_at AS timestamptz)")
    return " AND ".join(conditions)
