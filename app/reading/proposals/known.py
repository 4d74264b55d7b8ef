"""The names that are known beforehand: those of a database, or those that come along."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.reading.gazetteer import Entry, Gazetteer
from app.reading.proposals import queries
from app.reading.rules.names.known import Known
from app.storage.engine import ensure_live, read_connection
from app.storage.version import current_version


class KnownNames:
    """The names of a database, made ready for reading anew only when there are others."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._version = -1
        self._digest = ""
        self._ready = Known(())
        self._turn = asyncio.Lock()

    async def now(self) -> Known:
        """All names, as of the present data version."""
        async with self._turn, read_connection(self.engine) as connection:
            await ensure_live(connection)
            version = (await current_version(connection)).number
            if version != self._version:
                digest = await queries.digest_of_names(connection)
                # Most writes bring no new names.
                if digest != self._digest:
                    rows = await queries.known_names(connection)
                    self._ready = await asyncio.to_thread(_ready, rows)
                self._version, self._digest = version, digest
            return self._ready


def _ready(rows: Sequence[tuple[str, str, str, str | None]]) -> Known:
    return Known(tuple(Entry(*row) for row in rows))


@cache
def bundled_names() -> Gazetteer:
    """The names in the data that come along, for reading without a database."""
    companies = _items("1-companies.ndjson")
    names = {company["slug"]: company["name"] for company in companies}
    entries = {
        Entry(name, company["slug"], company["name"])
        for company in companies
        for name in (company["name"], *(other["name"] for other in company.get("names", ())))
    }
    entries |= {
        Entry(product["name"], product["company"], names[product["company"]], product["slug"])
        for product in _items("3-products.ndjson")
    }
    return tuple(sorted(entries, key=lambda entry: (entry.slug, entry.product or "", entry.name)))


def _items(name: str) -> list[dict[str, Any]]:
    text = (files("app") / "bundled" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line]
