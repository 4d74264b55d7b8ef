"""The contract's shapes of ingest runs."""

from __future__ import annotations

from typing import Literal

from app.claims.schemas import RunId
from app.ingest.schemas import ItemFault, Outcome
from app.web.schemas import Instant, Pickable, Shape, Total


class IngestRun(Pickable):
    """What a run did: how many items met each outcome, in all its requests.

    ``is_complete`` is false while a request is being worked on, and stays so if one broke off:
    what of it was stored is counted.
    """

    id: RunId
    name: str | None
    actor: str
    started_at: Instant
    last_active_at: Instant
    requests: int
    is_complete: bool
    created: int
    unchanged: int
    merged: int
    conflict: int
    rejected: int
    waiting: int
    claims_created: int
    claims_unchanged: int


class Failure(Shape):
    """What was wrong with an item, told by its place in its request."""

    item: int
    type: str | None
    status: Literal[Outcome.CONFLICT, Outcome.REJECTED]
    errors: list[ItemFault]
    recorded_at: Instant


class RunMeta(Shape):
    """The state of the data."""

    filters: dict[str, str]
    data_version: int


class RunListMeta(RunMeta):
    """The same for a list that pages."""

    total: Total


class RunPage(Shape):
    """A page of ingest runs."""

    items: list[IngestRun]
    next_cursor: str | None
    meta: RunListMeta


class RunDetail(IngestRun):
    """One ingest run, with what was wrong with its items (the first 1,000 of them)."""

    failures: list[Failure]
    meta: RunMeta
