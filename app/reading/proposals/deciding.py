"""What people decide of proposals: accepted, edited, rejected; each step is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.identities.scoring import Thresholds
from app.ingest.batch import Intent
from app.ingest.short.schemas import ToldClaim
from app.reading.proposals import queries
from app.reading.proposals.accepting import Choices, call, ingest_proposals
from app.reading.proposals.drafts import RecordKind
from app.reading.proposals.editing import edited, found_quote
from app.reading.proposals.schemas import Action, EditBody, State
from app.reading.proposals.steps import keep_step
from app.reading.reading import Article, Part, Quote
from app.storage.engine import write_transaction
from app.storage.json import dumps
from app.storage.version import begin_write

Row = dict[str, Any]


class DecidedOtherwise(Exception):
    """The proposal was decided, and not like this; nothing was changed."""

    def __init__(self, row: Row) -> None:
        super().__init__(row["state"])
        self.row = row


class NotProposed(Exception):
    """The reading has no such proposals, to be left out."""

    def __init__(self, places: Collection[int]) -> None:
        super().__init__(places)
        self.places = tuple(places)


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, by which rules names are understood, and whether it is only tried."""

    actor: str
    thresholds: Thresholds
    dry_run: bool = False


async def accept(
    engine: AsyncEngine, identity: UUID, choices: Choices, company: str | None, by: By
) -> tuple[Row, bool] | None:
    """Ingest a proposal; returns it as it is now, and whether that is new.

    ``company`` is the slug of whom its record is about, if people say so; other records of the
    reading that bear its name are about the same. ``None`` if there is no such proposal.

    Raises:
        DecidedOtherwise, CannotAccept: as they say.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, by.actor)
        row = await queries.proposal(connection, identity)
        if row is None or _stands(row, State.ACCEPTED):
            await connection.rollback()
            return (row, False) if row else None
        reading = await queries.reading(connection, row["reading_id"])
        assert reading is not None
        if company is not None:
            await call(connection, reading, row["company_name"], company)
        intent = Intent(by.actor, None, by.thresholds)
        await ingest_proposals(connection, reading, [identity], choices, write, intent)
        return await _now(connection, identity, by), True


async def accept_all(
    engine: AsyncEngine,
    identity: UUID,
    leave_out: Collection[UUID],
    choices: Choices,
    by: By,
    *,
    background: bool,
) -> list[Row] | None:
    """Ingest all that a reading still proposes, in one transaction; returns what was.

    Raises:
        NotProposed, CannotAccept: as they say.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, by.actor)
        reading = await queries.reading(connection, identity)
        if reading is None:
            await connection.rollback()
            return None
        rows = await queries.proposals_of(connection, identity)
        unknown = set(leave_out) - {row["id"] for row in rows}
        if unknown:
            raise NotProposed([n for n, one in enumerate(leave_out) if one in unknown])
        chosen = [
            row["id"]
            for row in rows
            if row["state"] == State.PENDING
            and row["id"] not in leave_out
            and (background or not row["background"])
        ]
        if not chosen:
            await connection.rollback()
            return []
        intent = Intent(by.actor, None, by.thresholds)
        accepted = await ingest_proposals(connection, reading, chosen, choices, write, intent)
        rows = await queries.proposals_of(connection, identity)
        if by.dry_run:
            await connection.rollback()
        return [row for row in rows if row["id"] in accepted]


async def reject(
    engine: AsyncEngine, identity: UUID, reason: str, by: By
) -> tuple[Row, bool] | None:
    """Reject a proposal, for a reason; returns it as it is now, and whether that is new.

    Raises:
        DecidedOtherwise: it was accepted, or is superseded.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, by.actor)
        row = await queries.proposal(connection, identity)
        if row is None or _stands(row, State.REJECTED):
            await connection.rollback()
            return (row, False) if row else None
        at = write.committed_at
        await queries.settle(
            connection, [identity], state=State.REJECTED, by=by.actor, at=at, note=reason
        )
        await keep_step(connection, row, Action.REJECTED, by.actor, at, reason)
        return await _now(connection, identity, by), True


async def edit(
    engine: AsyncEngine, identity: UUID, body: EditBody, by: By
) -> tuple[Row, bool] | None:
    """Change what a proposal says; returns it as it is now, and whether that is new.

    Raises:
        DecidedOtherwise: it is not pending any more.
        CannotEdit: a number would not stand in the quote, or the quote not in the article.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, by.actor)
        row = await queries.proposal(connection, identity)
        if row is None:
            await connection.rollback()
            return None
        if row["state"] != State.PENDING:
            raise DecidedOtherwise(row)
        values = await _edited(connection, row, body)
        if not values:
            await connection.rollback()
            return row, False
        await queries.edit(connection, identity, values)
        await keep_step(connection, row, Action.EDITED, by.actor, write.committed_at, body.reason)
        return await _now(connection, identity, by), True


async def _edited(connection: AsyncConnection, row: Row, body: EditBody) -> Row:
    """The columns that an edit changes; none if all is as it was."""
    changes = body.claim.model_dump(include=body.claim.model_fields_set)
    quote = Quote(Part(row["part"]), row["quote_start"], row["quote_end"], row["quote"])
    reading = await queries.reading(connection, row["reading_id"])
    assert reading is not None
    article = Article(reading["text"], reading["title"])
    if body.quote is not None:
        quote = found_quote(article, body.quote, body.part, body.quote_start, quote.start)
    before = ToldClaim.model_validate(row["claim"])
    if quote.text == row["quote"] and quote.start == row["quote_start"] and _same(before, changes):
        return {}
    claim = edited(article, (RecordKind(row["kind"]), row["product"]), before, quote, changes)
    return {
        "claim": dumps(claim.model_dump(exclude_none=True)).decode(),
        "part": quote.part,
        "quote": quote.text,
        "quote_start": quote.start,
        "quote_end": quote.end,
    }


def _same(claim: ToldClaim, changes: Row) -> bool:
    return all(getattr(claim, name) == value for name, value in changes.items())


def _stands(row: Row, state: State) -> bool:
    """Whether it was decided so before.

    Raises:
        DecidedOtherwise: it was decided otherwise.
    """
    if row["state"] not in (State.PENDING, state):
        raise DecidedOtherwise(row)
    return bool(row["state"] == state)


async def _now(connection: AsyncConnection, identity: UUID, by: By) -> Row:
    """A proposal as it has become, or would: then nothing of it stays."""
    row = await queries.proposal(connection, identity)
    assert row is not None
    if by.dry_run:
        await connection.rollback()
    return row
