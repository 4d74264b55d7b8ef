"""All SQL that reads or writes claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.claim import FIELD_NAMES, Claim
from app.claims.moment import Moment
from app.claims.policy import SUPPORTING
from app.claims.vocabulary import Predicate

SUBJECT_COLUMNS = frozenset({"event_id", "company_id", "product_id"})

# What the resolver needs of a claim beside its own columns: the owner group its origin belongs
# to, whether its document relays another source, and the present name of its object.
_ELSEWHERE = {
    "object_slug": "o.slug",
    "object_name": "o.name",
    "origin_group": "coalesce(s.owner, s.slug)",
    "is_relay": "c.origin_id <> d.source_id",
}
_RESOLVABLE = f"""
SELECT {", ".join(_ELSEWHERE.get(name, f"c.{name}") for name in FIELD_NAMES)}
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


def document_at_moment(moment: Moment, parameters: dict[str, Any], alias: str = "d") -> str:
    """SQL condition for the documents that were public and known at a moment."""
    conditions = ["true"]
    if moment.as_of is not None:
        parameters["as_of"] = moment.as_of
        conditions.append(f"{alias}.published_at <= CAST(:as_of AS timestamptz)")
    if moment.known_at is not None:
        parameters["known_at"] = moment.known_at
        conditions.append(f"{alias}.recorded_at <= CAST(:known_at AS timestamptz)")
    return " AND ".join(conditions)


def admitted(moment: Moment, parameters: dict[str, Any]) -> str:
    """SQL condition for the claims that the policy hears at all."""
    if moment.policy.admitted is None:
        return "true"
    parameters["admitted"] = sorted(moment.policy.admitted)
    return "c.evidence = ANY(CAST(:admitted AS text[]))"


def supporting(moment: Moment, parameters: dict[str, Any]) -> str:
    """SQL condition for the claims of a moment that the policy hears and that put a value forward.

    Denials and silence are told elsewhere: they make no rival, and no market.
    """
    parameters["supporting"] = sorted(SUPPORTING)
    return (
        f"{at_moment(moment, parameters)} AND {admitted(moment, parameters)}"
        " AND c.stance = ANY(CAST(:supporting AS text[]))"
    )


async def claims_about(
    connection: AsyncConnection,
    subject: str,
    ids: Sequence[UUID],
    moment: Moment,
    predicate: Predicate | None = None,
) -> dict[UUID, list[Claim]]:
    """The claims about each of some identities at a moment, of one predicate or of all.

    ``subject`` is the claim's column: ``event_id``, ``company_id`` or ``product_id``; each
    has an index on (identity, predicate, facet, reported_at).
    """
    assert subject in SUBJECT_COLUMNS
    parameters: dict[str, Any] = {"ids": list(ids)}
    condition = at_moment(moment, parameters)
    if predicate is not None:
        parameters["predicate"] = predicate.value
        condition += " AND c.predicate = :predicate"
    rows = await connection.execute(
        text(f"{_RESOLVABLE} WHERE c.{subject} = ANY(CAST(:ids AS uuid[])) AND {condition}"),
        parameters,
    )
    claims: dict[UUID, list[Claim]] = {}
    about = FIELD_NAMES.index(subject)
    for row in rows:
        claims.setdefault(row[about], []).append(Claim(*row))
    return claims
