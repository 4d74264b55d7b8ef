"""Merged companies answer as one, and split again each answers for itself as before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.keeping import rebuild
from app.identities.merging import roots

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


def company(slug: str, **more: Any) -> Json:
    return {"type": "company", "slug": slug, "name": slug.title(), **more}


def competes(about: str, rival: str) -> Json:
    told = {"about": {"company": about}, "predicate": "competes_with", "object": rival}
    return {**told, "market": "AI search", "evidence": "named"}


def document(title: str, *claims: Json, source: str = "wire") -> Json:
    item = {"type": "document", "source": source, "title": title, "published_at": "2025-06-18"}
    return {**item, "claims": list(claims)}


def round_of(slug: str, investor: str) -> list[Json]:
    told = {"about": {"event": f"{slug}-round"}, "evidence": "party"}
    money = {**told, "currency": "USD"}
    return [
        {"type": "funding_event", "key": f"{slug}-round", "company": slug, "label": "A round"},
        document(
            f"{slug} closes",
            {**told, "predicate": "stage", "term": "closed"},
            {**money, "predicate": "amount", "stated": 100},
            {**money, "predicate": "participation", "object": investor, "tranche": "a"},
        ),
    ]


ITEMS = [
    company("ada", names=[{"name": "Ada Lovelace Labs", "kind": "legal"}], country="GB"),
    company(
        "adah",
        identifiers=[{"scheme": "domain", "value": "adah.example"}],
        former_slugs=["old-adah"],
    ),
    company("adaa"),
    company("grace", parent="adah"),
    company("fund"),
    {"type": "source", "slug": "wire", "name": "The Wire", "kind": "newsroom"},
    {"type": "source", "slug": "blog", "name": "Blog", "kind": "company", "company": "adah"},
    {"type": "product", "slug": "model", "company": "adah", "name": "Model", "kind": "model"},
    *round_of("adah", "fund"),
    *round_of("grace", "adah"),
    document(
        "The market",
        competes("grace", "adah"),
        competes("adah", "fund"),
        {
            "about": {"product": "model"},
            "predicate": "benchmark",
            "name": "gpqa",
            "stated": 70,
            "unit": "percent",
            "evidence": "party",
        },
        {
            "about": {"company": "grace"},
            "predicate": "capability",
            "term": "parity",
            "object": "adah",
            "evidence": "named",
        },
    ),
]
READS = (
    "/v1/companies",
    "/v1/companies?parent=ada",
    "/v1/companies/ada",
    "/v1/companies/ada/competitors",
    "/v1/companies/ada/funding-events",
    "/v1/companies/grace",
    "/v1/companies/grace/competitors",
    "/v1/funding-events/adah-round",
    "/v1/funding-events/grace-round",
    "/v1/products/model",
    "/v1/markets/ai-search",
    "/v1/claims?sort=reported_at",
    "/v1/sources/blog",
    "/v1/search?q=adah",
)


@pytest.fixture
async def world(client: httpx.AsyncClient, writer: dict[str, str]) -> httpx.AsyncClient:
    client.headers.update(writer)
    await sent(client, ITEMS)
    return client


async def sent(client: httpx.AsyncClient, items: list[Json]) -> Json:
    answer = await client.post("/v1/ingest", json=items)
    summary: Json = answer.json()["summary"]
    assert summary["rejected"] == summary["conflict"] == 0, answer.text
    return summary


async def told(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return {name: value for name, value in answer.json().items() if name != "meta"}


async def everything(client: httpx.AsyncClient) -> Json:
    return {path: await told(client, path) for path in READS}


async def merged(client: httpx.AsyncClient, one: str, into: str, **params: Any) -> Json:
    body = {"into": into, "reason": "The same people"}
    answer = await client.post(f"/v1/companies/{one}/merge", json=body, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def split(client: httpx.AsyncClient, one: str, **params: Any) -> Json:
    body = {"reason": "Other people after all"}
    answer = await client.post(f"/v1/companies/{one}/split", json=body, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_all_that_is_told_of_a_merged_company_stands_with_the_other(
    world: httpx.AsyncClient,
) -> None:
    done = await merged(world, "adah", "ada")
    assert done["moved"] == {"claims": 8, "funding_events": 1, "products": 1}
    ada = await told(world, "/v1/companies/ada")
    assert ada["funding_events"] == 1
    assert ada["total_raised"]["equity"]["high"] == 100
    assert [product["slug"] for product in ada["products"]] == ["model"]
    names = {"name": "Adah", "kind": "alias"}, {"name": "Ada Lovelace Labs", "kind": "legal"}
    assert ada["names"] == [names[1], names[0]]
    assert ada["identifiers"] == [{"scheme": "domain", "value": "adah.example"}]
    assert (await told(world, "/v1/companies/grace"))["parent"]["slug"] == "ada"
    assert (await told(world, "/v1/sources/blog"))["company"] == "ada"
    event = await told(world, "/v1/funding-events/grace-round")
    assert [part["company"]["slug"] for part in event["investors"]] == ["ada"]
    rivals = (await told(world, "/v1/companies/ada/competitors"))["items"]
    assert {rival["company"]["slug"] for rival in rivals} == {"grace", "fund"}
    players = (await told(world, "/v1/markets/ai-search"))["items"]
    assert {player["company"]["slug"] for player in players} == {"ada", "grace", "fund"}
    facets = {claim["facet"] for claim in (await told(world, "/v1/claims?limit=100"))["items"]}
    assert {"ada|a", "ada|AI search", "parity||ada"} <= facets
    found = (await told(world, "/v1/search?q=adah"))["items"]
    assert found[0]["slug"] == "ada"
    assert "adah" not in [item["slug"] for item in found]
    match = await world.post("/v1/match", json={"names": ["Adah GmbH"]})
    assert match.json()["items"][0]["company"]["slug"] == "ada"


async def test_a_split_brings_all_of_it_back(world: httpx.AsyncClient, engine: AsyncEngine) -> None:
    before = await everything(world)
    await merged(world, "adah", "ada")
    assert await everything(world) != before
    assert await rebuild(engine, lambda _done, _total: None) == 0
    done = await split(world, "adah")
    assert done["moved"] == {"claims": 8, "funding_events": 1, "products": 1}
    assert await everything(world) == before
    assert await rebuild(engine, lambda _done, _total: None) == 0


async def test_a_dry_run_tells_what_would_move_and_moves_nothing(world: httpx.AsyncClient) -> None:
    before = await everything(world)
    tried = await merged(world, "adah", "ada", dry_run="true")
    assert (tried["status"], tried["meta"]) == ("merged", {"dry_run": True})
    assert await everything(world) == before
    assert (await told(world, "/v1/companies/adah/merges"))["items"] == []
    moved = (await merged(world, "adah", "ada"))["moved"]
    assert tried["moved"] == moved
    assert (await split(world, "adah", dry_run="true"))["moved"] == moved
    assert (await told(world, "/v1/companies/adah/merges"))["items"][0]["active"]


async def test_chains_lead_to_their_end_and_come_apart_where_they_are_split(
    world: httpx.AsyncClient,
) -> None:
    await merged(world, "adah", "adaa")
    await merged(world, "adaa", "ada")
    for name in ("adah", "old-adah", "adaa"):
        answer = await world.get(f"/v1/companies/{name}/claims?limit=5")
        assert answer.status_code == 308
        assert answer.headers["location"] == "/v1/companies/ada/claims?limit=5"
    assert (await told(world, "/v1/companies/ada"))["funding_events"] == 1
    await split(world, "adaa")
    assert (await told(world, "/v1/companies/ada"))["funding_events"] == 0
    assert (await told(world, "/v1/companies/adaa"))["funding_events"] == 1
    assert (await world.get("/v1/companies/adah")).headers["location"] == "/v1/companies/adaa"
    await split(world, "old-adah")
    assert (await told(world, "/v1/companies/adah"))["funding_events"] == 1


async def test_what_is_sent_before_during_and_after_a_merge_is_known_again(
    world: httpx.AsyncClient,
) -> None:
    before = await everything(world)
    await merged(world, "adah", "ada")
    again = await sent(world, ITEMS)
    assert again["unchanged"] == len(ITEMS)
    assert again["claims_created"] == 0
    during = [
        company("adah", names=[{"name": "Adah II", "kind": "former"}], parent="fund"),
        {"type": "product", "slug": "second", "company": "adah", "name": "Two", "kind": "model"},
        {"type": "funding_event", "key": "late", "company": "old-adah", "label": "Late"},
        {"type": "source", "slug": "x", "name": "X", "kind": "company", "company": "adah"},
        document(
            "Later",
            competes("adah", "fund"),
            competes("fund", "adah"),
            {
                "about": {"event": "late"},
                "predicate": "stage",
                "term": "in_talks",
                "evidence": "named",
            },
        ),
    ]
    assert (await sent(world, during))["claims_created"] == 3
    ada = await told(world, "/v1/companies/ada")
    assert ada["funding_events"] == 2
    assert ada["parent"] is None
    assert {product["slug"] for product in ada["products"]} == {"model", "second"}
    assert {"name": "Adah II", "kind": "former"} in ada["names"]
    await split(world, "adah")
    assert (await sent(world, [*ITEMS, *during]))["claims_created"] == 0
    adah = await told(world, "/v1/companies/adah")
    assert adah["funding_events"] == 2
    assert adah["parent"]["slug"] == "fund"
    assert await told(world, "/v1/companies/ada") == before["/v1/companies/ada"]
    assert (await told(world, "/v1/sources/x"))["company"] == "adah"


async def test_a_name_given_to_a_merged_company_is_shown_by_the_other_at_once(
    world: httpx.AsyncClient,
) -> None:
    await merged(world, "adah", "ada")
    await sent(world, [company("adah", names=[{"name": "Adah AI", "kind": "brand"}])])
    names = (await told(world, "/v1/companies/ada"))["names"]
    assert {"name": "Adah AI", "kind": "alias"} in names


async def test_claims_between_two_companies_stand_in_the_way_until_they_are_retracted(
    world: httpx.AsyncClient,
) -> None:
    body = {"into": "fund", "reason": "The same people"}
    answer = await world.post("/v1/companies/adah/merge", json=body)
    assert answer.status_code == 409
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "/into"
    assert len(fault["allowed"]) == 2
    for claim in fault["allowed"]:
        told_why = {"reason": "They are one"}
        await world.post(f"/v1/claims/{claim}/retract", json=told_why)
    await merged(world, "adah", "fund")
    between = document("Again", competes("adah", "fund"))
    answer = await world.post("/v1/ingest", json=[between])
    assert answer.json()["items"][0]["errors"][0]["pointer"] == "/0/claims/0/object"


async def test_an_owner_that_becomes_its_own_subsidiary_owns_itself_no_more(
    world: httpx.AsyncClient,
) -> None:
    for claim in (await told(world, "/v1/claims?limit=100"))["items"]:
        await world.post(f"/v1/claims/{claim['id']}/retract", json={"reason": "A test"})
    await merged(world, "adah", "grace")
    assert (await told(world, "/v1/companies/grace"))["parent"] is None
    await sent(world, [company("grace", parent="adah")])
    await split(world, "adah")
    assert (await told(world, "/v1/companies/grace"))["parent"]["slug"] == "adah"


async def test_the_ledger_tells_who_merged_and_split_when_and_why(world: httpx.AsyncClient) -> None:
    await merged(world, "adah", "ada")
    await split(world, "adah")
    await merged(world, "adah", "adaa")
    entries = (await told(world, "/v1/companies/adah/merges"))["items"]
    assert [(e["into"]["slug"], e["active"]) for e in entries] == [("adaa", True), ("ada", False)]
    undone = entries[1]
    assert (undone["reason"], undone["actor"]) == ("The same people", "operator")
    assert (undone["split_reason"], undone["split_by"]) == ("Other people after all", "operator")
    assert undone["merged_at"] < undone["split_at"] < entries[0]["merged_at"]
    assert (await told(world, "/v1/companies/ada/merges"))["items"] == [undone]
    identity = entries[0]["company"]["id"]
    assert (await told(world, f"/v1/companies/{identity}/merges"))["items"] == entries


async def test_merges_and_splits_stand_in_the_change_log(world: httpx.AsyncClient) -> None:
    await merged(world, "adah", "ada")
    await split(world, "adah")
    changes = (await told(world, "/v1/changes?reason[in]=merged,split&limit=100"))["items"]
    noted = [
        (c["company"]["slug"], c["reason"], c["before"], c["after"]) for c in changes if c["note"]
    ]
    apart, together = {"merged_into": None}, {"merged_into": "ada"}
    assert noted == [("adah", "merged", apart, together), ("adah", "split", together, apart)]
    assert {c["company"]["slug"] for c in changes} >= {"ada", "adah"}


async def test_what_is_so_already_is_told_and_left(world: httpx.AsyncClient) -> None:
    await merged(world, "adah", "ada")
    assert (await merged(world, "adah", "ada"))["status"] == "unchanged"
    await split(world, "adah")
    assert (await split(world, "adah"))["status"] == "unchanged"


@pytest.mark.parametrize(
    ("path", "body", "status", "place"),
    [
        ("nobody/merge", {"into": "ada", "reason": "x"}, 404, "company"),
        ("adah/merge", {"into": "adaaa", "reason": "x"}, 422, "/into"),
        ("adah/merge", {"into": "adah", "reason": "x"}, 422, "/into"),
        ("adah/merge", {"into": "ada"}, 422, "/reason"),
        ("adah/merge", {"into": "ada", "reason": " "}, 422, "/reason"),
        ("adah/merge", {"into": "ada", "reason": "x", "why": "y"}, 422, "/why"),
        ("ada/merge", {"into": "adaa", "reason": "x"}, 409, "/into"),
        ("adaa/merge", {"into": "ada", "reason": "x"}, 409, "/into"),
        ("adah/split", {"reason": "x"}, 409, ""),
        ("adah/split", {}, 422, "/reason"),
        ("adah/split?dry=1", {"reason": "x"}, 422, "dry"),
    ],
)
async def test_what_cannot_be_done_is_told_and_not_done(
    world: httpx.AsyncClient, path: str, body: Json, status: int, place: str
) -> None:
    await merged(world, "ada", "fund")
    await merged(world, "fund", "adaa")
    answer = await world.post(f"/v1/companies/{path}", json=body)
    assert answer.status_code == status, answer.text
    (fault,) = answer.json()["errors"]
    assert fault.get("parameter", fault.get("pointer")) == place


async def test_merging_needs_the_key_that_may_write(world: httpx.AsyncClient) -> None:
    del world.headers["Authorization"]
    for path, body in (("merge", {"into": "ada", "reason": "x"}), ("split", {"reason": "x"})):
        answer = await world.post(f"/v1/companies/adah/{path}", json=body)
        assert answer.status_code == 401


def test_each_company_leads_to_the_end_of_its_chain() -> None:
    a, b, c, d = (UUID(int=number) for number in range(4))
    assert roots({a: b, b: c, c: None, d: c}) == {a: c, b: c, c: c, d: c}


async def test_a_report_that_names_a_merged_company_is_of_the_other(
    world: httpx.AsyncClient,
) -> None:
    await merged(world, "adah", "ada")
    report = {
        "type": "report",
        "company": "Adah GmbH",
        "stage": "closed",
        "amount": 100,
        "currency": "USD",
        "says": "blog",
        "url": "https://blog.example/closed",
        "published_at": "2025-06-20",
        "event_key": "adah-round",
    }
    assert (await sent(world, [report]))["claims_created"] == 2
    assert (await sent(world, [report]))["unchanged"] == 1
    event = await told(world, "/v1/funding-events/adah-round")
    assert (event["company"]["slug"], event["documents"]) == ("ada", 2)
    claims = (await told(world, "/v1/claims?source=blog"))["items"]
    assert {claim["evidence"] for claim in claims} == {"party"}
    await split(world, "adah")
    assert (await told(world, "/v1/funding-events/adah-round"))["company"]["slug"] == "adah"


async def test_what_is_sent_in_short_before_a_merge_is_known_again_after_it_and_goes_back(
    world: httpx.AsyncClient,
) -> None:
    told_by_it = {"company": "Adah", "says": "Adah", "url": "https://adah.example/news"}
    capability = {
        **told_by_it,
        "type": "capability",
        "predicate": "capability",
        "term": "market_position",
    }
    release = {**capability, "predicate": "released", "product": "Model", "term": "api"}
    report = {
        **told_by_it,
        "type": "report",
        "stage": "closed",
        "round": "series_b",
        "amount": 5,
        "currency": "USD",
        "investors": [{"name": "Grace"}],
    }
    shorts: list[Json] = [capability, release, report]
    before = await sent(world, shorts)
    assert before["claims_created"] > 3
    of_the_other = await told(world, "/v1/funding-events?company=ada")
    await merged(world, "adah", "ada")
    await merged(world, "grace", "fund")
    again = await sent(world, shorts)
    assert (again["unchanged"], again["claims_created"]) == (3, 0)
    later = {**report, "round": "series_c", "url": "https://adah.example/later"}
    assert (await sent(world, [later]))["created"] == 1
    await split(world, "adah")
    await split(world, "grace")
    assert (await sent(world, [*shorts, later]))["claims_created"] == 0
    rounds = (await told(world, "/v1/funding-events?company=adah"))["items"]
    assert {"series_b", "series_c"} <= {event["round_type"] for event in rounds}
    assert await told(world, "/v1/funding-events?company=ada") == of_the_other
