"""The names a reader knows beforehand: companies, their aliases and their products."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A known name: of the company ``slug``, or of a product of it; ``invests`` if by trade."""

    name: str
    slug: str
    company: str
    product: str | None = None
    invests: bool = False


Gazetteer = tuple[Entry, ...]
