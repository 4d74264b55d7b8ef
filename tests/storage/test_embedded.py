"""The embedded server: made once, shared by processes, and never lost to a killed one."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from app.storage.embedded import EmbeddedPostgresError, embedded_postgres
from app.storage.engine import create_engine
from tests.processes import (
    HOLD,
    holding,
    kill_server,
    let_go,
    postmaster,
    started,
    stopped_by,
    wait_until,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the table ``kept`` with one row; its server is stopped."""
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "folder" in request.fixturenames:
        assert postmaster(request.getfixturevalue("folder")) is None


async def ask(url: str, statement: str) -> Any:
    """Run a statement; returns the first value it gives, if it gives any."""
    engine = create_engine(url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


async def keep(url: str, word: str) -> None:
    await ask(url, "CREATE TABLE IF NOT EXISTS kept (word text)")
    await ask(url, f"INSERT INTO kept VALUES ('{word}')")


async def kept(url: str, word: str) -> bool:
    return bool(await ask(url, f"SELECT count(*) FROM kept WHERE word = '{word}'"))


async def test_a_folder_is_made_and_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "not" / "yet" / "there"
    with embedded_postgres(data) as url:
        await keep(url, "before")
        assert postmaster(data) is not None
    assert postmaster(data) is None
    with embedded_postgres(data) as url:
        assert await kept(url, "before")


async def test_an_interrupted_initdb_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pgdata.new" / "base").mkdir(parents=True)
    (tmp_path / "pgdata.new" / "PG_VERSION").write_text("")
    with embedded_postgres(tmp_path) as url:
        assert await ask(url, "SELECT 1") == 1
    assert not (tmp_path / "pgdata.new").exists()


async def test_a_guest_that_leaves_does_not_stop_the_server(folder: Path) -> None:
    with embedded_postgres(folder) as url:
        number = postmaster(folder)
        with holding(folder) as (guest, its_url):
            assert its_url == url
            await keep(its_url, "by a guest")
            let_go(guest)
        assert postmaster(folder) == number
        assert await kept(url, "by a guest")


async def test_a_guest_keeps_the_server_when_its_starter_leaves(folder: Path) -> None:
    with holding(folder) as (starter, url), holding(folder) as (guest, _):
        let_go(starter)
        assert await ask(url, "SELECT 1") == 1
        let_go(guest)
    assert postmaster(folder) is None


async def test_a_server_whose_starter_was_killed_is_taken_over(folder: Path) -> None:
    with holding(folder) as (starter, url):
        await keep(url, "before the kill")
        stopped_by(starter, signal.SIGKILL)
    number = postmaster(folder)
    assert number is not None
    assert await ask(url, "SELECT 1") == 1
    with embedded_postgres(folder) as url:
        assert postmaster(folder) == number
        assert await kept(url, "before the kill")
    assert postmaster(folder) is None


async def test_what_was_committed_outlives_the_killing_of_everything(folder: Path) -> None:
    with holding(folder) as (starter, url):
        await keep(url, "before the power cut")
        kill_server(folder)
        stopped_by(starter, signal.SIGKILL)
    with embedded_postgres(folder) as url:
        assert await kept(url, "before the power cut")


async def test_a_server_killed_under_its_users_is_started_by_the_next(folder: Path) -> None:
    with embedded_postgres(folder) as url:
        await keep(url, "before the fall")
        kill_server(folder)
        with embedded_postgres(folder) as again:
            assert again == url
            assert await kept(url, "before the fall")
        assert await ask(url, "SELECT 1") == 1


async def test_a_server_left_without_its_database_gets_it(folder: Path) -> None:
    with embedded_postgres(folder) as url:
        engine = create_engine(url.replace("/hearsay?", "/postgres?"))
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("DROP DATABASE hearsay WITH (FORCE)"))
        await engine.dispose()
        with embedded_postgres(folder) as again:
            assert await ask(again, "SELECT current_database()") == "hearsay"


async def test_an_interrupted_start_leaves_no_server_running(folder: Path) -> None:
    with embedded_postgres(folder):
        pass
    with started(folder, [sys.executable, "-c", HOLD, str(folder)]) as process:
        wait_until(lambda: postmaster(folder) is not None)
        stopped_by(process, signal.SIGINT)
    assert postmaster(folder) is None


async def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(EmbeddedPostgresError, match=r"thesis\.txt.*Set HEARSAY_DATA_DIR to an"):
        use(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


async def test_a_pgdata_that_is_not_of_postgresql_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pgdata").mkdir()
    with pytest.raises(EmbeddedPostgresError, match=r"not a PostgreSQL data folder\. Move"):
        use(tmp_path)
    assert list((tmp_path / "pgdata").iterdir()) == []


async def test_a_folder_of_another_postgresql_version_tells_the_ways_on(folder: Path) -> None:
    with embedded_postgres(folder):
        pass
    version = folder / "pgdata" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"PostgreSQL 12, .*Move .*pg_dump"):
            use(folder)
    finally:
        version.write_text(ours)
    use(folder)


async def test_a_file_in_the_place_of_the_folder_is_a_plain_error(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("a file")
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be used.*Set HEARSAY_DATA_DIR"):
        use(place)
    assert place.read_text() == "a file"


async def test_a_folder_that_cannot_be_written_is_a_plain_error(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.mkdir()
    # Root may write anywhere, save over a folder.
    (place / "hearsay.lock").mkdir()
    place.chmod(0o500)
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be used.*Set HEARSAY_DATA_DIR"):
        use(place)
    place.chmod(0o700)


async def test_too_little_room_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=17 * 2**20))
    with pytest.raises(EmbeddedPostgresError, match=r"Only 17 MB are free.*300 MB\. Make"):
        use(tmp_path)
    assert not list(tmp_path.glob("pgdata*"))


async def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    place = tmp_path / ("long" * 20) / ("longer" * 20)
    with embedded_postgres(place) as url:
        assert await ask(url, "SELECT 1") == 1
        with holding(place) as (guest, its_url):
            assert its_url == url
            let_go(guest)
    short = Path(parse_qs(urlsplit(url).query)["host"][0])
    assert len(os.fsencode(short)) < 100
    assert not short.exists()
    # In a folder that all may write to, somebody else may have been there first.
    short.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"to another user\. Remove it, or"):
            use(place)
    finally:
        short.unlink()


def use(folder: Path) -> None:
    with embedded_postgres(folder):
        pass
