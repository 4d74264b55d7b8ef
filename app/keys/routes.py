"""``/v1/keys``: keys made, listed and revoked by who has one of the scope ``admin``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from app.keys import queries
from app.keys.gate import Administering, require
from app.keys.key import Key, Scope
from app.keys.schemas import CreatedKey, KeyDetail, KeyPage, KeyRequest
from app.keys.service import NameTaken, create_key, revoke_key
from app.storage.engine import ensure_live, read_connection
from app.storage.ids import encode
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.storage.version import current_version
from app.web import envelope
from app.web.parameters import parse
from app.web.problems import Fault, Problem, invalid, not_found
from app.web.resources import Resource
from app.web.writes import refuse_others

router = APIRouter(tags=["keys"])

KEYS = Resource(
    name="keys",
    description="Keys that were ever made, with what they may do",
    fields=(
        Field("name", Kind.TEXT, "name", "Name", "k.name", sortable=True, required=True),
        Field(
            "scope",
            Kind.WORD,
            "scopes",
            "One of its scopes",
            "k.scopes",
            tuple(Scope),
            multiple=True,
        ),
        Field("revoked", Kind.FLAG, "revoked", "Was revoked", "(k.revoked_at IS NOT NULL)"),
        Field(
            "created_at",
            Kind.INSTANT,
            "created_at",
            "When it was made",
            "k.created_at",
            sortable=True,
            required=True,
        ),
    ),
    default_sort="name",
    outputs=tuple(KeyDetail.model_fields),
)


@router.get("/v1/keys", dependencies=[require(Scope.ADMIN)], **KEYS.documents(KeyPage))
async def list_keys(request: Request) -> Response:
    """Keys by name, with those that expired or were revoked; never their tokens."""
    secret = bytes(request.app.state.secret)
    query = parse(KEYS, request, secret)
    async with read_connection(request.app.state.engine) as connection:
        await ensure_live(connection)
        version = await current_version(connection)
        rows = await queries.keys_page(connection, query.listing)
    bodies = [dumps(_told(queries.key_of(row))) for row in rows[: query.listing.limit]]
    return _unkept(envelope.page(query, version, rows, bodies, "id", secret))


@router.post(
    "/v1/keys",
    status_code=201,
    responses={201: {"model": CreatedKey, "description": "The key, with its token"}},
)
async def create_a_key(request: Request, asked: KeyRequest, actor: Administering) -> Response:
    """Make a key. Its token is in this answer and nowhere else."""
    refuse_others(request)
    if asked.expires_at is not None and not _is_to_come(asked.expires_at):
        message = "is not to come before the year 2100"
        raise invalid([Fault(message, pointer="/expires_at")])
    try:
        key, token = await create_key(
            request.app.state.engine,
            asked.name,
            asked.scopes,
            expires_at=asked.expires_at,
            actor=actor,
        )
    except NameTaken as error:
        fault = Fault("is the name of another key that was not revoked", pointer="/name")
        raise Problem(409, "name-taken", "The name is taken", str(error), [fault]) from error
    return _unkept(dumps({**_told(key), "token": token}), 201)


@router.post(
    "/v1/keys/{key}/revoke",
    responses={200: {"model": KeyDetail, "description": "The key as it stands now"}},
)
async def revoke_a_key(request: Request, key: str, actor: Administering) -> Response:
    """Revoke a key, named by its id, or by its name if it still lives. There is no way back."""
    refuse_others(request)
    revoked = await revoke_key(request.app.state.engine, key, actor=actor)
    if revoked is None:
        raise not_found("key", key)
    request.app.state.keys.forget()
    return _unkept(dumps(_told(revoked)))


def _is_to_come(instant: datetime) -> bool:
    return datetime.now(UTC) < instant < datetime(2100, 1, 1, tzinfo=UTC)


def _told(key: Key) -> dict[str, Any]:
    return {**asdict(key), "id": encode("key", key.id)}


def _unkept(body: bytes, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(body, status, headers, media_type=envelope.JSON)
