"""``hearsay pull``: reads feeds politely, and sends what is new to the server.

What was seen is noted only after the server acknowledged it, and a page's validators only
after all of it was: a run that is cut off costs another look, and loses nothing.
"""

from __future__ import annotations

import time
from asyncio import sleep
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from app.client.checkpoint import keep
from app.client.edgar import Filing, Unreadable, filings, report
from app.client.errors import Unusable
from app.client.feeds import Config, Feed, Kind, mapping_of, settings_digest
from app.client.formats import table_records
from app.client.ingest import deliver
from app.client.mapping import Mapping
from app.client.records import Record, encode
from app.client.rejects import Rejects
from app.client.sending import Sender, Tell
from app.client.syndication import json_documents, rss_documents
from app.client.tally import STORED, Tally
from app.fetching.addresses import Resolve, resolve
from app.fetching.errors import BadStatus, FetchError
from app.fetching.fetch import USER_AGENT, Fetched, Limits, fetch
from app.fetching.unpacking import MAGIC, Corrupt, Overflow, unpacked
from app.fetching.waiting import backoff

LONGEST_WAIT = 120.0
"""A host that asks for more seconds than this is left to the next run."""

FILINGS_AT_A_TIME = 50
FORM_D_BYTES = 4 * 1024 * 1024


class Page(msgspec.Struct):
    """What is known of one page of a feed: how it was last, and what of it is stored.

    ``failed`` was not stored: it comes again, though after what was not tried yet.
    """

    settings: str
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    seen: set[str] = set()
    failed: set[str] = set()


