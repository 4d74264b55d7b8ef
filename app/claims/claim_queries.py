"""SQL for claims as evidence: everything a reader may know of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import SUBJECT_COLUMNS, admitted, at_moment
from app.claims.view_queries import ViewTable, id_called
from app.storage.listing import Field, Kind, Listing, SortKey, order_by, paged, sort_expression

_EVIDENCE = """
SELECT c.*, p.slug AS player_slug, p.name AS player_name, e.slug AS event_slug,
       e.label AS event_label, r.slug AS product_slug, r.name AS product_name,
       o.slug AS object_slug, o.name AS object_name, s.slug AS origin_slug, s.name AS origin_name,
       d.url, d.title, d.kind AS document_kind, d.attribution, d.published_at,
       d.published_precision, d.distortions, d.source_id AS document_source_id,
       coalesce(c.stated_origin_id, c.origin_id) = d.relays_source_id AS repeats_as_its_document,
       coalesce(s.owner, s.slug) AS origin_group, ds.slug AS source_slug, ds.name AS source_name
FROM {claims} c
JOIN company p ON p.id = c.player_id
JOIN document d ON d.id = c.document_id
JOIN source s ON s.id = c.origin_id
JOIN source ds ON ds.id = d.source_id
LEFT JOIN funding_event e ON e.id = c.event_id
LEFT JOIN product r ON r.id = c.product_id
LEFT JOIN company o ON o.id = c.object_id
"""


_NEWEST = sort_expression(
    SortKey(Field("reported_at", Kind.INSTANT, "reported_at", "", "c.reported_at"), True)
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The claims about one player (with its products and deals), or about one event."""

    column: Literal["player_id", "event_id"]
    table: ViewTable
    name: str


async def claims_page(
    connection: AsyncConnection,
    listing: Listing,
    moment: Moment,
    scope: Scope | None = None,
) -> list[dict[str, Any]]:
    """A page of claims at a moment, one row more if there is a next.

    ``scope`` limits it to one player or event. The ``claim_by_…`` indexes serve the
    orders, and ``claim_of_event`` an event's.
    """
    parameters: dict[str, Any] = {}
    conditions = [at_moment(moment, parameters), admitted(moment, parameters)]
    if moment.as_of is not None:
        # The same bound in the words of the index, so that a walk begins at the moment.
        conditions.append(f"{_NEWEST} <= CAST(:as_of AS timestamptz)")
    if scope is not None:
        about = id_called(scope.table, scope.name, parameters)
        conditions.append(f"c.{scope.column} = {about}")
    order = order_by(listing.sort, "c.id")
    # The page first, by its index; then what its claims refer to. In one the planner weighs the
    # orders of nine tables for longer than the answer takes.
    page = f"SELECT c.* FROM claim c {paged(listing, parameters, 'c.id', *conditions)}"
    rows = await connection.execute(
        text(
            f"WITH page AS MATERIALIZED ({page}) {_EVIDENCE.format(claims='page')} ORDER BY {order}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def claims_of_ids(connection: AsyncConnection, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Some claims with their evidence, by primary key, in the order of their ids."""
    rows = await connection.execute(
        text(
            f"{_EVIDENCE.format(claims='claim')} WHERE c.id = ANY(CAST(:ids AS uuid[]))"
            " ORDER BY c.id"
        ),
        {"ids": list(ids)},
    )
    return [dict(row) for row in rows.mappings()]


async def claims_of_slot(
    connection: AsyncConnection, claim: Mapping[str, Any], moment: Moment
) -> list[dict[str, Any]]:
    """All claims of the identity, predicate and facet of one claim, at a moment.

    The ``claim_of_…`` indexes serve it.
    """
    subject = next(name for name in sorted(SUBJECT_COLUMNS) if claim[name] is not None)
    parameters: dict[str, Any] = {name: claim[name] for name in ("predicate", "facet")}
    parameters["subject"] = claim[subject]
    condition = f"{at_moment(moment, parameters)} AND {admitted(moment, parameters)}"
    rows = await connection.execute(
        text(
            f"{_EVIDENCE.format(claims='claim')} WHERE c.{subject} = :subject"
            f" AND c.predicate = :predicate AND c.facet = :facet AND {condition}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def claim_evidence(
    connection: AsyncConnection, claim_id: UUID, moment: Moment
) -> dict[str, Any] | None:
    """One claim with its evidence, by primary key; retracted ones too, unless asked of then."""
    parameters: dict[str, Any] = {"id": claim_id}
    past = moment.as_of is not None or moment.known_at is not None
    condition = at_moment(moment, parameters) if past else "true"
    row = await connection.execute(
        text(f"{_EVIDENCE.format(claims='claim')} WHERE c.id = :id AND {condition}"), parameters
    )
    found = row.mappings().first()
    return dict(found) if found else None
