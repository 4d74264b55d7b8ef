"""What is known of one product: pure, from its claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.claims.claim import Claim
from app.claims.figures import effective_date, figure_of, reported_date
from app.claims.policy import Policy
from app.claims.resolve import Resolution, resolve
from app.claims.values import render_date
from app.claims.vocabulary import Predicate
from app.storage.ids import encode


@dataclass(frozen=True, slots=True)
class ProductIdentity:
    """The mutable part of a product."""

    id: UUID
    slug: str
    name: str
    kind: str
    modalities: Sequence[str]
    company_id: UUID
    company_slug: str
    company_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ProductView:
    """The resolved product: its release and its newest standing on each benchmark."""

    identity: ProductIdentity
    released: Resolution | None
    benchmarks: tuple[Resolution, ...]

    @property
    def released_on(self) -> date | None:
        return self.released.winner.effective_on if self.released else None

    @property
    def access(self) -> str | None:
        return self.released.winner.term if self.released else None

    def to_json(self, *, alternatives: bool = False) -> dict[str, Any]:
        """The product as the contract shows it."""
        who = self.identity
        return {
            "id": encode("prd", who.id),
            "slug": who.slug,
            "name": who.name,
            "kind": who.kind,
            "modalities": list(who.modalities),
            "company": {
                "id": encode("cmp", who.company_id),
                "slug": who.company_slug,
                "name": who.company_name,
            },
            "released": _release(self.released, alternatives),
            "benchmarks": [benchmark_json(r, alternatives=alternatives) for r in self.benchmarks],
            "recorded_at": render_date(who.recorded_at, "instant"),
        }


def view_product(identity: ProductIdentity, claims: Sequence[Claim], policy: Policy) -> ProductView:
    """Resolve one product from its claims (those of the moment asked about)."""
    slots = resolve(claims, policy)
    return ProductView(
        identity=identity,
        released=slots.get((Predicate.RELEASED, "")),
        benchmarks=tuple(r for (name, _), r in slots.items() if name == Predicate.BENCHMARK),
    )


def benchmark_json(resolution: Resolution, *, alternatives: bool = False) -> dict[str, Any]:
    """A benchmark figure with what makes it comparable: version, setting, evaluator."""
    return {
        **figure_of(resolution).to_json(alternatives=alternatives),
        **benchmark_terms(resolution.winner),
    }


def benchmark_terms(claim: Claim) -> Mapping[str, Any]:
    """Which benchmark, which version, in which setting, run by whom."""
    return {
        "benchmark": claim.name,
        "version": claim.version,
        "setting": claim.setting,
        "evaluator": claim.evaluator,
    }


def _release(resolution: Resolution | None, alternatives: bool) -> dict[str, Any] | None:
    if resolution is None:
        return None
    claim = resolution.winner
    return {
        "on": effective_date(claim),
        "access": claim.term,
        "parameters": figure_of(resolution).to_json(alternatives=alternatives),
        "evidence": claim.evidence,
        "reported_at": reported_date(claim),
        "claim_id": encode("clm", claim.id),
        "document_id": encode("doc", claim.document_id),
    }
