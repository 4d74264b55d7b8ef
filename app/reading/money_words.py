"""The words of money: currencies, scales and qualifiers, as tables that the grammar looks up.

Keys are as tokens are: lower case, without the points of abbreviations, words apart by one blank.
Only ``CODES`` and ``COUNTRIES`` go by the exact spelling, because "try" is no currency.
"""

from __future__ import annotations

from itertools import product

from app.claims.vocabulary import Qualifier


def _words(listed: str) -> tuple[str, ...]:
    """Words and phrases as listed, apart by commas."""
    return tuple(" ".join(word.split()) for word in listed.split(","))


# Currencies.

SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₽": "RUB",
    "₫": "VND",
    "₴": "UAH",
    "₦": "NGN",
    "฿": "THB",
}

LEFT_OPEN = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"}),
    "¥": frozenset({"CNY"}),
}
"""Which currency a sign means may be said after the number: "$5 million CAD"."""

_ISO = """
    AED, AUD, BRL, CAD, CHF, CLP, CNY, CZK, DKK, EUR, GBP, HKD, HUF, IDR, ILS, INR, JPY, KRW, KWD,
    MXN, MYR, NGN, NOK, NZD, PKR, PLN, QAR, RON, RUB, SAR, SEK, SGD, THB, TWD, UAH, USD, VND, ZAR
"""

CODES = {
    **{code: code for code in _words(_ISO)},
    **dict.fromkeys(_words("CNH, RMB, Rmb, rmb"), "CNY"),
    **dict.fromkeys(_words("RS, Rs, rs"), "INR"),
    **dict.fromkeys(_words("Fr, SFr, Sfr"), "CHF"),
    **dict.fromkeys(_words("kr, Kr"), "SEK"),
    "RM": "MYR",
    "usd": "USD",
    "eur": "EUR",
}
"""Written before or after a number."""

COUNTRIES = {
    **dict.fromkeys(_words("US$"), "USD"),
    **dict.fromkeys(_words("A$, AU$"), "AUD"),
    **dict.fromkeys(_words("C$, CA$, CDN$"), "CAD"),
    **dict.fromkeys(_words("HK$"), "HKD"),
    **dict.fromkeys(_words("S$, SG$"), "SGD"),
    **dict.fromkeys(_words("NZ$"), "NZD"),
    **dict.fromkeys(_words("NT$"), "TWD"),
    **dict.fromkeys(_words("R$"), "BRL"),
    **dict.fromkeys(_words("MX$"), "MXN"),
    **dict.fromkeys(_words("CN¥"), "CNY"),
    **dict.fromkeys(_words("JP¥"), "JPY"),
}
"""Signs with their country: "A$5 million", but "a $5 million round" is in U.S. dollars."""

NEED_NO_GLUE = frozenset(_words("US, HK, NZ, NT"))
"""Countries that belong to a sign after a blank as well: "more than US $5 million"."""


def _names(countries: str, words: str, currency: str) -> dict[str, str]:
    """Each word after each country; an empty country is the word alone."""
    pairs = product(_words(countries), _words(words))
    return {f"{country} {word}".strip(): currency for country, word in pairs}


NAMES = {
    **_names(", us, american", "dollar, dollars", "USD"),
    **_names("canadian", "dollar, dollars", "CAD"),
    **_names("australian, aussie", "dollar, dollars", "AUD"),
    **_names("new zealand", "dollar, dollars", "NZD"),
    **_names("singapore, singaporean", "dollar, dollars", "SGD"),
    **_names("hong kong", "dollar, dollars", "HKD"),
    **_names("taiwan, taiwanese, new taiwan", "dollar, dollars", "TWD"),
    **_names("", "euro, euros", "EUR"),
    **_names(", british, uk", "pound, pounds, pound sterling, pounds sterling", "GBP"),
    **_names(", japanese", "yen", "JPY"),
    **_names(", chinese", "yuan, renminbi", "CNY"),
    **_names(", indian", "rupee, rupees", "INR"),
    **_names("pakistani, pakistan", "rupee, rupees", "PKR"),
    **_names(", south korean, korean", "won", "KRW"),
    **_names(", swiss", "franc, francs", "CHF"),
    **_names(", israeli", "shekel, shekels, nis", "ILS"),
    **_names(", swedish", "krona, kronor", "SEK"),
    **_names("swedish", "crown, crowns, kroner", "SEK"),
    **_names("danish", "krone, kroner, crowns", "DKK"),
    **_names("norwegian", "krone, kroner, crowns", "NOK"),
    **_names("brazilian", "real, reals, reais", "BRL"),
    **_names("", "reais", "BRL"),
    **_names("mexican", "peso, pesos", "MXN"),
    **_names(", russian", "ruble, rubles, rouble, roubles", "RUB"),
    **_names(", polish", "zloty, zlotys", "PLN"),
    **_names(", south african", "rand", "ZAR"),
    **_names(", uae, emirati", "dirham, dirhams", "AED"),
    **_names("saudi", "riyal, riyals", "SAR"),
    **_names(", indonesian", "rupiah", "IDR"),
    **_names(", malaysian", "ringgit", "MYR"),
    **_names(", thai", "baht", "THB"),
    **_names(", turkish", "lira", "TRY"),
    **_names(", nigerian", "naira", "NGN"),
    **_names("", "美元, 美金, ドル, 米ドル, 달러", "USD"),
    **_names("", "元, 人民币, 人民幣, 元人民币", "CNY"),
    **_names("", "円, 日元, 日圓", "JPY"),
    **_names("", "欧元, 歐元, ユーロ, 유로", "EUR"),
    **_names("", "英镑, 英鎊, ポンド", "GBP"),
    **_names("", "港元, 港币, 港幣", "HKD"),
    **_names("", "新台幣", "TWD"),
    **_names("", "원", "KRW"),
}
LONGEST_NAME = 3

