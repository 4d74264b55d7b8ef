"""Accepting: what was proposed becomes a document with its claims, through ingestion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.names import normalise_name
from app.claims.vocabulary import AmountFacet, Predicate
from app.identities.judgements import Ruling, judge
from app.identities.judging import Verdict
from app.identities.normalise import domain_of
from app.ingest import queries as ingest_queries
from app.ingest.batch import FAILED, Choice, Intent, Result
from app.ingest.schemas import Outcome
from app.ingest.service import store
from app.ingest.short.schemas import AccountItem, DealHint, ToldClaim
from app.ingest.validation import ItemError
from app.reading.proposals import queries
from app.reading.proposals.drafts import RecordKind
from app.reading.proposals.schemas import Action, State
from app.reading.proposals.steps import keep_steps
from app.storage.ids import decode, encode
from app.storage.version import Version
from app.web.problems import pointer_to

Row = dict[str, Any]

UNKNOWN_PUBLISHER = "Unknown publisher"
"""Who says what stands in a text of which nothing else is known."""

LONGEST_TITLE = 100
"""Characters of the opening words, by which a document without title and address is known."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What people decide of names and deals that are not clear.

    ``companies`` leads from names to slugs, or to ``None`` for one that is not known yet; ``deal``
    is chosen for all records that are accepted.
    """

    companies: Mapping[str, str | None] = field(default_factory=dict)
    deal: Choice = field(default_factory=Choice)
    note: str | None = None


class CannotAccept(Exception):
    """The proposals cannot be ingested; nothing was stored.

    ``is_unclear``: a name or a deal may be one of several, which people can decide.
    """

    def __init__(self, errors: Sequence[ItemError], *, is_unclear: bool = False) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)
        self.is_unclear = is_unclear


@dataclass(frozen=True, slots=True)
class _Account:
    """What is ingested of a record: one item, and the proposals that are its claims."""

    item: AccountItem
    rows: tuple[Row, ...]


async def ingest_proposals(
    connection: AsyncConnection,
    reading: Row,
    chosen: Iterable[UUID],
    choices: Choices,
    write: Version,
    intent: Intent,
) -> list[UUID]:
    """Ingest some pending proposals of a reading, all or none; returns those that were.

    Raises:
        CannotAccept: some cannot be stored; the transaction must not be committed.
    """
    records = await queries.records(connection, reading["id"])
    rows = await queries.proposals_of(connection, reading["id"])
    accounts = list(_accounts(reading, records, rows, set(chosen)))
    _check_deal(accounts, choices.deal)
    await _decide(connection, accounts, choices, write, intent.actor)
    by_place = {
        place: choices.deal if account.item.deal else Choice()
        for place, account in enumerate(accounts)
    }
    results = await store(
        connection,
        [account.item for account in accounts],
        write,
        Intent(intent.actor, intent.run, intent.thresholds, by_place),
    )
    _raise_faults(accounts, results)
    at = write.committed_at
    for account, result in zip(accounts, results, strict=True):
        await _note(connection, account, result, by=intent.actor, at=at, note=choices.note)
    accepted = {row["id"]: row for account in accounts for row in account.rows}
    now = await queries.proposals_of(connection, reading["id"])
    changes = [(accepted[row["id"]], row) for row in now if row["id"] in accepted]
    await keep_steps(connection, changes, Action.ACCEPTED, intent.actor, at, choices.note)
    return list(accepted)


async def call(connection: AsyncConnection, reading: Row, name: str, slug: str) -> None:
    """Let the records of a reading that bear a name be about a company.

    Raises:
        CannotAccept: there is no such company.
    """
    if slug not in await ingest_queries.companies(connection, [slug]):
        raise CannotAccept([ItemError("/company", f"there is no company {slug!r}")])
    await queries.call(connection, reading["id"], name, slug)


def _accounts(
    reading: Row, records: Sequence[Row], rows: Sequence[Row], wanted: set[UUID]
) -> Iterator[_Account]:
    """One item for each record, and for each product of it."""
    for record in records:
        own = [row for row in rows if row["record_id"] == record["id"]]
        groups: dict[str | None, list[Row]] = {}
        for row in own:
            if row["id"] in wanted:
                groups.setdefault(row["product"], []).append(row)
        for product, group in groups.items():
            yield _Account(_item(reading, record, product, own, group), tuple(group))


def _item(
    reading: Row, record: Row, product: str | None, own: Sequence[Row], group: Sequence[Row]
) -> AccountItem:
    says = publisher(reading)
    origin = reading["origin"]
    relays = origin if origin and normalise_name(origin) != normalise_name(says) else None
    claims = [ToldClaim.model_validate(row["claim"]) for row in group]
    deal = None
    if record["kind"] == RecordKind.DEAL:
        deal = _hint(record, own)
    elif relays:
        # What an article says of rivals and products, citing nobody, is its own.
        claims = [claim.model_copy(update={"origin": claim.origin or says}) for claim in claims]
    return AccountItem(
        company=record["company_slug"] or record["company_name"],
        says=says,
        relays=relays,
        url=reading["url"],
        title=reading["title"] or _opening(reading["text"]),
        published_at=reading["published_at"],
        product=product,
        deal=deal,
        claims=claims,
    )


def publisher(reading: Row) -> str:
    """Who publishes an article: as it is told, or by its address."""
    domain = domain_of(reading["url"]) if reading["url"] else None
    return str(reading["publisher"] or domain or UNKNOWN_PUBLISHER)


def _opening(words: str) -> str:
    line = " ".join(words[: 2 * LONGEST_TITLE].split()) or "…"
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rstrip()}…"


def _hint(record: Row, own: Sequence[Row]) -> DealHint:
    """By what the deal of a record is found: the one it is bound to, else all that is told."""
    if record["event_key"]:
        return DealHint(event_key=record["event_key"])
    standing = [row for row in own if row["state"] != State.REJECTED]
    claims = [ToldClaim.model_validate(row["claim"]) for row in standing]
    amount = _sum_of(claims, Predicate.AMOUNT)
    mark = _sum_of(claims, Predicate.VALUATION)
    currency = next((claim.currency for claim in (amount, mark) if claim), None)
    if mark is not None and mark.currency != currency:
        mark = None
    low, high = _bounds(amount)
    mark_low, mark_high = _bounds(mark)
    labels = [claim.term for claim in claims if claim.predicate is Predicate.ROUND_LABEL]
    days = [claim.effective_on for claim in claims if claim.predicate is Predicate.STAGE]
    return DealHint(
        round=next(iter(labels), None),
        currency=currency,
        amount_low=low,
        amount_high=high,
        valuation_low=mark_low,
        valuation_high=mark_high,
        happened_on=next((day for day in days if day), None),
        earlier=record["background"],
    )


_SAID_MOST: tuple[str | None, ...] = (AmountFacet.HEADLINE, None, AmountFacet.TARGET)


def _sum_of(claims: Iterable[ToldClaim], predicate: Predicate) -> ToldClaim | None:
    """The claim that tells how much it is: of several amounts the headline, else the target."""
    found = [claim for claim in claims if claim.predicate is predicate and claim.currency]
    order = {facet: place for place, facet in enumerate(_SAID_MOST)}
    return min(found, key=lambda claim: order.get(claim.facet, len(order)), default=None)


def _bounds(claim: ToldClaim | None) -> tuple[Any, Any]:
    if claim is None:
        return None, None
    return (claim.low, claim.high) if claim.stated is None else (claim.stated, claim.stated)


def _check_deal(accounts: Sequence[_Account], deal: Choice) -> None:
    """Refuse another deal than the one that others of a record have been accepted for."""
    if deal.event is None and not deal.is_new:
        return
    for account in accounts:
        bound = account.item.deal.event_key if account.item.deal else None
        if bound is not None and bound != deal.event:
            told = f"others of its record were accepted for {bound}"
            pointer = "/event" if deal.event else "/new_event"
            raise CannotAccept([ItemError(pointer, told, (bound,))])


async def _decide(
    connection: AsyncConnection,
    accounts: Sequence[_Account],
    choices: Choices,
    write: Version,
    actor: str,
) -> None:
    """Keep what people say of names, once it is clear that these are in the records."""
    named = {
        normalise_name(name)
        for account in accounts
        for name in (account.item.company, *(claim.object for claim in account.item.claims))
        if name
    }
    known = await ingest_queries.companies(
        connection, [slug for slug in choices.companies.values() if slug]
    )
    rulings, errors = [], []
    for name, slug in choices.companies.items():
        if normalise_name(name) not in named:
            errors.append(ItemError(_of_name(name), "is not named", tuple(sorted(named))))
        elif slug is None:
            rulings.append(Ruling(name, Verdict.NEW, None, choices.note))
        elif slug not in known:
            errors.append(ItemError(_of_name(name), f"there is no company {slug!r}"))
        else:
            rulings.append(Ruling(name, Verdict.SAME, known[slug]["id"], choices.note))
    event = choices.deal.event
    if event and not await ingest_queries.known(connection, "funding_event", "key", [event]):
        errors.append(ItemError("/event", f"there is no funding event {event!r}"))
    if errors:
        raise CannotAccept(errors)
    if rulings:
        await judge(connection, rulings, actor=actor, write=write)


def _of_name(name: str) -> str:
    return pointer_to(("companies", name[:80]))


def _raise_faults(accounts: Sequence[_Account], results: Sequence[Result]) -> None:
    errors = [
        _placed(accounts[result.index], error)
        for result in results
        if result.outcome in FAILED or result.outcome is Outcome.WAITING
        for error in result.errors
    ]
    if errors:
        is_unclear = not any(result.outcome in FAILED for result in results)
        raise CannotAccept(errors, is_unclear=is_unclear)


_AT = re.compile(r"/\d+(?:/claims/(\d+))?/(\w+)")


def _placed(account: _Account, error: ItemError) -> ItemError:
    """What is wrong with an item, told by what people can do about it."""
    found = _AT.fullmatch(error.pointer)
    number, name = found.groups() if found else (None, "")
    place: tuple[str, ...] = (name,)
    if number is not None:
        claim, row = account.item.claims[int(number)], account.rows[int(number)]
        place = ("proposals", encode("prp", row["id"]), "claim", name)
        if name == "object" and claim.object is not None:
            place = ("companies", claim.object)
    elif name == "company":
        place = ("companies", account.item.company)
    elif name == "event_key":
        place = ("event",)
    return ItemError(pointer_to(place), error.message, error.allowed)


async def _note(
    connection: AsyncConnection,
    account: _Account,
    result: Result,
    *,
    by: str,
    at: datetime,
    note: str | None,
) -> None:
    """Keep which claims the proposals became, and which deal the record is of."""
    document = decode("doc", result.id or "")
    assert document is not None
    ids = await queries.claims_by_hash(connection, result.content_hashes)
    claims = {
        row["id"]: (ids[content_hash], document)
        for row, content_hash in zip(account.rows, result.content_hashes, strict=True)
    }
    await queries.accept(connection, claims, by=by, at=at, note=note)
    assert result.matched is not None
    first = account.rows[0]
    company = first["reading_id"], first["company_name"], result.matched["company"]
    await queries.call(connection, *company)
    if account.item.deal is not None:
        await queries.bind(connection, first["record_id"], result.matched["event"])
