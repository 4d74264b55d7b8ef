"""What was done with a proposal, kept for good: by whom, when, why, and how it stood before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.reading.proposals import queries
from app.reading.proposals.schemas import Action
from app.storage.ids import new_id
from app.storage.json import dumps
from app.storage.rows import insert

Row = dict[str, Any]


async def keep_step(
    connection: AsyncConnection,
    before: Row,
    action: Action,
    actor: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Keep what has been done just now with a proposal, of which ``before`` is how it stood."""
    now = await queries.proposal(connection, before["id"])
    assert now is not None
    await keep_steps(connection, [(before, now)], action, actor, at, reason)


async def keep_steps(
    connection: AsyncConnection,
    changes: Iterable[tuple[Row | None, Row]],
    action: Action,
    actor: str,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Keep what was done with several: how each stood before, if it was there, and stands now."""
    rows = [
        {
            "id": new_id(),
            "proposal_id": after["id"],
            "action": action,
            "actor": actor,
            "recorded_at": at,
            "before": dumps(snapshot(before)).decode() if before else None,
            "after": dumps(snapshot(after)).decode(),
            "reason": reason,
        }
        for before, after in changes
    ]
    await insert(connection, "proposal_step", rows)


def snapshot(row: Row) -> Row:
    """How a proposal stands."""
    return {"state": row["state"], "claim": row["claim"], "quote": quote(row)}


def quote(row: Row) -> Row:
    """Where a proposal stands in the article."""
    return {
        "part": row["part"],
        "start": row["quote_start"],
        "end": row["quote_end"],
        "text": row["quote"],
    }
