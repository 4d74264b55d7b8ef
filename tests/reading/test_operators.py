"""What the words around a deal do to it: denied, called off, hoped for, past, of others, none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.claims.vocabulary import Basis, Qualifier, RoundType, Stage, UseOfProceeds
from app.reading.reading import Deal
from tests.reading.reads import all_news, amount, news, reading, roles, valuation

TALKS = "Nimbora is in talks to raise $40 million, people familiar with the matter said."
RAISED = "Nimbora has raised $40 million."


def told(text: str, title: str | None = None) -> Deal:
    return news(reading(text, title=title))


def asides(text: str) -> dict[str, Decimal | None]:
    """The companies and amounts of what is told as background."""
    return {d.company.name: amount(d) for d in reading(text).deals if d.background}


class TestDenial:
    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora denied the report.",
            "Nimbora has denied that it is in talks.",
            "A spokesman for Nimbora denied it.",
            "Nimbora called the report untrue.",
            "The report is false, Nimbora said.",
            "Nimbora said it is not raising money.",
            "There are no talks with investors, Nimbora said.",
        ],
    )
    def test_denies_the_talks_and_keeps_what_they_were_said_to_be(self, words: str) -> None:
        deal = told(f"{TALKS} {words}")
        assert (deal.stage.denied, amount(deal)) == (True, 40)

    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora has denied that it is in talks to raise $40 million.",
            "A spokesman for Nimbora denied that it is in talks to raise $40 million.",
            "Nimbora said it is not in talks to sell itself to Zentio.",
            "Nimbora is not for sale, its chief executive said.",
        ],
    )
    def test_alone_tells_of_the_deal_that_is_denied(self, words: str) -> None:
        deal = told(words)
        assert (deal.company.name, deal.stage.denied) == ("Nimbora", True)

    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora declined to comment.",
            "A spokeswoman for Nimbora declined to comment.",
            "Nimbora did not respond to a request for comment.",
            "Representatives of Nimbora did not immediately reply to messages.",
            "Nimbora would not say whether the report was true.",
            "Nimbora has denied wrongdoing in a dispute over its lamps.",
        ],
    )
    def test_is_not_what_only_declines_to_comment_or_is_about_other_matters(
        self, words: str
    ) -> None:
        deal = told(f"{TALKS} {words}")
        assert (deal.stage.stage, deal.stage.denied) == (Stage.IN_TALKS, False)

    def test_of_another_company_denies_nothing_here(self) -> None:
        deal = told(f"{RAISED} Quillow denied reports that it is for sale.")
        assert (deal.stage.stage, deal.stage.denied) == (Stage.CLOSED, False)


OFF = (Stage.WITHDRAWN, Stage.FAILED, Stage.POSTPONED)


class TestEnd:
    @pytest.mark.parametrize(
        "words",
        [
            "Nimbora has called off talks to raise $40 million.",
            "Nimbora has abandoned its plan to raise $40 million.",
            "Nimbora has shelved a $40 million round.",
            "Nimbora has failed to raise $40 million.",
            "Nimbora is no longer in talks to raise $40 million.",
            "Zentio has dropped its $40 million bid for Nimbora.",
            "Nimbora's talks to raise $40 million have collapsed.",
        ],
    )
    def test_of_a_deal_is_told_with_what_it_was_to_be(self, words: str) -> None:
        deal = told(words)
        assert deal.company.name == "Nimbora"
        assert deal.stage.stage in OFF
        assert amount(deal) == 40

    def test_may_be_told_in_a_sentence_of_its_own(self) -> None:
        assert told(f"{TALKS} The talks have since collapsed.").stage.stage in OFF

    @pytest.mark.parametrize(
        "words",
        [
            "The talks could still fall apart.",
            "Talks may yet collapse.",
            "There is no guarantee that a deal will be reached.",
            "No final decision has been made, and the plans could change.",
            "The terms are not final.",
        ],
    )
    def test_that_is_only_possible_ends_nothing(self, words: str) -> None:
        assert told(f"{TALKS} {words}").stage.stage is Stage.IN_TALKS

    def test_of_one_investors_part_is_not_the_end_of_the_deal(self) -> None:
        deal = told(f"{TALKS} Birch Ventures has walked away from the talks.")
        assert deal.stage.stage is Stage.IN_TALKS
        assert "Birch Ventures" not in roles(deal)

    def test_of_another_companys_deal_ends_nothing_here(self) -> None:
        deal = told(f"{RAISED} Quillow has abandoned its plan to go public.")
        assert (deal.company.name, deal.stage.stage) == ("Nimbora", Stage.CLOSED)


class TestStage:
    @pytest.mark.parametrize(
        ("words", "stage"),
        [
            ("Nimbora is considering raising $40 million.", Stage.EXPLORING),
            ("Nimbora is weighing a sale, people familiar with the matter said.", Stage.EXPLORING),
            ("Nimbora may raise $40 million.", Stage.EXPLORING),
            ("Nimbora is in talks to raise $40 million.", Stage.IN_TALKS),
            ("Nimbora is said to be in talks to raise $40 million.", Stage.IN_TALKS),
            ("Nimbora is seeking to raise $40 million.", Stage.IN_TALKS),
            ("Nimbora is close to raising $40 million.", Stage.IN_TALKS),
            ("Nimbora is reportedly raising $40 million.", Stage.IN_TALKS),
            ("Nimbora is expected to raise $40 million.", Stage.IN_TALKS),
            ("Nimbora has signed a term sheet to raise $40 million.", Stage.TERM_SHEET),
            ("Zentio has agreed to buy Nimbora for $40 million.", Stage.SIGNED),
            ("Zentio will acquire Nimbora for $40 million.", Stage.SIGNED),
            ("Nimbora is being acquired by Zentio for $40 million.", Stage.SIGNED),
            ("Nimbora has raised $40 million.", Stage.CLOSED),
            ("Nimbora closed a $40 million round.", Stage.CLOSED),
            ("Zentio has acquired Nimbora for $40 million.", Stage.CLOSED),
        ],
    )
    def test_is_told_by_the_verb(self, words: str, stage: Stage) -> None:
        assert told(words).stage.stage is stage

    def test_of_the_news_is_told_by_its_lead_and_not_by_an_outlook_after_it(self) -> None:
        text = f"{RAISED} It is in talks to open a plant and may raise more next year."
        assert told(text).stage.stage is Stage.CLOSED


class TestBackground:
    @pytest.mark.parametrize(
        "words",
        [
            "It previously raised $15 million in 2021.",
            "Last year, it raised $15 million.",
            "It raised $15 million last year.",
            "In 2021, the company raised $15 million.",
            "Nimbora last raised money in 2021, when it took in $15 million.",
        ],
    )
    def test_is_what_is_told_as_past(self, words: str) -> None:
        text = f"{RAISED} {words}"
        assert amount(told(text)) == 40
        assert asides(text).get("Nimbora") in (15, None)

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora has raised $40 million, after it raised $15 million last year.",
            "Nimbora has raised $40 million, a year after its $15 million Series A.",
            "Nimbora has raised $40 million. Nimbora had raised $15 million a year earlier.",
        ],
    )
    def test_is_what_a_clause_beside_the_news_tells(self, text: str) -> None:
        assert amount(told(text)) == 40

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora said it had raised $40 million.",
            "Nimbora said on Monday that it had raised $40 million in a Series B.",
            "Nimbora announced that it had closed a $40 million round.",
        ],
    )
    def test_is_not_the_past_tense_of_reported_speech(self, text: str) -> None:
        deal = told(text)
        assert (deal.stage.stage, amount(deal)) == (Stage.CLOSED, 40)

    @pytest.mark.parametrize(
        "words",
        [
            "It has raised $75 million to date.",
            "It has now raised a total of $75 million.",
            "The round brings its total funding to $75 million.",
            "Nimbora's total funding is now $75 million.",
        ],
    )
    def test_is_a_total_of_all_rounds(self, words: str) -> None:
        assert amount(told(f"{RAISED} {words}")) == 40

    def test_is_a_total_in_the_clause_of_the_news(self) -> None:
        text = "Nimbora has raised $40 million, bringing its total funding to $75 million."
        assert amount(told(text)) == 40

    @pytest.mark.parametrize(
        "words",
        [
            "Its rival Quillow raised $90 million in March.",
            "Quillow raised $90 million last year.",
            "The round is the largest in Leeds since Quillow raised $90 million in 2019.",
        ],
    )
    def test_is_the_round_of_a_rival(self, words: str) -> None:
        text = f"{RAISED} {words}"
        deal = told(text)
        assert (deal.company.name, amount(deal)) == ("Nimbora", 40)
        assert asides(text) in ({}, {"Quillow": 90})

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora has raised $40 million at a $300 million valuation, up from $120 million a"
            " year ago.",
            "Nimbora has raised $40 million at a valuation of $300 million, compared with $120"
            " million in 2021.",
            f"{RAISED} The round values it at $300 million. It was valued at $120 million in 2021.",
            "Nimbora has raised $40 million at a valuation of $300 million, more than double the"
            " $120 million of 2021.",
        ],
    )
    def test_is_the_value_that_the_new_one_is_compared_with(self, text: str) -> None:
        assert valuation(told(text)) == 300


class TestNoDeal:
    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora reported quarterly revenue of $40 million, up 12% from a year earlier.",
            "Nimbora's net income rose to $40 million in the second quarter.",
            "Nimbora has raised its forecast for revenue to $400 million.",
            "Nimbora raised the price of its lamp to $40.",
            "Alder Capital has raised $400 million for its third fund.",
            "Alder Capital has closed a $400 million fund to back early-stage start-ups.",
            "Nimbora will buy back $40 million of its shares.",
            "Nimbora paid a dividend of $40 million.",
            "Nimbora has been fined $40 million by the Federal Trade Commission.",
            "A jury ordered Nimbora to pay Quillow $40 million in damages.",
            "Quillow sued Nimbora for $40 million, accusing it of copying its lamp.",
            "Lamp start-ups raised $4 billion in the first quarter, according to PitchBook.",
            "Venture funding of lamp start-ups fell to $4 billion last year.",
            "Nimbora plans to spend $400 million on data centers this year.",
            "Nimbora will invest $400 million in a new plant in Leeds.",
            "Nimbora signed a $40 million deal to supply lamps to Quillow.",
            "Nimbora's market value rose to $40 billion.",
            "Nimbora donated $40 million to a school in Leeds.",
            "Nimbora has laid off 40 people to save $4 million.",
        ],
    )
    def test_is_told_by_other_money(self, text: str) -> None:
        assert all_news(reading(text)) == []

    def test_is_told_by_money_of_a_company_that_has_raised_before(self) -> None:
        text = "Nimbora reported revenue of $40 million. It raised $15 million two years ago."
        assert all_news(reading(text)) == []


class TestParts:
    def test_equity_and_debt_are_two_deals_if_their_sum_is_told(self) -> None:
        text = (
            "Nimbora has raised $100 million, made up of $40 million in equity and $60 million in"
            " debt."
        )
        found = [(d.round.term, amount(d)) for d in all_news(reading(text)) if d.round]
        assert found == [(RoundType.VENTURE_UNSPECIFIED, 40), (RoundType.DEBT_UNSPECIFIED, 60)]

    def test_a_loan_is_lent(self) -> None:
        deal = told("Nimbora has secured a $60 million loan from Alder Bank.")
        assert deal.round is not None
        assert deal.round.term is RoundType.DEBT_UNSPECIFIED
        assert set(roles(deal)) == {"Alder Bank"}

    def test_a_grant_is_no_round(self) -> None:
        deal = told("Nimbora has received a $4 million grant from the Department of Energy.")
        assert deal.round is not None
        assert deal.round.term is RoundType.GRANT

    def test_who_is_told_first_is_the_news_of_two(self) -> None:
        text = f"{RAISED} Separately, Quillow said it had bought Ravelon for $9 million."
        assert told(text).company.name == "Nimbora"
        assert asides(text) == {"Ravelon": 9}


class TestFigures:
    @pytest.mark.parametrize(
        ("words", "qualifier", "low", "high", "stated"),
        [
            ("$40 million", Qualifier.EXACT, None, None, 40),
            ("about $40 million", Qualifier.APPROXIMATELY, None, None, 40),
            ("up to $40 million", Qualifier.UP_TO, None, 40, None),
            ("as much as $40 million", Qualifier.UP_TO, None, 40, None),
            ("at least $40 million", Qualifier.AT_LEAST, 40, None, None),
            ("more than $40 million", Qualifier.MORE_THAN, 40, None, None),
            ("between $30 million and $40 million", Qualifier.BETWEEN, 30, 40, None),
            ("$30 million to $40 million", Qualifier.BETWEEN, 30, 40, None),
        ],
    )
    def test_are_what_their_words_say(
        self,
        words: str,
        qualifier: Qualifier,
        low: int | None,
        high: int | None,
        stated: int | None,
    ) -> None:
        (found,) = told(f"Nimbora is in talks to raise {words}.").amounts
        ends = (found.figure.low, found.figure.high, found.figure.stated)
        assert found.figure.qualifier is qualifier
        assert ends == tuple(n and Decimal(n * 1_000_000) for n in (low, high, stated))

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora is in talks to raise up to $40 million. The $40 million would be for hiring.",
            "Nimbora wants $40 million. It may raise up to $40 million, people said.",
        ],
    )
    def test_once_said_to_be_a_limit_are_one(self, text: str) -> None:
        (found,) = told(text, title="Nimbora in talks to raise $40 million").amounts
        assert found.figure.qualifier is Qualifier.UP_TO
        assert "up to" in found.quote.text

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora has raised 30 million euros ($33 million).",
            "Nimbora has raised €30 million, or about $33 million, in a Series A.",
            "Nimbora has raised €30 million ($33 million) in a Series A. The $33 million are for"
            " hiring.",
        ],
    )
    def test_restated_in_another_currency_are_one_in_the_deals_own(self, text: str) -> None:
        (found,) = told(text).amounts
        assert (found.figure.currency, found.figure.stated) == ("EUR", Decimal(30_000_000))

    @pytest.mark.parametrize(
        ("text", "basis"),
        [
            (f"{RAISED[:-1]} at a pre-money valuation of $240 million.", Basis.PRE_MONEY),
            (f"{RAISED[:-1]} at a $240 million pre-money valuation.", Basis.PRE_MONEY),
            (f"{RAISED[:-1]} at a post-money valuation of $240 million.", Basis.POST_MONEY),
            (
                f"{RAISED} It values Nimbora at $240 million, including the new money.",
                Basis.POST_MONEY,
            ),
            (f"{RAISED[:-1]} at a valuation of $240 million.", Basis.UNSPECIFIED),
        ],
    )
    def test_of_value_are_before_or_after_the_money(self, text: str, basis: Basis) -> None:
        deal = told(text)
        assert (amount(deal), valuation(deal)) == (40, 240)
        assert deal.valuations[0].basis is basis

    @pytest.mark.parametrize(
        "words", ["40 people", "$40 a month", "40%", "40 lamps", "a $40 ticket", "2040"]
    )
    def test_that_are_no_sum_of_a_deal_are_none(self, words: str) -> None:
        assert amount(told(f"Nimbora has raised money in a Series B. It sells to {words}.")) is None


class TestListing:
    @pytest.mark.parametrize(
        ("text", "stage"),
        [
            ("Nimbora has filed confidentially for an initial public offering.", Stage.SIGNED),
            ("Nimbora has filed for an initial public offering.", Stage.SIGNED),
            ("Nimbora is considering an initial public offering next year.", Stage.EXPLORING),
            (
                "Nimbora priced its initial public offering at $20 a share, raising $400 million.",
                Stage.CLOSED,
            ),
            ("Nimbora has shelved its initial public offering.", Stage.WITHDRAWN),
            ("Nimbora has withdrawn its plans for an initial public offering.", Stage.WITHDRAWN),
        ],
    )
    def test_is_filed_priced_or_withdrawn(self, text: str, stage: Stage) -> None:
        deal = told(text)
        assert deal.round is not None
        assert deal.round.term is RoundType.IPO
        assert deal.stage.stage is stage

    def test_raises_what_it_raises_and_not_the_price_of_a_share(self) -> None:
        text = "Nimbora priced its initial public offering at $20 a share, raising $400 million."
        assert amount(told(text)) == 400


class TestTender:
    def test_is_a_sale_of_shares_of_employees_at_a_price(self) -> None:
        deal = told(
            "Nimbora is in talks to let employees sell $40 million of shares in a tender offer that"
            " values it at $2 billion."
        )
        assert deal.round is not None
        assert deal.round.term in (RoundType.TENDER_OFFER, RoundType.SECONDARY)
        assert (amount(deal), valuation(deal)) == (40, 2_000)
        assert deal.valuations[0].basis is Basis.TENDER_PRICE


class TestWhatIsToldBeside:
    @pytest.mark.parametrize(
        ("text", "paid"),
        [
            (
                "Zentio has agreed to buy Nimbora, which raised $15 million last year,"
                " for $90 million.",
                90,
            ),
            ("Nimbora, which raised $15 million last year, has raised $40 million.", 40),
            ("Nimbora has filed for an IPO that could raise $40 million.", 40),
            ("Nimbora has postponed its IPO, which was to raise $40 million.", 40),
        ],
    )
    def test_an_aside_takes_no_sum_from_the_deal_and_gives_it_none(
        self, text: str, paid: int
    ) -> None:
        deal = told(text)
        assert (deal.company.name, amount(deal)) == ("Nimbora", paid)

    def test_the_valuation_of_a_rival_is_not_the_companys(self) -> None:
        deal = told(
            "Nimbora has raised $40 million to take on Quillow, which is valued at $3 billion."
        )
        assert (amount(deal), valuation(deal)) == (40, None)

    def test_equity_and_debt_told_in_one_breath_are_two_deals(self) -> None:
        deals = all_news(
            reading("Nimbora has raised $40 million in equity and $60 million in debt.")
        )
        assert [amount(deal) for deal in deals] == [40, 60]

    def test_money_raised_in_a_listing_is_a_listing(self) -> None:
        deal = told("Nimbora raised $40 million in its initial public offering.")
        assert deal.round is not None
        assert deal.round.term is RoundType.IPO

    def test_what_is_filed_for_is_decided_whatever_it_could_raise(self) -> None:
        deal = told("Nimbora has filed for an IPO that could raise $40 million.")
        assert deal.stage.stage is Stage.SIGNED

    def test_a_refused_takeover_ends_no_round(self) -> None:
        deal = told(
            "Nimbora said it had closed a $40 million funding round, weeks after it turned down"
            " a takeover offer from Zentio."
        )
        assert (deal.stage.stage, amount(deal)) == (Stage.CLOSED, 40)

    @pytest.mark.parametrize(
        "text",
        [
            "Nimbora has won a five-year contract worth up to $40 million from the Coast Guard.",
            "Nimbora has agreed to buy 20 Quillow jets for $40 million.",
            "Zentio has sold its stake to Quillow.",
            "Nimbora Capital has raised $40 million for a new expansion-stage fund.",
        ],
    )
    def test_contracts_goods_holdings_and_funds_are_no_deals(self, text: str) -> None:
        assert all_news(reading(text)) == []


class TestNames:
    @pytest.mark.parametrize(
        "name", ["n8n", "Humans&", "7AI", "May Mobility", "Third Wave Coffee", "1X Technologies"]
    )
    def test_of_unusual_form_are_names(self, name: str) -> None:
        deal = told(
            f"{name} has raised $40 million, it said. The round was led by Zentio Ventures."
            f" {name} makes software.",
            title=f"{name} raises $40 million",
        )
        assert (deal.company.name, amount(deal)) == (name, 40)

    def test_a_small_one_is_told_by_what_a_startup_does(self) -> None:
        deal = told("The startup quillow raised $40 million, it said. Rivals of quillow are many.")
        assert deal.company.name == "quillow"

    def test_a_chief_executive_makes_no_person_of_the_company(self) -> None:
        deal = told(
            "Moore Threads's chief executive said it has raised $40 million.",
            title="Moore Threads raises $40 million, CEO says",
        )
        assert deal.company.name == "Moore Threads"


class TestUses:
    def test_of_no_kind_of_ours_is_told_in_the_articles_words(self) -> None:
        deal = told(f"{RAISED} It will use the money to obtain a US banking licence.")
        (use,) = deal.uses
        assert (use.term, use.words) == (
            UseOfProceeds.UNSPECIFIED,
            "obtain a US banking licence",
        )

    def test_of_a_kind_is_told_by_its_kind(self) -> None:
        deal = told(f"{RAISED} It will use the money to hire 40 engineers.")
        assert [use.term for use in deal.uses] == [UseOfProceeds.HIRING]
