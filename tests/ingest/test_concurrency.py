"""Loaders that overlap end as one that loads everything once; readers go on meanwhile."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import httpx

from app.claims.keeping import rebuild
from app.ingest.bundled import bundled_items
from app.storage.engine import create_engine
from tests.conftest import client_of, clone
from tests.views import stored_views

LOADERS = 10
DOCUMENTS = 250
REPORTS = [
    {
        "type": "report",
        "company": company,
        "stage": "closed",
        "round": stage,
        "amount": amount,
        "currency": "USD",
        "happened_on": day,
        "says": "Night Wire",
        "url": f"https://night.example/{number}",
        "published_at": day,
        "investors": [{"name": "Night Capital"}, {"name": f"Fund {number % 7}"}],
    }
    for number, (company, stage, amount, day) in enumerate(
        (name, stage, (place + 1) * 10**6, f"20{10 + place:02}-0{1 + place % 9}-15")
        for name in ("Nightly Works", "NIGHTLY WORKS, Inc.", "Day Labs", "Dusk GmbH")
        for place, stage in enumerate(("seed", "series_a", "series_b"))
    )
]


def night() -> tuple[list[Any], list[Any]]:
    """The identities of the bundled data, and what is told: documents and short reports."""
    items = list(bundled_items())
    identities = [item for item in items if item["type"] != "document"]
    told = [item for item in items if item["type"] == "document"]
    return identities, [*random.Random(7).sample(told, DOCUMENTS), *REPORTS]


async def load(client: httpx.AsyncClient, writer: dict[str, str], items: list[Any]) -> int:
    """Send items as a stream; how many claims were new."""
    lines = "\n".join(json.dumps(item, default=float) for item in items)
    headers = {**writer, "Content-Type": "application/x-ndjson"}
    answer = await client.post("/v1/ingest", content=lines, headers=headers)
    *results, ending = (json.loads(line) for line in answer.text.splitlines())
    assert ending["meta"]["complete"]
    assert {result["status"] for result in results} <= {"created", "unchanged", "merged"}
    created: int = ending["summary"]["claims_created"]
    return created


def test_ten_overlapping_loaders_end_as_one_sequential_load(writer: dict[str, str]) -> None:
    identities, told = night()
    with clone("empty") as one, clone("empty") as other:
        alone, expected = asyncio.run(sequentially(one, writer, [*identities, *told]))
        together, views = asyncio.run(at_once(other, writer, identities, told))
    assert together == alone
    assert views == expected


async def sequentially(
    url: str, writer: dict[str, str], items: list[Any]
) -> tuple[int, dict[tuple[str, str], str]]:
    """New claims, and the views at the end."""
    engine = create_engine(url)
    created = await load(client_of(engine), writer, items)
    views = await stored_views(engine)
    await engine.dispose()
    return created, views


async def at_once(
    url: str, writer: dict[str, str], identities: list[Any], told: list[Any]
) -> tuple[int, dict[tuple[str, str], str]]:
    """The same of several loaders with their own connections, while somebody reads."""
    engines = [create_engine(url, pool_size=3) for _ in range(LOADERS)]
    clients = [client_of(engine) for engine in engines]
    created = await load(clients[0], writer, identities)
    done = asyncio.Event()
    reading = asyncio.create_task(read_on(client_of(engines[0]), done))
    shares = [share(told, number) for number in range(LOADERS)]
    created += sum(
        await asyncio.gather(
            *(loads(client, writer, items) for client, items in zip(clients, shares, strict=True))
        )
    )
    done.set()
    assert await reading > 0
    assert await rebuild(engines[0], lambda _done, _total: None) == 0
    views = await stored_views(engines[0])
    for engine in engines:
        await engine.dispose()
    return created, views


def share(told: list[Any], number: int) -> list[list[Any]]:
    """One loader's part in batches of its own order: every item has at least three loaders."""
    chance = random.Random(number)
    mine = [
        item
        for place, item in enumerate(told)
        if (place - number) % LOADERS < 3 or chance.random() < 0.2
    ]
    chance.shuffle(mine)
    return [mine[start : start + 40] for start in range(0, len(mine), 40)]


async def loads(client: httpx.AsyncClient, writer: dict[str, str], batches: list[list[Any]]) -> int:
    return sum([await load(client, writer, batch) for batch in batches])


async def read_on(client: httpx.AsyncClient, done: asyncio.Event) -> int:
    """Ask without a pause until told; how often there was an answer."""
    answers = 0
    while not done.is_set():
        answer = await client.get("/v1/companies?limit=5")
        assert answer.status_code == 200
        answers += 1
    return answers
