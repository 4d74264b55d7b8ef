"""Whatever a text holds, it is read in bounded steps, always the same, and nothing is made up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.evidence import checked
from app.reading.marks import UNITS
from app.reading.reader import LONGEST_TEXT, MOST_DEALS, read
from app.reading.reading import Article, Reading
from tests.reading.reads import amount, known, news, reading

MARKS = "".join(UNITS.values())
"""What the reader puts in the place of names and sums; an article may hold it as well."""

NO_MARK = "\N{REPLACEMENT CHARACTER}"
WITHOUT_MARKS = str.maketrans(dict.fromkeys(MARKS, NO_MARK))


def filled(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


MONSTERS = {
    "no blanks": "a",
    "capitals without blanks": "A",
    "digits": "7",
    "one sentence of commas": "word, ",
    "only commas": ",",
    "bare sums": "$1 ",
    "sums": "$1 million ",
    "ranges": "$1-$2-",
    "one sentence of rounds": "Nimbora raised $1 million from Alder, ",
    "lines of rounds": "Nimbora raised $1 million from Alder Capital.\n",
    "brackets": "(",
    "pairs of brackets": "(a) ",
    "aliases": "Nimbora (NIM) ",
    "quotation marks": '"',
    "apostrophes": "Nimbora's ",
    "right to left": "גייסה 5 מיליון $ \u202e",
    "no blanks in Chinese": "公司融资5亿美元。",
    "emoji": "🚀💰",
    "joined emoji": "👩\u200d👩\u200d👧 ",
    "combining marks": "e\u0301\u0301\u0301\u0301",
    "newlines": "\n",
    "short lines": "a\n",
    "capitals": "NIMBORA RAISED MONEY FROM ALDER CAPITAL AND ",
    "null characters": "\0",
    "blanks": " ",
    "stops": ".",
    "initials": "A. ",
    "legal forms": "Nimbora Inc. ",
    "dashes": " -- ",
    "marks": MARKS,
    "marks in words": "\ue002 raised \ue001 led by \ue002, ",
    "pronouns": "it ",
    "talks": "in talks to raise ",
    "addresses": "a@b ",
    "a long address": "https://a",
    "glued words": "worldThe",
    "tags": "<div>",
    "lists": "led by Alder, Birch, Cedar, ",
    "rivals": "Nimbora competes with Quillow. ",
    "denials": "Nimbora denied it is in talks to be sold. ",
    "persons": "John Smith, CEO of Nimbora, said. ",
    "surrogates": "\ud800 ",
    "acronyms": "ABC DEF ",
}


def assert_holds_only_its_article(article: Article) -> None:
    told = read(article, known())
    assert checked(article, told) == (told, ())
    assert repr(read(article, known())) == repr(told)


def shown(told: Reading) -> str:
    """All of a reading, with marks and the sign that stands for what is none alike."""
    found = repr(told)
    for mark in MARKS:
        found = found.replace(ascii(mark)[1:-1], NO_MARK)
    return found


# Anything that JSON can hold, half a surrogate pair too.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from([*MARKS, *"$€%.,;:()'\"“”’–\n\0 ", *"123ABCabc"]),
    ),
    max_size=300,
)


class TestAnyText:
    @given(text=ANY_TEXT, title=st.one_of(st.none(), ANY_TEXT))
    @settings(max_examples=200, deadline=None)
    def test_is_read_the_same_twice_and_only_it(self, text: str, title: str | None) -> None:
        assert_holds_only_its_article(Article(text, title=title))

    @pytest.mark.parametrize("piece", MONSTERS.values(), ids=MONSTERS)
    def test_of_one_kind_only_is_read_the_same_twice_and_only_it(self, piece: str) -> None:
        text = filled(piece, 10_000)
        assert_holds_only_its_article(Article(text, title=text[:300]))

    @pytest.mark.parametrize("piece", MONSTERS.values(), ids=MONSTERS)
    def test_of_one_kind_before_and_after_the_news_leaves_it_standing(self, piece: str) -> None:
        text = filled(piece, 1_000)
        article = Article(f"Nimbora has raised $40 million.\n{text}", title="Nimbora raises money")
        assert_holds_only_its_article(article)
        assert any(d.company.name == "Nimbora" for d in read(article, known()).deals)

    @pytest.mark.parametrize("piece", MONSTERS.values(), ids=MONSTERS)
    def test_of_a_million_characters_is_read(self, piece: str) -> None:
        text = filled(piece, 1_000_000)
        article = Article(text, title=text)
        told = read(article, known())
        assert len(told.deals) <= MOST_DEALS
        assert all(fired.quote.stands_in(article) for fired in told.fired)


class TestLength:
    def test_what_stands_far_down_is_not_read(self) -> None:
        far = "It makes lamps. " * (LONGEST_TEXT // 10)
        told = reading(f"Nimbora has raised $40 million. {far}Quillow has raised $25 million.")
        assert [deal.company.name for deal in told.deals] == ["Nimbora"]

    @pytest.mark.parametrize("cut", range(LONGEST_TEXT - 40, LONGEST_TEXT))
    def test_no_sum_is_cut_where_reading_ends(self, cut: int) -> None:
        before = "It makes lamps.\n"
        text = f"{filled(before, cut)}\nNimbora has raised $40 million today. It makes lamps."
        told = read(Article(text + " It makes lamps." * 10), known())
        assert {amount(deal) for deal in told.deals} <= {40}

    def test_no_more_deals_are_told_than_a_roundup_has(self) -> None:
        syllables = ("al", "im", "un", "or", "ed", "os")
        names = (f"{first}{middle}ora" for first in "BDFGKLMNPRST" for middle in syllables)
        told = reading("".join(f"{name} has raised $4 million.\n" for name in names))
        assert len(told.deals) == MOST_DEALS


class TestMarks:
    """An article may itself hold the characters that stand for names and sums within the reader."""

    @pytest.mark.parametrize(
        "text",
        [
            "\ue002 raised \ue001 from \ue002.",
            "Nimbora raised \ue001 and then $40 million.",
            "Nimbora has raised $40 million led by \ue002 and Alder Capital.",
            "\ue006 raised $40 million. Nimbora did.",
            "Nimbora has raised $40 million. \ue004 reported that \ue006 denied the report.",
            "Nimbora has raised $40 million, \ue003, its chief, said. Rivals include \ue002.",
            "Nimbora has raised $40\ue001 million.",
        ],
    )
    def test_mean_no_more_than_any_other_sign(self, text: str) -> None:
        assert shown(reading(text)) == shown(reading(text.translate(WITHOUT_MARKS)))

    def test_stay_in_quotes_of_the_article_as_they_are(self) -> None:
        text = "Nimbora has raised $40 million. It will use the money to hire \ue001 engineers."
        assert amount(news(reading(text))) == 40
        assert_holds_only_its_article(Article(text))


ROOT = Path(__file__).parents[2]
PROGRAM = """
from hashlib import sha256
from pathlib import Path
from app.reading.reader import read
from benchmarks.reading.gold import labelled_texts
from tests.reading.reads import known
texts = labelled_texts(Path("tests/reading/articles/plain.jsonl"))
told = [repr(read(text.article, known())) for text in texts]
print(len(told), sha256("".join(told).encode("utf-8", "backslashreplace")).hexdigest())
"""


def test_every_process_reads_the_same() -> None:
    """Sets are in another order in each process: none of them may show."""
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert int(told.pop().split()[0]) > 50
