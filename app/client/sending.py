"""Sends segments of items to the server, and believes only what it acknowledged."""

from __future__ import annotations

import gzip
from asyncio import sleep
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from secrets import token_hex
from typing import Any

import httpx
import msgspec

from app.client.errors import Refused, Unfinished
from app.fetching.waiting import backoff, retry_after

Tell = Callable[[str], None]

NDJSON = "application/x-ndjson"
LONGEST_WAIT = 15 * 60.0
"""A server that asks for more seconds than this is left to the next run."""

_AGAIN = frozenset({408, 409, 425, 429})
_ADVICE = {
    401: "give a valid key with HEARSAY_KEY, --key-file or --key",
    403: "this key may not ingest here, or the server takes no writes",
    404: "nothing there takes items: check --server",
    405: "nothing there takes items: check --server",
    415: "this server does not take NDJSON: it may be older than this command",
}


class Counts(msgspec.Struct, frozen=True):
    """How many of an item's claims were new, and how many were known."""

    created: int = 0
    unchanged: int = 0


class Result(msgspec.Struct, frozen=True):
    """What became of an item, as the server tells it."""

    index: int
    status: str
    id: str | None = None
    claims: Counts = Counts()
    errors: list[dict[str, Any]] = []


class _Meta(msgspec.Struct, frozen=True):
    complete: bool = False


class _Closing(msgspec.Struct, frozen=True):
    summary: dict[str, int]
    meta: _Meta


class _Failed(Exception):
    """A try that failed, and that another one may make good."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.asked = asked


class _TooLarge(Exception):
    """The server takes no body of this size."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Where to, as part of which run, and with how much patience.

    ``token`` goes into the idempotency keys: the server takes the same items under the same
    token for a retry and answers as before, under another one for news that may fare better.
    """

    client: httpx.AsyncClient
    run: str
    dry_run: bool = False
    retries: int = 8
    tell: Tell = field(default=lambda _: None)
    token: str = field(default_factory=lambda: token_hex(16))

    async def send(self, items: Sequence[bytes]) -> list[Result]:
        """Send items, as often as it takes, until each of them is acknowledged.

        Raises:
            Unfinished: the server could not be reached, or did not finish an answer.
            Refused: it does not take this from us.
        """
        if not items:
            return []
        try:
            return await self._until_acknowledged(items)
        except _TooLarge:
            return await self._by_halves(items)

    async def _by_halves(self, items: Sequence[bytes]) -> list[Result]:
        if len(items) == 1:
            return [Result(0, "rejected", errors=[_fault("is larger than the server takes")])]
        middle = len(items) // 2
        return [*await self.send(items[:middle]), *await self.send(items[middle:])]

    async def _until_acknowledged(self, items: Sequence[bytes]) -> list[Result]:
        body = b"\n".join(items) + b"\n"
        packed = gzip.compress(body, 5, mtime=0)
        key = self._idempotency_key(body)
        for attempt in count():
            try:
                return await self._try(packed, key, len(items))
            except _Failed as failure:
                if attempt >= self.retries:
                    tries = f"{attempt + 1} tries" if attempt else "one try"
                    raise Unfinished(f"{self._server}: {failure}, after {tries}") from failure
                wait = backoff(attempt, failure.asked)
                if wait > LONGEST_WAIT:
                    asks = f"asks to come back in {wait:.0f} seconds"
                    raise Unfinished(f"{self._server}: {failure}; it {asks}") from failure
                self.tell(f"{failure}; trying again in {wait:.0f} seconds")
                await sleep(wait)
        raise AssertionError("counting has no end")

    async def _try(self, packed: bytes, key: str, sent: int) -> list[Result]:
        try:
            answer = await self.client.post(
                "/v1/ingest",
                params={"run": self.run, "dry_run": "true" if self.dry_run else "false"},
                content=packed,
                headers={
                    "Content-Type": NDJSON,
                    "Content-Encoding": "gzip",
                    "Accept": NDJSON,
                    "Idempotency-Key": key,
                },
            )
        except httpx.TransportError as error:
            raise _Failed(f"no answer ({type(error).__name__}: {error})") from error
        except httpx.DecodingError as error:
            raise _Failed("the answer cannot be unpacked") from error
        if answer.status_code == 200:
            return results_of(answer, sent)
        return self._refuse(answer)

    def _refuse(self, answer: httpx.Response) -> list[Result]:
        status = answer.status_code
        broke_off = status == 400 and b"/problems/broken-body" in answer.content
        if status in _AGAIN or status >= 500 or broke_off:
            asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
            raise _Failed(f"status {status} ({problem_of(answer)})", asked)
        if status == 413:
            raise _TooLarge
        if answer.is_redirect:
            there = answer.headers.get("location")
            raise Refused(f"{self._server} redirects to {there}: give that as --server")
        advice = f": {_ADVICE[status]}" if status in _ADVICE else ""
        raise Refused(f"{self._server} answers {status} ({problem_of(answer)}){advice}")

    @property
    def _server(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def _idempotency_key(self, body: bytes) -> str:
        return sha256(f"{self.token}\n{self.run}\n".encode() + body).hexdigest()


def results_of(answer: httpx.Response, sent: int) -> list[Result]:
    """One result per item that was sent; an answer that stops short is none."""
    lines = [line for line in answer.content.split(b"\n") if line.strip()]
    try:
        closing = msgspec.json.decode(lines.pop(), type=_Closing) if lines else None
        results = [msgspec.json.decode(line, type=Result) for line in lines]
    except msgspec.MsgspecError as error:
        raise _Failed(f"the answer is cut off, or is none to items: {error}") from error
    if closing is None or not closing.meta.complete:
        raise _Failed("the answer ends before its summary")
    if [result.index for result in results] != list(range(sent)):
        raise _Failed(f"the answer has {len(results)} results for {sent} items")
    return [_placed(result) for result in results]


def _placed(result: Result) -> Result:
    """The result with pointers into its item, as nobody knows the batch that it was sent in."""
    faults = [
        {**fault, "pointer": str(fault.get("pointer") or "").removeprefix(f"/{result.index}")}
        for fault in result.errors
    ]
    return msgspec.structs.replace(result, errors=faults)


def _fault(message: str) -> dict[str, Any]:
    return {"pointer": "", "message": message}


def problem_of(answer: httpx.Response) -> str:
    """What a problem says: its detail, and the faults that it lists."""
    try:
        problem = msgspec.json.decode(answer.content)
        faults = [
            f"{fault.get('parameter') or fault.get('pointer') or ''}: {fault.get('message')}"
            for fault in problem.get("errors") or []
        ]
        return "; ".join([str(problem.get("detail") or problem.get("title")), *faults])[:500]
    except (msgspec.MsgspecError, AttributeError):
        return answer.reason_phrase or "no more is told"
