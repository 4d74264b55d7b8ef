"""The contract's shapes of sources and documents."""

from __future__ import annotations

from app.claims.schemas import DocumentId, SourceId, SourceName
from app.claims.vocabulary import Distortion, DocumentKind, Reliability, SourceKind
from app.web.schemas import Instant, ListMeta, Meta, PartialDay, Pickable, Shape


class Source(Pickable):
    """Who publishes."""

    id: SourceId
    slug: str
    name: str
    kind: SourceKind
    domain: str | None
    owner: str | None
    company: str | None
    reliability: Reliability | None


class SourceDetail(Source):
    """One source."""

    meta: Meta


class SourcePage(Shape):
    """A page of sources."""

    items: list[Source]
    next_cursor: str | None
    meta: ListMeta


class Document(Pickable):
    """One publication by one source on one day.

    ``relays`` is the source it repeats, ``relays_url`` the very document, stored here or not.
    """

    id: DocumentId
    source: SourceName
    url: str | None
    title: str | None
    kind: DocumentKind
    published_at: PartialDay | None
    retrieved_at: Instant | None
    relays: str | None
    relays_url: str | None
    distortions: list[Distortion]
    attribution: str | None
    recorded_at: Instant


class DocumentPage(Shape):
    """A page of documents."""

    items: list[Document]
    next_cursor: str | None
    meta: ListMeta
