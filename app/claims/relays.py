"""Chains of documents that repeat one another: where each began, how far each is from it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Publication:
    """A document as a link of a chain.

    It stands at ``place`` and repeats what stands at ``relays_place`` (canonical URLs), by the
    source it says it relays; what stands there may not be known here.
    """

    id: UUID
    key: str
    source_id: UUID
    relays_source_id: UUID | None
    place: str | None
    relays_place: str | None
    published_at: datetime | None
    published_precision: str | None


def repeated(documents: Iterable[Publication]) -> dict[UUID, Publication]:
    """What each of some documents repeats, by its id, where that is among them.

    Of several versions at one place it is the one published first, whichever came here first.
    """
    ordered = sorted(documents, key=_age)
    first: dict[str, Publication] = {}
    for document in ordered:
        if document.place is not None:
            first.setdefault(document.place, document)
    return {
        document.id: first[document.relays_place]
        for document in ordered
        if document.relays_place in first
    }


def roots(documents: Sequence[Publication]) -> dict[UUID, UUID]:
    """The source that each of some documents goes back to, as far as these documents tell.

    A chain ends with a document that repeats none of them: there with the source it relays, or
    else its own. Documents that repeat one another in a ring go back to the source of the one
    published first.
    """
    following = repeated(documents)
    found: dict[UUID, UUID] = {}
    for document in documents:
        chain, met = _walk(document, following, found)
        if met is None:
            end = chain[-1]
            root = end.relays_source_id or end.source_id
        elif met.id in found:
            root = found[met.id]
        else:
            root = min(chain[chain.index(met) :], key=_age).source_id
        found.update((passed.id, root) for passed in chain)
    return found


def depths(documents: Iterable[Publication], origin: UUID) -> dict[UUID, int]:
    """How many steps each of some documents is from an origin that it repeats.

    One step repeats a document of the origin itself, or one that is not among these.
    """
    ordered = sorted(documents, key=_age)
    following = {
        identity: document
        for identity, document in repeated(ordered).items()
        if document.source_id != origin
    }
    found: dict[UUID, int] = {}
    for document in ordered:
        chain, met = _walk(document, following, found)
        behind = found.get(met.id, 0) if met is not None else 0
        found.update((passed.id, behind + step) for step, passed in enumerate(chain[::-1], 1))
    return found


def _walk(
    start: Publication, following: Mapping[UUID, Publication], known: Collection[UUID]
) -> tuple[list[Publication], Publication | None]:
    """The documents from one on, until the chain ends or meets one that is known or was passed.

    The one it meets comes beside them; a ring is walked round once.
    """
    passed: dict[UUID, Publication] = {}
    here: Publication | None = start
    while here is not None and here.id not in known and here.id not in passed:
        passed[here.id] = here
        here = following.get(here.id)
    return list(passed.values()), here


def _age(document: Publication) -> tuple[bool, datetime, str]:
    published = document.published_at
    return published is None, published or datetime.min.replace(tzinfo=UTC), document.key
