"""``hearsay pull``: feeds of recorded shapes, on servers with faults, sent once and not lost."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.client import pull as pulling
from app.client.checkpoint import alone
from app.client.edgar import Unreadable, filings, report
from app.client.errors import Unusable
from app.client.feeds import Feed, Kind, Publisher
from app.client.syndication import plain_text, rss_documents
from app.fetching.fetch import Fetched, Limits
from tests.client.conftest import hearsay
from tests.client.peer import Peer, fails
from tests.web_server import Handler, Site

SOURCE = """source = { slug = "nimbus-news", name = "Nimbus News", kind = "newsroom" }"""
PUBLISHER = {
    "type": "source", "slug": "nimbus-news", "name": "Nimbus News", "kind": "newsroom",
}  # fmt: skip

# Shapes of what is really published; the companies are invented.
SHAPES = Path(__file__).parent / "shapes"
RSS = (SHAPES / "rss.xml").read_text()

ATOM = (SHAPES / "atom.xml").read_text()

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Nimbus",
    "items": [
        {
            "id": "2",
            "url": "https://nimbus.example/b",
            "title": "B",
            "date_published": "2026-11-25T09:30:00+01:00",
        },
        {"id": "1", "external_url": "https://nimbus.example/a", "content_text": "A"},
    ],
}


def configured(folder: Path, *feeds: str, more: str = "delay = 0") -> Path:
    file = folder / "feeds.toml"
    file.write_text(more + "\n" + "\n".join(f"[[feed]]\n{feed}" for feed in feeds))
    return file


def rss(url: str, name: str = "news", more: str = "") -> str:
    return f'name = "{name}"\nkind = "rss"\nurl = "{url}"\n{SOURCE}\n{more}'


def pull(config: Path, *more: str | Path) -> int:
    return hearsay("pull", config, "--allow-private", *more)


def stored(server: Peer) -> list[dict[str, Any]]:
    return [json.loads(item) for item in server.stored]


def test_rss_entries_are_documents_and_sent_once(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = web.page("/rss", RSS.encode(), Content_Type="application/rss+xml")
    config = configured(tmp_path, rss(url, more='document_kind = "press_release"'))
    assert pull(config) == 0
    document = {"type": "document", "source": "nimbus-news", "kind": "press_release"}
    assert stored(server) == [
        PUBLISHER,
        {**document, "title": "No date"},
        {
            **document,
            "url": "https://nimbus.example/first",
            "title": "Cirrus 7B is out",
            "published_at": "2026-11-24",
        },
        {
            **document,
            "url": "https://nimbus.example/second",
            "title": "Nimbus & Co raises $50M",
            "published_at": "2026-11-25T08:30:00Z",
        },
    ]
    newer = RSS.replace("<item>", "<item><title>New</title></item><item>", 1)
    web.page("/rss", newer.encode(), Content_Type="application/rss+xml")
    assert pull(config) == 0
    assert [asked["items"] for asked in server.requests] == [4, 1]
    assert "news: 1 new of 5" in capsys.readouterr().err
    assert pull(config) == 0
    assert len(server.requests) == 2


def test_atom_and_json_feeds(server: Peer, web: Site, tmp_path: Path) -> None:
    atom = web.page("/a/atom", ATOM.encode(), Content_Type="application/atom+xml")
    feed = web.page("/json", json.dumps(JSON_FEED).encode(), Content_Type="application/feed+json")
    config = configured(
        tmp_path, rss(atom), rss(feed, "json").replace('kind = "rss"', 'kind = "json_feed"')
    )
    assert pull(config) == 0
    documents = [item for item in stored(server) if item["type"] == "document"]
    assert [(item.get("title"), item["url"], item.get("published_at")) for item in documents] == [
        ("Talks on a round", f"{web.url}/talks", "2026-11-25T13:00:00Z"),
        (None, "https://nimbus.example/a", None),
        ("B", "https://nimbus.example/b", "2026-11-25T08:30:00Z"),
    ]


def test_validators_are_sent_back_and_nothing_new_is_nothing_to_do(
    server: Peer, web: Site, tmp_path: Path
) -> None:
    url = web.page("/rss", RSS.encode(), ETag='"1"', Last_Modified="Wed, 25 Nov 2026 09:00:00 GMT")
    config = configured(tmp_path, rss(url))
    assert pull(config) == 0
    web.page("/rss", b"", 304)
    assert pull(config) == 0
    assert web.asked[1][1]["if-none-match"] == '"1"'
    assert web.asked[1][1]["if-modified-since"] == "Wed, 25 Nov 2026 09:00:00 GMT"
    assert len(server.requests) == 1


def test_nothing_counts_as_seen_before_it_is_acknowledged(
    server: Peer, web: Site, tmp_path: Path, waits: list[float]
) -> None:
    url = web.page("/rss", RSS.encode(), ETag='"1"')
    config = configured(tmp_path, rss(url))
    server.faults = [None, fails(503)]
    assert pull(config, "--batch", "2", "--retries", "0") == 3
    assert len(server.stored) == 2
    assert pull(config, "--batch", "2") == 0
    assert "if-none-match" not in web.asked[1][1]
    assert [asked["items"] for asked in server.requests] == [2, 2, 2]
    assert set(server.stored.values()) == {1}
    assert waits == []


def test_what_was_rejected_is_sent_and_told_again(server: Peer, web: Site, tmp_path: Path) -> None:
    url = web.page("/rss", RSS.encode(), ETag='"1"')
    config = configured(tmp_path, rss(url))
    bad = b'{"type":"document","source":"nimbus-news","kind":"news","title":"No date"}'
    server.statuses = {bad: "rejected"}
    assert pull(config, "--rejects", tmp_path / "rejects") == 1
    assert json.loads((tmp_path / "rejects").read_text())["source"] == "news"
    assert pull(config) == 1
    server.statuses = {}
    assert pull(config) == 0
    assert [asked["items"] for asked in server.requests] == [4, 1, 1]
    assert pull(config) == 0
    assert len(server.requests) == 3


def test_one_feed_that_fails_does_not_stop_the_others(
    server: Peer, web: Site, tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    busy = web.page("/busy", b"", 429, Retry_After="40")
    loop = web.page("/loop", b"", 302, Location="/loop")
    inside = web.page("/out", b"", 302, Location="http://localhost/")
    web.answers["/cut"] = lambda handler: handler.send(200, b"<rss", length=400)
    page = web.page("/page", b"<html><title>Not a feed</title></html>", Content_Type="text/html")
    good = web.page("/rss", RSS.encode())
    missing = f"{web.url}/none"
    urls = [busy, loop, inside, f"{web.url}/cut", page, missing, good]
    config = configured(tmp_path, *(rss(url, f"feed-{n}") for n, url in enumerate(urls)))
    assert pull(config) == 3
    assert len(server.stored) == 4
    told = capsys.readouterr().err
    for reason in (
        "status 429", "redirects more than", "leads to", "cut off", "neither RSS nor Atom",
        "status 404",
    ):  # fmt: skip
        assert reason in told
    assert web.paths().count("/busy") == web.paths().count("/cut") == 3
    assert web.paths().count("/none") == 1
    assert [wait for wait in waits if wait >= 40] == [40, 40]


def test_private_hosts_are_refused_unless_the_run_allows_them(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, rss(web.page("/rss", RSS.encode())))
    assert hearsay("pull", config) == 3
    assert "is neither 80 nor 443" in capsys.readouterr().err
    assert web.asked == []
    assert server.requests == []


def test_hosts_are_asked_no_faster_than_they_are_to_be(
    server: Peer, web: Site, tmp_path: Path, waits: list[float]
) -> None:
    urls = [web.page(f"/{n}", RSS.encode()) for n in range(3)]
    feeds = [rss(url, f"feed-{n}") for n, url in enumerate(urls)]
    feeds[2] += "delay = 60"
    assert pull(configured(tmp_path, *feeds, more="delay = 30")) == 0
    assert [round(wait, -1) for wait in waits] == [30, 60]
    assert len(server.stored) == 4


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (RSS.replace("Cirrus", "Zürich").encode("latin-1", "replace"), "text/xml; charset=utf-8"),
        (RSS.replace("Cirrus", "Zürich").encode(), "text/xml; charset=us-ascii"),
        (RSS.replace("Cirrus", "Zürich").encode(), "text/xml; charset=klingon"),
        (RSS.replace('encoding="utf-8"', "").replace("Cirrus", "Zürich").encode("utf-16"), ""),
    ],
)
def test_a_wrong_charset_costs_a_letter_at_most(
    server: Peer, web: Site, tmp_path: Path, body: bytes, content_type: str
) -> None:
    config = configured(tmp_path, rss(web.page("/rss", body, Content_Type=content_type)))
    assert pull(config) == 0
    titles = [item.get("title", "") for item in stored(server)]
    assert any(title.startswith("Z") and title.endswith("rich 7B is out") for title in titles)


BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;"><!ENTITY x SYSTEM "file://{file}">]>
<rss version="2.0"><channel><item><title>{entity}</title><link>https://n.example/1</link></item>
</channel></rss>"""


