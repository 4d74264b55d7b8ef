"""Where the benchmarks' data is: a kept embedded server, or ``DATABASE_URL``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.storage.embedded import embedded_postgres


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Give a command the option that says where its data is."""
    parser.add_argument(
        "--data-dir", type=Path, help="folder of an embedded server; else DATABASE_URL is used"
    )


@contextmanager
def database(data_dir: Path | None) -> Iterator[str]:
    """The URL of the database, whose server runs as long as the context if it is embedded."""
    if data_dir is not None:
        with embedded_postgres(data_dir) as url:
            yield url
        return
    if "DATABASE_URL" not in os.environ:
        raise SystemExit("Say where the data is: --data-dir or DATABASE_URL.")
    yield os.environ["DATABASE_URL"]
