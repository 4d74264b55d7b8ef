"""Both applications as uvicorn's factories; ``DATABASE_URL`` says where the data is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine
from benchmarks import tutorial

SECRET = b"a secret that signs cursors in benchmarks"


def hearsay_app() -> FastAPI:
    """Hearsay, as ``hearsay serve`` wires it; but one client may ask as often as it can."""
    settings = Settings(rate_limit_reads=0)
    return create_app(
        settings, create_engine(os.environ["DATABASE_URL"], settings.pool_size), SECRET
    )


def tutorial_app() -> FastAPI:
    """The peer, with as many connections."""
    return tutorial.create_app(os.environ["DATABASE_URL"], Settings().pool_size)


@contextmanager
def serving(factory: str, url: str, port: int) -> Iterator[str]:
    """One worker of uvicorn with uvloop and httptools; yields where it listens."""
    command = [sys.executable, "-m", "uvicorn", "--factory", f"benchmarks.serving:{factory}"]
    options = ["--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--log-level", "warning", "--no-access-log"]
    environment = {**os.environ, "DATABASE_URL": url}
    server = subprocess.Popen([*command, *options, *quiet], env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base, server)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait_for(base: str, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(f"{base}/openapi.json")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The server for {base} did not start.")
