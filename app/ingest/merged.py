"""Companies as they are told and as they are now, where one was merged into another. Pure.

A row stands with the present company and keeps the one it was told of beside it, so that a split
leads it back. What is known again, compared and hashed is what was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

Row = dict[str, Any]

_COMPANIES = ("company_id", "object_id", "parent_id")


def as_now(row: Mapping[str, Any], roots: Mapping[UUID, UUID], *, owned: UUID | None = None) -> Row:
    """The row to store for one with companies as told; ``roots`` leads from merged ones on.

    ``owned`` is the company whose owner the row tells: if that is itself by now, it has none.
    """
    now = dict(row)
    for column in _COMPANIES:
        if column in row:
            told = row[column]
            present = roots.get(told, told)
            now[column] = None if present == owned else present
            now[f"first_{column}"] = None if now[column] == told else told
    return now


def as_told(row: Mapping[str, Any]) -> Row:
    """A stored row with the companies that it was told of."""
    firsts = {column: row.get(f"first_{column}") for column in _COMPANIES}
    return {**row, **{column: first for column, first in firsts.items() if first is not None}}
