"""Markets: one for all spellings, counted by what supports them, at every moment."""

from __future__ import annotations

from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.names import LONGEST_SLUG, market_slug
from app.markets import queries
from app.storage.migrate import migrate
from tests.test_upgrade import has_column

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
NUMBERS = count(1)
PLAYERS = ("ada", "bel", "cyd", "dot")
OUTLETS = {"post": None, "times": "house", "herald": "house"}


def identities() -> list[Json]:
    return [
        *({"type": "company", "slug": slug, "name": slug.title()} for slug in PLAYERS),
        *(
            {"type": "source", "slug": slug, "name": slug, "kind": "newsroom"}
            | ({"owner": owner} if owner else {})
            for slug, owner in OUTLETS.items()
        ),
    ]


def report(*claims: Json, source: str = "post", on: str | None = "2025-03-10", **more: Any) -> Json:
    url = f"https://{source}.example/{next(NUMBERS)}"
    dated = {"published_at": on} if on else {}
    return {"type": "document", "source": source, "url": url, **dated, **more, "claims": claims}


def rivals(one: str, other: str, market: str | None = "AI search", **more: Any) -> Json:
    named = {"market": market} if market else {}
    about = {"about": {"company": one}, "predicate": "competes_with", "object": other}
    return {**about, **named, "evidence": "named", **more}


@pytest.fixture
async def store(client: httpx.AsyncClient, writer: dict[str, str]) -> Any:
    async def send(*items: Json) -> None:
        answer = await client.post("/v1/ingest", json=[*identities(), *items], headers=writer)
        assert answer.json()["summary"]["rejected"] == 0, answer.text

    return send


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    answer = await client.get(path, params=httpx.URL(path).params.merge(parameters))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_spellings_are_one_market_under_the_most_used(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel", "ai search")),
        report(rivals("ada", "cyd", "AI-Search!"), rivals("bel", "cyd", "AI-Search!")),
        report(rivals("cyd", "dot", "robots"), rivals("ada", "dot", "Robots")),
    )
    markets = (await get(client, "/v1/markets", sort="slug"))["items"]
    assert [(m["slug"], m["name"], m["players"]) for m in markets] == [
        ("ai-search", "AI-Search!", 3),
        ("robots", "Robots", 3),
    ]
    for spelling in ("AI search", "Ai_SEARCH"):
        answer = await client.get(f"/v1/markets/{spelling}?limit=1")
        assert answer.status_code == 308
        assert answer.headers["location"] == "/v1/markets/ai-search?limit=1"
    told = (await get(client, "/v1/companies/ada/competitors", market="ai-search"))["items"]
    assert [(r["company"]["slug"], r["market"]) for r in told] == [
        ("bel", "ai search"),
        ("cyd", "AI-Search!"),
    ]
    assert {r["market_slug"] for r in told} == {"ai-search"}


async def test_a_rival_by_two_spellings_of_one_market_is_one_rival(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel", "AI search")), report(rivals("bel", "ada", "ai-search"))
    )
    (rival,) = (await get(client, "/v1/companies/ada/competitors"))["items"]
    assert (rival["market"], rival["appearances"]) == ("AI search", 2)


async def test_documents_owners_and_claims_are_counted_apart(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel"), rivals("ada", "cyd"), source="times", on="2025-02"),
        report(rivals("ada", "bel"), source="herald", on="2025-04-01"),
        report(rivals("bel", "ada"), source="post", relays="times", on="2025-04-02T09:00:00Z"),
        report(rivals("bel", "dot"), source="post", on=None),
    )
    page = await get(client, "/v1/markets/ai-search", include="claims")
    market = {"slug": "ai-search", "name": "AI search", "players": 4, "claims": 5}
    told = {"first_reported_at": "2025-02", "last_reported_at": "2025-04-02T09:00:00Z"}
    assert page["market"] == {**market, "appearances": 4, "independent_origins": 2, **told}
    assert (await get(client, "/v1/markets"))["items"] == [page["market"]]
    players = [
        (p["company"]["slug"], p["rivals"], p["appearances"], p["independent_origins"])
        for p in page["items"]
    ]
    assert players == [("bel", 2, 4, 2), ("ada", 2, 3, 1), ("cyd", 1, 1, 1), ("dot", 1, 1, 1)]
    assert {c for p in page["items"] for c in p["claim_ids"]} == set(page["claims"])
    assert page["items"][3]["first_reported_at"] is None


