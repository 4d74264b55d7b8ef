"""``/v1/sources/{source}/track-record``: how often what a source said of deals came true."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.claims import queries as claims
from app.claims import view_queries, views
from app.claims.asking import Question, answer, single
from app.claims.lists import about_one
from app.funding import queries
from app.funding.post_mortem import Deal, deal_of
from app.funding.schemas import TrackRecord
from app.funding.track_record import track_record
from app.sources.naming import named_source
from app.sources.queries import Row
from app.storage.ids import encode
from app.storage.json import dumps

router = APIRouter(tags=["sources"])

TRACK_RECORD = replace(
    about_one("track-record", "How often what a source said first of deals came true"),
    one_state=True,
    counts_days=True,
)

MOST_DEALS = 5_000
"""Deals looked into for one record at most: some seconds of work."""


@router.get("/v1/sources/{source}/track-record", **TRACK_RECORD.documents(TrackRecord))
async def get_track_record(source: str, request: Request) -> Response:
    """How reliable one source is: its own talk of deals against what was told in the end."""

    async def make(question: Question) -> bytes:
        row = await named_source(question, source)
        record = track_record(row["id"], await _deals(question, row))
        return single(question, dumps({**await _who(question, row), **record}))

    return await answer(request, TRACK_RECORD, make)


async def _who(question: Question, row: Row) -> Row:
    documents, relays = await queries.documents_of(question.connection, row["id"], question.moment)
    named = {name: row[name] for name in ("slug", "name", "owner")}
    return {
        "source": {"id": encode("src", row["id"]), **named},
        "documents": documents,
        "relaying_documents": relays,
        "relay_share": round(relays / documents, 4) if documents else None,
    }


async def _deals(question: Question, row: Row) -> list[Deal]:
    """The deals that a source itself talked of, with all that was said of each.

    Raises:
        TooManyAnew: it talked of more deals than one answer may look into.
    """
    connection, moment = question.connection, question.moment
    ids = await queries.deals_talked_of(connection, row["id"], moment, MOST_DEALS)
    if len(ids) > MOST_DEALS:
        raise views.TooManyAnew(
            f"The source talked of more than {MOST_DEALS:,} deals: ask as of an earlier day."
        )
    said = await claims.claims_about(connection, "event_id", ids, moment)
    return [
        deal_of(who, said[who.id], moment.policy, moment.at)
        for who in await view_queries.event_identities(connection, ids)
    ]
