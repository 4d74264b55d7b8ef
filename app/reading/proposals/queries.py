"""SQL of readings, of what they propose, and of what is done with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.json import dumps
from app.storage.listing import Listing, paged

Row = dict[str, Any]

_READING = (
    "SELECT r.id, r.digest, r.version, r.former_id, r.title, r.publisher, r.published_at, r.url,"
    " r.origin, r.difference, r.opinion, r.actor, r.recorded_at, r.characters,"
    " encode(r.sha256, 'hex') AS sha256, counted.*"
)
_COUNTED = (
    " CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'pending') AS pending,"
    "  count(*) FILTER (WHERE state = 'accepted') AS accepted,"
    "  count(*) FILTER (WHERE state = 'rejected') AS rejected,"
    "  count(*) FILTER (WHERE state = 'superseded') AS superseded"
    "  FROM proposal p WHERE p.reading_id = r.id) counted"
)
_PROPOSAL = (
    "SELECT p.*, r.title, r.publisher, r.published_at, r.url, d.position AS record_position,"
    " d.kind, d.company_name, d.company_slug, d.event_id, e.slug AS event, e.key AS event_key"
    " FROM proposal p JOIN reading r ON r.id = p.reading_id"
    " JOIN reading_record d ON d.id = p.record_id LEFT JOIN funding_event e ON e.id = d.event_id"
)


async def reading(connection: AsyncConnection, identity: UUID) -> Row | None:
    """One reading with its article's text (primary key)."""
    rows = await connection.execute(
        text(f"{_READING}, r.text FROM reading r {_COUNTED} WHERE r.id = :id"), {"id": identity}
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def reading_by(connection: AsyncConnection, digest: bytes, version: str) -> UUID | None:
    """The reading of an article by a version of the reader (its unique index)."""
    identity = await connection.scalar(
        text("SELECT id FROM reading WHERE digest = :digest AND version = :version"),
        {"digest": digest, "version": version},
    )
    return UUID(str(identity)) if identity else None


async def newest_reading(connection: AsyncConnection, digest: bytes) -> UUID | None:
    """The newest reading of an article, by whatever version."""
    identity = await connection.scalar(
        text(
            "SELECT id FROM reading WHERE digest = :digest ORDER BY recorded_at DESC, id DESC"
            " LIMIT 1"
        ),
        {"digest": digest},
    )
    return UUID(str(identity)) if identity else None


async def set_difference(
    connection: AsyncConnection, identity: UUID, told: Mapping[str, Any]
) -> None:
    """Keep how a reading differs from the former one."""
    await connection.execute(
        text("UPDATE reading SET difference = :told WHERE id = :id"),
        {"id": identity, "told": dumps(told).decode()},
    )


async def records(connection: AsyncConnection, identity: UUID) -> list[Row]:
    """The records of a reading, in their order."""
    rows = await connection.execute(
        text(
            "SELECT d.*, e.slug AS event, e.key AS event_key FROM reading_record d"
            " LEFT JOIN funding_event e ON e.id = d.event_id"
            " WHERE d.reading_id = :id ORDER BY d.position"
        ),
        {"id": identity},
    )
    return [dict(row) for row in rows.mappings()]


async def proposals_of(connection: AsyncConnection, identity: UUID) -> list[Row]:
    """All that a reading proposes, in the order of the article."""
    rows = await connection.execute(
        text(f"{_PROPOSAL} WHERE p.reading_id = :id ORDER BY p.position"), {"id": identity}
    )
    return [dict(row) for row in rows.mappings()]


async def proposal(connection: AsyncConnection, identity: UUID) -> Row | None:
    """One proposal (primary key)."""
    rows = await connection.execute(text(f"{_PROPOSAL} WHERE p.id = :id"), {"id": identity})
    row = rows.mappings().first()
    return dict(row) if row else None


async def steps(connection: AsyncConnection, identity: UUID) -> list[Row]:
    """What was done with a proposal, in order (``proposal_step_of``)."""
    rows = await connection.execute(
        text("SELECT * FROM proposal_step WHERE proposal_id = :id ORDER BY id"), {"id": identity}
    )
    return [dict(row) for row in rows.mappings()]


async def page_of_proposals(connection: AsyncConnection, listing: Listing) -> list[Row]:
    """A page of proposals, one row more if there is a next.

    ``proposal_queue`` serves those of one state, ``proposal_of_reading`` and
    ``proposal_of_company`` those of one of them, ``proposal_by_priority`` all.
    """
    parameters: dict[str, Any] = {}
    rows = await connection.execute(
        text(f"{_PROPOSAL} {paged(listing, parameters, 'p.id')}"), parameters
    )
    return [dict(row) for row in rows.mappings()]


async def page_of_readings(connection: AsyncConnection, listing: Listing) -> list[Row]:
    """A page of readings, one row more if there is a next (``reading_by_age``)."""
    parameters: dict[str, Any] = {}
    rows = await connection.execute(
        text(f"{_READING} FROM reading r {_COUNTED} {paged(listing, parameters, 'r.id')}"),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def settle(
    connection: AsyncConnection,
    identities: Collection[UUID],
    *,
    state: str,
    by: str,
    at: datetime,
    note: str | None,
) -> None:
    """Note what was decided of some proposals."""
    await connection.execute(
        text(
            "UPDATE proposal SET state = :state, decided_by = :by, decided_at = :at, note = :note"
            " WHERE id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": list(identities), "state": state, "by": by, "at": at, "note": note},
    )


async def accept(
    connection: AsyncConnection,
    claims: Mapping[UUID, tuple[UUID, UUID]],
    *,
    by: str,
    at: datetime,
    note: str | None,
) -> None:
    """Note that proposals were accepted: by proposal, the claim and the document it became."""
    await connection.execute(
        text(
            "UPDATE proposal SET state = 'accepted', decided_by = :by, decided_at = :at,"
            " note = :note, claim_id = done.claim, document_id = done.document"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:claims AS uuid[]),"
            "  CAST(:documents AS uuid[])) AS done (id, claim, document)"
            " WHERE proposal.id = done.id"
        ),
        {
            "ids": list(claims),
            "claims": [claim for claim, _ in claims.values()],
            "documents": [document for _, document in claims.values()],
            "by": by,
            "at": at,
            "note": note,
        },
    )


async def edit(connection: AsyncConnection, identity: UUID, values: Mapping[str, Any]) -> None:
    """Change what a proposal says, and where it stands."""
    settings = ", ".join(f"{column} = :{column}" for column in values)
    await connection.execute(
        text(f"UPDATE proposal SET {settings} WHERE id = :id"), {**values, "id": identity}
    )


async def bind(connection: AsyncConnection, record: UUID, key: str) -> None:
    """Let all that a record still proposes go to one funding event."""
    await connection.execute(
        text(
            "UPDATE reading_record SET event_id ="
            " (SELECT id FROM funding_event WHERE key = :key) WHERE id = :id"
        ),
        {"id": record, "key": key},
    )


async def call(connection: AsyncConnection, reading: UUID, name: str, slug: str) -> None:
    """Note which company a reading's records of some name are about."""
    parameters = {"reading": reading, "name": name, "slug": slug}
    await connection.execute(
        text(
            "UPDATE proposal SET company = :slug FROM reading_record d"
            " WHERE d.reading_id = :reading AND d.company_name = :name"
            " AND proposal.record_id = d.id AND proposal.company <> :slug"
        ),
        parameters,
    )
    await connection.execute(
        text(
            "UPDATE reading_record SET company_slug = :slug"
            " WHERE reading_id = :reading AND company_name = :name"
            " AND company_slug IS DISTINCT FROM :slug"
        ),
        parameters,
    )


async def claims_by_hash(connection: AsyncConnection, hashes: Iterable[bytes]) -> dict[bytes, Row]:
    """Claims by their content hashes (its unique index), and whether they were retracted."""
    rows = await connection.execute(
        text(
            "SELECT content_hash, id, retracted_at, retraction_reason FROM claim"
            " WHERE content_hash = ANY(CAST(:h AS bytea[]))"
        ),
        {"h": list(hashes)},
    )
    return {bytes(row["content_hash"]): dict(row) for row in rows.mappings()}


async def digest_of_names(connection: AsyncConnection) -> str:
    """Another one whenever :func:`known_names` would answer otherwise.

    It looks at each row, but nothing of them leaves the server: 40 ms for 60,000 companies.
    """
    digest = await connection.scalar(
        text(
            "SELECT concat_ws(' ', (SELECT sum(hashtextextended(concat_ws('|', company_id, name),"
            "  0)) FROM company_name), (SELECT sum(hashtextextended(concat_ws('|', id, slug, name,"
            "  merged_into, deleted_at), 0)) FROM company), (SELECT sum(hashtextextended("
            "  concat_ws('|', company_id, slug, name), 0)) FROM product))"
        )
    )
    return str(digest)


async def known_names(connection: AsyncConnection) -> Sequence[tuple[str, str, str, str | None]]:
    """All that companies and products go by: the name, whose slug and name, and which product.

    In the order of companies; names of merged ones lead to those they were merged into.
    """
    rows = await connection.execute(
        text(
            "SELECT n.name, c.slug, c.name AS company, NULL AS product FROM company_name n"
            " JOIN company own ON own.id = n.company_id"
            " JOIN company c ON c.id = coalesce(own.merged_into, own.id)"
            " WHERE c.deleted_at IS NULL"
            " UNION SELECT c.name, c.slug, c.name, NULL FROM company c"
            "  WHERE c.merged_into IS NULL AND c.deleted_at IS NULL"
            " UNION SELECT p.name, c.slug, c.name, p.slug FROM product p"
            " JOIN company own ON own.id = p.company_id"
            " JOIN company c ON c.id = coalesce(own.merged_into, own.id)"
            " WHERE c.deleted_at IS NULL"
            " ORDER BY 2, 4 NULLS FIRST, 1"
        )
    )
    return [(name, slug, company, product) for name, slug, company, product in rows]
