"""Short forms that wait for a decision: left waiting, and known again when sent again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from app.ingest.batch import Batch, Result
from app.ingest.schemas import (
    Outcome,
    WaitingState,
)
from app.ingest.short.schemas import ShortItem
from app.ingest.short.spelling import Spelling, standing
from app.ingest.validation import ItemError, ValidItem
from app.ingest.waiting import queries as waiting_queries
from app.storage.ids import encode, new_id
from app.storage.json import dumps

Row = dict[str, Any]


async def still_open(batch: Batch, spellings: list[Spelling]) -> list[Spelling]:
    """Without those that wait or were decided before: what is sent again is the same item."""
    digests = {_digest(one.item) for one in spellings if one.choice is None}
    known = await waiting_queries.known(batch.connection, digests)
    for spelling in spellings:
        if spelling.choice is None and (row := known.get(_digest(spelling.item))):
            batch.results[spelling.valid.index] = _as_decided(spelling.valid, row)
    return standing(batch, spellings)


def _as_decided(valid: ValidItem, row: Row) -> Result:
    match row["state"]:
        case WaitingState.STORED:
            identity = encode("doc", row["document_id"])
            return Result(valid.index, valid.type, Outcome.UNCHANGED, identity)
        case WaitingState.REJECTED:
            told = f"was rejected by {row['decided_by']}: {row['note']}"
            return Result(
                valid.index, valid.type, Outcome.REJECTED, errors=(valid.error("", told),)
            )
        case _:
            identity = encode("wai", row["id"])
            return Result(valid.index, valid.type, Outcome.WAITING, identity)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A short form that may mean several things: what is to be asked, and of which names."""

    spelling: Spelling
    questions: Sequence[ItemError]
    names: Sequence[str] = ()


async def park(batch: Batch, items: Iterable[Unclear]) -> None:
    """Let items wait until people decide."""
    rows = [_waiting(batch, unclear) for unclear in items]
    await waiting_queries.park(batch.connection, [row for row in rows if row is not None])


def _waiting(batch: Batch, unclear: Unclear) -> Row | None:
    """The row of an item that is to wait, unless it waits already."""
    spelling, errors = unclear.spelling, unclear.questions
    valid, digest = spelling.valid, _digest(spelling.item)
    first = batch.parked.get(digest)
    identity = first or new_id()
    batch.parked[digest] = identity
    batch.results[valid.index] = Result(
        valid.index, valid.type, Outcome.WAITING, encode("wai", identity), errors=tuple(errors)
    )
    if first or spelling.choice is not None:
        return None
    cut = len(f"/{valid.index}")
    told = spelling.item.model_dump(exclude_defaults=True)
    questions = [{**error.to_json(), "pointer": error.pointer[cut:]} for error in errors]
    return {
        "id": identity,
        "digest": digest,
        "type": valid.type,
        "item": dumps(told | {"type": valid.type}).decode(),
        "questions": dumps(questions).decode(),
        "names": list(unclear.names),
        "actor": batch.intent.actor,
        "run_id": batch.intent.run,
        "recorded_at": batch.recorded_at,
        "state": WaitingState.WAITING,
    }


def _digest(item: ShortItem) -> bytes:
    """By what an item that waits is known again: all that it says."""
    told = item.model_dump(exclude_defaults=True)
    return sha256(dumps([item.type, sorted(told.items())])).digest()
