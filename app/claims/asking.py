"""How a question about claims is asked over HTTP: the moment, and the answer's frame."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.policy import DEFAULT, POLICIES
from app.storage.engine import read_connection, snapshot
from app.storage.json import dumps
from app.storage.listing import Row
from app.storage.version import Version, current_version
from app.web import envelope
from app.web.parameters import parse
from app.web.resources import Query, Resource

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


Answer = Callable[[Question], Awaitable[bytes]]


async def answer(request: Request, resource: Resource, make: Answer) -> Response:
    """Answer a read: parameters, 304 if nothing changed, else the bytes that ``make`` gives."""
    query = parse(resource, request, request.app.state.secret)
    async with _connection(request, query) as connection:
        version = await current_version(connection)
        tag = envelope.entity_tag(query, version)
        if (same := envelope.unchanged(request, tag)) is not None:
            return same
        question = Question(request, query, version, _moment(query, version), connection)
        return envelope.answer(await make(question), tag)


def page(question: Question, rows: Sequence[Row], bodies: Sequence[bytes], key: str) -> bytes:
    """The bytes of a page of rows (one more than the page if there is a next)."""
    shown = bodies[: question.query.listing.limit]
    return envelope.page(question.query, question.version, rows, shown, key, question.secret)


def single(question: Question, body: bytes) -> bytes:
    """The bytes of a single object."""
    return envelope.single(question.query, question.version, body)


def whole(question: Question, items: Sequence[Any]) -> bytes:
    """The bytes of a list that is short enough to come whole."""
    return single(question, dumps({"items": items, "next_cursor": None}))


@asynccontextmanager
async def _connection(request: Request, query: Query) -> AsyncIterator[AsyncConnection]:
    # A past moment takes several statements, which must all see the same state.
    present = query.as_of is None and query.known_at is None and query.policy is None
    opened: Any = read_connection if present and not query.include else snapshot
    async with opened(request.app.state.engine) as connection:
        yield connection


def _moment(query: Query, version: Version) -> Moment:
    known_at = query.known_at
    if known_at is not None and known_at >= version.committed_at:
        known_at = None
    policy = POLICIES[query.policy] if query.policy else DEFAULT
    return Moment(query.as_of, known_at, policy)
