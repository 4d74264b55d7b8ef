"""The scorer of readings, on labels and readings made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Modality,
    Qualifier,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading.gazetteer import Entry
from app.reading.reading import (
    Amount,
    Attribution,
    Certainty,
    Deal,
    Figure,
    Named,
    Part,
    Participant,
    Quote,
    Reading,
    Rival,
    Round,
    Staged,
    Use,
    Valuation,
)
from benchmarks.reading import ours, report
from benchmarks.reading.gold import NotLabelled, labelled, labelled_texts
from benchmarks.reading.names import Names, bundled_gazetteer
from benchmarks.reading.records import Name, Sum
from benchmarks.reading.scoring import Score, Scored, score

QUOTE = Quote(Part.TEXT, 0, 0, "")
SURE = Certainty(Decimal(1))
NAMES = Names(
    (
        Entry("Meta", "meta", "Meta"),
        Entry("Facebook", "meta", "Meta"),
        Entry("Google", "google", "Google"),
        Entry("Google DeepMind", "google-deepmind", "Google DeepMind"),
    )
)

EVENT: Mapping[str, Any] = {
    "company": "Examplar",
    "round_type": "venture_unspecified",
    "status": "in_talks",
    "amount": {"low": 2e9, "high": 2e9, "currency": "USD", "qualifier": "exact"},
    "valuation": {
        "low": None,
        "high": 60000000000,
        "currency": "USD",
        "qualifier": "up_to",
        "basis": "unspecified",
    },
    "lead_investors": ["Thrive Capital"],
    "investors": ["Nvidia"],
    "date": None,
    "attributed_to": ["Financial Times"],
    "anonymous_sources": True,
}


def line(*events: Mapping[str, Any], **gold: Any) -> str:
    """A labelled text with ``events`` and whatever else its labels hold."""
    return json.dumps({"id": "t1", "text": "…", "gold": {"events": list(events), **gold}})


def figure(
    stated: float | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    qualifier: Qualifier = Qualifier.EXACT,
    currency: str = "USD",
) -> Figure:
    bounds = (None if bound is None else Decimal(bound) for bound in (low, high, stated))
    return Figure(currency, qualifier, *bounds)


UP_TO_60 = figure(high=60e9, qualifier=Qualifier.UP_TO)


def amount(figure: Figure, facet: AmountFacet = AmountFacet.HEADLINE) -> Amount:
    return Amount(figure, facet, QUOTE, SURE)


def deal(
    company: str = "Examplar",
    *,
    stage: Stage = Stage.IN_TALKS,
    denied: bool = False,
    term: RoundType | None = RoundType.VENTURE_UNSPECIFIED,
    amounts: Sequence[Amount] = (amount(figure(2e9)),),
    valuation: Figure | None = UP_TO_60,
    basis: Basis = Basis.UNSPECIFIED,
    backers: Mapping[str, Role] | None = None,
    uses: Sequence[UseOfProceeds] = (),
    origin: str | None = "FT",
    background: bool = False,
) -> Deal:
    """A deal that is as ``EVENT`` has it, unless told otherwise."""
    if backers is None:
        backers = {"Thrive Capital": Role.LEAD, "Nvidia Corp.": Role.PARTICIPANT}
    return Deal(
        company=Named(company, QUOTE),
        round=Round(term, QUOTE, SURE) if term else None,
        stage=Staged(stage, denied, Modality.NEGOTIATION, QUOTE, SURE),
        amounts=tuple(amounts),
        valuations=(Valuation(valuation, basis, QUOTE, SURE),) if valuation else (),
        participants=tuple(
            Participant(Named(name, QUOTE), role, None, Modality.FACTUAL, QUOTE, SURE)
            for name, role in backers.items()
        ),
        uses=tuple(Use(term, "", Modality.INTENTION, QUOTE, SURE) for term in uses),
        attribution=_attribution(origin),
        happened_on=None,
        background=background,
        certainty=SURE,
    )


def _attribution(origin: str | None) -> Attribution:
    named = Named(origin, QUOTE) if origin else None
    return Attribution(named, True, None, None, False, False, False, None, None)


def reading(*deals: Deal, rivals: Sequence[str] = ()) -> Reading:
    about = Named("The company", QUOTE)
    told = tuple(Rival(about, Named(name, QUOTE), (), QUOTE, SURE) for name in rivals)
    return Reading("test", about, deals, told, (), _attribution(None), ())


def scored(gold: str, read: Reading, restated: tuple[tuple[Sum, ...], ...] = ()) -> Score:
    text = labelled(gold)
    return score([Scored(text.id, text.gold, ours.told(read), restated)], NAMES)


def counts(result: Score, name: str) -> tuple[int, int, int]:
    """How many are right, how many are ours, and how many are in the labels."""
    tally = result.fields[name]
    return tally.right, tally.ours, tally.gold


class TestOneDeal:
    def test_a_perfect_reading_is_right_in_every_field(self) -> None:
        gold = line(EVENT, competitors=["Facebook"], uses_of_proceeds=["graphics processing units"])
        result = scored(gold, reading(deal(uses=[UseOfProceeds.COMPUTE]), rivals=["Meta"]))
        assert result.faults == []
        for tally in result.fields.values():
            assert (tally.precision, tally.recall, tally.f1, tally.agreement) == (1, 1, 1, 1)

    @pytest.mark.parametrize(
        ("read", "wrong"),
        [
            (deal("Other"), {"record", "company"}),
            (deal(stage=Stage.CLOSED), {"record", "status4", "status6"}),
            (deal(denied=True), {"record", "status4", "status6"}),
            (deal(stage=Stage.EXPLORING), {"status6"}),
            (deal(amounts=[amount(figure(3e9))]), {"record", "amount"}),
            (deal(amounts=[amount(figure(2e9, currency="EUR"))]), {"record", "amount"}),
            (deal(amounts=[]), {"record", "amount"}),
            (
                deal(amounts=[amount(figure(2e9, qualifier=Qualifier.APPROXIMATELY))]),
                {"amount_qualifier"},
            ),
            (deal(valuation=None), {"record", "valuation", "valuation_basis"}),
            (deal(valuation=figure(60e9)), {"record", "valuation", "valuation_basis"}),
            (deal(basis=Basis.POST_MONEY), {"valuation_basis"}),
            (deal(basis=Basis.TENDER_PRICE), set()),
            (deal(term=RoundType.SEED), {"round_type"}),
            (deal(term=RoundType.GROWTH), set()),
            (deal(term=None), {"round_type"}),
            (deal(backers={"Nvidia": Role.LEAD, "Thrive": Role.LEAD}), {"lead_investors"}),
            (deal(backers={"Thrive": Role.CO_LEAD, "Sold": Role.SELLER}), {"investors"}),
            (deal(origin="Reuters"), {"attribution"}),
            (deal(origin=None), {"attribution"}),
        ],
    )
    def test_what_is_wrong_is_wrong_in_its_field(self, read: Deal, wrong: set[str]) -> None:
        assert {fault.field for fault in scored(line(EVENT), reading(read)).faults} == wrong

    def test_of_several_amounts_the_headline_counts_then_equity_and_no_order_of_magnitude(
        self,
    ) -> None:
        tens = amount(figure(low=1e10, high=1e11, qualifier=Qualifier.ORDER_OF_MAGNITUDE))
        debt = amount(figure(9e9), AmountFacet.DEBT)
        equity = amount(figure(2e9), AmountFacet.EQUITY)
        assert counts(scored(line(EVENT), reading(deal(amounts=[debt, equity]))), "amount")[0] == 1
        assert counts(scored(line(EVENT), reading(deal(amounts=[tens, equity]))), "amount")[0] == 1
        without = EVENT | {"amount": None}
        assert counts(scored(line(without), reading(deal(amounts=[tens]))), "amount") == (0, 0, 0)

    def test_a_conversion_is_accepted_only_if_the_text_prints_it(self) -> None:
        converted = reading(deal(amounts=[amount(figure(1500000000, currency="GBP"))]))
        printed = (Sum(Decimal(2000000000), Decimal(2000000000), "USD"),)
        printed += (Sum(Decimal(1500000000), Decimal(1500000000), "GBP"),)
        assert counts(scored(line(EVENT), converted), "amount") == (0, 1, 1)
        assert counts(scored(line(EVENT), converted, (printed,)), "amount") == (1, 1, 1)

    def test_an_acquisition_has_its_target_and_its_acquirer(self) -> None:
        bought = EVENT | {"round_type": "acquisition", "lead_investors": ["Meta"], "investors": []}
        read = deal(term=RoundType.ACQUISITION, backers={"Facebook": Role.ACQUIRER})
        assert scored(line(bought), reading(read)).faults == []


class TestSeveralDeals:
    def test_deals_are_paired_so_that_they_agree_most(self) -> None:
        first = EVENT | {"amount": None}
        read = reading(deal(), deal(amounts=[]))
        assert counts(scored(line(first, EVENT), read), "record") == (2, 2, 2)
        assert counts(scored(line(EVENT, first), read), "record") == (2, 2, 2)

    def test_deals_that_share_nothing_are_not_paired(self) -> None:
        read = reading(deal("Other", amounts=[], valuation=None))
        result = scored(line(EVENT), read)
        assert counts(result, "status6") == (0, 1, 1)
        assert [(fault.gold == "-", fault.ours == "-") for fault in result.faults] == [
            (False, True),
            (True, False),
        ]

    def test_a_deal_too_many_is_held_against_precision_alone(self) -> None:
        result = scored(line(EVENT), reading(deal(), deal("Other", amounts=[], valuation=None)))
        record = result.fields["record"]
        assert (record.precision, record.recall, record.agreement) == (0.5, 1, 1)

    @pytest.mark.parametrize(
        "aside",
        [
            {"company": "Other", "amount": 8e9, "currency": "USD", "type": "equity"},
            {"company": "Other Inc.", "amount": {"low": 8e9, "high": 8e9, "currency": "USD"}},
        ],
    )
    def test_a_deal_that_the_labels_know_as_an_aside_is_neither_required_nor_wrong(
        self, aside: Mapping[str, Any]
    ) -> None:
        gold = line(EVENT, background_events=[aside])
        told = deal("Other", amounts=[amount(figure(8e9))], valuation=None)
        other = deal("Other", amounts=[amount(figure(7e9))], valuation=None)
        assert counts(scored(gold, reading(deal())), "record") == (1, 1, 1)
        assert counts(scored(gold, reading(deal(), told)), "record") == (1, 1, 1)
        assert counts(scored(gold, reading(deal(), other)), "record") == (1, 2, 1)

    def test_our_own_asides_are_not_counted(self) -> None:
        read = reading(deal(), deal("Other", background=True))
        assert counts(scored(line(EVENT), read), "record") == (1, 1, 1)

    def test_a_fund_is_left_out_on_both_sides(self) -> None:
        fund = EVENT | {"company": "Venture Firm", "round_type": "fund"}
        for read in (reading(), reading(deal("Venture Firm"))):
            result = scored(line(fund), read)
            assert counts(result, "record") == (0, 0, 0)
            assert (result.without_event, result.faults) == (0, [])


class TestTextsWithoutDeal:
    def test_one_that_stays_without_is_counted(self) -> None:
        result = scored(line(negative=True), reading())
        assert (result.without_event, result.stayed_without) == (1, 1)

    def test_one_in_which_we_made_up_a_deal_does_not(self) -> None:
        result = scored(line(negative=True), reading(deal()))
        assert (result.without_event, result.stayed_without) == (1, 0)
        assert counts(result, "record") == (0, 1, 0)


class TestLists:
    def test_each_rival_counts_once(self) -> None:
        gold = line(competitors=["Google", "Meta"])
        result = scored(gold, reading(rivals=["Facebook", "Google DeepMind", "Meta Platforms"]))
        assert counts(result, "competitors") == (1, 3, 2)

    def test_uses_are_compared_where_they_are_labelled(self) -> None:
        read = reading(deal(uses=[UseOfProceeds.HIRING, UseOfProceeds.UNSPECIFIED]))
        uses = ["talent", "R&D", "world peace"]
        assert counts(scored(line(EVENT), read), "uses_of_proceeds") == (0, 0, 0)
        result = scored(line(EVENT, uses_of_proceeds=uses), read)
        assert counts(result, "uses_of_proceeds") == (1, 1, 2)

    def test_anonymous_sources_are_compared_where_they_are_labelled(self) -> None:
        unlabelled = {key: told for key, told in EVENT.items() if key != "anonymous_sources"}
        assert counts(scored(line(EVENT), reading(deal())), "anonymous") == (1, 1, 1)
        assert counts(scored(line(unlabelled), reading(deal())), "anonymous") == (0, 0, 0)
        people = unlabelled | {"attributed_to": ["FT", "people familiar with the matter"]}
        result = scored(line(people), reading(deal()))
        assert (counts(result, "anonymous"), result.faults) == ((1, 1, 1), [])
        named = EVENT | {"anonymous_sources": False}
        assert counts(scored(line(named), reading(deal())), "anonymous") == (0, 1, 0)


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Open AI", "OpenAI Inc.", True),
            ("The Sea", "Sea Ltd", True),
            ("Manulife", "Manulife Financial", True),
            ("Meta", "Facebook", True),
            ("Google", "Google DeepMind", False),
            ("Anthropic", "OpenAI", False),
            ("Capital One", "One", False),
        ],
    )
    def test_when_two_are_one(self, one: str, other: str, same: bool) -> None:
        assert NAMES.same(Name(one), Name(other)) is same
        assert NAMES.same(Name(other), Name(one)) is same

    def test_a_name_that_we_took_for_a_known_company_is_it(self) -> None:
        assert NAMES.same(Name("Google"), Name("Search Giant", slug="google"))

    @pytest.mark.parametrize("ours", ["FT", "the Financial Times", "Financial Times newspaper"])
    def test_who_says_so_may_be_a_part_or_initials(self, ours: str) -> None:
        assert NAMES.same_speaker(Name("Financial Times"), Name(ours))

    def test_the_bundled_companies_and_products_are_known(self) -> None:
        known = {(entry.name, entry.slug, entry.product) for entry in bundled_gazetteer()}
        assert {
            ("OpenAI", "openai", None),
            ("Qwen", "alibaba", None),
            ("ChatGPT", "openai", "ChatGPT"),
        } <= known


class TestAnyFile:
    @pytest.mark.parametrize(
        "event",
        [
            {},
            {"company": None, "amount": 5, "valuation": {}, "investors": None},
            {"company": "A", "amount": {"low": None, "high": None}, "round_type": "moonshot"},
            {"company": "A", "amount": {"low": "5e6"}, "status": "unheard of"},
            {"company": "A", "amount": {"low": 1, "high": 1, "qualifier": "order_of_magnitude"}},
            {"company": 7, "investors": [None, 3, "B"], "attributed_to": "Bloomberg"},
        ],
    )
    def test_labels_may_lack_or_hold_anything(self, event: Mapping[str, Any]) -> None:
        result = scored(line(event, background_events=[event, None]), reading(deal()))
        assert result.events == 1
        json.dumps(report.as_json(result, [], 0), allow_nan=False)

    def test_numbers_that_are_none_are_nothing(self) -> None:
        text = labelled('{"text": null, "gold": {"events": [{"amount": {"low": NaN, "high": 5}}]}}')
        assert text.article.text == ""
        [record] = text.gold.records
        assert record.amount == Sum(None, Decimal(5), None)

    def test_empty_lines_are_passed_over_and_others_named(self, tmp_path: Path) -> None:
        file = tmp_path / "labels.jsonl"
        file.write_text(f"\n{line(EVENT)}\r\n\n", encoding="utf-8")
        assert [text.id for text in labelled_texts(file)] == ["t1"]
        for broken in ("{", "[]", '{"text": "no labels"}'):
            file.write_text(f"{line(EVENT)}\n{broken}\n", encoding="utf-8")
            with pytest.raises(NotLabelled, match=r"labels\.jsonl:2"):
                list(labelled_texts(file))


class TestReport:
    def test_shares_counts_and_times_are_in_json_and_table(self) -> None:
        result = scored(line(EVENT), reading(deal(stage=Stage.CLOSED)))
        told = report.as_json(result, [0.01, 0.03], 12_000)
        assert told["fields"]["status6"]["f1"] == 0
        assert told["fields"]["amount"]["f1"] == 1
        assert told["status4"] == {"talks as closed": 1}
        assert told["ms"] == {"mean": 20, "p50": 20, "p95": 29, "per_6000_characters": 20}
        shown = "\n".join(report.table("texts", told))
        assert "status mistaken: talks as closed 1" in shown

    def test_faults_are_listed_by_text(self) -> None:
        result = scored(line(EVENT), reading(deal(origin="Reuters", amounts=[])))
        assert [entry.split() for entry in report.listing(result.faults)][1:] == [
            ["amount", "USD", "2B", "→", "-"],
            ["attribution", "Financial", "Times", "→", "Reuters"],
        ]
