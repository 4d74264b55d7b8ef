"""The ``hearsay`` command: serve, load, migrate, openapi, rebuild."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sqlalchemy.ext.asyncio import AsyncEngine

from app.settings import Settings
from app.storage.embedded import EmbeddedPostgresError, embedded_postgres
from app.storage.engine import UnusableServer, check_server, create_engine
from app.storage.migrate import migrate


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; errors that a user can mend end it with a message and status 1."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options.run(options)
    except (EmbeddedPostgresError, UnusableServer) as error:
        sys.exit(f"hearsay: {error}")
    except KeyboardInterrupt:
        print("\nStopped.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hearsay", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="migrate, load the bundled data once, serve")
    serve.add_argument("--host", help="address to listen on (HEARSAY_HOST)")
    serve.add_argument("--port", type=int, help="port to listen on (HEARSAY_PORT)")
    serve.set_defaults(run=_serve)
    load = commands.add_parser("load", help="load the bundled data, or NDJSON files of items")
    load.add_argument("files", nargs="*", type=Path, metavar="FILE")
    load.set_defaults(run=_load)
    migrating = commands.add_parser("migrate", help="bring the schema up to date")
    migrating.add_argument("--to", default="head", help="a revision, head or base")
    migrating.set_defaults(run=_migrate)
    openapi = commands.add_parser("openapi", help="print, write or check the OpenAPI document")
    openapi.add_argument("--output", type=Path, metavar="FILE")
    openapi.add_argument("--check", type=Path, metavar="FILE")
    openapi.set_defaults(run=_openapi)
    rebuild = commands.add_parser("rebuild", help="recompute all stored views")
    rebuild.set_defaults(run=_rebuild)
    return parser


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded_postgres(settings.data_dir) as url:
            yield url


def _serve(options: argparse.Namespace) -> None:
    from app.main import serve

    settings = Settings()
    host, port = options.host or settings.host, settings.port
    port = port if options.port is None else options.port
    with _database(settings) as url:
        asyncio.run(serve(settings, url, host, port))


def _load(options: argparse.Namespace) -> None:
    settings = Settings()
    with _database(settings) as url:
        asyncio.run(_load_into(create_engine(url), options.files))


async def _load_into(engine: AsyncEngine, files: Sequence[Path]) -> None:
    from app.ingest.bundled import load_bundled
    from app.ingest.service import ingest, summary
    from app.ingest.validation import MalformedJson, parse_json

    await _ready(engine)
    if not files:
        print(json.dumps(summary(await load_bundled(engine, _progress)), indent=2))
        return
    failed = False
    for file in files:
        try:
            items = [parse_json(line) for line in file.read_bytes().splitlines() if line.strip()]
        except (OSError, MalformedJson) as error:
            sys.exit(f"hearsay: {file}: {error}")
        results = await ingest(engine, items, progress=_progress)
        print(json.dumps(summary(results), indent=2))
        for result in results:
            for fault in result.errors:
                failed = True
                print(f"{file}: {fault.pointer}: {fault.message}", file=sys.stderr)
    if failed:
        sys.exit(1)


def _migrate(options: argparse.Namespace) -> None:
    async def run(url: str) -> None:
        engine = create_engine(url)
        await check_server(engine)
        await migrate(engine, options.to)
        await engine.dispose()

    with _database(Settings()) as url:
        asyncio.run(run(url))


def _openapi(options: argparse.Namespace) -> None:
    from app.main import openapi_text

    text = openapi_text()
    if options.check:
        if not options.check.exists() or options.check.read_text() != text:
            sys.exit(f"hearsay: {options.check} is out of date: run `make openapi`")
    elif options.output:
        options.output.write_text(text)
    else:
        sys.stdout.write(text)


def _rebuild(_: argparse.Namespace) -> None:
    async def run(url: str) -> int:
        from app.claims.views import rebuild

        engine = create_engine(url)
        await _ready(engine)
        changed = await rebuild(engine, _progress)
        await engine.dispose()
        return changed

    with _database(Settings()) as url:
        print(f"{asyncio.run(run(url))} views changed")


async def _ready(engine: AsyncEngine) -> None:
    await check_server(engine)
    await migrate(engine)


def _progress(done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    print(f"\r  {done} of {total}", end=end, file=sys.stderr, flush=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
