"""Identifiers: UUIDv7 inside, ``cmp_018f…`` outside."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7

PREFIXES = ("cmp", "prd", "evt", "clm", "doc", "src")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7), later than every one this process made before.

    Made in the application, so that a batch needs no round trip; ids sort by time, and within
    a millisecond by a counter, so that rows stay in the order in which a batch sent them.
    """
    return uuid7()


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
