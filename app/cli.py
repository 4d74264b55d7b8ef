"""The ``hearsay`` command: serve, read, ingest, pull, load, keys, migrate and others."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import uvloop
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.client.commands import add_commands as add_client_commands
from app.keys.key import Key, Scope
from app.memory import look_for_cycles_seldom
from app.reading.command import add_command as add_read_command
from app.settings import Settings
from app.storage.embedded import EmbeddedPostgresError, embedded_postgres
from app.storage.engine import UnusableServer, check_server, create_engine, read_connection
from app.storage.ids import encode
from app.storage.migrate import migrate


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; errors that a user can mend end it with a message and status 1."""
    options = _parser().parse_args(arguments)
    look_for_cycles_seldom()
    # Both alike, and before asyncio puts a handler of its own on Ctrl-C: that one cancels the
    # main task, which could then not close its connections.
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, _interrupt)
    try:
        options.run(options)
    except (EmbeddedPostgresError, UnusableServer, CommandError, InvalidSettings) as error:
        sys.exit(f"hearsay: {error}")
    except KeyboardInterrupt:
        print("\nStopped.")


class InvalidSettings(ValueError):
    """A setting in the environment that cannot be used."""


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        # A fault of several settings together has no place, but names them.
        faults = (": ".join([*map(str, fault["loc"]), fault["msg"]]) for fault in error.errors())
        raise InvalidSettings(f"setting {'; '.join(faults)}") from error


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
    _add_keys(commands.add_parser("keys", help="create, list and revoke keys"))
    migrating = commands.add_parser("migrate", help="bring the schema up to date")
    migrating.add_argument("--to", default="head", help="a revision, head or base")
    migrating.set_defaults(run=_migrate)
    openapi = commands.add_parser("openapi", help="print, write or check the OpenAPI document")
    openapi.add_argument("--output", type=Path, metavar="FILE")
    openapi.add_argument("--check", type=Path, metavar="FILE")
    openapi.set_defaults(run=_openapi)
    rebuild = commands.add_parser("rebuild", help="recompute all stored views")
    rebuild.set_defaults(run=_rebuild)
    check = commands.add_parser("check", help="list what does not cohere; status 1 if errors do")
    check.set_defaults(run=_check)
    add_client_commands(commands)
    add_read_command(commands)
    return parser


