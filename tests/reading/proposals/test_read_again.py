"""An article read again by another version: what was decided stands, or is asked anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from app.claims.vocabulary import Basis
from app.reading.reading import Article, Reading
from tests.reading.proposals.conftest import Desk, first, proposals
from tests.reading.proposals.made import Hand

pytestmark = pytest.mark.anyio


def newer(change: Callable[[Hand], Reading]) -> Callable[[Article], Reading]:
    def make(article: Article) -> Reading:
        return replace(change(Hand(article)), version="rules-2@made")

    return make


def as_before(hand: Hand) -> Reading:
    return hand.reading()


def of_a_basis(hand: Hand) -> Reading:
    """The valuation is read to be post-money, the use is not read, and a rival less sure."""
    marks = (replace(hand.valuation(), basis=Basis.POST_MONEY),)
    deal = hand.deal(valuations=marks, uses=())
    return hand.reading([deal, hand.former_deal()])


async def test_the_same_version_reads_the_same(desk: Desk) -> None:
    reading = await desk.read()
    again = await desk.post(f"/v1/readings/{reading['id']}/read-again")
    assert again.status_code == 200
    assert again.json() == reading


async def test_a_new_reading_tells_what_is_new_in_it(desk: Desk) -> None:
    reading = await desk.read()
    desk.make = newer(of_a_basis)
    answer = await desk.post(f"/v1/readings/{reading['id']}/read-again")
    assert answer.status_code == 201
    new = answer.json()
    difference = new["difference"]
    assert new["former"] == difference["former"] == reading["id"]
    assert difference["added"] == []
    assert difference["gone"] == [first(reading, "use_of_proceeds")["id"]]
    assert difference["changed"] == [
        {
            "proposal": first(new, "valuation")["id"],
            "former": first(reading, "valuation")["id"],
            "fields": {"basis": {"before": "unspecified", "after": "post_money"}},
        }
    ]
    assert len(difference["unchanged"]) == 9
    former = await desk.get(f"/v1/readings/{reading['id']}")
    assert {one["state"] for one in proposals(former)} == {"superseded"}
    (*_, step) = (await desk.get(f"/v1/proposals/{proposals(former)[0]['id']}"))["steps"]
    assert step["action"] == "superseded"
    assert {one["state"] for one in proposals(new)} == {"pending"}
    late = await desk.accept(proposals(former)[0])
    assert late.status_code == 409


async def test_posting_the_article_again_is_reading_it_again(desk: Desk) -> None:
    reading = await desk.read()
    desk.make = newer(as_before)
    new = await desk.read()
    assert new["former"] == reading["id"]
    assert len(new["difference"]["unchanged"]) == len(proposals(reading))


async def test_what_was_decided_stands_where_both_readings_say_the_same(desk: Desk) -> None:
    reading = await desk.read()
    accepted = (await desk.accept(first(reading, "amount"))).json()["proposal"]
    await desk.reject(first(reading, "participation"), "only a rumour")
    await desk.edit(first(reading, "stage"), claim={"term": "exploring"})
    desk.make = newer(as_before)
    new = (await desk.post(f"/v1/readings/{reading['id']}/read-again")).json()
    amount, part, stage = (first(new, one) for one in ("amount", "participation", "stage"))
    assert (amount["state"], amount["claim_id"]) == ("accepted", accepted["claim_id"])
    assert (part["state"], part["note"]) == ("rejected", "only a rumour")
    assert (stage["state"], stage["claim"]["term"]) == ("pending", "exploring")
    assert stage["proposed"]["term"] == "in_talks"
    steps = (await desk.get(f"/v1/proposals/{amount['id']}"))["steps"]
    assert [one["action"] for one in steps] == ["proposed", "carried_over"]
    old = await desk.get(f"/v1/proposals/{accepted['id']}")
    assert old["state"] == "accepted"
    rest = await desk.post(f"/v1/readings/{new['id']}/accept", {})
    assert rest.status_code == 200, rest.text
    assert {one["record"]["event"] for one in rest.json()["proposals"][:4]} == {
        accepted["record"]["event"]
    }
    assert len((await desk.get("/v1/claims?predicate=amount"))["items"]) == 1


async def test_a_reading_that_disagrees_with_what_was_accepted_says_so_and_waits(
    desk: Desk,
) -> None:
    reading = await desk.read()
    accepted = (await desk.accept(first(reading, "valuation"))).json()["proposal"]
    desk.make = newer(of_a_basis)
    new = (await desk.post(f"/v1/readings/{reading['id']}/read-again")).json()
    valuation = first(new, "valuation")
    assert valuation["state"] == "pending"
    assert valuation["disagreement"] == {
        "former": accepted["id"],
        "state": "accepted",
        "claim_id": accepted["claim_id"],
        "fields": {"basis": {"before": "unspecified", "after": "post_money"}},
    }
    claim = await desk.get(f"/v1/claims/{accepted['claim_id']}")
    assert (claim["facet"], claim["retracted_at"]) == ("unspecified", None)
    assert (await desk.get(f"/v1/proposals/{accepted['id']}"))["state"] == "accepted"


async def test_a_reading_that_comes_to_what_people_had_made_of_it_is_theirs(desk: Desk) -> None:
    reading = await desk.read()
    await desk.edit(first(reading, "valuation"), claim={"basis": "post_money"})
    accepted = (await desk.accept(first(reading, "valuation"))).json()["proposal"]
    desk.make = newer(of_a_basis)
    new = (await desk.post(f"/v1/readings/{reading['id']}/read-again")).json()
    valuation = first(new, "valuation")
    assert (valuation["state"], valuation["claim_id"]) == ("accepted", accepted["claim_id"])
    assert valuation["disagreement"] is None


async def test_a_dry_run_supersedes_nothing(desk: Desk) -> None:
    reading = await desk.read()
    desk.make = newer(of_a_basis)
    tried = await desk.post(f"/v1/readings/{reading['id']}/read-again?dry_run=true")
    assert tried.status_code == 200
    assert tried.json()["difference"]["gone"]
    assert len((await desk.get("/v1/proposals?state=pending"))["items"]) == 11


async def test_what_is_certain_is_accepted_at_once_where_that_is_set(desk: Desk) -> None:
    def doubtful(article: Article) -> Reading:
        hand = Hand(article)
        doubt = replace(hand.deal().certainty, value=Decimal("0.5"))
        return hand.reading([hand.deal(amounts=(hand.amount(sure=doubt),))])

    app = desk.client._transport.app  # type: ignore[attr-defined]
    app.state.settings.reading_auto_accept = Decimal("0.9")
    desk.make = doubtful
    reading = await desk.read()
    assert first(reading, "amount")["state"] == "pending"
    valuation = first(reading, "valuation")
    assert (valuation["state"], valuation["decided_by"]) == ("accepted", "auto")
    (_, step) = (await desk.get(f"/v1/proposals/{valuation['id']}"))["steps"]
    assert (step["action"], step["actor"]) == ("accepted", "auto")
    later = await desk.accept(first(reading, "amount"))
    assert later.json()["proposal"]["record"]["event"] == valuation["record"]["event"]


async def test_what_is_certain_but_not_clear_waits_for_people(desk: Desk) -> None:
    two = [{"type": "company", "slug": f"cirrus-{n}", "name": "Cirrus"} for n in "ab"]
    await desk.post("/v1/ingest", two)
    app = desk.client._transport.app  # type: ignore[attr-defined]
    app.state.settings.reading_auto_accept = Decimal("0.5")
    reading = await desk.read()
    assert first(reading, "competes_with")["state"] == "pending"
    assert first(reading, "amount")["state"] == "accepted"


async def test_a_company_that_was_made_of_a_name_is_the_same_when_its_slug_is_read(
    desk: Desk,
) -> None:
    reading = await desk.read()
    accepted = await desk.post(f"/v1/readings/{reading['id']}/accept", {"background": True})
    assert accepted.status_code == 200

    def by_slug(hand: Hand) -> Reading:
        part = hand.deal().participants[0]
        company = hand.named("Nimbus Labs", "nimbus-labs")
        known = replace(part, investor=hand.named("Harbor Partners", "harbor-partners"))
        deal = hand.deal(company=company, participants=(known,))
        return hand.reading([deal, replace(hand.former_deal(), company=company)])

    desk.make = newer(by_slug)
    new = (await desk.post(f"/v1/readings/{reading['id']}/read-again")).json()
    assert {one["state"] for one in proposals(new)} == {"accepted"}
    assert new["difference"]["added"] == new["difference"]["gone"] == []
    assert new["difference"]["changed"] == []
    assert {one["record"]["slug"] for one in proposals(new)} == {"nimbus-labs"}


async def test_whom_people_took_a_name_for_is_kept_in_the_new_reading(desk: Desk) -> None:
    two = [
        {"type": "company", "slug": f"nimbus-labs-{n}", "name": "Nimbus Labs"} for n in ("a", "b")
    ]
    await desk.post("/v1/ingest", two)
    reading = await desk.read()
    await desk.accept(first(reading, "amount"), company="nimbus-labs-b")
    desk.make = newer(as_before)
    new = (await desk.post(f"/v1/readings/{reading['id']}/read-again")).json()
    assert first(new, "amount")["state"] == "accepted"
    done = await desk.accept(first(new, "valuation"))
    assert done.json()["proposal"]["record"]["slug"] == "nimbus-labs-b"
