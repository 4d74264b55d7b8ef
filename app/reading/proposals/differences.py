"""How two readings of one article differ, proposal by proposal. Pure.

What says the same is the same proposal. Of the rest those are taken for one another that say
something of the same thing, and then those that read the same words otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.claims.names import ascii_slug
from app.claims.vocabulary import Predicate
from app.identities.normalise import core_name

HOW = frozenset(
    {
        "extraction_method",
        "extraction_version",
        "confidence",
        "quote",
        "quote_start",
        "quote_end",
    }
)
"""Fields of a claim that tell how it was read, and where; it says the same without them."""

_NAMES = frozenset({"object", "origin"})
"""Fields that hold a name, or the slug of a company that a later reading knows by it."""

_WHICH = {
    Predicate.AMOUNT: ("facet",),
    Predicate.PARTICIPATION: ("object", "tranche"),
    Predicate.USE_OF_PROCEEDS: ("term",),
    Predicate.COMPETES_WITH: ("object", "market"),
    Predicate.CAPABILITY: ("term", "name"),
}
"""Fields that tell which one of a predicate a claim is; of the others a record has one each."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A proposal as one reading made it; ``about`` is the kind of its record, and the name."""

    id: UUID
    about: tuple[str, ...]
    predicate: str
    product: str | None
    claim: Mapping[str, Any]
    place: tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Proposals of two readings that stand for one another; one of them may be missing."""

    former: Stand | None
    new: Stand | None

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields that differ, before and after."""
        if self.former is None or self.new is None:
            return {}
        return differing(self.former.claim, self.new.claim, but=_READ)


_READ = HOW - {"quote"}


def differing(
    before: Mapping[str, Any], after: Mapping[str, Any], *, but: frozenset[str] = HOW
) -> dict[str, dict[str, Any]]:
    """The fields in which two claims differ."""
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in sorted((before.keys() | after.keys()) - but)
        if _folded(name, before) != _folded(name, after)
    }


def _folded(name: str, claim: Mapping[str, Any]) -> Any:
    """A field as it is compared: once a company is made for a name, readers give its slug."""
    value = claim.get(name)
    return ascii_slug(core_name(value)) if value and name in _NAMES else value


def pairs(former: Iterable[Stand], new: Iterable[Stand]) -> list[Pair]:
    """Pair the proposals of two readings, in the order of the new one; what is gone comes last."""
    gone, added = list(former), list(new)
    order = {one.id: place for place, one in enumerate(added)}
    found: list[Pair] = []
    for key in (_all_of_it, _said, _thing):
        _match(gone, added, key, found)
    _match_overlapping(gone, added, found)
    found += [Pair(None, one) for one in added]
    found.sort(key=lambda pair: order[pair.new.id] if pair.new else len(order))
    return [*found, *(Pair(one, None) for one in gone)]


def _all_of_it(one: Stand) -> Hashable:
    return (_said(one), one.place)


def _said(one: Stand) -> Hashable:
    said = sorted((name, str(_folded(name, one.claim))) for name in one.claim.keys() - HOW)
    return (one.about, one.product, tuple(said))


def _thing(one: Stand) -> Hashable:
    names = _WHICH.get(Predicate(one.predicate), ())
    which = tuple(str(_folded(name, one.claim)) for name in names)
    return (one.about, one.predicate, one.product, which)


def _match(
    gone: list[Stand], added: list[Stand], key: Callable[[Stand], Hashable], found: list[Pair]
) -> None:
    """Pair what has the same key, in order, and take it out of both lists."""
    places: dict[Hashable, list[Stand]] = {}
    for one in gone:
        places.setdefault(key(one), []).append(one)
    for one in list(added):
        if alike := places.get(key(one)):
            _take(gone, added, alike.pop(0), one, found)


def _match_overlapping(gone: list[Stand], added: list[Stand], found: list[Pair]) -> None:
    for one in list(added):
        other = next((other for other in gone if _reads_the_same_words(other, one)), None)
        if other is not None:
            _take(gone, added, other, one, found)


def _take(
    gone: list[Stand], added: list[Stand], former: Stand, new: Stand, found: list[Pair]
) -> None:
    gone.remove(former)
    added.remove(new)
    found.append(Pair(former, new))


def _reads_the_same_words(one: Stand, other: Stand) -> bool:
    (part, start, end), (other_part, other_start, other_end) = one.place, other.place
    overlap = part == other_part and start < other_end and other_start < end
    return overlap and (one.about, one.predicate) == (other.about, other.predicate)


def told(found: Sequence[Pair], name: Callable[[UUID], str]) -> dict[str, Any]:
    """What is new, gone, changed and unchanged, by the names of the proposals."""
    both = [(one.former, one.new, one.fields) for one in found if one.former and one.new]
    return {
        "added": [name(one.new.id) for one in found if one.former is None and one.new],
        "gone": [name(one.former.id) for one in found if one.new is None and one.former],
        "changed": [
            {"proposal": name(new.id), "former": name(former.id), "fields": fields}
            for former, new, fields in both
            if fields
        ],
        "unchanged": [name(new.id) for _, new, fields in both if not fields],
    }
