"""Batches that contradict themselves or the database: told item by item, nothing by halves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


def company(slug: str, **more: Any) -> Json:
    return {"type": "company", "slug": slug, "name": slug.upper(), **more}


async def send(
    client: httpx.AsyncClient, writer: dict[str, str], *items: Any, **parameters: str
) -> list[Json]:
    answer = await client.post("/v1/ingest", json=items, headers=writer, params=parameters)
    assert answer.status_code == 200, answer.text
    results: list[Json] = answer.json()["items"]
    return results


def outcomes(results: list[Json]) -> list[str]:
    return [result["status"] for result in results]


async def test_an_unknown_type_of_any_letters_is_rejected_beside_good_items(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    results = await send(client, writer, company("a"), {"type": "\U0001f600"}, {"type": 7})
    assert outcomes(results) == ["created", "rejected", "rejected"]
    body = b'[{"type": "company", "slug": "b", "name": "B"}, {"type": "\\ud800"}]'
    assert (await client.post("/v1/ingest", content=body, headers=writer)).status_code == 400
    assert (await client.get("/v1/companies/b")).status_code == 404


@pytest.mark.parametrize(
    "number", ["0." + "1" * 5000, "1" + "0" * 5000, "1." + "0" * 30 + "1", "1." + "0" * 9 + "1"]
)
async def test_numbers_of_absurd_length_are_refused(
    client: httpx.AsyncClient, writer: dict[str, str], number: str
) -> None:
    body = (
        '[{"type": "company", "slug": "c", "name": "C"},'
        ' {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"},'
        ' {"type": "funding_event", "key": "e", "company": "c", "label": "E"},'
        ' {"type": "document", "source": "s", "title": "t", "claims": [{"about": {"event": "e"},'
        f' "predicate": "amount", "stated": {number}, "currency": "USD", "evidence": "named"}}]}}]'
    )
    answer = await client.post("/v1/ingest", content=body.encode(), headers=writer)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert outcomes(answer.json()["items"])[3] == "rejected"
    assert (await client.get("/v1/claims")).json()["items"] == []


async def test_a_company_cannot_own_itself_by_any_way_round(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    assert outcomes(await send(client, writer, company("a", parent="a"))) == ["rejected"]
    ring = [company("a", parent="b"), company("b", parent="a")]
    assert outcomes(await send(client, writer, *ring)) == ["rejected"] * 2
    assert outcomes(await send(client, writer, company("a"))) == ["created"]
    together = await send(client, writer, company("b", parent="a"), company("a", parent="b"))
    assert sorted(outcomes(together)) == ["conflict", "created"]
    later = await send(client, writer, company("c", parent="b"), company("a", parent="c"))
    assert sorted(outcomes(later)) == ["conflict", "created"]
    (pointer,) = {error["pointer"] for result in later for error in result["errors"]}
    assert pointer == "/1/parent"


async def test_one_slug_leads_to_one_company(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    results = await send(
        client,
        writer,
        company("a", former_slugs=["x"]),
        company("b", former_slugs=["x"]),
        company("c"),
        company("d", former_slugs=["c"]),
    )
    assert outcomes(results) == ["created", "conflict", "created", "conflict"]
    assert (await client.get("/v1/companies/x")).headers["location"] == "/v1/companies/a"


async def test_nobody_competes_with_itself(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    document = {
        "type": "document",
        "source": "s",
        "title": "t",
        "claims": [
            {
                "about": {"company": "a"},
                "predicate": "competes_with",
                "object": "old-a",
                "evidence": "named",
            }
        ],
    }
    source = {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"}
    results = await send(client, writer, company("a", former_slugs=["old-a"]), source, document)
    assert outcomes(results) == ["created", "created", "rejected"]
    assert results[2]["errors"][0]["pointer"] == "/2/claims/0/object"


async def test_a_document_of_the_future_is_refused(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    source = {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"}
    document = {"type": "document", "source": "s", "title": "t", "published_at": "2100-01-01"}
    results = await send(client, writer, source, document)
    assert outcomes(results) == ["created", "rejected"]
    assert results[1]["errors"][0]["pointer"] == "/1/published_at"


async def test_a_url_is_measured_in_bytes(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    source = {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"}
    path = "".join(chr(0x4E00 + 7 * number % 20_000) for number in range(1_900))
    document = {"type": "document", "source": "s", "url": f"https://s.example/{path}"}
    results = await send(client, writer, source, document)
    assert outcomes(results) == ["created", "rejected"]
    assert results[1]["errors"][0]["pointer"] == "/1/url"


async def test_a_dry_run_tells_what_a_real_run_does(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    companies = [company(f"c{number}") for number in range(1_001)]
    products = [
        {"type": "product", "slug": f"p{n}", "company": f"c{n}", "name": f"P{n}", "kind": "model"}
        for n in range(0, 1_000, 20)
    ]
    tried = await send(client, writer, *companies, *products, dry_run="true")
    assert (await client.get("/v1/companies?limit=1")).json()["items"] == []
    done = await send(client, writer, *companies, *products)
    assert outcomes(tried) == outcomes(done) == ["created"] * 1_051


async def test_a_conflict_names_the_field_and_no_internals(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, company("a", founded="2015-12"), company("b"))
    product = {"type": "product", "slug": "p", "company": "a", "name": "One", "kind": "model"}
    await send(client, writer, product)
    results = await send(
        client, writer, company("a", founded="2015"), {**product, "company": "b", "name": "Two"}
    )
    assert outcomes(results) == ["conflict", "conflict"]
    assert [e["pointer"] for e in results[0]["errors"]] == ["/0/founded"]
    assert [e["pointer"] for e in results[1]["errors"]] == ["/1/company", "/1/name"]
    assert "-" not in results[1]["errors"][0]["message"]


async def test_a_slug_that_looks_like_an_id_is_refused(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    results = await send(client, writer, company("cmp_0"))
    assert outcomes(results) == ["rejected"]
    assert results[0]["errors"][0]["pointer"] == "/0/slug"
