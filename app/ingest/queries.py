"""All SQL of ingestion beside the inserts: what is already known by slug, key or URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


async def companies(connection: AsyncConnection, slugs: Iterable[str]) -> dict[str, Row]:
    """Companies by present or former slug; ``present_id`` is what a merged one is now."""
    rows = await connection.execute(
        text(
            "SELECT asked.slug AS asked, named.*, c.id AS present_id FROM ("
            "  SELECT slug, id FROM company WHERE slug = ANY(CAST(:slugs AS text[]))"
            "  UNION ALL"
            "  SELECT slug, company_id FROM company_former_slug"
            "   WHERE slug = ANY(CAST(:slugs AS text[]))"
            ") asked JOIN company named ON named.id = asked.id"
            " JOIN company c ON c.id = coalesce(named.merged_into, named.id)"
            " WHERE c.deleted_at IS NULL"
        ),
        {"slugs": list(slugs)},
    )
    return {row["asked"]: dict(row) for row in rows.mappings()}


async def attached(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> tuple[set[tuple[UUID, str]], set[str]]:
    """The (company, name) pairs and the former slugs of some companies."""
    names = await connection.execute(
        text(
            "SELECT company_id, name FROM company_name WHERE company_id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": list(ids)},
    )
    slugs = await connection.execute(
        text("SELECT slug FROM company_former_slug WHERE company_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(ids)},
    )
    return {(company_id, name) for company_id, name in names}, set(slugs.scalars())


async def identifiers(
    connection: AsyncConnection, values: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[UUID, UUID]]:
    """Whose some identifiers are, by (scheme, value): the company they were given to, and now."""
    pairs = list(values)
    rows = await connection.execute(
        text(
            "SELECT i.scheme, i.value, i.company_id, coalesce(c.merged_into, c.id)"
            " FROM company_identifier i JOIN company c ON c.id = i.company_id"
            " JOIN unnest(CAST(:schemes AS text[]), CAST(:values AS text[])) AS asked (scheme,"
            " value) ON asked.scheme = i.scheme AND asked.value = i.value"
        ),
        {"schemes": [scheme for scheme, _ in pairs], "values": [value for _, value in pairs]},
    )
    return {(scheme, value): (given_to, now) for scheme, value, given_to, now in rows}


async def owners(connection: AsyncConnection, company: UUID) -> set[UUID]:
    """A company, its owner, the owner of that, and so on, as they were told."""
    rows = await connection.execute(
        text(
            "WITH RECURSIVE owner AS ("
            "  SELECT id, coalesce(first_parent_id, parent_id) AS owned_by FROM company"
            "   WHERE id = :company"
            "  UNION SELECT c.id, coalesce(c.first_parent_id, c.parent_id)"
            "   FROM company c JOIN owner o ON c.id = o.owned_by) SELECT id FROM owner"
        ),
        {"company": company},
    )
    return set(rows.scalars())


async def known(
    connection: AsyncConnection, table: str, column: str, values: Iterable[str]
) -> dict[str, Row]:
    """Rows of a table by one of its unique text columns."""
    rows = await connection.execute(
        text(f"SELECT * FROM {table} WHERE {column} = ANY(CAST(:values AS text[]))"),
        {"values": list(values)},
    )
    return {row[column]: dict(row) for row in rows.mappings()}


async def slug_of_source(connection: AsyncConnection, identity: UUID | None) -> str | None:
    """The slug of a source (primary key)."""
    if identity is None:
        return None
    slug = await connection.scalar(text("SELECT slug FROM source WHERE id = :id"), {"id": identity})
    return str(slug)


async def told_by(
    connection: AsyncConnection, sources: Iterable[UUID]
) -> list[tuple[UUID, UUID | None]]:
    """The players, and the products, of which some sources are the origin (claim_origin)."""
    rows = await connection.execute(
        text(
            "SELECT DISTINCT player_id, product_id FROM claim"
            " WHERE origin_id = ANY(CAST(:sources AS uuid[]))"
        ),
        {"sources": list(sources)},
    )
    return [(player, product) for player, product in rows]


async def lead_back(
    connection: AsyncConnection, roots: Mapping[UUID, UUID]
) -> list[tuple[UUID, UUID | None]]:
    """Let what documents relay go back to a root; whose claims that moved (claim_document).

    A claim moves whose stated origin is the source its document relays, be it named or not;
    any other origin it names is its own.
    """
    rows = await connection.execute(
        text(
            "UPDATE claim SET origin_id = moved.root,"
            "  stated_origin_id = nullif(moved.stated, moved.root)"
            " FROM (SELECT c.id, coalesce(c.stated_origin_id, c.origin_id) AS stated, led.root"
            "   FROM unnest(CAST(:documents AS uuid[]), CAST(:roots AS uuid[]))"
            "    AS led (document_id, root)"
            "   JOIN document d ON d.id = led.document_id"
            "   JOIN claim c ON c.document_id = d.id AND c.origin_id <> led.root"
            "   WHERE coalesce(c.stated_origin_id, c.origin_id) = d.relays_source_id) moved"
            " WHERE claim.id = moved.id RETURNING claim.player_id, claim.product_id"
        ),
        {"documents": list(roots.keys()), "roots": list(roots.values())},
    )
    return [(player, product) for player, product in rows]


async def fill(
    connection: AsyncConnection, table: str, identity: UUID, values: Mapping[str, Any]
) -> None:
    """Set columns of one identity that were not known before."""
    settings = ", ".join(f"{column} = :{column}" for column in values)
    await connection.execute(
        text(f"UPDATE {table} SET {settings} WHERE id = :id"), {**values, "id": identity}
    )


async def retract(
    connection: AsyncConnection, claim: UUID, reason: str, at: datetime
) -> Row | None:
    """Mark a claim as retracted unless it is; what it is about, or ``None`` (primary key)."""
    row = await connection.execute(
        text(
            "UPDATE claim SET retracted_at = :at, retraction_reason = :reason"
            " WHERE id = :claim AND retracted_at IS NULL"
            " RETURNING player_id, event_id, product_id"
        ),
        {"claim": claim, "reason": reason, "at": at},
    )
    found = row.mappings().first()
    return dict(found) if found else None


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many of each there are (for the banner and for people, not for a hot path)."""
    tables = ("company", "product", "funding_event", "source", "document", "claim")
    counted = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in tables)
    row = (await connection.execute(text(f"SELECT {counted}"))).mappings().one()
    return dict(row)
