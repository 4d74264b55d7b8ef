"""One question to an OpenAI-compatible endpoint, and what its model answers. No domain here."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import sleep
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import httpx
import msgspec
from pydantic import SecretStr

from app.fetching.fetch import USER_AGENT
from app.fetching.waiting import backoff, retry_after
from app.reading.second.errors import SecondReaderFailed

MOST_BYTES = 1024 * 1024
"""Of an answer, with all that the endpoint wraps it in."""

RETRIES = 2
"""Of a try that may go better the next time; there is a person waiting."""

_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask whom. The address is the operator's: it may be on this machine.

    ``seconds`` is what all tries together may take.
    """

    url: str
    model: str
    key: SecretStr | None
    seconds: float


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct, frozen=True):
    choices: list[_Choice]


class _Passing(Exception):
    """A try that failed, and that another one may make good."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.asked = asked


async def ask(endpoint: Endpoint, messages: Sequence[dict[str, str]], form: dict[str, Any]) -> str:
    """What the model answers, which ought to be JSON of the schema ``form``.

    Raises:
        SecondReaderFailed: no answer came in time, or none that can be used.
    """
    body = msgspec.json.encode(
        {
            "model": endpoint.model,
            "messages": messages,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reading", "strict": True, "schema": form},
            },
        }
    )
    try:
        async with asyncio.timeout(endpoint.seconds) as limit, _client(endpoint) as client:
            return _content(await _patiently(client, body, limit))
    except TimeoutError as error:
        raise SecondReaderFailed(f"it took longer than {endpoint.seconds:g} seconds") from error


def _client(endpoint: Endpoint) -> httpx.AsyncClient:
    """It goes nowhere else: no redirects, no proxies, no logins of this machine."""
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key.get_secret_value()}"
    try:
        return httpx.AsyncClient(
            base_url=endpoint.url,
            headers=headers,
            timeout=None,  # of all tries together, see above
            verify=_tls(),
            trust_env=False,
        )
    except httpx.InvalidURL as error:
        raise SecondReaderFailed("its address is not one") from error


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


async def _patiently(client: httpx.AsyncClient, body: bytes, limit: asyncio.Timeout) -> bytes:
    for attempt in count():
        try:
            return await _try(client, body)
        except _Passing as failure:
            wait = backoff(attempt, failure.asked)
            if attempt >= RETRIES:
                raise SecondReaderFailed(f"{failure}, {attempt + 1} times") from failure
            if asyncio.get_running_loop().time() + wait > (limit.when() or 0):
                raise SecondReaderFailed(
                    f"{failure}, and no time is left to ask again"
                ) from failure
            await sleep(wait)
    raise AssertionError("counting has no end")


async def _try(client: httpx.AsyncClient, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json"}
    try:
        async with client.stream(
            "POST", "chat/completions", content=body, headers=headers
        ) as answer:
            _check_status(answer)
            return await _body(answer)
    except httpx.TransportError as error:
        # Of what kind, not in which words: those of some repeat the headers that were sent.
        raise _Passing(f"no answer came ({type(error).__name__})") from None


def _check_status(answer: httpx.Response) -> None:
    status = answer.status_code
    if status in _PASSING or status >= 500:
        asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
        raise _Passing(f"it answered with status {status}", asked)
    if answer.is_redirect:
        raise SecondReaderFailed(f"it redirects (status {status}), which is not followed")
    if status != 200:
        raise SecondReaderFailed(f"it answered with status {status}")


async def _body(answer: httpx.Response) -> bytes:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise SecondReaderFailed("its answer is packed, which was not asked for")
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise SecondReaderFailed(f"its answer is larger than {MOST_BYTES} bytes")
    return bytes(body)


def _content(body: bytes) -> str:
    try:
        completion = msgspec.json.decode(body, type=_Completion)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise SecondReaderFailed("its answer is no chat completion") from None
    if not completion.choices:
        raise SecondReaderFailed("its answer is empty")
    choice = completion.choices[0]
    if choice.message.refusal:
        raise SecondReaderFailed("it refused to answer")
    if choice.finish_reason not in (None, "stop"):
        raise SecondReaderFailed("it did not finish its answer")
    if not choice.message.content:
        raise SecondReaderFailed("its answer is empty")
    return choice.message.content
