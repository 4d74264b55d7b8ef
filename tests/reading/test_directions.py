"""Who is what in a deal: whose round it is, who invests, who buys what of whom."""

from __future__ import annotations

import pytest

from app.claims.vocabulary import Role, RoundType
from app.reading.reading import Deal
from tests.reading.reads import all_news, amount, news, reading, roles


def told(text: str, title: str | None = None) -> Deal:
    return news(reading(text, title=title))


def company(text: str, title: str | None = None) -> str:
    return told(text, title).company.name


def with_role(deal: Deal, *wanted: Role) -> set[str]:
    return {name for name, role in roles(deal).items() if role in wanted}


class TestPurchase:
    @pytest.mark.parametrize(
        "words",
        [
            "Zentio has acquired Nimbora for $90 million.",
            "Zentio acquires Nimbora for $90 million.",
            "Zentio is buying Nimbora for $90 million.",
            "Zentio has agreed to buy Nimbora for $90 million.",
            "Zentio said it would acquire Nimbora for $90 million.",
            "Nimbora was acquired by Zentio for $90 million.",
            "Nimbora has been bought by Zentio for $90 million.",
            "Nimbora has agreed to be acquired by Zentio for $90 million.",
            "Zentio announced the acquisition of Nimbora for $90 million.",
            "Zentio completed its $90 million acquisition of Nimbora.",
            "Zentio is in talks to acquire Nimbora for $90 million, people familiar with the"
            " matter said.",
            "Nimbora is being acquired by Zentio for $90 million.",
        ],
    )
    def test_the_target_is_the_company_and_the_buyer_acquires_it(self, words: str) -> None:
        deal = told(words)
        assert deal.company.name == "Nimbora"
        assert with_role(deal, Role.ACQUIRER) == {"Zentio"}
        assert amount(deal) == 90
        assert deal.round is not None
        assert deal.round.term is RoundType.ACQUISITION

    @pytest.mark.parametrize(
        "words",
        [
            "Quillow Group has sold Nimbora to Zentio for $90 million.",
            "Quillow Group agreed to sell Nimbora to Zentio for $90 million.",
            "Quillow Group is selling Nimbora to Zentio for $90 million.",
        ],
    )
    def test_the_seller_sells_what_the_buyer_buys(self, words: str) -> None:
        deal = told(words)
        assert deal.company.name == "Nimbora"
        assert with_role(deal, Role.ACQUIRER) == {"Zentio"}
        assert with_role(deal, Role.LEAD, Role.CO_LEAD, Role.PARTICIPANT) == set()

    @pytest.mark.parametrize(
        "words",
        [
            "Zentio has bought a 20% stake in Nimbora for $90 million.",
            "Zentio has agreed to buy a minority stake in Nimbora for $90 million.",
            "Zentio is in talks to take a stake in Nimbora for $90 million.",
        ],
    )
    def test_a_stake_is_taken_in_the_company(self, words: str) -> None:
        deal = told(words)
        assert deal.company.name == "Nimbora"
        assert "Zentio" in roles(deal)
        assert deal.round is not None
        assert deal.round.term is RoundType.STRATEGIC_CORPORATE

    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora has agreed to merge with Quillow in a $90 million deal.",
            "Nimbora and Quillow have agreed to merge in a $90 million deal.",
            "Nimbora is in talks to merge with Quillow.",
        ],
    )
    def test_a_merger_is_one_deal_of_two(self, words: str) -> None:
        deal = told(words)
        assert deal.round is not None
        assert deal.round.term is RoundType.MERGER
        assert {deal.company.name, *roles(deal)} == {"Nimbora", "Quillow"}

    def test_a_pronoun_in_the_passive_is_the_target_told_before(self) -> None:
        text = "Nimbora makes lamps. It has been acquired by Zentio for $90 million."
        deal = told(text, title="Nimbora is sold")
        assert deal.company.name == "Nimbora"
        assert with_role(deal, Role.ACQUIRER) == {"Zentio"}


