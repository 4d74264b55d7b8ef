"""A batch is stored in an order of its own: what an item names comes right before it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.ingest.order import in_storing_order

Item = dict[str, Any]


def company(slug: str, parent: str | None = None) -> Item:
    return {"type": "company", "slug": slug, "parent": parent}


def event(key: str, company: str) -> Item:
    return {"type": "funding_event", "key": key, "company": company}


def document(title: str, source: str, **about: str) -> Item:
    return {
        "type": "document",
        "title": title,
        "source": source,
        "claims": [{"about": about, "object": "investor"}],
    }


def stored(*items: Any) -> list[int]:
    return [index for index, _ in in_storing_order(items)]


def test_what_a_document_names_comes_right_before_it_and_the_rest_comes_last() -> None:
    batch = [
        document("second", "wire", company="lab"),
        company("unnamed"),
        event("deal", "lab"),
        document("first", "wire", event="deal"),
        company("lab", "owner"),
        company("investor"),
        company("owner"),
        {"type": "source", "slug": "wire"},
    ]
    assert stored(*batch) == [7, 5, 6, 4, 0, 2, 3, 1]


def test_an_identity_sent_twice_is_stored_twice_in_the_order_it_was_sent() -> None:
    batch = [document("a", "wire", company="lab"), company("lab"), company("lab")]
    assert stored(*batch) == [1, 2, 0]


def test_a_ring_of_owners_and_an_endless_chain_of_them_come_to_an_end() -> None:
    chain = [company(f"c{number}", f"c{number + 1}") for number in range(5_000)]
    assert stored(*chain) == list(reversed(range(5_000)))
    assert sorted(stored(company("a", "b"), company("b", "a"), company("c", "c"))) == [0, 1, 2]


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "slug", "company", "parent", "claims", "about", "object"]),
            inner | st.sampled_from(["company", "document"]),
            max_size=5,
        )
    ),
)


@given(st.lists(anything, max_size=8))
def test_whatever_is_sent_is_there_once(batch: list[Any]) -> None:
    places = in_storing_order(batch)
    assert sorted(index for index, _ in places) == list(range(len(batch)))
    assert all(batch[index] is item for index, item in places)
