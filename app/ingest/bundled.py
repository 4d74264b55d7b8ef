"""The bundled data, loaded through the same path that ingestion uses."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest import queries
from app.ingest.batch import Result
from app.ingest.schemas import Outcome
from app.ingest.service import Progress, ingest
from app.ingest.validation import parse_json
from app.storage.engine import read_connection


class BundledDataError(RuntimeError):
    """The bundled data did not load whole; that is a fault of this release."""


async def load_bundled(engine: AsyncEngine, progress: Progress | None = None) -> list[Result]:
    """Load the bundled data. Loading it again changes nothing.

    Raises:
        BundledDataError: an item was rejected or contradicts what is stored.
    """
    items = list(bundled_items())
    results = await ingest(engine, items, progress=progress)
    for result in results:
        if result.outcome is Outcome.REJECTED:
            raise BundledDataError(f"item {result.index}: {result.errors}")
    return results


def bundled_items() -> Iterator[Any]:
    """All bundled items, in the order of their files."""
    folder = files("app") / "bundled"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".ndjson"):
            for line in file.read_bytes().splitlines():
                yield parse_json(line)


async def counts(engine: AsyncEngine) -> dict[str, int]:
    """How much is stored, by table."""
    async with read_connection(engine) as connection:
        return await queries.counts(connection)
