"""Keeps what was not stored, so that somebody can mend it and send it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from app.client.errors import Unusable
from app.client.records import Record, encode
from app.client.sending import Result, Tell
from app.client.tally import STORED

TOLD = 20
"""How many are told on the terminal; the file has them all."""


@dataclass(slots=True)
class Rejects:
    """Tells the first few that were not stored, and writes all to a file if there is one."""

    tell: Tell
    file: BinaryIO | None = None
    strict: bool = False
    _told: int = field(default=0, init=False)

    def take(self, source: str, record: Record, result: Result) -> None:
        """Note an item, unless all is well with it."""
        if result.status in STORED or (result.status == "waiting" and not self.strict):
            return
        if self.file:
            self.file.write(_line(source, record, result))
        self._told += 1
        if self._told <= TOLD:
            self.tell(f"{source}, {describe(record, result)}")
        elif self._told == TOLD + 1:
            self.tell("… and more" if self.file else "… and more: --rejects FILE keeps them all")

    def flush(self) -> None:
        """Have the file hold all that was taken, before a checkpoint says that it does."""
        if self.file:
            self.file.flush()


@contextmanager
def rejects_file(path: Path | None, *, more: bool) -> Iterator[BinaryIO | None]:
    """The file, emptied, or added to if it is ``more`` of a run that was cut off."""
    if path is None:
        yield None
        return
    try:
        file = path.open("ab" if more else "wb")
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}") from error
    with file:
        yield file


def describe(record: Record, result: Result) -> str:
    """What is wrong with an item, on one line."""
    faults = "; ".join(_fault(fault) for fault in result.errors) or "no reason is given"
    return f"line {record.place}: {result.status}: {faults}"


def _fault(fault: dict[str, Any]) -> str:
    pointer = f"{fault['pointer']}: " if fault.get("pointer") else ""
    allowed = fault.get("allowed") or []
    listed = f" (allowed: {', '.join(map(str, allowed[:12]))})" if allowed else ""
    return f"{pointer}{fault.get('message')}{listed}"


def _line(source: str, record: Record, result: Result) -> bytes:
    told: dict[str, Any] = {
        "source": source,
        "line": record.place,
        "status": result.status,
        "errors": result.errors,
    }
    if record.raw is not None:
        told["row"] = {column: _cell(cell) for column, cell in record.raw.items()}
    if record.item is not None:
        try:
            msgspec.json.decode(record.item)
            told["item"] = msgspec.Raw(record.item)
        except msgspec.MsgspecError:
            told["text"] = record.item.decode("utf-8", "replace")
    return encode(told) + b"\n"


def _cell(cell: Any) -> Any:
    # Bytes that are no text, and cells of columnar files, are kept as well as text can.
    text = cell if cell is None or isinstance(cell, str | list) else str(cell)
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text
