"""``hearsay read``: an article read on this machine, without a server or a database."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from signal import SIGINT
from subprocess import PIPE
from typing import Any

import httpx
import pytest

from tests.conftest import KEY, clone
from tests.processes import command
from tests.serving import served

SEED = Path(__file__).with_name("seed.txt")


def read(*words: str | Path, given: bytes = b"", **settings: str) -> Any:
    """Run the command to its end; nothing else in its settings can lead it to a database."""
    return subprocess.run(
        command("read", *words),
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "DATABASE_URL": "postgresql://nowhere.invalid/none", **settings},
    )


def test_the_records_of_an_article_are_printed_in_the_same_bytes_each_time() -> None:
    once, again = read(SEED), read(SEED, PYTHONHASHSEED="7")
    assert once.returncode == 0, once.stderr
    assert once.stdout == again.stdout
    printed = once.stdout.decode()
    assert "Deal of OpenAI (openai)" in printed
    assert "valuation: unspecified, approximately 750,000,000,000 USD" in printed
    assert "“approximately $750 billion”" in printed


def test_standard_input_is_read_like_a_file() -> None:
    assert read("-", given=SEED.read_bytes()).stdout == read(SEED).stdout


def test_as_json_all_that_was_read_is_printed_with_exact_numbers() -> None:
    reading = json.loads(read(SEED, "--json").stdout)
    text = SEED.read_text("utf-8")
    (mark,) = reading["deals"][0]["valuations"]
    assert mark["figure"]["stated"] == 750_000_000_000
    quote = mark["quote"]
    assert text[quote["start"] : quote["end"]] == quote["text"]


def test_the_cues_that_led_there_are_explained() -> None:
    printed = read(SEED, "--explain").stdout.decode()
    reading = json.loads(read(SEED, "--json").stdout)
    assert reading["fired"]
    for fired in reading["fired"]:
        assert f"  {fired['cue']}  " in printed


def test_a_title_is_read_as_well() -> None:
    given = b"More was not told."
    title = "Nimbus Labs raises $300 million in Series B"
    printed = read("-", "--title", title, given=given).stdout.decode()
    assert "amount: headline, 300,000,000 USD" in printed
    assert "title " in printed


def test_an_article_of_nothing_says_so() -> None:
    assert read("-", given=b"It rained.").stdout == (
        b"Nothing was read of a deal, a rival or a capability.\n"
    )


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (["nowhere.txt"], b"", b"nowhere.txt cannot be read"),
        (["-"], b"", b"it has no text"),
        (["-"], b"\x7fELF\x02\x01\0\0", b"it is application/octet-stream"),
        (["http://127.0.0.1:1/inside"], b"", b"hearsay: http://127.0.0.1:1/inside: port"),
        (["-", "--published-at", "yesterday"], b"It rained.", b"is not a date"),
    ],
)
def test_what_cannot_be_read_is_told(words: list[str], given: bytes, told: bytes) -> None:
    ended = read(*words, given=given)
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert told in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_who_stops_listening_hears_no_traceback() -> None:
    told = subprocess.Popen(command("read", SEED), stdout=PIPE, stderr=PIPE)
    with told as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_who_is_stopped_says_so_by_its_status() -> None:
    with subprocess.Popen(command("read", "-"), stdin=PIPE, stdout=PIPE, stderr=PIPE) as running:
        assert running.stdin is not None
        # More than a pipe holds: once it is written, it is being read.
        running.stdin.write(b"It rained. " * 100_000)
        running.stdin.flush()
        for _ in range(5):  # one that comes between two reads is heard after the second
            running.send_signal(SIGINT)
            with suppress(subprocess.TimeoutExpired):
                running.wait(5)
                break
        assert running.returncode == 128 + SIGINT
        assert running.stdout is not None
        assert running.stdout.read() == b""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with clone("empty") as url, served(url) as running:
        yield running.address


def test_a_server_is_sent_the_article(server: str) -> None:
    there = {"HEARSAY_SERVER": server, "HEARSAY_KEY": KEY}
    tried = read(SEED, "--send", "--dry-run", **there)
    assert tried.returncode == 0, tried.stderr
    assert httpx.get(f"{server}/v1/readings").json()["items"] == []
    sent = read(SEED, "--send", "--publisher", "Tech Daily", **there)
    assert sent.returncode == 0, sent.stderr
    (reading,) = httpx.get(f"{server}/v1/readings").json()["items"]
    assert reading["publisher"] == "Tech Daily"
    assert reading["id"] in sent.stdout.decode()
    assert "pending: valuation: unspecified, approximately" in sent.stdout.decode()


def test_a_server_that_does_not_take_it_is_told(server: str) -> None:
    there = {"HEARSAY_SERVER": server, "HEARSAY_KEY": ""}
    refused = read(SEED, "--send", **there)
    assert refused.returncode == 4
    assert b"give a valid key" in refused.stderr
    nobody = read(SEED, "--send", HEARSAY_SERVER="http://127.0.0.1:1", HEARSAY_KEY=KEY)
    assert nobody.returncode == 3
