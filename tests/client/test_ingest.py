"""``hearsay ingest`` against a server that fails in every way that servers do."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import termios
import time
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from app.client.checkpoint import alone, place_of
from app.client.ingest import segments
from app.client.records import Record
from tests.client.conftest import hearsay
from tests.client.peer import (
    KEY,
    Fault,
    Peer,
    answers_without_a_summary,
    fails,
    send,
    stores_but_cuts_the_answer,
    stores_but_hangs_up,
    stores_half_and_says_so,
)
from tests.processes import command, environment, wait_until
from tests.web_server import Handler

MAPPING = """
[constants]
type = "report"
stage = "closed"
[fields]
company = "name"
amount = { column = "amount", kind = "number" }
"""


def items(number: int, start: int = 0) -> list[bytes]:
    return [b'{"type":"report","n":%d}' % n for n in range(start, start + number)]


def ndjson(folder: Path, lines: list[bytes], name: str = "items.ndjson") -> Path:
    file = folder / name
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return file


def table(told: str) -> dict[str, str]:
    """The summary as it was printed."""
    return dict(row.rsplit(maxsplit=1) for row in told.splitlines())


def kept(folder: Path) -> list[Path]:
    return list((folder / "state").rglob("*.json"))


def test_a_file_is_sent_in_segments_and_summed_up(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ndjson(tmp_path, [*items(5), b"", b"  ", *items(2)])
    assert hearsay("ingest", file, "--batch", "3", "--run", "nightly") == 0
    assert set(server.stored) == set(items(5))
    assert [asked["items"] for asked in server.requests] == [3, 3, 1]
    assert {asked["run"] for asked in server.requests} == {"nightly"}
    assert {asked["headers"]["content-type"] for asked in server.requests} == {
        "application/x-ndjson"
    }
    told = table(capsys.readouterr().out)
    assert (told["files"], told["items"], told["created"]) == ("1", "7", "5")
    assert (told["unchanged"], told["claims created"]) == ("2", "5")
    assert kept(tmp_path) == []


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", ["ndjson", "json", "csv", "tsv", "parquet"])
def test_every_format_gives_the_same_items(
    server: Peer, tmp_path: Path, form: str, packed: bool
) -> None:
    rows = [{"name": f"Lab {n}", "amount": n * 1_000_000} for n in range(1, 8)]
    written = tmp_path / f"rows.{form}"
    expected = [
        {"company": row["name"], "amount": row["amount"], "type": "report", "stage": "closed"}
        for row in rows
    ]
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    match form:
        case "ndjson":
            written.write_text("".join(json.dumps(item) + "\r\n" for item in expected))
        case "json":
            written.write_text(json.dumps(expected, indent=2))
        case "parquet":
            parquet.write_table(pa.Table.from_pylist(rows), written)
        case _:
            between = "," if form == "csv" else "\t"
            lines = ["name,amount", *(f"{row['name']},{row['amount']:.1f}" for row in rows)]
            written.write_text("\n".join(lines).replace(",", between), "utf-8-sig")
    if packed:
        plain, written = written, tmp_path / f"rows.{form}.gz"
        written.write_bytes(gzip.compress(plain.read_bytes()))
    assert hearsay("ingest", written, "--mapping", mapping) == 0
    assert [json.loads(item) for item in server.stored] == expected


def test_numbers_of_a_json_array_stay_exact(server: Peer, tmp_path: Path) -> None:
    file = tmp_path / "items.json"
    file.write_text('\n [{"a": 0.1000000000000000000001, "b": 12345678901234567, "c": 30e9}]')
    assert hearsay("ingest", file) == 0
    assert list(server.stored) == [
        b'{"a":0.1000000000000000000001,"b":12345678901234567,"c":3.0E+10}'
    ]


def test_standard_input_is_sent_and_not_resumed(server: Peer, tmp_path: Path) -> None:
    done = subprocess.run(
        command("ingest", "-", "--format", "ndjson"),
        env=environment(
            tmp_path, HEARSAY_SERVER=server.url, HEARSAY_KEY=KEY, XDG_STATE_HOME=str(tmp_path)
        ),
        input=gzip.compress(b"\n".join(items(3))),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert set(server.stored) == set(items(3))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "fault",
    [
        fails(503, Retry_After="3"),
        fails(500),
        fails(429, Retry_After="3"),
        fails(409),
        stores_but_cuts_the_answer,
        stores_but_hangs_up,
        answers_without_a_summary,
        stores_half_and_says_so,
    ],
)
def test_what_is_not_acknowledged_is_sent_again_as_the_same(
    server: Peer, tmp_path: Path, waits: list[float], fault: Fault
) -> None:
    server.faults = [None, fault, fault]
    assert hearsay("ingest", ndjson(tmp_path, items(6)), "--batch", "2") == 0
    assert set(server.stored) == set(items(6))
    keys = [asked["headers"]["idempotency-key"] for asked in server.requests]
    assert keys[1] == keys[2] == keys[3]
    assert len(set(keys)) == 3
    assert len(waits) == 2


def test_the_server_says_when_to_come_back(
    server: Peer, tmp_path: Path, waits: list[float]
) -> None:
    server.faults = [fails(429, Retry_After="90"), fails(503, Retry_After="0")]
    assert hearsay("ingest", ndjson(tmp_path, items(1))) == 0
    assert waits[0] == 90
    assert 0 < waits[1] <= 2


def test_a_server_that_stays_away_ends_the_run_which_the_next_one_ends(
    server: Peer, tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    file = ndjson(tmp_path, items(10))
    server.faults = [None, None, *[fails(503)] * 4]
    server.statuses = {items(10)[0]: "rejected"}
    run = ("ingest", file, "--batch", "2", "--retries", "3")
    assert hearsay(*run) == 3
    assert len(waits) == 3
    told = capsys.readouterr()
    assert "status 503 (Come back.), after 4 tries" in told.err
    assert table(told.out)["items"] == "4"
    assert len(kept(tmp_path)) == 1
    before = len(server.requests)
    # What was rejected before is still told by the exit code and the table.
    assert hearsay(*run) == 1
    assert [asked["items"] for asked in server.requests[before:]] == [2, 2, 2]
    assert len({asked["run"] for asked in server.requests}) == 1
    told = capsys.readouterr()
    assert "going on after 4 items" in told.err
    assert (table(told.out)["items"], table(told.out)["rejected"]) == ("10", "1")
    assert set(server.stored) == set(items(10)[1:])
    assert kept(tmp_path) == []


def test_a_server_that_asks_for_an_hour_is_left_to_the_next_run(
    server: Peer, tmp_path: Path, waits: list[float]
) -> None:
    server.faults = [fails(503, Retry_After="3600")]
    assert hearsay("ingest", ndjson(tmp_path, items(1))) == 3
    assert waits == []


def test_no_server_at_all(
    server: Peer, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARSAY_SERVER", "http://127.0.0.1:1")
    assert hearsay("ingest", ndjson(tmp_path, items(1)), "--retries", "1") == 3
    assert len(waits) == 1
    assert server.requests == []


def test_a_run_has_its_time(server: Peer, tmp_path: Path) -> None:
    def never(there: Peer, handler: Handler, body: bytes) -> None:
        del there, body
        handler.site.closing.wait(20)

    server.faults = [never]
    assert hearsay("ingest", ndjson(tmp_path, items(1)), "--max-seconds", "1") == 3


def test_a_file_that_changed_is_sent_from_the_start(
    server: Peer, tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults = [None, fails(503)]
    file = ndjson(tmp_path, items(4))
    run = ("ingest", file, "--batch", "2", "--retries", "0")
    assert hearsay(*run) == 3
    ndjson(tmp_path, items(4, start=1))
    capsys.readouterr()
    assert hearsay(*run) == 0
    told = capsys.readouterr()
    assert "is not what it was: it is sent from the start" in told.err
    assert table(told.out)["items"] == "4"
    assert set(server.stored) == set(items(5))
    assert waits == []


def test_a_mapping_that_changed_sends_a_table_from_the_start(server: Peer, tmp_path: Path) -> None:
    file, mapping = tmp_path / "rows.csv", tmp_path / "mapping.toml"
    file.write_text("name,amount\nA,1\nB,2\n")
    mapping.write_text(MAPPING)
    server.faults = [None, fails(503)]
    run = ("ingest", file, "--mapping", mapping, "--batch", "1", "--retries", "0")
    assert hearsay(*run) == 3
    mapping.write_text(MAPPING.replace("closed", "open"))
    assert hearsay(*run) == 0
    open_ones = [json.loads(item)["company"] for item in server.stored if b"open" in item]
    assert open_ones == ["A", "B"]


@pytest.mark.parametrize(
    ("status", "told"),
    [(401, "HEARSAY_KEY"), (403, "may not ingest"), (404, "--server"), (415, "NDJSON"), (422, "")],
)
def test_a_refusal_ends_it_at_once(
    server: Peer,
    tmp_path: Path,
    waits: list[float],
    capsys: pytest.CaptureFixture[str],
    status: int,
    told: str,
) -> None:
    server.faults = [fails(status)]
    assert hearsay("ingest", ndjson(tmp_path, items(4)), "--batch", "2") == 4
    assert told in capsys.readouterr().err
    assert len(server.requests) == 1
    assert waits == []


def test_the_key_goes_to_the_server_only_and_is_never_told(
    server: Peer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def elsewhere(there: Peer, handler: Handler, body: bytes) -> None:
        del there, body
        handler.send(307, b"", Location="http://127.0.0.1:1/v1/ingest")

    server.faults = [elsewhere]
    file = ndjson(tmp_path, items(1))
    assert hearsay("ingest", file) == 4
    secret = tmp_path / "key"
    secret.write_text("another-key\n")
    assert hearsay("ingest", file, "--key-file", secret) == 4
    assert server.requests[1]["headers"]["authorization"] == "Bearer another-key"
    assert hearsay("ingest", file, "--key", "not\na key") == 2
    told = capfd.readouterr()
    assert "redirects to http://127.0.0.1:1/v1/ingest" in told.err
    assert not any(key in told.err + told.out for key in (KEY, "another-key", "a key"))


def test_what_is_rejected_is_told_and_kept(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = [*items(3), b"{not json"]
    server.statuses = {sent[1]: "rejected", sent[2]: "conflict"}
    rejects = tmp_path / "rejects.ndjson"
    file = ndjson(tmp_path, sent)
    assert hearsay("ingest", file, "--rejects", rejects, "--batch", "2") == 1
    told = capsys.readouterr().err
    assert f"{file}, line 2: rejected: /stage: is not one (allowed: open, closed)" in told
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(line["line"], line["status"]) for line in lines] == [
        (2, "rejected"),
        (3, "conflict"),
        (4, "rejected"),
    ]
    assert lines[0]["item"] == json.loads(sent[1])
    assert lines[0]["errors"][0]["pointer"] == "/stage"
    assert lines[2]["text"] == "{not json"
    assert set(server.stored) == {sent[0]}


def test_rows_that_are_no_items_do_not_stop_the_others(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, mapping, rejects = (tmp_path / name for name in ("rows.csv", "m.toml", "rejects"))
    file.write_bytes(
        b'name,amount\nA,"1,000"\n"B\nInc.",many\nC,1,2\nD\xff,1\n\nE,unknown\nF,"1,5"\n'
    )
    mapping.write_text(MAPPING)
    run = ("ingest", file, "--mapping", mapping, "--rejects", rejects)
    assert hearsay(*run) == 1
    stored = [json.loads(item) for item in server.stored]
    assert [(item["company"], item.get("amount")) for item in stored] == [("A", 1000), ("E", None)]
    told = capsys.readouterr()
    assert "line 3: rejected: column 'amount': 'many' is not a number" in told.err
    assert "line 5: rejected: has 3 cells, where the header has 2" in told.err
    assert "line 6: rejected: has bytes" in told.err
    assert table(told.out)["rejected"] == "4"
    kept_lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert kept_lines[0]["row"] == {"name": "B\nInc.", "amount": "many"}
    assert [line["line"] for line in kept_lines] == [3, 5, 6, 9]


def test_items_that_wait_for_review_are_no_error_unless_asked(server: Peer, tmp_path: Path) -> None:
    server.statuses = {items(1)[0]: "waiting"}
    file = ndjson(tmp_path, items(2))
    assert hearsay("ingest", file) == 0
    assert hearsay("ingest", file, "--strict") == 1


def test_too_large_a_segment_is_sent_in_parts(server: Peer, tmp_path: Path) -> None:
    def small_ones_only(there: Peer, handler: Handler, body: bytes) -> None:
        if len(body.splitlines()) > 1 or b":3}" in body:
            handler.send(413)
        else:
            send(handler, there.take(body.splitlines()))

    server.faults = [small_ones_only] * 20
    assert hearsay("ingest", ndjson(tmp_path, items(5))) == 1
    assert set(server.stored) == set(items(5)) - {items(5)[3]}


def test_a_dry_run_stores_nothing_and_keeps_nothing(server: Peer, tmp_path: Path) -> None:
    assert hearsay("ingest", ndjson(tmp_path, items(3)), "--dry-run") == 0
    assert server.requests[0]["dry_run"] == "true"
    assert server.stored == {}
    assert not (tmp_path / "state").exists()


def test_two_runs_do_not_work_on_the_same_file(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ndjson(tmp_path, items(1))
    with alone(place_of("ingest", str(file.resolve()), server.url)):
        assert hearsay("ingest", file) == 5
    assert "another run is at work" in capsys.readouterr().err
    assert server.requests == []
    assert hearsay("ingest", file, file) == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("name", "content", "more", "told"),
    [
        ("none.ndjson", None, [], "none.ndjson: No such file"),
        ("items.xml", b"", [], "--format is needed for"),
        ("rows.csv", b"name,amount\n", [], "--mapping is needed for"),
        ("rows.csv", b"name\n", ["--mapping", "{mapping}"], "not there: amount; there are: name"),
        ("rows.csv", b"", ["--mapping", "{mapping}"], "it has no header row"),
        ("rows.csv", b"", ["--mapping", "none"], "those that come along: crunchbase_acquisitions"),
        ("items.json", b'{"type": "company"}', [], "it is no JSON array"),
        ("items.json", b'[{"type": 1}, {"typ', [], "it is no JSON array after item 1"),
        ("items.ndjson.gz", gzip.compress(b"x" * 9_999, mtime=0)[:-9], [], "cannot be unpacked"),
        ("rows.parquet", b"nonsense", ["--mapping", "{mapping}"], "it is no Parquet file"),
        ("items.ndjson", b"", ["--server", "localhost:8000"], "is not of the form http"),
        ("items.ndjson", b"", ["--checkpoint", "{folder}/c", "--dry-run"], "no checkpoint"),
        ("items.ndjson", b"", ["--rejects", "{folder}"], "Is a directory"),
    ],
)
def test_what_a_user_can_mend_is_told_in_a_line(
    server: Peer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    more: list[str],
    told: str,
) -> None:
    file, mapping = tmp_path / name, tmp_path / "mapping.toml"
    if content is not None:
        file.write_bytes(content)
    mapping.write_text(MAPPING)
    words = [word.format(mapping=mapping, folder=tmp_path) for word in more]
    assert hearsay("ingest", file, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("hearsay: ")
    assert told in said
    assert server.stored == {}


def test_options_that_make_no_sense_are_refused(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ndjson(tmp_path, items(1))
    for words in (["--batch", "0"], ["--run", "a b"], ["--retries", "-1"], ["--format", "xml"]):
        assert hearsay("ingest", file, *words) == 2
    assert "usage:" in capsys.readouterr().err
    assert server.requests == []


def test_a_checkpoint_that_is_none_is_not_overwritten(server: Peer, tmp_path: Path) -> None:
    file, checkpoint = ndjson(tmp_path, items(1)), tmp_path / "c.json"
    checkpoint.write_text("{}")
    assert hearsay("ingest", file, "--checkpoint", checkpoint) == 2
    assert checkpoint.read_text() == "{}"
    assert server.requests == []


def test_quiet_says_nothing_when_all_is_well(
    server: Peer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hearsay("ingest", ndjson(tmp_path, items(1)), "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert len(server.stored) == 1


def test_segments_are_bounded_in_items_and_bytes() -> None:
    large = b"x" * 3_000_000
    records = [Record(n, large) for n in range(3)] + [Record(n, b"{}") for n in range(5)]
    assert [len(segment) for segment in segments(records, 3)] == [1, 1, 3, 3]
    assert list(segments([], 3)) == []


def started(server: Peer, folder: Path, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("ingest", file, "--batch", "5"),
        env=environment(
            folder, HEARSAY_SERVER=server.url, HEARSAY_KEY=KEY,
            XDG_STATE_HOME=str(folder / "state"),
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def slowly(there: Peer, handler: Handler, body: bytes) -> None:
    """Stores, and takes its time to say so."""
    lines = there.take(body.splitlines())
    time.sleep(0.02)
    send(handler, lines)


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_run_that_is_ended_midway_is_made_good_by_the_next(
    server: Peer, tmp_path: Path, how: signal.Signals, code: int
) -> None:
    file = ndjson(tmp_path, items(400))
    server.faults = [slowly] * 1_000
    with started(server, tmp_path, file) as process:
        wait_until(lambda: len(server.stored) >= 100)
        os.kill(process.pid, how)
        assert process.wait(timeout=60) == code
    assert 100 <= len(server.stored) < 400
    assert hearsay("ingest", file, "--batch", "5") == 0
    assert set(server.stored) == set(items(400))
    again = sum(times - 1 for times in server.stored.values())
    assert again <= 5, "at most the segment that was under way is sent twice"


def test_a_bar_is_shown_on_a_terminal(server: Peer, tmp_path: Path) -> None:
    file = ndjson(tmp_path, items(3))
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    with os.fdopen(ours, "rb", closefd=True) as screen:
        process = subprocess.Popen(
            command("ingest", file),
            env=environment(
                tmp_path, HEARSAY_SERVER=server.url, HEARSAY_KEY=KEY,
                XDG_STATE_HOME=str(tmp_path / "state"),
            ),
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )  # fmt: skip
        assert process.wait(timeout=60) == 0
        os.close(theirs)
        shown = os.read(screen.fileno(), 65_536).decode()
    assert "100%" in shown
    assert "items=3" in shown


def test_a_pipe_is_read_once_and_not_resumed(server: Peer, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    written = subprocess.Popen(["sh", "-c", f"echo '{items(1)[0].decode()}' > {pipe}"])
    assert hearsay("ingest", pipe, "--format", "ndjson") == 0
    assert written.wait() == 0
    assert list(server.stored) == items(1)
    assert not (tmp_path / "state").exists()


def test_another_run_of_the_same_name_is_not_answered_from_memory(
    server: Peer, tmp_path: Path
) -> None:
    file = ndjson(tmp_path, items(1))
    assert hearsay("ingest", file, "--run", "nightly") == 0
    assert hearsay("ingest", file, "--run", "nightly") == 0
    first, second = (asked["headers"]["idempotency-key"] for asked in server.requests)
    assert first != second
