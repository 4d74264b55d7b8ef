"""Parameters are read strictly: what is meant is read exactly, anything else is a 422."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from app.storage.listing import Field, Kind
from app.web.parameters import parse
from app.web.problems import Problem
from app.web.resources import Query, Resource

THINGS = Resource(
    name="things",
    description="",
    fields=(
        Field("amount", Kind.NUMBER, "amount", ""),
        Field("seen", Kind.INSTANT, "seen", ""),
        Field("day", Kind.DATE, "day", ""),
    ),
    policies=("balanced",),
)


def ask(query: str) -> Query:
    scope = {"type": "http", "path": "/things", "query_string": query.encode(), "headers": []}
    return parse(THINGS, Request(scope))


def read(name: str, text: str) -> Any:
    """The value that a filter was given."""
    (item,) = ask(f"{name}={quote(text, safe='')}").listing.filters
    return item.value


def refused(query: str) -> str:
    """What is wrong with a query's one parameter."""
    with pytest.raises(Problem) as caught:
        ask(query)
    assert caught.value.status == 422
    assert caught.value.faults[0].parameter == query.partition("=")[0]
    return caught.value.faults[0].message


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
instants = st.datetimes(
    datetime(1900, 1, 2),
    datetime(2100, 12, 30),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)


@given(days)
def test_as_of_a_day_is_meant_up_to_its_end(day: date) -> None:
    meant = ask(f"as_of={day}").as_of
    assert meant is not None
    assert meant.date() == day
    assert (meant + timedelta(microseconds=1)).date() == day + timedelta(days=1)


@given(instants)
def test_an_instant_is_read_to_the_microsecond_in_any_zone(instant: datetime) -> None:
    assert read("seen", instant.isoformat()) == instant
    assert ask(f"as_of={quote(instant.isoformat())}").as_of == instant


def test_a_plus_sign_that_arrives_as_a_space_is_still_a_plus_sign() -> None:
    meant = datetime(2025, 12, 20, 16, 30, tzinfo=UTC)
    assert ask("as_of=2025-12-20T18:00:00+01:30").as_of == meant
    assert ask("as_of=2025-12-20T18:00:00%2B01:30").as_of == meant


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2025",
        "2025-12",
        "20251220",
        "2025-W51-6",
        "2025-02-29",
        "2025-13-01",
        "1899-12-31",
        "2101-01-01",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "2100-12-31T23:59:59-01:00",
        "2025-12-20T18:00:00",
        "2025-12-20 18:00:00Z",
        "2025-12-20T25:00:00Z",
        "20251220T180000Z",
        "2025-12-20T18:00:00Z; DROP TABLE claim",
        "%D9%A2%D9%A0%D9%A2%D9%A5-12-20",
        "1766253600",
        "%20",
        "",
    ],
)
@pytest.mark.parametrize("name", ["as_of", "seen", "day[gte]"])
def test_what_is_neither_a_day_nor_an_instant_is_refused(name: str, text: str) -> None:
    assert refused(f"{name}={text}")


@given(days)
def test_a_day_bounds_instants_by_its_whole(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = start + timedelta(days=1) - timedelta(microseconds=1)
    bounds = {operator: read(f"seen[{operator}]", f"{day}") for operator in ("gte", "lt")}
    assert bounds == {"gte": start, "lt": start}
    bounds = {operator: read(f"seen[{operator}]", f"{day}") for operator in ("lte", "gt")}
    assert bounds == {"lte": end, "gt": end}


@given(days)
def test_a_day_of_days_is_that_day(day: date) -> None:
    for operator in ("day", "day[gte]", "day[lt]"):
        assert read(operator, f"{day}") == day
    assert read("day[in]", f"{day},2025-12-20") == (day, date(2025, 12, 20))


@given(st.decimals(0, Decimal(10) ** 18 - 1, places=3))
def test_a_number_is_read_to_the_digit(number: Decimal) -> None:
    assert read("amount", f"{number:f}") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("750000000", "750000000"),
        ("50e9", "50000000000"),
        ("1.5E+10", "15000000000"),
        ("1.5E-2", "0.015"),
        ("+5", "5"),
        ("007", "7"),
        ("0", "0"),
        ("0.10", "0.1"),
        ("999999999999999999.999", "999999999999999999.999"),
    ],
)
def test_numbers_are_read_in_the_usual_spellings(text: str, number: str) -> None:
    assert read("amount", text) == Decimal(number)
    # A plus sign that was not encoded arrives as a space.
    assert ask(f"amount={text}").listing.filters[0].value == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "1e18",
        "1000000000000000000",
        "1e99",
        "NaN",
        "Infinity",
        "1_000",
        "1,000",
        "0x10",
        "5 000",
        "5e",
        ".5",
        "5.",
        "$5",
        "٥",
        "1" * 31,
        "5\n",
    ],
)
def test_what_is_no_number_from_0_to_1e18_is_refused(text: str) -> None:
    assert refused(f"amount={quote(text)}")


@given(st.sampled_from(["as_of", "known_at", "seen", "day", "amount", "limit"]), st.text())
def test_any_text_is_read_or_refused_and_never_breaks(name: str, text: str) -> None:
    encoded = quote(text.encode("utf-8", "surrogatepass"), safe="")
    with suppress(Problem):
        ask(f"{name}={encoded}")


@pytest.mark.anyio
@pytest.mark.parametrize("number", ["0e99", "1e-99", "1.5e-30", "9.99999e17", "0." + "1" * 20])
async def test_every_number_that_is_let_in_can_be_asked_of_the_database(
    bundled_client: httpx.AsyncClient, number: str
) -> None:
    answer = await bundled_client.get(f"/v1/companies?valuation.high[gte]={number}")
    assert answer.status_code == 200


@pytest.mark.anyio
async def test_a_day_as_both_bounds_holds_all_that_was_published_on_it(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    dates = ("2025-12-19", "2025-12-20T00:00:00Z", "2025-12-20T18:00:00Z", "2025-12-20")
    source = {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"}
    documents = [
        {"type": "document", "source": "s", "url": f"https://example.org/{n}", "published_at": at}
        for n, at in enumerate((*dates, "2025-12-21T00:00:00Z"))
    ]
    await client.post("/v1/ingest", json=[source, *documents], headers=writer)

    async def found(query: str) -> set[int]:
        answer = await client.get(f"/v1/documents?{query}")
        assert answer.status_code == 200
        return {int(item["url"][-1]) for item in answer.json()["items"]}

    day = "2025-12-20"
    assert await found(f"published_at[gte]={day}&published_at[lte]={day}") == {1, 2, 3}
    assert await found(f"published_at[lt]={day}") == {0}
    assert await found(f"published_at[gt]={day}") == {4}
