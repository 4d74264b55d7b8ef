"""The options of ``hearsay ingest`` and ``hearsay pull``.

What runs them is imported when it runs: the other commands need none of it.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.client.errors import MEANINGS

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

SERVER = "http://127.0.0.1:8000"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


def add_commands(commands: Commands) -> None:
    """Make both commands known to the parser of ``hearsay``."""
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items())
    ending = f"exit codes:\n{codes}\n  130, 143  stopped by SIGINT or SIGTERM: run it again\n"
    sending = _server_options()
    ingesting = commands.add_parser(
        "ingest",
        help="send files of items to a server",
        description="Send files of items to a server; run again, it goes on where it was.",
        epilog=ending,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[sending],
    )
    _ingest_options(ingesting)
    pulling = commands.add_parser(
        "pull",
        help="send a server what is new in feeds",
        description="Read the feeds of a configuration, and send a server what is new in them.",
        epilog=ending,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[sending],
    )
    _pull_options(pulling)


def add_address(options: argparse._ActionsContainer) -> None:
    """Add the options that tell which server is meant, and with which key."""
    options.add_argument(
        "--server",
        default=os.environ.get("HEARSAY_SERVER") or SERVER,
        type=lambda url: url.rstrip("/"),
        metavar="URL",
        help=f"where to (HEARSAY_SERVER; {SERVER})",
    )
    key = options.add_mutually_exclusive_group()
    key.add_argument("--key", help="the key to write with; HEARSAY_KEY shows in no process list")
    key.add_argument("--key-file", type=Path, metavar="FILE", help="a file that holds the key")
    options.add_argument(
        "--timeout",
        type=_positive,
        default=300,
        metavar="SECONDS",
        help="how long to wait for the server to say something (300)",
    )


def _server_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    add_address(options)
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
        choices=["csv", "json", "ndjson", "parquet", "tsv"],
        dest="form",
        help="the format, where a file's name does not tell it",
    )
    parser.add_argument(
        "--mapping",
        metavar="FILE",
        help="which column feeds which field, for tables: a TOML file, or the name of one that "
        "comes along (docs/loading.md)",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="keep here how far it is (in the user's state folder)",
    )
    parser.set_defaults(run=_run_ingest)


def _pull_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, metavar="CONFIG", help="a TOML file of feeds")
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep here what was seen (in the user's state folder)",
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="let the configured hosts be private ones, on any port",
    )
    parser.set_defaults(run=_run_pull)


def _run_ingest(options: argparse.Namespace) -> None:
    from app.client.running import run_ingest

    run_ingest(options)


def _run_pull(options: argparse.Namespace) -> None:
    from app.client.running import run_pull

    run_pull(options)


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
