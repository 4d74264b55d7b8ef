"""Batches worked on apart from the process that serves: readers do not wait for the resolver.

A job goes over as bytes and comes back as bytes, so that the serving process neither parses nor
validates what scripts send.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from threading import Thread
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app.identities.scoring import Thresholds
from app.ingest.service import ingest, summary
from app.ingest.validation import MalformedJson, Unreadable, parse_json
from app.storage.engine import create_engine
from app.storage.json import dumps

MOST_ITEMS = 10_000
"""Items in one array."""


@dataclass(frozen=True, slots=True)
class Job:
    """Items to store: one JSON array, or a line for each (an empty one was too long to read).

    ``first`` is the place of the first of them in the request; ``run`` is none in a dry run.
    """

    body: bytes
    is_array: bool
    actor: str
    run: UUID | None
    first: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The results of a job's items as JSON, in their order, and how many met each outcome."""

    results: list[bytes]
    counted: dict[str, int]


class NotABatch(ValueError):
    """The body is JSON, but no array of a fitting number of items."""


class LoaderLost(RuntimeError):
    """The process that stores batches ended; another one takes its place."""


Load = Callable[[Job], Awaitable[Done]]


async def load(engine: AsyncEngine, thresholds: Thresholds, job: Job) -> Done:
    """Store a job's items.

    Raises:
        MalformedJson: the array is not JSON; a line that is not is one rejected item.
        NotABatch: it is no array of 1 to ``MOST_ITEMS`` items.
    """
    items = _array(job.body) if job.is_array else [_item(line) for line in job.body.split(b"\n")]
    results = await ingest(
        engine,
        items,
        actor=job.actor,
        run=job.run,
        thresholds=thresholds,
        first=job.first,
        dry_run=job.dry_run,
    )
    return Done([dumps(result.to_json()) for result in results], summary(results))


def _array(body: bytes) -> list[Any]:
    items = parse_json(body)
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise NotABatch(f"must be an array of 1 to {MOST_ITEMS} items")
    return items


def _item(line: bytes) -> Any:
    if not line:
        return Unreadable("the line is too long")
    try:
        return parse_json(line)
    except MalformedJson as error:
        return Unreadable(f"the line is not JSON: {error}")


class ApartLoader:
    """Stores batches in a process of its own. Writers take turns, so that one is enough."""

    def __init__(self, url: str, thresholds: Thresholds) -> None:
        self._setting = (url, thresholds)
        self._pool: ProcessPoolExecutor | None = None

    async def __call__(self, job: Job) -> Done:
        """Store a job's items.

        Raises:
            LoaderLost: the process ended meanwhile; what it did not commit is not stored.
        """
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, multiprocessing.get_context("spawn"), _begin, self._setting
            )
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _load_apart, job)
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            raise LoaderLost from error

    def close(self) -> None:
        """End the process; a job under way is left, and its transaction rolled back."""
        if self._pool is not None:
            for process in list(self._pool._processes.values()):
                process.terminate()
            self._pool.shutdown(wait=True, cancel_futures=True)


def _begin(url: str, thresholds: Thresholds) -> None:
    """Set up the process: it leaves signals to the one that serves, and ends with it."""
    global _loop, _engine, _thresholds
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    _loop = asyncio.new_event_loop()
    _engine = create_engine(url, pool_size=2)
    _thresholds = thresholds


_loop: asyncio.AbstractEventLoop
_engine: AsyncEngine
_thresholds: Thresholds


def _load_apart(job: Job) -> Done:
    return _loop.run_until_complete(load(_engine, _thresholds, job))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