@pytest.mark.parametrize("entity", ["&d;", "&x;"])
def test_entities_are_not_expanded(tmp_path: Path, entity: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    body = BOMB.replace("{file}", str(secret)).replace("{entity}", entity).encode()
    publisher = Publisher("n", "N", "newsroom")
    feed = Feed("n", Kind.RSS, "https://n.example/", source=publisher)
    documents, _ = rss_documents(feed, Fetched(feed.url, 200, body, "text/xml", None, None))
    assert b"the-secret" not in b"".join(documents)
    assert b"aaaaaaaaaa" * 5 not in b"".join(documents)


def test_a_feed_that_is_not_well_formed_gives_what_it_has_and_is_read_again(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, rss(web.page("/rss", RSS[:-200].encode(), ETag='"1"')))
    assert pull(config) == 0
    assert "it is not well-formed" in capsys.readouterr().err
    assert len(server.stored) >= 3
    web.page("/rss", RSS.encode(), ETag='"1"')
    assert pull(config) == 0
    assert "if-none-match" not in web.asked[1][1]
    assert any(item.get("title") == "No date" for item in stored(server))


def test_titles_are_plain_text() -> None:
    assert plain_text("a &lt; b<br/>c<style>x{}</style> &amp;amp; d") == "a < bc &amp; d"


def test_tables_are_sent_whole_when_they_change(server: Peer, web: Site, tmp_path: Path) -> None:
    rows = b"Model,Organization,Publication date,Parameters,Model accessibility\n"
    rows += b"Cirrus,Nimbus,2026-01-02,7e9,API access\nStratus,Nimbus,2026-13-02,,\n"
    epoch = web.page("/epoch", rows)
    packed = web.page("/rows.csv.gz", gzip.compress(b"name,amount\nA,5\n"))
    mapping = tmp_path / "own.toml"
    mapping.write_text('[fields]\ncompany = "name"\n[constants]\ntype = "report"\n')
    config = configured(
        tmp_path,
        f'name = "epoch"\nkind = "epoch_csv"\nurl = "{epoch}"',
        f'name = "own"\nkind = "csv"\nurl = "{packed}"\nmapping = "own.toml"',
    )
    assert pull(config) == 1
    assert [item["company"] for item in stored(server)] == ["Nimbus", "A"]
    # Only the table in which a row was bad is looked at again.
    assert pull(config) == 1
    assert [asked["items"] for asked in server.requests] == [1, 1, 1]
    web.page("/epoch", rows.replace(b"-13-", b"-12-"))
    mapping.write_text(mapping.read_text().replace("report", "company"))
    assert pull(config) == 0
    assert [item["type"] for item in stored(server)] == [
        "capability", "report", "capability", "company",
    ]  # fmt: skip


def test_a_table_without_its_columns_fails(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = web.page("/epoch", b"Model\nCirrus\n")
    assert pull(configured(tmp_path, f'name = "e"\nkind = "epoch_csv"\nurl = "{url}"')) == 3
    assert "the mapping names columns that are not there" in capsys.readouterr().err
    assert server.requests == []


FORM_IDX = (SHAPES / "form.idx").read_text()
COMPANY_IDX = (SHAPES / "company.idx").read_text()
MASTER_IDX = (SHAPES / "master.idx").read_text()
FORM_D = (SHAPES / "form-d.xml").read_text()
FOLDER = "/Archives/edgar/data"


@pytest.mark.parametrize("index", [FORM_IDX, COMPANY_IDX, MASTER_IDX])
def test_indexes_of_all_shapes_list_the_same_forms(index: str) -> None:
    listed = filings(index.encode("latin-1"), "index")
    assert [(f.form, f.company, f.cik, f.filed, f.accession) for f in listed] == [
        ("D", "Nimbus Nine, Inc.", 2000002, "2026-11-03", "0002000002-26-000001"),
        ("D/A", "Stratus  D Labs Corp", 2000004, "2026-11-04", "0002000004-26-000007"),
    ]
    assert listed[0].address("https://sec.example/Archives/edgar/full-index/2026/QTR4/x.idx") == (
        "https://sec.example/Archives/edgar/data/2000002/000200000226000001/primary_doc.xml"
    )


def test_a_page_that_is_no_index_is_told() -> None:
    with pytest.raises(Unusable, match="is no EDGAR index"):
        filings(b"<html>Your request rate is too high</html>", "there")


FILING = filings(FORM_IDX.encode(), "index")[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", {"stage": "open", "amount": 15_000_000, "company_country": "US"}),
        (">5000000<", ">0<", {"stage": "closed", "amount": 15_000_000}),
        (">5000000<", ">Indefinite<", {"stage": "open", "amount": 15_000_000}),
        (
            ">15000000<",
            ">0<",
            {"stage": "exploring", "amount_high": 20_000_000, "amount_qualifier": "up_to"},
        ),
        ("<value>2026-10-20</value>", "<yetToOccur>true</yetToOccur>", {"happened_on": None}),
        (">CA<", ">A6<", {"company_country": "CA"}),
        (">CA<", ">X0<", {"company_country": None}),
        (">Nimbus Nine, Inc.<", ">Nimbus\n Ünlü<", {"company": "Nimbus Ünlü"}),
    ],
)
def test_what_a_form_d_reports(old: str, new: str, expected: dict[str, Any]) -> None:
    item = report(FILING, FORM_D.replace(old, new).encode(), "https://x/", funds=False)
    assert item is not None
    assert {name: item.get(name) for name in expected} == expected
    assert (item["company_cik"], item["evidence"]) == ("2000002", "filing")
    assert item["published_at"] == "2026-11-03"


def test_funds_and_tests_are_left_out() -> None:
    fund = FORM_D.replace("Other Technology", "Pooled Investment Fund").encode()
    assert report(FILING, fund, "", funds=False) is None
    assert report(FILING, fund, "", funds=True) is not None
    test = FORM_D.replace("LIVE", "TEST").encode()
    assert report(FILING, test, "", funds=True) is None


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html/>",
        FORM_D[:-300].encode(),
        FORM_D.replace("<entityName>Nimbus Nine, Inc.</entityName>", "").encode(),
        FORM_D.replace(">15000000<", ">lots<").encode(),
        FORM_D.replace('"1.0"?>', '"1.0"?><!DOCTYPE x [<!ENTITY a "b">]>').encode(),
        FORM_D.replace('"1.0"?>', '"1.0" encoding="klingon"?>').encode(),
    ],
)
def test_what_is_no_form_d_is_told(document: bytes) -> None:
    with pytest.raises(Unreadable):
        report(FILING, document, "", funds=False)


