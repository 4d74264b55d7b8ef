"""Who says what short forms tell, and of which products: found, or made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.claims.names import ascii_slug, normalise_name
from app.claims.vocabulary import SourceKind
from app.identities.normalise import domain_of
from app.identities.scoring import Ask, Asked
from app.ingest.batch import Batch
from app.ingest.identities import (
    find,
    store_products,
    store_sources,
)
from app.ingest.schemas import (
    ProductItem,
    SourceItem,
)
from app.ingest.short import queries
from app.ingest.short.schemas import CapabilityItem
from app.ingest.short.spelling import Spelling, joined_name, make

Row = dict[str, Any]


async def find_sources(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set who says it, and whom they relay; those that are not known are made."""
    names = {
        name for one in spellings for name in (one.item.says, one.item.relays) if name is not None
    }
    known: dict[str, Row] = {}
    for row in await queries.sources(batch.connection, names):
        for name in (row["domain"], row["name"].lower(), row["slug"]):
            if name:
                known[name] = row
    made: dict[str, SourceItem] = {}
    for spelling in spellings:
        item = spelling.item
        for name, kind in ((item.says, item.says_kind), (item.relays, None)):
            if name is not None and name.lower() not in known:
                made.setdefault(name.lower(), _source(spelling, name, kind))
    items = {item.slug: item for item in made.values()}.values()
    await make(batch, store_sources, items)
    slugs = {name: row["slug"] for name, row in known.items()}
    slugs |= {name: item.slug for name, item in made.items()}
    for spelling in spellings:
        spelling.source = slugs[spelling.item.says.lower()]
        relays = spelling.item.relays
        spelling.relays = slugs[relays.lower()] if relays else None
        if spelling.relays == spelling.source:
            told = spelling.valid.error("/relays", "a source cannot relay itself")
            batch.refuse(spelling.valid, [told])
    await find(batch, sources=slugs.values())


def _source(spelling: Spelling, name: str, kind: SourceKind | None) -> SourceItem:
    """A source that was not known: one of the companies that the item names, or an outlet."""
    concerned = zip(spelling.asks, [spelling.company, *spelling.investors], strict=True)
    folded = Asked.of(Ask(name))
    company = next(
        (
            row["slug"]
            for ask, row in concerned
            if row and (joined_name(ask) == folded.joined or row["slug"] in folded.slugs)
        ),
        None,
    )
    if kind not in (None, SourceKind.COMPANY):
        company = None
    return SourceItem(
        type="source",
        slug=company or ascii_slug(name),
        name=name,
        kind=kind or (SourceKind.COMPANY if company else SourceKind.NEWSROOM),
        domain=domain_of(name),
        company=company,
    )


async def find_products(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set the products that are named; those that are not known are made."""
    asked = [
        (one, one.item, one.company["id"], normalise_name(one.item.product))
        for one in spellings
        if isinstance(one.item, CapabilityItem) and one.item.product
    ]
    known = await queries.products(
        batch.connection,
        [batch.present(company) for _, _, company, _ in asked],
        [name for _, _, _, name in asked],
    )
    made: dict[str, ProductItem] = {}
    for spelling, item, company, name in asked:
        slug = known.get((batch.present(company), name))
        if slug is None:
            assert item.product is not None
            slug = ascii_slug(f"{spelling.company['slug']} {item.product}")
            made[slug] = ProductItem(
                type="product",
                slug=slug,
                company=spelling.company["slug"],
                name=item.product,
                kind=item.product_kind,
            )
        spelling.product = slug
    await make(batch, store_products, made.values())
    await find(batch, products=[one.product for one in spellings if one.product])
