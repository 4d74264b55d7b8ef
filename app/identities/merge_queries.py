"""SQL of merges: the ledger, and what follows the companies that it leads together or apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.ids import decode, new_id
from app.storage.version import Version

Row = dict[str, Any]
Roots = Mapping[UUID, UUID]
"""The present company of each of some."""

MOST_LISTED = 50


@dataclass(slots=True)
class Moved:
    """What stands with another company than before, by id."""

    claims: set[UUID] = field(default_factory=set)
    events: set[UUID] = field(default_factory=set)
    products: set[UUID] = field(default_factory=set)
    sources: set[UUID] = field(default_factory=set)
    owned: set[UUID] = field(default_factory=set)
    """Companies whose owner is another."""


async def called(connection: AsyncConnection, name: str) -> Row | None:
    """The very company of an id, a slug or a former slug, merged or not (unique indexes)."""
    rows = await connection.execute(
        text(
            "SELECT id, slug, name, merged_into, deleted_at FROM company"
            " WHERE id = :id OR slug = :slug"
            " OR id = (SELECT company_id FROM company_former_slug WHERE slug = :slug)"
            " ORDER BY slug = :slug DESC LIMIT 1"
        ),
        {"id": decode("cmp", name), "slug": name},
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def together(connection: AsyncConnection, company: UUID) -> dict[UUID, UUID | None]:
    """All companies that active merges lead to one, and that one: each with what it leads to.

    ``company_merge_into`` and ``company_merge_active`` serve it.
    """
    rows = await connection.execute(
        text(
            "WITH RECURSIVE member AS (SELECT CAST(:company AS uuid) AS id UNION"
            "  SELECT m.company_id FROM member JOIN company_merge m ON m.into_id = member.id"
            "   AND m.split_at IS NULL)"
            " SELECT member.id, m.into_id FROM member LEFT JOIN company_merge m"
            "  ON m.company_id = member.id AND m.split_at IS NULL"
        ),
        {"company": company},
    )
    return {row.id: row.into_id for row in rows}


async def root(connection: AsyncConnection, company: UUID) -> UUID:
    """The company that one is now (primary key)."""
    rows = await connection.execute(
        text("SELECT coalesce(merged_into, id) FROM company WHERE id = :company"),
        {"company": company},
    )
    present: UUID = rows.scalar_one()
    return present


async def claims_between(connection: AsyncConnection, one: UUID, other: UUID) -> list[UUID]:
    """Claims about one company with the other as object, retracted ones aside (claim_object)."""
    rows = await connection.execute(
        text(
            "SELECT id FROM claim WHERE retracted_at IS NULL AND ("
            " (object_id = :one AND player_id = :other) OR"
            " (object_id = :other AND player_id = :one)) ORDER BY id LIMIT :most"
        ),
        {"one": one, "other": other, "most": MOST_LISTED},
    )
    return list(rows.scalars())


async def merge(
    connection: AsyncConnection, company: UUID, into: UUID, reason: str, actor: str, write: Version
) -> None:
    """Enter a merge into the ledger."""
    await connection.execute(
        text(
            "INSERT INTO company_merge (id, company_id, into_id, reason, actor, merged_at)"
            " VALUES (:id, :company, :into, :reason, :actor, :at)"
        ),
        {
            "id": new_id(),
            "company": company,
            "into": into,
            "reason": reason,
            "actor": actor,
            "at": write.committed_at,
        },
    )


async def split(
    connection: AsyncConnection, company: UUID, reason: str, actor: str, write: Version
) -> None:
    """Enter into the ledger that a company's active merge is undone."""
    await connection.execute(
        text(
            "UPDATE company_merge SET split_at = :at, split_by = :actor, split_reason = :reason"
            " WHERE company_id = :company AND split_at IS NULL"
        ),
        {"company": company, "reason": reason, "actor": actor, "at": write.committed_at},
    )


