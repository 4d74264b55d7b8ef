"""Cues as data: what the lexicon finds, and what is asked of each cue."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.reading import backtracking, cues
from app.reading.cues import Cue, InvalidLexicon

SHIPPED = cues.load().cues
ENTRY: Mapping[str, Any] = {
    "id": "stage.in_talks.talks",
    "class": "stage",
    "means": "in_talks",
    "scope": "clause",
    "weight": "0.9",
    "pattern": "in (?:early )?(?:talks|discussions) (?:to|with)",
    "anchors": ["talks", "discussions"],
    "yes": ["<name> is in early talks to raise money"],
    "no": ["the trade talks in <place>"],
}


def cue(**changes: Any) -> Cue:
    """The cue of ``ENTRY`` with ``changes``; through YAML, as it comes."""
    [made] = cues.parse(msgspec.yaml.encode([ENTRY | changes]).decode(), "made.yaml")
    return made


class TestEveryCueShipped:
    @pytest.mark.parametrize("cue", [pytest.param(cue, id=cue.id) for cue in SHIPPED])
    def test_does_what_its_examples_say_and_no_text_makes_it_slow(self, cue: Cue) -> None:
        cues.check(cue)

    @pytest.mark.parametrize("cue", [pytest.param(cue, id=cue.id) for cue in SHIPPED])
    def test_matches_nothing_in_which_no_anchor_stands(self, cue: Cue) -> None:
        @given(st.from_regex(cue.expression, fullmatch=True))
        @settings(max_examples=10, derandomize=True, database=None, phases=[Phase.generate])
        def holds(matched: str) -> None:
            assert any(anchor in matched for anchor in cue.anchors)

        holds()


class TestFinding:
    def test_hits_come_by_start_and_the_longest_first(self) -> None:
        lexicon = cues.lexicon(
            [
                cue(id="stage.long"),
                cue(id="stage.short", pattern="in early talks"),
                cue(id="stage.late", pattern="talks"),
            ]
        )
        text = "OpenAI is in early talks to raise money"
        found = [(hit.cue.id, text[hit.start : hit.end]) for hit in lexicon.find(text)]
        assert found == [
            ("stage.long", "in early talks to"),
            ("stage.short", "in early talks"),
            ("stage.late", "talks"),
        ]

    def test_places_are_places_in_the_whole_text(self) -> None:
        text = "In talks to sell. OpenAI is in talks with investors. In talks to buy."
        start = text.index("OpenAI")
        [hit] = cues.lexicon([cue()]).find(text, start, text.index(" In talks to buy"))
        assert text[hit.start : hit.end] == "in talks with"
        assert hit.start > start

    def test_case_is_told_apart_only_where_a_cue_asks_for_it(self) -> None:
        loose = cue(pattern="may", anchors=["may"])
        exact = cue(pattern="May", anchors=["may"], case="true")
        text = "it MAY rise in May"
        assert [hit.start for hit in cues.lexicon([loose]).find(text)] == [3, 15]
        assert [hit.start for hit in cues.lexicon([exact]).find(text)] == [15]

    def test_a_match_begins_and_ends_where_words_do(self) -> None:
        lexicon = cues.lexicon([cue(pattern="talk", anchors=["talk", "talks", "smalltalk"])])
        assert not lexicon.find("smalltalk talks")
        assert lexicon.find("talk")

    def test_a_blank_stands_for_a_few_in_a_class_as_well(self) -> None:
        lexicon = cues.lexicon([cue(pattern=r"start[- ]up in talks", anchors=["talks"])])
        assert lexicon.find("start\nup  in \n talks")
        assert lexicon.find("start-up in talks")
        assert not lexicon.find("start-up in    talks")

    def test_letters_that_grow_in_lower_case_move_no_place(self) -> None:
        text = "İİİ in talks to raise"
        [hit] = cues.lexicon([cue()]).find(text)
        assert text[hit.start : hit.end] == "in talks to"

    @given(st.text(max_size=200))
    def test_any_text_can_be_searched(self, text: str) -> None:
        for hit in cues.load().find(text):
            assert 0 <= hit.start < hit.end <= len(text)


class TestVersion:
    def test_changes_with_what_is_found_and_not_with_examples(self) -> None:
        version = cues.lexicon([cue()]).version
        assert cues.lexicon([cue(no=["other words"])]).version == version
        assert cues.lexicon([cue(pattern="in talks (?:to|with)")]).version != version
        assert cues.lexicon([cue(weight="0.8")]).version != version

    def test_order_of_files_does_not_matter(self) -> None:
        one, two = cue(), cue(id="stage.two")
        assert cues.lexicon([one, two]).version == cues.lexicon([two, one]).version


class TestRefusing:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"class": "gossip"}, "gossip"),
            ({"scope": "chapter"}, "chapter"),
            ({"colour": "red"}, "colour"),
            ({"weight": "much"}, "weight"),
            ({"yes": []}, "yes"),
            ({"no": []}, "no"),
            ({"id": "undotted"}, "id"),
        ],
    )
    def test_an_entry_that_is_not_as_agreed_is_named(
        self, changes: Mapping[str, Any], said: str
    ) -> None:
        with pytest.raises(InvalidLexicon, match=said) as refused:
            cue(**changes)
        assert changes.get("id", ENTRY["id"]) in str(refused.value)

    @pytest.mark.parametrize("key", ["yes", "no", "class", "pattern"])
    def test_an_entry_that_lacks_something_is_named(self, key: str) -> None:
        entry = {name: told for name, told in ENTRY.items() if name != key}
        with pytest.raises(InvalidLexicon, match=rf"stage\.in_talks\.talks.*{key}"):
            cues.parse(msgspec.yaml.encode([entry]).decode(), "made.yaml")

    def test_a_file_that_is_no_list_is_named(self) -> None:
        with pytest.raises(InvalidLexicon, match=r"made\.yaml"):
            cues.parse("id: stage.x", "made.yaml")

    def test_two_cues_of_one_id(self) -> None:
        with pytest.raises(InvalidLexicon, match=r"stage\.in_talks\.talks"):
            cues.lexicon([cue(), cue(pattern="other")])

    def test_a_pattern_that_is_none(self) -> None:
        with pytest.raises(InvalidLexicon, match=r"stage\.in_talks\.talks"):
            cues.lexicon([cue(pattern="in (talks")])

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"pattern": "in talks .*"}, "may span"),
            ({"pattern": "In talks"}, "capital"),
            ({"weight": Decimal("1.1")}, "weight"),
            ({"anchors": ("in talks",)}, "one word"),
            ({"anchors": ("Talks",)}, "lower case"),
            ({"anchors": ("name",)}, "does not find"),
            ({"anchors": ("early",), "yes": ("early: in talks to",)}, "no anchor"),
            ({"yes": ("talks",)}, "does not find 'talks'"),
            ({"no": ("in talks to",)}, "finds 'in talks to'"),
        ],
    )
    def test_a_cue_that_its_own_examples_belie(self, changes: Mapping[str, Any], said: str) -> None:
        cues.check(cue())
        with pytest.raises(InvalidLexicon, match=said):
            cues.check(msgspec.structs.replace(cue(), **changes))


class TestWaysToTry:
    @pytest.mark.parametrize(
        "expression",
        [
            "(a|a)*b",
            "(a?){30}a{30}",
            r"(\w+\s?)+x",
            r"(?:\w{1,9}\s?){1,9}x",
            r"\w{1,30}\w{1,30}\w{1,30}x",
            "(?:(?:a?){10}){10}b",
            "(?:|a|a|a){9}",
            "(?=(a?){12})b",
            "x{2,}",
            "(?:)*",
            ".{0,601}",
            r"(a)\1",
            "(?>a)b",
            "(?i:a)",
        ],
    )
    def test_patterns_that_some_text_makes_slow_or_that_cannot_be_judged(
        self, expression: str
    ) -> None:
        with pytest.raises(backtracking.Unbounded):
            backtracking.check(expression)

    @pytest.mark.parametrize(
        "expression",
        [
            "talks|discussions",
            "(?:secure|seek|sell|sign|snap up)" * 8,
            r"(?:[^\s;]{1,30}\s{1,3}){0,6}raise",
            r"ends(?: [^\s;]{1,18}){0,7}? ?(?:talks|plans|deals?|offers|bids)",
            r"(?:[^\s;]{1,30}\s{1,3}){0,3}raise (?:[^\s;]{1,30}\s{1,3}){0,3}to",
            r"(?<!\w)(?:a|an)?(?!\w)",
            ".{0,3}x",
        ],
    )
    def test_patterns_that_are_tried_in_few_ways(self, expression: str) -> None:
        backtracking.check(expression)
