"""Lists: the SQL twin and the Python twin give the same rows in the same order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.storage.listing import (
    Field,
    Filter,
    Kind,
    Listing,
    Match,
    SortKey,
    after,
    is_after,
    key_of,
    matches,
    merge_page,
    order_by,
    where,
)
from app.storage.rows import insert

pytestmark = pytest.mark.anyio

TABLE = """
CREATE TEMP TABLE listed (
    id uuid PRIMARY KEY, title text, word text, amount numeric, seen timestamptz, day date,
    flag boolean, tags text[], size_low numeric, size_high numeric)
"""
FIELDS = (
    Field("title", Kind.TEXT, "title", "", sortable=True),
    Field("word", Kind.WORD, "word", "", sortable=True),
    Field("amount", Kind.NUMBER, "amount", "", sortable=True),
    Field("seen", Kind.INSTANT, "seen", "", sortable=True),
    Field("day", Kind.DATE, "day", "", sortable=True),
    Field("flag", Kind.FLAG, "flag", ""),
    Field("tags", Kind.WORD, "tags", "", multiple=True),
    Field("size", Kind.INTERVAL, "size", ""),
)
SORTABLE = tuple(field for field in FIELDS if field.sortable)

# Few values, so that rows often tie; among them those that stand in for null, and words whose
# order differs between a language and the code points.
WORDS = st.sampled_from(["", "a", "B", "b", "é", "z", "ﬁ", "𝔸", "\U0010ffff"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": WORDS,
    "word": WORDS,
    "amount": st.sampled_from([Decimal(n) for n in ("0", "1", "1.0", "1.5", "999e15", "1e-20")]),
    "seen": st.sampled_from(
        [
            datetime(1900, 1, 1, tzinfo=UTC),
            datetime(2025, 12, 20, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(2025, 12, 21, tzinfo=UTC),
            datetime(2100, 12, 31, tzinfo=UTC),
        ]
    ),
    "day": st.sampled_from([date(1900, 1, 1), date(2025, 12, 20), date(2100, 12, 31)]),
    "flag": st.booleans(),
}
SIZES = st.sampled_from([Decimal(n) for n in range(5)])
"""Ends of intervals: few, so that bounds are often met exactly."""

TAGS = st.lists(WORDS, max_size=2)


def with_interval(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its interval as the two columns it is stored in, the lower end first."""
    low, high = row.pop("size") or (None, None)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return {**row, "size_low": low, "size_high": high}


rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number)),
            **{name: st.none() | values for name, values in VALUES.items()},
            "tags": st.none() | TAGS,
            "size": st.none() | st.tuples(st.none() | SIZES, st.none() | SIZES),
        }
    ).map(with_interval),
    max_size=12,
    unique_by=lambda row: row["id"],
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    field = draw(st.sampled_from(FIELDS))
    operator = draw(st.sampled_from(field.operators))
    values = VALUES.get(field.name, WORDS)
    if field.kind is Kind.INTERVAL:
        return Filter(field, operator, draw(SIZES), draw(st.sampled_from(list(Match))))
    if operator == "in":
        return Filter(field, operator, tuple(draw(st.lists(values, min_size=1, max_size=3))))
    return Filter(field, operator, draw(values))


sorts = st.lists(
    st.builds(SortKey, st.sampled_from(SORTABLE), st.booleans()),
    max_size=3,
    unique_by=lambda key: key.field.name,
).map(tuple)

bounded = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        await connection.execute(text(TABLE))
        yield connection


async def store(connection: AsyncConnection, stored: Sequence[dict[str, Any]]) -> None:
    await connection.execute(text("TRUNCATE listed"))
    await insert(connection, "listed", stored)


async def ids(connection: AsyncConnection, rest: str, parameters: dict[str, Any]) -> list[UUID]:
    found = await connection.execute(text(f"SELECT id FROM listed WHERE {rest}"), parameters)
    return [UUID(str(identity)) for identity in found.scalars()]


@bounded
@given(stored=rows, conditions=st.lists(filters(), max_size=3))
async def test_a_filter_lets_the_same_rows_pass(
    connection: AsyncConnection, stored: list[dict[str, Any]], conditions: list[Filter]
) -> None:
    await store(connection, stored)
    parameters: dict[str, Any] = {}
    found = await ids(connection, where(conditions, parameters), parameters)
    assert set(found) == {row["id"] for row in stored if matches(row, conditions)}


