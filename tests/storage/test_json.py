"""JSON keeps numbers to the digit, and instants, ids and bytes in one form each."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.json import dumps, loads, number

decimals = st.decimals(allow_nan=False, allow_infinity=False) | st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**25), 10**25),
    st.integers(-30, 30),
).filter(lambda value: value.is_finite())


@given(decimals)
def test_a_number_is_kept_exactly(value: Decimal) -> None:
    assert Decimal(number(value)) == value


@given(decimals)
def test_a_number_is_written_plainly_and_no_longer_than_it_must(value: Decimal) -> None:
    assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", number(value))


@given(decimals)
def test_json_holds_the_number_itself(value: Decimal) -> None:
    read = json.loads(dumps([value]), parse_float=Decimal, parse_int=Decimal)
    assert read == [value]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("750e9"), b"750000000000"),
        (Decimal("81.20"), b"81.2"),
        (Decimal("0.00"), b"0"),
        (UUID(int=7), b'"00000000-0000-0000-0000-000000000007"'),
        (b"\x00\xff", b'"\\\\x00ff"'),
        (date(2025, 12, 20), b'"2025-12-20"'),
        (datetime(2025, 12, 20, 18, tzinfo=UTC), b'"2025-12-20T18:00:00Z"'),
    ],
)
def test_each_kind_of_value_has_one_form(value: Any, written: bytes) -> None:
    assert dumps(value) == written


@given(st.datetimes(timezones=st.just(timezone(timedelta(0)))))
def test_an_instant_is_kept_to_the_microsecond(instant: datetime) -> None:
    assert datetime.fromisoformat(json.loads(dumps(instant))) == instant


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j])
def test_what_has_no_json_form_is_an_error(value: Any) -> None:
    with pytest.raises(TypeError):
        dumps(value)


documents = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-(2**53), 2**53) | decimals,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), documents, max_size=4))
def test_what_was_written_is_read_back_exactly(document: dict[str, Any]) -> None:
    assert loads(dumps(document)) == document


def test_a_fraction_is_never_read_as_a_float() -> None:
    read = loads(dumps({"rate": Decimal("0.12765"), "list": [Decimal("1.5")], "whole": 7}))
    assert read == {"rate": Decimal("0.12765"), "list": [Decimal("1.5")], "whole": 7}
    assert isinstance(read["rate"], Decimal)
    assert isinstance(read["whole"], int)
