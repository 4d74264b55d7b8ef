"""Public ids lead back to what they were made of, and nothing else passes for one."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.ids import PREFIXES, decode, encode, new_id

prefixes = st.sampled_from(PREFIXES)


@given(prefixes, st.uuids())
def test_an_id_leads_back_to_its_uuid(prefix: str, identity: UUID) -> None:
    assert decode(prefix, encode(prefix, identity)) == identity


@given(prefixes, prefixes, st.uuids())
def test_an_id_of_another_kind_is_none(prefix: str, other: str, identity: UUID) -> None:
    assert (decode(other, encode(prefix, identity)) is None) == (prefix != other)


@given(prefixes, st.text())
def test_a_text_is_an_id_only_if_it_is_its_one_spelling(prefix: str, words: str) -> None:
    for candidate in (words, f"{prefix}_{words}"):
        identity = decode(prefix, candidate)
        assert identity is None or encode(prefix, identity) == candidate


@pytest.mark.parametrize(
    "spelling",
    [
        "cmp_018F0000000070008000000000000000",
        "cmp_018f0000-0000-7000-8000-000000000000",
        "cmp_018f000000007000800000000000000",
        "cmp_018f00000000700080000000000000000",
        "cmp_٠18f0000000070008000000000000000",
        "cmp018f0000000070008000000000000000",
        "018f0000000070008000000000000000",
        "",
    ],
)
def test_other_spellings_are_no_ids(spelling: str) -> None:
    assert decode("cmp", spelling) is None


def test_new_ids_are_of_version_7_and_sort_by_time() -> None:
    made = [new_id() for _ in range(1_000)]
    assert len(set(made)) == len(made)
    assert {(identity.version, identity.variant) for identity in made} == {
        (7, "specified in RFC 4122")
    }
    milliseconds = [identity.int >> 80 for identity in made]
    assert milliseconds == sorted(milliseconds)
