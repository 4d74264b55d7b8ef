"""Documents that repeat documents, as items of the ingest contract."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

EVENT = "talked-of"
SOURCES = ("the-information", "reuters", "bloomberg", "blog", "digest", "echo")


def identities() -> list[Json]:
    """One company, one deal, and who writes of it."""
    sources = [
        {"type": "source", "slug": slug, "name": slug.title(), "kind": "newsroom"}
        for slug in SOURCES
    ]
    company = {"type": "company", "slug": "openai", "name": "OpenAI"}
    event = {"type": "funding_event", "key": EVENT, "company": "openai", "label": "A round"}
    return [company, *sources, event]


def url(place: str) -> str:
    return f"https://{place}.example/story"


def valuation(billions: int = 750, **more: Any) -> Json:
    return {
        "about": {"event": EVENT},
        "predicate": "valuation",
        "basis": "unspecified",
        "stated": billions * 10**9,
        "currency": "USD",
        "evidence": "anonymous",
        **more,
    }


def document(
    source: str,
    published: str | None = "2025-12-17",
    *,
    at: str | None = None,
    repeats: tuple[str, str] | None = None,
    claims: list[Json] | None = None,
) -> Json:
    """A report of a source at a place of its own (or ``at`` one).

    ``repeats`` names the source and the place that it repeats.
    """
    item: Json = {
        "type": "document",
        "source": source,
        "url": url(at or source),
        "published_at": published,
        "claims": [valuation()] if claims is None else claims,
    }
    if repeats is not None:
        item |= {"relays": repeats[0], "relays_url": url(repeats[1])}
    return item


def chain() -> list[Json]:
    """The Information begins; Reuters repeats it, a blog Reuters, and a digest the blog."""
    return [
        document("the-information", "2025-12-17"),
        document("reuters", "2025-12-18", repeats=("the-information", "the-information")),
        document("blog", "2025-12-20", repeats=("reuters", "reuters")),
        document("digest", "2025-12-21", repeats=("blog", "blog")),
    ]
