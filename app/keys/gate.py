"""The gate before every request: whose key it carries, and whether it comes too often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Asgi

from app.keys.key import IMPLIED, Key, Scope, is_token
from app.keys.ring import KeyRing
from app.settings import Reads
from app.web.limits import Headers, Limit, Standing
from app.web.problems import UNREACHABLE, Problem, render, unavailable

OPEN = frozenset(
    {"/healthz", "/readyz", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
)
"""What anybody may ask at any rate: whether the server runs, and how it is used."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})
READ_BY_POST = frozenset({"/v1/match"})
"""What only reads, though what it asks is too long for a URL."""


class Gate:
    """Lets a request pass that has the key it needs and does not come too often.

    A write needs a key; a read does where reads are keyed, and a key that is no good is refused
    even where none is needed. Behind the gate ``request.state.key`` holds the key, if there is
    one, and ``request.state.may_go_on`` tells an answer that takes long whether the request
    would still be let in. What a key may do, each route says by :func:`require`.
    """

    def __init__(
        self,
        app: ASGIApp,
        ring: KeyRing,
        reads: Reads,
        read_limit: Limit | None,
        write_limit: Limit | None,
    ) -> None:
        self.app = app
        self.ring = ring
        self.reads = reads
        self.read_limit = read_limit
        self.write_limit = write_limit

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        reading = scope["method"] in READING or scope["path"] in READ_BY_POST
        key, refusal = None, None
        try:
            key = await self._key(scope, reading)
        except Problem as problem:
            refusal = problem
        except UNREACHABLE as error:
            refusal = unavailable(error)
        limit = self.read_limit if reading else self.write_limit
        if limit is not None:
            standing = limit.take(key.name if key else _address(scope))
            send = _with_headers(send, limit.headers(standing))
            if standing.retry_after:
                refusal = _too_many(limit, standing)
        if refusal is not None:
            await render(Request(scope), refusal)(scope, receive, send)
            return

        async def may_go_on() -> bool:
            try:
                await self._key(scope, reading)
            except Problem:
                return False
            return True

        scope.setdefault("state", {}).update(key=key, may_go_on=may_go_on)
        await self.app(scope, receive, send)

    async def _key(self, scope: Asgi, reading: bool) -> Key | None:
        """The key of a request, or none where none is needed.

        Raises:
            Problem: 401 that tells why; only who knows the token learns that it has ended.
        """
        offered = _authorization(scope)
        if offered is None:
            if reading and self.reads is Reads.OPEN:
                return None
            raise missing()
        scheme, _, token = offered.partition(" ")
        if scheme.lower() != "bearer":
            raise _wrong("Keys are sent as `Authorization: Bearer <key>`.")
        token = token.strip()
        key = await self.ring.key_of(token)
        if key is None:
            form = "There is no such key." if is_token(token) else "That has not the form of a key."
            raise _wrong(form)
        ended = key.ended(datetime.now(UTC))
        if ended is not None:
            raise _wrong(f"The key {key.name!r} is {ended}.")
        return key


def require(scope: Scope) -> Any:
    """A dependency that lets in who has a key of that scope; it gives the name of the key.

    Raises:
        Problem: 401 without a key, 403 for one that lacks the scope.
    """
    return Security(_Required(scope), scopes=[scope])


class _Required(SecurityBase):
    """A requirement that the framework also writes into the OpenAPI document."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.scheme_name = SCHEME
        self.model = HTTPBearer(description="A key, as `hearsay keys create` or `/v1/keys` make it")

    async def __call__(self, request: Request) -> str:
        key: Key | None = request.state.key
        if key is None:
            raise missing()
        if not key.may(self.scope):
            raise _lacking(key, self.scope)
        return key.name


SCHEME = "key"
"""The name of the security scheme in the OpenAPI document."""

Ingesting = Annotated[str, require(Scope.INGEST)]
Reviewing = Annotated[str, require(Scope.REVIEW)]
Administering = Annotated[str, require(Scope.ADMIN)]
"""The name of the key that does it, for routes to ask for."""


def missing() -> Problem:
    return Problem(
        401,
        "key-needed",
        "A key is needed",
        "Send one as `Authorization: Bearer <key>`. `hearsay keys create NAME --scope ingest`"
        " makes one.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _wrong(detail: str) -> Problem:
    return Problem(
        401,
        "key-refused",
        "The key is no good",
        detail,
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def _lacking(key: Key, scope: Scope) -> Problem:
    enough = " or ".join(other for other in Scope if scope in IMPLIED[other])
    return Problem(
        403,
        "scope-needed",
        "The key may not do this",
        f"This needs a key of the scope {enough}; {key.name!r} has {', '.join(key.scopes)}.",
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
    )


def _too_many(limit: Limit, standing: Standing) -> Problem:
    return Problem(
        429,
        "too-many-requests",
        "Too many requests",
        f"At most {limit.per_minute} {limit.name} a minute are answered to one key, or to one"
        " address without a key. Retry-After tells when to come again.",
        headers={"Retry-After": str(standing.retry_after)},
    )


def _authorization(scope: Asgi) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return str(value.decode("latin-1"))
    return None


def _address(scope: Asgi) -> str:
    # No name of a key is empty or holds a space, so that the two never meet.
    client = scope.get("client")
    return f"at {client[0]}" if client else ""


def _with_headers(send: Send, headers: Headers) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return told
