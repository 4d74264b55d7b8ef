"""Cursors lead on exactly from where they were given out, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.cursors import Cursor, decode, encode
from app.web.problems import Problem

SECRET = b"one secret"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))
keys = (
    st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | instants
    | st.dates()
    | st.uuids()
    | words
)
cursors = st.builds(
    Cursor,
    path=words,
    pinned=st.dictionaries(words, words, max_size=3),
    known_at=instants,
    after=st.lists(keys, max_size=4).map(tuple),
    seen=st.integers(0, 10**9),
)


def refused(text: str, path: str, secret: bytes = SECRET) -> Problem:
    with pytest.raises(Problem) as caught:
        decode(text, path, secret)
    assert caught.value.status == 400
    assert caught.value.faults[0].parameter == "cursor"
    return caught.value


@given(cursors)
def test_a_cursor_is_read_back_as_it_was(cursor: Cursor) -> None:
    assert decode(encode(cursor, SECRET), cursor.path, SECRET) == cursor


@given(cursors)
def test_a_cursor_needs_no_escaping_in_a_url(cursor: Cursor) -> None:
    assert set(encode(cursor, SECRET)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


@given(cursors, st.data())
def test_a_cursor_with_any_bit_flipped_is_refused(cursor: Cursor, data: st.DataObject) -> None:
    text = bytearray(encode(cursor, SECRET).encode())
    text[data.draw(st.integers(0, len(text) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    refused(text.decode("latin-1"), cursor.path)


@pytest.mark.parametrize("pinned", [{}, {"a": ""}, {"a": "b"}])
def test_the_spare_bits_of_the_last_letter_are_no_loophole(pinned: dict[str, str]) -> None:
    cursor = Cursor("/v1/companies", pinned, datetime(2025, 1, 1, tzinfo=UTC), (), 0)
    text = encode(cursor, SECRET)
    for bit in range(8):
        refused(text[:-1] + chr(ord(text[-1]) ^ (1 << bit)), cursor.path)


@given(cursors, st.data())
def test_a_cursor_with_a_letter_more_or_less_is_refused(
    cursor: Cursor, data: st.DataObject
) -> None:
    text = encode(cursor, SECRET)
    place = data.draw(st.integers(0, len(text) - 1))
    refused(text[:place] + text[place + 1 :], cursor.path)
    refused(text[:place] + data.draw(st.sampled_from("!=+/ A\né")) + text[place:], cursor.path)


@given(cursors, words)
def test_a_cursor_of_another_path_is_refused_and_tells_which(cursor: Cursor, path: str) -> None:
    if path != cursor.path:
        problem = refused(encode(cursor, SECRET), path)
        assert cursor.path in problem.faults[0].message


@given(cursors, st.binary(min_size=1))
def test_a_cursor_of_another_server_is_refused(cursor: Cursor, secret: bytes) -> None:
    if secret != SECRET:
        refused(encode(cursor, SECRET), cursor.path, secret)


@given(st.text())
def test_no_text_that_was_not_given_out_is_a_cursor(text: str) -> None:
    refused(text, "/v1/companies")


@pytest.mark.anyio
async def test_a_server_refuses_its_own_cursor_once_a_letter_is_changed(
    bundled_client: httpx.AsyncClient,
) -> None:
    first: dict[str, Any] = (await bundled_client.get("/v1/companies?limit=2")).json()
    cursor = first["next_cursor"]
    assert (await bundled_client.get(f"/v1/companies?cursor={cursor}")).status_code == 200
    for place in (0, len(cursor) // 2, len(cursor) - 1):
        other = "B" if cursor[place] == "A" else "A"
        changed = cursor[:place] + other + cursor[place + 1 :]
        answer = await bundled_client.get(f"/v1/companies?cursor={changed}")
        assert answer.status_code == 400