class TestRound:
    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora has raised $40 million.",
            "Nimbora raises $40 million in a Series B.",
            "Nimbora secured $40 million in fresh funding.",
            "Nimbora closed a $40 million round.",
            "Nimbora is in talks to raise $40 million.",
            "Nimbora announced a $40 million Series B.",
            "Nimbora's $40 million Series B has closed.",
            "Lamp maker Nimbora has raised $40 million.",
            "Nimbora, a maker of lamps, has raised $40 million.",
            "Nimbora Inc. has raised $40 million.",
            "Founded in 2019 by two engineers, Nimbora has raised $40 million.",
        ],
    )
    def test_the_company_is_whose_round_it_is(self, words: str) -> None:
        assert (company(words), amount(told(words))) == ("Nimbora", 40)

    @pytest.mark.parametrize(
        "words",
        [
            "Alder Capital has invested $40 million in Nimbora.",
            "Alder Capital is investing $40 million in Nimbora.",
            "Alder Capital plans to invest $40 million in Nimbora.",
            "Alder Capital is in talks to invest $40 million in Nimbora.",
            "Alder Capital leads Nimbora's $40 million round.",
            "Alder Capital led a $40 million round in Nimbora.",
            "Alder Capital is in talks to lead a $40 million round for Nimbora.",
            "Nimbora has raised $40 million in a round led by Alder Capital.",
            "Nimbora raised $40 million from Alder Capital.",
            "Nimbora is in talks with Alder Capital to raise $40 million.",
            "Nimbora received a $40 million investment from Alder Capital.",
        ],
    )
    def test_the_investor_is_never_the_company(self, words: str) -> None:
        deal = told(words)
        assert (deal.company.name, amount(deal)) == ("Nimbora", 40)
        assert "Nimbora" not in roles(deal)

    @pytest.mark.parametrize(
        ("words", "role"),
        [
            ("Alder Capital leads Nimbora's $40 million round.", Role.LEAD),
            ("Nimbora has raised $40 million in a round led by Alder Capital.", Role.LEAD),
            ("Nimbora's $40 million round was led by Alder Capital.", Role.LEAD),
            ("Nimbora has raised $40 million. Alder Capital led the round.", Role.LEAD),
            (
                "Nimbora raised $40 million from investors including Alder Capital.",
                Role.PARTICIPANT,
            ),
            ("Nimbora raised $40 million with participation from Alder Capital.", Role.PARTICIPANT),
            ("Nimbora has raised $40 million from Alder Capital.", Role.PARTICIPANT),
        ],
    )
    def test_who_leads_and_who_joins(self, words: str, role: Role) -> None:
        assert roles(told(words)) == {"Alder Capital": role}

    def test_a_known_company_may_invest_in_another(self) -> None:
        deal = told("Microsoft has invested $40 million in Nimbora.")
        assert deal.company.name == "Nimbora"
        assert "Microsoft" in roles(deal)

    def test_the_company_of_a_known_name_is_the_one_of_the_database(self) -> None:
        deal = told("Anthropic has raised $40 million from Amazon.")
        assert (deal.company.name, deal.company.slug) == ("Anthropic", "anthropic")

    def test_an_unknown_company_has_no_slug(self) -> None:
        assert told("Nimbora has raised $40 million.").company.slug is None


class TestOtherWordsForTheCompany:
    @pytest.mark.parametrize(
        "words",
        [
            "It has raised $40 million.",
            "The startup has raised $40 million.",
            "The company has raised $40 million.",
            "The Leeds-based firm has raised $40 million.",
            "Its $40 million round was led by Alder Capital.",
            "Alder Capital led the company's $40 million round.",
        ],
    )
    def test_mean_whom_the_article_is_about(self, words: str) -> None:
        assert company(f"Nimbora makes lamps in Leeds. {words}", title="Nimbora grows") == "Nimbora"

    @pytest.mark.parametrize(
        "words",
        [
            "The ChatGPT maker is in talks to raise $40 billion.",
            "The ChatGPT-maker is in talks to raise $40 billion.",
            "The maker of ChatGPT is in talks to raise $40 billion.",
        ],
    )
    def test_by_its_product_mean_the_maker(self, words: str) -> None:
        assert company(f"{words} OpenAI declined to comment.") == "OpenAI"

    def test_name_no_company_if_the_article_never_does(self) -> None:
        assert reading("The ChatGPT maker is in talks to raise $40 billion.").deals == ()


class TestPersons:
    @pytest.mark.parametrize(
        "words",
        [
            "Ilya Sutskever has raised $40 million for his new start-up, Nimbora.",
            "Nimbora, founded by Ilya Sutskever, has raised $40 million.",
            "Ilya Sutskever's Nimbora has raised $40 million.",
            "Nimbora, the start-up of Ilya Sutskever, is in talks to raise $40 million.",
        ],
    )
    def test_raise_for_their_venture(self, words: str) -> None:
        assert company(words) == "Nimbora"

    def test_who_lead_a_company_do_not_invest_in_it(self) -> None:
        text = "Nimbora has raised $40 million, chief executive John Adair said."
        assert roles(told(text)) == {}


class TestSeveralCompanies:
    def test_a_rival_in_the_sentence_raises_nothing(self) -> None:
        text = "Nimbora, a rival of Quillow, has raised $40 million."
        assert [deal.company.name for deal in reading(text).deals] == ["Nimbora"]

    def test_two_raise_each_its_own_sum(self) -> None:
        text = "Nimbora raised $40 million, while Quillow raised $25 million."
        found = {deal.company.name: amount(deal) for deal in reading(text).deals}
        assert found == {"Nimbora": 40, "Quillow": 25}

    def test_who_is_compared_with_raises_nothing_here(self) -> None:
        text = "Nimbora has raised $40 million, more than Quillow."
        deal = told(text)
        assert (deal.company.name, amount(deal)) == ("Nimbora", 40)

    def test_a_former_employer_is_not_the_company(self) -> None:
        text = "Nimbora, founded by two former engineers of Google, has raised $40 million."
        deal = told(text)
        assert (deal.company.name, roles(deal)) == ("Nimbora", {})

    def test_a_customer_is_not_an_investor(self) -> None:
        text = "Nimbora has raised $40 million. Its customers include Quillow and Ravelon."
        assert roles(told(text)) == {}

    def test_the_parent_of_the_investor_is_not_the_company(self) -> None:
        text = "Nimbora has raised $40 million in a round led by GV, the venture arm of Alphabet."
        assert company(text) == "Nimbora"

    def test_each_paragraph_of_a_roundup_has_its_own_company(self) -> None:
        text = (
            "Nimbora raised $40 million in a Series B led by Alder Capital.\n"
            "Quillow raised $25 million in a Series A led by Birch Ventures.\n"
            "Ravelon raised $9 million in seed funding led by Cedar Partners.\n"
        )
        found = all_news(reading(text, title="Funding roundup: the deals of the week"))
        assert {deal.company.name: (amount(deal), *roles(deal)) for deal in found} == {
            "Nimbora": (40, "Alder Capital"),
            "Quillow": (25, "Birch Ventures"),
            "Ravelon": (9, "Cedar Partners"),
        }
