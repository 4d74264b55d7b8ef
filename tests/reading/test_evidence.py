"""No reading holds what its article does not say, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.vocabulary import Capability, RoundType, UseOfProceeds
from app.reading.evidence import Dropped, checked, located, numbers, states_count, sums
from app.reading.reading import Article, Capable, Fired, Part, Quote, Reading
from tests.reading.readings import (
    SURE,
    amount,
    deal,
    investor,
    named,
    quote,
    reading,
    rival,
    round_,
    staged,
    use,
    valuation,
)

ARTICLE = Article(
    "Meridian Robotics is in talks to raise up to $40 million in a Series B led by Cold Harbor. "
    "It would be worth $300 million, two people said. The money is for a second plant. "
    "Its rival Tollgate Motion, which lifts 1,200 boxes an hour, has raised $9 million.",
    title="Meridian Robotics seeks $40 million",
)


def whole() -> Reading:
    """A reading that the article bears out in all its fields."""
    talks = deal(
        named(ARTICLE, "Meridian Robotics"),
        staged(ARTICLE, "in talks to raise"),
        round=round_(ARTICLE, "Series B", RoundType.SERIES_B),
        amounts=(amount(ARTICLE, "up to $40 million"),),
        valuations=(valuation(ARTICLE, "worth $300 million"),),
        participants=(investor(ARTICLE, "Cold Harbor", "led by Cold Harbor"),),
        uses=(use(ARTICLE, "a second plant", UseOfProceeds.VERTICAL_INDUSTRIES),),
    )
    talks = replace(
        talks,
        attribution=replace(
            talks.attribution,
            anonymous=True,
            anonymous_count=2,
            quote=quote(ARTICLE, "two people said"),
        ),
    )
    lifting = Capable(
        company=named(ARTICLE, "Tollgate Motion"),
        term=Capability.MULTIPLE_FASTER,
        words="lifts 1,200 boxes an hour",
        product=None,
        figure=Decimal(1200),
        unit=None,
        quote=quote(ARTICLE, "Tollgate Motion, which lifts 1,200 boxes an hour"),
        certainty=SURE,
    )
    return replace(
        reading(talks, rivals=(rival(ARTICLE, "Tollgate Motion", "Its rival Tollgate Motion"),)),
        capabilities=(lifting,),
        fired=(Fired("talks", quote(ARTICLE, "in talks")),),
    )


def test_what_the_article_bears_out_stays_as_it_is() -> None:
    assert checked(ARTICLE, whole()) == (whole(), ())


def with_deal(**fields: object) -> Reading:
    made = whole()
    return replace(made, deals=(replace(made.deals[0], **fields),))  # type: ignore[arg-type]


def dropped(made: Reading) -> list[Dropped]:
    return list(checked(ARTICLE, made)[1])


def test_a_quote_with_wrong_offsets_is_located_again() -> None:
    made = whole()
    right = made.deals[0].amounts[0]
    for start, end in ((0, 17), (-5, 12), (10**9, 10**9), (5, 5)):
        wrong = replace(right, quote=replace(right.quote, start=start, end=end))
        assert checked(ARTICLE, with_deal(amounts=(wrong,))) == (made, ())


def test_an_invented_quote_drops_its_field_and_nothing_else() -> None:
    made = whole()
    right = made.deals[0].amounts[0]
    lie = replace(right, quote=Quote(Part.TEXT, 0, 20, "raise $900 trillion!"))
    taken, told = checked(ARTICLE, with_deal(amounts=(lie, right)))
    assert taken == made
    assert told == (Dropped("deals[0].amounts[0]", "its quote does not stand in the article"),)


def test_a_number_is_only_what_its_quote_states() -> None:
    right = whole().deals[0].amounts[0]
    for figure in (
        replace(right.figure, high=Decimal(900)),
        replace(right.figure, currency="EUR"),
        replace(right.figure, high=None, stated=Decimal(40_000_000)),  # without its "up to"
    ):
        taken, told = checked(ARTICLE, with_deal(amounts=(replace(right, figure=figure),)))
        assert taken.deals[0].amounts == ()
        assert told == (Dropped("deals[0].amounts[0]", "its quote does not state this sum"),)


def test_an_investor_stays_without_a_sum_that_is_not_his() -> None:
    part = whole().deals[0].participants[0]
    lie = replace(part, figure=whole().deals[0].amounts[0].figure)
    taken, told = checked(ARTICLE, with_deal(participants=(lie,)))
    assert taken.deals[0].participants == (part,)
    assert [one.place for one in told] == ["deals[0].participants[0].figure"]


def test_names_stand_in_their_quotes() -> None:
    part = whole().deals[0].participants[0]
    elsewhere = replace(part, quote=quote(ARTICLE, "in talks to raise"))
    renamed = replace(part, investor=replace(part.investor, name="Cold Harbour"))
    for lie in (elsewhere, renamed):
        taken, told = checked(ARTICLE, with_deal(participants=(lie,)))
        assert taken.deals[0].participants == ()
        assert [one.reason for one in told] == ["the name does not stand in its quote"]


def test_a_deal_falls_with_its_company_or_its_stage() -> None:
    made = whole().deals[0]
    nowhere = Quote(Part.TEXT, 0, 7, "nowhere")
    for lie in (
        {"company": replace(made.company, name="Somebody Else")},
        {"stage": replace(made.stage, quote=nowhere)},
    ):
        taken, told = checked(ARTICLE, with_deal(**lie))
        assert taken.deals == ()
        assert told[-1].place == "deals[0]"


def test_counts_words_and_other_numbers_are_checked_as_well() -> None:
    made = whole()
    attribution = made.deals[0].attribution
    assert dropped(with_deal(attribution=replace(attribution, anonymous_count=3)))
    assert dropped(with_deal(attribution=replace(attribution, hedge="it is rumoured")))
    assert dropped(with_deal(uses=(replace(made.deals[0].uses[0], words="a third plant"),)))
    lie = replace(made.capabilities[0], figure=Decimal(1300))
    taken, told = checked(ARTICLE, replace(made, capabilities=(lie,)))
    assert taken.capabilities[0].figure is None
    assert [one.place for one in told] == ["capabilities[0].figure"]


def test_without_its_quote_nobody_is_said_to_say_so() -> None:
    attribution = replace(whole().deals[0].attribution, quote=Quote(Part.TEXT, 0, 4, "fake"))
    taken, _ = checked(ARTICLE, with_deal(attribution=attribution))
    assert taken.deals[0].attribution.anonymous is False
    assert taken.deals[0].attribution.anonymous_count is None


def test_of_several_places_the_nearest_is_taken_and_the_text_before_the_title() -> None:
    article = Article("ab ab ab", title="ab cd")
    assert located(article, "ab") == Quote(Part.TEXT, 0, 2, "ab")
    assert located(article, "ab", near=4) == Quote(Part.TEXT, 3, 5, "ab")
    assert located(article, "ab", near=99) == Quote(Part.TEXT, 6, 8, "ab")
    assert located(article, "cd") == Quote(Part.TITLE, 3, 5, "cd")
    assert located(article, "cd", part=Part.TEXT) is None
    assert located(article, "") is None


@given(st.text(max_size=40), st.text(min_size=1, max_size=4), st.integers(-50, 50))
def test_whatever_is_located_stands_there(text: str, words: str, near: int) -> None:
    article = Article(text)
    found = located(article, words, near)
    assert (found is not None) == (words in text)
    assert found is None or (found.stands_in(article) and found.text == words)


def test_conversions_are_stated_as_well() -> None:
    assert {sum_.currency for sum_ in sums("3.1 billion euro ($3.4 billion)")} == {"EUR", "USD"}


@pytest.mark.parametrize(
    ("words", "number", "stands"),
    [
        ("1,200 boxes", 1200, True),
        ("1,200 boxes", 200, False),
        ("24x faster", 24, True),
        ("9 million users", 9_000_000, True),
        ("9 months", 9_000_000, False),
        ("2.5bn parameters", 2_500_000_000, True),
        ("GPT-4", 5, False),
    ],
)
def test_numbers_stand_in_digits(words: str, number: int, stands: bool) -> None:
    assert (Decimal(number) in numbers(words)) is stands


@pytest.mark.parametrize(
    ("words", "count", "stands"),
    [
        ("two people said", 2, True),
        ("a person close to it", 1, True),
        ("3 sources", 3, True),
        ("several people", 3, False),
    ],
)
def test_counts_stand_in_digits_or_words(words: str, count: int, stands: bool) -> None:
    assert states_count(words, count) is stands
