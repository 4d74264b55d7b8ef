"""The order in which a batch is stored: what an item names comes right before it. Pure.

So a chunk holds what belongs together, and a view is made once and not anew for each kind of
item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.ingest.short.schemas import SHORT_TYPES

Place = tuple[int, Any]
"""An item and its index in the batch."""

Name = tuple[str, str]
"""A kind of item, and a slug or key."""


def in_storing_order(items: Sequence[Any], first: int = 0) -> list[Place]:
    """The items with their places, each behind those of the batch that it names.

    Documents lead, in their order; then comes what none of them needs, and last the short forms,
    whose names may mean any of it. ``first`` is the place of the first item. Items are as they
    were sent, so nothing is taken for granted about their shape; a ring of owners stays a ring.
    """
    named: dict[Name, list[Place]] = {}
    documents: list[Place] = []
    others: list[Place] = []
    short: list[Place] = []
    for place in enumerate(items, first):
        kind, slug = _name(place[1])
        group = documents if kind == "document" else short if kind in SHORT_TYPES else others
        group.append(place)
        if slug is not None:
            named.setdefault((kind, slug), []).append(place)
    ordered: dict[int, Any] = {}
    for place in [*documents, *others, *short]:
        _put(place, named, ordered)
    return list(ordered.items())


def _put(place: Place, named: Mapping[Name, Sequence[Place]], ordered: dict[int, Any]) -> None:
    """Put an item behind all that it names. No recursion: chains of owners may be long."""
    waiting, begun = [place], set[int]()
    while waiting:
        index, item = waiting[-1]
        if index in ordered or index in begun:
            waiting.pop()
            ordered.setdefault(index, item)
            continue
        begun.add(index)
        needed = [place for name in _names(item) for place in named.get(name, ())]
        waiting += [place for place in reversed(needed) if place[0] not in ordered]


def _names(item: Any) -> Iterable[Name]:
    """What an item names, each once."""
    kind, _ = _name(item)
    if kind == "company":
        return _told(("company", item.get("parent")))
    if kind != "document":
        return _told(("company", item.get("company"))) if isinstance(item, dict) else ()
    claims = item.get("claims")
    told = [("source", item.get("source")), ("source", item.get("relays"))]
    for claim in claims if isinstance(claims, list) else ():
        if not isinstance(claim, dict):
            continue
        told += [("source", claim.get("origin")), ("company", claim.get("object"))]
        about = claim.get("about")
        if isinstance(about, dict):
            told += [(_KIND.get(word, ""), slug) for word, slug in about.items()]
    return _told(*told)


_KIND = {"event": "funding_event", "company": "company", "product": "product"}


def _told(*names: tuple[str, Any]) -> Iterable[Name]:
    return dict.fromkeys(name for name in names if isinstance(name[1], str))


def _name(item: Any) -> tuple[str, str | None]:
    if not isinstance(item, dict):
        return "", None
    kind, slug = item.get("type"), item.get("slug", item.get("key"))
    return kind if isinstance(kind, str) else "", slug if isinstance(slug, str) else None
