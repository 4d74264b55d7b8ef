"""What a key is: a name, the scopes it opens, and a token that only its bearer knows. Pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID


class Scope(StrEnum):
    """What a key may do; it also opens what is implied."""

    READ = "read"
    INGEST = "ingest"
    REVIEW = "review"
    ADMIN = "admin"


IMPLIED = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.INGEST: frozenset({Scope.INGEST, Scope.READ}),
    Scope.REVIEW: frozenset({Scope.REVIEW, Scope.READ}),
    Scope.ADMIN: frozenset(Scope),
}

NAME = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$"
"""Names of keys stand in paths and say who wrote. The program's own parts write under names with
a space, which therefore no key can take."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is stored; its token is not."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def may(self, scope: Scope) -> bool:
        return any(scope in IMPLIED[own] for own in self.scopes)

    def ended(self, now: datetime) -> str | None:
        """How the key came to its end: ``revoked``, ``expired``, or ``None`` while it lives."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return None


def new_token() -> str:
    """A token of 256 random bits, behind eight digits by which people recognise it."""
    return f"hs_{secrets.token_hex(4)}_{secrets.token_hex(32)}"


def is_token(text: str) -> bool:
    """Whether a text has the form of a token: only then is it worth looking up."""
    return _TOKEN.fullmatch(text) is not None


_TOKEN = re.compile(r"hs_[0-9a-f]{8}_[0-9a-f]{64}", re.ASCII)


def prefix_of(token: str) -> str:
    """The part of a token that may be shown."""
    return token[:11]


def hash_of(token: str) -> bytes:
    """What is stored of a token.

    A plain SHA-256 is enough: slow hashes protect what people choose and others can guess, and
    nobody guesses 256 random bits. For the same reason a look-up by it gives nothing away.
    """
    return sha256(token.encode()).digest()


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Scopes without repetition, the weakest first."""
    given = set(scopes)
    return tuple(scope for scope in Scope if scope in given)
