"""Sums of money are read as they are stated, where they stand, and never guessed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.claims.values import quantity
from app.claims.vocabulary import Qualifier
from app.reading.money import Money, find, parse
from app.reading.money_words import BEFORE, NAMES, SIGNS
from app.reading.reading import Figure

K, M, BN, TN = 10**3, 10**6, 10**9, 10**12


def exact(currency: str, stated: int | str) -> Figure:
    return Figure(currency, Qualifier.EXACT, None, None, Decimal(stated))


def about(currency: str, stated: int | str) -> Figure:
    return Figure(currency, Qualifier.APPROXIMATELY, None, None, Decimal(stated))


def bounded(
    currency: str, qualifier: Qualifier, low: int | str | None, high: int | str | None
) -> Figure:
    ends = (None if end is None else Decimal(end) for end in (low, high))
    return Figure(currency, qualifier, *ends, None)


def between(currency: str, low: int | str, high: int | str) -> Figure:
    return bounded(currency, Qualifier.BETWEEN, low, high)


def from_magnitude(currency: str, low: int, high: int) -> Figure:
    return bounded(currency, Qualifier.ORDER_OF_MAGNITUDE, low, high)


STATED = {
    # Signs, codes and names.
    "$5": exact("USD", 5),
    "$0": exact("USD", 0),
    "$1.32": exact("USD", "1.32"),
    "$40M": exact("USD", 40 * M),
    "$40-million": exact("USD", 40 * M),
    "40-million-dollar": exact("USD", 40 * M),
    "US$ 5 bn": exact("USD", 5 * BN),
    "U.S.$5bn": exact("USD", 5 * BN),
    "5 billion U.S. dollars": exact("USD", 5 * BN),
    "A$12.5m": exact("AUD", "12500000"),
    "CA$3 million": exact("CAD", 3 * M),
    "CAD $3 million": exact("CAD", 3 * M),
    "$3 million CAD": exact("CAD", 3 * M),
    "$3 million (CAD)": exact("CAD", 3 * M),
    "13 billion US$": exact("USD", 13 * BN),
    "3 million Canadian dollars": exact("CAD", 3 * M),
    "HK$7.8bn": exact("HKD", "7800000000"),
    "S$1.1 mln": exact("SGD", "1100000"),
    "R$250 million": exact("BRL", 250 * M),
    "€1bn": exact("EUR", BN),
    "3.1 billion euro": exact("EUR", "3100000000"),
    "3,5 Mio. Euro": exact("EUR", "3500000"),
    "€1.234,5 Mio.": exact("EUR", "1234500000"),
    "20€": exact("EUR", 20),
    "£500mn": exact("GBP", 500 * M),
    "5 million pounds sterling": exact("GBP", 5 * M),
    "¥400bn": exact("JPY", 400 * BN),
    "400 billion yen": exact("JPY", 400 * BN),
    "¥5亿": exact("CNY", 500 * M),
    "¥300 million yuan": exact("CNY", 300 * M),
    "RMB 500 million": exact("CNY", 500 * M),
    "7亿美元": exact("USD", 700 * M),
    "5000万元": exact("CNY", 50 * M),
    "1.5万亿元": exact("CNY", "1500000000000"),
    "100億円": exact("JPY", 10 * BN),
    "1億5000万円": exact("JPY", 150 * M),
    "300억원": exact("KRW", 30 * BN),
    "4 trillion won": exact("KRW", 4 * TN),
    "₹130 Cr": exact("INR", 1300 * M),
    "Rs. 500 crore": exact("INR", 5 * BN),
    "Rs 20 lakh": exact("INR", 2 * M),
    "₹1 lakh crore": exact("INR", TN),
    "INR 1,00,000": exact("INR", 100 * K),
    "USD 1 billion": exact("USD", BN),
    "1bn USD": exact("USD", BN),
    "CHF 1'500'000": exact("CHF", 1500 * K),
    "2.5 million Swiss francs": exact("CHF", "2500000"),
    "kr 50 million": exact("SEK", 50 * M),
    "NOK1bn": exact("NOK", BN),
    "＄５００万": exact("USD", 5 * M),
    # Numbers.
    "$1,234.5": exact("USD", "1234.5"),
    "$1,234,567": exact("USD", 1_234_567),
    "€25 000": exact("EUR", 25 * K),
    "$5 hundred million": exact("USD", 500 * M),
    "two billion dollars": exact("USD", 2 * BN),
    "half a billion dollars": exact("USD", 500 * M),
    "a half-billion dollars": exact("USD", 500 * M),
    "a quarter of a billion dollars": exact("USD", 250 * M),
    "a billion dollars": exact("USD", BN),
    "one and a half million euros": exact("EUR", 1500 * K),
    "2 and a half billion dollars": exact("USD", "2500000000"),
    "two point five billion dollars": exact("USD", "2500000000"),
    "twenty-five million dollars": exact("USD", 25 * M),
    "one hundred and fifty million pounds": exact("GBP", 150 * M),
    "a hundred and fifty million dollars": exact("USD", 150 * M),
    "half-million-dollar": exact("USD", 500 * K),
    "two million five hundred thousand dollars": exact("USD", 2500 * K),
    # Qualifiers.
    "approximately ₹730 Cr": about("INR", 7300 * M),
    "~$14M": about("USD", 14 * M),
    "nearly $2 billion": about("USD", 2 * BN),
    "an estimated $2 billion": about("USD", 2 * BN),
    "some $2 billion": about("USD", 2 * BN),
    "near $32 billion": about("USD", 32 * BN),
    "$2 billion or so": about("USD", 2 * BN),
    "up to $100 billion": bounded("USD", Qualifier.UP_TO, None, 100 * BN),
    "as much as an additional $5bn": bounded("USD", Qualifier.UP_TO, None, 5 * BN),
    "up to about $5bn": bounded("USD", Qualifier.UP_TO, None, 5 * BN),
    "no more than $5bn": bounded("USD", Qualifier.UP_TO, None, 5 * BN),
    "$5bn or less": bounded("USD", Qualifier.UP_TO, None, 5 * BN),
    "at or above $100 billion": bounded("USD", Qualifier.AT_LEAST, 100 * BN, None),
    "a minimum of €5m": bounded("EUR", Qualifier.AT_LEAST, 5 * M, None),
    "no less than $1bn": bounded("USD", Qualifier.AT_LEAST, BN, None),
    "$1 billion or more": bounded("USD", Qualifier.AT_LEAST, BN, None),
    "about $1 billion or more": bounded("USD", Qualifier.AT_LEAST, BN, None),
    "$5bn+": bounded("USD", Qualifier.AT_LEAST, 5 * BN, None),
    "$4.5+ billion": bounded("USD", Qualifier.AT_LEAST, "4500000000", None),
    "more than US $5bn": bounded("USD", Qualifier.MORE_THAN, 5 * BN, None),
    "tops $5 billion": bounded("USD", Qualifier.MORE_THAN, 5 * BN, None),
    "$100M-plus": bounded("USD", Qualifier.AT_LEAST, 100 * M, None),
    "north of $5bn": bounded("USD", Qualifier.MORE_THAN, 5 * BN, None),
    "exceed $5 billion": bounded("USD", Qualifier.MORE_THAN, 5 * BN, None),
    "in excess of $5 billion": bounded("USD", Qualifier.MORE_THAN, 5 * BN, None),
    "more than half a billion dollars": bounded("USD", Qualifier.MORE_THAN, 500 * M, None),
    "over a billion dollars": bounded("USD", Qualifier.MORE_THAN, BN, None),
    "just under $50 million": bounded("USD", Qualifier.LESS_THAN, None, 50 * M),
    "<$50 million": bounded("USD", Qualifier.LESS_THAN, None, 50 * M),
    "超过5亿美元": bounded("USD", Qualifier.MORE_THAN, 500 * M, None),
    # Ranges.
    "$8bn-$10bn": between("USD", 8 * BN, 10 * BN),
    "$8bn–$10bn": between("USD", 8 * BN, 10 * BN),
    "US$8bn to US$10bn": between("USD", 8 * BN, 10 * BN),
    "between $1bn and $2bn": between("USD", BN, 2 * BN),
    "between about $1bn and about $2bn": between("USD", BN, 2 * BN),
    "between 1 and 2 billion dollars": between("USD", BN, 2 * BN),
    "$9 to $11": between("USD", 9, 11),
    "$9-11": between("USD", 9, 11),
    "$1-2 billion": between("USD", BN, 2 * BN),
    "$1 to $2 billion": between("USD", BN, 2 * BN),
    "from $500 million to $1 billion": between("USD", 500 * M, BN),
    "$500 million to as much as $1 billion": between("USD", 500 * M, BN),
    "5-10 million euros": between("EUR", 5 * M, 10 * M),
    "USD 1-2 billion": between("USD", BN, 2 * BN),
    "two to three billion dollars": between("USD", 2 * BN, 3 * BN),
    "$1 billion-to-$2 billion": between("USD", BN, 2 * BN),
    "5亿到10亿元": between("CNY", 500 * M, BN),
    "one or two billion dollars": between("USD", BN, 2 * BN),
    # Orders of magnitude.
    "tens of billions of dollars": from_magnitude("USD", 10 * BN, 100 * BN),
    "tens to hundreds of millions of dollars": from_magnitude("USD", 10 * M, BN),
    "hundreds of millions of euros": from_magnitude("EUR", 100 * M, BN),
    "tens of thousands of dollars": from_magnitude("USD", 10 * K, 100 * K),
    "several hundred million dollars": from_magnitude("USD", 100 * M, BN),
    "a few billion dollars": from_magnitude("USD", BN, 10 * BN),
    "billions of dollars": from_magnitude("USD", BN, TN),
    "multi-billion-dollar": from_magnitude("USD", BN, TN),
    "multimillion-pound": from_magnitude("GBP", M, BN),
}


@pytest.mark.parametrize("words", STATED)
@pytest.mark.parametrize("frame", ["{}", "It said {} was raised.", "({})", "“{}”", "the {}, then"])
def test_a_sum_is_read_where_it_stands(words: str, frame: str) -> None:
    text = frame.format(words)
    (money,) = find(text)
    assert (text[money.start : money.end], money.figure) == (words, STATED[words])
    assert parse(words) == STATED[words]


@pytest.mark.parametrize("figure", STATED.values(), ids=STATED)
def test_a_sum_can_be_claimed(figure: Figure) -> None:
    value = quantity(figure.low, figure.high, figure.stated, figure.qualifier)
    assert value is not None
    assert value.qualifier is figure.qualifier


@pytest.mark.parametrize(
    "text",
    [
        "4 million users and 700 billion parameters",
        "buy $POAI, the Series B, a 24x return, 5% of it, in 2019",
        "the cash-tag $24x, $5th, $2½ billion",
        "a pre-Series A round with 3.6 shares each",
        "call 555-010-0199 or 1-800-555",
        "a load of 5,000 pounds, 3 won, 2 lost",
        "the H200 dollars",
        "X$5 million, of a country nobody knows",
        "€1.500 and $2.500, which nobody tells apart",
        "two point two five billion dollars, two thousand and fifty dollars",
        "in the second half million-dollar rounds were rare",
        "a dollar, the euro and the pound",
        "try 5, all 6, to 7",
        "$1234567890123456789",
        "$999999999 trillion",
        "$1,2,3",
        "hundreds of millions of users, tens of billions",
        "a million users or half a billion",
        "",
    ],
)
def test_what_is_no_sum_is_none(text: str) -> None:
    assert find(text) == []
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("grew from $1bn to $2bn", ["$1bn", "$2bn"]),
        ("raised its target from $1bn to $2bn", ["$1bn", "$2bn"]),
        ("rise to $52 billion from $26 billion", ["$52 billion", "$26 billion"]),
        ("$5 billion plus $2 billion", ["$5 billion", "$2 billion"]),
        ("gave $1 billion to 10 companies", ["$1 billion"]),
        ("paid $5 to 20 people", ["$5"]),
        ("raised $5 million won by none", ["$5 million"]),
        ("talks with banks about $5 billion in debt", ["$5 billion"]),
        ("talks about a $5 billion deal", ["$5 billion"]),
        ("in talks to raise about $5 billion", ["about $5 billion"]),
        ("<b>$5 million</b>", ["$5 million"]),
        ("more\n\n> $5 million", ["> $5 million"]),
        ("A€5 and EUR $5, of two minds", ["$5"]),
        ("$5 B shares, $5 more, $5 m or so", ["$5", "$5", "$5 m or so"]),
        ("the $5 and $10 million rounds", ["$10 million"]),
        ("raises $5\n\nMillions of users", ["$5"]),
        ("the Falcon 9 - $62 million a launch", ["$62 million"]),
        ("for $5 - 10 million users said", ["$5"]),
        ("in 2019 $5 million", ["$5 million"]),
        ("$5m or $6m", ["$5m", "$6m"]),
    ],
)
def test_words_around_a_sum_are_not_taken_for_it(text: str, sums: list[str]) -> None:
    assert [text[money.start : money.end] for money in find(text)] == sums


@pytest.mark.parametrize(
    ("text", "conversions"),
    [
        ("3.1 billion euro ($3.4 billion) in stock", ["$3.4 billion"]),
        ("₹130 Cr (~$14M) round", ["~$14M"]),
        ("100 billion yen (or about US$910 million)", ["about US$910 million"]),
        ("$6.5bn, or £5bn, from", ["£5bn"]),
        ("€5m/$5.5m", ["$5.5m"]),
        ("€5m ($5.5m, £4.2m)", ["$5.5m", "£4.2m"]),
        ("$5m ($2m of it in debt)", []),
        ("€5m (bringing the total to $20m)", []),
        ("€5m and $2m", []),
    ],
)
def test_a_sum_keeps_what_it_is_in_other_currencies(text: str, conversions: list[str]) -> None:
    money = find(text)[0]
    assert [text[other.start : other.end] for other in money.conversions] == conversions
    assert "(" not in text[money.start : money.end]


def test_the_sum_of_a_quote_is_the_one_beside_its_conversions() -> None:
    assert parse("€5m ($5.5m)") == exact("EUR", 5 * M)
    assert parse("€5m and $5.5m") is None


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("$27 a share", "share"),
        ("$9 to $11 per share", "share"),
        ("$9 apiece", "piece"),
        ("26.80 euros ($29) a share", "share"),
        ("$1 per American depositary share", "share"),
        ("$100 million per year", "year"),
        ("$20/month", "month"),
        ("$20/user/month", "user"),
        ("a $10-a-month plan", "month"),
        ("$2.50 per million tokens", "tokens"),
        ("$5 million annually", "year"),
        ("$5 million a round", None),
        ("$5 million", None),
    ],
)
def test_a_rate_names_its_unit(text: str, per: str | None) -> None:
    assert find(text)[0].per == per


def test_the_core_is_number_scale_and_currency() -> None:
    text = "raising up to about US$5 billion or more"
    (money,) = find(text)
    assert text[money.core_start : money.core_end] == "US$5 billion"


def test_only_the_part_asked_for_is_read() -> None:
    text = "$1 and $2 and $3"
    (money,) = find(text, 7, 10)
    assert (money.start, money.end, money.figure) == (7, 9, exact("USD", 2))


@pytest.mark.parametrize("piece", ["$1", "1-", "a ", "about 1 ", "between ", "9", "(€1/", "\n "])
def test_a_text_that_never_ends_is_read_to_its_end(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert all(text[money.start : money.end] for money in find(text))


AMOUNTS = st.decimals(min_value="0.01", max_value=9_999, places=2)
SCALES = {"": 0, "k": 3, "m": 6, " mn": 6, " million": 6, "bn": 9, " Billion": 9, " trillion": 12}


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, Figure]:
    """A sum of money in one of its many spellings."""
    amount = draw(AMOUNTS)
    number = draw(st.sampled_from([f"{amount}", f"{amount:,}"]))
    scale = draw(st.sampled_from(sorted(SCALES)))
    value = amount.scaleb(SCALES[scale])
    if draw(st.booleans()):
        sign = draw(st.sampled_from(sorted(SIGNS)))
        currency, words = SIGNS[sign], f"{sign}{number}{scale}"
    else:
        name = draw(st.sampled_from(sorted(name for name in NAMES if name.isascii())))
        currency, words = NAMES[name], f"{number}{scale or ' million'} {name}"
        value = value if scale else value.scaleb(6)
    phrase = draw(st.sampled_from(["", *sorted(BEFORE)]))
    words = f"{phrase} {words}".strip()
    qualifier = BEFORE.get(phrase, Qualifier.EXACT)
    low, high = {
        Qualifier.UP_TO: (None, value),
        Qualifier.LESS_THAN: (None, value),
        Qualifier.AT_LEAST: (value, None),
        Qualifier.MORE_THAN: (value, None),
    }.get(qualifier, (None, None))
    stated = value if low is None and high is None else None
    return words, Figure(currency, qualifier, low, high, stated)


@settings(max_examples=400)
@given(spelled())
def test_what_is_written_is_read_back(sum_: tuple[str, Figure]) -> None:
    words, figure = sum_
    assert parse(words) == figure


PIECES = st.sampled_from(
    re.split(
        " +",
        "$ € £ ¥ ₹ US$ A$ USD EUR Rs. 5 10 1.5 1,000 2,5 1.500 25 000 two twenty half a an few"
        " several tens hundreds of millions billion million bn m k B crore lakh 亿 万 元 dollars"
        " euros pounds won Canadian up to about over less than at least between and from or more"
        " plus + - – ( ) / , . ; ~ > < % per share year month apiece equivalent rose raised its"
        " talks \n\n the multi",
    )
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=30).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)


@settings(max_examples=400)
@given(st.one_of(TEXTS, st.text()))
def test_any_text_yields_sums_apart_each_read_again_from_its_own_words(text: str) -> None:
    at = 0
    for money in find(text):
        assert at <= money.start <= money.core_start < money.core_end <= money.end <= len(text)
        at = money.end
        for sum_ in (money, *money.conversions):
            assert parse(text[sum_.start : sum_.end]) == sum_.figure
            assert quantity(
                sum_.figure.low, sum_.figure.high, sum_.figure.stated, sum_.figure.qualifier
            )


@settings(max_examples=400)
@given(spelled(), TEXTS)
def test_a_sum_is_found_after_any_text_that_ended(sum_: tuple[str, Figure], text: str) -> None:
    words, figure = sum_
    found = find(f"{text}\n\n{words}\n\n{text}")
    start = len(text) + 2
    assert [m.figure for m in found if (m.start, m.end) == (start, start + len(words))] == [figure]


@settings(max_examples=400)
@given(TEXTS)
def test_no_digit_is_made_up(text: str) -> None:
    for money in find(text):
        words = text[money.start : money.end]
        if any(character.isdigit() for character in words):
            for digits in significant(money):
                assert digits in words.replace(",", "").replace(".", "").replace(" ", "")


def significant(money: Money) -> list[str]:
    """The digits of each number of a figure, without the zeros that a scale or a point makes."""
    figure = money.figure
    numbers = [number for number in (figure.low, figure.high, figure.stated) if number]
    return [format(number, "f").replace(".", "").strip("0") for number in numbers]
