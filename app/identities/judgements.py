"""Judgements of names are kept: who judged, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.names import normalise_name
from app.identities.judging import Verdict
from app.storage.ids import new_id
from app.storage.rows import insert
from app.storage.version import Version


@dataclass(frozen=True, slots=True)
class Ruling:
    """A judgement to be kept: what a name is, of which company, and why."""

    name: str
    verdict: Verdict
    company_id: UUID | None = None
    note: str | None = None


async def judge(
    connection: AsyncConnection, rulings: Sequence[Ruling], *, actor: str, write: Version
) -> None:
    """Keep what ``actor`` judged of some names, in the transaction of a write.

    From now on it wins over likeness, until a later judgement of the same name.
    """
    rows = [
        {
            "id": new_id(),
            "name": ruling.name,
            "normalised": normalise_name(ruling.name),
            "verdict": ruling.verdict,
            "company_id": ruling.company_id,
            "actor": actor,
            "note": ruling.note,
            "judged_at": write.committed_at,
        }
        for ruling in rulings
    ]
    await insert(connection, "name_judgement", rows)
