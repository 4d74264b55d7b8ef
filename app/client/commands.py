"""The options of ``hearsay ingest`` and ``hearsay pull``, and how they end."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from app.client.checkpoint import alone, load, place_of
from app.client.errors import INTERRUPTED, MEANINGS, ClientError, Exit, Unfinished, Unusable
from app.client.formats import FORMATS, TABLES, Source, form_of
from app.client.ingest import Job, ingest
from app.client.mapping import load_mapping, shipped_mappings
from app.client.rejects import Rejects, rejects_file
from app.client.sending import Sender, Tell
from app.client.tally import Progress, Tally, table, total
from app.fetching.fetch import USER_AGENT

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

SERVER = "http://127.0.0.1:8000"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


def add_commands(commands: Commands) -> None:
    """Make both commands known to the parser of ``hearsay``."""
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items())
    ending = f"exit codes:\n{codes}\n  130, 143  stopped by SIGINT or SIGTERM: run it again\n"
    formatter = argparse.RawDescriptionHelpFormatter
    sending = _server_options()
    ingesting = commands.add_parser(
        "ingest",
        help="send files of items to a server",
        description="Send files of items to a server; run again, it goes on where it was.",
        epilog=ending,
        formatter_class=formatter,
        parents=[sending],
    )
    _ingest_options(ingesting)


def _server_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--server",
        default=os.environ.get("HEARSAY_SERVER") or SERVER,
        metavar="URL",
        help=f"where to (HEARSAY_SERVER; {SERVER})",
    )
    key = options.add_mutually_exclusive_group()
    key.add_argument("--key", help="the key to write with; HEARSAY_KEY shows in no process list")
    key.add_argument("--key-file", type=Path, metavar="FILE", help="a file that holds the key")
    options.add_argument(
        "--run",
        dest="run_name",
        metavar="NAME",
        type=_run_name,
        help="what this run is called at the server (made up from the time)",
    )
    options.add_argument("--dry-run", action="store_true", help="have all checked, nothing stored")
    options.add_argument(
        "--strict", action="store_true", help="end with 1 for items that wait for review, too"
    )
    options.add_argument(
        "--batch", type=_positive, default=2_000, metavar="N", help="items sent at a time (2000)"
    )
    options.add_argument(
        "--retries",
        type=_count,
        default=8,
        metavar="N",
        help="tries after the first, each after a longer wait (8)",
    )
    options.add_argument(
        "--timeout",
        type=_positive,
        default=300,
        metavar="SECONDS",
        help="how long to wait for the server to say something (300)",
    )
    options.add_argument(
        "--max-seconds",
        type=_positive,
        metavar="SECONDS",
        help="end after so long, whatever is left (no limit)",
    )
    options.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE",
        help="keep what was not stored here, with the reasons, as NDJSON",
    )
    options.add_argument("--quiet", action="store_true", help="say only what went wrong")
    return options


def _ingest_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="NDJSON, JSON, CSV, TSV or Parquet, packed as .gz or not; - reads "
        "standard input, which cannot be resumed",
    )
    parser.add_argument(
        "--format",
        choices=sorted(set(FORMATS.values())),
        dest="form",
        help="the format, where a file's name does not tell it",
    )
    parser.add_argument(
        "--mapping",
        metavar="FILE",
        help="which column feeds which field, for tables: a TOML file, or one of "
        + ", ".join(shipped_mappings()),
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="keep here how far it is (in the user's state folder)",
    )
    parser.set_defaults(run=lambda options: sys.exit(_ended(_ingest(options))))


def _ended(work: Coroutine[Any, Any, Exit]) -> int:
    """Run it to its end, whatever that is, and make the exit code of it."""
    try:
        return asyncio.run(work)
    except ClientError as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return Exit.UNUSABLE
    except KeyboardInterrupt as stopped:
        print("\nhearsay: stopped; run again, it goes on where it was", file=sys.stderr)
        return INTERRUPTED + int(stopped.args[0] if stopped.args else signal.SIGINT)


async def _ingest(options: argparse.Namespace) -> Exit:
    sources = _sources(options)
    with ExitStack() as stack:
        jobs = [_job(source, options, stack) for source in sources]
        kept = [job.kept for job in jobs if job.kept]
        run = options.run_name or (kept[0].run if kept else _new_run())
        file = stack.enter_context(rejects_file(options.rejects, more=bool(kept)))
        stack.enter_context(_table_at_the_end(options, "files", tallies := []))
        async with _time_limit(options), _client(options) as client:
            for job in jobs:
                tallies.append(tally := Tally())
                progress = Progress(job.source.name, job.source.size, options.quiet)
                sender = _sender(options, client, run, progress.tell)
                rejects = Rejects(progress.tell, file, options.strict)
                with closing(progress):
                    await ingest(job, sender, rejects, progress, options.batch, tally)
    return total(tallies).exit_code(strict=options.strict)


def _sources(options: argparse.Namespace) -> list[Source]:
    """The files to send; each of them can be read, and its format is known."""
    names = list(dict.fromkeys(options.files))
    if options.checkpoint and len(names) > 1:
        raise Unusable("--checkpoint is of one file: give one, or leave it to the state folder")
    mapping = load_mapping(options.mapping) if options.mapping else None
    sources = []
    for name in names:
        path = None if name == "-" else Path(name)
        form = options.form or (form_of(path) if path else None)
        if form is None:
            allowed = ", ".join(sorted(set(FORMATS.values())))
            raise Unusable(f"--format is needed for {name}: one of {allowed}")
        if form in TABLES and mapping is None:
            raise Unusable(f"--mapping is needed for {name}: it tells which column feeds what")
        if path:
            with path.open("rb"):
                pass
        sources.append(Source(path, form, mapping if form in TABLES else None))
    return sources


def _job(source: Source, options: argparse.Namespace, stack: ExitStack) -> Job:
    """The file with its checkpoint, locked; a dry run leaves that of a real one alone."""
    if source.path is None or options.dry_run:
        if options.checkpoint:
            raise Unusable("standard input and dry runs have no checkpoint")
        return Job(source, None, None)
    place = options.checkpoint or place_of("ingest", str(source.path.resolve()), options.server)
    stack.enter_context(alone(place))
    return Job(source, place, load(place))


@contextmanager
def _table_at_the_end(
    options: argparse.Namespace, what: str, tallies: list[Tally]
) -> Iterator[None]:
    """Print what was done, however it ends."""
    begun = time.monotonic()
    try:
        yield
    finally:
        if not options.quiet:
            print(table(total(tallies), what, len(tallies), time.monotonic() - begun))


@asynccontextmanager
async def _time_limit(options: argparse.Namespace) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(options.max_seconds):
            yield
    except TimeoutError as error:
        raise Unfinished(f"the {options.max_seconds} seconds of --max-seconds are over") from error


def _client(options: argparse.Namespace) -> httpx.AsyncClient:
    """A client of the server; the key goes nowhere else, as it follows no redirects."""
    headers = {"User-Agent": USER_AGENT}
    if key := _key(options):
        headers["Authorization"] = f"Bearer {key}"
    try:
        url = httpx.URL(options.server)
    except httpx.InvalidURL as error:
        raise Unusable(f"--server {options.server!r}: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Unusable(f"--server {options.server!r} is not of the form http://host:port")
    timeout = httpx.Timeout(options.timeout, connect=min(10, options.timeout))
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout)


def _key(options: argparse.Namespace) -> str | None:
    if options.key_file:
        key = options.key_file.read_text("utf-8", "replace").strip()
    else:
        key = options.key or os.environ.get("HEARSAY_KEY", "").strip()
    if not (key.isascii() and key.isprintable()):
        raise Unusable("the key has characters that no key has")
    return key or None


def _sender(options: argparse.Namespace, client: httpx.AsyncClient, run: str, tell: Tell) -> Sender:
    return Sender(client, run, options.dry_run, options.retries, tell=tell)


def _new_run() -> str:
    return f"cli-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _run_name(text: str) -> str:
    if not _RUN.fullmatch(text):
        raise argparse.ArgumentTypeError("takes letters, digits, . _ : -, 100 at most")
    return text


def _positive(text: str) -> int:
    number = _count(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