ALSO_A_WEIGHT_OR_A_VERB = frozenset(_words("pound, pounds, won, rand, lira"))
"""Money only if a scale stands before: "5,000 pounds" may be of weight, and "the 3 won"."""


# Numbers and scales.

SCALES = {
    **dict.fromkeys(_words("hundred"), 2),
    **dict.fromkeys(_words("thousand, thousands, k"), 3),
    **dict.fromkeys(_words("lakh, lakhs, lac, lacs, l, hundred thousand"), 5),
    **dict.fromkeys(_words("million, millions, m, mm, mn, mln, mil, mio"), 6),
    **dict.fromkeys(_words("crore, crores, cr, crs"), 7),
    **dict.fromkeys(_words("hundred million, hundred millions"), 8),
    **dict.fromkeys(_words("billion, billions, b, bn, bln, bil, mrd"), 9),
    **dict.fromkeys(_words("thousand crore, thousand crores"), 10),
    **dict.fromkeys(_words("hundred billion, hundred billions"), 11),
    **dict.fromkeys(_words("trillion, trillions, t, tn, trn, tln, lakh crore, lakh crores"), 12),
    **dict.fromkeys(_words("万, 萬, 만"), 4),
    **dict.fromkeys(_words("百万, 百萬"), 6),
    **dict.fromkeys(_words("千万, 千萬"), 7),
    **dict.fromkeys(_words("亿, 億, 억"), 8),
    **dict.fromkeys(_words("十亿, 十億"), 9),
    **dict.fromkeys(_words("百亿, 百億"), 10),
    **dict.fromkeys(_words("千亿, 千億"), 11),
    **dict.fromkeys(_words("万亿, 萬億, 兆, 조"), 12),
}
"""Powers of ten."""

YUAN_SCALES = frozenset(_words("亿, 十亿, 百亿, 千亿, 万亿"))
"""Written as in mainland China, where "¥" is the yuan."""

LETTERS = frozenset("kmbtl")
"""Scales that are one letter: apart from the number they may be something else."""

NO_SCALE_BEFORE = frozenset(_words("share, shares, stock, class, unit, units"))
"""After "$5 B": the B names a class of shares."""

_UNITS = _words("""
    one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen,
    fifteen, sixteen, seventeen, eighteen, nineteen
""")
_TENS = _words("twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety")

UNITS = {word: number for number, word in enumerate(_UNITS, start=1)}
TENS = {word: 10 * number for number, word in enumerate(_TENS, start=2)}
OF_NUMBERS = frozenset({*UNITS, *TENS, "point", "hundred", *(w for w in SCALES if len(w) > 3)})
"""A number after one of these is the end of another: "fifty" in "hundred and fifty"."""

PARTS = {"half": "0.5", "quarter": "0.25", "three quarters": "0.75"}

HEAPS = {
    "tens": (1, 2),
    "dozens": (1, 2),
    "hundreds": (2, 3),
    "thousands": (3, 6),
    "millions": (6, 9),
    "billions": (9, 12),
    "trillions": (12, 15),
}
"""From which power of ten to which: "tens of billions", "millions of dollars"."""

FEW = frozenset(_words("few, several, couple"))
MULTI = {"multimillion": 6, "multibillion": 9, "multitrillion": 12}


# Qualifiers.

