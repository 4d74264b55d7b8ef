"""Views of companies, events and products: stored for now, computed for any other moment.

Both come from the same functions: a stored view is the computed one of the present, kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import queries, view_queries
from app.claims.claim import Claim
from app.claims.company_view import view_company
from app.claims.event_view import EventView, view_event
from app.claims.moment import NOW, Moment
from app.claims.product_view import view_product
from app.claims.quality import check_event
from app.claims.view_queries import COMPANY_VIEW, EVENT_VIEW, PRODUCT_VIEW, ViewTable
from app.claims.view_rows import (
    NEVER,
    Row,
    Validity,
    company_row,
    event_row,
    event_validity,
    product_row,
    validity,
)
from app.claims.vocabulary import Predicate
from app.storage.listing import Filter, Listing, is_after, key_of, matches, merge_page

CHUNK = 500
"""Identities computed at a time."""

Compute = Callable[[AsyncConnection, Sequence[UUID], Moment], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class View:
    """A kind of view: where it is stored and how it is computed."""

    table: ViewTable
    compute: Compute


async def compute_events(
    connection: AsyncConnection,
    ids: Sequence[UUID],
    moment: Moment,
    *,
    alternatives: bool = False,
) -> list[Row]:
    """The rows of some events at a moment; those nobody had spoken of by then are left out."""
    return [
        event_row(view, valid, alternatives=alternatives)
        for view, valid in await event_views(connection, ids, moment)
    ]


async def compute_products(
    connection: AsyncConnection,
    ids: Sequence[UUID],
    moment: Moment,
    *,
    alternatives: bool = False,
) -> list[Row]:
    """The rows of some products at a moment; those nobody had spoken of are left out."""
    claims = await queries.claims_about(connection, "product_id", ids, moment)
    rows = []
    for identity in await view_queries.product_identities(connection, ids):
        said = heard(claims.get(identity.id, []), moment)
        if said or shows_the_silent(moment):
            view = view_product(identity, said, moment.policy)
            rows.append(product_row(view, validity(said), alternatives=alternatives))
    return rows


async def compute_companies(
    connection: AsyncConnection, ids: Sequence[UUID], moment: Moment
) -> list[Row]:
    """The rows of some companies at a moment, made from the views of all their events."""
    event_ids = await view_queries.events_of(connection, ids, moment)
    events = await event_views(connection, event_ids, moment)
    return await company_rows(connection, ids, events, moment)


async def company_rows(
    connection: AsyncConnection,
    ids: Sequence[UUID],
    event_views: Iterable[tuple[EventView, Validity]],
    moment: Moment,
) -> list[Row]:
    """The rows of some companies, from the views of all their events."""
    events: dict[UUID, list[EventView]] = {}
    valid: dict[UUID, Validity] = {}
    for view, span in event_views:
        company = view.identity.company_id
        events.setdefault(company, []).append(view)
        valid[company] = valid.get(company, Validity()) & span
    said = await _metrics_of(connection, ids, moment)
    for company, claims in said.items():
        valid[company] = valid.get(company, Validity()) & validity(claims)
    products: dict[UUID, list[Row]] = {}
    for product in await view_queries.products_of(connection, ids, moment):
        company, known = product.pop("company_id"), product.pop("first_reported_at") or NEVER
        products.setdefault(company, []).append(product)
        valid[company] = valid.get(company, Validity()) & Validity(since=known)
    return [
        company_row(
            who,
            view_company(
                events.get(who.id, ()), said.get(who.id, ()), moment.policy, who.founded_on
            ),
            products.get(who.id, ()),
            valid.get(who.id, Validity()),
        )
        for who in await view_queries.company_identities(connection, ids)
    ]


async def _metrics_of(
    connection: AsyncConnection, ids: Sequence[UUID], moment: Moment
) -> dict[UUID, list[Claim]]:
    said = await queries.claims_about(connection, "company_id", ids, moment, Predicate.METRIC)
    told = {company: heard(claims, moment) for company, claims in said.items()}
    return {company: claims for company, claims in told.items() if claims}


EVENTS = View(EVENT_VIEW, compute_events)
COMPANIES = View(COMPANY_VIEW, compute_companies)
PRODUCTS = View(PRODUCT_VIEW, compute_products)


async def page(
    connection: AsyncConnection, view: View, listing: Listing, moment: Moment
) -> list[Row]:
    """A page of views at a moment, in order, with one row more if there is a next page.

    Now, that is one indexed statement. At any other moment the stored views that are also
    the views of that moment are read the same way, and only the others are computed: a walk
    that began a minute ago computes no more than what was written since.

    Raises:
        TooManyAnew: too many would have to be computed for one answer.
    """
    if moment == NOW:
        return await view_queries.stored_page(connection, view.table, listing)
    if all(key.field.lasting for key in listing.sort):
        return await _page_in_lasting_order(connection, view, listing, moment)
    return await _page_in_any_order(connection, view, listing, moment)


class TooManyAnew(Exception):
    """An answer would need more views computed than one request may ask for.

    Its message, if it has one, tells what to ask instead.
    """


MOST_ANEW = 20_000
"""Views computed for one answer at most: some ten seconds of work."""


async def _page_in_lasting_order(
    connection: AsyncConnection, view: View, listing: Listing, moment: Moment
) -> list[Row]:
    """A page in an order that is the same at every moment: walk it until the page is full."""
    key, kept, computed = view.table.key, list[Row](), 0
    step = replace(listing, filters=_lasting(listing), limit=max(listing.limit, 100))
    while len(kept) <= listing.limit:
        rows = await view_queries.known_page(connection, view.table, step, moment)
        outdated = [row[key] for row in rows if not row["still_valid"]]
        computed += len(outdated)
        # A walk that was begun goes on, however much is written meanwhile.
        if computed > MOST_ANEW and listing.after is None:
            raise TooManyAnew
        anew = {row[key]: row for row in await view.compute(connection, outdated, moment)}
        then = (row if row["still_valid"] else anew.get(row[key]) for row in rows)
        kept += [row for row in then if row is not None and matches(row, listing.filters)]
        if len(rows) <= step.limit:
            break
        step = replace(step, after=key_of(rows[-1], listing.sort, key))
    return kept[: listing.limit + 1]


async def _page_in_any_order(
    connection: AsyncConnection, view: View, listing: Listing, moment: Moment
) -> list[Row]:
    """A page in an order that depends on the moment: compute all that may be in it, and merge."""
    key = view.table.key
    stored = await view_queries.stored_page(connection, view.table, listing, moment)
    most = MOST_ANEW if listing.after is None else None
    outdated = await view_queries.outdated_ids(
        connection, view.table, _lasting(listing), moment, most
    )
    if most is not None and len(outdated) > most:
        raise TooManyAnew
    computed: list[Row] = []
    for ids in in_chunks(outdated):
        rows = await view.compute(connection, ids, moment)
        admitted = (row for row in rows if matches(row, listing.filters))
        fresh = [row for row in admitted if is_after(row, listing, key)]
        computed = merge_page(computed, fresh, listing, key)
    return merge_page(stored, computed, listing, key)


def _lasting(listing: Listing) -> tuple[Filter, ...]:
    """The filters that admit the same identities at every moment."""
    return tuple(item for item in listing.filters if item.field.lasting)


async def of_ids(
    connection: AsyncConnection, view: View, ids: Sequence[UUID], moment: Moment
) -> dict[UUID, Row]:
    """The views of some identities at a moment, by id; those unknown by then are left out."""
    if moment == NOW:
        return await view_queries.stored_rows(connection, view.table, ids)
    rows = await view.compute(connection, ids, moment)
    known = moment.known_at
    return {
        row[view.table.key]: row for row in rows if known is None or row["recorded_at"] <= known
    }


async def events_of(
    connection: AsyncConnection, companies: Iterable[Row], moment: Moment
) -> list[Row]:
    """The views of all events of some companies at a moment."""
    companies = list(companies)
    if moment == NOW:
        slugs = [company["slug"] for company in companies]
        return await view_queries.stored_events_of(connection, slugs)
    ids = [company["company_id"] for company in companies]
    event_ids = await view_queries.events_of(connection, ids, moment)
    return list((await of_ids(connection, EVENTS, event_ids, moment)).values())


async def of_name(connection: AsyncConnection, view: View, name: str, moment: Moment) -> Row | None:
    """The view of the identity with an id or slug, if it was known of by the moment."""
    if moment == NOW:
        return await view_queries.stored_row(connection, view.table, name)
    return await whole_row(connection, view, name, moment)


async def whole_row(
    connection: AsyncConnection, view: View, name: str, moment: Moment
) -> Row | None:
    """As :func:`of_name`, with every column."""
    identity = await view_queries.id_of(connection, view.table, name)
    if identity is None:
        return None
    return (await of_ids(connection, view, [identity], moment)).get(identity)


def heard(claims: Iterable[Claim], moment: Moment) -> list[Claim]:
    """The claims that the policy counts at all: the strict one hears no hearsay."""
    return [claim for claim in claims if moment.policy.hears(claim)]


def shows_the_silent(moment: Moment) -> bool:
    """Whether identities are shown of which nothing is said (or heard): not in a past."""
    return moment.as_of is None and moment.policy.admitted is None


async def event_views(
    connection: AsyncConnection, ids: Sequence[UUID], moment: Moment
) -> list[tuple[EventView, Validity]]:
    """The resolved views of some events at a moment, checked, and until when each is right."""
    claims = await queries.claims_about(connection, "event_id", ids, moment)
    views = []
    for identity in await view_queries.event_identities(connection, ids):
        said = heard(claims.get(identity.id, []), moment)
        # Its very name could leak an event that was not yet spoken of.
        if said or shows_the_silent(moment):
            view = view_event(identity, said, moment.policy, moment.at)
            checked = replace(view, findings=check_event(view, said, moment.policy))
            views.append((checked, event_validity(view, said)))
    return views


def in_chunks(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Some identities at a time, so that memory stays flat however many there are."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
