"""``hearsay ingest``: sends files of items, so that none is lost and none is stored twice.

A segment is sent until it is acknowledged; then what was rejected is noted, then the
checkpoint moves. Wherever a run is cut off, the next one sends at most one segment again,
and the server takes an item that it knows for unchanged.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from app.client.checkpoint import Checkpoint, forget, keep
from app.client.formats import Source
from app.client.records import Record
from app.client.rejects import Rejects
from app.client.sending import Result, Sender
from app.client.tally import Progress, Tally

SEGMENT_BYTES = 4 * 1024 * 1024
"""A segment is sent when it has so many bytes, even if it could have more items."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file, and where it is kept how far it is; nowhere, if it cannot be read again."""

    source: Source
    kept_at: Path | None
    kept: Checkpoint | None


async def ingest(
    job: Job, sender: Sender, rejects: Rejects, progress: Progress, batch: int, tally: Tally
) -> None:
    """Send what a file still has, and count all of it in the tally.

    Raises:
        ClientError: it could not be finished; the checkpoint tells how far it is.
    """
    records, digest = _where_it_was(job, progress, tally)
    with closing(records):
        for segment in segments(records, batch):
            await deliver(job.source.name, segment, sender, rejects, tally)
            for record in segment:
                digest.update(record.trace + b"\n")
            if job.kept_at:
                rejects.flush()
                items = tally.counts["items"]
                keep(
                    job.kept_at,
                    Checkpoint(
                        items, digest.hexdigest(), sender.run, sender.token, dict(tally.counts)
                    ),
                )
            progress.show(job.source.position, tally.counts)
    tally.counts["skipped"] = job.source.skipped
    if job.kept_at:
        forget(job.kept_at)


async def deliver(
    source: str, segment: Sequence[Record], sender: Sender, rejects: Rejects, tally: Tally
) -> list[Result]:
    """Send a segment and count what became of it; rows that are no items are rejected here."""
    results = iter(await sender.send([r.item for r in segment if r.item is not None]))
    told = [next(results) if record.item is not None else _unmade(record) for record in segment]
    for record, result in zip(segment, told, strict=True):
        tally.add(result)
        rejects.take(source, record, result)
    return told


def segments(records: Iterable[Record], batch: int) -> Iterator[list[Record]]:
    """Records in the order they come, ``batch`` at most at a time, and not too many bytes."""
    segment: list[Record] = []
    size = 0
    for record in records:
        length = len(record.trace)
        if segment and (len(segment) >= batch or size + length > SEGMENT_BYTES):
            yield segment
            segment, size = [], 0
        segment.append(record)
        size += length
    if segment:
        yield segment


def _where_it_was(
    job: Job, progress: Progress, tally: Tally
) -> tuple[Generator[Record, None, None], Any]:
    """The records that are left, and the digest of those that were acknowledged before."""
    records, digest = job.source.records(), sha256()
    if job.kept is None:
        return records, digest
    for record in islice(records, job.kept.records):
        digest.update(record.trace + b"\n")
    if digest.hexdigest() != job.kept.digest:
        progress.tell(f"{job.source.name} is not what it was: it is sent from the start")
        records.close()
        return job.source.records(), sha256()
    progress.note(f"{job.source.name}: going on after {job.kept.records:,} items")
    tally.go_on(job.kept.counts)
    return records, digest


def _unmade(record: Record) -> Result:
    return Result(0, "rejected", errors=[{"pointer": "", "message": record.fault}])