def _add_keys(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make a key and print it, this once")
    create.add_argument("name", metavar="NAME", help="stands for who wrote, in the log of changes")
    create.add_argument("--scope", action="append", required=True, type=Scope, choices=list(Scope))
    until = create.add_mutually_exclusive_group()
    until.add_argument("--expires-in", dest="expires_at", type=_from_now, metavar="90d", help=_FOR)
    until.add_argument("--expires", dest="expires_at", type=_end_of, metavar="DAY", help=_UNTIL)
    create.set_defaults(run=_create_key)
    listing = commands.add_parser("list", help="list all keys, those that ended too")
    listing.set_defaults(run=_list_keys)
    revoke = commands.add_parser("revoke", help="revoke a key: it opens nothing any more")
    revoke.add_argument("name", metavar="NAME|ID")
    revoke.set_defaults(run=_revoke_key)


_FOR = "for how long it is good: hours (12h), days (90d) or weeks (4w)"
_UNTIL = "the last day (UTC) on which it is good: 2027-01-31"


def _from_now(text: str) -> datetime:
    unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}.get(text[-1:])
    if unit is None or not re.fullmatch("[1-9][0-9]{0,3}", text[:-1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 12h, 90d or 4w")
    return datetime.now(UTC) + int(text[:-1]) * unit


def _end_of(text: str) -> datetime:
    try:
        day = datetime.combine(date.fromisoformat(text), time.min, UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2027-01-31") from error
    if day <= datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} is past")
    return day


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded_postgres(settings.data_dir) as url:
            yield url


def _serve(options: argparse.Namespace) -> None:
    from app.main import serve

    settings = _settings()
    host, port = options.host or settings.host, settings.port
    port = port if options.port is None else options.port
    with _database(settings) as url:
        uvloop.run(serve(settings, url, host, port))


def _load(options: argparse.Namespace) -> None:
    async def run(url: str, batches: dict[Path, list[tuple[int, Any]]]) -> bool:
        async with _engine(url) as engine:
            return await _load_into(engine, batches)

    batches = {file: list(_items_of(file)) for file in options.files}
    with _database(_settings()) as url:
        whole = asyncio.run(run(url, batches))
    if not whole:
        sys.exit(1)


def _items_of(file: Path) -> Iterator[tuple[int, Any]]:
    """The items of an NDJSON file, each with the number of its line."""
    from app.ingest.validation import MalformedJson, parse_json

    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        sys.exit(f"hearsay: {file} cannot be read: {error.strerror}")
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, parse_json(line)
            except MalformedJson as error:
                sys.exit(f"hearsay: {file}, line {number}: {error}")


async def _load_into(engine: AsyncEngine, batches: dict[Path, list[tuple[int, Any]]]) -> bool:
    """Load the files, or the bundled data if there are none; returns whether all was stored."""
    from app.ingest.bundled import load_bundled
    from app.ingest.service import ingest, summary

    await _ready(engine)
    if not batches:
        print(json.dumps(summary(await load_bundled(engine, _progress)), indent=2))
    whole = True
    for file, batch in batches.items():
        sent = [item for _, item in batch]
        results = await ingest(engine, sent, actor="hearsay load", progress=_progress)
        print(json.dumps(summary(results), indent=2))
        for result in results:
            for fault in result.errors:
                whole = False
                line = batch[result.index][0]
                print(f"{file}, line {line}: {fault.pointer}: {fault.message}", file=sys.stderr)
    return whole


def _create_key(options: argparse.Namespace) -> None:
    from app.keys.service import NameTaken, UnusableName, create_key

    async def run(url: str) -> tuple[Key, str]:
        async with _engine(url) as engine:
            await _ready(engine)
            expires_at = options.expires_at
            return await create_key(
                engine, options.name, options.scope, expires_at=expires_at, actor="hearsay keys"
            )

    with _database(_settings()) as url:
        try:
            key, token = asyncio.run(run(url))
        except (NameTaken, UnusableName) as error:
            sys.exit(f"hearsay: {error}")
    until = f"until {_minute(key.expires_at)}" if key.expires_at else "until it is revoked"
    print(token)
    print(
        f"Key {key.name} ({', '.join(key.scopes)}), good {until}. It is shown only this once; send"
        f" it as `Authorization: Bearer {key.prefix}…`.",
        file=sys.stderr,
    )


def _list_keys(_: argparse.Namespace) -> None:
    async def run(url: str) -> list[Key]:
        from app.keys.queries import all_keys

        async with _engine(url) as engine:
            await _ready(engine)
            async with read_connection(engine) as connection:
                return await all_keys(connection)

    with _database(_settings()) as url:
        keys = asyncio.run(run(url))
    now = datetime.now(UTC)
    rows = [("NAME", "KEY", "SCOPES", "STATE", "EXPIRES", "LAST USED", "ID")]
    for key in keys:
        rows.append(
            (
                key.name,
                f"{key.prefix}…",
                ",".join(key.scopes),
                key.ended(now) or "good",
                _minute(key.expires_at),
                _minute(key.last_used_at),
                encode("key", key.id),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def _revoke_key(options: argparse.Namespace) -> None:
    from app.keys.service import revoke_key

    async def run(url: str) -> Key | None:
        async with _engine(url) as engine:
            await _ready(engine)
            return await revoke_key(engine, options.name, actor="hearsay keys")

    with _database(_settings()) as url:
        key = asyncio.run(run(url))
    if key is None:
        sys.exit(f"hearsay: there is no key {options.name!r} to revoke: see `hearsay keys list`")
    print(f"Key {key.name} ({key.prefix}…) is revoked.")


def _minute(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}Z" if instant else "-"


def _migrate(options: argparse.Namespace) -> None:
    async def run(url: str) -> None:
        async with _engine(url) as engine:
            await check_server(engine)
            await migrate(engine, options.to)

    with _database(_settings()) as url:
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
        from app.claims.keeping import rebuild

        async with _engine(url) as engine:
            await _ready(engine)
            return await rebuild(engine, _progress)

    with _database(_settings()) as url:
        print(f"{asyncio.run(run(url))} views changed")


def _check(_: argparse.Namespace) -> None:
    async def run(url: str) -> int:
        from app.claims.keeping import rebuild_if_outdated, refresh_expired

        async with _engine(url) as engine:
            await _ready(engine)
            await rebuild_if_outdated(engine, _progress)
            await refresh_expired(engine)
            return await _tell_flaws(engine)

    with _database(_settings()) as url:
        errors = asyncio.run(run(url))
    if errors:
        sys.exit(1)


async def _tell_flaws(engine: AsyncEngine) -> int:
    """Print every finding, and how many there are; returns the number of errors."""
    from app.quality.service import flaws

    found: Counter[str] = Counter()
    async with read_connection(engine) as connection:
        async for flaw in flaws(connection):
            found[flaw.severity] += 1
            whose = f"{flaw.company}, {flaw.event}" if flaw.event else flaw.company
            told = f"{flaw.severity}: {whose}: {flaw.check}: {flaw.detail}"
            print(f"{told} ({', '.join(flaw.claims)})" if flaw.claims else told)
    print(f"{found['error']} errors, {found['warning']} warnings")
    return found["error"]


@asynccontextmanager
async def _engine(url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


async def _ready(engine: AsyncEngine) -> None:
    await check_server(engine)
    await migrate(engine)


def _progress(done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    print(f"\r  {done} of {total}", end=end, file=sys.stderr, flush=True)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)
