"""Envelopes: the bytes around the bytes of the rows, and the entity tag they go out with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from fastapi import Request, Response

from app.storage.json import dumps, loads
from app.storage.listing import Row, key_of
from app.storage.version import Version
from app.web import cursors
from app.web.cursors import Cursor
from app.web.release import release
from app.web.resources import Query

JSON = "application/json"
RELEASE = release()


def page(
    query: Query,
    version: Version,
    rows: Sequence[Row],
    bodies: Sequence[bytes],
    id_column: str,
    secret: bytes,
    rank: int = 0,
) -> bytes:
    """The envelope of a list.

    ``rows`` holds one more than the page if there is a next one; ``bodies`` are the JSON of
    the page's own rows. ``total`` counts the rows seen so far in this walk and is exact on
    the last page: counting what nobody looks at is not worth a scan. ``rank`` is the last
    row's place in a ranking.
    """
    limit = query.listing.limit
    seen = (query.cursor.seen if query.cursor else 0) + min(len(rows), limit)
    more = len(rows) > limit
    next_cursor = None
    if more:
        after = key_of(rows[limit - 1], query.listing.sort, id_column)
        cursor = Cursor(query.path, query.pinned, _known_at(query, version), after, seen, rank)
        next_cursor = cursors.encode(cursor, secret)
    total = {"value": seen, "relation": "at_least" if more else "exact"}
    items = b",".join(pick(body, query.fields) for body in bodies)
    meta_json = dumps(meta(query, version, total))
    return b'{"items":[%b],"next_cursor":%b,"meta":%b}' % (items, dumps(next_cursor), meta_json)


def single(query: Query, version: Version, body: bytes) -> bytes:
    """A single object with its ``meta``; ``body`` is a JSON object with at least one key."""
    return b'%b,"meta":%b}' % (pick(body, query.fields)[:-1], dumps(meta(query, version)))


def meta(query: Query, version: Version, total: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the answer answers: the moment, the policy, the filters, the state of the data."""
    shape: dict[str, Any] = {}
    if query.resource.policies:
        shape |= {
            "as_of": _instant(query.as_of),
            "known_at": _instant(_known_at(query, version)),
            "policy": query.policy or query.resource.policies[0],
        }
    shape["filters"] = query.filters
    if total is not None:
        shape["total"] = total
    return shape | {"data_version": version.number}


def pick(body: bytes, fields: frozenset[str] | None) -> bytes:
    """Only some top-level fields of an object; what identifies and qualifies it always stays."""
    if fields is None:
        return body
    members = loads(body)
    return dumps({name: members[name] for name in members if name in fields or name in _ALWAYS})


_ALWAYS = ("id", "match_basis")


def entity_tag(query: Query, version: Version, today: date) -> str | None:
    """A strong entity tag: the data version, the release of the code, and what was asked.

    Also the day, where days are counted up to now; none of what the data version does not tell.
    """
    if query.resource.unversioned:
        return None
    shape = f"{RELEASE} {query.path}?{query.canonical}"
    if query.resource.counts_days and query.as_of is None:
        shape = f"{today} {shape}"
    asked = blake2b(shape.encode(), digest_size=8).hexdigest()
    return f'"{version.number}-{asked}"'


def unchanged(request: Request, tag: str | None) -> Response | None:
    """A 304 if the client has this very answer already."""
    header = request.headers.get("if-none-match")
    if header is None or tag is None:
        return None
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    if tag in tags or "*" in tags:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    return None


def answer(body: bytes, tag: str | None) -> Response:
    """A 200 that may be kept but must be checked before it is used again."""
    told = {} if tag is None else {"ETag": tag}
    return Response(body, headers={**told, "Cache-Control": "no-cache"}, media_type=JSON)


def _known_at(query: Query, version: Version) -> datetime:
    """The state that is answered from: never one that is still to come."""
    return min(query.known_at or version.committed_at, version.committed_at)


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")
