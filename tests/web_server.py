"""A small web server in a thread: what others publish, with the faults that they have."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers a path as it was told to; HTTP/1.1, so that what is cut off shows."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.close_connection = True
        named = {name.lower(): value for name, value in self.headers.items()}
        self.site.asked.append((self.path, named))
        answers = self.site.answers
        answer = answers.get(self.path) or answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send(404, b"nothing here")
        else:
            answer(self)

    do_POST = do_GET

    def send(self, status: int, body: bytes = b"", length: int | None = None, **more: str) -> None:
        """An answer; ``length`` is what it claims to have, if not what it has."""
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        """What was sent, unpacked."""
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        return gzip.decompress(sent) if self.headers["Content-Encoding"] == "gzip" else sent

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@dataclass
class Site:
    """The server's address, how it answers, and what it was asked."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Publish a page; returns its URL."""
        self.answers[path] = lambda handler: handler.send(status, body, **headers)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""


@contextmanager
def site() -> Iterator[Site]:
    """A server on a port of its own."""
    here = Site()
    handler = type("SiteHandler", (Handler,), {"site": here})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        here.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield here
        finally:
            here.closing.set()
            server.shutdown()
            thread.join()
