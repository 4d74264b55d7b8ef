"""SQL for who is said to compete with whom, and in which market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import supporting
from app.claims.view_queries import COMPANY_VIEW, id_called
from app.storage.listing import Filter, Listing, paged, where

Row = dict[str, Any]


async def markets_page(connection: AsyncConnection, listing: Listing, moment: Moment) -> list[Row]:
    """A page of markets, one row more if there is a next.

    ``claim_of_market`` serves it: it leads from one slug to the next, and holds all that is
    counted, so that the claims themselves, which lie far apart, are not read. Whatever the
    order, all markets are counted: they are few, and their claims a small part of all.
    """
    parameters: dict[str, Any] = {}
    page = paged(listing, parameters, "slug", key_type="text")
    rows = await connection.execute(
        text(
            f"{_markets(_EVERY_SLUG, moment, parameters)} SELECT *,"
            f" (SELECT version FROM data_version) AS data_version FROM market {page}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def market(connection: AsyncConnection, slug: str, moment: Moment) -> Row | None:
    """One market, if it was spoken of by the moment (``claim_of_market``)."""
    parameters: dict[str, Any] = {"market": slug}
    one = "SELECT CAST(:market AS text) AS slug"
    rows = await connection.execute(
        text(f"{_markets(one, moment, parameters)} SELECT * FROM market"), parameters
    )
    row = rows.mappings().first()
    return dict(row) if row else None


async def players_page(
    connection: AsyncConnection, slug: str, listing: Listing, moment: Moment
) -> list[Row]:
    """A page of the players of one market, one row more if there is a next.

    ``claim_of_market`` holds the market's claims; each makes two players, its subject and its
    object. Nobody is a player who was deleted or is somebody else now.
    """
    parameters: dict[str, Any] = {"market": slug}
    spoken = supporting(moment, parameters)
    page = paged(listing, parameters, "company_id")
    rows = await connection.execute(
        text(
            "WITH said AS ("
            "  SELECT c.id, c.company_id, c.object_id, c.document_id, c.origin_id, c.reported_at,"
            "  c.reported_precision FROM claim c"
            f"  WHERE c.market_slug = CAST(:market AS text) AND {spoken}"
            "), side AS ("
            "  SELECT company_id AS player, object_id AS rival, said.* FROM said"
            "  UNION ALL SELECT object_id, company_id, said.* FROM said"
            "), player AS ("
            "  SELECT p.id AS company_id, p.slug, p.name, p.kind,"
            f" count(DISTINCT c.rival) AS rivals, {_COUNTS}, {_CLAIM_IDS}"
            "  FROM side c JOIN company p ON p.id = c.player JOIN source s ON s.id = c.origin_id"
            "  WHERE p.merged_into IS NULL AND p.deleted_at IS NULL GROUP BY p.id"
            f") SELECT * FROM player {page}"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


async def rivals(
    connection: AsyncConnection, company: str, filters: Sequence[Filter], moment: Moment
) -> list[Row]:
    """Who is said to compete with a company, by rival and market; either may have been named.

    ``claim_of_company`` and ``claim_object`` serve the two directions.
    """
    parameters: dict[str, Any] = {}
    about = id_called(COMPANY_VIEW, company, parameters)
    condition = f"{where(filters, parameters)} AND {supporting(moment, parameters)}"
    rows = await connection.execute(
        text(
            f"SELECT r.id, r.slug, r.name, c.market_slug, {_NAME} AS market, {_COUNTS},"
            f" {_CLAIM_IDS} FROM claim c JOIN source s ON s.id = c.origin_id"
            " JOIN company r ON r.id ="
            f" CASE WHEN c.company_id = {about} THEN c.object_id ELSE c.company_id END"
            f" WHERE (c.company_id = {about} OR c.object_id = {about})"
            f" AND c.predicate = 'competes_with' AND {condition}"
            " GROUP BY r.id, c.market_slug"
            " ORDER BY independent_origins DESC, appearances DESC, r.slug, c.market_slug"
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]


_NAME = 'mode() WITHIN GROUP (ORDER BY c.market COLLATE "C")'
"""The most used spelling: of several, the first in the order of the alphabet."""

# How exactly the first or last report is known; of equal ones, as exactly as any.
_PRECISION = (
    "(array_agg(c.reported_precision ORDER BY c.reported_at {} NULLS LAST,"
    " c.reported_precision))[1]"
)
_COUNTS = (
    "count(DISTINCT c.document_id) AS appearances,"
    " count(DISTINCT coalesce(s.owner, s.slug)) AS independent_origins,"
    " min(c.reported_at) AS first_reported_at, max(c.reported_at) AS last_reported_at,"
    f" {_PRECISION.format('ASC')} AS first_precision,"
    f" {_PRECISION.format('DESC')} AS last_precision"
)
_CLAIM_IDS = "array_agg(c.id ORDER BY c.reported_at DESC NULLS LAST, c.id) AS claim_ids"

# From each slug to the next along the index; the last step finds none, which counts nothing.
_EVERY_SLUG = (
    "SELECT min(market_slug) AS slug FROM claim WHERE market_slug IS NOT NULL UNION ALL"
    " SELECT (SELECT min(c.market_slug) FROM claim c WHERE c.market_slug > asked.slug)"
    " FROM asked WHERE asked.slug IS NOT NULL"
)


def _markets(slugs: str, moment: Moment, parameters: dict[str, Any]) -> str:
    """SQL that makes a table ``market`` of the claims of a moment, each counted by itself.

    So one market is counted like any other; and all of them in half the time of one grouping,
    which would sort all claims for every count.
    """
    spoken = supporting(moment, parameters)
    said = f"WHERE c.market_slug = asked.slug AND {spoken}"
    return (
        f"WITH RECURSIVE asked AS ({slugs}), market AS ("
        "  SELECT asked.slug, counted.*, players FROM asked CROSS JOIN LATERAL ("
        f"  SELECT {_NAME} AS name, count(*) AS claims, {_COUNTS}"
        f"  FROM claim c JOIN source s ON s.id = c.origin_id {said}) counted"
        "  CROSS JOIN LATERAL (SELECT count(*) AS players FROM ("
        f"  SELECT c.company_id FROM claim c {said}"
        f"  UNION SELECT c.object_id FROM claim c {said}) player) played WHERE claims > 0)"
    )
