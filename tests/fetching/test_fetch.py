"""Fetching from a real server on this machine, with the faults that servers have."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from app.fetching import errors
from app.fetching.addresses import Address, is_public, resolve
from app.fetching.fetch import Fetched, Limits, fetch
from app.fetching.unpacking import Corrupt, CutOff, Overflow, Unpacker, unpacked
from app.fetching.waiting import backoff, retry_after
from tests.web_server import Handler, Site, site

pytestmark = pytest.mark.anyio

HERE = Limits(private_hosts=frozenset({"127.0.0.1"}))


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as here:
        yield here


async def test_a_page_is_fetched_with_what_tells_its_version(server: Site) -> None:
    url = server.page("/feed", b"news", Content_Type="text/xml", ETag='"1"', Last_Modified="then")
    assert await fetch(url, HERE) == Fetched(url, 200, b"news", "text/xml", '"1"', "then")
    assert server.asked[0][1]["user-agent"].startswith("hearsay/")


async def test_a_page_that_did_not_change_is_told_so(server: Site) -> None:
    url = server.page("/feed", b"", 304, ETag='"1"')
    answer = await fetch(url, HERE, etag='"1"', last_modified="then")
    assert (answer.status, answer.body) == (304, b"")
    assert server.asked[0][1]["if-none-match"] == '"1"'
    assert server.asked[0][1]["if-modified-since"] == "then"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "/relative",
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://localhost/",
    ],
)
async def test_what_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(errors.AddressRefused) as refusal:
        await fetch(url)
    assert not refusal.value.passing
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::a00:1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:192.168.0.1", False),
        ("::127.0.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("ff02::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("192.0.2.1", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


async def test_the_connection_goes_to_the_address_that_was_checked(server: Site) -> None:
    """A name is looked up once: what it leads to the next moment does not matter."""
    looked_up = []

    async def rebinding(host: str, port: int) -> list[Address]:
        looked_up.append((host, port))
        # Nobody listens at the first one: the next is tried.
        return [ip_address("::1"), ip_address("127.0.0.1")]

    server.page("/", b"found")
    port = server.url.rpartition(":")[2]
    limits = Limits(private_hosts=frozenset({"feeds.example"}))
    answer = await fetch(f"http://feeds.example:{port}/", limits, resolver=rebinding)
    assert answer.body == b"found"
    assert answer.url == f"http://feeds.example:{port}/"
    assert server.asked[0][1]["host"] == f"feeds.example:{port}"
    assert looked_up == [("feeds.example", int(port))]


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    async def mixed(host: str, port: int) -> list[Address]:
        del host, port
        return [ip_address("8.8.8.8"), ip_address("10.0.0.1")]

    with pytest.raises(errors.AddressRefused, match=r"leads to 10\.0\.0\.1, inside"):
        await fetch("http://mixed.example/", resolver=mixed)


async def test_redirects_are_followed_and_each_hop_is_checked(server: Site) -> None:
    port = server.url.rpartition(":")[2]
    server.page("/old", b"", 301, Location="/new")
    server.page("/new", b"there")
    assert (await fetch(f"{server.url}/old", HERE)).url == f"{server.url}/new"
    for inside in (f"http://localhost:{port}/new", "http://169.254.169.254/", "file:///etc/passwd"):
        server.page("/out", b"", 302, Location=inside)
        with pytest.raises(errors.AddressRefused):
            await fetch(f"{server.url}/out", HERE)
    assert server.paths() == ["/old", "/new", "/out", "/out", "/out"]


@pytest.mark.parametrize("host", ["xn--", "xn--a"])
async def test_a_host_that_no_alphabet_has_is_refused(server: Site, host: str) -> None:
    with pytest.raises(errors.AddressRefused, match="not a URL"):
        await fetch(f"http://{host}/")
    server.page("/out", b"", 302, Location=f"http://{host}/")
    with pytest.raises(errors.WrongContent, match="redirects to"):
        await fetch(f"{server.url}/out", HERE)


async def test_headers_for_one_host_are_not_shown_to_another(server: Site) -> None:
    async def here(host: str, port: int) -> list[Address]:
        del host, port
        return [ip_address("127.0.0.1")]

    port = server.url.rpartition(":")[2]
    server.page("/out", b"", 307, Location=f"http://other.example:{port}/in")
    server.page("/in", b"")
    limits = Limits(private_hosts=frozenset({"127.0.0.1", "other.example"}))
    headers = {"Authorization": "Bearer key", "User-Agent": "tests"}
    await fetch(f"{server.url}/out", limits, headers=headers, resolver=here)
    first, second = (sent for _, sent in server.asked)
    assert first["authorization"] == "Bearer key"
    assert "authorization" not in second
    assert second["user-agent"] == "tests"


async def test_a_redirect_loop_ends(server: Site) -> None:
    url = server.page("/loop", b"", 302, Location="/loop")
    with pytest.raises(errors.TooManyRedirects):
        await fetch(url, HERE)
    assert len(server.asked) == HERE.redirects + 1


async def test_when_to_come_back_is_told(server: Site) -> None:
    url = server.page("/busy", b"", 429, Retry_After="7")
    with pytest.raises(errors.BadStatus) as busy:
        await fetch(url, HERE)
    assert (busy.value.status, busy.value.retry_after, busy.value.passing) == (429, 7, True)
    with pytest.raises(errors.BadStatus) as missing:
        await fetch(f"{server.url}/none", HERE)
    assert not missing.value.passing


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while not handler.site.closing.wait(0.02):
        handler.wfile.write(b"1\r\n.\r\n")


def silent(handler: Handler) -> None:
    handler.site.closing.wait(30)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.site.closing.is_set():
        handler.wfile.write(b"." * 65_536)


@pytest.mark.parametrize("answer", [drip, silent])
async def test_what_takes_too_long_is_given_up(server: Site, answer: object) -> None:
    server.answers["/slow"] = answer  # type: ignore[assignment]
    limits = Limits(seconds=0.5, private_hosts=HERE.private_hosts)
    with pytest.raises(errors.TimedOut) as late:
        await fetch(f"{server.url}/slow", limits)
    assert late.value.passing
    quick = Limits(read_seconds=0.2, private_hosts=HERE.private_hosts)
    server.answers["/silent"] = silent
    with pytest.raises(errors.TimedOut):
        await fetch(f"{server.url}/silent", quick)


async def test_a_body_without_end_is_cut(server: Site) -> None:
    server.answers["/endless"] = endless
    with pytest.raises(errors.TooLarge):
        await fetch(f"{server.url}/endless", Limits(bytes=10**6, private_hosts=HERE.private_hosts))


async def test_a_bomb_is_not_unpacked(server: Site) -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    url = server.page("/bomb", bomb, Content_Encoding="gzip")
    with pytest.raises(errors.TooLarge):
        await fetch(url, Limits(bytes=10**6, private_hosts=HERE.private_hosts))


async def test_what_is_packed_is_unpacked(server: Site) -> None:
    twice = gzip.compress(b"one, ") + gzip.compress(b"two")
    url = server.page("/packed", twice, Content_Encoding="gzip")
    assert (await fetch(url, HERE)).body == b"one, two"
    cut = server.page("/cut", twice[:-4], Content_Encoding="gzip")
    with pytest.raises(errors.Unreachable, match="cut off"):
        await fetch(cut, HERE)
    odd = server.page("/odd", zlib.compress(b"x"), Content_Encoding="br")
    with pytest.raises(errors.WrongContent, match="packed as br"):
        await fetch(odd, HERE)
    lying = server.page("/lying", b"plain", Content_Encoding="gzip")
    with pytest.raises(errors.WrongContent):
        await fetch(lying, HERE)


async def test_a_body_that_is_cut_off_is_none(server: Site) -> None:
    server.answers["/cut"] = lambda handler: handler.send(200, b"half", length=8)
    with pytest.raises(errors.Unreachable) as cut:
        await fetch(f"{server.url}/cut", HERE)
    assert cut.value.passing


async def test_only_asked_for_types_are_taken(server: Site) -> None:
    limits = Limits(types=frozenset({"text/html"}), private_hosts=HERE.private_hosts)
    page = server.page("/page", b"<p>", Content_Type="Text/HTML; charset=utf-8")
    assert (await fetch(page, limits)).body == b"<p>"
    with pytest.raises(errors.WrongContent, match="is image/png, not one of text/html"):
        await fetch(server.page("/image", b"", Content_Type="image/png"), limits)


async def test_no_server_is_a_passing_fault() -> None:
    with site() as gone:
        url = gone.url
    with pytest.raises(errors.Unreachable) as fault:
        await fetch(url, HERE)
    assert fault.value.passing
    with pytest.raises(errors.Unreachable, match="no address"):
        await fetch("http://a.invalid/")


async def test_the_environment_sets_no_proxy(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert (await fetch(server.page("/", b"direct"), HERE)).body == b"direct"


async def test_spellings_of_an_address_are_resolved_to_it() -> None:
    assert await resolve("127.1", 80) == [ip_address("127.0.0.1")]
    with pytest.raises(OSError, match="not a host name"):
        await resolve("a" * 64 + ".example", 80)


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 25 Nov 2026 12:01:30 GMT", 90),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_waits_grow_up_to_a_minute_and_never_undercut_what_was_asked() -> None:
    assert 0.5 <= backoff(0) <= 1
    assert 4 <= backoff(3) <= 8
    assert 30 <= backoff(100) <= 60
    assert backoff(0, asked=90) == 90


def test_unpacking_stops_at_the_limit() -> None:
    packed = gzip.compress(b"x" * 1_000)
    assert unpacked(packed, 1_000) == b"x" * 1_000
    with pytest.raises(Overflow):
        unpacked(packed, 999)
    with pytest.raises(CutOff):
        unpacked(packed[:-1], 1_000)
    with pytest.raises(Corrupt):
        unpacked(b"no gzip", 1_000)
    unpacker = Unpacker(1_000)
    assert b"".join(unpacker.unpack(bytes([byte])) for byte in packed) == b"x" * 1_000
    unpacker.finish()
