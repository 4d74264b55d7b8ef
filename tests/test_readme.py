"""What the README promises is answered: every call it names, over the bundled data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.ingest.bundled import counts
from app.storage.engine import create_engine
from tests.conftest import client_of
from tools.record_examples import ARTICLE, REPORT

pytestmark = pytest.mark.anyio

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CALLS = sorted(
    call for call in set(re.findall(r"`(/v1/[^`\s{…]+)`", README)) if call != "/v1/ingest"
)


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_is_answered(
    own_bundled_database: str, writer: dict[str, str], call: str
) -> None:
    engine = create_engine(own_bundled_database)
    async with client_of(engine) as client:
        # A night's load, of which one item waits, and an article read: these are of writes only.
        await client.post("/v1/ingest", json=[REPORT], headers=writer)
        await client.post("/v1/documents/read", json=ARTICLE, headers=writer)
        answer = await client.get(call)
    await engine.dispose()
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body.get("items", True), "an example that finds nothing teaches nothing"


async def test_it_tells_how_much_is_bundled(bundled_database: str) -> None:
    engine = create_engine(bundled_database)
    stored = await counts(engine)
    await engine.dispose()
    told = re.search(
        r"Some ([\d,]+) claims of ([\d,]+) documents about (\d+) players, (\d+) deals"
        r" and (\d+) products",
        README,
    )
    assert told is not None
    claims, documents, *exactly = (int(number.replace(",", "")) for number in told.groups())
    assert [stored[kind] for kind in ("company", "funding_event", "product")] == exactly
    assert abs(stored["claim"] - claims) < 50
    assert abs(stored["document"] - documents) < 50
