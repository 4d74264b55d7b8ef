"""``hearsay read``: an article read on this machine, or by a server.

What reads is imported when it runs: the other commands need none of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.client.commands import add_address
from app.client.errors import INTERRUPTED

if TYPE_CHECKING:
    from app.reading.reading import Article

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

MOST_BYTES = 8 * 1024 * 1024
_UNUSABLE = 2


def add_command(commands: Commands) -> None:
    """Make the command known to the parser of ``hearsay``."""
    parser = commands.add_parser(
        "read",
        help="read an article: what it seems to claim, and where",
        description="Read an article, on this machine and without a database, and print what it"
        " seems to claim with the words that it rests on.",
    )
    parser.add_argument(
        "article", metavar="FILE|URL", help="a text or a page of HTML; - reads standard input"
    )
    parser.add_argument("--title", help="its title, which is read as well")
    parser.add_argument("--publisher", metavar="NAME", help="who publishes it")
    parser.add_argument(
        "--published-at", metavar="DAY", type=_day, help="when it was published: 2025-12-18"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print all that was read as JSON")
    shown.add_argument("--explain", action="store_true", help="print which cues matched, and where")
    sending = parser.add_argument_group("to have a server read it, and keep what it proposes")
    sending.add_argument("--send", action="store_true", help="send it there")
    sending.add_argument("--dry-run", action="store_true", help="keep nothing")
    add_address(sending)
    parser.set_defaults(run=run)


def _day(told: str) -> str:
    from app.claims.values import InvalidValue, PartialDate

    try:
        return str(PartialDate.parse(told))
    except InvalidValue as error:
        raise argparse.ArgumentTypeError(error.message) from error


def run(options: argparse.Namespace) -> None:
    """Read it; ends with status 2 if there is no article, or with those of ``hearsay ingest``."""
    try:
        if options.send:
            _send(options)
        else:
            _tell(options, _article(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was told has heard enough; what is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt as stopped:
        sys.exit(INTERRUPTED + int(stopped.args[0] if stopped.args else signal.SIGINT))


def _tell(options: argparse.Namespace, article: Article) -> None:
    from app.reading.proposals.known import bundled_names
    from app.reading.reader import read
    from app.reading.telling import explained, told
    from app.storage.json import dumps

    reading = read(article, bundled_names())
    if options.json:
        _print(dumps(asdict(reading)).decode())
        return
    for line in told(article, reading):
        _print(line)
    if options.explain:
        _print("")
        for line in explained(article, reading):
            _print(line)


def _send(options: argparse.Namespace) -> None:
    from app.client.running import run_read

    given = {
        "title": options.title,
        "publisher": options.publisher,
        "published_at": options.published_at,
    }
    if _is_address(options.article):
        sent = {"url": options.article, **given}
    else:
        article = _article(options)
        known = {
            "title": article.title,
            "publisher": article.publisher,
            "published_at": article.published,
        }
        sent = {"text": article.text, **known}

    def show(answer: bytes) -> None:
        _show(options, answer)

    run_read(options, {name: value for name, value in sent.items() if value is not None}, show)


def _show(options: argparse.Namespace, answer: bytes) -> None:
    from app.ingest.short.schemas import ToldClaim
    from app.reading.telling import claim_in_words
    from app.storage.json import loads

    if options.json:
        _print(answer.decode())
        return
    reading = loads(answer)
    _print(f"{reading['id']}, read by {reading['version']}")
    for record in reading["records"]:
        _print(f"{record['position'] + 1}. {record['kind']}: {record['company']}")
        for one in record["proposals"]:
            claim = claim_in_words(ToldClaim.model_validate(one["claim"]))
            _print(f"   {one['id']} {one['state']}: {one['predicate']}: {claim}")


def _article(options: argparse.Namespace) -> Article:
    """The article in a file, at an address or from standard input, with what is told of it."""
    from app.fetching.errors import FetchError
    from app.reading.pages import NotAnArticle, article_of_page, fetch_article

    try:
        if _is_address(options.article):
            article = asyncio.run(fetch_article(options.article))
        else:
            article = article_of_page(_bytes(options.article), None)
    except FetchError as error:
        sys.exit(_unusable(str(error)))
    except NotAnArticle as error:
        sys.exit(_unusable(f"{options.article}: {error}"))
    except OSError as error:
        sys.exit(_unusable(f"{options.article} cannot be read: {error.strerror or error}"))
    told: dict[str, Any] = {
        "title": options.title or article.title,
        "publisher": options.publisher or article.publisher,
        "published": options.published_at or article.published,
    }
    return replace(article, **told)


def _bytes(name: str) -> bytes:
    # One more than is taken, so that too many are noticed.
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _unusable(told: str) -> int:
    print(f"hearsay: {told}", file=sys.stderr)
    return _UNUSABLE


def _print(line: str) -> None:
    # In UTF-8 wherever it runs, so that the same article is told in the same bytes.
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
