"""Two readings of one article: the first stands, the second adds and doubts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    ExtractionMethod,
    Modality,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading.agreement import put_together
from app.reading.reading import Article, Certainty, Deal, Reading
from tests.reading.readings import (
    SURE,
    amount,
    deal,
    investor,
    named,
    reading,
    rival,
    round_,
    staged,
    use,
    valuation,
)

ARTICLE = Article(
    "Meridian Robotics is in talks to raise $40 million, or up to $60 million, in a Series B led "
    "by Cold Harbor Group. It would be worth $300 million. Its Series A brought $9 million from "
    "Cold Harbor. The money is for a plant. It competes with Tollgate Motion. Tollgate Motion "
    "raised $8 billion to $9 billion."
)
MODEL = Certainty(Decimal("0.5"), ("only the second reader tells it",), ExtractionMethod.MODEL)


def talks(**fields: object) -> Deal:
    made = deal(
        named(ARTICLE, "Meridian Robotics", "meridian"),
        staged(ARTICLE, "in talks to raise"),
        round=round_(ARTICLE, "Series B", RoundType.SERIES_B),
        amounts=(amount(ARTICLE, "$40 million"),),
        valuations=(valuation(ARTICLE, "$300 million"),),
        participants=(investor(ARTICLE, "Cold Harbor Group", "led by Cold Harbor Group"),),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def told(*deals: Deal, **fields: object) -> Reading:
    """What the second reader has: it knows no slugs."""
    anonymous = [replace(one, company=replace(one.company, slug=None)) for one in deals]
    made = reading(*anonymous, version="model:m@1")
    return replace(made, **fields)  # type: ignore[arg-type]


def test_what_both_say_stays_as_sure_as_it_was() -> None:
    first = reading(talks())
    assert put_together(first, told(talks())) == replace(first, version="rules@1+model:m@1")


def test_what_only_the_second_says_is_added_as_its_own() -> None:
    bare = talks(round=None, amounts=(), participants=())
    money_for = replace(use(ARTICLE, "a plant", UseOfProceeds.DATA_CENTRE), certainty=MODEL)
    second = talks(
        round=replace(talks().round, certainty=MODEL),  # type: ignore[type-var]
        amounts=(replace(amount(ARTICLE, "$40 million"), certainty=MODEL),),
        uses=(money_for,),
    )
    competing = rival(ARTICLE, "Tollgate Motion", "competes with Tollgate Motion")
    (both,) = put_together(reading(bare), told(second, rivals=(competing,))).deals
    assert both.round == second.round
    assert both.amounts == second.amounts
    assert both.uses == (money_for,)
    assert both.stage.certainty == SURE
    assert put_together(reading(bare), told(second, rivals=(competing,))).rivals == (competing,)


def test_where_they_differ_the_first_stays_less_sure_and_says_why() -> None:
    second = talks(
        stage=staged(ARTICLE, "in talks to raise", Stage.TERM_SHEET),
        amounts=(amount(ARTICLE, "up to $60 million"),),
        valuations=(valuation(ARTICLE, "$300 million", Basis.POST_MONEY),),
        participants=(investor(ARTICLE, "Cold Harbor", "led by Cold Harbor", Role.PARTICIPANT),),
    )
    (both,) = put_together(reading(talks()), told(second)).deals
    first = talks()
    doubts = {
        both.stage: (first.stage, "the second reader has term sheet"),
        both.amounts[0]: (first.amounts[0], "the second reader has up to 60 million USD"),
        both.valuations[0]: (first.valuations[0], "the second reader takes it for post money"),
        both.participants[0]: (first.participants[0], "the second reader has participant"),
    }
    for field, (before, reason) in doubts.items():
        assert field == replace(before, certainty=Certainty(Decimal("0.63"), (reason,)))
    assert [len(fields) for fields in (both.amounts, both.valuations, both.participants)] == [
        1,
        1,
        1,
    ]


def test_another_round_of_the_only_deal_and_a_denial_are_doubts() -> None:
    second = talks(
        round=round_(ARTICLE, "Series A", RoundType.SERIES_A),
        stage=replace(staged(ARTICLE, "in talks to raise"), denied=True),
    )
    (both,) = put_together(reading(talks()), told(second)).deals
    assert both.round is not None
    assert both.round.term is RoundType.SERIES_B
    assert both.round.certainty.reasons == ("the second reader has series a",)
    assert both.stage.certainty.reasons == ("the second reader has a denial of in talks",)


def test_of_two_amounts_of_the_first_it_is_enough_that_one_agrees() -> None:
    two = talks(amounts=(amount(ARTICLE, "$40 million"), amount(ARTICLE, "up to $60 million")))
    (both,) = put_together(reading(two), told(talks())).deals
    assert both.amounts == two.amounts


def test_an_amount_of_another_kind_is_no_contradiction() -> None:
    target = amount(ARTICLE, "up to $60 million", AmountFacet.TARGET)
    (both,) = put_together(reading(talks()), told(talks(amounts=(target,)))).deals
    assert both.amounts == (*talks().amounts, target)


def test_a_use_that_is_held_otherwise_is_a_doubt() -> None:
    mine = use(ARTICLE, "a plant", UseOfProceeds.DATA_CENTRE)
    other = replace(mine, modality=Modality.HYPOTHETICAL)
    (both,) = put_together(reading(talks(uses=(mine,))), told(talks(uses=(other,)))).deals
    assert both.uses[0].certainty.reasons == ("the second reader has hypothetical",)


def test_deals_are_met_by_their_round_whatever_their_order() -> None:
    earlier = talks(
        round=round_(ARTICLE, "Series A", RoundType.SERIES_A),
        stage=staged(ARTICLE, "Series A brought", Stage.CLOSED),
        amounts=(amount(ARTICLE, "$9 million"),),
        valuations=(),
        background=True,
    )
    first = reading(talks(), earlier)
    assert put_together(first, told(earlier, talks())).deals == first.deals


def test_an_earlier_deal_is_not_taken_for_the_news() -> None:
    earlier = talks(
        round=None,
        stage=staged(ARTICLE, "Series A brought", Stage.CLOSED),
        amounts=(amount(ARTICLE, "$9 million"),),
        valuations=(),
        background=True,
    )
    both = put_together(reading(earlier), told(talks()))
    assert both.deals[0] == earlier
    assert [one.stage.stage for one in both.deals] == [Stage.CLOSED, Stage.IN_TALKS]


def test_a_deal_of_another_company_is_added_and_known_companies_get_their_slugs() -> None:
    other = deal(
        named(ARTICLE, "Tollgate Motion"),
        staged(ARTICLE, "Tollgate Motion raised", Stage.CLOSED),
        amounts=(amount(ARTICLE, "$8 billion to $9 billion"),),
    )
    known = rival(ARTICLE, "Tollgate Motion", "competes with Tollgate Motion")
    known = replace(known, rival=replace(known.rival, slug="tollgate"))
    both = put_together(reading(talks(), rivals=(known,)), told(other))
    assert both.deals == (talks(), replace(other, company=replace(other.company, slug="tollgate")))


def test_readings_without_anything_are_put_together_as_well() -> None:
    assert put_together(reading(), told()).deals == ()
