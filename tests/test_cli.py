"""The ``hearsay`` command, run as people run it: a process, a data folder, a terminal."""

from __future__ import annotations

import json
import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.ingest.bundled import bundled_items
from tests.factories import round_of
from tests.processes import (
    command,
    hearsay,
    kill_server,
    postmaster,
    read_until,
    serving,
    started,
    stopped_by,
)

STOPPING = [signal.SIGINT, signal.SIGTERM]
COMPANY = {"type": "company", "slug": "nimbus-of-tests", "name": "Nimbus of Tests"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the bundled data, whose server is stopped."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    with serving(folder) as (process, _):
        stopped_by(process, signal.SIGINT)
    return folder


def get(printed: str, path: str) -> Any:
    """Ask the server at the address that was printed."""
    answer = httpx.get(f"{address(printed)}{path}", timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def address(printed: str) -> str:
    found = re.search(r"Hearsay answers at (http://127\.0\.0\.1:\d+) ", printed)
    assert found, printed
    return found[1]


def lines(folder: Path, *items: Any) -> Path:
    """An NDJSON file of items; a text stands for itself."""
    file = folder / "items.ndjson"
    file.write_text(
        "".join(f"{item if isinstance(item, str) else json.dumps(item)}\n" for item in items)
    )
    return file


@pytest.mark.parametrize("how", STOPPING)
def test_serve_answers_with_real_figures_until_it_is_told_to_stop(
    data: Path, how: signal.Signals
) -> None:
    with serving(data) as (process, printed):
        assert "Loading" not in printed
        assert get(printed, "/readyz")["status"] == "ready"
        compared = get(printed, "/v1/compare?companies=openai,anthropic,google-deepmind")
        assert re.search(r'"(low|high|stated)": ?[1-9]\d{8,}', json.dumps(compared))
        rest = stopped_by(process, how)
    assert process.returncode == 0
    assert rest.split() == ["Stopped."]
    assert postmaster(data) is None


def test_serve_tells_where_it_is_how_much_it_knows_and_what_to_ask(data: Path) -> None:
    with serving(data) as (process, printed):
        docs = re.search(r"docs: (\S+)\)", printed)
        assert docs
        assert httpx.get(docs[1]).status_code == 200
        assert re.search(
            r"Loaded: \d+ companies, [\d,]+ products, \d+ funding events, \d+ sources,"
            r" [\d,]+ documents, [\d,]+ claims\n",
            printed,
        )
        suggested = re.findall(r"curl '(\S+)'", printed)
        assert len(suggested) == 3
        for url in suggested:
            answer = httpx.get(url, timeout=30)
            assert answer.status_code == 200
            assert answer.json()
        stopped_by(process, signal.SIGINT)


def test_a_first_serve_that_is_interrupted_is_made_good_by_the_next(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(data, command("serve", "--port", "0")) as process:
        read_until(process, "Loading the bundled data")
        rest = stopped_by(process, signal.SIGTERM)
        assert process.returncode == 0
        assert rest.endswith("\nStopped.\n")
        assert "Traceback" not in rest
    assert postmaster(data) is None
    documents = sum(item["type"] == "document" for item in bundled_items())
    with serving(data) as (process, printed):
        assert f" {documents:,} documents, " in printed
        version = get(printed, "/readyz")["data_version"]
        stopped_by(process, signal.SIGTERM)
    with serving(data) as (process, again):
        assert "Loading the bundled data" not in again
        assert get(again, "/readyz")["data_version"] == version
        stopped_by(process, signal.SIGTERM)


def test_the_bundled_data_can_be_loaded_again_and_changes_nothing(data: Path) -> None:
    loaded = hearsay(data, "load")
    assert loaded.returncode == 0
    summary = json.loads(loaded.stdout)
    assert summary.pop("unchanged") > 1_000
    assert summary.pop("claims_unchanged") > 1_000
    assert set(summary.values()) == {0}


@pytest.mark.parametrize("also_the_server", [False, True])
def test_serve_starts_again_after_it_was_killed(data: Path, also_the_server: bool) -> None:
    with serving(data) as (process, printed):
        before = get(printed, "/v1/companies/openai")
        if also_the_server:
            kill_server(data)
        stopped_by(process, signal.SIGKILL)
    with serving(data) as (process, printed):
        assert "Loading" not in printed
        assert get(printed, "/v1/companies/openai") == before
        stopped_by(process, signal.SIGINT)
    assert process.returncode == 0
    assert postmaster(data) is None


def test_another_command_may_come_and_go_while_serve_runs(data: Path) -> None:
    with serving(data) as (process, printed):
        assert hearsay(data, "migrate").returncode == 0
        assert get(printed, "/readyz")["status"] == "ready"
        stopped_by(process, signal.SIGINT)
    assert process.returncode == 0


def test_a_port_in_use_is_a_plain_error(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = hearsay(data, "serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode > 0
    assert "address already in use" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "answers at" not in refused.stdout
    assert postmaster(data) is None


def test_loading_a_file_again_changes_nothing(data: Path, tmp_path: Path) -> None:
    file = lines(tmp_path, {**COMPANY, "slug": "loaded-twice", "name": "Loaded Twice"}, "")
    first, second = hearsay(data, "load", file), hearsay(data, "load", file)
    assert (first.returncode, second.returncode) == (0, 0)
    assert json.loads(first.stdout)["created"] == 1
    assert json.loads(second.stdout)["created"] == 0
    assert json.loads(second.stdout)["unchanged"] == 1


@pytest.mark.parametrize("bad", ['{"type": "company"', "{'type': 1}", "[NaN]", "nonsense"])
def test_a_line_that_is_not_json_is_named_and_nothing_is_stored(
    data: Path, tmp_path: Path, bad: str
) -> None:
    file = lines(tmp_path, COMPANY, "", bad, COMPANY)
    refused = hearsay(data, "load", file)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"hearsay: {file}, line 3: ")
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_an_item_that_is_rejected_is_named_by_its_line(data: Path, tmp_path: Path) -> None:
    wrong = {**COMPANY, "slug": "wrong-kind", "kind": "bakery"}
    file = lines(tmp_path, "", {**COMPANY, "slug": "right"}, "", wrong)
    refused = hearsay(data, "load", file)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["rejected"] == 1
    assert f"{file}, line 4: /1/kind: " in refused.stderr


def test_a_file_that_is_not_there_is_a_plain_error(data: Path, tmp_path: Path) -> None:
    refused = hearsay(data, "load", tmp_path / "none.ndjson")
    assert refused.returncode == 1
    assert "none.ndjson cannot be read: No such file" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_rebuild_finds_nothing_to_change(data: Path) -> None:
    rebuilt = hearsay(data, "rebuild")
    assert rebuilt.returncode == 0
    assert rebuilt.stdout == "0 views changed\n"


def test_check_lists_what_does_not_cohere(data: Path, tmp_path: Path) -> None:
    sound = hearsay(data, "check")
    assert sound.returncode == 0
    assert re.search(r"^warning: xai, xai-2026-01-series-e: post_is_not", sound.stdout, re.M)
    assert sound.stdout.splitlines()[-1].startswith("0 errors, ")
    folder = tmp_path / "data"
    flawed = round_of("lab", amount=100)
    flawed[-1]["claims"][3]["stated"] = 50
    assert hearsay(folder, "load", lines(tmp_path, *flawed)).returncode == 0
    told = hearsay(folder, "check")
    assert told.returncode == 1
    assert "error: lab, lab-round: amount_exceeds_valuation: " in told.stdout
    assert told.stdout.splitlines()[-1] == "1 errors, 0 warnings"


def test_openapi_check_tells_whether_a_file_is_up_to_date(tmp_path: Path) -> None:
    data, document = tmp_path / "data", tmp_path / "openapi.json"
    assert hearsay(data, "openapi", "--output", document).returncode == 0
    assert json.loads(document.read_text())["info"]["title"] == "Hearsay"
    assert hearsay(data, "openapi", "--check", document).returncode == 0
    document.write_text(document.read_text().replace("Hearsay", "Heresy", 1))
    stale = hearsay(data, "openapi", "--check", document)
    assert (stale.returncode, stale.stdout) == (1, "")
    assert f"{document} is out of date" in stale.stderr
    assert not data.exists()


@pytest.mark.parametrize(
    ("settings", "arguments", "told"),
    [
        ({"HEARSAY_PORT": "eighty"}, ["migrate"], "setting port: "),
        ({"HEARSAY_DATA_DIR": "/dev/null/x"}, ["migrate"], "Set HEARSAY_DATA_DIR to a folder"),
        ({"DATABASE_URL": "nonsense"}, ["migrate"], "DATABASE_URL is not of the form"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, ["rebuild"], "no connection to "),
        ({"DATABASE_URL": "postgresql://a.invalid/x"}, ["serve"], "no connection to "),
    ],
)
def test_what_a_user_can_mend_is_told_in_a_line(
    tmp_path: Path, settings: dict[str, str], arguments: list[str], told: str
) -> None:
    refused = hearsay(tmp_path / "data", *arguments, **settings)
    assert refused.returncode == 1
    assert refused.stderr.startswith("hearsay: ")
    assert told in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_revision_that_does_not_exist_is_a_plain_error(data: Path) -> None:
    refused = hearsay(data, "migrate", "--to", "nonsense")
    assert refused.returncode == 1
    assert refused.stderr == "hearsay: Can't locate revision identified by 'nonsense'\n"
