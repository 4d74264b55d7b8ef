"""Runs ``hearsay ingest`` and ``hearsay pull`` to their end, and tells how it was."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.client.articles import send_article
from app.client.checkpoint import alone, load, place_of
from app.client.errors import INTERRUPTED, ClientError, Exit, Unfinished, Unusable
from app.client.feeds import Config, load_config
from app.client.formats import FORMATS, TABLES, Source, form_of
from app.client.ingest import Job, ingest
from app.client.mapping import load_mapping
from app.client.pull import Puller, State, Visitor, load_state
from app.client.rejects import Rejects, rejects_file
from app.client.sending import Sender, Tell
from app.client.tally import Progress, Tally, table, total
from app.fetching.errors import FetchError
from app.fetching.fetch import USER_AGENT

Show = Callable[[bytes], None]


def run_ingest(options: argparse.Namespace) -> None:
    """Send files; exits with the code that tells how it ended."""
    sys.exit(_ended(_ingest(options)))


def run_pull(options: argparse.Namespace) -> None:
    """Pull feeds; exits with the code that tells how it ended."""
    sys.exit(_ended(_pull(options)))


def run_read(options: argparse.Namespace, article: dict[str, str], show: Show) -> None:
    """Have the server read an article and show its answer; exits with the code that tells how."""
    sys.exit(_ended(_read(options, article, show)))


def _ended(work: Coroutine[Any, Any, Exit]) -> int:
    """Run it to its end, whatever that is, and make the exit code of it."""
    try:
        return asyncio.run(work)
    except ClientError as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"hearsay: {where}{error.strerror or error}", file=sys.stderr)
        return Exit.UNUSABLE
    except KeyboardInterrupt as stopped:
        print("\nhearsay: stopped; what was acknowledged is stored", file=sys.stderr)
        return INTERRUPTED + int(stopped.args[0] if stopped.args else signal.SIGINT)


async def _read(options: argparse.Namespace, article: dict[str, str], show: Show) -> Exit:
    async with _client(options) as client:
        show(await send_article(client, article, dry_run=options.dry_run))
    return Exit.STORED


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
                sender = _sender(options, client, run, progress.note)
                if job.kept:
                    sender = replace(sender, token=job.kept.token)
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
        source = Source(path, form, mapping if form in TABLES else None)
        if path and (source.readable_again or not path.exists()):
            path.open("rb").close()
        sources.append(source)
    return sources


def _job(source: Source, options: argparse.Namespace, stack: ExitStack) -> Job:
    """The file with its checkpoint, locked; a dry run leaves that of a real one alone."""
    if source.path is None or not source.readable_again or options.dry_run:
        if options.checkpoint:
            raise Unusable("what is read through a pipe, and a dry run, have no checkpoint")
        return Job(source, None, None)
    place = options.checkpoint or place_of("ingest", str(source.path.resolve()), options.server)
    stack.enter_context(alone(place))
    return Job(source, place, load(place))


async def _pull(options: argparse.Namespace) -> Exit:
    config = load_config(options.config)
    place = options.state or place_of("pull", str(options.config.resolve()), options.server)
    note: Tell = (lambda _: None) if options.quiet else _say
    failed = False
    with ExitStack() as stack:
        if not options.dry_run:
            stack.enter_context(alone(place))
        file = stack.enter_context(rejects_file(options.rejects, more=False))
        stack.enter_context(_table_at_the_end(options, "feeds", tallies := []))
        async with _time_limit(options), _client(options) as client:
            puller = Puller(
                config_path=options.config,
                visitor=Visitor(config, _private_hosts(options, config)),
                sender=_sender(options, client, options.run_name or _new_run(), note),
                rejects=Rejects(_say, file, options.strict),
                tell=note,
                state=State() if options.dry_run else load_state(place),
                kept_at=None if options.dry_run else place,
                batch=options.batch,
            )
            for feed in config.feed:
                tallies.append(tally := Tally())
                try:
                    await puller.pull(feed, tally)
                except (FetchError, Unusable) as error:
                    failed = True
                    _say(f"{feed.name}: {error}")
    return Exit.UNFINISHED if failed else total(tallies).exit_code(strict=options.strict)


def _private_hosts(options: argparse.Namespace, config: Config) -> frozenset[str]:
    """The hosts that may be inside: those that are configured, never those they redirect to."""
    if not options.allow_private:
        return frozenset()
    return frozenset(urlsplit(feed.url).hostname or "" for feed in config.feed)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


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
            with suppress(BrokenPipeError):
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
