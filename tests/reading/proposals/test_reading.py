"""An article read: what is proposed of it, and that nothing of it is a claim yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.claims.vocabulary import Modality
from app.reading.reading import Article, Reading
from tests.reading.proposals.conftest import ARTICLE, Desk, first, proposals
from tests.reading.proposals.made import NOBODY, TEXT, Hand

pytestmark = pytest.mark.anyio


async def test_an_article_is_read_into_records_of_proposals(desk: Desk) -> None:
    reading = await desk.read()
    assert [(one["kind"], one["company"], one["background"]) for one in reading["records"]] == [
        ("deal", "Nimbus Labs", False),
        ("deal", "Nimbus Labs", True),
        ("company", "Nimbus Labs", False),
    ]
    told = [[one["predicate"] for one in record["proposals"]] for record in reading["records"]]
    assert told == [
        ["stage", "amount", "valuation", "participation", "round_label", "use_of_proceeds"],
        ["stage", "amount", "round_label"],
        ["competes_with", "capability"],
    ]
    amount = first(reading, "amount")
    assert amount["claim"]["high"] == 2e9
    assert amount["claim"]["qualifier"] == "up_to"
    assert (amount["claim"]["evidence"], amount["claim"]["anonymous_sources"]) == ("anonymous", 2)
    assert amount["state"] == "pending"
    for one in proposals(reading):
        quote = one["quote"]
        assert reading["text"][quote["start"] : quote["end"]] == quote["text"]


async def test_nothing_read_is_a_claim_or_a_company_before_it_is_accepted(desk: Desk) -> None:
    await desk.read()
    for path in ("claims", "companies", "funding-events", "sources", "documents"):
        assert (await desk.get(f"/v1/{path}"))["items"] == []


async def test_the_same_article_is_read_once_by_each_version(desk: Desk) -> None:
    once = await desk.read()
    again = await desk.post("/v1/documents/read", ARTICLE)
    assert again.status_code == 200
    assert again.json() == once
    other = await desk.read(publisher="The Weekly")
    assert other["id"] != once["id"]
    listed = (await desk.get("/v1/readings?sort=recorded_at"))["items"]
    assert [one["id"] for one in listed] == [once["id"], other["id"]]
    assert listed[0]["characters"] == len(TEXT)
    assert listed[0]["proposals"]["pending"] == len(proposals(once))
    assert "text" not in listed[0]
    assert (await desk.get(f"/v1/readings/{once['id']}"))["text"] == TEXT


async def test_a_dry_run_tells_all_and_keeps_nothing(desk: Desk) -> None:
    tried = await desk.post("/v1/documents/read?dry_run=true", ARTICLE)
    assert tried.status_code == 200
    assert len(proposals(tried.json())) == 11
    assert (await desk.get("/v1/readings"))["items"] == []


async def test_an_article_is_fetched_from_its_address(desk: Desk) -> None:
    answer = await desk.post(
        "/v1/documents/read", {"url": "https://daily.example/nimbus", "publisher": "Daily Online"}
    )
    assert answer.status_code == 201
    reading = answer.json()
    assert (reading["url"], reading["publisher"]) == (
        "https://daily.example/nimbus",
        "Daily Online",
    )
    assert reading["published_at"] == "2026-05-04"


async def test_what_a_page_tells_of_itself_and_no_document_takes_is_left_out(desk: Desk) -> None:
    app: Any = desk.client._transport

    async def fetch(url: str) -> Article:
        return Article(TEXT, "Nimbus Labs " * 99, " ", "2099-01-01", f"{url}?{'q' * 3_000}")

    app.app.state.readers = replace(app.app.state.readers, fetch=fetch)
    answer = await desk.post("/v1/documents/read", {"url": "https://daily.example/nimbus"})
    reading = answer.json()
    assert (reading["publisher"], reading["published_at"]) == (None, None)
    assert reading["url"] == "https://daily.example/nimbus"
    accepted = await desk.accept(first(reading, "amount"))
    assert accepted.status_code == 200, accepted.text
    claim = await desk.get(f"/v1/claims/{accepted.json()['proposal']['claim_id']}")
    assert claim["document"]["source"]["slug"] == "daily-example"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"text": "a", "url": "https://daily.example"}, ""),
        ({"text": ""}, "/text"),
        ({"text": " \n\u00a0"}, "/text"),
        ({"text": "a\u0000b"}, "/text"),
        ({"text": "a", "published_at": "yesterday"}, "/published_at"),
        ({"text": "a", "published_at": "2099-01-01"}, "/published_at"),
        ({"text": "a", "author": "me"}, "/author"),
        ({"text": "a" * 201}, "/text"),
    ],
)
async def test_what_is_no_article_is_told_so(desk: Desk, body: Any, pointer: str) -> None:
    app: Any = desk.client._transport
    app.app.state.settings.reading_max_characters = 200
    answer = await desk.post("/v1/documents/read", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_reading_needs_the_scope_of_who_may_ingest(desk: Desk) -> None:
    answer = await desk.client.post("/v1/documents/read", json=ARTICLE)
    assert answer.status_code == 401


async def test_what_is_denied_is_proposed_as_denied(desk: Desk) -> None:
    def denied(article: Article) -> Reading:
        hand = Hand(article)
        deal = hand.deal()
        return hand.reading([replace(deal, stage=replace(deal.stage, denied=True))])

    desk.make = denied
    reading = await desk.read()
    told = [(one["predicate"], one["claim"]["stance"]) for one in proposals(reading)[:4]]
    assert told == [
        ("stage", "deny"),
        ("amount", "deny"),
        ("valuation", "deny"),
        ("participation", "deny"),
    ]
    assert not proposals(reading, predicate="use_of_proceeds")


async def test_what_the_article_has_from_another_origin_than_the_rest_keeps_it(desk: Desk) -> None:
    def of_two(article: Article) -> Reading:
        hand = Hand(article)
        other = replace(NOBODY, origin=hand.named("Harbor Partners"), party=True)
        return hand.reading([hand.deal(), replace(hand.former_deal(), attribution=other)])

    desk.make = of_two
    reading = await desk.read()
    news, background = reading["records"][0], reading["records"][1]
    assert {one["claim"].get("origin") for one in news["proposals"]} == {None}
    assert {one["claim"]["origin"] for one in background["proposals"]} == {"Harbor Partners"}
    assert {one["claim"]["evidence"] for one in background["proposals"]} == {"party"}


async def test_the_queue_begins_with_what_matters_and_is_least_sure(desk: Desk) -> None:
    def unsure(article: Article) -> Reading:
        hand = Hand(article)
        doubt = replace(hand.deal().certainty, value=hand.deal().certainty.value / 3)
        sums = (hand.amount(sure=replace(doubt, reasons=("two amounts compete",))),)
        return hand.reading([hand.deal(amounts=sums), hand.former_deal()])

    desk.make = unsure
    await desk.read()
    queue = (await desk.get("/v1/proposals?state=pending"))["items"]
    assert queue[0]["predicate"] == "amount"
    assert queue[0]["certainty"]["reasons"] == ["two amounts compete"]
    priorities = [one["priority"] for one in queue]
    assert priorities == sorted(priorities, reverse=True)
    news = [one["priority"] for one in queue if one["predicate"] == "stage"]
    assert [one["record"]["background"] for one in queue if one["predicate"] == "stage"] == [
        False,
        True,
    ]
    assert news[0] > news[1]


async def test_the_queue_pages_and_filters(desk: Desk) -> None:
    reading = await desk.read()
    await desk.read(publisher="The Weekly")
    walked: list[str] = []
    path = f"/v1/proposals?reading={reading['id']}&limit=3"
    while True:
        page = await desk.get(path)
        walked += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/proposals?reading={reading['id']}&limit=3&cursor={page['next_cursor']}"
    assert sorted(walked) == sorted(one["id"] for one in proposals(reading))
    for asked, number in (
        ("background=true", 6),
        ("predicate=amount", 4),
        ("company=nimbus-labs", 22),
        ("state=pending,accepted", 22),
    ):
        assert len((await desk.get(f"/v1/proposals?{asked}"))["items"]) == number, asked
    for wrong in ("state=open", "reading=rdg_1", "company=nimbus-lab", "stat=pending"):
        answer = await desk.client.get(f"/v1/proposals?{wrong}")
        assert answer.status_code == 422, wrong


async def test_modalities_are_those_of_the_article(desk: Desk) -> None:
    reading = await desk.read()
    told = {one["predicate"]: one["claim"]["modality"] for one in proposals(reading)[:6]}
    assert told["amount"] == Modality.NEGOTIATION
    assert told["use_of_proceeds"] == Modality.INTENTION
