"""Merges: only which of them are active counts, and with none of them all is as it never was."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.keeping import rebuild
from app.identities import merging
from app.ingest.service import ingest
from app.storage.engine import create_engine, read_connection, write_transaction
from tests.conftest import client_of
from tests.properties.test_moments import VARYING, database_with
from tests.properties.test_relays import get

Json = dict[str, Any]
Step = tuple[str, Any]

PLAYERS = ("a", "b", "c", "d")
OTHERS = ("rival", "fund")
IDENTITIES = [
    *({"type": "company", "slug": slug, "name": f"Company {slug}"} for slug in PLAYERS + OTHERS),
    {"type": "source", "slug": "wire", "name": "The Wire", "kind": "newsroom"},
]

players = st.sampled_from(PLAYERS)


@st.composite
def documents(draw: st.DrawFn) -> list[Json]:
    """A product, a deal, a child, a source or a claim of one player; the others know them too."""
    player, day = draw(players), draw(st.integers(1, 9))
    match draw(st.sampled_from(["deal", "product", "child", "source", "rival", "investor"])):
        case "deal":
            key = f"{player}-{day}"
            about = {"about": {"event": key}, "evidence": "party"}
            claims = [
                {**about, "predicate": "stage", "term": "closed"},
                {**about, "predicate": "amount", "stated": day, "currency": "USD"},
                {**about, "predicate": "participation", "object": "fund", "currency": "USD"},
            ]
            items = [{"type": "funding_event", "key": key, "company": player, "label": key}]
        case "product":
            slug = f"product-{player}"
            about = {"about": {"product": slug}, "evidence": "party"}
            claims = [{**about, "predicate": "released", "term": "api"}]
            items = [
                {
                    "type": "product",
                    "slug": slug,
                    "company": player,
                    "name": slug,
                    "kind": "model",
                }
            ]
        case "child":
            claims = []
            child = f"child-{day}-of-{player}"
            items = [
                {"type": "company", "slug": child, "name": child, "parent": player},
                {
                    "type": "company",
                    "slug": player,
                    "name": f"Company {player}",
                    "country": "US",
                    "names": [{"name": f"{player} {day}", "kind": "alias"}],
                },
            ]
        case "source":
            slug = f"blog-{player}"
            claims = []
            items = [
                {
                    "type": "source",
                    "slug": slug,
                    "name": slug,
                    "kind": "company",
                    "company": player,
                }
            ]
        case "rival":
            pair = draw(st.permutations([player, "rival"]))
            about = {"about": {"company": pair[0]}, "evidence": "named"}
            claims = [
                {**about, "predicate": "competes_with", "object": pair[1], "market": "chips"},
                {**about, "predicate": "capability", "term": "parity", "object": pair[1]},
            ]
            items = []
        case _:
            about = {"about": {"event": "rival-round"}, "evidence": "named"}
            money = {"object": player, "stated": day, "currency": "USD", "tranche": "first"}
            claims = [{**about, "predicate": "participation", **money}]
            items = [
                {
                    "type": "funding_event",
                    "key": "rival-round",
                    "company": "rival",
                    "label": "R",
                }
            ]
    told = {"type": "document", "source": "wire", "title": f"{player} {day} {claims}"[:400]}
    return [*items, {**told, "published_at": f"2025-06-0{day}", "claims": claims}]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), documents()),
        st.tuples(st.just("merge"), st.tuples(players, players)),
        st.tuples(st.just("split"), players),
    ),
    min_size=3,
    max_size=14,
)
active = st.dictionaries(st.sampled_from(PLAYERS[1:]), players, min_size=1).map(
    # Each leads to an earlier letter, so that no merge leads around.
    lambda leads: {one: into for one, into in leads.items() if into < one}
)


def test_with_all_merges_split_again_all_is_as_if_none_had_ever_been() -> None:
    with database_with(IDENTITIES) as one, database_with(IDENTITIES) as other:

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(steps)
        def holds(taken: list[Step]) -> None:
            plain = [step for step in taken if step[0] == "send"]
            undone = [("split", player) for player in PLAYERS]
            walked = asyncio.run(told_after(one, [*taken, *undone]))
            assert walked == asyncio.run(told_after(other, plain))

        holds()


def test_the_same_active_merges_give_the_same_views_in_any_order() -> None:
    with database_with(IDENTITIES) as one, database_with(IDENTITIES) as other:

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(steps, active, st.randoms(use_true_random=False))
        def holds(taken: list[Step], leads: dict[str, str], shuffler: random.Random) -> None:
            sent = [step for step in taken if step[0] == "send"]
            merges: list[Step] = [("merge", pair) for pair in leads.items()]
            mixed = [*merges, *sent]
            shuffler.shuffle(mixed)
            undone = [("split", player) for player in PLAYERS]
            walked = asyncio.run(told_after(one, [*taken, *undone, *reversed(merges)]))
            assert walked == asyncio.run(told_after(other, mixed))

        holds()


async def told_after(address: str, taken: Sequence[Step]) -> Json:
    """What a database tells after some steps and no others."""
    engine = create_engine(address)
    try:
        async with write_transaction(engine) as connection:
            for statement in _EMPTY:
                await connection.execute(text(statement))
        await rebuild(engine, lambda _done, _total: None)
        for what, with_what in taken:
            await _DO[what](engine, with_what)
        assert await rebuild(engine, lambda _done, _total: None) == 0
        return await told(engine)
    finally:
        await engine.dispose()


async def send(engine: AsyncEngine, items: list[Json]) -> None:
    results = await ingest(engine, items, actor="a test")
    assert not [result.errors for result in results if result.errors]
    again = await ingest(engine, items, actor="a test")
    assert {result.outcome for result in again} == {"unchanged"}


async def merge(engine: AsyncEngine, pair: tuple[str, str]) -> None:
    ids = await ids_of(engine)
    company, into = (ids[slug] for slug in pair)
    if company != into:
        with suppress(merging.CannotMerge):
            await merging.merge(engine, company, into, "They are one", actor="a test")


async def split(engine: AsyncEngine, slug: str) -> None:
    company = (await ids_of(engine))[slug]
    with suppress(merging.CannotMerge):
        await merging.split(engine, company, "They are two", actor="a test")


_DO: dict[str, Callable[[AsyncEngine, Any], Any]] = {"send": send, "merge": merge, "split": split}

_EMPTY = (
    "TRUNCATE claim, document, change, company_merge, product_view, event_view, product,"
    " funding_event CASCADE",
    "DELETE FROM source WHERE slug <> 'wire'",
    "UPDATE company SET merged_into = NULL, parent_id = NULL, first_parent_id = NULL,"
    " country = NULL",
    "DELETE FROM company_view",
    "DELETE FROM company_name WHERE kind = 'alias' OR name LIKE 'child%'",
    "DELETE FROM company WHERE slug LIKE 'child%'",
)


async def ids_of(engine: AsyncEngine) -> dict[str, Any]:
    async with read_connection(engine) as connection:
        rows = await connection.execute(text("SELECT slug, id FROM company"))
        return {row.slug: row.id for row in rows}


async def told(engine: AsyncEngine) -> Json:
    """All companies, deals, products, claims and sources, without ids and instants."""
    lists = ("companies", "funding-events", "products", "sources", "markets")
    async with client_of(engine) as client:
        answers = {
            name: (await get(client, f"/v1/{name}?sort=slug&limit=500"))["items"] for name in lists
        }
        claims = (await get(client, "/v1/claims?limit=500"))["items"]
        answers["rivals"] = (await get(client, "/v1/companies/rival/competitors"))["items"]
    async with read_connection(engine) as connection:
        rows = await connection.execute(text(_FIRST))
        answers["moved"] = [tuple(row) for row in rows]
    answers["claims"] = sorted(lasting(claim) for claim in claims)
    answers["rivals"] = sorted(lasting(rival) for rival in answers["rivals"])
    return {name: lasting(answer) for name, answer in answers.items()}


_FIRST = (
    "SELECT f.slug, count(*) FROM claim c JOIN company f ON f.id = c.first_company_id"
    " OR f.id = c.first_object_id GROUP BY 1 UNION ALL"
    " SELECT f.slug, count(*) FROM funding_event c JOIN company f ON f.id = c.first_company_id"
    " GROUP BY 1 ORDER BY 1, 2"
)


def lasting(answer: Any) -> str:
    return VARYING.sub("…", json.dumps(answer))