async def test_what_is_denied_or_only_said_of_no_market_makes_none(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel", stance="deny"), rivals("ada", "cyd", None)),
        report(rivals("ada", "bel", "Robots", evidence="party"), rivals("bel", "cyd", "Robots")),
    )
    assert [m["slug"] for m in (await get(client, "/v1/markets"))["items"]] == ["robots"]
    assert (await client.get("/v1/markets/ai-search")).status_code == 404
    assert (await get(client, "/v1/markets/robots"))["market"]["players"] == 3
    heard = await get(client, "/v1/markets/robots", policy="strict")
    assert [p["company"]["slug"] for p in heard["items"]] == ["ada", "bel"]


async def test_a_past_knows_only_the_markets_and_players_spoken_of_by_then(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel"), on="2025-01-10"),
        report(rivals("ada", "cyd", "AI searches"), rivals("ada", "cyd"), on="2025-06-10"),
    )
    then = {"as_of": "2025-03-01"}
    assert [m["slug"] for m in (await get(client, "/v1/markets", **then))["items"]] == ["ai-search"]
    players = (await get(client, "/v1/markets/ai-search", **then))["items"]
    assert [p["company"]["slug"] for p in players] == ["ada", "bel"]
    near = {}
    for moment in ({}, then):
        answer = await client.get("/v1/markets/ai-searchs", params=moment)
        assert answer.status_code == 404
        near[bool(moment)] = answer.json()["errors"][0]["allowed"]
    assert near == {False: ["ai-search", "ai-searches"], True: ["ai-search"]}
    later = await client.get("/v1/markets/ai-searches", params=then)
    assert later.json()["errors"][0]["allowed"] == ["ai-search"]


async def test_a_market_is_known_here_from_when_it_was_stored(
    client: httpx.AsyncClient, store: Any
) -> None:
    await store(report(rivals("ada", "bel")))
    known_at = (await get(client, "/v1/markets"))["meta"]["known_at"]
    await store(report(rivals("ada", "cyd")), report(rivals("ada", "cyd", "Robots")))
    then = await get(client, "/v1/markets", known_at=known_at)
    assert [(m["slug"], m["players"]) for m in then["items"]] == [("ai-search", 2)]
    players = await get(client, "/v1/markets/ai-search", known_at=known_at)
    assert len(players["items"]) == players["market"]["players"] == 2
    assert (await client.get(f"/v1/markets/robots?known_at={known_at}")).status_code == 404


async def test_a_month_and_its_last_day_give_the_same_date_in_any_order(
    client: httpx.AsyncClient, store: Any
) -> None:
    for number, dates in enumerate((("2025-06", "2025-06-30"), ("2025-06-30", "2025-06"))):
        market = f"Market {number}"
        await store(*(report(rivals("ada", "bel", market), on=on) for on in dates))
    told = (await get(client, "/v1/markets"))["items"]
    for end in ("first_reported_at", "last_reported_at"):
        assert {market[end] for market in told} == {"2025-06-30"}


