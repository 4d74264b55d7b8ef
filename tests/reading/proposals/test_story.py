"""The article of our story, accepted: one more appearance of a report, and no new origin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.reading.proposals.known import bundled_names
from app.reading.reader import read as read_by_rules
from app.reading.rules.names.known import Known
from app.storage.engine import create_engine
from tests.conftest import client_of, clone
from tests.reading.proposals.conftest import Desk, proposals
from tests.reading.proposals.made import reader
from tests.reading.proposals.story import EVENT, SEED, read_well

pytestmark = pytest.mark.anyio

DATED = {"title": "OpenAI in talks", "publisher": "Tech Daily", "published_at": "2025-12-18"}


@pytest.fixture
def bundled() -> Iterator[str]:
    with clone("bundled") as url:
        yield url


@pytest.fixture
async def desk(bundled: str, writer: dict[str, str]) -> AsyncIterator[Desk]:
    engine = create_engine(bundled)
    async with client_of(engine) as client:
        desk = Desk(client, writer, read_well)
        app: Any = client._transport
        app.app.state.readers = reader(lambda article: desk.make(article))
        yield desk
    await engine.dispose()


def figures(event: Any) -> dict[str, Any]:
    """All figures of an event, by their places."""
    found = {}

    def walk(place: str, value: Any) -> None:
        if isinstance(value, dict):
            if "independent_origins" in value:
                found[place] = value
            for name, inner in value.items():
                walk(f"{place}/{name}", inner)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(f"{place}/{number}", inner)

    walk("", event)
    return found


STANDING = ("low", "high", "stated", "qualifier", "currency", "basis")


async def origins(desk: Desk) -> set[str]:
    claims = await desk.get(f"/v1/claims?event={EVENT}&limit=500")
    return {claim["origin"]["slug"] for claim in claims["items"]}


@pytest.mark.parametrize("known", [{}, DATED], ids=["text only", "published"])
async def test_the_story_accepted_is_one_more_appearance_and_no_new_origin(
    desk: Desk, known: dict[str, str]
) -> None:
    moments = ["", "?as_of=2025-12-20"]
    before = [await desk.get(f"/v1/funding-events/{EVENT}{moment}") for moment in moments]
    events = (await desk.get("/v1/funding-events?company=openai"))["items"]
    origins_before = await origins(desk)
    answer = await desk.post("/v1/documents/read", {"text": SEED, **known})
    assert answer.status_code == 201, answer.text
    accepted = await desk.post(f"/v1/readings/{answer.json()['id']}/accept", {})
    assert accepted.status_code == 200, accepted.text
    assert len(accepted.json()["proposals"]) == len(proposals(answer.json()))
    deals = [one for one in accepted.json()["proposals"] if one["record"]["kind"] == "deal"]
    assert {one["record"]["event"] for one in deals} == {EVENT}
    assert len((await desk.get("/v1/funding-events?company=openai"))["items"]) == len(events)
    for moment, former in zip(moments, before, strict=True):
        event = await desk.get(f"/v1/funding-events/{EVENT}{moment}")
        old, new = figures(former), figures(event)
        assert old.keys() == new.keys()
        for place, figure in new.items():
            if "use_of_proceeds" not in place:
                assert figure["independent_origins"] == old[place]["independent_origins"], place
            assert [figure.get(n) for n in STANDING] == [old[place].get(n) for n in STANDING]
        assert event["stage"] == former["stage"]
        assert event["evidence_status"] == former["evidence_status"]
    assert await origins(desk) == origins_before
    then = [figures(one)["/valuations/unspecified"]["appearances"] for one in (before[1], event)]
    assert then[1] == then[0] + bool(known)
    claims = await desk.get(f"/v1/claims?event={EVENT}&predicate=valuation&limit=500")
    told = next(c for c in claims["items"] if c["id"] == deals[2]["claim_id"])
    assert told["origin"]["slug"] == "the-information"
    assert told["quote"]["text"] == "approximately $750 billion"
    assert told["extraction"]["method"] == "rule"


@pytest.mark.parametrize("known", [{}, DATED], ids=["text only", "published"])
async def test_what_the_rules_read_in_the_story_goes_to_its_event(
    desk: Desk, known: dict[str, str]
) -> None:
    names = Known(bundled_names())
    desk.make = lambda article: read_by_rules(article, names)
    origins_before = await origins(desk)
    answer = await desk.post("/v1/documents/read", {"text": SEED, **known})
    accepted = await desk.post(f"/v1/readings/{answer.json()['id']}/accept", {})
    assert accepted.status_code == 200, accepted.text
    deals = [one for one in accepted.json()["proposals"] if one["record"]["kind"] == "deal"]
    assert {one["record"]["event"] for one in deals} == {EVENT}
    assert await origins(desk) == origins_before
