"""Items that wait for people: what they decide of names holds from then on, for every item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims.names import normalise_name
from app.identities.judgements import Ruling, judge
from app.identities.judging import Verdict
from app.identities.scoring import Thresholds
from app.ingest import queries as ingest_queries
from app.ingest.batch import FAILED, UNDECIDED, Choice, Intent, Result
from app.ingest.schemas import Outcome, WaitingState
from app.ingest.service import store
from app.ingest.validation import ItemError
from app.ingest.waiting import queries
from app.storage.engine import write_transaction
from app.storage.ids import decode
from app.storage.json import loads
from app.storage.version import Version, begin_write

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of an item that waits.

    ``names`` says which company each name means, by slug; ``None`` for one that is not known yet.
    ``deal`` says which deal it is. With ``reject`` it is not stored at all, for that reason.
    """

    names: Mapping[str, str | None] = field(default_factory=dict)
    deal: Choice = UNDECIDED
    reject: str | None = None
    note: str | None = None


class CannotDecide(Exception):
    """The decision does not fit the item; nothing was stored."""

    def __init__(self, errors: Sequence[ItemError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)


class DecidedBefore(Exception):
    """The item does not wait any more."""


async def decide(
    engine: AsyncEngine,
    identity: UUID,
    decision: Decision,
    *,
    actor: str,
    thresholds: Thresholds,
    dry_run: bool = False,
) -> tuple[Row, int] | None:
    """Decide of an item, and store it and all others that waited for the same names.

    Returns the item as it is then, and how many others were stored with it; ``None`` if there is
    no such item. An item with more open questions goes on waiting.

    Raises:
        DecidedBefore, CannotDecide: as they say.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, actor)
        row = await queries.item(connection, identity, to_decide=True)
        if row is None:
            await connection.rollback()
            return None
        if row["state"] != WaitingState.WAITING:
            raise DecidedBefore
        others = 0
        if decision.reject is not None:
            await _settle(
                connection, row, WaitingState.REJECTED, write, actor, decision.reject, None
            )
        else:
            others = await _store(connection, row, decision, write, Intent(actor, None, thresholds))
        now = await queries.item(connection, identity, to_decide=False)
        assert now is not None
        if dry_run:
            await connection.rollback()
        return now, others


async def _store(
    connection: AsyncConnection, row: Row, decision: Decision, write: Version, intent: Intent
) -> int:
    """Store an item and those that waited with it; how many others were."""
    await judge(
        connection,
        await _rulings(connection, row, decision),
        actor=intent.actor,
        write=write,
    )
    key = decision.deal.event
    if key and not await ingest_queries.known(connection, "funding_event", "key", [key]):
        raise CannotDecide([ItemError("/event", f"there is no funding event {key!r}")])
    names = {normalise_name(name) for name in decision.names}
    waited = await queries.waiting_for(connection, names) if names else []
    rows = [row, *(other for other in waited if other["id"] != row["id"])]
    choices = {place: decision.deal if place == 0 else UNDECIDED for place in range(len(rows))}
    sent = [_sent(one) for one in rows]
    results = await store(
        connection, sent, write, Intent(intent.actor, None, intent.thresholds, choices)
    )
    if results[0].outcome in FAILED:
        place = len("/0")
        raise CannotDecide(
            [ItemError(f"/item{e.pointer[place:]}", e.message) for e in results[0].errors]
        )
    stored = [one for one in results if one.outcome not in (*FAILED, Outcome.WAITING)]
    for result in stored:
        await _stored(connection, rows[result.index], result, write, intent.actor, decision.note)
    return len(stored) - (results[0] in stored)


def _sent(row: Row) -> Any:
    return loads(row["item"]) if isinstance(row["item"], str) else row["item"]


async def _stored(
    connection: AsyncConnection,
    row: Row,
    result: Result,
    write: Version,
    actor: str,
    note: str | None,
) -> None:
    await _settle(
        connection, row, WaitingState.STORED, write, actor, note, decode("doc", result.id or "")
    )


async def _settle(
    connection: AsyncConnection,
    row: Row,
    state: WaitingState,
    write: Version,
    actor: str,
    note: str | None,
    document: UUID | None,
) -> None:
    await queries.decide(
        connection,
        row["id"],
        state=state,
        by=actor,
        at=write.committed_at,
        note=note,
        document=document,
    )


async def _rulings(connection: AsyncConnection, row: Row, decision: Decision) -> list[Ruling]:
    """What the decision says of names, once it is clear that they are the item's own."""
    asked = set(row["names"])
    known = await ingest_queries.companies(
        connection, [slug for slug in decision.names.values() if slug]
    )
    rulings, errors = [], []
    for name, slug in decision.names.items():
        if normalise_name(name) not in asked:
            errors.append(ItemError(f"/names/{name[:80]}", "is not waited for", tuple(asked)))
        elif slug is None:
            rulings.append(Ruling(name, Verdict.NEW, None, decision.note))
        elif slug not in known:
            errors.append(ItemError(f"/names/{name[:80]}", f"there is no company {slug!r}"))
        else:
            rulings.append(Ruling(name, Verdict.SAME, known[slug]["id"], decision.note))
    if errors:
        raise CannotDecide(errors)
    return rulings
