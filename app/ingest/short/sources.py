"""Who says what short forms tell, and of which products: found, or made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

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
from app.ingest.short.schemas import AccountItem, CapabilityItem
from app.ingest.short.spelling import Spelling, apart, joined_name, make


async def find_sources(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set who says it, and whom they relay; those that are not known are made."""
    known = await _known_sources(batch, {name for one in spellings for name, _ in _named(one)})
    made: dict[str, SourceItem] = {}
    for spelling in spellings:
        for name, kind in _named(spelling):
            if _known_as(spelling, name, known) is None:
                source = _source(spelling, name, kind)
                called = _calls(name)[0]
                is_outlet = called == name.lower() and source.company is None
                made.setdefault(_with_article(name) if is_outlet else called, source)
    known |= await _make_sources(batch, made)
    for spelling in spellings:
        item, relays = spelling.item, spelling.item.relays
        spelling.source = _known_as(spelling, item.says, known) or ""
        spelling.relays = _known_as(spelling, relays, known)
        if isinstance(item, AccountItem):
            spelling.origins = [_known_as(spelling, claim.origin, known) for claim in item.claims]
            # Whom the article names as the origin may be its publisher under another name.
            if spelling.relays == spelling.source:
                spelling.relays = None
        elif spelling.relays == spelling.source:
            told = spelling.valid.error("/relays", "a source cannot relay itself")
            batch.refuse(spelling.valid, [told])
    await find(batch, sources=known.values())


def _named(spelling: Spelling) -> list[tuple[str, SourceKind | None]]:
    """The sources that an item names, and of which kind they are if it tells."""
    item = spelling.item
    others = [item.relays]
    if isinstance(item, AccountItem):
        others += [claim.origin for claim in item.claims]
    return [(item.says, item.says_kind), *((name, None) for name in others if name is not None)]


async def _known_sources(batch: Batch, names: Iterable[str]) -> dict[str, str]:
    """The slugs of the sources that are known, by all that they are called.

    An outlet is called by its name with the article as well: papers write "the Example Times" of
    both. A company is not, so that Block is not The Block.
    """
    asked = {call for name in names for call in _calls(name)}
    asked |= {_with_article(call) for call in asked} | {_bare(call) for call in asked}
    rows = await queries.sources(batch.connection, asked)
    known = {
        call: row["slug"]
        for row in rows
        for call in (row["domain"], row["name"].lower(), row["slug"])
        if call
    }
    for row in rows:
        if row["company_id"] is None:
            known.setdefault(_with_article(row["name"]), row["slug"])
    return known


def _calls(name: str) -> list[str]:
    """What a source is looked for by: the domain that its name is, if it is one, and the name."""
    domain = domain_of(name)
    return [domain, name.lower()] if domain else [name.lower()]


_ARTICLE = "the "


def _bare(name: str) -> str:
    return name.lower().removeprefix(_ARTICLE)


def _with_article(name: str) -> str:
    return _ARTICLE + _bare(name)


def _known_as(spelling: Spelling, name: str | None, known: Mapping[str, str]) -> str | None:
    if name is None:
        return None
    found = next((known[call] for call in _calls(name) if call in known), None)
    if found is None and (outlet := known.get(_with_article(name))):
        return None if _company(spelling, name) else outlet
    return found


async def _make_sources(batch: Batch, made: Mapping[str, SourceItem]) -> dict[str, str]:
    """Make sources; their slugs, by what they are called.

    A slug that another one has already is not shared: "The Wire" is not "The Wire 中国".
    """
    wanted = list(made.values())
    await find(
        batch,
        sources=[item.slug for item in wanted],
        companies=[item.company for item in wanted if item.company],
    )
    items: dict[str, SourceItem] = {}
    slugs: dict[str, str] = {}
    for called, item in made.items():
        if _is_of_another(batch, item, items.get(item.slug)):
            item = item.model_copy(update={"slug": apart(item.slug, normalise_name(item.name))})
        items.setdefault(item.slug, item)
        slugs[called] = item.slug
    await make(batch, store_sources, items.values())
    return slugs


def _is_of_another(batch: Batch, item: SourceItem, beside: SourceItem | None) -> bool:
    """Whether a source that is to be made has the slug of one of another name."""
    stored = batch.sources.get(item.slug)
    if stored is None:
        name = beside.name if beside else item.name
    elif item.company and stored["company_id"] == batch.companies[item.company]["id"]:
        return False
    else:
        name = stored["name"]
    return normalise_name(name) != normalise_name(item.name)


def _source(spelling: Spelling, name: str, kind: SourceKind | None) -> SourceItem:
    """A source that was not known: one of the companies that the item names, or an outlet."""
    company = _company(spelling, name) if kind in (None, SourceKind.COMPANY) else None
    return SourceItem(
        type="source",
        slug=company or ascii_slug(name),
        name=name,
        kind=kind or (SourceKind.COMPANY if company else SourceKind.NEWSROOM),
        domain=domain_of(name),
        company=company,
    )


def _company(spelling: Spelling, name: str) -> str | None:
    """The slug of the company that bears a name, among those that the item names."""
    concerned = zip(spelling.asks, [spelling.company, *spelling.others], strict=True)
    folded = Asked.of(Ask(name))
    return next(
        (
            row["slug"]
            for ask, row in concerned
            if row and (joined_name(ask) == folded.joined or row["slug"] in folded.slugs)
        ),
        None,
    )


async def find_products(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set the products that are named; those that are not known are made."""
    asked = [
        (one, one.item, one.company["id"], normalise_name(one.item.product))
        for one in spellings
        if isinstance(one.item, CapabilityItem | AccountItem) and one.item.product
    ]
    known = await queries.products(
        batch.connection,
        [batch.present(company) for _, _, company, _ in asked],
        [name for _, _, _, name in asked],
    )
    made: dict[tuple[UUID, str], ProductItem] = {}
    for spelling, item, company, name in asked:
        place = (batch.present(company), name)
        if place not in known:
            made.setdefault(place, _product(spelling, item))
    slugs = known | await _make_products(batch, made)
    for spelling, _, company, name in asked:
        spelling.product = slugs[batch.present(company), name]
    await find(batch, products=slugs.values())


def _product(spelling: Spelling, item: CapabilityItem | AccountItem) -> ProductItem:
    """A product that was not known."""
    assert item.product is not None
    return ProductItem(
        type="product",
        slug=ascii_slug(f"{spelling.company['slug']} {item.product}"),
        company=spelling.company["slug"],
        name=item.product,
        kind=item.product_kind,
    )


async def _make_products(
    batch: Batch, made: Mapping[tuple[UUID, str], ProductItem]
) -> dict[tuple[UUID, str], str]:
    """Make products; their slugs, by company and normalised name. No two share one."""
    await find(batch, products=[item.slug for item in made.values()])
    taken = {slug for kind, slug in batch.rows if kind == "product"}
    items: dict[tuple[UUID, str], ProductItem] = {}
    for place, item in made.items():
        if item.slug in taken:
            item = item.model_copy(update={"slug": apart(item.slug, f"{item.company}|{place[1]}")})
        taken.add(item.slug)
        items[place] = item
    await make(batch, store_products, items.values())
    return {place: item.slug for place, item in items.items()}
