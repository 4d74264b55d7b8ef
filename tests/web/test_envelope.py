"""Entity tags: another one for all that makes another answer, the day included where it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import Request

from app.storage.version import Version
from app.web.envelope import entity_tag
from app.web.parameters import parse
from app.web.resources import Resource

AGELESS = Resource(name="things", description="", policies=("balanced",))
AGEING = replace(AGELESS, counts_days=True)
VERSION = Version(7, datetime(2026, 11, 1, tzinfo=UTC))
TODAY = date(2026, 11, 25)


def tag(resource: Resource, query: str = "", day: date = TODAY, version: Version = VERSION) -> str:
    scope = {"type": "http", "path": "/things", "query_string": query.encode(), "headers": []}
    return entity_tag(parse(resource, Request(scope)), version, day)


@pytest.mark.parametrize(
    ("resource", "query", "same"),
    [
        (AGELESS, "", True),
        (AGEING, "", False),
        (AGEING, "policy=balanced", False),
        (AGEING, "as_of=2026-01-01", True),
    ],
)
def test_what_counts_days_up_to_now_has_another_tag_each_day(
    resource: Resource, query: str, same: bool
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert (tag(resource, query) == tag(resource, query, tomorrow)) == same


def test_another_state_or_question_has_another_tag() -> None:
    other = Version(8, VERSION.committed_at)
    tags = {tag(AGELESS), tag(AGELESS, version=other), tag(AGELESS, "as_of=2026-01-01")}
    assert len(tags) == 3