class State(msgspec.Struct):
    """The pages of all feeds of a configuration, by feed and address."""

    pages: dict[str, dict[str, Page]] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a page lists. ``key`` tells whether it was seen, if that is kept at all."""

    key: str | None
    make: Callable[[], Awaitable[Record | None]]


@dataclass(slots=True)
class Visitor:
    """Fetches from one host after the other, never faster than its delay allows."""

    config: Config
    private_hosts: frozenset[str] = frozenset()
    retries: int = 2
    clock: Callable[[], float] = time.monotonic
    resolver: Resolve = resolve
    _last: dict[str, float] = field(default_factory=dict, init=False)

    async def get(self, feed: Feed, url: str, limit: int, page: Page | None = None) -> Fetched:
        """Raises: FetchError."""
        limits = Limits(bytes=limit, private_hosts=self.private_hosts)
        agent = feed.user_agent or self.config.user_agent or USER_AGENT
        for attempt in count():
            await self._turn(feed, url)
            try:
                return await fetch(
                    url,
                    limits,
                    headers={**feed.headers, "User-Agent": agent},
                    etag=page.etag if page else None,
                    last_modified=page.last_modified if page else None,
                    resolver=self.resolver,
                )
            except FetchError as error:
                asked = error.retry_after if isinstance(error, BadStatus) else None
                wait = backoff(attempt, asked)
                if not error.passing or attempt >= self.retries or wait > LONGEST_WAIT:
                    raise
                await sleep(wait)
        raise AssertionError("counting has no end")

    async def _turn(self, feed: Feed, url: str) -> None:
        host = urlsplit(url).hostname or ""
        delay = self.config.delay if feed.delay is None else feed.delay
        if host in self._last:
            await sleep(max(0.0, self._last[host] + delay - self.clock()))
        self._last[host] = self.clock()


@dataclass(slots=True)
class Puller:
    """Pulls feeds, and keeps what it saw at ``kept_at``; nothing, if that is None."""

    config_path: Path
    visitor: Visitor
    sender: Sender
    rejects: Rejects
    tell: Tell
    state: State
    kept_at: Path | None
    batch: int
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    async def pull(self, feed: Feed, tally: Tally) -> None:
        """Send what is new of a feed.

        Raises:
            FetchError: it could not be fetched.
            Unusable: it is not what its kind says.
            ClientError: the server could not be reached, or refuses.
        """
        mapping = mapping_of(feed, self.config_path)
        settings = settings_digest(feed, mapping)
        known = self.state.pages.get(feed.name, {})
        pages = {
            url: known[url] if url in known and known[url].settings == settings else Page(settings)
            for url in feed.addresses(self.today)
        }
        self.state.pages[feed.name] = pages
        *older, newest = pages
        for url in older:
            await self._pull_page(feed, url, pages[url], mapping, tally)
        try:
            await self._pull_page(feed, newest, pages[newest], mapping, tally)
        except BadStatus as error:
            if not older or error.passing or error.url != newest:
                raise
            self.tell(f"{feed.name}: {newest} is not there yet")

    async def _pull_page(
        self, feed: Feed, url: str, page: Page, mapping: Mapping | None, tally: Tally
    ) -> None:
        limit = feed.max_megabytes * 1024 * 1024
        fetched = await self.visitor.get(feed, url, limit, page)
        body = sha256(fetched.body).hexdigest()
        if fetched.status == 304 or body == page.body:
            self.tell(f"{feed.name}: nothing new")
            return
        listed, whole = self._entries(feed, _unpacked(fetched, limit), mapping)
        fresh = [entry for entry in listed if entry.key is None or entry.key not in page.seen]
        fresh.sort(key=lambda entry: entry.key in page.failed)
        now = fresh[: feed.max_filings] if feed.kind is Kind.EDGAR_FORM_D else fresh
        self.tell(f"{feed.name}: {len(fresh):,} new of {len(listed):,}")
        stored = True
        for segment in _cut(now, self._at_a_time(feed)):
            stored &= await self._send(feed, segment, page, tally)
        if len(now) < len(fresh):
            self.tell(f"{feed.name}: {len(fresh) - len(now):,} are left for the next run")
        elif whole and stored:
            page.etag, page.last_modified, page.body = fetched.etag, fetched.last_modified, body
        if not whole:
            self.tell(f"{feed.name}: it is not well-formed: what could be read of it is taken")
        present = {entry.key for entry in listed if entry.key}
        page.seen &= present
        page.failed &= present
        self._keep()

    def _at_a_time(self, feed: Feed) -> int:
        return FILINGS_AT_A_TIME if feed.kind is Kind.EDGAR_FORM_D else self.batch

    async def _send(self, feed: Feed, segment: Sequence[Entry], page: Page, tally: Tally) -> bool:
        """Send a segment; what is stored, or waits, is seen. Returns whether all of it is.

        What cannot be fetched now ends the feed, but first what came before it is sent.
        """
        made: list[tuple[str | None, Record | None]] = []
        trouble: FetchError | None = None
        for entry in segment:
            try:
                made.append((entry.key, await entry.make()))
            except FetchError as error:
                trouble = error
                page.failed |= {entry.key} if entry.key else set()
                break
        left_out = {key for key, record in made if record is None}
        sent = [(key, record) for key, record in made if record is not None]
        results = await deliver(
            feed.name, [record for _, record in sent], self.sender, self.rejects, tally
        )
        well = [result.status in STORED or result.status == "waiting" for result in results]
        stored = {key for (key, _), fine in zip(sent, well, strict=True) if fine}
        tally.counts["skipped"] += len(left_out)
        page.seen |= {key for key in stored | left_out if key}
        page.failed |= {key for key, _ in sent if key and key not in stored}
        page.failed -= page.seen
        self._keep()
        if trouble:
            raise trouble
        return all(well)

    def _entries(
        self, feed: Feed, fetched: Fetched, mapping: Mapping | None
    ) -> tuple[list[Entry], bool]:
        """What a page lists, and whether all of it could be read."""
        match feed.kind:
            case Kind.RSS | Kind.JSON_FEED:
                read = rss_documents if feed.kind is Kind.RSS else json_documents
                items, whole = read(feed, fetched)
                return [_ready(Record(n, item)) for n, item in enumerate(items, 1)], whole
            case Kind.EDGAR_FORM_D:
                listed = filings(fetched.body, fetched.url)
                wanted = [f for f in listed if not feed.ciks or f.cik in feed.ciks]
                index = fetched.url
                return [self._filing(feed, n, f, index) for n, f in enumerate(wanted, 1)], True
        assert mapping is not None
        records = table_records(fetched.body, mapping)
        return [_ready(record, keyed=False) for record in records], True

    def _filing(self, feed: Feed, place: int, filing: Filing, index: str) -> Entry:
        url = filing.address(index)

        async def make() -> Record | None:
            try:
                document = (await self.visitor.get(feed, url, FORM_D_BYTES)).body
                item = report(filing, document, url, funds=feed.funds)
            except (FetchError, Unreadable) as error:
                if isinstance(error, FetchError) and error.passing:
                    raise
                return Record(place, None, f"Form {filing.form} {filing.accession}: {error}")
            if item is None:
                return None
            source = feed.source
            says = {
                "says": source.name if source else "SEC EDGAR",
                "says_kind": source.kind if source else "regulator",
            }
            return Record(place, encode({**item, **says}))

        return Entry(filing.accession, make)

    def _keep(self) -> None:
        if self.kept_at:
            keep(self.kept_at, self.state)


def load_state(path: Path) -> State:
    """What was kept; nothing, if there is nothing.

    Raises:
        Unusable: there is something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.MsgspecError) as error:
        raise Unusable(f"state {path} cannot be read ({error}): remove it") from error


def _ready(record: Record, *, keyed: bool = True) -> Entry:
    async def make() -> Record:
        return record

    return Entry(sha256(record.trace).hexdigest() if keyed else None, make)


def _cut(entries: Sequence[Entry], size: int) -> Iterable[Sequence[Entry]]:
    return (entries[start : start + size] for start in range(0, len(entries), size))


def _unpacked(fetched: Fetched, limit: int) -> Fetched:
    """The page; for a file that is gzip itself, what is in it."""
    if not fetched.body.startswith(MAGIC):
        return fetched
    try:
        return replace(fetched, body=unpacked(fetched.body, limit))
    except (Overflow, Corrupt) as error:
        raise Unusable(f"{fetched.url}: {error}") from error
