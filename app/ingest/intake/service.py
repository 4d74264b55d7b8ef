"""One request of ingestion from its first byte to the last of its answer, flat in memory.

What was worked on is stored, chunk by chunk, whatever becomes of the rest; the answer comes when
all of the body was read, so that a client need not read while it sends.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest.intake import queries
from app.ingest.intake.incoming import BrokenBody, chunks, inflated, lines
from app.ingest.intake.loading import MOST_ITEMS, Job, Load
from app.ingest.intake.queries import KeptAnswer
from app.ingest.runs import queries as run_queries
from app.storage.engine import read_connection, write_transaction
from app.storage.ids import encode
from app.storage.json import dumps

ARRAY, LINES = "application/json", "application/x-ndjson"
IN_MEMORY = 1024 * 1024
"""Bytes of an answer that are held in memory; the rest waits on disk."""

Summary = Counter[str]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request to store items. ``media_type`` is ``ARRAY`` or ``LINES``, also of the answer."""

    pieces: AsyncIterable[bytes]
    media_type: str
    actor: str
    is_gzip: bool = False
    run: str | None = None
    dry_run: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The bytes that answer a request, and whether they answered it before."""

    body: IO[bytes]
    replayed: bool = False


class CutOff(Exception):
    """The body broke off; what came before it was worked on and stays stored."""

    def __init__(self, told: str, run: UUID | None, summary: Summary) -> None:
        super().__init__(told)
        self.told, self.run, self.summary = told, run, summary


class TooLarge(Exception):
    """There is more in the body than is taken at once."""


class KeyReused(Exception):
    """The idempotency key was sent with another request before."""


class UnderWay(Exception):
    """A request with that idempotency key is being worked on."""


class Intake:
    """Where requests come in. ``largest`` is the size of an array, or of a line, in bytes."""

    def __init__(self, engine: AsyncEngine, load: Load, largest: int) -> None:
        self.engine = engine
        self.load = load
        self.largest = largest
        self._under_way: set[tuple[str, str]] = set()

    async def receive(self, incoming: Incoming) -> Answered:
        """Store what comes in; or, under a key that was answered before, answer it again.

        Raises:
            KeyReused, UnderWay: as they say; nothing was stored.
            CutOff: the lines broke off; what came before is stored.
            BrokenBody, TooLarge, MalformedJson, NotABatch: as they say; nothing was stored.
        """
        if incoming.idempotency_key is None:
            return Answered(await self._store(incoming, self._read(incoming)))
        with self._once(incoming.actor, incoming.idempotency_key):
            return await self._store_once(incoming, incoming.idempotency_key)

    @contextmanager
    def _once(self, actor: str, key: str) -> Iterator[None]:
        if (actor, key) in self._under_way:
            raise UnderWay
        self._under_way.add((actor, key))
        try:
            yield
        finally:
            self._under_way.discard((actor, key))

    async def _store_once(self, incoming: Incoming, key: str) -> Answered:
        digest = sha256(f"{incoming.media_type} {incoming.dry_run} {incoming.run} ".encode())
        pieces = _digesting(self._read(incoming), digest.update)
        async with read_connection(self.engine) as connection:
            kept = await queries.kept(connection, incoming.actor, key)
        if kept is None:
            body = await self._store(incoming, pieces)
            answer = KeptAnswer(digest.digest(), incoming.media_type)
            await self._keep(incoming.actor, key, answer, body)
            return Answered(body)
        async for _ in pieces:
            pass
        if kept.request != digest.digest():
            raise KeyReused
        return Answered(await self._replay(incoming.actor, key), replayed=True)

    def _read(self, incoming: Incoming) -> AsyncIterable[bytes]:
        return inflated(incoming.pieces) if incoming.is_gzip else incoming.pieces

    async def _store(self, incoming: Incoming, pieces: AsyncIterable[bytes]) -> IO[bytes]:
        run = None
        if not incoming.dry_run:
            async with write_transaction(self.engine) as connection:
                run = await run_queries.begin(connection, incoming.actor, incoming.run)
        body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is returned
        try:
            if incoming.media_type == ARRAY:
                await self._store_array(incoming, pieces, run, body)
            else:
                await self._store_lines(incoming, pieces, run, body)
        except BaseException:
            body.close()
            raise
        if run is not None:
            async with write_transaction(self.engine) as connection:
                await run_queries.complete(connection, run)
        body.seek(0)
        return body

    async def _store_array(
        self, incoming: Incoming, pieces: AsyncIterable[bytes], run: UUID | None, body: IO[bytes]
    ) -> None:
        read = await _whole(pieces, self.largest)
        done = await self.load(Job(read, True, incoming.actor, run, dry_run=incoming.dry_run))
        body.write(b'{"items":[%b],' % b",".join(done.results))
        body.write(dumps(_ending(incoming, run, Counter(done.counted)))[1:])

    async def _store_lines(
        self, incoming: Incoming, pieces: AsyncIterable[bytes], run: UUID | None, body: IO[bytes]
    ) -> None:
        total: Summary = Counter()
        places = 0
        try:
            async for chunk in self._chunks(incoming, pieces):
                job = Job(b"\n".join(chunk), False, incoming.actor, run, places, incoming.dry_run)
                done = await self.load(job)
                places += len(chunk)
                total.update(done.counted)
                body.writelines(b"%b\n" % result for result in done.results)
        except BrokenBody as error:
            raise CutOff(str(error), run, total) from error
        body.write(dumps(_ending(incoming, run, total)) + b"\n")

    async def _chunks(
        self, incoming: Incoming, pieces: AsyncIterable[bytes]
    ) -> AsyncIterator[list[bytes]]:
        if not incoming.dry_run:
            async for chunk in chunks(lines(pieces, self.largest)):
                yield chunk
            return
        # Tried out in one transaction, so that each line meets those before it.
        tried = []
        async for line in lines(pieces, self.largest):
            tried.append(line)
            if len(tried) > MOST_ITEMS:
                raise TooLarge(f"At most {MOST_ITEMS} items can be tried out at once.")
        if tried:
            yield tried

    async def _keep(self, actor: str, key: str, answer: KeptAnswer, body: IO[bytes]) -> None:
        async with write_transaction(self.engine) as connection:
            if await queries.keep(connection, actor, key, answer):
                parts = iter(lambda: body.read(IN_MEMORY), b"")
                for number, part in enumerate(parts):
                    await queries.keep_part(connection, actor, key, number, part)
        body.seek(0)

    async def _replay(self, actor: str, key: str) -> IO[bytes]:
        body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is returned
        async with self.engine.connect() as connection:
            async for part in queries.parts(connection, actor, key):
                body.write(part)
        body.seek(0)
        return body


async def _digesting(
    pieces: AsyncIterable[bytes], update: Callable[[bytes], None]
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        update(piece)
        yield piece


async def _whole(pieces: AsyncIterable[bytes], largest: int) -> bytes:
    read = bytearray()
    async for piece in pieces:
        read += piece
        if len(read) > largest:
            raise TooLarge(f"At most {largest} bytes are taken as one array.")
    return bytes(read)


def _ending(incoming: Incoming, run: UUID | None, total: Summary) -> dict[str, object]:
    """What closes an answer; without it, an answer is not whole."""
    return {
        "summary": {name: total[name] for name in run_queries.COUNTS},
        "meta": {
            "dry_run": incoming.dry_run,
            "run": encode("run", run) if run else None,
            "complete": True,
        },
    }
