"""The state of one chunk while it is stored: what is known, what happened, what was touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.vocabulary import Subject
from app.identities.scoring import Thresholds
from app.ingest.normalise import Reference
from app.ingest.schemas import Outcome
from app.ingest.validation import ItemError, ValidItem
from app.storage.ids import encode

DEFAULT = Thresholds()
STORED = frozenset({Outcome.CREATED, Outcome.MERGED})
FAILED = frozenset({Outcome.CONFLICT, Outcome.REJECTED})


@dataclass(frozen=True, slots=True)
class Choice:
    """What people decided of an item's deal: which it is, or that it is a new one."""

    event: str | None = None
    is_new: bool = False


UNDECIDED = Choice()


@dataclass(frozen=True, slots=True)
class Intent:
    """Who writes, in which run if that is kept, and by which rules names are understood.

    ``choices`` are what people decided of items, by their places.
    """

    actor: str
    run: UUID | None = None
    thresholds: Thresholds = DEFAULT
    choices: Mapping[int, Choice] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    """The answer for one item of a batch.

    ``content_hashes`` are those of its claims, in their order, be they new or known.
    """

    index: int
    type: str | None
    outcome: Outcome
    id: str | None = None
    claims_created: int = 0
    claims_unchanged: int = 0
    content_hashes: list[bytes] = field(default_factory=list)
    errors: tuple[ItemError, ...] = ()
    matched: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        matched = {"matched": self.matched} if self.matched else {}
        return {
            **matched,
            "index": self.index,
            "type": self.type,
            "status": self.outcome,
            "id": self.id,
            "claims": {"created": self.claims_created, "unchanged": self.claims_unchanged},
            "errors": [error.to_json() for error in self.errors],
        }


@dataclass(slots=True)
class Batch:
    """One chunk under way. The maps lead from slugs and keys to what is stored, as it was told.

    ``roots`` leads from merged companies to the present ones.
    """

    connection: AsyncConnection
    recorded_at: datetime
    intent: Intent
    results: dict[int, Result] = field(default_factory=dict)
    companies: dict[str, dict[str, Any]] = field(default_factory=dict)
    roots: dict[UUID, UUID] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    references: dict[tuple[Subject, str], Reference] = field(default_factory=dict)
    touched_companies: set[UUID] = field(default_factory=set)
    touched_products: set[UUID] = field(default_factory=set)
    regrouped_sources: set[UUID] = field(default_factory=set)
    new_claims: dict[UUID, list[UUID]] = field(default_factory=dict)
    parked: dict[bytes, UUID] = field(default_factory=dict)
    made_for: set[int] = field(default_factory=set)

    def present(self, company: UUID) -> UUID:
        """The company that one is now."""
        return self.roots.get(company, company)

    def touch(self, player: UUID, product: UUID | None) -> None:
        """Note that something is claimed anew of a player, and perhaps of a product of it."""
        self.touched_companies.add(player)
        if product is not None:
            self.touched_products.add(product)

    def refer(self, kind: Subject, slug: str, identity: UUID, player: UUID) -> None:
        """Note to which identity, and to which player, a slug or key leads."""
        self.references[kind, slug] = Reference(identity, player)

    def settle(self, valid: ValidItem, outcome: Outcome, prefix: str, identity: UUID) -> Result:
        """Note what became of an item that stands."""
        result = Result(valid.index, valid.type, outcome, encode(prefix, identity))
        self.results[valid.index] = result
        return result

    def refuse(
        self, valid: ValidItem, errors: list[ItemError], outcome: Outcome = Outcome.REJECTED
    ) -> None:
        """Note that an item was not stored, and why."""
        self.results[valid.index] = Result(valid.index, valid.type, outcome, errors=tuple(errors))
