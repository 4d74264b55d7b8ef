"""What the tests of the client share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client import pull, sending
from app.client.commands import add_commands
from tests.client.peer import KEY, Peer, peer
from tests.web_server import Site, site


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Peer]:
    """A peer that the command finds by its environment, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEARSAY_KEY", KEY)
    with peer() as there:
        monkeypatch.setenv("HEARSAY_SERVER", there.url)
        yield there


@pytest.fixture
def web() -> Iterator[Site]:
    """What others publish."""
    with site() as here:
        yield here


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for; none of them takes any time."""
    asked: list[float] = []

    async def at_once(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(sending, "sleep", at_once)
    monkeypatch.setattr(pull, "sleep", at_once)
    return asked


def hearsay(*words: str | Path) -> int:
    """Run a command in this process; returns its exit code."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    with pytest.raises(SystemExit) as end:
        _run(parser, [str(word) for word in words])
    assert isinstance(end.value.code, int)
    return end.value.code


def _run(parser: argparse.ArgumentParser, words: list[str]) -> None:
    options = parser.parse_args(words)
    options.run(options)
