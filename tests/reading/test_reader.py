"""The reader tells what an article says, with the words that say it, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    Modality,
    Qualifier,
    Role,
    Stage,
    Unit,
    UseOfProceeds,
)
from app.reading.evidence import checked
from app.reading.reader import read
from app.reading.reading import Article, Participant, Reading
from benchmarks.reading.gold import Labelled, labelled_texts
from tests.reading.reads import known, news, reading, roles

HERE = Path(__file__).parent
ARTICLES = [
    text
    for file in ("tune.jsonl", "tune2.jsonl")
    for text in labelled_texts(HERE / "articles" / file)
]


@cache
def of_seed() -> Reading:
    return reading((HERE / "seed.txt").read_text("utf-8"))


class TestSeedText:
    """The text that started it: a report of early talks, with much speculation."""

    @pytest.fixture
    def told(self) -> Reading:
        return of_seed()

    def test_there_is_one_deal_in_talks_of_a_known_company(self, told: Reading) -> None:
        (deal,) = told.deals
        assert (deal.company.name, deal.company.slug) == ("OpenAI", "openai")
        assert (deal.stage.stage, deal.stage.denied) == (Stage.IN_TALKS, False)
        assert deal.stage.modality is Modality.NEGOTIATION
        assert not deal.background

    def test_a_limit_is_a_limit_and_an_estimate_an_estimate(self, told: Reading) -> None:
        (amount,) = news(told).amounts
        assert amount.facet is AmountFacet.TARGET
        assert amount.figure.qualifier is Qualifier.UP_TO
        assert (amount.figure.low, amount.figure.high) == (None, Decimal(100_000_000_000))
        (valuation,) = news(told).valuations
        assert valuation.figure.qualifier is Qualifier.APPROXIMATELY
        assert valuation.figure.stated == Decimal(750_000_000_000)
        assert valuation.basis is Basis.UNSPECIFIED
        assert "the valuation's basis is not stated" in valuation.certainty.reasons

    def test_the_origin_is_the_outlet_that_reported_first(self, told: Reading) -> None:
        said = news(told).attribution
        assert said.origin is not None
        assert said.origin.name == "The Information"
        assert (said.exclusive, said.anonymous, said.anonymous_count) == (True, True, None)
        assert (said.party, said.filing) == (False, False)

    def test_what_the_money_is_for_is_only_speculation(self, told: Reading) -> None:
        uses = {use.term: use for use in news(told).uses}
        assert set(uses) == {
            UseOfProceeds.COMPUTE,
            UseOfProceeds.VERTICAL_INDUSTRIES,
            UseOfProceeds.GLOBAL_EXPANSION,
            UseOfProceeds.COMPLIANCE,
            UseOfProceeds.HIRING,
            UseOfProceeds.SAFETY_RESEARCH,
        }
        assert {use.modality for use in uses.values()} == {Modality.HYPOTHETICAL}

    def test_rivals_come_with_their_products(self, told: Reading) -> None:
        products = {r.rival.name: [p.name for p in r.products] for r in told.rivals}
        assert products == {
            "Google": ["Gemini"],
            "Anthropic": ["Claude"],
            "Microsoft": [],
            "Amazon": [],
            "Meta": [],
        }
        assert {rival.company.slug for rival in told.rivals} == {"openai"}

    def test_what_drives_the_business_is_told_by_product_or_service(self, told: Reading) -> None:
        drivers = [c.words for c in told.capabilities if c.term is Capability.BUSINESS_DRIVER]
        assert drivers == ["ChatGPT Plus", "API services", "multimodal models"]
        # The heading of an item is no company.
        assert {claim.company.slug for claim in told.capabilities} == {"openai"}

    def test_no_investor_is_made_up(self, told: Reading) -> None:
        assert news(told).participants == ()


class TestInvestors:
    def test_leaders_and_followers_are_told_across_sentences(self) -> None:
        told = reading(
            "Nimbora has raised $40 million in a Series B. Alder Capital led, and Birch Ventures"
            " joined. Others in the round were Cedar Partners and Dogwood Fund."
        )
        assert roles(news(told)) == {
            "Alder Capital": Role.LEAD,
            "Birch Ventures": Role.PARTICIPANT,
            "Cedar Partners": Role.PARTICIPANT,
            "Dogwood Fund": Role.PARTICIPANT,
        }

    def test_two_leaders_lead_together(self) -> None:
        told = reading(
            "Nimbora has raised $40 million. The round was co-led by Alder Capital and Birch"
            " Ventures, with participation from Cedar Partners."
        )
        assert roles(news(told)) == {
            "Alder Capital": Role.CO_LEAD,
            "Birch Ventures": Role.CO_LEAD,
            "Cedar Partners": Role.PARTICIPANT,
        }

    def test_last_years_leader_does_not_lead_this_round(self) -> None:
        told = reading(
            "Nimbora has raised $40 million in a round led by Alder Capital. Last year's $9 million"
            " round was led by Birch Ventures."
        )
        assert roles(news(told)) == {"Alder Capital": Role.LEAD}

    def test_what_one_puts_in_is_told_with_it(self) -> None:
        told = reading(
            "Nimbora has raised $40 million in a round led by Alder Capital. Birch Ventures"
            " contributed $15 million."
        )
        birch = part_of(told, "Birch Ventures")
        assert birch.figure is not None
        assert birch.figure.stated == Decimal(15_000_000)
        assert "$15 million" in birch.quote.text

    def test_who_only_talks_of_it_does_not_take_part_as_a_fact(self) -> None:
        told = reading(
            "Nimbora is in talks to raise $40 million, people familiar with the matter said."
            " Alder Capital is expected to lead the round. Birch Ventures is also in talks to join."
        )
        assert part_of(told, "Alder Capital").modality is Modality.EXPECTATION
        assert part_of(told, "Birch Ventures").modality is Modality.NEGOTIATION

    def test_who_sells_is_told_apart_from_who_buys(self) -> None:
        told = reading(
            "Nimbora Group has sold its payments unit, Zentio, to Alder Capital for $90 million."
        )
        assert news(told).company.name == "Zentio"
        assert roles(news(told)) == {"Alder Capital": Role.ACQUIRER, "Nimbora Group": Role.SELLER}


def part_of(told: Reading, name: str) -> Participant:
    return next(part for part in news(told).participants if part.investor.name == name)


class TestAttribution:
    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora is in talks to raise $40 million, the Financial Times reports.",
            "Nimbora is in talks to raise $4 million, says a report in the Financial Times.",
            "Nimbora is in talks to raise $4 million, the Financial Times said, citing two people.",
            "Nimbora is in talks to raise $40 million, two people told the Financial Times.",
        ],
    )
    def test_the_outlet_that_reports_it_is_the_origin(self, words: str) -> None:
        origin = news(reading(words)).attribution.origin
        assert origin is not None
        assert origin.name == "Financial Times"

    def test_the_publisher_is_not_its_own_origin(self) -> None:
        words = "Nimbora is in talks to raise $40 million, two people told the Financial Times."
        assert news(reading(words, publisher="Financial Times")).attribution.origin is None

    def test_the_agency_of_a_dateline_is_the_origin_if_no_publisher_is_given(self) -> None:
        words = "(Bloomberg) -- Nimbora is in talks to raise $4 million, people close to it said."
        origin = news(reading(words)).attribution.origin
        assert origin is not None
        assert origin.name == "Bloomberg"

    def test_a_company_that_announces_speaks_for_itself(self) -> None:
        said = news(reading("Nimbora said on Monday it has raised $40 million.")).attribution
        assert said.party
        assert said.origin is not None
        assert said.origin.name == "Nimbora"

    def test_sources_are_counted_where_their_number_is_told(self) -> None:
        words = "Nimbora is in talks to raise $40 million, according to three people briefed on it."
        said = news(reading(words)).attribution
        assert (said.anonymous, said.anonymous_count) == (True, 3)
        assert said.quote is not None
        assert "three people" in said.quote.text

    def test_a_hedge_is_told_in_the_words_of_the_article(self) -> None:
        words = "Nimbora is in talks on a round that could value Nimbora at $1 billion."
        hedge = news(reading(words)).attribution.hedge
        assert hedge is not None
        assert hedge in words


class TestRivals:
    @pytest.mark.parametrize(
        "words",
        [
            "It competes with Quillow and Ravelon.",
            "Quillow and Ravelon are its main competitors.",
            "Quillow and Ravelon are chasing the same customers.",
            "Quillow and Ravelon offer similar tools.",
        ],
    )
    def test_a_list_of_rivals_is_read_on_either_side_of_its_cue(self, words: str) -> None:
        told = reading(f"Nimbora has raised $40 million in a Series B. {words}")
        assert [rival.rival.name for rival in told.rivals] == ["Quillow", "Ravelon"]
        assert {rival.company.name for rival in told.rivals} == {"Nimbora"}


class TestUses:
    @pytest.mark.parametrize(
        ("words", "modality"),
        [
            ("The company plans to use the funds to hire engineers.", Modality.INTENTION),
            ("The funds are expected to be used to hire engineers.", Modality.EXPECTATION),
            ("The funds may be used to hire engineers.", Modality.HYPOTHETICAL),
        ],
    )
    def test_how_firmly_it_is_told_what_money_is_for(self, words: str, modality: Modality) -> None:
        (use,) = news(reading(f"Nimbora has raised $40 million. {words}")).uses
        assert (use.term, use.modality) == (UseOfProceeds.HIRING, modality)


class TestCapabilities:
    def test_a_measure_is_a_number_and_its_unit(self) -> None:
        told = reading("Nimbora has raised $40 million. Nimbora says its chip is 90% cheaper.")
        (claim,) = told.capabilities
        assert (claim.term, claim.figure, claim.unit) == (
            Capability.CHEAPER,
            Decimal(90),
            Unit.PERCENT,
        )

    def test_a_range_is_no_single_number(self) -> None:
        told = reading("Nimbora has raised $40 million. Nimbora delivers 2x-7x faster training.")
        (claim,) = told.capabilities
        assert (claim.term, claim.figure, claim.unit) == (Capability.MULTIPLE_FASTER, None, None)


class TestCertainty:
    def test_sums_that_compete_are_named(self) -> None:
        told = reading(
            "Nimbora has raised $40 million in a Series B led by Alder Capital.",
            title="Nimbora raises $35 million",
        )
        (amount,) = news(told).amounts
        assert any(
            reason.startswith("two amounts compete: ") and "$35 million" in reason
            for reason in amount.certainty.reasons
        )

    def test_what_is_told_plainly_and_twice_is_surer_than_what_is_told_once(self) -> None:
        once = news(reading("Nimbora might raise $40 million."))
        plain = news(
            reading(
                "Nimbora has raised $40 million in a Series B led by Alder Capital. The company"
                " closed the $40 million round on Monday.",
                title="Nimbora raises $40 million",
            )
        )
        assert plain.certainty.value > once.certainty.value

    @pytest.mark.parametrize("text", ARTICLES, ids=lambda text: text.id)
    def test_it_is_between_0_and_1_with_two_places(self, text: Labelled) -> None:
        for deal in read(text.article, known()).deals:
            fields = (deal, deal.stage, *deal.amounts, *deal.valuations, *deal.participants)
            for value in (field.certainty.value for field in fields):
                assert 0 <= value <= 1
                assert value.as_tuple().exponent == -2


PRIVATE = re.compile("[\ue000-\uf8ff]")


def assert_is_borne_out(article: Article) -> None:
    """Nothing in the reading is not in the article; and it is read the same again."""
    told = read(article, known())
    taken, dropped = checked(article, told)
    assert dropped == ()
    assert taken == told
    assert repr(read(article, known())) == repr(told)
    if not PRIVATE.search(f"{article.title}{article.text}"):
        assert "\\ue0" not in repr(told)


@pytest.mark.parametrize("text", ARTICLES, ids=lambda text: text.id)
def test_a_reading_holds_nothing_that_its_article_does_not(text: Labelled) -> None:
    assert_is_borne_out(text.article)


WORDS = st.sampled_from(
    [
        *("OpenAI", "Anthropic", "Gemini", "ChatGPT", "Nimbora", "Reuters", "Paris", "He", "It"),
        *(",", ".", ";", ":", "(", ")", "and", "raised", "talks", "to", "with", "said", "may"),
        *("$40 million", "€1.5bn", "up to $2 billion", "10x faster", "90% cheaper", "Series B"),
        *("in talks to raise", "led by", "participation from", "two people familiar with", "round"),
        *("competes with", "will use the funds to", "hire engineers", "rivals such as"),
        *("was acquired by", "The Information", "the company", "according to", "denied"),
        *("\n", "\n\n", "’s", "“", "”", "—", "🚀", "אב", "北京", "\ue001", "\ue002", "\u202e"),
        *("\u200b", "İ", "ß"),
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=60).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
    st.text(max_size=200),
)


@given(text=TEXTS, title=st.one_of(st.none(), TEXTS))
@settings(max_examples=400, deadline=None)
def test_whatever_the_text_a_reading_holds_nothing_else(text: str, title: str | None) -> None:
    assert_is_borne_out(Article(text, title=title))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 1_000_000,
        "OpenAI raised $1 billion, " * 40_000,
        "led by " * 150_000,
        "(" * 100_000,
        "X, which led, " * 70_000,
        "and OpenAI " * 90_000,
        "🚀" * 300_000,
        "\u202eאבג " * 200_000,
    ],
    ids=["empty", "no blanks", "one sum", "one cue", "brackets", "asides", "names", "emoji", "rtl"],
)
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert reading(text, title=text[:300]).version
