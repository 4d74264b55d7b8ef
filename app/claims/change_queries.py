"""SQL that writes the change log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.storage.ids import new_id
from app.storage.json import dumps
from app.storage.rows import insert
from app.storage.version import Version


async def log(
    connection: AsyncConnection, write: Version, changes: Sequence[Mapping[str, Any]]
) -> None:
    """Append changes, in their order, as those of one write.

    Call it in the write's own transaction: writers take turns, so that the places in the log run
    in the order of the commits.
    """
    made = {
        "written_in": write.number,
        "recorded_at": write.committed_at,
        "run_id": write.run,
    }
    rows = [
        {
            "id": new_id(),
            **made,
            **change,
            "before": _json(change.get("before")),
            "after": _json(change.get("after")),
        }
        for change in changes
    ]
    await insert(connection, "change", rows)


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else dumps(values).decode()
