"""Which deals reports are of: the one whose key they give, one that fits, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.claims.names import ascii_slug
from app.claims.values import PartialDate
from app.claims.vocabulary import Predicate
from app.ingest.batch import UNDECIDED, Batch
from app.ingest.identities import (
    find,
    store_events,
)
from app.ingest.normalise import document_row
from app.ingest.schemas import (
    FundingEventItem,
    Outcome,
)
from app.ingest.short import queries
from app.ingest.short.deals import Deal, Likeness, Money, Sought, alike, of_like_amount, settled
from app.ingest.short.documents import publication
from app.ingest.short.parking import Unclear, park
from app.ingest.short.schemas import DealHint
from app.ingest.short.spelling import Spelling, apart, make
from app.ingest.validation import ItemError
from app.storage.json import dumps

Row = dict[str, Any]


async def find_deals(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set the deals that reports are of: the client's key wins, then what is told of them.

    A report that is sent again stays with its deal, whatever came or was retracted since.
    """
    reports = [(one, hint) for one in spellings if (hint := one.hint) is not None]
    await find(batch, events=[hint.event_key for _, hint in reports if hint.event_key])
    deals = await _known_deals(batch, [spelling for spelling, _ in reports])
    for spelling, hint in reports:
        spelling.told = _told(batch, spelling, _sought(spelling, hint))
    before = await queries.told_before(batch.connection, {one.told for one, _ in reports})
    made: dict[str, FundingEventItem] = {}
    unclear = []
    for spelling, hint in reports:
        known = deals[batch.present(spelling.company["id"])]
        sought = _sought(spelling, hint)
        again = next((key for key in before.get(spelling.told, ()) if key in known), None)
        found = _deal(spelling, hint, sought, known, again)
        if isinstance(found, list):
            unclear.append(Unclear(spelling, [_which(spelling, found)]))
            continue
        if found not in known:
            known[found] = Deal(found)
            made[found] = FundingEventItem(
                type="funding_event",
                key=found,
                company=spelling.company["slug"],
                label=_label(spelling, sought),
            )
        known[found].add(sought)
        before.setdefault(spelling.told, []).append(found)
        spelling.event = found
    await park(batch, unclear)
    await _make_deals(batch, made)
    await find(batch, events=[spelling.event for spelling, _ in reports if spelling.event])
    for spelling, _ in reports:
        _check_owner(batch, spelling)


async def _known_deals(batch: Batch, reports: Iterable[Spelling]) -> dict[UUID, dict[str, Deal]]:
    """By company and key, the deals of the companies that reports are about."""
    players = {batch.present(one.company["id"]) for one in reports}
    deals: dict[UUID, dict[str, Deal]] = {player: {} for player in players}
    for row in await queries.deals(batch.connection, players):
        deal = deals[row["company_id"]].setdefault(row["slug"], Deal(row["slug"]))
        deal.add(_told_by(row))
    return deals


async def _make_deals(batch: Batch, deals: Mapping[str, FundingEventItem]) -> None:
    await find(batch, events=deals.keys())
    new = [item for key, item in deals.items() if ("funding_event", key) not in batch.rows]
    await make(batch, store_events, new)


def _deal(
    spelling: Spelling,
    hint: DealHint,
    sought: Sought,
    known: Mapping[str, Deal],
    again: str | None,
) -> str | list[Likeness]:
    """The key of the deal that a report is of, or the deals that it may be of.

    ``again`` is the key of the deal of which the same document has told the same before.
    """
    if hint.event_key is not None:
        spelling.event_reason = "named by its key"
        return hint.event_key
    choice = spelling.choice or UNDECIDED
    if choice.event is not None:
        spelling.event_reason = "decided by people"
        return choice.event
    if again is not None and not choice.is_new:
        spelling.event_reason = "told before"
        return again
    found = [] if choice.is_new else alike(sought, known.values())
    if found and not settled(found):
        return found
    if found:
        spelling.event_reason = found[0].reason
        return found[0].deal.slug
    if hint.earlier and sought.day is None and not choice.is_new:
        # Made anew, it would be of the day of the report, and newer than all that came after it.
        return of_like_amount(sought, known.values())
    spelling.event_reason = "decided by people" if choice.is_new else "no other deal fits"
    return _new_key(spelling, sought, known)


def _new_key(spelling: Spelling, sought: Sought, known: Mapping[str, Deal]) -> str:
    """A key that says what the deal is, the same for the same report in every database."""
    month = f"{sought.day:%Y-%m}" if sought.day else "undated"
    key = ascii_slug(f"{spelling.company['slug']} {month} {sought.round or 'deal'}")
    if key not in known:
        return key
    return apart(key, repr(sought))


def _label(spelling: Spelling, sought: Sought) -> str:
    what = (sought.round or "deal").replace("_", " ")
    when = f", {sought.day:%B %Y}" if sought.day else ""
    return f"{spelling.company['name'][:200]}: {what}{when}"


def _which(spelling: Spelling, found: Sequence[Likeness]) -> ItemError:
    told = ", ".join(f"{one.deal.slug} ({one.reason})" for one in found[:5])
    slugs = [one.deal.slug for one in found[:5]]
    message = f"the report may be of {told}" if told else "tells neither which deal, nor when"
    return spelling.valid.error("/event_key", message, slugs)


def _check_owner(batch: Batch, spelling: Spelling) -> None:
    """Refuse a key that is another company's."""
    if spelling.event is None:
        return
    reference = batch.rows["funding_event", spelling.event]
    if batch.present(reference["company_id"]) != batch.present(spelling.company["id"]):
        told = "is the key of another company's deal"
        batch.refuse(spelling.valid, [spelling.valid.error("/event_key", told)], Outcome.CONFLICT)


def _told(batch: Batch, spelling: Spelling, sought: Sought) -> bytes:
    """By what a report is known again: its document, and what it tells of its deal."""
    money = sought.money and (sought.money.currency, sought.money.low, sought.money.high)
    document = document_row(publication(batch, spelling))["key"]
    return sha256(dumps([document, sought.round, money, sought.day])).digest()


def _sought(spelling: Spelling, hint: DealHint) -> Sought:
    day = hint.happened_on or (None if hint.earlier else spelling.item.published_at)
    return Sought(
        hint.round,
        _money(hint.currency, hint.amount_low, hint.amount_high),
        PartialDate.parse(day).first.date() if day else None,
        _money(hint.currency, hint.valuation_low, hint.valuation_high),
    )


def _told_by(row: Row) -> Sought:
    """What one claim tells of its deal."""
    predicate = row["predicate"]
    money = _money(row["currency"], row["low"], row["high"])
    return Sought(
        row["term"] if predicate == Predicate.ROUND_LABEL else None,
        money if predicate == Predicate.AMOUNT else None,
        row["day"] if predicate != Predicate.VALUATION else None,
        money if predicate == Predicate.VALUATION else None,
    )


def _money(currency: str | None, low: Decimal | None, high: Decimal | None) -> Money | None:
    is_told = currency is not None and (low is not None or high is not None)
    return Money(str(currency), low, high) if is_told else None
