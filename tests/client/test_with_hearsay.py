"""``hearsay ingest`` and ``hearsay pull`` with the server that they are made for."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.client.conftest import hearsay
from tests.processes import command, environment, serving, stopped_by, wait_until
from tests.web_server import Site

SHAPES = Path(__file__).parent / "shapes"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server that runs, with the bundled data, and the key it made."""
    data = tmp_path_factory.mktemp("hearsay") / "data"
    with serving(data) as (process, printed):
        found = re.search(r"Hearsay answers at (http://\S+) ", printed)
        key = re.search(r"hs_\w+", printed)
        assert found
        assert key
        yield found[1], key[0]
        stopped_by(process, signal.SIGINT)


@pytest.fixture
def here(server: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address, key = server
    monkeypatch.setenv("HEARSAY_SERVER", address)
    monkeypatch.setenv("HEARSAY_KEY", key)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return address


def companies(prefix: str, number: int) -> list[dict[str, Any]]:
    return [
        {"type": "company", "slug": f"{prefix}-{n}", "name": f"{prefix.title()} {n}"}
        for n in range(number)
    ]


def file_of(folder: Path, items: list[dict[str, Any]]) -> Path:
    file = folder / "items.ndjson"
    file.write_text("".join(json.dumps(item) + "\n" for item in items))
    return file


def names(address: str, prefix: str) -> set[str]:
    """The slugs of the companies that are stored."""
    found: set[str] = set()
    cursor = None
    while True:
        query = {"limit": "500", **({"cursor": cursor} if cursor else {})}
        page = httpx.get(f"{address}/v1/companies", params=query, timeout=60).json()
        found |= {item["slug"] for item in page["items"] if item["slug"].startswith(prefix)}
        if not (cursor := page["next_cursor"]):
            return found


def test_a_file_is_stored_once_however_often_it_is_sent(
    here: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = companies("twice", 30)
    file = file_of(tmp_path, [*items, {**items[0], "kind": "bakery"}])
    rejects = tmp_path / "rejects.ndjson"
    run = ("ingest", file, "--batch", "20", "--run", "nightly", "--rejects", rejects)
    assert hearsay(*run, "--dry-run") == 1
    assert names(here, "twice-") == set()
    for outcome in ("created", "unchanged"):
        capsys.readouterr()
        assert hearsay(*run) == 1
        told = capsys.readouterr()
        assert re.search(rf"^{outcome} +30$", told.out, re.M)
        assert "line 31: rejected: /kind: " in told.err
        assert names(here, "twice-") == {item["slug"] for item in items}
    kept = json.loads(rejects.read_text())
    assert "lab" in kept["errors"][0]["allowed"]


def test_a_run_that_was_killed_is_made_good_by_the_next(here: str, tmp_path: Path) -> None:
    items = companies("killed", 300)
    file = file_of(tmp_path, items)
    process = subprocess.Popen(
        command("ingest", file, "--batch", "5"),
        env=environment(
            tmp_path,
            HEARSAY_SERVER=here,
            HEARSAY_KEY=os.environ["HEARSAY_KEY"],
            XDG_STATE_HOME=str(tmp_path / "state"),
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: len(names(here, "killed-")) >= 20)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(names(here, "killed-")) < 300
    assert hearsay("ingest", file, "--batch", "100") == 0
    assert names(here, "killed-") == {item["slug"] for item in items}


def test_a_wrong_key_is_refused(
    here: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hearsay("ingest", file_of(tmp_path, companies("refused", 1)), "--key", "wrong") == 4
    assert "give a valid key" in capsys.readouterr().err
    assert names(here, "refused-") == set()


def test_what_is_new_in_a_feed_is_a_document(here: str, web: Site, tmp_path: Path) -> None:
    url = web.page("/rss", (SHAPES / "rss.xml").read_bytes(), Content_Type="application/rss+xml")
    config = tmp_path / "feeds.toml"
    config.write_text(
        f'[[feed]]\nname = "news"\nkind = "rss"\nurl = "{url}"\n'
        'source = { slug = "nimbus-news", name = "Nimbus News", kind = "newsroom" }\n'
    )
    for _ in range(2):
        assert hearsay("pull", config, "--allow-private") == 0
        listed = httpx.get(f"{here}/v1/documents", params={"source": "nimbus-news"}).json()
        assert {item["title"] for item in listed["items"]} == {
            "Nimbus & Co raises $50M",
            "Cirrus 7B is out",
            "No date",
        }


def test_a_form_d_and_its_amendment_are_one_deal(here: str, web: Site, tmp_path: Path) -> None:
    form = (SHAPES / "form-d.xml").read_bytes()
    index = (SHAPES / "form.idx").read_text().replace("2000004", "2000002")
    url = web.page("/Archives/edgar/full-index/form.idx", index.encode())
    folder = "/Archives/edgar/data/2000002"
    web.page(f"{folder}/000200000226000001/primary_doc.xml", form)
    amended = form.replace(b">15000000<", b">20000000<").replace(b">5000000<", b">0<")
    web.page(f"{folder}/000200000226000007/primary_doc.xml", amended)
    config = tmp_path / "feeds.toml"
    config.write_text(
        f'user_agent = "ops@nimbus.example"\ndelay = 0\n'
        f'[[feed]]\nname = "form-d"\nkind = "edgar_form_d"\nurl = "{url}"\n'
    )
    assert hearsay("pull", config, "--allow-private") == 0
    found = httpx.get(f"{here}/v1/search", params={"q": "Nimbus Nine"}, timeout=60).json()
    (slug,) = {item["slug"] for item in found["items"] if item["name"] == "Nimbus Nine, Inc."}
    deals = httpx.get(f"{here}/v1/companies/{slug}/funding-events", timeout=60).json()["items"]
    assert [deal["stage"] for deal in deals] == ["closed"]
    assert deals[0]["amount"]["stated"] == 20_000_000
