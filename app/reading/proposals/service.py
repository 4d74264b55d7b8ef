"""An article read: what it proposes is stored, and told apart from what was read before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.identities.normalise import core_name
from app.ingest.batch import Choice, Intent
from app.reading.proposals import queries
from app.reading.proposals.accepting import CannotAccept, Choices, ingest_proposals
from app.reading.proposals.deciding import By
from app.reading.proposals.differences import Pair, Stand, differing, pairs, told
from app.reading.proposals.drafts import LONGEST_NAME, Draft, Record, records
from app.reading.proposals.schemas import Action, State
from app.reading.proposals.steps import keep_steps
from app.reading.reading import Article, Reading
from app.reading.rules.names.known import Known
from app.reading.second.opinion import Opinion
from app.storage.engine import write_transaction
from app.storage.ids import encode, new_id
from app.storage.json import dumps
from app.storage.rows import insert
from app.storage.version import Version, begin_write

Row = dict[str, Any]

AUTO = "auto"
"""Who accepts what the reader is sure enough of, where that is set."""


async def _no_second(_article: Article, reading: Reading) -> Opinion:
    return Opinion(reading)


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads: the rules, whatever fetches pages, and whoever has a second opinion."""

    read: Callable[[Article, Known], Reading]
    fetch: Callable[[str], Awaitable[Article]]
    second: Callable[[Article, Reading], Awaitable[Opinion]] = _no_second


class Whole(NamedTuple):
    """A reading as it is stored, with its records and its proposals."""

    reading: Row
    records: list[Row]
    proposals: list[Row]


@dataclass(frozen=True, slots=True)
class WasRead:
    """What was read of an article, and all that can be proposed of it."""

    article: Article
    opinion: Opinion
    records: Sequence[Record]

    @property
    def reading(self) -> Reading:
        return self.opinion.reading


async def read(article: Article, known: Known, readers: Readers) -> WasRead:
    """Read an article, off the event loop: it is work for the processor."""
    reading = await asyncio.to_thread(readers.read, article, known)
    opinion = await readers.second(article, reading)
    return WasRead(article, opinion, await asyncio.to_thread(records, article, opinion.reading))


async def keep(
    engine: AsyncEngine, was_read: WasRead, by: By, auto_accept: Decimal | None = None
) -> tuple[Whole, bool]:
    """Store what was read, unless the same version has read the same article before.

    Returns the reading as it is now, and whether it is new.
    Proposals at least as certain as ``auto_accept`` are accepted at once, if they can be.
    """
    digest = digest_of(was_read.article)
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, by.actor)
        known = await queries.reading_by(connection, digest, was_read.reading.version)
        if known is not None:
            await connection.rollback()
            return await whole(connection, known), False
        former = await queries.newest_reading(connection, digest)
        identity = await _store(connection, was_read, digest, former, write, by.actor)
        if former is not None:
            await _carry_over(connection, former, identity, write, by.actor)
        if auto_accept is not None:
            await _accept_the_certain(connection, identity, auto_accept, write, by)
        found = await whole(connection, identity)
        if by.dry_run:
            await connection.rollback()
        return found, True


async def whole(connection: AsyncConnection, identity: UUID) -> Whole:
    """A reading, its records and its proposals."""
    reading = await queries.reading(connection, identity)
    assert reading is not None
    return Whole(
        reading,
        await queries.records(connection, identity),
        await queries.proposals_of(connection, identity),
    )


def article_of(reading: Row) -> Article:
    """The article that was read, as it was given."""
    return Article(
        reading["text"],
        reading["title"],
        reading["publisher"],
        reading["published_at"],
        reading["url"],
    )


def digest_of(article: Article) -> bytes:
    """By what an article is known again: its words, and all that is known of it."""
    parts = (article.text, article.title, article.publisher, article.published, article.url)
    return sha256(dumps(parts)).digest()


async def _store(
    connection: AsyncConnection,
    was_read: WasRead,
    digest: bytes,
    former: UUID | None,
    write: Version,
    actor: str,
) -> UUID:
    identity = new_id()
    reading = {
        "id": identity,
        "digest": digest,
        "former_id": former,
        "actor": actor,
        "recorded_at": write.committed_at,
        **_reading(was_read),
    }
    await insert(connection, "reading", [reading])
    rows = [
        {
            "id": new_id(),
            "reading_id": identity,
            "position": position,
            "kind": record.kind,
            "company_name": record.company,
            "company_slug": record.slug,
            "background": record.background,
        }
        for position, record in enumerate(was_read.records)
    ]
    await insert(connection, "reading_record", rows)
    proposals = [
        {"position": position, **proposal}
        for position, proposal in enumerate(_proposals(was_read.records, rows, write.committed_at))
    ]
    await insert(connection, "proposal", proposals)
    changes = [(None, row) for row in await queries.proposals_of(connection, identity)]
    await keep_steps(connection, changes, Action.PROPOSED, actor, write.committed_at)
    return identity


def _reading(was_read: WasRead) -> Row:
    """The columns of a reading that tell of its article and of what was read."""
    article, opinion = was_read.article, was_read.opinion
    origin = was_read.reading.attribution.origin
    told_of_it = {
        "version": opinion.version,
        "failed": opinion.failed,
        "dropped": [{"place": one.place, "reason": one.reason} for one in opinion.dropped],
    }
    return {
        "version": was_read.reading.version,
        "title": article.title,
        "text": article.text,
        "characters": len(article.text),
        "sha256": sha256(article.text.encode()).digest(),
        "publisher": article.publisher,
        "published_at": article.published,
        "url": article.url,
        "origin": (origin.name[:LONGEST_NAME].strip() or None) if origin else None,
        "opinion": dumps(told_of_it).decode() if opinion.version or opinion.failed else None,
    }


