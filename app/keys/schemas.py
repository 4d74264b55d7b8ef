"""The contract's shapes of keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from app.keys.key import NAME, Scope
from app.web.schemas import Instant, Pickable, Shape, Total

KeyId = Annotated[str, Field(pattern=r"^key_[0-9a-f]{32}$")]
KeyName = Annotated[str, Field(pattern=NAME, description="It stands for who wrote, in the log")]


class KeyDetail(Pickable):
    """A key: what it may do, who made it, and when it was last used, to the minute.

    ``prefix`` is how its token begins. A key that has expired or was revoked stays listed.
    """

    id: KeyId
    name: KeyName
    prefix: str
    scopes: list[Scope]
    created_at: Instant
    created_by: str
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None
    revoked_by: str | None


class CreatedKey(KeyDetail):
    """A new key with its ``token``, which is shown only now: of it a hash is kept."""

    token: str


class KeysMeta(Shape):
    """What the list answers; keys have no other moment than now."""

    filters: dict[str, str]
    data_version: int
    total: Total


class KeyPage(Shape):
    """A page of keys."""

    items: list[KeyDetail]
    next_cursor: str | None
    meta: KeysMeta


class KeyRequest(Shape):
    """A key to be made. ``admin`` implies all scopes, ``ingest`` and ``review`` imply ``read``."""

    name: KeyName
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_at: Annotated[
        AwareDatetime | None, Field(description="An instant to come; without it, it never expires")
    ] = None
