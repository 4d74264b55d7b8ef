"""The change log as a stream: what is written arrives, once, in order, whoever comes and goes."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import change_queries
from app.ingest.service import ingest
from app.keys.key import Scope
from app.keys.service import create_key
from app.settings import Reads
from app.storage.engine import create_engine, read_connection, write_transaction
from app.storage.version import begin_write
from tests.conftest import KEY, bearer
from tests.factories import round_of
from tests.processes import serving, stopped_by
from tests.serving import Served, served

pytestmark = pytest.mark.anyio

STREAM = "/v1/changes/stream"
LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'" + (
    " AND datname = current_database()"
)


@pytest.fixture
def server(database: str) -> Iterator[Served]:
    with served(database) as running:
        yield running


class Follower:
    """A client of a stream, as a browser is one: it keeps the id of the last event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.lines = answer.aiter_lines()
        self.last_event_id = ""
        self.comments = 0

    async def next(self) -> dict[str, Any]:
        """The change that the next event brings."""
        data = ""
        async for line in self.lines:
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_event_id = value
            elif name == "data":
                data = value
            elif name == "":
                self.comments += line != ""
            if line == "" and data:
                return dict(json.loads(data))
        raise EOFError

    async def take(self, number: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(30):
            return [await self.next() for _ in range(number)]


@asynccontextmanager
async def following(
    server: Served, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Follower]:
    """A follower that has got the first event, which tells where it stands."""
    async with (
        httpx.AsyncClient(base_url=server.address, timeout=30) as client,
        client.stream("GET", f"{STREAM}{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        follower = Follower(answer)
        async for line in follower.lines:
            if line.startswith("id: "):
                follower.last_event_id = line.removeprefix("id: ")
            if line == "":
                break
        yield follower


async def store(engine: AsyncEngine, *companies: str) -> None:
    for company in companies:
        await ingest(engine, round_of(company), actor="a test")


async def logged(server: Served, query: str = "") -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
        answer = await client.get(f"/v1/changes?limit=500{query}")
        return list(answer.json()["items"])


async def until(engine: AsyncEngine, statement: str, value: int) -> None:
    """Wait until a statement gives a value, which it is bound to."""
    async with asyncio.timeout(30):
        while True:
            async with read_connection(engine) as connection:
                if await connection.scalar(text(statement)) == value:
                    return
            await asyncio.sleep(0.02)


async def test_a_stream_starts_now_and_tells_what_the_list_tells(
    server: Served, engine: AsyncEngine
) -> None:
    await store(engine, "before")
    async with following(server) as follower:
        assert follower.last_event_id == str((await logged(server))[-1]["position"])
        headers = follower.answer.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"
        assert headers["x-request-id"]
        assert headers["ratelimit"]
        await store(engine, "lab", "other")
        told = await follower.take(4)
    assert told == (await logged(server))[-4:]
    assert follower.last_event_id == str(told[-1]["position"])


async def test_a_stream_goes_on_behind_the_last_event_seen(
    server: Served, engine: AsyncEngine
) -> None:
    await store(engine, "a", "b", "c")
    whole = await logged(server)
    second = whole[1]["position"]
    async with following(server, headers={"Last-Event-ID": str(second)}) as follower:
        assert await follower.take(len(whole) - 2) == whole[2:]
    async with following(server, f"?position[gt]={second}") as follower:
        assert await follower.take(len(whole) - 2) == whole[2:]
    third = {"Last-Event-ID": str(whole[2]["position"])}
    async with following(server, "?position[gt]=0", third) as follower:
        assert await follower.take(len(whole) - 3) == whole[3:]


async def test_who_loses_the_connection_before_the_first_change_misses_nothing(
    server: Served, engine: AsyncEngine
) -> None:
    async with following(server) as follower:
        pass
    await store(engine, "meanwhile")
    async with following(server, headers={"Last-Event-ID": follower.last_event_id}) as again:
        assert await again.take(2) == await logged(server)


async def test_a_stream_takes_the_filters_and_fields_of_the_list(
    server: Served, engine: AsyncEngine
) -> None:
    await store(engine, "lab", "other")
    query = "?company=lab&subject=company&fields=company,reason"
    async with following(server, f"{query}&position[gt]=0") as follower:
        (first,) = await follower.take(1)
        assert first.keys() == {"company", "reason"}
        more = {**round_of("lab", amount=120)[-1], "title": "More", "published_at": "2025-09-01"}
        await ingest(engine, [*round_of("third"), more], actor="a test")
        (second,) = await follower.take(1)
    assert first["company"]["slug"] == second["company"]["slug"] == "lab"


@pytest.mark.parametrize(
    ("query", "headers", "parameter"),
    [
        ("?company=lba", {}, "company"),
        ("?subject=deal", {}, "subject"),
        ("?limit=5", {}, "limit"),
        ("?position[gt]=-1", {}, "position[gt]"),
        ("", {"Last-Event-ID": "evt_1"}, "Last-Event-ID"),
        ("", {"Last-Event-ID": "9" * 19}, "Last-Event-ID"),
    ],
)
async def test_what_cannot_be_followed_is_refused_before_anything_is_sent(
    client: httpx.AsyncClient, query: str, headers: dict[str, str], parameter: str
) -> None:
    answer = await client.get(f"{STREAM}{query}", headers=headers)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


async def test_head_tells_what_a_stream_is_and_ends(client: httpx.AsyncClient) -> None:
    answer = await client.head(STREAM)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_streams_are_bounded_and_share_one_connection(
    database: str, engine: AsyncEngine
) -> None:
    with served(database, max_streams=3) as server:
        async with following(server), following(server) as one, following(server) as other:
            await until(engine, LISTENERS, 1)
            async with httpx.AsyncClient(base_url=server.address) as client:
                refused = await client.get(STREAM)
                assert refused.status_code == 503
                assert refused.headers["retry-after"]
                assert refused.json()["type"] == "/problems/too-many-streams"
            await store(engine, "lab")
            assert await one.take(2) == await other.take(2)
        await until(engine, LISTENERS, 0)
        async with following(server):
            assert server.app.state.streams.open == 1


async def test_a_stream_that_hears_nothing_lives_and_looks_for_itself(
    server: Served, engine: AsyncEngine
) -> None:
    server.app.state.streams.heartbeat = 0.05
    async with write_transaction(engine) as connection:
        await connection.execute(text("ALTER TABLE change DISABLE TRIGGER change_is_told"))
    async with following(server) as follower:
        waiting = asyncio.create_task(follower.take(2))
        async with asyncio.timeout(30):
            while follower.comments < 2:
                await asyncio.sleep(0.02)
        await store(engine, "lab")
        assert await waiting == await logged(server)


async def test_a_stream_shows_that_it_lives_while_others_are_written_of(
    server: Served, engine: AsyncEngine
) -> None:
    server.app.state.streams.heartbeat = 0.5
    await store(engine, "lab")
    async with following(server, "?company=lab") as follower:
        waiting = asyncio.create_task(follower.next())
        async with asyncio.timeout(30):
            while follower.comments < 2:
                async with write_transaction(engine) as connection:
                    await connection.execute(text("SELECT pg_notify('hearsay_change', '')"))
        waiting.cancel()


async def test_a_lost_connection_is_opened_anew_and_misses_nothing(
    server: Served, engine: AsyncEngine
) -> None:
    async with following(server) as follower:
        await until(engine, LISTENERS, 1)
        async with write_transaction(engine) as connection:
            await connection.execute(
                text(LISTENERS.replace("count(*)", "pg_terminate_backend(pid)"))
            )
        await store(engine, "unheard")
        assert len(await follower.take(2)) == 2
        await until(engine, LISTENERS, 1)
        await store(engine, "heard")
        assert len(await follower.take(2)) == 2
    assert follower.last_event_id == str((await logged(server))[-1]["position"])


async def test_a_stream_ends_when_its_key_is_revoked(database: str, engine: AsyncEngine) -> None:
    _, token = await create_key(engine, "reader", [Scope.READ], actor="a test")
    with served(database, Reads.KEYED) as server:
        server.app.state.streams.heartbeat = 0.05
        async with (
            following(server, headers=bearer(token)) as follower,
            httpx.AsyncClient(base_url=server.address) as client,
        ):
            waiting = asyncio.create_task(follower.next())
            revoked = await client.post("/v1/keys/reader/revoke", headers=bearer(KEY))
            assert revoked.status_code == 200
            with pytest.raises(EOFError):
                async with asyncio.timeout(30):
                    await waiting


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_server_that_is_stopped_ends_its_streams_cleanly(
    database: str, tmp_path: Path, how: signal.Signals
) -> None:
    with serving(tmp_path / "data", DATABASE_URL=database) as (process, printed):
        address = printed.split("answers at ")[1].split()[0]
        async with following(Served(address, None)) as follower:  # type: ignore[arg-type]
            waiting = asyncio.create_task(follower.next())
            rest = await asyncio.to_thread(stopped_by, process, how)
            with pytest.raises(EOFError):
                await waiting
    assert process.returncode == 0
    assert rest.split() == ["Stopped."]


async def append(
    engine: AsyncEngine, company: UUID, turn: asyncio.Event, *, keep: bool, note: str | None = None
) -> None:
    """Begin a transaction, log changes when the turn comes, and commit or roll back."""
    many = 1 if note else 2
    async with write_transaction(engine) as connection:
        await connection.execute(text("SELECT pg_current_xact_id()"))
        await turn.wait()
        write = await begin_write(connection, "a test")
        change = {"subject": "company", "company_id": company, "reason": "ingested", "note": note}
        await change_queries.log(connection, write, [{**change, "caused_by": []}] * many)
        if not keep:
            await connection.rollback()


async def test_followers_of_many_writers_see_all_that_was_committed_and_once(
    server: Served, engine: AsyncEngine, database: str
) -> None:
    await store(engine, "lab")
    async with read_connection(engine) as connection:
        company = await connection.scalar(text("SELECT id FROM company WHERE slug = 'lab'"))
    engines = [create_engine(database) for _ in range(3)]
    chance = random.Random(7)

    async def write() -> None:
        for _ in range(6):
            turns = [asyncio.Event() for _ in range(10)]
            writers = [
                asyncio.create_task(
                    append(engines[number % 3], company, turn, keep=chance.random() < 0.7)
                )
                for number, turn in enumerate(turns)
            ]
            for turn in chance.sample(turns, len(turns)):
                await asyncio.sleep(chance.random() / 100)
                turn.set()
            await asyncio.gather(*writers)
        await append(engine, company, turn, keep=True, note="the end")

    async def page_by_page() -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["note"] is None:
            place = seen[-1]["position"] if seen else 0
            seen += await logged(server, f"&position[gt]={place}")
        return seen

    async def by_stream(at_once: int) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        place = "0"
        while not seen or seen[-1]["note"] is None:
            async with following(server, headers={"Last-Event-ID": place}) as follower:
                for _ in range(at_once):
                    seen += await follower.take(1)
                    place = follower.last_event_id
                    if seen[-1]["note"] is not None:
                        break
        return seen

    followed = await asyncio.gather(page_by_page(), by_stream(3), by_stream(10_000), write())
    for other in engines:
        await other.dispose()
    log = await logged(server)
    positions = [change["position"] for change in log]
    assert positions == sorted(set(positions))
    assert len(log) < positions[-1], "nothing was rolled back"
    for seen in followed[:3]:
        assert seen == log
