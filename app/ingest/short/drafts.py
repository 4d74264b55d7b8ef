"""The claims that a short form makes, before it is known of whom: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.claims.vocabulary import Evidence, Predicate
from app.ingest.schemas import About, ClaimItem
from app.ingest.short.schemas import (
    AccountItem,
    CapabilityItem,
    InvestorPart,
    ReportItem,
    ShortItem,
    Told,
)

UNNAMED = "to-be-found"
"""Stands for the identities that a draft is about until they are found."""
OTHER = "another-to-be-found"
"""Stands for the company that it names beside these."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One claim of a short form.

    ``places`` lead from the claim's fields to those of the form that they came from, where they
    are called otherwise, and ``within`` to all the others; ``object`` is the place, among the
    companies that the form names beside its own, of the one that the claim names.
    """

    claim: ClaimItem
    places: Mapping[str, str] = field(default_factory=dict)
    object: int | None = None
    within: str = ""

    def place(self, name: str) -> str:
        """Where in the form a field of the claim stands, as a JSON pointer."""
        return self.places.get(name, f"{self.within}/{name}")


def drafts(item: ShortItem) -> list[Draft]:
    """The claims that an item makes, in the order of its fields."""
    if isinstance(item, AccountItem):
        return list(_account(item))
    if isinstance(item, CapabilityItem):
        return [_capability(item)]
    return [
        *_of_the_round(item),
        *_money(item),
        *(_participation(item, number, part) for number, part in enumerate(item.investors)),
    ]


def _account(item: AccountItem) -> Iterator[Draft]:
    about = _EVENT if item.deal else _of_a_company_or(item.product)
    objects = 0
    for number, claim in enumerate(item.claims):
        told = {name: getattr(claim, name) for name in claim.model_fields_set - _NAMED}
        named = OTHER if claim.object else None
        yield Draft(
            ClaimItem(about=about, object=named, **told),
            object=objects if claim.object else None,
            within=f"/claims/{number}",
        )
        objects += claim.object is not None


def _of_a_company_or(product: str | None) -> About:
    return About(product=UNNAMED) if product else About(company=UNNAMED)


def _of_the_round(item: ReportItem) -> Iterator[Draft]:
    at = {"term": "/stage", "effective_on": "/happened_on"}
    day = item.happened_on
    yield Draft(_claim(item, Predicate.STAGE, term=item.stage, effective_on=day), at)
    if item.round is not None:
        yield Draft(_claim(item, Predicate.ROUND_LABEL, term=item.round), {"term": "/round"})


def _money(item: ReportItem) -> Iterator[Draft]:
    for predicate in (Predicate.AMOUNT, Predicate.VALUATION):
        names = {
            "stated": predicate,
            "low": f"{predicate}_low",
            "high": f"{predicate}_high",
            "qualifier": f"{predicate}_qualifier",
        }
        given = {own: getattr(item, name) for own, name in names.items()}
        basis = item.basis if predicate is Predicate.VALUATION else None
        if all(value is None for value in (*given.values(), basis)):
            continue
        claim = _claim(item, predicate, currency=item.currency, basis=basis, **given)
        yield Draft(claim, {own: f"/{name}" for own, name in names.items()})


def _participation(item: ReportItem, number: int, part: InvestorPart) -> Draft:
    at = f"/investors/{number}"
    currency = item.currency if part.amount is not None else None
    claim = _claim(
        item,
        Predicate.PARTICIPATION,
        object=OTHER,
        role=part.role,
        stated=part.amount,
        currency=currency,
    )
    return Draft(claim, {"object": f"{at}/name", "stated": f"{at}/amount"}, number)


def _capability(item: CapabilityItem) -> Draft:
    told = {name: getattr(item, name) for name in _COPIED}
    return Draft(_claim(item, item.predicate, about=_of_a_company_or(item.product), **told))


_COPIED = (
    "term",
    "name",
    "version",
    "setting",
    "evaluator",
    "stated",
    "low",
    "high",
    "qualifier",
    "unit",
    "as_stated",
    "effective_on",
)
_EVENT = About(event=UNNAMED)
_NAMED = {"object", "origin"}


def _claim(item: Told, predicate: Predicate, about: About = _EVENT, **told: Any) -> ClaimItem:
    return ClaimItem(
        about=about,
        predicate=predicate,
        evidence=item.evidence or Evidence.UNATTRIBUTED,
        quote=item.quote,
        speaker=item.speaker,
        hedge=item.hedge,
        **told,
    )
