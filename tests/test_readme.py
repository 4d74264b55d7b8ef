"""What the README promises is answered: every call it names, over the bundled data."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from app.ingest.bundled import counts
from app.storage.engine import create_engine

pytestmark = pytest.mark.anyio

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CALLS = sorted(
    set(re.findall(r"`(/v1/[^`\s]+)`", README)) - {"/v1/ingest", "/v1/claims/{claim}/echo-tree"}
)


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_is_answered(bundled_client: httpx.AsyncClient, call: str) -> None:
    answer = await bundled_client.get(call)
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
