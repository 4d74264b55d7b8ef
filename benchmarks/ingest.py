"""How fast a batch is stored, beside COPY of the very rows that it stored.

    python -m benchmarks.ingest [FILE.ndjson | --csv FILE.csv.gz | --rows N]

The batch goes through the application's own ingestion into a fresh embedded database, then once
more, which must change nothing. Then PostgreSQL alone copies the stored rows, as text, into
tables of the same columns, which check nothing. Only ratios mean anything; none is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest.schemas import Outcome
from app.ingest.service import ingest, summary
from app.ingest.validation import parse_json
from app.memory import look_for_cycles_seldom
from app.storage.embedded import embedded_postgres
from app.storage.engine import create_engine
from app.storage.migrate import migrate
from benchmarks.rounds import from_csv, imagined, items

IDENTITIES = (
    "source",
    "company",
    "company_name",
    "company_identifier",
    "company_former_slug",
    "product",
    "funding_event",
)
WRITTEN = (*IDENTITIES, "document", "claim", "event_view", "company_view", "product_view", "change")
"""The tables that a batch fills."""

COPIES = 5
"""Each COPY is measured so often; the median counts."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of the batch through ingestion: what became of its items, in how many seconds."""

    outcomes: Mapping[str, int]
    seconds: float

    @property
    def items(self) -> int:
        return sum(self.outcomes[outcome] for outcome in Outcome)

    @property
    def claims(self) -> int:
        return self.outcomes["claims_created"] + self.outcomes["claims_unchanged"]

    def to_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 3),
            "items_per_second": round(self.items / self.seconds),
            "claims_per_second": round(self.claims / self.seconds),
            **self.outcomes,
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of one table, and the seconds that COPY takes to put them into another."""

    rows: int
    bare: float
    indexed: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="items, one a line, as NDJSON")
    parser.add_argument("--csv", type=Path, help="gzipped table of investments instead")
    parser.add_argument("--rows", type=int, help="investments to take, or to imagine (20,000)")
    options = parser.parse_args()
    look_for_cycles_seldom()
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder) / "server") as url,
    ):
        asyncio.run(measure(url, _batch(options.file, options.csv, options.rows)))


def _batch(file: Path | None, table: Path | None, rows: int | None) -> list[Any]:
    if file is not None:
        return [parse_json(line) for line in file.read_bytes().splitlines() if line.strip()]
    return items(from_csv(table, rows) if table is not None else imagined(rows or 20_000))


async def measure(url: str, batch: Sequence[Any]) -> None:
    """Print a line for each measurement, and all of them as one JSON object at the end."""
    loaded, again = await _load_twice(url, batch)
    # Before COPY, whose rows this process holds.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    copies = {table: await _copy(url, table) for table in WRITTEN}
    rows = sum(copy.rows for copy in copies.values())
    report = {
        "items": loaded.items,
        "claims": loaded.claims,
        "rows": rows,
        "load": {**loaded.to_json(), "rows_per_second": round(rows / loaded.seconds)},
        "again": again.to_json(),
        "peak_mb": peak,
        "copy_of_claims": _beside([copies["claim"]], loaded.seconds),
        "copy_of_all_rows": _beside(list(copies.values()), loaded.seconds),
    }
    for name, told in report.items():
        print(f"{name.replace('_', ' '):17} {_line(told)}")
    print(json.dumps(report))


async def _load_twice(url: str, batch: Sequence[Any]) -> tuple[Run, Run]:
    engine = create_engine(url)
    await migrate(engine)
    first, second = [await _load(engine, batch) for _ in range(2)]
    await engine.dispose()
    if second.outcomes[Outcome.CREATED] or second.outcomes[Outcome.MERGED]:
        raise SystemExit(f"Sent again, the batch should change nothing: {second.outcomes}")
    return first, second


async def _load(engine: AsyncEngine, batch: Sequence[Any]) -> Run:
    began = time.perf_counter()
    results = await ingest(engine, batch, actor="benchmark")
    return Run(summary(results), time.perf_counter() - began)


async def _copy(url: str, table: str) -> Copy:
    """Copy a table's rows into one of the same columns: bare, and with the same indexes."""
    connection = await asyncpg.connect(url)
    rows = BytesIO()
    done = await connection.copy_from_table(table, output=rows)
    seconds = [await _seconds(connection, table, rows, kept) for kept in ("", "INCLUDING INDEXES")]
    await connection.close()
    return Copy(int(done.split()[1]), *seconds)


async def _seconds(
    connection: asyncpg.Connection[Any], table: str, rows: BytesIO, kept: str
) -> float:
    taken = []
    for _ in range(COPIES):
        await connection.execute(f"CREATE TABLE copied (LIKE {table} {kept})")
        rows.seek(0)
        began = time.perf_counter()
        await connection.copy_to_table("copied", source=rows)
        taken.append(time.perf_counter() - began)
        await connection.execute("DROP TABLE copied")
    return median(taken)


def _beside(copies: Sequence[Copy], seconds: float) -> dict[str, Any]:
    """How fast COPY is, and what share of its speed the load reached, for the same rows."""
    rows = sum(copy.rows for copy in copies)
    bare, indexed = (sum(getattr(c, kind) for c in copies) for kind in ("bare", "indexed"))
    return {
        "rows_per_second": round(rows / bare),
        "ratio": round(bare / seconds, 3),
        "indexed_rows_per_second": round(rows / indexed),
        "indexed_ratio": round(indexed / seconds, 3),
    }


def _line(told: Any) -> str:
    if not isinstance(told, dict):
        return f"{told:,}"
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in told.items())


if __name__ == "__main__":
    main()
