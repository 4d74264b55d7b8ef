"""Articles out of pages, from a real server on this machine, and what pages do to be in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from app.fetching.errors import AddressRefused, TooLarge, WrongContent
from app.fetching.fetch import Limits
from app.reading import pages
from app.reading.pages import LIMITS, NotAnArticle, article_of_page, fetch_article
from tests.web_server import Site, site

HERE = Limits(private_hosts=frozenset({"127.0.0.1"}), types=LIMITS.types)

SENTENCES = (
    "Meridian Robotics is in talks to raise $40 million, two people who know of it said on Monday.",
    "The round would value the maker of warehouse arms at $300 million, up from $90 million.",
    "Meridian and its backers did not answer questions that were sent to them at the weekend.",
    "Much of the money is for a second plant, as rivals such as Tollgate Motion build theirs.",
)
TITLE = "Meridian Robotics in talks to raise $40 million"
AROUND = (
    '<header><nav><a href="/">Home</a> <a href="/deals">Deals</a></nav></header>',
    '<aside><h3>Most read</h3><ul><li><a href="/a">Tollgate Motion raises $9 billion</a></li>'
    '<li><a href="/b">Norvik Bank buys a rival for $2 billion</a></li></ul></aside>'
    "<footer>All rights reserved. First published 2009-04-05.</footer>",
)


def page(head: str = "", sentences: tuple[str, ...] = SENTENCES) -> bytes:
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{AROUND[0]}<main><article>"
        f"<h1>{TITLE}</h1><p class=byline>By A. Writer</p>{text}</article></main>{AROUND[1]}"
        "</body></html>"
    ).encode()


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def linked_data(**fields: object) -> str:
    told = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **fields})
    return f'<script type="application/ld+json">{told}</script>'


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as here:
        yield here


@pytest.mark.anyio
async def test_a_page_is_fetched_and_read(server: Site) -> None:
    head = meta("og:title", TITLE) + meta("og:site_name", "Harbour Wire")
    head += meta("article:published_time", "2026-03-04T23:30:00-05:00")
    url = server.page("/story", page(head), Content_Type="text/html; charset=utf-8")
    article = await fetch_article(url, HERE)
    assert article.text.split("\n") == list(SENTENCES)
    assert (article.title, article.publisher) == (TITLE, "Harbour Wire")
    assert article.published == "2026-03-04T23:30:00-05:00"
    assert article.url == url


@pytest.mark.anyio
async def test_only_pages_of_public_hosts_are_fetched_and_only_what_can_be_read(
    server: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.page("/story", page(), Content_Type="text/html")
    with pytest.raises(AddressRefused):
        await fetch_article(url)
    with pytest.raises(WrongContent):
        await fetch_article(server.page("/report", b"%PDF", Content_Type="application/pdf"), HERE)
    with pytest.raises(TooLarge):
        await fetch_article(url, Limits(private_hosts=HERE.private_hosts, bytes=100))
    monkeypatch.setattr(pages, "MOST_BYTES", 100)
    with pytest.raises(NotAnArticle, match="larger than 100 bytes"):
        await fetch_article(url, HERE)


def test_linked_data_tells_title_publisher_and_date() -> None:
    head = linked_data(
        headline=TITLE,
        datePublished="2026-03-04T09:00:00Z",
        dateModified="2026-05-01T00:00:00Z",
        publisher={"@type": "Organization", "name": "Harbour Wire"},
    )
    article = article_of_page(page(head), "text/html", "https://www.example.com/story")
    assert (article.title, article.publisher) == (TITLE, "Harbour Wire")
    assert article.published == "2026-03-04T09:00:00Z"


@pytest.mark.parametrize(
    ("told", "published"),
    [
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04T09:00:00", "2026-03-04"),  # of some zone
        ("2026-03-04T09:00:00+0100", "2026-03-04T09:00:00+0100"),
        ("yesterday", None),
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_a_date_is_as_exact_as_it_is_told(told: str, published: str | None) -> None:
    head = meta("article:published_time", told)
    assert article_of_page(page(head), "text/html").published == published


def test_nothing_is_made_up_where_the_page_tells_nothing() -> None:
    article = article_of_page(page(), "text/html", "https://www.example.com/2026/story")
    assert (article.publisher, article.published) == (None, None)
    assert article.title == TITLE


def test_the_same_page_is_the_same_article() -> None:
    body = page(linked_data(headline=TITLE, datePublished="2026-03-04"))
    assert len({article_of_page(body, "text/html") for _ in range(3)}) == 1


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=utf-8", None])
def test_a_plain_text_stays_as_it_is(content_type: str | None) -> None:
    text = "  Meridian raises €40 million.\r\n\r\n<b>No</b> markup is read.\n"
    article = article_of_page(text.encode(), content_type)
    assert (article.text, article.title) == (text, None)


def test_without_a_content_type_the_first_sign_decides() -> None:
    assert article_of_page(b"\xef\xbb\xbf\n " + page(), None).title == TITLE


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8-sig", "text/html; charset=latin-1", ""),
        ("utf-16", "text/html", ""),
        ("cp1252", "text/html", ""),
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html; charset=made-up", '<meta charset="windows-1252">'),
        ("cp1252", "text/html; charset=hex", ""),
        ("gb18030", 'text/html; charset="GBK"', ""),
    ],
)
def test_encodings_are_told_by_mark_header_page_or_fit(
    encoding: str, content_type: str, head: str
) -> None:
    sentences = ("Über 40 Millionen – “so viel” wie nie für Müller, Köhler und Söhne.", *SENTENCES)
    if encoding == "gb18030":
        sentences = ("某公司融资七亿美元，投资方没有回应。", *SENTENCES)
    body = page(head, sentences).decode().encode(encoding)
    assert article_of_page(body, content_type).text.startswith(sentences[0])


def test_a_few_wrong_bytes_do_not_change_the_rest() -> None:
    body = page("", ("Café Meridian\xa0wäre bereit.", *SENTENCES)).replace(b"talks", b"t\xfflks")
    text = article_of_page(body, "text/html").text
    assert text.startswith("Café Meridian")
    assert "in t\ufffdlks to raise $40 million" in text


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "no text"),
        (b"\0" * 1000, "text/html", "no text"),
        (b" \n\t", "text/plain", "no text"),
        (b"<html><body><script>alert(1)</script></body></html>", "text/html", "no text"),
        (b"%PDF-1.7", "application/pdf", "application/pdf, not one of"),
        (b"a" * 101, "text/plain", "larger than 100 bytes"),
    ],
)
def test_what_is_no_article_is_told_so(
    monkeypatch: pytest.MonkeyPatch, body: bytes, content_type: str, reason: str
) -> None:
    if len(body) == 101:
        monkeypatch.setattr(pages, "MOST_BYTES", 100)
    with pytest.raises(NotAnArticle, match=reason):
        article_of_page(body, content_type)


TEXT = page().decode()
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "deep": "<div>" * 100_000 + TEXT,
    "deep and closed": "<b>" * 100_000 + TEXT + "</b>" * 100_000,
    "nested out of order": "<a><b><i><p>" * 20_000 + TEXT,
    "tables in tables": "<table><tr><td>" * 20_000 + TEXT,
    "a million signs": "<" * 1_000_000,
    "a million ampersands": "&" * 1_000_000,
    "unended comments": "<!--" * 250_000 + TEXT,
    "entities": f'<!DOCTYPE html [<!ENTITY e0 "lol">{ENTITIES}]><p>&e11;</p>{TEXT}',
    "one long word": f"<p>{'x' * 1_000_000}</p>{TEXT}",
    "blanks": f"<p>{' ' * 1_000_000}</p>{TEXT}",
    "deep data": f'<script type="application/ld+json">{"[" * 100_000}</script>{TEXT}',
    "unended title": "<html><head><title>" + "T" * 1_000_000,
    "nulls": TEXT.replace("i", "i\0"),
    "broken surrogates": TEXT.replace("talks", "&#xD800;&#xDFFF;&#0;&#x110000;"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_page_raises_anything_else_or_holds_up(bomb: str) -> None:
    try:
        article = article_of_page(BOMBS[bomb].encode(), "text/html")
    except NotAnArticle:
        return
    assert article.text.strip()
    assert "\0" not in article.text
    article.text.encode()  # can be stored


@pytest.mark.parametrize(
    "hold_up",
    [
        "<div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "'
        + '\\"' * 300_000
        + "</script>",
    ],
)
def test_a_page_that_holds_up_its_reader_is_given_up_and_the_process_ended(
    monkeypatch: pytest.MonkeyPatch, hold_up: str
) -> None:
    """Each of them takes the parser a minute or more."""
    monkeypatch.setattr(pages, "SECONDS", 1.0)
    with pytest.raises(NotAnArticle, match="not taken apart after 1 seconds"):
        article_of_page((hold_up + TEXT).encode(), "text/html")


def test_a_page_that_brings_its_reader_down_brings_down_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pages, "_PROGRAM", ("-c", "import os; os.abort()"))
    with pytest.raises(NotAnArticle, match="cannot be taken apart"):
        article_of_page(page(), "text/html", "https://example.com/story")
    assert "https://example.com/story" in caplog.text


def test_what_takes_pages_apart_knows_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARSAY_SECOND_READER_KEY", "a-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:a-secret@nowhere/db")
    tell = "import json, os; print(json.dumps({'text': repr(dict(os.environ))}))"
    monkeypatch.setattr(pages, "_PROGRAM", ("-c", tell))
    assert "a-secret" not in article_of_page(page(), "text/html").text
