"""A peer that takes items as a Hearsay server does, faults included; it keeps them in a set."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.web_server import Handler, Site, site

Fault = Callable[["Peer", Handler, bytes], None]
KEY = "a-key-that-may-write"


@dataclass
class Peer:
    """What it has, and how it fails: one of ``faults`` for each of the next requests."""

    site: Site
    stored: dict[bytes, int] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[bytes, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.site.url

    def answer(self, handler: Handler) -> None:
        body = handler.body()
        lines = [line for line in body.split(b"\n") if line.strip()]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append({**asked, "items": len(lines), "headers": headers})
        if handler.headers["Authorization"] != f"Bearer {KEY}":
            problem(handler, 401, "This key is not known.")
            return
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            fault(self, handler, body)
        else:
            send(handler, self.take(lines, dry_run=asked["dry_run"] == "true"))

    def take(self, lines: list[bytes], *, dry_run: bool = False) -> list[dict[str, Any]]:
        """Store the items; returns the lines of the answer."""
        results = [self._take(index, line, dry_run) for index, line in enumerate(lines)]
        closing = {"summary": {}, "meta": {"dry_run": dry_run, "run": "run_1", "complete": True}}
        return [*results, closing]

    def _take(self, index: int, line: bytes, dry_run: bool) -> dict[str, Any]:
        errors: list[dict[str, Any]] = []
        status = self.statuses.get(line, "unchanged" if line in self.stored else "created")
        try:
            json.loads(line)
        except ValueError:
            status = "rejected"
        if status in ("rejected", "conflict"):
            allowed = ["open", "closed"]
            errors = [{"pointer": f"/{index}/stage", "message": "is not one", "allowed": allowed}]
        elif not dry_run:
            self.stored[line] = self.stored.get(line, 0) + 1
        claims = {"created": int(status == "created"), "unchanged": int(status == "unchanged")}
        return {
            "index": index,
            "type": "report",
            "status": status,
            "id": None,
            "claims": claims,
            "errors": errors,
        }


def send(handler: Handler, lines: list[dict[str, Any]], cut: int = 0) -> None:
    """An answer of NDJSON, without its last ``cut`` bytes."""
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    handler.send(200, body[: len(body) - cut], len(body), Content_Type="application/x-ndjson")


def problem(handler: Handler, status: int, detail: str, **headers: str) -> None:
    body = json.dumps({"title": "No", "status": status, "detail": detail, "errors": []})
    handler.send(status, body.encode(), Content_Type="application/problem+json", **headers)


def fails(status: int, **headers: str) -> Fault:
    """A fault: this status, nothing stored."""

    def fail(peer: Peer, handler: Handler, body: bytes) -> None:
        del peer, body
        problem(handler, status, "Come back.", **headers)

    return fail


def stores_but_cuts_the_answer(peer: Peer, handler: Handler, body: bytes) -> None:
    send(handler, peer.take(body.splitlines()), cut=60)


def stores_but_hangs_up(peer: Peer, handler: Handler, body: bytes) -> None:
    peer.take(body.splitlines())
    handler.connection.close()


def answers_without_a_summary(peer: Peer, handler: Handler, body: bytes) -> None:
    send(handler, peer.take(body.splitlines())[:-1])


def stores_half_and_says_so(peer: Peer, handler: Handler, body: bytes) -> None:
    lines = body.splitlines()
    send(handler, peer.take(lines[: len(lines) // 2]))


@contextmanager
def peer() -> Iterator[Peer]:
    """A peer on a port of its own."""
    with site() as here:
        there = Peer(here)
        here.answers["/v1/ingest"] = there.answer
        yield there
