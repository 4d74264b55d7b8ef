"""All SQL that reads or writes claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.claim import Claim
from app.claims.moment import Moment

SUBJECT_COLUMNS = frozenset({"event_id", "company_id", "product_id"})

# What the resolver needs of a claim: the row, whether its document relays another source,
# the owner group its origin belongs to, and the present name of its object.
_RESOLVABLE = """
SELECT c.id, c.event_id, c.company_id, c.product_id, c.predicate, c.facet,
       c.low, c.high, c.stated, c.currency, c.unit, c.qualifier, c.basis, c.term,
       c.null_reason, c.object_id, o.slug AS object_slug, o.name AS object_name,
       c.role, c.form, c.condition, c.condition_note, c.status, c.tranche,
       c.modality, c.stance, c.evidence, c.effective_on, c.effective_precision,
       c.reported_at, c.reported_precision, c.document_id, c.origin_id,
       coalesce(s.owner, s.slug) AS origin_group, c.origin_id <> d.source_id AS is_relay,
       c.digest, c.name, c.version, c.setting, c.evaluator
FROM claim c
JOIN document d ON d.id = c.document_id
JOIN source s ON s.id = c.origin_id
LEFT JOIN company o ON o.id = c.object_id
"""


def at_moment(moment: Moment, parameters: dict[str, Any], alias: str = "c") -> str:
    """SQL condition for the claims that were public and known at a moment."""
    conditions = []
    if moment.as_of is not None:
        parameters["as_of"] = moment.as_of
        conditions.append(f"{alias}.reported_at <= CAST(:as_of AS timestamptz)")
    if moment.known_at is not None:
        parameters["known_at"] = moment.known_at
        conditions.append(
            f"{alias}.recorded_at <= CAST(:known_at AS timestamptz) AND ({alias}.retracted_at"
            f" IS NULL OR {alias}.retracted_at > CAST(:known_at AS timestamptz))"
        )
    else:
        conditions.append(f"{alias}.retracted_at IS NULL")
    return " AND ".join(conditions)


async def claims_about(
    connection: AsyncConnection, subject: str, ids: Sequence[UUID], moment: Moment
) -> dict[UUID, list[Claim]]:
    """The claims about each of some identities at a moment.

    ``subject`` is the claim's column: ``event_id``, ``company_id`` or ``product_id``; each
    has an index on (identity, predicate, facet, reported_at).
    """
    assert subject in SUBJECT_COLUMNS
    parameters: dict[str, Any] = {"ids": list(ids)}
    condition = at_moment(moment, parameters)
    rows = await connection.execute(
        text(f"{_RESOLVABLE} WHERE c.{subject} = ANY(CAST(:ids AS uuid[])) AND {condition}"),
        parameters,
    )
    claims: dict[UUID, list[Claim]] = {}
    for row in rows.mappings():
        claims.setdefault(row[subject], []).append(Claim.from_row(dict(row)))
    return claims


async def retract(
    connection: AsyncConnection, claim_id: UUID, reason: str, at: datetime
) -> UUID | None:
    """Take a claim out from ``at`` on; returns its player, or ``None`` if it was not in."""
    player = await connection.scalar(
        text(
            "UPDATE claim SET retracted_at = :at, retraction_reason = :reason"
            " WHERE id = :id AND retracted_at IS NULL RETURNING player_id"
        ),
        {"id": claim_id, "reason": reason, "at": at},
    )
    return player if isinstance(player, UUID) else None