BEFORE = {
    **dict.fromkeys(
        _words("""
            about, approx, approximately, est, c, ca, around, somewhere around, roughly, nearly,
            almost, near, nears, nearing, approaches, approaching, close to, circa, some,
            estimated, an estimated, in the region of, in the neighborhood of,
            in the neighbourhood of, in the range of, on the order of, ~, ≈, 约, 約, 近, 약
        """),
        Qualifier.APPROXIMATELY,
    ),
    **dict.fromkeys(
        _words("""
            up to, as much as, as high as, as many as, at most, at or below, no more than,
            not more than, no higher than, not exceeding, not to exceed, maximum of, a maximum of,
            maximum, a maximum, at maximum, at a maximum, max,
            capped at, ≤, < =, 最多, 最高, 最大
        """),
        Qualifier.UP_TO,
    ),
    **dict.fromkeys(
        _words("""
            at least, at or above, no less than, not less than, no fewer than, no lower than,
            as little as, as low as, minimum of, a minimum of, minimum,
            a minimum, at minimum, at a minimum, ≥, > =, 至少
        """),
        Qualifier.AT_LEAST,
    ),
    **dict.fromkeys(
        _words("""
            more than, just more than, slightly more than, a little more than, greater than,
            higher than, over, just over, slightly over, a little over, well over, above,
            just above, slightly above, well above, beyond, exceed, exceeds, exceeded, exceeding,
            in excess of, surpass, surpasses, surpassed, surpassing, top, tops, topped,
            topping, north of, upward of, upwards of, >, 超过, 超過, 超, 逾
        """),
        Qualifier.MORE_THAN,
    ),
    **dict.fromkeys(
        _words("""
            less than, just less than, slightly less than, a little less than, fewer than,
            lower than, under, just under, slightly under, a little under, well under, below,
            just below, slightly below, well below, shy of, just shy of, short of, just short of,
            south of, <, 不到
        """),
        Qualifier.LESS_THAN,
    ),
}
LONGEST_BEFORE = 4
BEFORE_WORDS = frozenset(word for phrase in BEFORE for word in phrase.split())
BEFORE_ENDS = frozenset(phrase.split()[-1] for phrase in BEFORE)

FILLERS = frozenset(
    _words("""
        a, an, another, additional, further, extra, total, combined, of, whopping, massive,
        staggering, reported
    """)
)
"""May stand between a qualifier and the sum: "up to an additional $5 billion"."""

ALSO_PREPOSITIONS = frozenset(_words("about, over, above, under, near, around"))
"""No qualifiers after one of ``MATTERS``: "in talks with banks about $5 billion in debt"."""

MATTERS = frozenset(
    _words("""
        talk, talks, talking, discussion, discussions, negotiation, negotiations, dispute, disputes,
        lawsuit, lawsuits, row, fight, battle, clash, spat, question, questions, concern, concerns,
        news, report, reports, rumor, rumors, rumour, rumours, speculation, details
    """)
)
NO_LONGER_THE_MATTER = frozenset(
    _words("""
        to, at, for, raise, raising, worth, valued, valuing, value, that, of, on, is, was, were,
        are, has, have, had
    """)
)

AFTER = {
    **dict.fromkeys(
        _words("""
            or more, or above, or over, or higher, or greater, or upwards, and above, and up, plus,
            - plus, +, 以上, 이상
        """),
        Qualifier.AT_LEAST,
    ),
    **dict.fromkeys(_words("or less, or below, or lower, or under, 以下"), Qualifier.UP_TO),
    **dict.fromkeys(_words("or so, or thereabouts, 左右"), Qualifier.APPROXIMATELY),
}
LONGEST_AFTER = 2
AFTER_STARTS = frozenset(phrase.split()[0] for phrase in AFTER)

PLUS_BEFORE = frozenset(
    _words("round, valuation, deal, funding, raise, investment, financing, fund")
) | frozenset(".,;:)!?\n")
"""What makes "$5 billion plus" a bound; "$5 billion plus stock" is an addition."""


# Around a sum.

RISES = frozenset(
    _words("""
        rise, rises, rose, risen, rising, grow, grows, grew, grown, growing, jump, jumps, jumped,
        jumping, climb, climbs, climbed, climbing, soar, soared, soaring, surge, surged, surging,
        increase, increases, increased, increasing, fall, falls, fell, fallen, falling, drop,
        drops, dropped, dropping, decline, declined, double, doubled, triple, tripled, quadrupled,
        up, down, went, gone, going, swell, swelled, leap, leaped, leapt, cut, lift, lifted,
        lifting, boosted, boost, upsized, expanded, slashed, shrank, slid
    """)
)
"""After these "from $1 billion to $2 billion" is a change and no range."""

RAISES = frozenset(_words("raise, raises, raised, raising"))
OWNERS = frozenset(_words("its, their, his, her, the"))
"""So is it after "raised its target"."""

SAYS_THE_SAME = frozenset(_words("or, equivalent, to, the, of, equal, =, us"))
"""What may stand between a bracket and a conversion in it, beside qualifiers."""

PER = {
    **{
        unit: unit
        for unit in _words("""
            share, user, month, year, day, week, hour, quarter, unit, seat, head, person, employee,
            barrel, ton, token, tokens, query, watt, gigawatt, megawatt, customer, ads, license,
            licence, piece
        """)
    },
    "mo": "month",
    "yr": "year",
    "annum": "year",
    "shares": "share",
    "users": "user",
}
"""Units of rates, after "per", "a" or a slash."""

OF_UNITS = frozenset(
    _words("thousand, million, american, depositary, ordinary, common, preferred, paying, active")
)
"""May stand between "per" and the unit."""

BY = {
    "apiece": "piece",
    "annually": "year",
    "yearly": "year",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
    "hourly": "hour",
}

_SCRIPT_WORDS = {
    word
    for table in (NAMES, SCALES, BEFORE, AFTER)
    for word in table
    if word.isalpha() and not word.isascii()
}
SCRIPT_WORDS = sorted(_SCRIPT_WORDS, key=lambda word: (-len(word), word))
"""The words of scripts that put no blank between words, longest first."""
