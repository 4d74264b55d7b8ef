"""Documents that repeat documents: the root is found, whatever comes when."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import keeping
from app.ingest.service import ingest
from app.storage.engine import read_connection
from app.storage.migrate import migrate
from tests.ingest.chains import EVENT, Json, chain, document, identities, url, valuation
from tests.ingest.test_contradictions import outcomes, send
from tests.test_upgrade import has_column

pytestmark = pytest.mark.anyio

INFORMATION, REUTERS, BLOG, DIGEST = range(4)
ORDERS = list(permutations(range(3)))


@pytest.fixture
async def told(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    await send(client, writer, *identities())
    return client


async def get(client: httpx.AsyncClient, path: str, **asked: str) -> Any:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def origins(client: httpx.AsyncClient, **asked: str) -> dict[str, str]:
    """The root origin of the claims of each source."""
    claims = await get(client, "/v1/claims", **asked)
    return {c["document"]["source"]["slug"]: c["origin"]["slug"] for c in claims["items"]}


async def heard(client: httpx.AsyncClient, **asked: str) -> tuple[int, int]:
    """How often the valuation is told, and of how many origins."""
    figure = (await get(client, f"/v1/funding-events/{EVENT}", **asked))["valuation"]
    return figure["appearances"], figure["independent_origins"]


async def tree(client: httpx.AsyncClient, source: str, **asked: str) -> Any:
    """The echo tree of a source's claim."""
    claims = await get(client, "/v1/claims", source=source)
    return await get(client, f"/v1/claims/{claims['items'][0]['id']}/echo-tree", **asked)


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_the_root_is_found_through_the_chain_in_any_order_of_arrival(
    told: httpx.AsyncClient, writer: dict[str, str], engine: AsyncEngine, order: tuple[int, ...]
) -> None:
    for place in order:
        (result,) = await send(told, writer, chain()[place])
        assert result["status"] == "created"
    assert await origins(told) == dict.fromkeys(
        ("the-information", "reuters", "blog"), "the-information"
    )
    assert await heard(told) == (3, 1)
    assert await keeping.rebuild(engine, lambda _done, _total: None) == 0


