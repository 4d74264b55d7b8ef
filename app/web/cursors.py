"""Page cursors: opaque and signed, so that a walk goes on exactly as it began.

A cursor pins the parameters that decide which rows there are and in what order, the
instant of knowledge, and the sort values of the last row.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from app.storage.json import dumps
from app.web.problems import Fault, Problem

FORMAT = 3
_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a walk stands: ``seen`` rows so far, the last of which had the keys ``after``.

    ``rank`` is the last row's place in a ranking, 0 elsewhere.
    """

    path: str
    pinned: dict[str, str]
    known_at: datetime
    after: tuple[Any, ...]
    seen: int
    rank: int = 0


def encode(cursor: Cursor, secret: bytes) -> str:
    """The text of a cursor."""
    body = dumps(
        [
            FORMAT,
            cursor.path,
            cursor.pinned,
            cursor.known_at.isoformat(),
            [_pack(value) for value in cursor.after],
            cursor.seen,
            cursor.rank,
        ]
    )
    return _letters(_sign(body, secret) + body)


def decode(text: str, path: str, secret: bytes) -> Cursor:
    """Read a cursor back.

    Raises:
        Problem: 400 if it was tampered with, cut off, or belongs to another path.
    """
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        if text != _letters(raw):  # the decoder passes over strange letters and spare bits
            raise ValueError
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, _sign(body, secret)):
            raise ValueError
        format_, cursor_path, pinned, known_at, after, seen, rank = orjson.loads(body)
        if format_ != FORMAT:
            raise ValueError
    except (ValueError, Base64Error, UnicodeEncodeError) as error:
        raise refused("is not a cursor that this server gave out") from error
    if cursor_path != path:
        raise refused(f"belongs to {cursor_path}")
    keys = tuple(_unpack(kind, value) for kind, value in after)
    return Cursor(path, pinned, datetime.fromisoformat(known_at), keys, seen, rank)


def refused(message: str) -> Problem:
    """The problem of a cursor that does not fit; a walk has to begin again."""
    return Problem(
        400,
        "invalid-cursor",
        "The cursor cannot be used here",
        "Repeat the request without a cursor to begin again.",
        [Fault(message, parameter="cursor")],
    )


def _letters(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _sign(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, body, sha256).digest()[:_SIGNATURE_BYTES]


def _pack(value: Any) -> tuple[str, str]:
    match value:
        case Decimal():
            return "n", str(value)
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
        case UUID():
            return "u", str(value)
        case int():
            return "i", str(value)
        case _:
            return "s", str(value)


def _unpack(kind: str, value: str) -> Any:
    match kind:
        case "n":
            return Decimal(value)
        case "i":
            return int(value)
        case "t":
            return datetime.fromisoformat(value)
        case "d":
            return date.fromisoformat(value)
        case "u":
            return UUID(value)
        case _:
            return value