async def newest(connection: AsyncConnection, company: UUID) -> Row | None:
    """The newest entry of a company that was merged: the active one, if there is one."""
    rows = await connection.execute(
        text(f"{_ENTRIES} WHERE m.company_id = :company {_NEWEST_FIRST} LIMIT 1"),
        {"company": company},
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def ledger(connection: AsyncConnection, company: UUID) -> list[Row]:
    """The merges of a company and into it, active and undone, the newest first."""
    rows = await connection.execute(
        text(f"{_ENTRIES} WHERE m.company_id = :company OR m.into_id = :company {_NEWEST_FIRST}"),
        {"company": company},
    )
    return [dict(row) for row in rows.mappings()]


_ENTRIES = (
    "SELECT m.*, c.slug AS company_slug, c.name AS company_name, i.slug AS into_slug,"
    " i.name AS into_name FROM company_merge m JOIN company c ON c.id = m.company_id"
    " JOIN company i ON i.id = m.into_id"
)
_NEWEST_FIRST = "ORDER BY m.merged_at DESC, m.id DESC"


async def follow(connection: AsyncConnection, roots: Roots) -> Moved:
    """Let everything stand with the present companies of those it was told of.

    ``roots`` holds all companies that are, or were until now, together: whatever is told of one
    of them stands with one of them.
    """
    moved = Moved()
    await connection.execute(
        text(
            f"UPDATE company SET merged_into = nullif(led.root, led.id) FROM {_LED}"
            " WHERE company.id = led.id AND merged_into IS DISTINCT FROM nullif(led.root, led.id)"
        ),
        _led(roots),
    )
    moved.events = await _lead_on(connection, roots, "funding_event", "company_id")
    moved.products = await _lead_on(connection, roots, "product", "company_id")
    moved.sources = await _lead_on(connection, roots, "source", "company_id")
    moved.owned = await _lead_owned_on(connection, roots)
    moved.claims = (
        await _lead_on(connection, roots, "claim", "company_id", "player_id = moved.root")
        | await _lead_on(connection, roots, "claim", "object_id", _FACET)
        | await _keep_player(connection, "funding_event", "event_id", moved.events)
        | await _keep_player(connection, "product", "product_id", moved.products)
    )
    return moved


async def players_of(connection: AsyncConnection, claims: Collection[UUID]) -> set[UUID]:
    """The players that some claims are about (primary key)."""
    rows = await connection.execute(
        text("SELECT DISTINCT player_id FROM claim WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(claims)},
    )
    return set(rows.scalars())


_LED = "unnest(CAST(:ids AS uuid[]), CAST(:roots AS uuid[])) AS led (id, root)"
_FACET = (
    "facet = CASE predicate WHEN 'capability' THEN left(facet, -36) || moved.root"
    " ELSE moved.root || substr(facet, 37) END"
)
"""As app.ingest.normalise.facet_of makes it: the object stands last in it, or else first."""


def _led(roots: Roots) -> dict[str, Sequence[UUID]]:
    return {"ids": list(roots.keys()), "roots": list(roots.values())}


async def _lead_on(
    connection: AsyncConnection, roots: Roots, table: str, column: str, also: str = ""
) -> set[UUID]:
    """Set a column to the present company of the one that was told; the ids of what changed.

    The indexes on the columns serve it, save that of sources, which are few.
    """
    settings = f", {also}" if also else ""
    rows = await connection.execute(
        text(
            f"UPDATE {table} SET {column} = moved.root,"
            f" first_{column} = nullif(moved.told, moved.root){settings}"
            f" FROM (SELECT t.id, led.id AS told, led.root FROM {table} t JOIN {_LED}"
            f"  ON led.id = coalesce(t.first_{column}, t.{column})"
            f"  WHERE t.{column} = ANY(CAST(:ids AS uuid[])) AND t.{column} <> led.root) moved"
            f" WHERE {table}.id = moved.id RETURNING {table}.id"
        ),
        _led(roots),
    )
    return set(rows.scalars())


async def _lead_owned_on(connection: AsyncConnection, roots: Roots) -> set[UUID]:
    """The same for owners (``company_parent``, ``company_first_parent``).

    A company that turns out to be its own owner has none.
    """
    rows = await connection.execute(
        text(
            "UPDATE company SET parent_id = moved.owner,"
            " first_parent_id = CASE WHEN moved.told IS DISTINCT FROM moved.owner THEN moved.told"
            "  END FROM (SELECT c.id, led.id AS told, nullif(led.root, c.id) AS owner"
            f"  FROM company c JOIN {_LED} ON led.id = coalesce(c.first_parent_id, c.parent_id)"
            "  WHERE (c.parent_id = ANY(CAST(:ids AS uuid[]))"
            "   OR c.first_parent_id = ANY(CAST(:ids AS uuid[])))"
            "  AND c.parent_id IS DISTINCT FROM nullif(led.root, c.id)) moved"
            " WHERE company.id = moved.id RETURNING company.id"
        ),
        _led(roots),
    )
    return set(rows.scalars())


async def _keep_player(
    connection: AsyncConnection, table: str, column: str, ids: Collection[UUID]
) -> set[UUID]:
    """Let the player of claims be that of their events or products (``claim_of_…``)."""
    rows = await connection.execute(
        text(
            f"UPDATE claim SET player_id = s.company_id FROM {table} s"
            f" WHERE s.id = claim.{column} AND s.id = ANY(CAST(:ids AS uuid[]))"
            " RETURNING claim.id"
        ),
        {"ids": list(ids)},
    )
    return set(rows.scalars())