def edgar(web: Site, more: str = "") -> str:
    url = web.page("/Archives/edgar/full-index/form.idx.gz", gzip.compress(FORM_IDX.encode()))
    agent = 'user_agent = "Nimbus Research (ops@nimbus.example)"'
    return f'name = "form-d"\nkind = "edgar_form_d"\nurl = "{url}"\n{agent}\n{more}'


def test_forms_d_are_fetched_once_and_a_few_a_run(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (
        f"{FOLDER}/{place}/primary_doc.xml"
        for place in ("2000002/000200000226000001", "2000004/000200000426000007")
    )
    web.page(first, FORM_D.encode())
    web.page(second, FORM_D.replace("Nimbus Nine", "Stratus").encode())
    config = configured(tmp_path, edgar(web, "max_filings = 1"))
    assert pull(config) == 0
    assert "1 are left for the next run" in capsys.readouterr().err
    assert pull(config) == 0
    assert pull(config) == 0
    assert [path for path in web.paths() if path.endswith("xml")] == [first, second]
    assert {asked["user-agent"] for _, asked in web.asked} == {
        "Nimbus Research (ops@nimbus.example)"
    }
    assert [item["company"] for item in stored(server)] == ["Nimbus Nine, Inc.", "Stratus, Inc."]
    assert stored(server)[0] == {
        "type": "report",
        "company": "Nimbus Nine, Inc.",
        "company_cik": "2000002",
        "stage": "open",
        "amount": 15_000_000,
        "currency": "USD",
        "company_country": "US",
        "happened_on": "2026-10-20",
        "event_key": "form-d-2000002-2026-10-20",
        "evidence": "filing",
        "url": web.url + first,
        "title": "Form D of Nimbus Nine, Inc.",
        "published_at": "2026-11-03",
        "says": "SEC EDGAR",
        "says_kind": "regulator",
    }


def test_a_form_that_is_missing_is_told_until_it_is_there(
    server: Peer, web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = f"{FOLDER}/2000002/000200000226000001/primary_doc.xml"
    config = configured(tmp_path, edgar(web, "ciks = [2000002]"))
    assert pull(config) == 1
    assert "Form D 0002000002-26-000001: " in capsys.readouterr().err
    web.page(document, FORM_D.encode())
    assert pull(config) == 0
    assert pull(config) == 0
    assert len(server.stored) == 1
    assert web.paths().count(document) == 2


def test_a_register_that_is_away_is_tried_again_next_time(
    server: Peer, web: Site, tmp_path: Path, waits: list[float]
) -> None:
    place = f"{FOLDER}/2000002/000200000226000001/primary_doc.xml"
    web.page(place, b"", 503)
    config = configured(tmp_path, edgar(web, "ciks = [2000002]"))
    assert pull(config) == 3
    assert web.paths().count(place) == 3
    assert len([wait for wait in waits if wait > 0]) == 2
    web.page(place, FORM_D.encode())
    assert pull(config) == 0
    assert len(server.stored) == 1


def test_quarters_are_those_of_the_day_and_of_days_before() -> None:
    feed = Feed("d", Kind.EDGAR_FORM_D, "https://x/{year}/QTR{quarter}/form.idx")
    assert feed.addresses(date(2026, 11, 25)) == ["https://x/2026/QTR4/form.idx"]
    assert feed.addresses(date(2027, 1, 5)) == [
        "https://x/2026/QTR4/form.idx",
        "https://x/2027/QTR1/form.idx",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("feed = 1", "Expected `array`"),
        ('[[feed]]\nname = "a"\nkind = "rss"', "missing required field `url`"),
        ('[[feed]]\nname = "a"\nkind = "gopher"\nurl = "u"', "Invalid enum value 'gopher'"),
        ('[[feed]]\nname = "a"\nkind = "rss"\nurl = "u"', "needs a source"),
        ('[[feed]]\nname = "a"\nkind = "csv"\nurl = "u"', "needs a mapping"),
        ('[[feed]]\nname = "a"\nkind = "csv"\nurl = "u"\nmapping = "no"', "mapping"),
        ('[[feed]]\nname = "a"\nkind = "edgar_form_d"\nurl = "u"', "needs a user_agent"),
        ('[[feed]]\nname = "a"\nkind = "epoch_csv"\nurl = "u"\ndelay = -1.0', "below zero"),
        ('[[feed]]\nname = "a"\nkind = "epoch_csv"\nurl = "u"\n' * 2, "2 feeds are called 'a'"),
        ('[[feed]]\nallow_private = true\nname = "a"\nkind = "rss"\nurl = "u"', "allow_private"),
    ],
)
def test_a_configuration_that_is_none_is_told(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, told: str
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(content)
    assert pull(file) == 2
    assert told in capsys.readouterr().err
    assert server.requests == []


def test_a_dry_run_keeps_nothing_and_another_run_is_told(
    server: Peer, web: Site, tmp_path: Path
) -> None:
    config = configured(tmp_path, rss(web.page("/rss", RSS.encode())))
    state = tmp_path / "state.json"
    assert pull(config, "--dry-run", "--state", state) == 0
    assert server.stored == {}
    assert not state.exists()
    with alone(state):
        assert pull(config, "--state", state) == 5
    state.write_text("nonsense")
    assert pull(config, "--state", state) == 2


def test_a_refusal_ends_the_run(server: Peer, web: Site, tmp_path: Path) -> None:
    urls = [web.page(f"/{n}", RSS.encode()) for n in range(2)]
    server.faults = [fails(403)]
    assert pull(configured(tmp_path, *(rss(url, url[-1]) for url in urls))) == 4
    assert web.paths() == ["/0"]


def test_slow_feeds_are_given_up(
    server: Peer, web: Site, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hurried(**limits: Any) -> Limits:
        return Limits(seconds=0.3, **limits)

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not handler.site.closing.wait(0.02):
            handler.wfile.write(b".")

    monkeypatch.setattr(pulling, "Limits", hurried)
    web.answers["/slow"] = drip
    good = web.page("/rss", RSS.encode())
    assert pull(configured(tmp_path, rss(f"{web.url}/slow", "slow"), rss(good))) == 3
    assert len(server.stored) == 4
    assert len([wait for wait in waits if wait > 0]) == 2


def test_what_fails_does_not_keep_others_from_their_turn(
    server: Peer, web: Site, tmp_path: Path
) -> None:
    web.page(f"{FOLDER}/2000004/000200000426000007/primary_doc.xml", FORM_D.encode())
    config = configured(tmp_path, edgar(web, "max_filings = 1"))
    assert pull(config) == 1
    assert pull(config) == 0
    assert len(server.stored) == 1
    assert pull(config) == 1


def test_a_form_that_stays_away_does_not_keep_others_from_their_turn(
    server: Peer, web: Site, tmp_path: Path, waits: list[float]
) -> None:
    away = f"{FOLDER}/2000002/000200000226000001/primary_doc.xml"
    web.page(away, b"", 503)
    web.page(f"{FOLDER}/2000004/000200000426000007/primary_doc.xml", FORM_D.encode())
    config = configured(tmp_path, edgar(web))
    assert pull(config) == 3
    assert pull(config) == 3
    assert len(server.stored) == 1
    web.page(away, FORM_D.replace("Nimbus", "Back").encode())
    assert pull(config) == 0
    assert len(server.stored) == 2
    assert web.paths().count(away) == 7
    assert max(waits) <= 60
