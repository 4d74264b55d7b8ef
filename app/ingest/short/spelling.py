"""A short form under way: what was sent, and what its names turned out to mean."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

from app.identities.scoring import Ask, Asked
from app.ingest.batch import Batch, Choice
from app.ingest.schemas import CompanyItem, FundingEventItem, ProductItem, SourceItem
from app.ingest.short.schemas import AccountItem, DealHint, ReportItem, ShortItem
from app.ingest.validation import ValidItem

Row = dict[str, Any]
Made = TypeVar("Made", bound=CompanyItem | ProductItem | SourceItem | FundingEventItem)


@dataclass(slots=True)
class Spelling:
    """A short form under way: what was sent, and what its names turned out to mean."""

    valid: ValidItem
    item: ShortItem
    choice: Choice | None
    company: Row = field(default_factory=dict)
    others: list[Row] = field(default_factory=list)
    source: str = ""
    relays: str | None = None
    origins: list[str | None] = field(default_factory=list)
    product: str | None = None
    event: str | None = None
    told: bytes = b""
    company_reason: list[Row] = field(default_factory=list)
    event_reason: str | None = None

    @property
    def asks(self) -> list[Ask]:
        """The companies that the item names: whom it is about, then the others."""
        return [_ask_of(self.item), *(ask for _, ask in _others(self.item))]

    @property
    def pointers(self) -> list[str]:
        """Where in the item each of the names stands."""
        return ["/company", *(pointer for pointer, _ in _others(self.item))]

    @property
    def hint(self) -> DealHint | None:
        """By what its deal is found; ``None`` of an item that is of none."""
        return _hint(self.item)


def _ask_of(item: ShortItem) -> Ask:
    identifiers = (("cik", item.company_cik),) if item.company_cik else ()
    return Ask(item.company, item.company_domain, identifiers, item.company_country)


def _others(item: ShortItem) -> list[tuple[str, Ask]]:
    """The companies that an item names beside its own, and where: investors, rivals."""
    if isinstance(item, ReportItem):
        return [
            (f"/investors/{number}/name", Ask(part.name, part.domain))
            for number, part in enumerate(item.investors)
        ]
    if isinstance(item, AccountItem):
        return [
            (f"/claims/{number}/object", Ask(claim.object))
            for number, claim in enumerate(item.claims)
            if claim.object is not None
        ]
    return []


def _hint(item: ShortItem) -> DealHint | None:
    if isinstance(item, AccountItem):
        return item.deal
    if not isinstance(item, ReportItem):
        return None
    amount, valuation = item.amount, item.valuation
    return DealHint(
        event_key=item.event_key,
        round=item.round,
        currency=item.currency,
        amount_low=item.amount_low if amount is None else amount,
        amount_high=item.amount_high if amount is None else amount,
        valuation_low=item.valuation_low if valuation is None else valuation,
        valuation_high=item.valuation_high if valuation is None else valuation,
        happened_on=item.happened_on,
    )


def standing(batch: Batch, spellings: Sequence[Spelling]) -> list[Spelling]:
    """Those of which nothing is settled yet: they neither wait nor were refused."""
    return [one for one in spellings if one.valid.index not in batch.results]


@lru_cache(maxsize=20_000)
def joined_name(ask: Ask) -> str:
    """By what two spellings of a name are told to be one."""
    return Asked.of(ask).joined


async def make(
    batch: Batch,
    store: Callable[[Batch, Sequence[tuple[ValidItem, Made]]], Awaitable[None]],
    items: Iterable[Made],
) -> None:
    """Store identities that short forms name; they are in nobody's results, since nobody sent them.

    What is wrong with one shows in the items that name it.
    """
    # Places below 0 are of no item that was sent.
    await store(batch, [(ValidItem(-1 - number, item), item) for number, item in enumerate(items)])
    batch.results = {place: one for place, one in batch.results.items() if place >= 0}


def apart(slug: str, told: str) -> str:
    """A slug that another one has, told apart by what else is known, the same for the same."""
    return f"{slug[:107]}-{sha256(told.encode()).hexdigest()[:12]}"
