"""Hearsay behind a real HTTP server in a thread: what cannot be asked in process."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.main import StreamingServer, create_app
from app.settings import Reads, Settings
from app.storage.engine import create_engine
from tests.conftest import SECRET


@dataclass(frozen=True)
class Served:
    """A server that runs: its address, and the application behind it."""

    address: str
    app: FastAPI


@contextmanager
def served(url: str, reads: Reads = Reads.OPEN, **settings: Any) -> Iterator[Served]:
    """Serve a database until the end, which must then come soon."""
    made: queue.Queue[StreamingServer] = queue.Queue()
    work = _serve(url, Settings(**settings), reads, made)
    thread = threading.Thread(target=asyncio.run, args=(work,), daemon=True)
    thread.start()
    server = made.get(timeout=30)
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        app = server.config.app
        assert isinstance(app, FastAPI)
        yield Served(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
    assert not thread.is_alive(), "the server did not stop"


async def _serve(
    url: str, settings: Settings, reads: Reads, made: queue.Queue[StreamingServer]
) -> None:
    """Serve until told to stop; the connections are closed on the loop that opened them."""
    engine = create_engine(url)
    app = create_app(settings, engine, SECRET, reads)
    config = uvicorn.Config(
        app, port=0, log_level="error", timeout_graceful_shutdown=1, lifespan="off"
    )
    server = StreamingServer(config, app.state.streams)
    made.put(server)
    await server.serve()
    await engine.dispose()
