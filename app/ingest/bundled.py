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
from app.storage.digest import digest_of, files_in
from app.storage.engine import read_connection, write_transaction
from app.storage.stamps import stamp, stamped

STAMP = "bundled data"
_FOLDER = files("app") / "bundled"


class BundledDataError(RuntimeError):
    """The bundled data did not load whole; that is a fault of this release."""


async def load_bundled(engine: AsyncEngine, progress: Progress | None = None) -> list[Result]:
    """Load the bundled data. Loading it again changes nothing.

    Raises:
        BundledDataError: an item was rejected.
    """
    items = list(bundled_items())
    results = await ingest(engine, items, actor="bundled data", progress=progress)
    for result in results:
        if result.outcome is Outcome.REJECTED:
            raise BundledDataError(f"item {result.index}: {result.errors}")
    async with write_transaction(engine) as connection:
        await stamp(connection, STAMP, digest_of(_FOLDER, ".ndjson"))
    return results


async def load_bundled_once(engine: AsyncEngine, progress: Progress | None = None) -> bool:
    """Load the bundled data unless just this data was loaded whole before; whether it was new.

    A load that was cut off is repeated, which stores what is missing; so is one of a release
    that brings other data.
    """
    async with read_connection(engine) as connection:
        if await stamped(connection, STAMP) == digest_of(_FOLDER, ".ndjson"):
            return False
    await load_bundled(engine, progress)
    return True


def bundled_items() -> Iterator[Any]:
    """All bundled items, in the order of their files."""
    for file in files_in(_FOLDER, ".ndjson"):
        for line in file.read_bytes().splitlines():
            yield parse_json(line)


async def counts(engine: AsyncEngine) -> dict[str, int]:
    """How much is stored, by table."""
    async with read_connection(engine) as connection:
        return await queries.counts(connection)
