"""A long load survives kills: of the server, of its database, and of what stores for it.

What was acknowledged is stored once, whole; what was not is sent again. Which moment a kill meets
is left to chance: with a seed that the environment may set, to see one again.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import command, environment, kill_server, read_until, started

KILLS = int(os.environ.get("HEARSAY_TEST_KILLS", "2"))
SEED = int(os.environ.get("HEARSAY_TEST_SEED", str(random.randrange(10**6))))
SEGMENT = 40
DOCUMENTS = int(os.environ.get("HEARSAY_TEST_DOCUMENTS", "400"))
CLAIMS = 3

Json = dict[str, Any]


def items() -> list[Json]:
    """Deals with a document each, which has several claims; and short reports between them."""
    found: list[Json] = [
        {"type": "source", "slug": "night-wire", "name": "Night Wire", "kind": "newsroom"}
    ]
    for number in range(DOCUMENTS):
        company, key = f"kill-{number % 50}", f"kill-deal-{number}"
        about = {"about": {"event": key}, "evidence": "named"}
        found += [
            {"type": "company", "slug": company, "name": f"Kill {number % 50}"},
            {"type": "funding_event", "key": key, "company": company, "label": key},
            {
                "type": "document",
                "source": "night-wire",
                "url": f"https://night.example/{number}",
                "published_at": "2026-03-01",
                "claims": [
                    {**about, "predicate": "stage", "term": "closed"},
                    {**about, "predicate": "round_label", "term": "grant"},
                    {**about, "predicate": "amount", "stated": number + 1, "currency": "USD"},
                ],
            },
        ]
    return found


@contextmanager
def served(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server on a port that stays the same when it is started again."""
    with started(data, command("serve", "--port", str(port))) as process:
        printed = read_until(process, "Ctrl-C stops it.")
        threading.Thread(target=_read_on, args=(process,), daemon=True).start()
        yield process, printed


def _read_on(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with suppress(ValueError):  # it was closed, since the process ended
        for _ in process.stdout:
            pass


class Night:
    """A load under way: it sends segment after segment until each is acknowledged."""

    def __init__(self, address: str, key: str, sent: list[Json]) -> None:
        self.address, self.key, self.sent = address, key, sent
        self.acknowledged = 0
        self.retries = 0

    def run(self) -> None:
        while self.acknowledged < len(self.sent):
            segment = self.sent[self.acknowledged : self.acknowledged + SEGMENT]
            if self._is_acknowledged(segment):
                self.acknowledged += len(segment)
            else:
                self.retries += 1
                time.sleep(0.1)

    def _is_acknowledged(self, segment: list[Json]) -> bool:
        try:
            answer = httpx.post(
                f"{self.address}/v1/ingest?run=night",
                content="\n".join(json.dumps(item) for item in segment),
                headers={
                    "Authorization": f"Bearer {self.key}",
                    "Content-Type": "application/x-ndjson",
                },
                timeout=60,
            )
        except httpx.HTTPError:
            return False
        if answer.status_code != 200:
            assert answer.status_code in (500, 503), answer.text
            return False
        *results, ending = (json.loads(line) for line in answer.text.splitlines())
        assert {one["status"] for one in results} <= {"created", "unchanged", "merged"}
        return bool(ending["meta"]["complete"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill_the_server(process: subprocess.Popen[str], _data: Path) -> None:
    process.send_signal(signal.SIGKILL)


def kill_the_database(process: subprocess.Popen[str], data: Path) -> None:
    kill_server(data)
    process.send_signal(signal.SIGKILL)


def kill_what_stores(process: subprocess.Popen[str], _data: Path) -> None:
    """The process of its own that stores batches; the server goes on."""
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "spawn_main"],
        capture_output=True,
        text=True,
        check=False,
    )
    for number in listed.stdout.split():
        os.kill(int(number), signal.SIGKILL)


@pytest.mark.parametrize(
    ("kill", "server_goes_on"),
    [(kill_the_server, False), (kill_the_database, False), (kill_what_stores, True)],
    ids=["server", "database", "loader"],
)
def test_a_long_load_survives_kills_at_random_moments(
    kill: Callable[[subprocess.Popen[str], Path], None],
    server_goes_on: bool,
    tmp_path: Path,
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    data, port = tmp_path / "data", free_port()
    address = f"http://127.0.0.1:{port}"
    with served(data, port) as (process, printed):
        key = re.search(r"hs_\w+", printed)
        assert key
        process.terminate()
        process.wait(60)
    night = Night(address, key[0], items())
    loading = threading.Thread(target=night.run, daemon=True)
    loading.start()
    kills = 0
    while kills < KILLS:
        with served(data, port) as (process, _):
            while kills < KILLS:
                time.sleep(chance.uniform(0.2, 1.5))
                kill(process, data)
                kills += 1
                if not server_goes_on:
                    process.wait(60)
                    break
            if server_goes_on:
                loading.join(120)
    with served(data, port) as (process, _):
        loading.join(120)
        assert not loading.is_alive()
        assert night.retries > 0, "no kill met the load: it was over before"
        check(address)
        process.terminate()
        process.wait(60)
    rebuilt = subprocess.run(
        command("rebuild"), env=environment(data), capture_output=True, text=True, check=True
    )
    assert rebuilt.stdout.startswith("0 views changed")


def check(address: str) -> None:
    """Every item is there once, with all its claims, and was counted as created once."""
    stored = [*walk(address, "/v1/claims?source=night-wire&sort=reported_at")]
    assert len(stored) == DOCUMENTS * CLAIMS
    by_document: dict[str, set[str]] = {}
    for claim in stored:
        by_document.setdefault(claim["document"]["url"], set()).add(claim["predicate"])
    assert len(by_document) == DOCUMENTS
    assert all(len(predicates) == CLAIMS for predicates in by_document.values())
    (run,) = httpx.get(f"{address}/v1/ingest-runs?name=night", timeout=60).json()["items"]
    assert run["claims_created"] == DOCUMENTS * CLAIMS
    assert run["created"] == 1 + 50 + 2 * DOCUMENTS
    assert run["requests"] > run["created"] / SEGMENT
    changes = [change["position"] for change in walk(address, "/v1/changes?position[gt]=0")]
    assert changes == sorted(set(changes))


def walk(address: str, path: str) -> Iterator[Json]:
    cursor = ""
    while True:
        page = httpx.get(f"{address}{path}&limit=500{cursor}", timeout=60).json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = f"&cursor={page['next_cursor']}"
