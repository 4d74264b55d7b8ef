"""Chains of documents: what goes back to whom depends on the set of them and on nothing else."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.keeping import rebuild
from app.claims.relays import Publication, depths, repeated, roots
from app.ingest.service import ingest
from app.storage.engine import create_engine, write_transaction
from tests.conftest import client_of
from tests.ingest.chains import EVENT, SOURCES, Json, identities, url, valuation
from tests.properties.test_moments import VARYING, database_with

START = datetime(2025, 1, 1, tzinfo=UTC)
PLACES = "abcde"

places = st.sampled_from([*PLACES[:4], None])


@st.composite
def publications(draw: st.DrawFn) -> list[Publication]:
    """Documents by four sources at five places, each repeating another place or none."""
    documents = []
    for number in range(draw(st.integers(1, 8))):
        place, source, day = (
            draw(places),
            draw(st.integers(1, 4)),
            draw(st.none() | st.integers(0, 3)),
        )
        relayed = draw(places.filter(lambda other, own=place: other is None or other != own))
        documents.append(
            Publication(
                id=UUID(int=number),
                key=f"{place}|{number}",
                source_id=UUID(int=source),
                relays_source_id=UUID(int=source % 4 + 1) if relayed else None,
                place=place,
                relays_place=relayed,
                published_at=None if day is None else START + timedelta(days=day),
                published_precision=None if day is None else "day",
            )
        )
    return documents


@given(publications(), st.randoms(use_true_random=False))
def test_roots_and_depths_do_not_depend_on_the_order(
    documents: list[Publication], shuffler: random.Random
) -> None:
    shuffled = list(documents)
    shuffler.shuffle(shuffled)
    assert roots(documents) == roots(shuffled)
    for source in range(1, 5):
        assert depths(documents, UUID(int=source)) == depths(shuffled, UUID(int=source))


@given(publications())
def test_a_document_goes_back_to_what_the_one_it_repeats_goes_back_to(
    documents: list[Publication],
) -> None:
    found, following = roots(documents), repeated(documents)
    assert found.keys() == {document.id for document in documents}
    for document in documents:
        if document.id in following:
            assert found[document.id] == found[following[document.id].id]
        else:
            assert found[document.id] == (document.relays_source_id or document.source_id)


@given(publications())
def test_each_step_is_one_further_from_the_origin_it_goes_back_to(
    documents: list[Publication],
) -> None:
    found, following = roots(documents), repeated(documents)
    for origin in set(found.values()):
        steps = depths(documents, origin)
        for document in documents:
            ahead = following.get(document.id)
            if found[document.id] == origin:
                near = ahead is None or ahead.source_id == origin
                assert steps[document.id] == (1 if near else steps[ahead.id] + 1)


@st.composite
def items(draw: st.DrawFn) -> list[Json]:
    """The same as items of a batch: chains, rings, versions and missing links as they fall."""
    sent: dict[tuple[str, str | None], Json] = {}
    for _ in range(draw(st.integers(2, 6))):
        place = draw(st.sampled_from(PLACES[:4]))
        source = draw(st.sampled_from(SOURCES))
        published = draw(st.none() | st.sampled_from(["2025-12-17", "2025-12-18", "2025-12"]))
        stated = draw(st.sampled_from([750, 760]))
        origin = draw(st.none() | st.sampled_from(SOURCES[:2]))
        item: Json = {
            "type": "document",
            "source": source,
            "url": url(place),
            "published_at": published,
            "claims": [valuation(stated, **({"origin": origin} if origin else {}))],
        }
        relayed = draw(st.sampled_from([*(other for other in PLACES if other != place), None]))
        if relayed is not None:
            whom = draw(st.sampled_from([other for other in SOURCES if other != source]))
            item |= {"relays": whom, "relays_url": url(relayed)}
        sent[place, published] = item
    return list(sent.values())


def test_any_order_of_arrival_gives_the_same_origins_views_and_echo_trees() -> None:
    with database_with(identities()) as one, database_with(identities()) as other:

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(items(), st.randoms(use_true_random=False), st.integers(1, 6))
        def holds(sent: list[Json], shuffler: random.Random, size: int) -> None:
            shuffled = list(sent)
            shuffler.shuffle(shuffled)
            at_once = asyncio.run(told_by(one, [sent]))
            batches = [shuffled[start : start + size] for start in range(0, len(sent), size)]
            assert asyncio.run(told_by(other, batches)) == at_once

        holds()


async def told_by(address: str, batches: list[list[Json]]) -> dict[str, Any]:
    """What a database tells that got these batches and nothing else."""
    engine = create_engine(address)
    async with write_transaction(engine) as connection:
        await connection.execute(text("TRUNCATE claim, document, change CASCADE"))
    for batch in batches:
        await ingest(engine, batch, actor="a test")
    assert await rebuild(engine, lambda _done, _total: None) == 0
    answers = await told(engine)
    await engine.dispose()
    return answers


async def told(engine: AsyncEngine) -> dict[str, Any]:
    """The deal, the origins and the echo trees, with documents by their key and without ids."""
    async with client_of(engine) as client:
        event = await get(client, f"/v1/funding-events/{EVENT}?include=alternatives")
        claims = (await get(client, "/v1/claims?limit=500"))["items"]
        keys = {
            c["document"]["id"]: f"{c['document']['url']} {c['document']['published_at']}"
            for c in claims
        }
        trees = {
            keys[c["document"]["id"]]: await get(client, f"/v1/claims/{c['id']}/echo-tree")
            for c in claims
        }
    return {
        "event": lasting(event, keys),
        "origins": {keys[c["document"]["id"]]: c["origin"]["slug"] for c in claims},
        "trees": {key: lasting(tree, keys) for key, tree in trees.items()},
    }


async def get(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lasting(answer: Json, keys: dict[str, str]) -> str:
    plain = json.dumps({name: value for name, value in answer.items() if name != "meta"})
    for identity, key in keys.items():
        plain = plain.replace(identity, key)
    return VARYING.sub("…", plain)
