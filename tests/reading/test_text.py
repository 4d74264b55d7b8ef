"""An article laid out: its sentences, each with its place, in the article's own characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.reading import Article, Part
from app.reading.rules.text import Page, Place, lay_out, normalised

NEWS = "Nimbora raised $40 million."


def sentences(text: str, title: str | None = None) -> list[str]:
    page = lay_out(Article(text, title=title))
    return [page.text[s.start : s.end] for s in page.sentences]


def places(text: str, title: str | None = None) -> list[Place]:
    return [s.place for s in lay_out(Article(text, title=title)).sentences]


def quotes(page: Page) -> list[str]:
    return [page.quote(s.start, s.end).text for s in page.sentences]


# Characters: any, with those that are translated or cut at often among them.
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("“”‘’«»–—…\u00a0\u200b\t\r\n\n. !?。\"'()ABab1$＄")),
    max_size=300,
)


class TestAnyText:
    @given(TEXTS)
    def test_stays_of_the_same_length_when_normalised(self, text: str) -> None:
        assert len(normalised(text)) == len(text)

    @given(TEXTS)
    def test_is_the_same_normalised_twice(self, text: str) -> None:
        assert normalised(normalised(text)) == normalised(text)

    @given(TEXTS, st.one_of(st.none(), TEXTS))
    def test_has_sentences_that_are_the_articles_own_characters(
        self, text: str, title: str | None
    ) -> None:
        article = Article(text, title=title)
        page = lay_out(article)
        for sentence in page.sentences:
            quote = page.quote(sentence.start, sentence.end)
            assert quote.stands_in(article)
            assert normalised(quote.text) == page.text[sentence.start : sentence.end]
            assert quote.part is (Part.TITLE if sentence.place is Place.TITLE else Part.TEXT)

    @given(TEXTS, st.one_of(st.none(), TEXTS))
    def test_has_sentences_in_order_apart_and_without_blanks_around(
        self, text: str, title: str | None
    ) -> None:
        page = lay_out(Article(text, title=title))
        end = 0
        for index, sentence in enumerate(page.sentences):
            assert sentence.index == index
            assert end <= sentence.start < sentence.end
            words = page.text[sentence.start : sentence.end]
            assert words == words.strip()
            end = sentence.end

    @given(TEXTS)
    def test_has_at_most_one_lead(self, text: str) -> None:
        assert places(text).count(Place.LEAD) <= 1


class TestSentences:
    def test_end_with_a_stop_and_a_blank(self) -> None:
        text = "Nimbora raised money. Did it? It did! So they say."
        assert sentences(text) == ["Nimbora raised money.", "Did it?", "It did!", "So they say."]

    @pytest.mark.parametrize(
        "text",
        [
            "Mr. Adair, Dr. Bose and Prof. Cole founded Nimbora in St. Albans.",
            "The deal closed on Jan. 5 and was told on Sept. 9.",
            "J. K. Adair runs it with R. Bose.",
            "The U.S. start-up wants more than $1.5 billion, i.e. twice as much.",
            "Nimbora Inc. raised money from Alder Corp. and Birch Ltd. of Leeds.",
            "Nimbora raised approx. $40 million vs. $20 million a year before.",
            "It is the No. 2 maker of lamps.",
            "Ravelon.ai said so at 9 a.m. in Leeds.",
            "It was $4.5 million... and then more.",
        ],
    )
    def test_do_not_end_within_an_abbreviation_an_initial_or_a_number(self, text: str) -> None:
        assert sentences(text) == [text]

    def test_end_with_a_legal_form_where_another_begins(self) -> None:
        text = "It was bought by Alder Inc. The price was not told."
        assert sentences(text) == ["It was bought by Alder Inc.", "The price was not told."]

    def test_end_with_the_letter_of_a_series(self) -> None:
        text = "Nimbora closed its Series B. Alder Capital led it."
        assert sentences(text) == ["Nimbora closed its Series B.", "Alder Capital led it."]

    def test_end_with_the_quotation_mark_after_the_stop(self) -> None:
        text = "“We are glad.” He said no more."
        assert quotes(lay_out(Article(text))) == ["“We are glad.”", "He said no more."]

    def test_end_where_a_page_has_lost_the_blank(self) -> None:
        text = "It sells lamps in the market.The money is for hiring."
        assert sentences(text) == ["It sells lamps in the market.", "The money is for hiring."]

    def test_end_with_their_line(self) -> None:
        assert sentences("Nimbora raised money\nAlder led it\n\n") == [
            "Nimbora raised money",
            "Alder led it",
        ]

    def test_end_with_the_stop_of_other_scripts(self) -> None:
        assert sentences("公司融资。投资者领投。") == ["公司融资。", "投资者领投。"]

    def test_that_never_end_are_cut_between_words(self) -> None:
        found = sentences("lamp " * 1_000)
        assert len(found) > 1
        assert "".join(found).replace(" ", "") == "lamp" * 1_000
        assert {word for sentence in found for word in sentence.split()} == {"lamp"}

    @pytest.mark.parametrize(
        "dateline",
        [
            "LEEDS, England, May 2, 2024 (BUSINESS WIRE) -- ",
            "LEEDS, May 2 (Reuters) - ",
            "(Bloomberg) -- ",
            "SAN FRANCISCO, Nov. 3, 2023 /PRNewswire/ -- ",
            "Leeds, May 2 (Reuters) – ",
        ],
    )
    def test_begin_after_the_dateline(self, dateline: str) -> None:
        assert sentences(f"{dateline}{NEWS}") == [NEWS]


class TestPlaces:
    def test_a_title_comes_first_and_is_no_lead(self) -> None:
        text = f"{NEWS} Alder led it.\nIt sells lamps."
        assert places(text, title="Nimbora raises money. Again!") == [
            Place.TITLE,
            Place.TITLE,
            Place.LEAD,
            Place.BODY,
            Place.BODY,
        ]

    def test_a_quote_of_the_title_counts_from_its_start(self) -> None:
        article = Article(NEWS, title="“Nimbora” raises money")
        page = lay_out(article)
        title, lead = (page.quote(s.start, s.end) for s in page.sentences)
        assert (title.part, title.start, title.text) == (Part.TITLE, 0, "“Nimbora” raises money")
        assert (lead.part, lead.start, lead.text) == (Part.TEXT, 0, NEWS)

    @pytest.mark.parametrize(
        "line",
        [
            "To contact the reporter on this story: Ann Adair in Leeds",
            "Read more: Ravelon raises $9 million",
            "Sign up for our newsletter",
            "Reporting by Ann Adair; editing by Bo Bose",
            "Related: Ravelon raises $9 million",
            "© 2024 Lamp News. All rights reserved.",
            "(Updates with a comment of Nimbora)",
            "Photo: Nimbora",
            "Advertisement",
        ],
    )
    def test_a_line_of_the_page_is_furniture_and_the_story_goes_on_after_it(
        self, line: str
    ) -> None:
        found = places(f"{line}\n{NEWS}\n{line}\nIt sells lamps.")
        assert found.count(Place.FURNITURE) >= 2
        assert [place for place in found if place is not Place.FURNITURE] == [
            Place.LEAD,
            Place.BODY,
        ]

    @pytest.mark.parametrize(
        "line",
        [
            "About Nimbora",
            "Forward-Looking Statements",
            "Cautionary Note Regarding Forward-Looking Statements",
            "More from Lamp News:",
            "Media contact:",
        ],
    )
    def test_from_the_boilerplate_on_all_is_furniture(self, line: str) -> None:
        found = places(f"{NEWS}\n{line}\nRavelon raised $9 million.\nIt sells lamps.")
        assert found == [Place.LEAD, *[Place.FURNITURE] * (len(found) - 1)]

    @pytest.mark.parametrize(
        "line",
        [
            "About 40 people work for Nimbora.",
            "About half of the money is for hiring, Nimbora said.",
            "By then Nimbora had sold a million lamps.",
        ],
    )
    def test_a_sentence_that_only_begins_like_furniture_is_none(self, line: str) -> None:
        assert places(f"{NEWS}\n{line}") == [Place.LEAD, Place.BODY]
