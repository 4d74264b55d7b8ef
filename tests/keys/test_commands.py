"""Keys by command and by the first ``hearsay serve``, in real processes."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import httpx
import pytest

from tests.conftest import _admin, bearer, clone
from tests.processes import hearsay, serving, stopped_by

TOKEN = re.compile(r"hs_[0-9a-f]{8}_[0-9a-f]{64}")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, which the first test to use it fills."""
    return tmp_path_factory.mktemp("keys") / "data"


def address(printed: str) -> str:
    found = re.search(r"Hearsay answers at (\S+) ", printed)
    assert found, printed
    return found[1]


def ingest(base: str, token: str) -> int:
    company = {"type": "company", "slug": "of-keys", "name": "Of Keys"}
    url = f"{base}/v1/ingest?dry_run=true"
    return httpx.post(url, json=[company], headers=bearer(token), timeout=30).status_code


def test_a_first_serve_makes_a_development_key_and_prints_it_once(data: Path) -> None:
    with serving(data) as (process, printed):
        (token, shown) = TOKEN.findall(printed)
        assert token == shown
        assert "Lost it? `hearsay keys create NAME" in printed
        assert ingest(address(printed), token) == 200
        listed = hearsay(data, "keys", "list").stdout
        assert re.search(r"^development +hs_\S+… +admin +good", listed, re.M)
        assert token not in listed
        stopped_by(process, signal.SIGINT)
    with serving(data) as (process, again):
        assert "hs_" not in again
        assert "`hearsay keys create NAME --scope ingest` makes one" in again
        assert ingest(address(again), token) == 200
        stopped_by(process, signal.SIGINT)


def test_a_key_is_made_listed_and_revoked_by_command_while_serve_runs(data: Path) -> None:
    with serving(data) as (process, printed):
        base = address(printed)
        made = hearsay(data, "keys", "create", "feed", "--scope", "ingest", "--expires-in", "90d")
        assert made.returncode == 0
        token = made.stdout.strip()
        assert TOKEN.fullmatch(token)
        assert "Key feed (ingest), good until 20" in made.stderr
        assert token not in made.stderr
        assert ingest(base, token) == 200
        taken = hearsay(data, "keys", "create", "feed", "--scope", "read")
        assert (taken.returncode, taken.stdout) == (1, "")
        assert taken.stderr.startswith("hearsay: there is a key 'feed' already")
        revoked = hearsay(data, "keys", "revoke", "feed")
        assert revoked.stdout == f"Key feed ({token[:11]}…) is revoked.\n"
        assert re.search(r"^feed .* ingest +revoked", hearsay(data, "keys", "list").stdout, re.M)
        again = hearsay(data, "keys", "revoke", "feed")
        assert again.returncode == 1
        assert "there is no key 'feed' to revoke" in again.stderr
        stopped_by(process, signal.SIGINT)
    with serving(data) as (process, printed):
        assert ingest(address(printed), token) == 401
        stopped_by(process, signal.SIGINT)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["two words", "--scope", "read"], "the name of a key has 1 to 100 letters"),
        (["a", "--scope", "write"], "invalid Scope value: 'write'"),
        (["a"], "required: --scope"),
        (["a", "--scope", "read", "--expires-in", "soon"], "'soon' is no time such as 12h"),
        (["a", "--scope", "read", "--expires", "2020-01-01"], "2020-01-01 is past"),
        (["a", "--scope", "read", "--expires", "someday"], "'someday' is no day such as"),
    ],
)
def test_a_key_that_cannot_be_is_told_in_plain_words(
    data: Path, arguments: list[str], told: str
) -> None:
    refused = hearsay(data, "keys", "create", *arguments)
    assert refused.returncode > 0
    assert refused.stdout == ""
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_who_listens_to_all_the_world_keys_reads_and_gets_no_key_unasked(tmp_path: Path) -> None:
    with serving(tmp_path / "data", HEARSAY_HOST="0.0.0.0") as (process, printed):
        assert "hs_" not in printed
        assert "`hearsay keys create NAME --scope ingest` makes one" in printed
        base = address(printed).replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{base}/readyz", timeout=30).status_code == 200
        assert httpx.get(f"{base}/v1/companies", timeout=30).status_code == 401
        stopped_by(process, signal.SIGINT)


def test_a_database_of_ones_own_gets_no_key_unasked_and_reads_are_closed_by_a_setting(
    tmp_path: Path,
) -> None:
    with clone("bundled") as url:
        asyncio.run(_admin(url, "DELETE FROM api_key"))
        settings = {"DATABASE_URL": url, "HEARSAY_READS": "keyed"}
        with serving(tmp_path / "data", **settings) as (process, printed):
            assert "hs_" not in printed
            answer = httpx.get(f"{address(printed)}/v1/companies", timeout=30)
            assert answer.status_code == 401
            stopped_by(process, signal.SIGINT)
