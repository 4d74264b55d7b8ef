"""An article read: what is proposed, and that nothing of it is a claim yet."""

from __future__ import annotations

import pytest

from tests.reading.proposals.conftest import Desk, first, proposals

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
    assert (await desk.get("/v1/claims"))["items"] == []
    assert (await desk.get("/v1/companies"))["items"] == []


async def test_the_same_article_is_read_once_by_each_version(desk: Desk) -> None:
    answer = await desk.post("/v1/documents/read", {"text": "Nimbus Labs", "title": "It"})
    assert answer.status_code == 500  # the hand finds no deal in it
