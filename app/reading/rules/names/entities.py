"""Whom and what an article speaks of: plain values that all who read names share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from app.reading.gazetteer import Entry
from app.reading.words import words


class Kind(StrEnum):
    """What a name is the name of; ``company`` unless the article gives another reason.

    ``authority``: who governs, judges or supervises, and is no player in the market.
    """

    COMPANY = "company"
    PRODUCT = "product"
    PERSON = "person"
    OUTLET = "outlet"
    PLACE = "place"
    AUTHORITY = "authority"


@dataclass(slots=True)
class Entity:
    """One who is spoken of. ``name`` is the fullest form the article uses, without legal form.

    ``first`` is the place of its first mention in ``Page.text``. ``maker``: of a product, whose it
    is said to be.
    """

    name: str
    kind: Kind
    entry: Entry | None = None
    forms: set[str] = field(default_factory=set)
    first: int = 0
    maker: Entity | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at its place in ``Page.text``; ``end`` excludes a possessive ``'s``."""

    start: int
    end: int
    entity: Entity

    @property
    def kind(self) -> Kind:
        return self.entity.kind


@dataclass(frozen=True, slots=True)
class Span:
    """Where a name stands in ``Page.text``; ``entry`` if it is known beforehand."""

    start: int
    end: int
    entry: Entry | None = None


_PARTS = re.compile(r"[^\W_]+")


def name_key(name: str) -> str:
    """A name without case, legal form and article, for telling the same from the other."""
    parts = _PARTS.findall(name.casefold())
    while len(parts) > 1 and parts[-1] in words("legal_forms"):
        parts.pop()
    if len(parts) > 1 and parts[0] == "the":
        parts = parts[1:]
    return " ".join(parts)


def without_legal_form(form: str) -> str:
    """A name as written, but for its "Inc." or "& Co"."""
    parts = form.replace(",", " ").split()
    while len(parts) > 1 and (parts[-1].lower() in words("legal_forms") or parts[-1] == "&"):
        parts.pop()
    return form if len(parts) == len(form.split()) else " ".join(parts)
