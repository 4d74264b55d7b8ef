"""The change log as it grows: streams that wake when something was written.

A stream holds a place in the log and no connection. It reads what lies behind its place, sends
it, and waits for a notice that more was logged. Places run in the order of the commits, since
writers take turns (``app.storage.version``): what lies behind the last one sent is all that is
new, and nothing can still come before it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Receive, Scope, Send

from app.storage.notices import DEAF, listening
from app.web.problems import UNREACHABLE, Problem

log = logging.getLogger("hearsay.changes")

CHANNEL = "hearsay_change"
"""Where a trigger on the log tells that something was added to it."""

HEARTBEAT = 15.0
"""Seconds after which a stream that heard nothing looks for itself, and shows that it lives."""

AGAIN = 2
"""Seconds until a lost connection is opened anew, by this server or by a client of a stream."""

T = TypeVar("T")
Entries = Sequence[tuple[int, bytes]]
"""Places in the log, and the JSON of what stands there."""


class Streams:
    """The streams of this process, all woken by one connection that listens while there are any."""

    def __init__(self, engine: AsyncEngine, most: int, heartbeat: float = HEARTBEAT) -> None:
        self.engine = engine
        self.most = most
        self.heartbeat = heartbeat
        self.open = 0
        self.closing = False
        self.written = asyncio.Event()
        self.listener: asyncio.Task[None] | None = None

    def check_room(self) -> None:
        """Refuse one stream too many.

        Raises:
            Problem: 503 that says when to try again.
        """
        if self.open >= self.most or self.closing:
            raise Problem(
                503,
                "too-many-streams",
                "Too many streams are open",
                f"This server keeps at most {self.most} streams open. Try again later, or ask"
                " `/v1/changes` with `position[gt]`.",
                headers={"Retry-After": "60"},
            )

    def close(self) -> None:
        """End all streams, after what they are sending just now."""
        self.closing = True
        self._wake()

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """Count as a stream; the first one has the process listen, the last one ends that."""
        self.open += 1
        if self.listener is None:
            self.listener = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            self.open -= 1
            if self.open == 0:
                listener, self.listener = self.listener, None
                listener.cancel()
                with suppress(asyncio.CancelledError):
                    await listener

    async def follow(
        self,
        place: int,
        read: Callable[[int], Awaitable[Entries]],
        may_go_on: Callable[[], Awaitable[bool]],
    ) -> AsyncIterator[bytes]:
        """The server-sent events of all behind a place in the log, for ever.

        ``read`` gives the entries behind a place, in order: an empty sequence once there are no
        more. The stream ends when ``may_go_on`` says no, or with the server.
        """
        # An event without data is shown to nobody, but a client remembers its id: should it lose
        # the connection before the first change, it misses nothing.
        yield format_sse_event(id=str(place), retry=AGAIN * 1000)
        now = asyncio.get_running_loop().time
        beat_at = now() + self.heartbeat
        while not self.closing and await _unless_unreachable(may_go_on(), True):
            # Taken before reading: what is written from here on sets it, or is read below.
            written = self.written
            entries = await _unless_unreachable(read(place), ())
            for place, body in entries:
                yield format_sse_event(id=str(place), data_str=body.decode())
                beat_at = now() + self.heartbeat
            if entries:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout_at(beat_at):
                    await written.wait()
            if now() >= beat_at:  # also while much is written that this stream does not ask for
                yield KEEPALIVE_COMMENT
                beat_at = now() + self.heartbeat

    async def _listen(self) -> None:
        while True:
            try:
                async with listening(self.engine, CHANNEL, self._wake) as over:
                    self._wake()  # for what was written while nobody listened
                    await over.wait()
                log.warning("the connection that hears of changes was lost")
            except DEAF as error:
                log.warning("changes are only looked for every %s s: %s", self.heartbeat, error)
            await asyncio.sleep(AGAIN)

    def _wake(self) -> None:
        written, self.written = self.written, asyncio.Event()
        written.set()


async def _unless_unreachable(asked: Awaitable[T], otherwise: T) -> T:
    """What is asked of the database; while it cannot be reached, a stream waits and lives on."""
    try:
        return await asked
    except (*UNREACHABLE, DBAPIError) as error:
        log.warning("a stream could not ask the database: %s", error)
        return otherwise


class ChangeStream(StreamingResponse):
    """The answer that is a stream; it counts as one until it ends, however it ends."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, events: AsyncIterator[bytes]) -> None:
        # Proxies must neither keep nor hold back what is sent.
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self.streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.streams.joined():
            await super().__call__(scope, receive, send)
