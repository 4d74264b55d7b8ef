"""NDJSON in, a line per item out: gzip, faults in the middle, and requests sent again."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest

from app.ingest.intake import incoming
from app.ingest.intake.incoming import TOO_LONG, BrokenBody, inflated, lines

pytestmark = pytest.mark.anyio

NDJSON = {"Content-Type": "application/x-ndjson"}


def company(number: int) -> dict[str, Any]:
    return {"type": "company", "slug": f"company-{number}", "name": f"Company {number}"}


def ndjson(items: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def told(answer: httpx.Response) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The results of an answered stream, and what closes it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    *results, ending = (json.loads(line) for line in answer.text.splitlines())
    assert ending["meta"]["complete"] is True
    return results, ending


async def test_a_stream_is_answered_line_by_line_across_chunks(
    client: httpx.AsyncClient, writer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "CHUNK", 3)
    items = [company(number) for number in range(10)]
    answer = await client.post("/v1/ingest", content=ndjson(items), headers={**NDJSON, **writer})
    results, ending = told(answer)
    assert [result["index"] for result in results] == list(range(10))
    assert {result["status"] for result in results} == {"created"}
    assert ending["summary"]["created"] == 10
    assert (await client.get("/v1/companies")).json()["meta"]["total"]["value"] == 10


async def test_gzip_is_taken_in_several_members(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    body = gzip.compress(ndjson([company(1)])) + gzip.compress(ndjson([company(2)]))
    headers = {**NDJSON, **writer, "Content-Encoding": "gzip"}
    results, _ = told(await client.post("/v1/ingest", content=body, headers=headers))
    assert [result["status"] for result in results] == ["created", "created"]
    again = gzip.compress(json.dumps([company(1)]).encode())
    headers = {**writer, "Content-Encoding": "gzip"}
    answer = await client.post("/v1/ingest", content=again, headers=headers)
    assert answer.json()["items"][0]["status"] == "unchanged"


async def test_bad_lines_are_rejected_one_by_one_beside_good_ones(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    body = b"\n".join(
        [
            *ndjson([company(1)]).splitlines(),
            b"",
            b"{not json",
            b"[1, 2]",
            b'{"type": "company"}',
            b"\xff\xfe",
            b'{"type": "company", "slug": "x", "name": "\\u0000"}',
            *ndjson([company(2)]).splitlines(),
        ]
    )
    results, ending = told(
        await client.post("/v1/ingest", content=body, headers={**NDJSON, **writer})
    )
    outcomes = [result["status"] for result in results]
    assert outcomes == ["created", *["rejected"] * 5, "created"]
    for result in results[1:-1]:
        assert result["errors"][0]["pointer"].startswith(f"/{result['index']}")
    assert ending["summary"]["rejected"] == 5
    run = (await client.get(f"/v1/ingest-runs/{ending['meta']['run']}")).json()
    assert run["is_complete"]
    assert (run["created"], run["rejected"], len(run["failures"])) == (2, 5, 5)
    assert [failure["item"] for failure in run["failures"]] == [1, 2, 3, 4, 5]


async def test_a_body_that_breaks_off_keeps_what_came_before(
    client: httpx.AsyncClient, writer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "CHUNK", 10)
    whole = gzip.compress(ndjson(company(number) for number in range(50)), mtime=0)
    headers = {**NDJSON, **writer, "Content-Encoding": "gzip"}

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(whole) - 8, 16):
            yield whole[start : min(start + 16, len(whole) - 8)]

    answer = await client.post("/v1/ingest", content=pieces(), headers=headers)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/problems/broken-body"
    (run,) = (await client.get("/v1/ingest-runs")).json()["items"]
    assert not run["is_complete"]
    stored = (await client.get("/v1/companies?limit=500")).json()["items"]
    assert len(stored) == run["created"] >= 40
    assert f"{run['created']} created" in problem["detail"]
    results, _ = told(await client.post("/v1/ingest", content=whole, headers=headers))
    assert [result["status"] for result in results].count("unchanged") == len(stored)


@pytest.mark.parametrize("body", [b"plain text", b"", gzip.compress(b"[", mtime=0)[:-4]])
async def test_what_is_not_the_array_it_should_be_is_told(
    client: httpx.AsyncClient, writer: dict[str, str], body: bytes
) -> None:
    headers = {**writer, "Content-Encoding": "gzip"}
    answer = await client.post("/v1/ingest", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("header", "value"), [("Content-Type", "text/csv"), ("Content-Encoding", "br")]
)
async def test_other_kinds_of_bodies_are_refused_with_those_that_are_taken(
    client: httpx.AsyncClient, writer: dict[str, str], header: str, value: str
) -> None:
    answer = await client.post("/v1/ingest", content=b"[]", headers={**writer, header: value})
    assert answer.status_code == 415
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == header
    assert fault["allowed"]


async def test_an_idempotency_key_replays_the_answer_of_the_first_time(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    headers = {**NDJSON, **writer, "Idempotency-Key": "night-1-part-1"}
    body = ndjson([company(1), {"type": "company"}])
    first = await client.post("/v1/ingest", content=body, headers=headers)
    again = await client.post("/v1/ingest", content=body, headers=headers)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    zipped = await client.post(
        "/v1/ingest",
        content=gzip.compress(body),
        headers={**headers, "Content-Encoding": "gzip"},
    )
    assert zipped.content == first.content
    (run,) = (await client.get("/v1/ingest-runs")).json()["items"]
    assert run["requests"] == 1
    renamed = await client.post("/v1/ingest?run=other", content=body, headers=headers)
    assert renamed.status_code == 422
    other = await client.post("/v1/ingest", content=ndjson([company(2)]), headers=headers)
    assert other.status_code == 422
    assert other.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert (await client.get("/v1/companies/company-2")).status_code == 404


async def test_a_key_under_way_is_a_conflict_and_stores_once(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    headers = {**NDJSON, **writer, "Idempotency-Key": "same"}
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield ndjson([company(1)])
        begun.set()
        await go_on.wait()

    first = asyncio.create_task(client.post("/v1/ingest", content=slowly(), headers=headers))
    await begun.wait()
    second = await client.post("/v1/ingest", content=ndjson([company(1)]), headers=headers)
    assert second.status_code == 409
    assert "retry-after" in second.headers
    go_on.set()
    results, _ = told(await first)
    assert results[0]["status"] == "created"


async def test_requests_of_one_name_are_one_run(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    for number in (1, 2, 2):
        await client.post(
            "/v1/ingest?run=nightly",
            content=ndjson([company(number)]),
            headers={**NDJSON, **writer},
        )
    (run,) = (await client.get("/v1/ingest-runs?name=nightly")).json()["items"]
    assert (run["requests"], run["created"], run["unchanged"]) == (3, 2, 1)
    assert run["is_complete"]
    changes = (await client.get(f"/v1/changes?run={run['id']}")).json()["items"]
    assert {change["company"]["slug"] for change in changes} == {"company-1", "company-2"}
    assert {change["run"] for change in changes} == {run["id"]}
    unknown = await client.get(f"/v1/changes?run=run_{'0' * 32}")
    assert unknown.status_code == 422


async def test_a_dry_run_of_a_stream_meets_the_lines_before_and_stores_nothing(
    client: httpx.AsyncClient, writer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "CHUNK", 1)
    items = [company(1), {**company(2), "parent": "company-1"}, company(1)]
    answer = await client.post(
        "/v1/ingest?dry_run=true", content=ndjson(items), headers={**NDJSON, **writer}
    )
    results, ending = told(answer)
    assert [result["status"] for result in results] == ["created", "created", "unchanged"]
    assert ending["meta"] == {"dry_run": True, "run": None, "complete": True}
    assert (await client.get("/v1/companies")).json()["items"] == []
    assert (await client.get("/v1/ingest-runs")).json()["items"] == []


async def pieces_of(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_lines_are_found_wherever_the_pieces_are_cut() -> None:
    text = b"one\n\n  \r\ntwo two\r\nthree"
    for size in range(1, len(text) + 1):
        cut = (text[start : start + size] for start in range(0, len(text), size))
        found = [line async for line in lines(pieces_of(*cut), 100)]
        assert found == [b"one", b"two two", b"three"]


async def test_a_line_that_is_too_long_is_told_and_not_held() -> None:
    for size in (1, 3, 7, 50):
        text = b"short\n" + b"x" * 20 + b"\nshort\n" + b"y" * 11
        cut = (text[start : start + size] for start in range(0, len(text), size))
        found = [line async for line in lines(pieces_of(*cut), 10)]
        assert found == [b"short", TOO_LONG, b"short", TOO_LONG]


async def test_a_gzip_bomb_comes_in_small_pieces() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    sizes = [len(piece) async for piece in inflated(pieces_of(bomb))]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= incoming.INFLATED_AT_ONCE


async def test_others_have_their_turn_while_a_gzip_bomb_of_blank_lines_is_read() -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    bomb = gzip.compress(b"\n" * 50 * incoming.INFLATED_AT_ONCE)
    assert [line async for line in lines(inflated(pieces_of(bomb)), 100)] == []
    other.cancel()
    assert turns >= 50


async def test_gzip_that_ends_too_early_is_broken() -> None:
    whole = gzip.compress(b"some text")
    for end in range(1, len(whole)):
        with pytest.raises(BrokenBody):
            async for _ in inflated(pieces_of(whole[:end])):
                pass
