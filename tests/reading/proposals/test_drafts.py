"""What is proposed of any text stands in it, and could be ingested."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.claims.vocabulary import ExtractionMethod
from app.reading.money import parse
from app.reading.proposals.drafts import check_told, records
from app.reading.proposals.known import bundled_names
from app.reading.proposals.worth import LEAST_UNCERTAIN, worth
from app.reading.reader import read
from app.reading.reading import Article, Certainty
from app.reading.rules.names.known import Known
from tests.reading.proposals.made import TEXT, Hand

KNOWN = Known(bundled_names())
WORDS = [
    *["OpenAI", "Anthropic", "Nimbus Labs", "Harbor Partners", "it", "the company", "its"],
    *["raised", "is in talks to", "raise", "denied", "led by", "closed", "a Series B", "round"],
    *["$2 billion", "up to €300 million", "a valuation of", "about $30bn", "between $1 and $2bn"],
    *["citing two people", "the Example Times reported", "competes with", "to buy chips", "at"],
    *["\N{ROCKET}", "שלום", "7亿美元", "tens of billions of dollars", "$0", "100%", ".", ","],
]


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.sampled_from(WORDS), max_size=9))
def test_whatever_is_proposed_stands_in_the_article(text: list[str], title: list[str]) -> None:
    article = Article(" ".join(text), " ".join(title) or None)
    for record in records(article, read(article, KNOWN)):
        for draft in record.drafts:
            claim, quote = draft.claim, draft.quote
            assert quote.stands_in(article)
            assert claim.quote == quote.text
            check_told(record.kind, claim, draft.product)
            if claim.currency is not None:
                figure = parse(quote.text)
                assert figure is not None
                assert (claim.low, claim.high, claim.stated) == (
                    figure.low if figure.stated is None else None,
                    figure.high if figure.stated is None else None,
                    figure.stated,
                )


def test_what_cannot_be_stored_is_not_proposed() -> None:
    hand = Hand()
    amount = hand.amount()
    too_large = replace(amount, figure=replace(amount.figure, high=Decimal(10) ** 18))
    nowhere = replace(amount, quote=replace(amount.quote, start=0, end=16))
    own = replace(hand.deal().participants[0], investor=hand.named("Nimbus Labs"))
    deal = hand.deal(amounts=(too_large, nowhere, amount), participants=(own,))
    (record, *_) = records(hand.article, hand.reading([deal]))
    told = [draft.claim.predicate for draft in record.drafts]
    assert told == ["stage", "amount", "valuation", "round_label", "use_of_proceeds"]


def test_a_claim_is_no_surer_than_its_deal_and_tells_both_doubts() -> None:
    hand = Hand()
    doubt = Certainty(Decimal(1) / 3, ("two deals may be meant",))
    marks = (hand.valuation(sure=Certainty(Decimal("0.8"), ("no basis is told",))),)
    (record, *_) = records(
        hand.article, hand.reading([hand.deal(certainty=doubt, valuations=marks)])
    )
    (mark,) = [draft for draft in record.drafts if draft.claim.predicate == "valuation"]
    assert mark.certainty.value == mark.claim.confidence == Decimal("0.333333333")
    assert mark.certainty.reasons == ("no basis is told", "two deals may be meant")


def test_what_only_the_second_reader_tells_is_marked_as_a_models() -> None:
    hand = Hand(version="rules-1@made+model:m@1")
    alone = Certainty(Decimal("0.5"), method=ExtractionMethod.MODEL)
    (record, *_) = records(
        hand.article, hand.reading([hand.deal(amounts=(hand.amount(sure=alone),))])
    )
    told = {
        draft.claim.predicate: (draft.claim.extraction_method, draft.claim.extraction_version)
        for draft in record.drafts
    }
    assert told["amount"] == ("model", "model:m@1")
    assert told["valuation"] == ("rule", "rules-1@made")


def test_the_certain_and_weighty_is_worth_more_than_the_certain_and_light() -> None:
    hand = Hand(Article(TEXT))
    (record, *_) = records(hand.article, hand.reading())
    claims = {draft.claim.predicate: draft.claim for draft in record.drafts}
    found = {
        predicate: worth(claim, claims.values(), Decimal(1), background=False)
        for predicate, claim in claims.items()
    }
    assert {one.uncertainty for one in found.values()} == {LEAST_UNCERTAIN}
    assert found["amount"].priority > found["use_of_proceeds"].priority
    background = worth(claims["amount"], claims.values(), Decimal(1), background=True)
    assert background.priority < found["amount"].priority
