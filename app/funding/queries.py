"""SQL for the record of a source: the deals it talked of first hand, and its documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.policy import SUPPORTING
from app.claims.queries import admitted, at_moment
from app.claims.vocabulary import TALK, Modality, Predicate
from app.storage.listing import limit_to

_TALKED_OF = (Predicate.STAGE, Predicate.AMOUNT, Predicate.VALUATION, Predicate.PARTICIPATION)
"""What makes a claim talk of the deal itself, not of what it may be for."""


async def deals_talked_of(
    connection: AsyncConnection, source: UUID, moment: Moment, most: int
) -> list[UUID]:
    """The events that a source itself talked of at a moment, at most one more than ``most``.

    The condition is ``Claim.is_talk`` in SQL; ``claim_origin`` serves it.
    """
    parameters: dict[str, Any] = {
        "source": source,
        "predicates": list(_TALKED_OF),
        "supporting": sorted(SUPPORTING),
        "talk": sorted(TALK),
    }
    condition = f"{at_moment(moment, parameters)} AND {admitted(moment, parameters)}"
    rows = await connection.execute(
        text(
            "SELECT DISTINCT c.event_id FROM claim c JOIN document d ON d.id = c.document_id"
            " WHERE c.origin_id = :source AND d.source_id = c.origin_id AND c.event_id IS NOT NULL"
            " AND c.predicate = ANY(CAST(:predicates AS text[]))"
            " AND c.stance = ANY(CAST(:supporting AS text[]))"
            f" AND CASE c.predicate WHEN '{Predicate.STAGE}'"
            " THEN c.term = ANY(CAST(:talk AS text[]))"
            f" ELSE c.modality <> '{Modality.FACTUAL}' END"
            f" AND {condition}{limit_to(most + 1)}"
        ),
        parameters,
    )
    return list(rows.scalars())


async def documents_of(
    connection: AsyncConnection, source: UUID, moment: Moment
) -> tuple[int, int]:
    """How many documents of a source make claims, and in how many of them another speaks.

    ``document_of_source`` and ``claim_document`` serve it.
    """
    parameters: dict[str, Any] = {"source": source}
    condition = f"{at_moment(moment, parameters)} AND {admitted(moment, parameters)}"
    row = await connection.execute(
        text(
            "SELECT count(DISTINCT d.id), count(DISTINCT d.id)"
            " FILTER (WHERE c.origin_id <> d.source_id)"
            " FROM document d JOIN claim c ON c.document_id = d.id"
            f" WHERE d.source_id = :source AND {condition}"
        ),
        parameters,
    )
    documents, relays = row.one()
    return documents, relays
