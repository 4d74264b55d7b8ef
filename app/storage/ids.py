"""Identifiers: UUIDv7 inside, ``cmp_018f…`` outside."""

from __future__ import annotations

import os
import time
from uuid import UUID

PREFIXES = ("cmp", "prd", "evt", "clm", "doc", "src")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7): milliseconds since 1970, then randomness.

    Made in the application, so that a batch needs no round trip; ids sort by time.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 68, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)


def encode(prefix: str, identity: UUID) -> str:
    """The opaque public form: a prefix for the kind and 32 hexadecimal digits."""
    return f"{prefix}_{identity.hex}"


def decode(prefix: str, text: str) -> UUID | None:
    """The UUID in a public id of this kind, or ``None`` if it is no such id."""
    kind, _, digits = text.partition("_")
    if kind != prefix or len(digits) != 32 or not set(digits) <= _DIGITS:
        return None
    return UUID(hex=digits)


_DIGITS = frozenset("0123456789abcdef")