SAMPLES = [Decimal(number) / 2 for number in range(-1, 21)]
TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "gte": lambda one, other: one >= other,
    "lte": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "lt": lambda one, other: one < other,
}


@given(rows, st.sampled_from(sorted(TESTS)), SIZES)
def test_certain_is_all_of_an_interval_and_possible_some_of_it(
    stored: list[dict[str, Any]], operator: str, bound: Decimal
) -> None:
    """Held against brute force: every number an interval holds, of a fine enough grid."""
    size = FIELDS[-1]
    certain, possible = (Filter(size, operator, bound, match) for match in Match)
    for row in stored:
        low, high = row["size_low"], row["size_high"]
        if low is None and high is None:
            assert not matches(row, [certain])
            assert not matches(row, [possible])
            continue
        # A missing end may be any number: amounts begin at 0, and 10 is beyond every bound.
        held = [n for n in SAMPLES if (low or 0) <= n <= (Decimal(10) if high is None else high)]
        met = [TESTS[operator](number, bound) for number in held]
        known = all(met) and (low is not None or operator in ("lte", "lt"))
        assert matches(row, [certain]) == known
        assert matches(row, [possible]) == any(met)


@bounded
@given(stored=rows, sort=sorts)
async def test_an_order_puts_rows_in_the_same_places(
    connection: AsyncConnection, stored: list[dict[str, Any]], sort: tuple[SortKey, ...]
) -> None:
    await store(connection, stored)
    found = await ids(connection, f"true ORDER BY {order_by(sort)}", {})
    assert found == [row["id"] for row in merge_page(stored, [], Listing(sort=sort), "id")]


@bounded
@given(stored=rows, sort=sorts)
async def test_nulls_come_last_in_either_direction(
    connection: AsyncConnection, stored: list[dict[str, Any]], sort: tuple[SortKey, ...]
) -> None:
    if not sort:
        return
    column, ties = sort[0].field.column, {"", "\U0010ffff"}
    plain = [row for row in stored if row[column] not in ties]
    await store(connection, plain)
    found = await ids(connection, f"true ORDER BY {order_by(sort)}", {})
    missing = {row["id"] for row in plain if row[column] is None}
    assert set(found[len(found) - len(missing) :]) == missing


@bounded
@given(stored=rows, sort=sorts, place=st.integers(0, 11))
async def test_the_same_rows_are_behind_a_cursor(
    connection: AsyncConnection,
    stored: list[dict[str, Any]],
    sort: tuple[SortKey, ...],
    place: int,
) -> None:
    if not stored:
        return
    await store(connection, stored)
    last = key_of(stored[place % len(stored)], sort, "id")
    parameters: dict[str, Any] = {}
    condition = after(sort, last, parameters)
    found = await ids(connection, f"{condition} ORDER BY {order_by(sort)}", parameters)
    behind = [row for row in stored if is_after(row, Listing(sort=sort, after=last), "id")]
    assert found == [row["id"] for row in merge_page(behind, [], Listing(sort=sort), "id")]


@bounded
@given(
    stored=rows,
    sort=sorts,
    limit=st.integers(1, 4),
    in_python=st.lists(st.booleans(), min_size=12, max_size=12),
)
async def test_a_walk_half_in_sql_and_half_in_python_meets_every_row_once(
    connection: AsyncConnection,
    stored: list[dict[str, Any]],
    sort: tuple[SortKey, ...],
    limit: int,
    in_python: list[bool],
) -> None:
    computed = [row for row, here in zip(stored, in_python, strict=False) if here]
    await store(connection, [row for row in stored if row not in computed])
    by_id = {row["id"]: row for row in stored}
    met: list[UUID] = []
    last: tuple[Any, ...] | None = None
    while True:
        listing = Listing(sort=sort, limit=limit, after=last)
        parameters: dict[str, Any] = {}
        condition = after(sort, last, parameters) if last else "true"
        rest = f"{condition} ORDER BY {order_by(sort)} LIMIT {limit + 1}"
        from_sql = [by_id[identity] for identity in await ids(connection, rest, parameters)]
        from_python = [row for row in computed if is_after(row, listing, "id")]
        page = merge_page(from_sql, from_python, listing, "id")
        met += [row["id"] for row in page[:limit]]
        if len(page) <= limit:
            break
        last = key_of(page[limit - 1], sort, "id")
    assert met == [row["id"] for row in merge_page(stored, [], Listing(sort=sort), "id")]
