"""RSS, Atom and JSON Feed: each entry is a document, without claims."""

from __future__ import annotations

import io
import re
from calendar import timegm
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import feedparser
import msgspec

from app.client.errors import Unusable
from app.client.feeds import Feed
from app.client.records import encode
from app.fetching.fetch import Fetched

LONGEST_TITLE, LONGEST_URL = 500, 2_000
_HARMLESS = (
    feedparser.exceptions.CharacterEncodingOverride,
    feedparser.exceptions.NonXMLContentType,
)


class _JsonEntry(msgspec.Struct, frozen=True):
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    date_published: str | None = None


class _JsonFeed(msgspec.Struct, frozen=True):
    version: str
    items: list[_JsonEntry]


def rss_documents(feed: Feed, fetched: Fetched) -> tuple[list[bytes], bool]:
    """The items of an RSS or Atom feed, and whether all of it could be read.

    Raises:
        Unusable: it is neither.
    """
    parsed = feedparser.parse(
        io.BytesIO(fetched.body),
        response_headers={
            "content-type": fetched.content_type or "application/xml",
            "content-location": fetched.url,
        },
        sanitize_html=False,  # no markup is kept at all
    )
    if not parsed.version:
        raise Unusable(f"{fetched.url} is neither RSS nor Atom")
    whole = not parsed.bozo or isinstance(parsed.bozo_exception, _HARMLESS)
    typed = parsed.version.startswith("atom")
    documents = [
        _document(feed, entry.get("link"), _title(entry, typed=typed), _published(entry))
        for entry in parsed.entries
    ]
    return _with_source(feed, documents), whole


def json_documents(feed: Feed, fetched: Fetched) -> tuple[list[bytes], bool]:
    """The items of a JSON Feed, which is read whole or not at all.

    Raises:
        Unusable: it is none.
    """
    try:
        parsed = msgspec.json.decode(fetched.body, type=_JsonFeed)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unusable(f"{fetched.url} is no JSON Feed: {error}") from error
    if "jsonfeed.org/version/" not in parsed.version:
        raise Unusable(f"{fetched.url} is no JSON Feed, but {parsed.version[:80]!r}")
    documents = [
        _document(feed, entry.url or entry.external_url, entry.title, _instant(entry))
        for entry in parsed.items
    ]
    return _with_source(feed, documents), True


def _with_source(feed: Feed, documents: list[dict[str, Any]]) -> list[bytes]:
    assert feed.source is not None
    source = {"type": "source", **msgspec.to_builtins(feed.source)}
    # Oldest first, as feeds begin with their news: the order in which they were published.
    return [encode(source), *(encode(document) for document in reversed(documents))]


def _document(
    feed: Feed, url: str | None, title: str | None, published: str | None
) -> dict[str, Any]:
    assert feed.source is not None
    url = (url or "").strip()
    usable = re.fullmatch(r"https?://[^\s/?#]+([/?#]\S*)?", url) and len(url) <= LONGEST_URL
    found = {
        "url": url if usable else None,
        "title": " ".join((title or "").split())[:LONGEST_TITLE].strip() or None,
        "published_at": published,
    }
    known = {name: value for name, value in found.items() if value is not None}
    return {
        "type": "document", "source": feed.source.slug, "kind": feed.document_kind, **known,
    }  # fmt: skip


def _title(entry: Any, *, typed: bool) -> str | None:
    """The words of a title. Atom tells which titles are HTML; elsewhere any may be."""
    detail = entry.get("title_detail")
    if detail is None:
        return None
    told: str = detail.value
    return told if typed and detail.type == "text/plain" else plain_text(told)


def _published(entry: Any) -> str | None:
    """When it was published, no more exactly than it says."""
    for field in ("published", "updated"):
        if field in entry:
            told = str(entry[field]).strip()
            if re.fullmatch(r"\d{4}(-\d{2}){0,2}", told, re.ASCII):
                return told
            parsed = entry.get(f"{field}_parsed")
            if parsed:
                return _utc(datetime.fromtimestamp(timegm(parsed), UTC))
    return None


def _instant(entry: _JsonEntry) -> str | None:
    try:
        when = datetime.fromisoformat(entry.date_published or "")
    except ValueError:
        return None
    return _utc(when.astimezone(UTC)) if when.tzinfo else when.date().isoformat()


def _utc(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def plain_text(markup: str) -> str:
    """The words of a piece of HTML, without its tags, scripts and styles."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= bool(self._hidden) and tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
