"""An article out of a page: its main text, title, publisher and date of publication.

Pages are written by strangers, and the libraries that parse them can be held up for hours by a
page made for it, or brought down with their process. So a page is taken apart in a process of
its own, which ends by its deadline, come what may.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import logging
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from app.fetching.addresses import Resolve, resolve
from app.fetching.fetch import Limits, fetch
from app.reading.reading import Article

log = logging.getLogger("hearsay")

MOST_BYTES = 8 * 1024 * 1024
"""Of a page; those of large newsrooms have up to four million."""

SECONDS = 10.0
"""After which a page that is still not taken apart is given up; usual ones take half of one."""

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TEXT = "text/plain"
LIMITS = Limits(seconds=30, bytes=MOST_BYTES, types=_HTML | {_TEXT})

_AT_ONCE = ThreadPoolExecutor(2, thread_name_prefix="pages")
"""Waits for the processes, and keeps them from being many."""


class NotAnArticle(Exception):
    """There is no text to read; the message says why."""


async def fetch_article(url: str, limits: Limits = LIMITS, resolver: Resolve = resolve) -> Article:
    """The article that is published at an address on the public internet.

    Raises:
        FetchError: nothing usable came from there.
        NotAnArticle: what came has no text to read.
    """
    fetched = await fetch(url, limits, resolver=resolver)
    return await asyncio.get_running_loop().run_in_executor(
        _AT_ONCE, article_of_page, fetched.body, fetched.content_type, fetched.url
    )


def article_of_page(body: bytes, content_type: str | None, url: str | None = None) -> Article:
    """The article in a page of HTML, or a plain text as it stands. Takes ``SECONDS`` at most.

    Offsets of quotes count in the text that is returned. Without a content type, the first sign
    decides what it is.

    Raises:
        NotAnArticle: it is of another kind, too large, or has no text.
    """
    if len(body) > MOST_BYTES:
        raise NotAnArticle(f"it is larger than {MOST_BYTES} bytes")
    told, _, parameters = (content_type or "").partition(";")
    kind = told.strip().lower() or _kind_of(body)
    if kind not in LIMITS.types:
        allowed = ", ".join(sorted(LIMITS.types))
        raise NotAnArticle(f"it is {kind[:100]}, not one of {allowed}")
    text = _decoded(body, parameters, kind).replace("\0", "")
    article = Article(text, url=url) if kind == _TEXT else _extracted(text, url)
    if not article.text.strip():
        raise NotAnArticle("it has no text")
    return article


def _kind_of(body: bytes) -> str:
    if b"\0" in body[:1024] and not body.startswith(tuple(mark for mark, _ in _MARKS)):
        return "application/octet-stream"
    beginning = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\f")
    return "text/html" if beginning.startswith(b"<") else _TEXT


# The labels of other encodings lead to decoders that pages have no use for, slow ones among them.
_ENCODING = re.compile(
    r"utf-8|cp(?:125\d|874|932|949)|iso8859-\d+|koi8-[ru]|gbk|gb2312|gb18030|big5|euc_(?:jp|kr)"
    r"|iso2022_jp|shift_jis|mac-roman"
)
_LABEL = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _decoded(body: bytes, parameters: str, kind: str) -> str:
    """By its byte order mark, what it came as, what the page says of itself, or what fits."""
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return body.decode(marked, "replace")
    for place in (parameters, body[:2048].decode("latin-1") if kind in _HTML else ""):
        said = _LABEL.search(place)
        encoding = _encoding(said[1]) if said else None
        if encoding:
            return body.decode(encoding, "replace")
    text = body.decode(errors="replace")
    wrong = text.count("\ufffd")
    # Signs beyond ASCII that are rightly spelt are no accident: the others are then damage.
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    return text if wrong <= right else body.decode("cp1252", "replace")


def _encoding(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"  # as browsers take it
    return name if _ENCODING.fullmatch(name) else None


_PROGRAM = ("-m", "app.reading.extraction")


def _extracted(page: str, url: str | None) -> Article:
    try:
        done = subprocess.run(
            [sys.executable, "-P", *_PROGRAM],
            input=json.dumps({"page": page, "url": url}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_harmless_environment(),
            timeout=SECONDS,
            check=True,
        )
        return Article(**json.loads(done.stdout), url=url)
    except subprocess.TimeoutExpired as error:
        raise NotAnArticle(f"the page is not taken apart after {SECONDS:g} seconds") from error
    except (subprocess.CalledProcessError, ValueError, TypeError) as error:
        log.warning("The page at %s cannot be taken apart: %s", url, error)
        raise NotAnArticle("the page cannot be taken apart") from error


def _harmless_environment() -> dict[str, str]:
    """What a process may know that strangers feed: no settings, and no keys."""
    return {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("HEARSAY_")
    }
