"""One GET of a page that somebody else wrote the address of.

The host is resolved here, once a hop, and the connection goes to the very address that was
checked: a name that leads elsewhere the next moment cannot lead inside.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from ipaddress import ip_address

import httpx

from app.fetching.addresses import Address, Resolve, is_public, resolve
from app.fetching.errors import (
    AddressRefused,
    BadStatus,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WrongContent,
)
from app.fetching.unpacking import Corrupt, CutOff, Overflow, Unpacker
from app.fetching.waiting import retry_after

USER_AGENT = f"hearsay/{version('hearsay')}"
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_ELSEWHERE = frozenset({"accept", "accept-encoding", "user-agent"})
"""Headers that another host may see, too; the others were meant for the first one only."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a fetch may cost, and where it may go.

    ``private_hosts`` are names or addresses of hosts that may be private, and on any port;
    all others must be public, on the usual ports. ``types`` are the content types that are
    taken, if not all are.
    """

    seconds: float = 60
    read_seconds: float = 20
    connect_seconds: float = 10
    bytes: int = 64 * 1024 * 1024
    redirects: int = 5
    private_hosts: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, or, with ``status`` 304, that it is still what it was."""

    url: str
    status: int
    body: bytes = field(repr=False)
    content_type: str | None
    etag: str | None
    last_modified: str | None


async def fetch(
    url: str,
    limits: Limits = Limits(),  # frozen
    *,
    headers: Mapping[str, str] | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    resolver: Resolve = resolve,
) -> Fetched:
    """Fetch a page, following redirects; only what changed since ``etag`` or ``last_modified``.

    Raises:
        FetchError: nothing usable came; its kind tells why, and ``passing`` whether another
            try may help.
    """
    sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    sent |= headers or {}
    sent |= {"If-None-Match": etag} if etag else {}
    sent |= {"If-Modified-Since": last_modified} if last_modified else {}
    try:
        async with asyncio.timeout(limits.seconds):
            return await _follow(url, limits, httpx.Headers(sent), resolver)
    except TimeoutError as error:
        raise TimedOut(url, f"not finished after {limits.seconds:g} seconds") from error


async def _follow(url: str, limits: Limits, headers: httpx.Headers, resolver: Resolve) -> Fetched:
    start, present = url, url
    for _ in range(limits.redirects + 1):
        answer = await _one_hop(present, limits, headers, resolver)
        if isinstance(answer, Fetched):
            return answer
        if _origin(answer) != _origin(httpx.URL(present)):
            headers = httpx.Headers(
                {name: value for name, value in headers.items() if name in _KEPT_ELSEWHERE}
            )
        present = str(answer)
    raise TooManyRedirects(start, f"redirects more than {limits.redirects} times")


async def _one_hop(
    url: str, limits: Limits, headers: httpx.Headers, resolver: Resolve
) -> Fetched | httpx.URL:
    """What the address answers, or the address that it points to."""
    target = _checked_url(url, limits)
    addresses = await _checked_addresses(target, limits, resolver)
    for last, address in enumerate(addresses, 1 - len(addresses)):
        try:
            return await _ask(target, address, limits, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if last == 0:
                raise Unreachable(url, f"no connection: {error}") from error
        except httpx.TimeoutException as error:
            raise TimedOut(url, "it does not answer") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable(url, f"the answer was cut off: {error}") from error
    raise AssertionError("a host has at least one address")


def _checked_url(url: str, limits: Limits) -> httpx.URL:
    try:
        target = httpx.URL(url)
        has_host = bool(target.host)
    except (httpx.InvalidURL, UnicodeError) as error:  # of a host that IDNA does not know
        raise AddressRefused(url, f"not a URL: {error}") from error
    if target.scheme not in _PORTS or not has_host:
        raise AddressRefused(url, "only http:// and https:// are fetched")
    if target.userinfo:
        raise AddressRefused(str(target.copy_with(userinfo=b"")), "it carries credentials")
    if target.port not in (None, 80, 443) and target.host not in limits.private_hosts:
        raise AddressRefused(url, f"port {target.port} is neither 80 nor 443")
    return target


async def _checked_addresses(target: httpx.URL, limits: Limits, resolver: Resolve) -> list[Address]:
    port = target.port or _PORTS[target.scheme]
    try:
        # What is written as an address is not looked up, and its scope is of no use elsewhere.
        addresses = [ip_address(target.host)]
    except ValueError:
        try:
            addresses = await resolver(target.host, port)
        except OSError as error:
            raise Unreachable(str(target), f"no address for {target.host!r}") from error
    if not addresses:
        raise Unreachable(str(target), f"no address for {target.host!r}")
    if target.host not in limits.private_hosts:
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(str(target), f"{target.host!r} leads to {address}, inside")
    return addresses


async def _ask(
    target: httpx.URL, address: Address, limits: Limits, headers: httpx.Headers
) -> Fetched | httpx.URL:
    """Send the request to an address, though as one for the host."""
    request = httpx.Request(
        "GET",
        target,
        headers=headers,
        extensions={
            "sni_hostname": target.host,
            "timeout": {
                "connect": limits.connect_seconds,
                "read": limits.read_seconds,
                "write": limits.read_seconds,
                "pool": None,
            },
        },
    )
    request.url = target.copy_with(host=str(address))
    # A connection is used once: one to the same address may be another host's.
    async with httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False) as transport:
        response = await transport.handle_async_request(request)
        try:
            response.request = request
            return await _read(target, response, limits)
        finally:
            await response.aclose()


async def _read(target: httpx.URL, response: httpx.Response, limits: Limits) -> Fetched | httpx.URL:
    url = str(target)
    if response.status_code in _REDIRECTS and "location" in response.headers:
        return _location(target, response.headers["location"])
    if response.status_code not in (200, 304):
        asked = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        raise BadStatus(url, response.status_code, asked)
    content_type = response.headers.get("content-type")
    if response.status_code == 200:
        _check_type(url, content_type, limits)
    return Fetched(
        url,
        response.status_code,
        await _body(url, response, limits.bytes) if response.status_code == 200 else b"",
        content_type,
        response.headers.get("etag"),
        response.headers.get("last-modified"),
    )


def _location(target: httpx.URL, location: str) -> httpx.URL:
    try:
        found = target.join(location)
        _origin(found)
    except (httpx.InvalidURL, ValueError) as error:
        raise WrongContent(str(target), f"redirects to {location[:200]!r}") from error
    return found


def _check_type(url: str, content_type: str | None, limits: Limits) -> None:
    plain = (content_type or "").partition(";")[0].strip().lower()
    if limits.types and plain not in limits.types:
        allowed = ", ".join(sorted(limits.types))
        raise WrongContent(url, f"is {plain or 'of no type'}, not one of {allowed}")


async def _body(url: str, response: httpx.Response, limit: int) -> bytes:
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip"):
        raise WrongContent(url, f"is packed as {packing[:40]}, which was not asked for")
    unpacker = Unpacker(limit) if packing.endswith("gzip") else None
    body = bytearray()
    try:
        async for piece in response.aiter_raw():
            body += unpacker.unpack(piece) if unpacker else piece
            if len(body) > limit:
                raise Overflow
        if unpacker:
            unpacker.finish()
    except Overflow as error:
        raise TooLarge(url, f"is larger than {limit} bytes") from error
    except CutOff as error:
        raise Unreachable(url, str(error)) from error
    except Corrupt as error:
        raise WrongContent(url, str(error)) from error
    return bytes(body)


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
