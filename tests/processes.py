"""Hearsay as it is run: real processes on a data folder, with nothing else in their settings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from app.storage.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
"""A program that uses the embedded server until its input ends."""


def hearsay(
    data_dir: Path, *arguments: str | Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        env=environment(data_dir, **settings),
        cwd=data_dir.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def started(
    data_dir: Path, words: Sequence[str], **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed at the end, should it still run."""
    with subprocess.Popen(
        words,
        env=environment(data_dir, **settings),
        cwd=data_dir.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def holding(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that uses the embedded server, and the server's URL."""
    with started(data_dir, [sys.executable, "-c", HOLD, str(data_dir)]) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("postgresql://"), url + process.stdout.read()
        yield process, url


def let_go(process: subprocess.Popen[str]) -> None:
    """End a process of :func:`holding` the ordinary way."""
    _, _ = process.communicate(timeout=60)
    assert process.returncode == 0


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``hearsay serve`` on a port that the system chose, and all it printed until it was up."""
    with started(data_dir, command("serve", "--port", "0"), **settings) as process:
        yield process, read_until(process, "Ctrl-C stops it.")


def stopped_by(process: subprocess.Popen[str], how: signal.Signals) -> str:
    """Send a signal and wait for the end; returns what was printed meanwhile."""
    process.send_signal(how)
    printed, _ = process.communicate(timeout=60)
    return printed


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """All a process printed up to the line with these words."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(f"ended without {words!r}:\n{printed}")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", "from app.cli import main; main()", *map(str, arguments)]


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match("HEARSAY_|PG|DATABASE_URL", name)
    }
    return {**kept, "HEARSAY_DATA_DIR": str(data_dir), **settings}


def postmaster(data_dir: Path) -> int | None:
    """The process id that the server wrote down; a server that was stopped takes it away."""
    with suppress(FileNotFoundError, IndexError):
        return int((data_dir / "pgdata" / "postmaster.pid").read_text().splitlines()[0])
    return None


def kill_server(data_dir: Path) -> None:
    """Kill the server's main process, as a power cut would."""
    number = postmaster(data_dir)
    assert number is not None
    os.kill(number, signal.SIGKILL)


def wait_until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
