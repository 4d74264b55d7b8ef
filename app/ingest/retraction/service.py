"""Taking a claim out: from now on it answers nothing, and it stays to be read as it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import change_queries, claim_queries, keeping
from app.claims.changes import Cause
from app.claims.moment import NOW
from app.claims.vocabulary import ChangeReason, ChangeSubject
from app.ingest import queries
from app.storage.engine import write_transaction
from app.storage.version import begin_write

Row = dict[str, Any]


async def retract(
    engine: AsyncEngine, claim: UUID, reason: str, *, actor: str, dry_run: bool = False
) -> tuple[bool, Row | None]:
    """Retract a claim and refresh what rested on it, in one transaction.

    Returns whether that was new (a claim is retracted once, and keeps its first reason), and the
    claim with its evidence as it stands then; ``None`` if there is no such claim. ``dry_run``
    stores nothing and tells what would happen.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, actor)
        found = await queries.retract(connection, claim, reason, write.committed_at)
        if found is not None:
            await change_queries.log(connection, write, [_entry(claim, found, reason)])
            about = [name for name in ("event_id", "product_id", "player_id") if found[name]]
            cause = Cause(ChangeReason.RETRACTED, {found[name]: [claim] for name in about})
            products = [found["product_id"]] if found["product_id"] else []
            await keeping.refresh(connection, [found["player_id"]], products, write, cause)
        row = await claim_queries.claim_evidence(connection, claim, NOW)
        if found is None or dry_run:
            await connection.rollback()
        return found is not None, row


def _entry(claim: UUID, found: Row, reason: str) -> Row:
    return {
        "subject": ChangeSubject.CLAIM,
        "company_id": found["player_id"],
        "event_id": found["event_id"],
        "product_id": found["product_id"],
        "claim_id": claim,
        "reason": ChangeReason.RETRACTED,
        "note": reason,
        "before": {"retracted": False},
        "after": {"retracted": True},
        "caused_by": [],
    }
