"""When two names are one, and the names that a fresh database knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from app.identities.normalise import core_name, joined
from app.ingest.bundled import bundled_items
from app.reading.gazetteer import Entry, Gazetteer
from benchmarks.reading.records import Name

T = TypeVar("T")


class Names:
    """Tells whether names are one: spelt alike, known for one company, or one begins the other."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        companies = (entry for entry in gazetteer if entry.product is None)
        self._slugs = {core_name(entry.name): entry.slug for entry in companies}

    def same(self, one: Name, other: Name) -> bool:
        first, second = core_name(one.text), core_name(other.text)
        if joined(first) == joined(second):
            return True
        slugs = self._slug(one, first), self._slug(other, second)
        if None not in slugs:
            return slugs[0] == slugs[1]
        words, others = first.split(), second.split()
        shorter = min(len(words), len(others))
        return words[:shorter] == others[:shorter]

    def same_speaker(self, one: Name, other: Name) -> bool:
        """For who says so, longer phrases and initials do: "data compiled by Bloomberg", "FT"."""
        if self.same(one, other):
            return True
        first, second = core_name(one.text), core_name(other.text)
        return (
            f" {first} " in f" {second} "
            or f" {second} " in f" {first} "
            or _initials(first) == second
            or _initials(second) == first
        )

    def _slug(self, name: Name, core: str) -> str | None:
        return self._slugs.get(core) or name.slug


def paired(
    gold: Sequence[T], ours: Sequence[T], same: Callable[[T, T], bool]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pairs that are the same, each used once, equal ones first; then what is left of each."""
    pairs: list[tuple[T, T]] = []
    missing, extra = list(gold), list(ours)
    tests: Iterable[Callable[[T, T], bool]] = (lambda one, other: one == other, same)
    for test in tests:
        for wanted in tuple(missing):
            if (found := next((o for o in extra if test(wanted, o)), None)) is not None:
                pairs.append((wanted, found))
                missing.remove(wanted)
                extra.remove(found)
    return pairs, missing, extra


def bundled_gazetteer() -> Gazetteer:
    """The companies, with their other names, and the products that come along."""
    items = list(bundled_items())
    companies = {item["slug"]: item for item in items if item["type"] == "company"}
    products = (item for item in items if item["type"] == "product")
    return (
        *(entry for company in companies.values() for entry in _entries(company)),
        *(
            Entry(item["name"], item["company"], companies[item["company"]]["name"], item["name"])
            for item in products
        ),
    )


def _entries(company: dict[str, Any]) -> list[Entry]:
    names = [company["name"], *(other["name"] for other in company.get("names", ()))]
    return [Entry(name, company["slug"], company["name"]) for name in names]


def _initials(core: str) -> str | None:
    words = core.split()
    return "".join(word[0] for word in words) if len(words) > 1 else None
