"""How a question about claims is asked over HTTP: the moment, and the answer's frame."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims import claim_queries, naming_queries
from app.claims.evidence import claim_json
from app.claims.moment import Moment
from app.claims.policy import DEFAULT, POLICIES
from app.storage.engine import has_gone_away, read_connection, snapshot
from app.storage.ids import encode
from app.storage.json import dumps
from app.storage.listing import Match, Row, match_basis
from app.storage.version import Version, current_version
from app.web import envelope
from app.web.parameters import parse
from app.web.problems import Fault, invalid
from app.web.resources import Query, Resource, filter_name

POLICY_NAMES = tuple(POLICIES)


@dataclass(frozen=True, slots=True)
class Question:
    """A request read and checked, the state of the data, and the connection to answer with."""

    request: Request
    query: Query
    version: Version
    moment: Moment
    connection: AsyncConnection

    @property
    def secret(self) -> bytes:
        return bytes(self.request.app.state.secret)


CLAIMS = "claims"
"""The word for ``include`` that brings the evidence along, wherever figures are answered."""

NOTHING = b'{"items":[]'

Answer = Callable[[Question], Awaitable[bytes]]
Opener = Callable[[AsyncEngine], AbstractAsyncContextManager[AsyncConnection]]


async def answer(request: Request, resource: Resource, make: Answer) -> Response:
    """Answer a read: parameters, 304 if nothing changed, else the bytes that ``make`` gives.

    If a write comes between the statements of a page, or the connection turns out broken,
    the answer is made once more, this time in one snapshot.
    """
    query = parse(resource, request, request.app.state.secret)
    opened = snapshot if _takes_several_statements(query) else read_connection
    try:
        return await _attempt(request, query, make, opened)
    except WrittenMeanwhile:
        return await _attempt(request, query, make, snapshot)
    except DBAPIError as error:
        if not has_gone_away(error):
            raise
        return await _attempt(request, query, make, snapshot)


async def _attempt(request: Request, query: Query, make: Answer, opened: Opener) -> Response:
    async with opened(request.app.state.engine) as connection:
        version = await current_version(connection)
        tag = envelope.entity_tag(query, version, datetime.now(UTC).date())
        if (same := envelope.unchanged(request, tag)) is not None:
            return same
        question = Question(request, query, version, _moment(query, version), connection)
        body = await make(question)
        if body.startswith(NOTHING) or _lists_names(query):
            await check_filtered_names(question)
        if CLAIMS in query.include:
            body = await _with_claims(question, body)
        return envelope.answer(body, tag)


def page(
    question: Question, rows: Sequence[Row], bodies: Sequence[bytes], key: str, rank: int = 0
) -> bytes:
    """The bytes of a page of rows (one more than the page if there is a next).

    ``rank`` is the place of the page's last row in a ranking, for the next page to go on from.

    Raises:
        WrittenMeanwhile: the rows are of a newer state than the version that the cursor
            would pin, so that the next page could miss or repeat some.
    """
    if rows and rows[0].get("data_version", question.version.number) != question.version.number:
        raise WrittenMeanwhile
    filters = question.query.listing.filters
    shown = [
        body if (basis := match_basis(row, filters)) is None else _with_basis(body, basis)
        for row, body in zip(rows, bodies[: question.query.listing.limit], strict=False)
    ]
    query, version, secret = question.query, question.version, question.secret
    return envelope.page(query, version, rows, shown, key, secret, rank)


def _with_basis(body: bytes, basis: Match) -> bytes:
    return b'%b,"match_basis":%b}' % (body[:-1], dumps(basis))


def single(question: Question, body: bytes) -> bytes:
    """The bytes of a single object."""
    return envelope.single(question.query, question.version, body)


def whole(question: Question, items: Sequence[Any]) -> bytes:
    """The bytes of a list that is short enough to come whole."""
    return single(question, dumps({"items": items, "next_cursor": None}))


async def _with_claims(question: Question, body: bytes) -> bytes:
    """The answer with every claim that it names, by id: one statement, by primary key."""
    ids = sorted({UUID(hex=digits.decode()) for digits in _CLAIM_ID.findall(body)})
    rows = await claim_queries.claims_of_ids(question.connection, ids)
    claims = {encode("clm", row["id"]): claim_json(row, question.moment.known_at) for row in rows}
    return b'%b,"claims":%b}' % (body[:-1], dumps(claims))


_CLAIM_ID = re.compile(rb'"clm_([0-9a-f]{32})"')


def _lists_names(query: Query) -> bool:
    """Whether names are listed, of which one may be misspelt though others are found."""
    filters = query.listing.filters if query.cursor is None else ()
    return any(item.operator == "in" and item.field.names for item in filters)


async def check_filtered_names(question: Question) -> None:
    """Tell a misspelt name from one of which there is nothing: only the former is a mistake.

    Raises:
        Problem: 422 that lists the nearest names.
    """
    faults, connection = [], question.connection
    for item in question.query.listing.filters:
        kind = item.field.names
        if kind is None:
            continue
        asked = item.value if isinstance(item.value, tuple) else (item.value,)
        # In a past, events and products may not be known yet, not even by name.
        told = kind in ("company", "source") or not question.moment.is_past
        for name in await naming_queries.unknown_names(connection, kind, asked):
            near = await naming_queries.near(connection, kind, name) if told else []
            where = filter_name(item.field, "in" if item.operator == "in" else "eq")
            message = f"there is no {kind.replace('_', ' ')} {name[:60]!r}"
            faults.append(Fault(message, parameter=where, allowed=tuple(near)))
    if faults:
        raise invalid(faults)


class WrittenMeanwhile(Exception):
    """A write was committed between the statements of one answer."""


def _takes_several_statements(query: Query) -> bool:
    """Whether the answer needs several statements about claims, which must see one state."""
    present = query.as_of is None and query.known_at is None and query.policy is None
    return query.resource.one_state or not present or bool(query.include)


def _moment(query: Query, version: Version) -> Moment:
    known_at = query.known_at
    if known_at is not None and known_at >= version.committed_at:
        known_at = None
    policy = POLICIES[query.policy] if query.policy else DEFAULT
    return Moment(query.as_of, known_at, policy)
