"""What people decide of proposals: accepted ones are claims, and every step is kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims.vocabulary import Capability, RoundType, Unit
from app.reading.reading import Article, Capable, Reading, Round
from app.storage.engine import write_transaction
from tests.reading.proposals.conftest import Desk, first, proposals
from tests.reading.proposals.made import SURE, TEXT, Hand

pytestmark = pytest.mark.anyio

ACME = [
    {"type": "company", "slug": "nimbus-labs-fr", "name": "Nimbus Labs", "country": "FR"},
    {"type": "company", "slug": "nimbus-labs-us", "name": "Nimbus Labs", "country": "US"},
]


async def steps(desk: Desk, proposal: Any) -> list[Any]:
    found: list[Any] = (await desk.get(f"/v1/proposals/{proposal['id']}"))["steps"]
    return found


async def test_an_accepted_proposal_is_a_claim_of_the_article(desk: Desk) -> None:
    reading = await desk.read()
    amount = first(reading, "amount")
    answer = await desk.accept(amount, note="as it says")
    assert answer.status_code == 200, answer.text
    done = answer.json()["proposal"]
    assert (done["state"], done["decided_by"], done["note"]) == (
        "accepted",
        "operator",
        "as it says",
    )
    claim = await desk.get(f"/v1/claims/{done['claim_id']}")
    assert claim["quote"] == {
        "text": "up to $2 billion",
        "start": amount["quote"]["start"],
        "end": amount["quote"]["end"],
    }
    assert claim["origin"]["slug"] == "example-wire"
    assert claim["document"]["source"]["slug"] == "the-daily"
    assert claim["extraction"] == {"method": "rule", "version": "rules-1@made", "confidence": 0.9}
    assert [one["action"] for one in await steps(desk, amount)] == ["proposed", "accepted"]


async def test_all_proposals_of_a_record_go_to_one_deal_and_one_document(desk: Desk) -> None:
    reading = await desk.read()
    news = reading["records"][0]["proposals"]
    for one in news:
        answer = await desk.accept(one)
        assert answer.status_code == 200, answer.text
    events = (await desk.get("/v1/funding-events"))["items"]
    assert [one["slug"] for one in events] == ["nimbus-labs-2026-05-series-c"]
    assert len((await desk.get("/v1/documents"))["items"]) == 1
    event = await desk.get("/v1/funding-events/nimbus-labs-2026-05-series-c")
    assert event["stage"] == "in_talks"
    assert event["amounts"]["target"]["high"] == 2e9
    assert event["amounts"]["target"]["independent_origins"] == 1
    assert event["investors"][0]["company"]["slug"] == "harbor-partners"


async def test_all_of_a_reading_is_accepted_at_once_background_aside(desk: Desk) -> None:
    reading = await desk.read()
    chips = first(reading, "use_of_proceeds")
    path = f"/v1/readings/{reading['id']}/accept"
    answer = await desk.post(path, {"leave_out": [chips["id"]]})
    assert answer.status_code == 200, answer.text
    accepted = answer.json()["proposals"]
    assert len(accepted) == 7
    assert not any(one["record"]["background"] for one in accepted)
    waiting = (await desk.get("/v1/proposals?state=pending"))["items"]
    assert {one["predicate"] for one in waiting} == {
        "use_of_proceeds",
        "stage",
        "amount",
        "round_label",
    }
    rest = await desk.post(path, {"background": True})
    assert len(rest.json()["proposals"]) == 4
    assert len((await desk.get("/v1/funding-events"))["items"]) == 2
    nothing = await desk.post(path, {"background": True})
    assert nothing.json()["proposals"] == []
    products = (await desk.get("/v1/products"))["items"]
    assert [one["name"] for one in products] == ["Cumulus"]


async def test_what_cannot_be_left_out_is_told(desk: Desk) -> None:
    reading = await desk.read()
    body = {"leave_out": ["prp_" + "0" * 32]}
    answer = await desk.post(f"/v1/readings/{reading['id']}/accept", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/leave_out/0"


async def test_a_name_that_may_be_of_several_is_decided_by_people(desk: Desk) -> None:
    sent = await desk.post("/v1/ingest", ACME)
    assert sent.status_code == 200
    reading = await desk.read()
    for path in (
        f"/v1/proposals/{first(reading, 'amount')['id']}/accept",
        f"/v1/readings/{reading['id']}/accept",
    ):
        answer = await desk.post(path, {})
        assert answer.status_code == 409
        fault = answer.json()["errors"][0]
        assert fault["pointer"] == "/companies/Nimbus Labs"
        assert set(fault["allowed"]) == {"nimbus-labs-fr", "nimbus-labs-us"}
    assert (await desk.get("/v1/claims"))["items"] == []
    assert (await desk.get("/v1/waiting-items"))["items"] == []
    answer = await desk.accept(first(reading, "amount"), company="nimbus-labs-us")
    assert answer.status_code == 200, answer.text
    claim = await desk.get(f"/v1/claims/{answer.json()['proposal']['claim_id']}")
    assert claim["about"]["company"]["slug"] == "nimbus-labs-us"
    rest = await desk.post(f"/v1/readings/{reading['id']}/accept", {})
    assert rest.status_code == 200, rest.text
    other = await desk.read(publisher="The Weekly")
    answer = await desk.accept(first(other, "amount"))
    assert answer.status_code == 409
    named = {"Nimbus Labs": "nimbus-labs-fr"}
    assert (await desk.accept(first(other, "amount"), companies=named)).status_code == 200
    third = await desk.read(publisher="The Monthly")
    done = (await desk.accept(first(third, "amount"))).json()["proposal"]
    assert done["record"]["slug"] == "nimbus-labs-fr"
    listed = await desk.get("/v1/proposals?company=nimbus-labs-fr&limit=500")
    assert len(listed["items"]) == 22
    unknown = await desk.accept(first(third, "stage"), company="nobody")
    assert unknown.json()["errors"][0]["pointer"] == "/company"


async def test_the_reviewer_may_choose_the_deal(desk: Desk) -> None:
    items = [
        {"type": "company", "slug": "nimbus-labs", "name": "Nimbus Labs"},
        {
            "type": "funding_event",
            "key": "nimbus-growth",
            "company": "nimbus-labs",
            "label": "Growth",
        },
        {"type": "company", "slug": "other", "name": "Other"},
        {"type": "funding_event", "key": "other-deal", "company": "other", "label": "Deal"},
    ]
    await desk.post("/v1/ingest", items)
    reading = await desk.read()
    amount = first(reading, "amount")
    for event, pointer in (("nobodys", "/event"), ("other-deal", "/event")):
        answer = await desk.accept(amount, event=event)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    answer = await desk.accept(amount, event="nimbus-growth")
    assert answer.json()["proposal"]["record"]["event"] == "nimbus-growth"
    also = await desk.accept(first(reading, "valuation"))
    assert also.json()["proposal"]["record"]["event"] == "nimbus-growth"
    stage = first(reading, "stage")
    for contrary in ({"event": "other-deal"}, {"new_event": True}):
        answer = await desk.accept(stage, **contrary)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["allowed"] == ["nimbus-growth"]


async def test_an_earlier_deal_is_neither_the_news_nor_of_the_day_of_the_article(
    desk: Desk,
) -> None:
    def make(article: Article) -> Reading:
        hand = Hand(article)
        talks = hand.deal(round=Round(RoundType.VENTURE_UNSPECIFIED, hand.quote("raise"), SURE))
        return hand.reading([talks, replace(hand.former_deal(), round=None, happened_on=None)])

    desk.make = make
    reading = await desk.read()
    path = f"/v1/readings/{reading['id']}/accept"
    assert (await desk.post(path, {})).status_code == 200
    unclear = await desk.post(path, {"background": True})
    assert (unclear.status_code, unclear.json()["errors"][0]["pointer"]) == (409, "/event")
    stage = proposals(reading, predicate="stage")[1]
    assert (await desk.accept(stage)).status_code == 409
    assert (await desk.edit(stage, claim={"effective_on": "2024"})).status_code == 200
    assert (await desk.post(path, {"background": True})).status_code == 200
    events = (await desk.get("/v1/funding-events?sort=happened_on"))["items"]
    assert [(one["happened_on"], one["stage"]) for one in events] == [
        ("2024", "closed"),
        ("2026-05-04", "in_talks"),
    ]
    again = await desk.read(publisher="The Weekly")
    amount = proposals(again, predicate="amount")[1]
    told = (await desk.accept(amount)).json()["errors"][0]
    assert told["allowed"] == [events[0]["slug"]]
    assert (await desk.accept(amount, event=events[0]["slug"])).status_code == 200


async def test_a_name_that_is_not_in_the_record_decides_nothing(desk: Desk) -> None:
    reading = await desk.read()
    answer = await desk.accept(first(reading, "amount"), companies={"Somebody": None})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/companies/Somebody"


async def test_the_same_decision_changes_nothing_and_a_contrary_one_is_refused(desk: Desk) -> None:
    reading = await desk.read()
    amount, stage = first(reading, "amount"), first(reading, "stage")
    assert (await desk.accept(amount)).json()["status"] == "done"
    assert (await desk.accept(amount)).json()["status"] == "unchanged"
    assert (await desk.reject(amount)).status_code == 409
    assert (await desk.edit(amount, claim={"facet": "headline"})).status_code == 409
    assert (await desk.reject(stage, "only a guess")).json()["status"] == "done"
    assert (await desk.reject(stage, "as I said")).json()["status"] == "unchanged"
    assert (await desk.accept(stage)).status_code == 409
    assert [one["action"] for one in await steps(desk, amount)] == ["proposed", "accepted"]
    kept = await steps(desk, stage)
    assert [(one["action"], one["reason"]) for one in kept] == [
        ("proposed", None),
        ("rejected", "only a guess"),
    ]
    assert (kept[1]["before"]["state"], kept[1]["after"]["state"]) == ("pending", "rejected")


async def test_an_edit_is_kept_with_what_was_before(desk: Desk) -> None:
    reading = await desk.read()
    valuation = first(reading, "valuation")
    answer = await desk.edit(valuation, claim={"basis": "post_money"}, reason="by the filing")
    assert answer.status_code == 200, answer.text
    edited = answer.json()["proposal"]
    assert edited["claim"]["basis"] == "post_money"
    assert edited["claim"]["stated"] == 30e9
    assert edited["proposed"]["basis"] == "unspecified"
    again = await desk.edit(valuation, claim={"basis": "post_money"})
    assert again.json()["status"] == "unchanged"
    _, step = await steps(desk, valuation)
    assert (step["actor"], step["reason"]) == ("operator", "by the filing")
    assert step["before"]["claim"]["basis"] == "unspecified"
    assert step["after"]["claim"]["basis"] == "post_money"
    accepted = (await desk.accept(valuation)).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert (claim["facet"], claim["extraction"]["method"]) == ("post_money", "human")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"claim": {"stated": 5e9}}, "/claim/stated"),
        ({"claim": {"high": 2_000_000_001}}, "/claim/high"),
        ({"claim": {"stated": 3e8}}, "/claim/stated"),
        ({"claim": {"currency": "EUR"}}, "/claim/currency"),
        ({"quote": "$300 million"}, "/claim/high"),
        ({"quote": "up to $3 billion"}, "/quote"),
        ({"quote": "$3", "claim": {"stated": 3}}, "/quote"),
        ({"quote": "up to $2", "claim": {"high": 2}}, "/quote"),
        ({"quote": " "}, "/quote"),
        ({"quote_start": 3}, ""),
        ({"claim": {"anonymous_sources": 7}}, "/claim/anonymous_sources"),
        ({"claim": {"as_stated": "all of $5 billion"}}, "/claim/as_stated"),
        ({"quote": "The money", "claim": {"stated": 3e8}}, "/quote"),
        ({"quote": "$300 million", "quote_start": 3, "claim": {"stated": 3e8}}, "/quote_start"),
        ({"claim": {"facet": "all"}}, "/claim/facet"),
        ({"claim": {"term": "closed"}}, "/claim/term"),
        ({"claim": {"predicate": "valuation"}}, "/claim/predicate"),
        ({"claim": {"evidence": "hearsay"}}, "/claim/evidence"),
    ],
)
async def test_a_number_that_the_article_does_not_hold_cannot_be_put_in(
    desk: Desk, body: Any, pointer: str
) -> None:
    reading = await desk.read()
    answer = await desk.edit(first(reading, "amount"), **body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await desk.get(f"/v1/readings/{reading['id']}"))["records"] == reading["records"]


async def test_another_quote_brings_another_number(desk: Desk) -> None:
    reading = await desk.read()
    amount = first(reading, "amount")
    body = {"quote": "$300 million", "claim": {"stated": 3e8, "facet": "headline"}}
    answer = await desk.edit(amount, **body)
    assert answer.status_code == 200, answer.text
    edited = answer.json()["proposal"]
    assert edited["claim"]["stated"] == 3e8
    assert "high" not in edited["claim"]
    quote = edited["quote"]
    assert reading["text"][quote["start"] : quote["end"]] == quote["text"] == "$300 million"


async def test_what_is_told_in_thousands_stays_true_when_something_else_is_edited(
    desk: Desk,
) -> None:
    words = "70 billion parameters"

    def make(article: Article) -> Reading:
        hand = Hand(article)
        told = (Capability.MULTIPLE_FASTER, words, None, Decimal(70 * 10**9), Unit.PARAMETERS)
        large = Capable(hand.named("Nimbus Labs"), *told, hand.quote(words), SURE)
        return hand.reading([], capabilities=(large,))

    desk.make = make
    large = first(await desk.read(text=f"{TEXT} Its next one has {words}."), "capability")
    answer = await desk.edit(large, claim={"term": "roadmap"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["proposal"]["claim"]["stated"] == 70e9
    cut = await desk.edit(large, quote="70", claim={"stated": 70})
    assert cut.json()["errors"][0]["pointer"] == "/claim/stated"


async def test_numbers_in_a_title_have_no_offsets_in_the_text(desk: Desk) -> None:
    reading = await desk.read()
    valuation = first(reading, "valuation")
    body = {"quote": "$30 billion", "part": "title", "claim": {"stated": 30e9}}
    edited = (await desk.edit(valuation, **body)).json()["proposal"]
    assert edited["quote"] == {"part": "title", "start": 18, "end": 29, "text": "$30 billion"}
    accepted = (await desk.accept(valuation)).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert claim["quote"] == {"text": "$30 billion", "start": None, "end": None}


async def test_a_dry_run_decides_nothing(desk: Desk) -> None:
    reading = await desk.read()
    amount = first(reading, "amount")
    for what, body in (
        ("accept", {}),
        ("reject", {"reason": "no"}),
        ("edit", {"claim": {"facet": "headline"}}),
    ):
        answer = await desk.post(f"/v1/proposals/{amount['id']}/{what}?dry_run=true", body)
        assert answer.json()["status"] == "done", answer.text
        assert answer.json()["meta"] == {"dry_run": True}
    tried = await desk.post(f"/v1/readings/{reading['id']}/accept?dry_run=true", {})
    assert len(tried.json()["proposals"]) == 8
    assert (await desk.get(f"/v1/proposals/{amount['id']}"))["state"] == "pending"
    assert len(await steps(desk, amount)) == 1
    assert (await desk.get("/v1/claims"))["items"] == []


async def test_a_document_that_is_known_is_found_again(desk: Desk) -> None:
    url = "https://daily.example/nimbus"
    items = [
        {"type": "source", "slug": "the-daily", "name": "The Daily", "kind": "newsroom"},
        {
            "type": "document",
            "source": "the-daily",
            "url": url,
            "title": "Under another title",
            "published_at": "2026-05-04",
        },
    ]
    await desk.post("/v1/ingest", items)
    answer = await desk.post("/v1/documents/read", {"url": url})
    accepted = await desk.accept(first(answer.json(), "amount"))
    assert accepted.status_code == 200, accepted.text
    (document,) = (await desk.get("/v1/documents"))["items"]
    assert document["id"] == accepted.json()["proposal"]["document_id"]
    claim = await desk.get(f"/v1/claims/{accepted.json()['proposal']['claim_id']}")
    assert claim["origin"]["slug"] == "example-wire"


async def test_the_origin_may_be_the_publisher(desk: Desk) -> None:
    reading = await desk.read(publisher="Example Wire")
    accepted = (await desk.accept(first(reading, "amount"))).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert claim["origin"]["slug"] == claim["document"]["source"]["slug"] == "example-wire"


async def test_an_outlet_is_the_same_with_and_without_its_article(desk: Desk) -> None:
    reading = await desk.read(publisher="The Example Wire")
    accepted = (await desk.accept(first(reading, "amount"))).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert claim["origin"]["slug"] == claim["document"]["source"]["slug"] == "the-example-wire"
    other = await desk.read()
    accepted = (await desk.accept(first(other, "amount"))).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert claim["document"]["source"]["slug"] == "the-daily"
    assert claim["origin"]["slug"] == "the-example-wire"


async def test_rivals_are_what_the_article_itself_says(desk: Desk) -> None:
    reading = await desk.read()
    accepted = (await desk.accept(first(reading, "competes_with"))).json()["proposal"]
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert claim["origin"]["slug"] == "the-daily"
    assert claim["object"]["slug"] == "cirrus"


async def test_deciding_needs_a_reviewer(desk: Desk) -> None:
    reading = await desk.read()
    path = f"/v1/proposals/{first(reading, 'amount')['id']}/accept"
    assert (await desk.client.post(path, json={})).status_code == 401
    gone = await desk.post(f"/v1/proposals/prp_{'0' * 32}/accept", {})
    assert gone.status_code == 404


async def test_the_audit_trail_cannot_be_rewritten(desk: Desk, engine: AsyncEngine) -> None:
    reading = await desk.read()
    for statement in (
        "UPDATE proposal_step SET actor = 'nobody'",
        "DELETE FROM proposal_step",
    ):
        with pytest.raises(DBAPIError, match="stays as it was done"):
            async with write_transaction(engine) as connection:
                await connection.execute(text(statement))
    assert len(await steps(desk, proposals(reading)[0])) == 1
