"""Names are folded so far that spellings are one, and not so far that companies become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identities.normalise import core_name, domain_of, joined, spellings


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("OpenAI, Inc.", "openai"),
        ("Mistral AI S.A.S.", "mistral ai"),
        ("Aleph Alpha GmbH", "aleph alpha"),
        ("Example GmbH & Co. KG", "example"),
        ("Example Sp. z o.o.", "example"),
        ("The Example Pty Ltd", "example"),
        ("Samsung Electronics Co., Ltd.", "samsung electronics"),
        ("株式会社Preferred Networks", "preferred networks"),
        ("北京智谱华章科技有限公司", "北京智谱华章科技"),
        ("Société Générale SA", "societe generale"),
    ],
)
def test_legal_forms_and_the_article_are_left_out(name: str, core: str) -> None:
    assert core_name(name) == core


@pytest.mark.parametrize("name", ["Inc", "The", "SA", "AG", "株式会社", "!!!"])
def test_a_name_is_not_stripped_to_nothing(name: str) -> None:
    assert core_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Scale AI", "Scale"),
        ("Command R+", "Command R"),
        ("Alphabet Holdings", "Alphabet"),
        ("The Boring Company", "Boring"),
        ("C3 AI", "C3"),
    ],
)
def test_what_tells_companies_apart_is_kept(one: str, other: str) -> None:
    assert joined(core_name(one)) != joined(core_name(other))


@given(st.text(min_size=1, max_size=60))
def test_a_core_is_its_own_core(name: str) -> None:
    assert core_name(core_name(name)) == core_name(name)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Anthropic.com/x?y", "anthropic.com"),
        ("anthropic.com", "anthropic.com"),
        ("01.AI", "01.ai"),
        ("http://user@example.co.uk:8080", "example.co.uk"),
        ("Anthropic", None),
        ("Acme Inc.", None),
        ("http://[", None),
        ("1.5", None),
    ],
)
def test_a_domain_is_found_in_an_address_and_in_a_name(text: str, domain: str | None) -> None:
    assert domain_of(text) == domain


def test_a_cik_is_looked_up_with_its_zeros_and_without() -> None:
    assert spellings("cik", "0000320193") == ("320193", "0000320193")
    assert spellings("wikidata", "q21708200") == ("Q21708200",)
