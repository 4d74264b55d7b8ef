"""SQL for sources and documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import document_at_moment
from app.storage.ids import decode
from app.storage.listing import Listing, paged

Row = dict[str, Any]

_SOURCES = (
    "SELECT s.*, c.slug AS company_slug FROM source s LEFT JOIN company c ON c.id = s.company_id"
)


async def sources_page(connection: AsyncConnection, listing: Listing, moment: Moment) -> list[Row]:
    """A page of sources, one row more if there is a next."""
    return await _page(connection, _SOURCES, "s", listing, _spoken(moment))


async def source(connection: AsyncConnection, name: str, moment: Moment) -> Row | None:
    """The source of an id or a slug, if it was known by the moment."""
    condition, parameters = _spoken(moment)
    identity = decode("src", name)
    column = "s.slug" if identity is None else "s.id"
    parameters["name"] = name if identity is None else identity
    rows = await connection.execute(
        text(f"{_SOURCES} WHERE {column} = :name AND {condition}"), parameters
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def documents_page(
    connection: AsyncConnection, listing: Listing, moment: Moment
) -> list[Row]:
    """A page of documents, one row more if there is a next."""
    statement = (
        "SELECT d.*, s.slug AS source_slug, s.name AS source_name, r.slug AS relays_slug"
        " FROM document d JOIN source s ON s.id = d.source_id"
        " LEFT JOIN source r ON r.id = d.relays_source_id"
    )
    parameters: dict[str, Any] = {}
    condition = document_at_moment(moment, parameters)
    return await _page(connection, statement, "d", listing, (condition, parameters))


async def _page(
    connection: AsyncConnection,
    statement: str,
    alias: str,
    listing: Listing,
    known: tuple[str, dict[str, Any]],
) -> list[Row]:
    condition, parameters = known
    page = paged(listing, parameters, f"{alias}.id", condition)
    rows = await connection.execute(text(f"{statement} {page}"), parameters)
    return [dict(row) for row in rows.mappings()]


def _spoken(moment: Moment) -> tuple[str, dict[str, Any]]:
    """Of sources: those known by the moment that had published anything by then."""
    parameters: dict[str, Any] = {}
    conditions = ["true"]
    if moment.known_at is not None:
        parameters["known_at"] = moment.known_at
        conditions.append("s.recorded_at <= CAST(:known_at AS timestamptz)")
    if moment.as_of is not None:
        parameters["as_of"] = moment.as_of
        conditions.append(
            "EXISTS (SELECT 1 FROM document d WHERE d.source_id = s.id"
            " AND d.published_at <= CAST(:as_of AS timestamptz))"
        )
    return " AND ".join(conditions), parameters
