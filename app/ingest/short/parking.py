"""Short forms that wait for a decision: left waiting, and known again when sent again."""

from __future__ import annotations

from collections.abc import Sequence
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
    digests = {digest_of(one.item): one for one in spellings if one.choice is None}
    known = await waiting_queries.known(batch.connection, digests.keys())
    for spelling in spellings:
        if spelling.choice is None and (row := known.get(digest_of(spelling.item))):
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


def park(
    batch: Batch, spelling: Spelling, errors: Sequence[ItemError], names: Sequence[str]
) -> Row | None:
    """Let an item wait; its row, unless it waits already."""
    valid, digest = spelling.valid, digest_of(spelling.item)
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
        "names": list(names),
        "actor": batch.intent.actor,
        "run_id": batch.intent.run,
        "recorded_at": batch.recorded_at,
        "state": WaitingState.WAITING,
    }


def digest_of(item: ShortItem) -> bytes:
    """By what an item that waits is known again: all that it says."""
    told = item.model_dump(exclude_defaults=True)
    return sha256(dumps([item.type, sorted(told.items())])).digest()
