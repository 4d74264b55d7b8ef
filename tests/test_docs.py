"""The pages of ``docs`` show real answers: each is asked for again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.claims.vocabulary import Caveat, words

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[1] / "docs" / "how-to-read-a-figure.md"
SHOWN = re.findall(r"```\nGET (\S+)\n```\n```json\n(.*?)```", PAGE.read_text("utf-8"), re.S)


def test_the_page_shows_answers() -> None:
    assert len(SHOWN) >= 8


@pytest.mark.parametrize(("request_", "shown"), SHOWN)
async def test_what_is_shown_is_what_is_answered(
    bundled_client: httpx.AsyncClient, request_: str, shown: str
) -> None:
    answer = await bundled_client.get(request_)
    assert answer.status_code == 200
    compare(json.loads(shown), answer.json(), "")


def compare(shown: Any, answered: Any, place: str) -> None:
    """Check that all that is shown is in the answer; "…" stands for anything."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            compare(value, answered[name], f"{place}.{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(answered), place
        for position, (one, other) in enumerate(zip(shown, answered, strict=True)):
            compare(one, other, f"{place}.{position}")
    elif shown != "…":
        assert shown == answered, place


def test_every_caveat_is_explained() -> None:
    explained = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text("utf-8"), re.M)
    assert sorted(explained) == sorted(words(Caveat))
