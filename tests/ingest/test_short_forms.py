"""Short forms: one item for one report, by the names that people use."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


def report(**told: Any) -> dict[str, Any]:
    return {
        "type": "report",
        "company": "Anthropic",
        "stage": "closed",
        "round": "series_g",
        "amount": 30e9,
        "currency": "USD",
        "valuation": 380e9,
        "basis": "post_money",
        "says": "Anthropic",
        "url": "https://anthropic.example/series-g",
        "published_at": "2026-02-12",
        **told,
    }


async def send(
    client: httpx.AsyncClient, writer: dict[str, str], *items: dict[str, Any]
) -> list[dict[str, Any]]:
    answer = await client.post("/v1/ingest", json=list(items), headers=writer)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["items"]
    return results


async def test_one_call_tells_of_a_round_and_who_says_so(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    (result,) = await send(client, writer, report())
    assert (result["status"], result["type"]) == ("created", "report")
    assert result["matched"]["company"] == "anthropic"
    event = (await client.get(f"/v1/funding-events/{result['matched']['event']}")).json()
    assert event["stage"] == "closed"
    assert event["round_type"] == "series_g"
    assert event["amounts"]["headline"]["stated"] == 30e9
    assert event["valuations"]["post_money"]["stated"] == 380e9
    claims = (await client.get("/v1/claims?predicate=amount")).json()["items"]
    assert [claim["evidence"] for claim in claims] == ["party"]
    company = (await client.get("/v1/companies/anthropic")).json()
    assert company["provisional"]
    assert company["valuation"]["stated"] == 380e9


async def test_what_is_sent_again_changes_nothing(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    item = report(investors=[{"name": "GIC", "role": "lead"}, {"name": "Coatue", "amount": 1e9}])
    (first,) = await send(client, writer, item)
    before = (await client.get("/v1/changes")).json()
    (again,) = await send(client, writer, item)
    assert again["status"] == "unchanged"
    assert again["id"] == first["id"]
    assert (await client.get("/v1/changes")).json() == before
    assert (await client.get("/v1/companies")).json()["meta"]["total"]["value"] == 3


async def test_a_company_is_one_by_all_the_spellings_of_its_name(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    names = ["Open AI", "OpenAI", "OPENAI, INC.", "The OpenAI", "openai"]
    items = [
        report(company=name, says="The Wire", url=f"https://wire.example/{number}")
        for number, name in enumerate(names)
    ]
    results = [*await send(client, writer, *items[:3]), *await send(client, writer, *items[3:])]
    assert {result["status"] for result in results} <= {"created", "waiting"}
    assert len({result["matched"]["company"] for result in results[:3]}) == 1
    companies = (await client.get("/v1/companies")).json()["items"]
    assert len(companies) == 1


async def test_a_deal_is_found_again_by_round_amount_and_time_with_the_reason(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told = {"says": "The Wire", "valuation": None, "basis": None}
    talk = report(
        **told,
        url="https://wire.example/talks",
        stage="in_talks",
        published_at="2025-11-02",
        amount=25e9,
    )
    another = report(
        **told, url="https://wire.example/f", round="series_f", published_at="2025-11-02"
    )
    near = report(**told, url="https://wire.example/near", round=None, published_at="2026-02-20")
    results = await send(client, writer, talk, another, report(), near)
    events = [result["matched"]["event"] for result in results]
    assert events[0] == events[2] == events[3] != events[1]
    reasons = [result["matched"]["reason"] for result in results]
    assert reasons[:2] == ["no other deal fits", "no other deal fits"]
    assert reasons[2] == "the same round, amounts differ, 102 days apart"
    assert reasons[3] == "amounts overlap, 8 days apart"
    found = (await client.get(f"/v1/funding-events/{events[0]}/reports")).json()["items"]
    assert [one["reason"] for one in found] == [reasons[0], *reasons[2:]]


async def test_the_key_of_a_client_wins(client: httpx.AsyncClient, writer: dict[str, str]) -> None:
    other = report(event_key="anthropic-other", url="https://wire.example/1", says="The Wire")
    results = await send(client, writer, report(), other)
    assert results[1]["matched"]["event"] == "anthropic-other"
    assert results[1]["matched"]["reason"] == "named by its key"
    stolen = report(company="Mistral", event_key="anthropic-other", url="https://wire.example/2")
    (refused,) = await send(client, writer, stolen)
    assert refused["status"] == "conflict"
    assert refused["errors"][0]["pointer"] == "/0/event_key"
    assert (await client.get("/v1/companies/mistral")).status_code == 404


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"stage": "done"}, "/0/report/stage"),
        ({"amount": "a lot"}, "/0/report/amount"),
        ({"currency": None}, "/0/currency"),
        ({"basis": "guess"}, "/0/basis"),
        ({"amount": 1, "amount_qualifier": "up_to"}, "/0/amount"),
        ({"amount": None, "amount_low": 5, "amount_high": 2}, "/0/amount_low"),
        ({"published_at": "2199-01-01"}, "/0/published_at"),
        ({"investors": [{"name": "x", "amount": -1}]}, "/0/report/investors/0/amount"),
        ({"colour": "red"}, "/0/report/colour"),
        ({"relays": "Anthropic"}, "/0/relays"),
    ],
)
async def test_faults_point_at_the_fields_of_the_short_form(
    client: httpx.AsyncClient, writer: dict[str, str], told: dict[str, Any], pointer: str
) -> None:
    bad, good = await send(client, writer, report(**told), report())
    assert bad["status"] == "rejected"
    assert good["status"] == "created"
    assert bad["errors"][0]["pointer"] == pointer.replace("/report", "")


async def test_what_cannot_be_stored_leaves_nothing_that_was_made_for_it(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    first = report(title="One title")
    second = report(company="Mistral", title="Another title", says="Anthropic")
    results = await send(client, writer, first, second)
    assert [result["status"] for result in results] == ["created", "conflict"]
    assert (await client.get("/v1/companies/mistral")).status_code == 404


async def test_a_capability_claim_in_short(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told = {
        "type": "capability",
        "company": "OpenAI",
        "product": "GPT-5",
        "says": "Epoch AI",
        "says_kind": "dataset",
        "url": "https://epoch.example/models",
    }
    released = {**told, "predicate": "released", "term": "api", "effective_on": "2025-08-07"}
    score = {
        **told,
        "predicate": "benchmark",
        "name": "gpqa",
        "stated": 85.7,
        "unit": "percent",
        "evidence": "named",
    }
    lead = {**told, "product": None, "predicate": "capability", "term": "market_position"}
    results = await send(client, writer, released, score, lead)
    assert [result["status"] for result in results] == ["created", "merged", "merged"]
    (product,) = (await client.get("/v1/products")).json()["items"]
    assert (product["name"], product["kind"]) == ("GPT-5", "model")
    claims = (await client.get("/v1/claims?predicate=benchmark")).json()["items"]
    assert claims[0]["value"]["stated"] == 85.7
    assert (await client.get("/v1/claims?predicate=capability")).json()["items"]
    unfit = {**lead, "predicate": "benchmark", "term": None, "name": "gpqa", "stated": 1}
    (refused,) = await send(client, writer, unfit)
    assert refused["status"] == "rejected"


@pytest.mark.parametrize(
    "name", ["!!!", "\u2026", "-", "\u5b57\u8282", "\U0001f680", "a." * 148 + "com"]
)
async def test_any_name_can_be_told(
    client: httpx.AsyncClient, writer: dict[str, str], name: str
) -> None:
    benchmark = {"predicate": "benchmark", "name": "GPQA", "stated": 80, "unit": "percent"}
    told = {"says": name, "url": "https://wire.example/2", "published_at": "2026-02-12"}
    results = await send(
        client,
        writer,
        report(company=name, relays="The Wire", says=f"{name[:99]} news"),
        report(company="Nova", url="https://wire.example/1", says=name, investors=[{"name": name}]),
        {"type": "capability", "company": "Nova", "product": name, **benchmark, **told},
    )
    assert [result["status"] for result in results] == ["created"] * 3, results


async def test_a_fault_that_cites_a_null_byte_is_told_of_its_item_alone(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    results = await send(
        client, writer, {"type": "\0"}, report(**{"a\0b": 1}), report(says="\0"), report()
    )
    assert [result["status"] for result in results] == [*["rejected"] * 3, "created"]
    pointers = [result["errors"][0]["pointer"] for result in results[:3]]
    assert pointers == ["/0/type", "/1/a\N{REPLACEMENT CHARACTER}b", "/2/says"]


AGAIN = {"url": "https://wire.example/again", "says": "The Wire", "round": "growth"}


async def events(client: httpx.AsyncClient) -> list[str]:
    return [event["slug"] for event in (await client.get("/v1/funding-events")).json()["items"]]


@pytest.mark.parametrize("day", [{}, {"happened_on": "2026-02"}])
async def test_an_undated_report_sent_again_is_of_its_deal(
    client: httpx.AsyncClient, writer: dict[str, str], day: dict[str, str]
) -> None:
    item = report(**AGAIN, **day)
    del item["published_at"]
    (first, same) = await send(client, writer, item, item)
    (again,) = await send(client, writer, item)
    assert [one["status"] for one in (first, same, again)] == ["created", "unchanged", "unchanged"]
    assert len(await events(client)) == 1


async def test_what_was_retracted_does_not_come_back_when_it_is_sent_again(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    item = report(**AGAIN)
    await send(client, writer, item)
    for claim in (await client.get("/v1/claims")).json()["items"]:
        path = f"/v1/claims/{claim['id']}/retract"
        await client.post(path, json={"reason": "a mistake"}, headers=writer)
    (again,) = await send(client, writer, item)
    assert again["status"] == "unchanged"
    assert len(await events(client)) == 1
    assert (await client.get("/v1/claims")).json()["items"] == []


async def test_a_deal_that_fits_as_well_does_not_take_what_is_sent_again(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    item = report(**AGAIN)
    (first,) = await send(client, writer, item)
    rival = {**item, "url": "https://wire.example/rival", "event_key": "another-deal"}
    await send(client, writer, rival)
    (again,) = await send(client, writer, item)
    assert again["status"] == "unchanged"
    assert again["matched"]["event"] == first["matched"]["event"]
    (respelt,) = await send(client, writer, {**item, "company": "Anthropic, Inc."})
    assert respelt["status"] == "unchanged"
    (other,) = await send(client, writer, {**item, "url": "https://wire.example/other"})
    assert other["status"] == "waiting"


async def test_a_report_without_an_address_is_one_by_all_spellings_of_its_names(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    item = report(says="The Wire")
    del item["url"]
    names = [("Anthropic", "The Wire"), ("ANTHROPIC, INC.", "the wire"), ("anthropic", "THE WIRE")]
    results = [
        result
        for company, says in names
        for result in await send(client, writer, {**item, "company": company, "says": says})
    ]
    assert [result["status"] for result in results] == ["created", "unchanged", "unchanged"]
    assert len({result["id"] for result in results}) == 1


async def test_a_source_is_one_by_its_name_and_its_addresses(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    source = {"type": "source", "slug": "the-wire", "name": "The Wire", "kind": "newsroom"}
    await send(client, writer, {**source, "domain": "wire.example"})
    names = ["the wire", "wire.example", "www.wire.example", "https://wire.example/", "THE-WIRE"]
    for name in names:
        (result,) = await send(client, writer, report(says=name))
        assert result["status"] in ("created", "unchanged"), result
    assert len((await client.get("/v1/sources")).json()["items"]) == 1


async def test_sources_and_products_whose_slugs_would_be_alike_are_not_mixed_up(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    outlets = ["The Wire", "The Wire \u4e2d\u56fd", "The Wire \u65e5\u672c"]
    for _ in range(2):
        for name in outlets:
            (result,) = await send(
                client, writer, report(says=name, url=f"https://wire.example/{outlets.index(name)}")
            )
            assert result["status"] in ("created", "unchanged"), result
    sources = (await client.get("/v1/sources")).json()["items"]
    assert {source["name"] for source in sources} == set(outlets)
    benchmark = {"predicate": "benchmark", "name": "GPQA", "stated": 80, "unit": "percent"}
    told = {"says": "The Wire", "url": "https://wire.example/p", "published_at": "2026-02-12"}
    of = [("Nova", "AI Foo"), ("Nova AI Global", "Foo"), ("Nova", "AI Foo \u667a")]
    items = [
        {"type": "capability", "company": company, "product": product, **benchmark, **told}
        for company, product in [*of, ("Nova", "AI Global Foo")]
    ]
    for _ in range(2):
        await send(client, writer, *items)
    products = (await client.get("/v1/products")).json()["items"]
    assert {(product["company"]["slug"], product["name"]) for product in products} == {
        ("nova", "AI Foo"),
        ("nova", "AI Foo \u667a"),
        ("nova", "AI Global Foo"),
        ("nova-ai-global", "Foo"),
    }


async def test_a_kind_that_was_not_told_contradicts_none_and_faults_are_called_as_in_the_form(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, report(document_kind="press_release"))
    (untold,) = await send(client, writer, report())
    assert untold["status"] == "unchanged"
    (differing,) = await send(client, writer, report(document_kind="blog", says="The Wire"))
    assert differing["status"] == "conflict"
    pointers = {error["pointer"] for error in differing["errors"]}
    assert pointers == {"/0/document_kind", "/0/says"}


async def test_an_open_bound_speaks_neither_for_a_deal_nor_against_it(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told = {"says": "The Wire", "valuation": None, "basis": None, "round": None}
    talk = report(
        **told,
        url="https://wire.example/talks",
        stage="in_talks",
        published_at="2025-12-18",
        amount=None,
        amount_high=100e9,
        amount_qualifier="up_to",
    )
    small = report(**told, url="https://wire.example/small", amount=1e6, published_at="2026-03-01")
    large = report(
        **{**told, "round": "grant"},
        url="https://wire.example/large",
        amount=200e9,
        published_at="2025-12-20",
    )
    events = [one["matched"]["event"] for one in await send(client, writer, talk, small, large)]
    assert len(set(events)) == 3
