"""The contract of items that wait for a decision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.claims.schemas import DocumentId, RunId
from app.ingest.runs.schemas import RunListMeta, RunMeta
from app.ingest.schemas import ItemFault, Key, Model, Slug, TrialMeta, WaitingState
from app.web.schemas import Instant, Name, Phrase, Pickable, Shape

WaitingId = Annotated[str, Field(pattern=r"^wai_[0-9a-f]{32}$")]


class DecisionBody(Model):
    """What is decided of an item that waits.

    ``names`` says which company each name means, by slug; null for one that is not known yet. It
    holds from then on, and lets in all that waited for the same. ``event`` says which deal it is,
    ``new_event`` that it is none of those. With ``reject`` the item is not stored, for that
    reason.
    """

    names: dict[Name, Slug | None] = Field(default={}, max_length=101)
    event: Key | None = None
    new_event: bool = False
    reject: Phrase | None = None
    note: Phrase | None = None


class WaitingItem(Pickable):
    """An item that waits, or waited, for people: what was sent, and what was not clear of it.

    ``allowed`` of a question are the candidates, the likeliest first.
    """

    id: WaitingId
    type: Literal["report", "capability"]
    state: WaitingState
    item: dict[str, Any]
    questions: list[ItemFault]
    actor: str
    run: RunId | None
    recorded_at: Instant
    decided_at: Instant | None
    decided_by: str | None
    note: str | None
    document_id: DocumentId | None


class WaitingPage(Shape):
    """A page of items that wait."""

    items: list[WaitingItem]
    next_cursor: str | None
    meta: RunListMeta


class WaitingDetail(WaitingItem):
    """One item that waits, or waited."""

    meta: RunMeta


class Decided(Shape):
    """The item as it is now, and how many others went in with it."""

    item: WaitingItem
    also_stored: int
    meta: TrialMeta


class FoundReport(Shape):
    """Why a report was taken for one of a deal."""

    document_id: DocumentId
    title: str | None
    url: str | None
    source: dict[str, str]
    reason: str
    company_features: list[dict[str, Any]]
    recorded_at: Instant


class FoundReports(Shape):
    """The reports that were found to be of one deal, in the order in which they came."""

    items: list[FoundReport]
    next_cursor: None
    meta: RunMeta