async def test_until_the_repeated_document_comes_the_source_it_names_is_the_origin(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(told, writer, chain()[BLOG], chain()[INFORMATION])
    assert await origins(told) == {"the-information": "the-information", "blog": "reuters"}
    assert await heard(told) == (2, 2)
    await send(told, writer, chain()[REUTERS])
    assert (await origins(told))["blog"] == "the-information"
    assert await heard(told) == (3, 1)
    assert await heard(told, as_of="2025-12-20") == (3, 1)


async def test_sending_a_chain_again_changes_nothing(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    for item in reversed(chain()):
        await send(told, writer, item)
    again = await send(told, writer, *chain())
    assert outcomes(again) == ["unchanged"] * 4
    assert {result["claims"]["created"] for result in again} == {0}


async def test_a_dry_run_leaves_origins_as_they_are(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(told, writer, chain()[BLOG])
    await send(told, writer, chain()[REUTERS], dry_run="true")
    assert await origins(told) == {"blog": "reuters"}


async def test_an_origin_of_its_own_is_kept_and_the_relayed_one_is_followed_though_named(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    claims = [
        valuation(750, origin="bloomberg"),
        valuation(800, origin="reuters"),
        valuation(850, origin="blog"),
    ]
    blog = document("blog", "2025-12-20", repeats=("reuters", "reuters"), claims=claims)
    await send(told, writer, blog)
    await send(told, writer, chain()[INFORMATION], chain()[REUTERS])
    stated = (await get(told, "/v1/claims", source="blog"))["items"]
    assert {claim["value"]["stated"]: claim["origin"]["slug"] for claim in stated} == {
        750e9: "bloomberg",
        800e9: "the-information",
        850e9: "blog",
    }
    echo = (await tree(told, "reuters"))["echoes"][1]
    assert (echo["value"]["stated"], echo["depth"]) == (800e9, 2)
    (other,) = (await get(told, "/v1/claims", source="blog", origin="bloomberg"))["items"]
    alone = (await get(told, f"/v1/claims/{other['id']}/echo-tree"))["echoes"][0]
    assert (alone["repeats"], alone["depth"]) == (None, 1)


async def test_what_comes_back_to_its_own_source_is_its_own(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(
        told,
        writer,
        document("reuters", "2025-12-19", at="again", repeats=("blog", "blog")),
        document("blog", "2025-12-18", repeats=("reuters", "reuters")),
        document("reuters", "2025-12-17"),
    )
    found = await tree(told, "blog")
    assert found["root"]["reported_at"] == "2025-12-17"
    assert [node["reported_at"] for node in found["restated"]] == ["2025-12-19"]
    assert [(node["repeats"], node["depth"]) for node in found["restated"]] == [(None, 0)]
    assert [node["depth"] for node in found["echoes"]] == [1]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_ring_goes_back_to_whom_published_first(
    told: httpx.AsyncClient, writer: dict[str, str], order: tuple[int, ...]
) -> None:
    ring = [
        document("reuters", "2025-12-19", repeats=("bloomberg", "bloomberg")),
        document("bloomberg", "2025-12-18", repeats=("reuters", "reuters")),
        document("blog", None, repeats=("reuters", "reuters")),
    ]
    for place in order:
        await send(told, writer, ring[place])
    assert set((await origins(told)).values()) == {"bloomberg"}
    found = await tree(told, "blog")
    assert found["root"]["document"]["source"]["slug"] == "bloomberg"
    assert [node["depth"] for node in found["echoes"]] == [1, 2]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_of_several_versions_the_one_published_first_is_repeated(
    told: httpx.AsyncClient, writer: dict[str, str], order: tuple[int, ...]
) -> None:
    sent = [
        document("reuters", "2025-12-18", repeats=("the-information", "the-information")),
        document("reuters", "2025-12-19"),
        document("blog", "2025-12-20", repeats=("reuters", "reuters")),
    ]
    for place in order:
        await send(told, writer, sent[place])
    blog = (await get(told, "/v1/claims", source="blog"))["items"][0]
    assert blog["origin"]["slug"] == "the-information"


async def test_what_a_document_repeats_may_be_added_but_not_changed(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told_less = {k: v for k, v in chain()[BLOG].items() if k != "relays_url"}
    await send(told, writer, told_less, chain()[REUTERS])
    assert (await origins(told))["blog"] == "reuters"
    assert outcomes(await send(told, writer, chain()[BLOG])) == ["merged"]
    assert (await origins(told))["blog"] == "the-information"
    assert outcomes(await send(told, writer, told_less)) == ["unchanged"]
    (result,) = await send(told, writer, {**chain()[BLOG], "relays_url": url("elsewhere")})
    assert result["status"] == "conflict"
    assert [error["pointer"] for error in result["errors"]] == ["/0/relays_url"]


async def test_a_relayed_document_needs_its_source_and_is_another_one(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    alone = {**document("blog"), "relays_url": url("reuters")}
    itself = document("blog", repeats=("reuters", "blog"))
    itself["relays_url"] = "http://www.blog.example/story/?utm_source=x#top"
    results = await send(told, writer, alone, itself)
    assert outcomes(results) == ["rejected"] * 2
    assert [r["errors"][0]["pointer"] for r in results] == ["/0/relays_url", "/1/relays_url"]
    assert "relays" in results[0]["errors"][0]["message"]


async def test_documents_show_what_they_repeat(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    blog = chain()[BLOG]
    blog["relays_url"] = "http://WWW.reuters.example/story/?utm_medium=x"
    await send(told, writer, blog, chain()[INFORMATION])
    shown = (await get(told, "/v1/documents"))["items"]
    assert {one["source"]["slug"]: one["relays_url"] for one in shown} == {
        "blog": url("reuters"),
        "the-information": None,
    }


async def test_the_echo_tree_tells_who_repeated_whom_how_much_later_and_what_they_changed(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    sent = chain()
    sent[REUTERS]["claims"] = [valuation(modality="negotiation")]
    sent[BLOG]["claims"] = [valuation(modality="negotiation", qualifier="approximately")]
    sent[DIGEST]["claims"] = [valuation(760, qualifier="approximately")]
    sourced = document("echo", "2025-12")
    del sourced["url"]
    await send(told, writer, *sent, {**sourced, "title": "t", "relays": "the-information"})
    documents = (await get(told, "/v1/documents"))["items"]
    names = {one["id"]: one["source"]["slug"] for one in documents} | {None: None}
    found = await tree(told, "digest")
    nodes = [found["root"], *found["echoes"]]
    assert [
        (
            node["document"]["source"]["slug"],
            names[node["repeats"]],
            node["depth"],
            node["lag_days"],
            node["lag_to_repeated_days"],
        )
        for node in nodes
    ] == [
        ("the-information", None, 0, 0, None),
        ("reuters", "the-information", 1, 1, 1),
        ("blog", "reuters", 2, 3, 2),
        ("digest", "blog", 3, 4, 1),
        ("echo", None, 1, None, None),
    ]
    assert [(node["changed"], node["changed_from_repeated"]) for node in nodes] == [
        ([], None),
        (["modality"], ["modality"]),
        (["qualifier", "modality"], ["qualifier"]),
        (["low", "high", "stated", "qualifier"], ["low", "high", "stated", "modality"]),
        ([], None),
    ]


async def test_the_echo_tree_of_a_past_names_no_later_document(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    late = document("reuters", "2025-12-22", repeats=("the-information", "the-information"))
    await send(told, writer, chain()[INFORMATION], chain()[BLOG], late)
    (echo,) = (await tree(told, "blog", as_of="2025-12-20"))["echoes"]
    assert (echo["repeats"], echo["depth"], echo["lag_to_repeated_days"]) == (None, 1, None)
    now = await tree(told, "blog")
    assert [(e["depth"], e["lag_to_repeated_days"]) for e in now["echoes"]] == [(2, -2), (1, 5)]
    known_at = now["meta"]["known_at"]
    await send(told, writer, chain()[REUTERS])
    assert [e["lag_to_repeated_days"] for e in (await tree(told, "blog"))["echoes"]] == [1, 2, 5]
    then = await tree(told, "blog", known_at=known_at)
    assert then["echoes"] == now["echoes"]


async def test_the_chain_passes_a_document_that_says_nothing_of_the_matter(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    silent = {**chain()[REUTERS], "claims": []}
    await send(told, writer, chain()[INFORMATION], chain()[BLOG], silent)
    assert (await origins(told))["blog"] == "the-information"
    (echo,) = (await tree(told, "blog"))["echoes"]
    assert (echo["depth"], echo["lag_to_repeated_days"]) == (2, 2)
    assert echo["changed_from_repeated"] is None


async def test_claims_added_to_a_stored_document_go_back_to_its_root(
    told: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(told, writer, *chain()[:3])
    more = {**chain()[BLOG], "claims": [valuation(800)]}
    assert outcomes(await send(told, writer, more)) == ["merged"]
    claims = (await get(told, "/v1/claims", source="blog"))["items"]
    assert {claim["origin"]["slug"] for claim in claims} == {"the-information"}
    assert len(claims) == 2


async def test_a_company_and_a_product_told_of_behind_a_chain_are_refreshed(
    told: httpx.AsyncClient, writer: dict[str, str], engine: AsyncEngine
) -> None:
    product = {"type": "product", "slug": "p", "company": "openai", "name": "P", "kind": "model"}
    score: Json = {
        "about": {"product": "p"},
        "predicate": "benchmark",
        "name": "gpqa",
        "stated": 80,
        "unit": "percent",
        "evidence": "unattributed",
    }
    sent = [{**item, "claims": [score]} for item in chain()]
    await send(told, writer, product, sent[BLOG], sent[INFORMATION])
    assert (await get(told, "/v1/products/p"))["benchmarks"][0]["independent_origins"] == 2
    await send(told, writer, {**sent[REUTERS], "claims": []})
    assert (await get(told, "/v1/products/p"))["benchmarks"][0]["independent_origins"] == 1
    assert await keeping.rebuild(engine, lambda _done, _total: None) == 0


async def test_a_schema_taken_back_states_the_origins_again_and_keeps_the_places(
    engine: AsyncEngine,
) -> None:
    await ingest(engine, [*identities(), *chain()], actor="a test")
    places = await rows(engine, "SELECT id, place FROM document ORDER BY id")
    moved = "SELECT s.slug FROM claim c JOIN source s ON s.id = c.origin_id ORDER BY c.reported_at"
    assert {slug for (slug,) in await rows(engine, moved)} == {"the-information"}
    while await has_column(engine, "relays_place"):
        await migrate(engine, "-1")
    stated = ["the-information", "the-information", "reuters", "blog"]
    assert [slug for (slug,) in await rows(engine, moved)] == stated
    await migrate(engine)
    assert await rows(engine, "SELECT id, place FROM document ORDER BY id") == places
    assert {place for _, place in places} == {url(item["source"]) for item in chain()}
    # What they repeat is told again by whoever sends them again.
    results = await ingest(engine, chain(), actor="a test")
    assert [result.outcome for result in results] == ["unchanged", "merged", "merged", "merged"]
    assert {slug for (slug,) in await rows(engine, moved)} == {"the-information"}


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    async with read_connection(engine) as connection:
        return list(await connection.execute(text(statement)))