async def test_a_write_while_a_market_is_told_does_not_mix_two_states(
    client: httpx.AsyncClient, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(report(rivals("ada", "bel")))
    counted = queries.market

    async def count_and_let_others_write(*given: Any) -> Any:
        row = await counted(*given)
        await store(report(rivals("ada", "cyd")))
        return row

    monkeypatch.setattr(queries, "market", count_and_let_others_write)
    page = await get(client, "/v1/markets/ai-search")
    assert len(page["items"]) == page["market"]["players"] == 2


@pytest.mark.parametrize("moment", [{}, {"as_of": "2026-03-01"}, {"policy": "latest"}], ids=str)
async def test_players_come_with_their_figures_of_the_moment(
    bundled_client: httpx.AsyncClient, moment: dict[str, str]
) -> None:
    markets = (await get(bundled_client, "/v1/markets", **moment))["items"]
    assert len(markets) > (5 if moment.get("as_of") else 13)
    for market in markets:
        page = await get(bundled_client, f"/v1/markets/{market['slug']}", limit=500, **moment)
        assert page["market"] == market
        assert len(page["items"]) == market["players"]
        order = [(-p["independent_origins"], p["company"]["name"]) for p in page["items"]]
        assert order == sorted(order)
        player = page["items"][0]
        company = await get(bundled_client, f"/v1/companies/{player['company']['slug']}", **moment)
        for name in ("kind", "valuation", "total_raised", "last_round"):
            assert player[name] == company[name]
        compared = await get(bundled_client, page["compare"])
        first = [p["company"] for p in page["items"][:20]]
        assert compared["companies"] == first
        assert compared["meta"]["as_of"] == page["meta"]["as_of"]
        assert compared["meta"]["policy"] == page["meta"]["policy"]


async def test_a_market_agrees_with_what_each_player_is_told_of_its_rivals(
    bundled_client: httpx.AsyncClient,
) -> None:
    page = await get(bundled_client, "/v1/markets/ai-coding-tools", limit=500)
    for player in page["items"]:
        path = f"/v1/companies/{player['company']['slug']}/competitors"
        told = (await get(bundled_client, path, market="ai-coding-tools"))["items"]
        assert len({rival["company"]["slug"] for rival in told}) == player["rivals"]
        assert {c for rival in told for c in rival["claim_ids"]} == set(player["claim_ids"])


async def test_players_can_be_filtered_and_sorted(bundled_client: httpx.AsyncClient) -> None:
    path = "/v1/markets/general-purpose-assistants-and-frontier-models"
    labs = await get(bundled_client, path, kind="lab", sort="-rivals,slug", limit=3)
    assert {player["kind"] for player in labs["items"]} == {"lab"}
    rivals_ = [player["rivals"] for player in labs["items"]]
    assert rivals_ == sorted(rivals_, reverse=True)
    assert labs["compare"].count(",") == 2
    nobody = await get(bundled_client, path, kind="defence")
    assert (nobody["items"], nobody["compare"]) == ([], None)
    assert nobody["market"]["players"] > 0


async def test_a_phrase_without_a_letter_names_no_market(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    items = [*identities(), report(rivals("ada", "bel", "?!"))]
    result = (await client.post("/v1/ingest", json=items, headers=writer)).json()["items"][-1]
    assert result["status"] == "rejected"
    assert result["errors"][0]["pointer"].endswith("/claims/0/market")
    for path in ("/v1/markets/--", "/v1/markets/%00"):
        assert (await client.get(path)).status_code == 404


async def test_the_longest_phrase_in_the_widest_letters_is_a_market(
    client: httpx.AsyncClient, store: Any
) -> None:
    # Letters of four bytes that nothing compresses: an entry of an index holds 2,704 bytes.
    phrase = "".join(chr(0x20000 + (number * 7919) % 40_000) for number in range(500))
    other = f"{phrase[:-1]}a"
    told = [
        rivals("ada", "bel", one, stance="correct", evidence="unattributed")
        for one in (phrase, other)
    ]
    await store(report(*told))
    # They begin alike, and are two.
    markets = {market["name"]: market for market in (await get(client, "/v1/markets"))["items"]}
    assert markets.keys() == {phrase, other}
    for market in markets.values():
        assert len(market["slug"]) == LONGEST_SLUG
        assert (await get(client, f"/v1/markets/{market['slug']}"))["market"] == market


async def test_markets_stored_before_they_had_slugs_get_theirs(
    client: httpx.AsyncClient, engine: AsyncEngine, store: Any
) -> None:
    await store(
        report(rivals("ada", "bel", "ai search"), rivals("ada", "cyd", "AI search")),
        report(rivals("ada", "dot", "Robots (humanoid)"), rivals("bel", "cyd", None)),
    )
    before = await get(client, "/v1/markets")
    while await has_column(engine, "market_slug"):
        await migrate(engine, "-1")
    await migrate(engine)
    assert await get(client, "/v1/markets") == before


@given(st.text(max_size=200), st.sampled_from([str.upper, str.title, str.swapcase]))
def test_a_slug_is_its_own_slug_and_knows_no_punctuation(phrase: str, spell: Any) -> None:
    slug = market_slug(phrase)
    assert market_slug(f"  ({phrase}) ...") == slug
    if slug is not None:
        assert market_slug(slug) == slug
        assert 0 < len(slug) <= LONGEST_SLUG
        assert " " not in slug
    if phrase.isascii():
        assert market_slug(spell(phrase)) == slug
        assert market_slug(phrase.replace(" ", "-")) == slug
