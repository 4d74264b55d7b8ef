"""JSON as bytes, with decimals as exact number literals, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import orjson


def dumps(value: Any) -> bytes:
    r"""Serialise to compact JSON.

    Decimals become exact number literals (never floats), datetimes RFC 3339 in UTC with
    ``Z``, UUIDs and dates their usual text, bytes PostgreSQL's ``\x`` hex.
    Raises ``TypeError`` for anything else.
    """
    return orjson.dumps(value, default=_default, option=orjson.OPT_UTC_Z)


def loads(text: bytes | str) -> Any:
    """Parse JSON: whole numbers become ``int`` however long, others ``Decimal``, never floats."""
    return _DECODER.decode(text)


_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(number(value))
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID):  # the driver has a faster UUID class of its own
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def number(value: Decimal) -> str:
    """The shortest plain literal of a finite decimal: ``750000000000``, ``81.2``."""
    literal = f"{value:f}"
    return literal.rstrip("0").rstrip(".") if "." in literal else literal
