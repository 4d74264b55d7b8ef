"""What a name may mean is never guessed: the item waits, and what people decide holds."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.ingest.test_short_forms import report, send

pytestmark = pytest.mark.anyio

ACME = [
    {"type": "company", "slug": "acme-robotics", "name": "Acme Robotics"},
    {"type": "company", "slug": "acme-energy", "name": "Acme", "country": "FR"},
    {"type": "company", "slug": "acme-cloud", "name": "Acme", "country": "US"},
]
WIRE = {"says": "The Wire", "valuation": None, "basis": None}


def of_acme(number: int, **told: Any) -> dict[str, Any]:
    url = f"https://wire.example/{number}"
    return report(**WIRE, company="Acme", url=url, amount=1e6 * number, round=None, **told)


async def decide(
    client: httpx.AsyncClient, writer: dict[str, str], item: str, **decision: Any
) -> httpx.Response:
    return await client.post(f"/v1/waiting-items/{item}/decide", json=decision, headers=writer)


async def test_an_ambiguous_item_waits_with_its_candidates_once(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    *_, first, other = await send(client, writer, *ACME, of_acme(1), report())
    assert first["status"] == "waiting"
    assert first["errors"][0]["pointer"] == "/3/company"
    assert set(first["errors"][0]["allowed"]) == {"acme-cloud", "acme-energy"}
    assert other["status"] == "created"
    (again,) = await send(client, writer, of_acme(1))
    assert (again["status"], again["id"]) == ("waiting", first["id"])
    (waiting,) = (await client.get("/v1/waiting-items?state=waiting")).json()["items"]
    assert waiting["id"] == first["id"]
    assert waiting["item"]["company"] == "Acme"
    assert waiting["questions"][0]["pointer"] == "/company"
    events = (await client.get("/v1/funding-events")).json()["items"]
    assert [event["company"]["slug"] for event in events] == ["anthropic"]


async def test_a_decision_lets_in_all_that_waited_for_the_name(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, *ACME)
    waiting = await send(client, writer, of_acme(1), of_acme(100))
    decided = await decide(
        client, writer, waiting[0]["id"], names={"ACME": "acme-cloud"}, note="by their site"
    )
    assert decided.status_code == 200, decided.text
    body = decided.json()
    assert body["item"]["state"] == "stored"
    assert (body["item"]["decided_by"], body["item"]["note"]) == ("operator", "by their site")
    assert body["also_stored"] == 1
    events = (await client.get("/v1/funding-events?company=acme-cloud")).json()["items"]
    assert len(events) == 2
    sent_again = await send(client, writer, of_acme(1), of_acme(100), of_acme(1000))
    assert [result["status"] for result in sent_again] == ["unchanged", "unchanged", "created"]
    assert sent_again[2]["matched"]["company"] == "acme-cloud"
    once_more = await decide(client, writer, waiting[0]["id"], reject="no")
    assert once_more.status_code == 409


async def test_an_amount_stays_exact_while_it_waits(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, *ACME)
    exact = "123456789012345678.125"
    body = json.dumps([of_acme(1)]).replace("1000000.0", exact)
    headers = {**writer, "Content-Type": "application/json"}
    sent = await client.post("/v1/ingest", content=body, headers=headers)
    assert exact in (await client.get("/v1/waiting-items")).text
    (waiting,) = sent.json()["items"]
    await decide(client, writer, waiting["id"], names={"Acme": "acme-cloud"})
    assert exact in (await client.get("/v1/claims?predicate=amount")).text


async def test_a_name_may_be_judged_to_be_a_company_of_its_own(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, *ACME)
    (first,) = await send(client, writer, of_acme(1))
    body = (await decide(client, writer, first["id"], names={"Acme": None})).json()
    assert body["item"]["state"] == "stored"
    (again,) = await send(client, writer, of_acme(100))
    assert again["status"] == "created"
    assert again["matched"]["company"] not in {company["slug"] for company in ACME}


async def test_a_rejected_item_is_rejected_when_it_is_sent_again(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    await send(client, writer, *ACME)
    (first,) = await send(client, writer, of_acme(1))
    body = (await decide(client, writer, first["id"], reject="a hoax")).json()
    assert body["item"]["state"] == "rejected"
    (again,) = await send(client, writer, of_acme(1))
    assert again["status"] == "rejected"
    assert "a hoax" in again["errors"][0]["message"]


async def test_which_of_two_deals_is_decided_by_people(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    told = {**WIRE, "round": "tender_offer", "amount": 5e8}
    one, two = (
        report(**told, url=f"https://wire.example/{key}", event_key=key, published_at=day)
        for key, day in (("tender-1", "2025-03-01"), ("tender-2", "2025-05-01"))
    )
    between = report(**told, url="https://wire.example/3", published_at="2025-03-31T12:00:00Z")
    between["published_at"] = "2025-03-31"
    equally = {**between, "happened_on": "2025-03-31"}
    await send(client, writer, one, {**two, "happened_on": "2025-04-30"})
    (waiting,) = await send(client, writer, equally)
    assert waiting["status"] == "waiting"
    assert set(waiting["errors"][0]["allowed"]) == {"tender-1", "tender-2"}
    tried = await client.post(
        f"/v1/waiting-items/{waiting['id']}/decide?dry_run=true",
        json={"event": "tender-2"},
        headers=writer,
    )
    assert tried.json()["item"]["state"] == "stored"
    assert (await client.get("/v1/waiting-items?state=waiting")).json()["items"]
    decided = await decide(client, writer, waiting["id"], event="tender-2")
    assert decided.json()["item"]["state"] == "stored"
    found = (await client.get("/v1/funding-events/tender-2/reports")).json()["items"]
    assert found[-1]["reason"] == "decided by people"


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({}, ""),
        ({"names": {"Acme": "nobody"}}, "/names/Acme"),
        ({"names": {"Other": "acme-cloud"}}, "/names/Other"),
        ({"event": "x", "new_event": True}, "/new_event"),
        ({"names": {"Acme": "acme-cloud"}, "event": "nothing"}, "/event"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_decision_that_does_not_fit_changes_nothing(
    client: httpx.AsyncClient, writer: dict[str, str], decision: dict[str, Any], pointer: str
) -> None:
    await send(client, writer, *ACME)
    (first,) = await send(client, writer, of_acme(1))
    answer = await decide(client, writer, first["id"], **decision)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    item = (await client.get(f"/v1/waiting-items/{first['id']}")).json()
    assert item["state"] == "waiting"


async def test_who_waits_for_no_decision_is_not_found(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    for name in ("wai_" + "0" * 32, "nonsense"):
        assert (await client.get(f"/v1/waiting-items/{name}")).status_code == 404
        assert (await decide(client, writer, name, reject="x")).status_code == 404