def _proposals(found: Sequence[Record], rows: Sequence[Row], at: datetime) -> Iterator[Row]:
    for record, row in zip(found, rows, strict=True):
        for draft in record.drafts:
            yield {"record_id": row["id"], "reading_id": row["reading_id"], "recorded_at": at} | (
                _proposal(record, draft)
            )


def _proposal(record: Record, draft: Draft) -> Row:
    claim = dumps(draft.claim.model_dump(exclude_none=True)).decode()
    return {
        "id": new_id(),
        "company": record.player,
        "predicate": draft.claim.predicate,
        "product": draft.product,
        "background": record.background,
        "proposed": claim,
        "claim": claim,
        "part": draft.quote.part,
        "quote": draft.quote.text,
        "quote_start": draft.quote.start,
        "quote_end": draft.quote.end,
        "certainty": draft.certainty.value,
        "reasons": list(draft.certainty.reasons),
        "value": draft.worth.value,
        "uncertainty": draft.worth.uncertainty,
        "priority": draft.worth.priority,
        "state": State.PENDING,
    }


async def _carry_over(
    connection: AsyncConnection, former: UUID, new: UUID, write: Version, actor: str
) -> None:
    """Let what was decided of the former reading stand in the new one, where both say the same.

    What says something else than was decided is pending, and tells so; what still waited in the
    former reading is superseded.
    """
    old_rows = {row["id"]: row for row in await queries.proposals_of(connection, former)}
    new_rows = {row["id"]: row for row in await queries.proposals_of(connection, new)}
    found = pairs(map(_stand, old_rows.values()), map(_stand, new_rows.values()))
    carried: list[tuple[Row | None, Row]] = []
    for pair in found:
        if pair.former is None or pair.new is None:
            continue
        old, row = old_rows[pair.former.id], new_rows[pair.new.id]
        await queries.edit(connection, row["id"], _carried(pair, old))
        if old["event_key"] is not None:
            await queries.bind(connection, row["record_id"], old["event_key"])
        if old["company_slug"] is not None:
            await queries.call(connection, new, row["company_name"], old["company_slug"])
        now = await queries.proposal(connection, row["id"])
        assert now is not None
        if now["state"] != row["state"] or now["claim"] != row["claim"]:
            carried.append((row, now))
    at = write.committed_at
    await keep_steps(connection, carried, Action.CARRIED_OVER, actor, at)
    waiting = [row for row in old_rows.values() if row["state"] == State.PENDING]
    await queries.settle(
        connection,
        [row["id"] for row in waiting],
        state=State.SUPERSEDED,
        by=actor,
        at=at,
        note=f"by {encode('rdg', new)}",
    )
    superseded = [(row, await queries.proposal(connection, row["id"])) for row in waiting]
    changes = [(before, after) for before, after in superseded if after is not None]
    await keep_steps(connection, changes, Action.SUPERSEDED, actor, at)
    difference = told(found, lambda identity: encode("prp", identity))
    await queries.set_difference(connection, new, {"former": encode("rdg", former), **difference})


def _stand(row: Row) -> Stand:
    return Stand(
        row["id"],
        (row["kind"], core_name(row["company_name"])),
        row["predicate"],
        row["product"],
        row["proposed"],
        (row["part"], row["quote_start"], row["quote_end"]),
    )


def _carried(pair: Pair, old: Row) -> Row:
    """The columns of a new proposal that follow from what became of the one in its place."""
    assert pair.former is not None
    assert pair.new is not None
    as_decided = differing(old["claim"], pair.new.claim)
    says_the_same = not differing(old["proposed"], pair.new.claim) or not as_decided
    columns: Row = {"former_id": old["id"]}
    if says_the_same:
        claim = old["claim"]
        if differing(claim, pair.new.claim):
            # Edited by people: their words, at their place.
            columns |= {"claim": dumps(claim).decode()}
            columns |= {name: old[name] for name in ("part", "quote", "quote_start", "quote_end")}
        if old["state"] in (State.ACCEPTED, State.REJECTED):
            columns |= {name: old[name] for name in _DECIDED}
    elif old["state"] in (State.ACCEPTED, State.REJECTED):
        disagreement = {
            "former": encode("prp", old["id"]),
            "state": old["state"],
            "claim_id": encode("clm", old["claim_id"]) if old["claim_id"] else None,
            "fields": as_decided,
        }
        columns |= {"disagreement": dumps(disagreement).decode()}
    return columns


_DECIDED = ("state", "claim_id", "document_id", "decided_at", "decided_by", "note")


async def _accept_the_certain(
    connection: AsyncConnection, identity: UUID, least: Decimal, write: Version, by: By
) -> None:
    """Accept what is certain enough, record by record; what is not clear waits for people."""
    reading = await queries.reading(connection, identity)
    assert reading is not None
    certain: dict[UUID, list[UUID]] = {}
    for row in await queries.proposals_of(connection, identity):
        waits = row["state"] == State.PENDING and row["disagreement"] is None
        if waits and row["certainty"] >= least:
            certain.setdefault(row["record_id"], []).append(row["id"])
    intent = Intent(AUTO, None, by.thresholds)
    choices = Choices(deal=Choice(), note=f"certain to {least:f} at least")
    for chosen in certain.values():
        try:
            async with connection.begin_nested():
                await ingest_proposals(connection, reading, chosen, choices, write, intent)
        except CannotAccept:
            continue
