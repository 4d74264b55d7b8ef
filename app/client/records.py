"""What is read from a file: one record per item, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Record:
    """An item as it is sent, or why there is none.

    ``place`` is the line of the file (the number of the item or row in formats without
    lines), counted from 1. ``raw`` is the row that an item was to be made of.
    """

    place: int
    item: bytes | None
    fault: str | None = None
    raw: dict[str, Any] | None = None

    @property
    def trace(self) -> bytes:
        """What tells this record from another one at its place."""
        return self.item if self.item is not None else f"fault: {self.fault}".encode()


def encode(item: Any) -> bytes:
    """JSON on one line, with exact numbers."""
    return _ENCODER.encode(item)
