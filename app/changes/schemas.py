"""The contract's shapes of the change log."""

from __future__ import annotations

from typing import Any

from app.claims.schemas import ClaimId, CompanyReference, EventLabel, ProductReference, RunId
from app.claims.vocabulary import ChangeReason, ChangeSubject
from app.web.schemas import Instant, Pickable, Shape, Total


class Change(Pickable):
    """What one write changed of what is answered about one identity.

    ``before`` and ``after`` hold the resolved values that differ; ``before`` is null where
    nothing was known of it, ``after`` where it is no longer there. ``actor`` is who wrote: a key by
    its name, or a part of the program; null for what was written before that was kept.
    """

    position: int
    data_version: int
    recorded_at: Instant
    subject: ChangeSubject
    company: CompanyReference
    event: EventLabel | None
    product: ProductReference | None
    claim_id: ClaimId | None
    reason: ChangeReason
    actor: str | None
    run: RunId | None
    note: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    caused_by: list[ClaimId]


class LogMeta(Shape):
    """The state of the data; a log has no other moment than its own."""

    filters: dict[str, str]
    data_version: int
    total: Total


class ChangePage(Shape):
    """A page of changes, in the order of the writes."""

    items: list[Change]
    next_cursor: str | None
    meta: LogMeta
