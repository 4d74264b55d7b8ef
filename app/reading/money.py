"""The money grammar: sums of money in a text, exactly as they are stated.

No number leaves this module that its own words do not state, and no guess: a sum whose currency or
scale cannot be told is no sum. ``find`` takes time linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from app.claims.values import LARGEST
from app.claims.vocabulary import Qualifier
from app.reading.money_words import (
    AFTER,
    AFTER_STARTS,
    ALSO_A_WEIGHT_OR_A_VERB,
    ALSO_PREPOSITIONS,
    BEFORE,
    BEFORE_ENDS,
    BEFORE_WORDS,
    BY,
    CODES,
    COUNTRIES,
    FEW,
    FILLERS,
    HEAPS,
    LEFT_OPEN,
    LETTERS,
    LONGEST_AFTER,
    LONGEST_BEFORE,
    LONGEST_NAME,
    MATTERS,
    MULTI,
    NAMES,
    NEED_NO_GLUE,
    NO_LONGER_THE_MATTER,
    NO_SCALE_BEFORE,
    OF_NUMBERS,
    OF_UNITS,
    OWNERS,
    PER,
    PLUS_BEFORE,
    RAISES,
    RISES,
    SAYS_THE_SAME,
    SCALES,
    SIGNS,
    YUAN_SCALES,
)
from app.reading.numbers import BREAK, STARTS, Number, Tokens, number_at
from app.reading.reading import Figure

MOST_SUMS = 5_000
"""Sums found in one text; no article states as many."""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of money and its place in the text, in characters.

    ``start`` and ``end`` bound all that says how much, "up to" and "or more" included, but not
    ``conversions``: the same sum in other currencies, as in "3.1 billion euro ($3.4 billion)".
    ``core_start`` and ``core_end`` bound number, scale and currency alone. ``per`` is the unit of
    a rate: "share" for "$27 a share".
    """

    start: int
    end: int
    core_start: int
    core_end: int
    figure: Figure
    conversions: tuple[Money, ...] = ()
    per: str | None = None


def find(text: str, start: int = 0, end: int | None = None) -> list[Money]:
    """The sums in ``text[start:end]``, in order and apart. Never raises, whatever the text."""
    tokens = Tokens(text[start:end])
    return [_placed(tokens, sum_, start) for sum_ in islice(_sums(tokens), MOST_SUMS)]


def parse(quote: str) -> Figure | None:
    """The sum that ``quote`` states; None if it states none or several, conversions aside."""
    found = find(quote)
    return found[0].figure if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Core:
    """Number, scale and currency between two tokens; what is missing another may lend.

    ``high``: the sum is only an order of magnitude, from ``value`` to ``high``.
    ``or_more``: as in "$4.5+ billion". ``currency_first``: it stands before the number.
    """

    first: int
    after: int
    number: Number
    scale: int | None
    currency: str | None
    high: Decimal | None = None
    or_more: bool = False
    currency_first: bool = False

    @property
    def value(self) -> Decimal:
        return _plain(self.number.value.scaleb(self.scale or 0))


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum between tokens; ``after_core`` and ``after`` are the tokens that follow."""

    first: int
    first_of_core: int
    after_core: int
    after: int
    figure: Figure
    conversions: tuple[_Sum, ...] = ()
    per: str | None = None


def _placed(tokens: Tokens, sum_: _Sum, offset: int) -> Money:
    return Money(
        start=tokens.starts[sum_.first] + offset,
        end=tokens.ends[sum_.after - 1] + offset,
        core_start=tokens.starts[sum_.first_of_core] + offset,
        core_end=tokens.ends[sum_.after_core - 1] + offset,
        figure=sum_.figure,
        conversions=tuple(_placed(tokens, other, offset) for other in sum_.conversions),
        per=sum_.per,
    )


_STARTS = frozenset(
    {*SIGNS, *STARTS, *FEW, *HEAPS, *MULTI, "multi", *(code.lower() for code in CODES)}
)


def _sums(tokens: Tokens) -> Iterator[_Sum]:
    at = free = 1
    while at <= tokens.last:
        sum_ = None
        if tokens.keys[at] in _STARTS or tokens.is_number(at):
            sum_ = _sum(tokens, at, free)
        if sum_ is None:
            at += 1
            continue
        after, conversions = _conversions(tokens, sum_)
        yield replace(sum_, conversions=conversions, per=_per(tokens, sum_.after, after))
        at = free = after


def _sum(tokens: Tokens, at: int, free: int) -> _Sum | None:
    """The sum whose core begins at ``at``; no word before ``free`` belongs to it."""
    core = _core(tokens, at, free)
    if core is None:
        return None
    first, qualifier = _qualifier_before(tokens, core.first, free)
    range_ = _range(tokens, core, first, free)
    if range_:
        return range_
    if core.currency is None or not _is_sum(core) or _lacks_its_scale(tokens, core):
        return None
    after, qualifier = _qualifier_after(tokens, core.after, qualifier)
    qualifier = Qualifier.AT_LEAST if core.or_more else qualifier
    figure = _figure(core.currency, qualifier, core.value, core.high)
    return _Sum(first, core.first, core.after, after, figure)


def _is_sum(core: _Core) -> bool:
    if core.currency is None or core.value >= LARGEST or (core.high or 0) >= LARGEST:
        return False
    return core.scale is not None or not core.number.needs_scale


def _figure(
    currency: str, qualifier: Qualifier, value: Decimal, high: Decimal | None = None
) -> Figure:
    if high is not None:
        return Figure(currency, Qualifier.ORDER_OF_MAGNITUDE, value, high, None)
    match qualifier:
        case Qualifier.UP_TO | Qualifier.LESS_THAN:
            return Figure(currency, qualifier, None, value, None)
        case Qualifier.AT_LEAST | Qualifier.MORE_THAN:
            return Figure(currency, qualifier, value, None, None)
        case _:
            return Figure(currency, qualifier, None, None, value)


def _plain(value: Decimal) -> Decimal:
    """``value`` in one spelling: without exponent and without zeros at the end."""
    whole = value.to_integral_value()
    return Decimal(int(whole)) if value == whole else value.normalize()


# Cores: number, scale, currency.


def _core(tokens: Tokens, at: int, free: int) -> _Core | None:
    """The core that begins at ``at``, or at the country glued to a sign there."""
    before = _currency_before(tokens, at, free)
    if before is not None:
        first, currency, after = before
        number = number_at(tokens, after)
        return _scaled(tokens, first, number, currency) if number else None
    heap = _heap(tokens, at)
    if heap:
        return heap
    if _continues(tokens, at, free):
        return None
    number = number_at(tokens, at)
    return _scaled(tokens, at, number, None) if number else None


def _continues(tokens: Tokens, at: int, free: int) -> bool:
    """Whether what stands at ``at`` is but the rest of a number or a name: "H200", "F16"."""
    if tokens.is_glued(at) and _goes_on(tokens.text[tokens.starts[at] - 1]):
        return True
    before = at - 2 if tokens.keys[at - 1] == "and" else at - 1
    return before >= free and tokens.keys[before] in OF_NUMBERS


def _currency_before(tokens: Tokens, at: int, free: int) -> tuple[int, str, int] | None:
    """First token, currency and the token after, if a currency stands at ``at``."""
    currency = SIGNS.get(tokens.keys[at])
    if currency is None:
        code = CODES.get(tokens.spelling(at).rstrip("."))
        return (at, code, at + 1) if code else None
    if at <= free:
        return at, currency, at + 1
    before = tokens.spelling(at - 1).replace(".", "")
    if before in CODES:
        return at - 1, CODES[before], at + 1
    if before in NEED_NO_GLUE:
        return at - 1, COUNTRIES[before], at + 1
    if not tokens.is_glued(at) or not before.isalpha() or len(before) > 3 or before.islower():
        return at, currency, at + 1
    # "A$5" is of a country; of one we do not know, it is no sum.
    return (at - 1, COUNTRIES[before], at + 1) if before in COUNTRIES else None


def _scaled(tokens: Tokens, first: int, number: Number, currency: str | None) -> _Core | None:
    """The number with the scale and the currency that follow it."""
    scale, after = _scale(tokens, number.after)
    currency_first, or_more = currency is not None, False
    if scale is None:
        scale, after = _scale(tokens, _past_plus(tokens, number.after))
        or_more = scale is not None
    if number.by_blanks and scale is not None:
        return None
    if scale is None:
        after = number.after
        if _is_cut_short(tokens, after):
            return None
    number, after = _with_smaller_scale(tokens, number, scale, after)
    if tokens.is_number(after) and tokens.is_glued(after):
        return None
    if currency == "JPY" and tokens.keys[after - 1] in YUAN_SCALES:
        currency = "CNY"
    named, after_name = _currency_after(tokens, after, scale is not None)
    if named and (currency in (None, named) or named in LEFT_OPEN.get(tokens.keys[first], ())):
        currency, after = named, after_name
    return _Core(
        first, after, number, scale, currency, or_more=or_more, currency_first=currency_first
    )


def _past_plus(tokens: Tokens, at: int) -> int:
    if tokens.keys[at] == "+" and tokens.is_glued(at):
        return at + 1
    return at + 2 if tokens.is_hyphen(at) and tokens.keys[at + 1] == "plus" else at


def _is_cut_short(tokens: Tokens, after: int) -> bool:
    """Whether the number goes on in a way that is none: "24x", "5%", "2½", "5th"."""
    if tokens.keys[after] == "%":
        return True
    if not tokens.is_glued(after) or not _goes_on(tokens.text[tokens.starts[after]]):
        return False
    return tokens.spelling(after) not in CODES and tokens.keys[after] not in NAMES


def _goes_on(character: str) -> bool:
    """Whether a number glued to ``character`` is part of something else."""
    return character.isnumeric() or (character.isalpha() and character.isascii())


def _scale(tokens: Tokens, at: int) -> tuple[int | None, int]:
    """The power of ten at ``at`` and the token after it; hyphens before count in."""
    if tokens.is_hyphen(at):
        scale, after = _scale_word(tokens, at + 1)
        if scale is not None and tokens.keys[at + 1] not in LETTERS:
            return scale, after
        return None, at
    return _scale_word(tokens, at)


def _scale_word(tokens: Tokens, at: int) -> tuple[int | None, int]:
    key = tokens.keys[at]
    scale = SCALES.get(key)
    if scale is None:
        return None, at
    if key in LETTERS and not tokens.is_glued(at) and _is_letter_of_other(tokens, at):
        return None, at
    longer = SCALES.get(tokens.phrase(at, at + 2))
    return (scale, at + 1) if longer is None else (longer, at + 2)


def _is_letter_of_other(tokens: Tokens, at: int) -> bool:
    following = tokens.keys[at + 1]
    if following in NO_SCALE_BEFORE:
        return True
    return tokens.is_glued(at + 1) and following in ("&", "-", "'", "/", "_", ".")


def _with_smaller_scale(
    tokens: Tokens, number: Number, scale: int | None, after: int
) -> tuple[Number, int]:
    """ "1億5000万", "two million five hundred thousand": a smaller scale adds to the larger."""
    while scale is not None:
        glued = tokens.is_number(after) and tokens.is_glued(after)
        if not glued and not (number.spelled and tokens.keys[after] != "a"):
            break
        addend = number_at(tokens, after)
        if addend is None or (addend.spelled and not number.spelled):
            break
        smaller, end = _scale(tokens, addend.after)
        if smaller is None or smaller >= scale or not (_is_whole(number) and _is_whole(addend)):
            break
        value = number.value + addend.value.scaleb(smaller - scale)
        number, after = replace(number, value=value), end
    return number, after


def _is_whole(number: Number) -> bool:
    return number.value == int(number.value)


def _currency_after(tokens: Tokens, at: int, has_scale: bool) -> tuple[str | None, int]:
    """The currency named at ``at`` and the token after it."""
    if tokens.keys[at] == "(" and tokens.keys[at + 2] == ")":
        code = CODES.get(tokens.spelling(at + 1))
        return (code, at + 3) if code else (None, at)
    hyphen = tokens.is_hyphen(at)
    first = at + 1 if hyphen else at
    for length in range(LONGEST_NAME, 0, -1):
        currency = NAMES.get(tokens.phrase(first, first + length))
        if currency:
            word = tokens.keys[first]
            if length == 1 and word in ALSO_A_WEIGHT_OR_A_VERB and not has_scale:
                break
            return currency, first + length
    if tokens.keys[first + 1] == "$" and tokens.is_glued(first + 1):
        country = COUNTRIES.get(tokens.spelling(first).replace(".", ""))
        if country and not tokens.is_number(first + 2):
            return country, first + 2
    code = SIGNS.get(tokens.keys[first]) or CODES.get(tokens.spelling(first).rstrip("."))
    # "in 2024 USD 5 million": the code belongs to what follows.
    follows = tokens.is_number(first + 1) if code else False
    if follows and tokens.is_glued(first) and not tokens.is_glued(first + 1):
        follows = False
    if code and not hyphen and not follows:
        return code, first + 1
    return None, at


# Orders of magnitude.


def _heap(tokens: Tokens, at: int) -> _Core | None:
    """ "tens of billions of dollars", "several hundred million euros", "multi-million-dollar"."""
    bounds = _heap_of(tokens, at) or _few(tokens, at) or _multi(tokens, at)
    if bounds is None:
        return None
    low, high, after = bounds
    named, end = _currency_after(tokens, _past_of(tokens, after), True)
    if named is None:
        return None
    number = Number(Decimal(1), after)
    return _Core(at, end, number, low, named, _plain(Decimal(1).scaleb(high)))


def _past_of(tokens: Tokens, at: int) -> int:
    return at + 1 if tokens.keys[at] == "of" else at


def _heap_of(tokens: Tokens, at: int) -> tuple[int, int, int] | None:
    heap = HEAPS.get(tokens.keys[at])
    if heap is None:
        return None
    low, high = heap
    after = at + 1
    if tokens.keys[after] == "to" and tokens.keys[after + 1] in HEAPS:
        high, after = HEAPS[tokens.keys[after + 1]][1], after + 2
    scale, after_scale = _scale_word(tokens, _past_of(tokens, after))
    return (low, high, after) if scale is None else (low + scale, high + scale, after_scale)


def _few(tokens: Tokens, at: int) -> tuple[int, int, int] | None:
    keys = tokens.keys
    first = at + 1 if keys[at] == "a" else at
    if keys[first] not in FEW:
        return None
    scale, after = _scale_word(tokens, _past_of(tokens, first + 1))
    return None if scale is None else (scale, scale + 1, after)


def _multi(tokens: Tokens, at: int) -> tuple[int, int, int] | None:
    if tokens.keys[at] in MULTI:
        scale = MULTI[tokens.keys[at]]
        return scale, scale + 3, at + 1
    if tokens.keys[at] != "multi":
        return None
    word = at + 2 if tokens.keys[at + 1] == "-" else at + 1
    power, after = _scale_word(tokens, word)
    return None if power is None else (power, power + 3, after)


# Ranges.


def _range(tokens: Tokens, left: _Core, first: int, free: int) -> _Sum | None:
    """The range of which ``left`` is the one end: "$8bn-$10bn", "between 1 and 2 billion euros"."""
    keys = tokens.keys
    opener = keys[first - 1] if first > free and keys[first - 1] in ("between", "from") else ""
    first = first - 1 if opener else first
    joint, at = _joint(tokens, left.after)
    if joint is None or left.high is not None or (joint == "and" and opener != "between"):
        return None
    if joint == "to" and _is_a_change(tokens, first, opener):
        return None
    right = _core_from(tokens, at if joint == "-" else _past_qualifiers(tokens, at))
    if right is None or right.high is not None:
        return None
    hyphened = joint == "-" and tokens.is_glued(at - 1) and tokens.is_glued(at)
    if left.currency is None and right.currency_first:
        return None  # "Falcon 9 - $62 million a launch"
    if joint == "-" and not hyphened and not (left.currency and right.currency):
        return None
    ends = _complete(left, right, elliptic=bool(opener) or hyphened, alternatives=joint == "or")
    if ends is None or (ends[0].value > ends[1].value and opener != "between"):
        return None
    low, high = sorted(end.value for end in ends)
    assert ends[0].currency
    figure = Figure(ends[0].currency, Qualifier.BETWEEN, low, high, None)
    return _Sum(first, left.first, right.after, right.after, figure)


def _joint(tokens: Tokens, at: int) -> tuple[str | None, int]:
    """What joins two ends at ``at``, if so, and the token after: "to", "-", also "-to-"."""
    keys = tokens.keys
    if keys[at] == "-" and keys[at + 1] == "to":
        at += 1
    if keys[at] == "~" and tokens.is_glued(at) and tokens.is_glued(at + 1):
        return "-", at + 1
    if keys[at] == "to" and keys[at + 1] == "-":
        return "to", at + 2
    if keys[at] in ("到", "至"):
        return "to", at + 1
    return (keys[at], at + 1) if keys[at] in ("-", "to", "and", "or") else (None, at)


def _is_a_change(tokens: Tokens, first: int, opener: str) -> bool:
    """Whether the words before tell of a rise or a fall: "grew from $1 billion to $2 billion"."""
    before: set[str] = set()
    for at in range(first - 1, max(first - (9 if opener else 3), 0), -1):
        if tokens.keys[at] in (BREAK, ".", ";", ":"):
            break
        before.add(tokens.keys[at])
    return not before.isdisjoint(RISES) or not (
        before.isdisjoint(RAISES) or before.isdisjoint(OWNERS)
    )


def _core_from(tokens: Tokens, at: int) -> _Core | None:
    """The core whose first token is at ``at``, be it of a country: "US" in "US$5"."""
    core = _core(tokens, at + 1, at) if tokens.keys[at + 1] in SIGNS else None
    core = core or _core(tokens, at, at)
    return core if core and core.first == at else None


def _complete(
    left: _Core, right: _Core, *, elliptic: bool, alternatives: bool
) -> tuple[_Core, _Core] | None:
    """Both ends with what the one leaves to the other: the currency, the scale.

    ``elliptic``: the way they are joined allows the right end to be a number alone.
    ``alternatives``: "one or two billion" is a range only if the left end leaves its scale.
    """
    currency = left.currency or right.currency
    if currency is None or (left.currency and right.currency and left.currency != right.currency):
        return None
    shared = left.scale is None and right.scale is not None and not left.number.needs_scale
    if alternatives and not shared:
        return None
    if right.currency is None and right.scale is None and not elliptic:
        return None
    if shared and left.number.value < right.number.value:
        left = replace(left, scale=right.scale)
    elif shared and (left.currency is None or alternatives):
        return None
    elif right.scale is None and left.scale is not None:
        right = replace(right, scale=left.scale)
        if right.value <= left.value:
            return None
    left, right = replace(left, currency=currency), replace(right, currency=currency)
    if left.value == right.value or not _is_sum(left) or not _is_sum(right):
        return None
    return left, right


def _lacks_its_scale(tokens: Tokens, core: _Core) -> bool:
    """Whether "$5" is five million in truth, as in "$5 and $10 million"."""
    if core.scale is not None or tokens.keys[core.after] not in ("and", "or", "-", "to"):
        return False
    other = _core_from(tokens, core.after + 1)
    return (
        other is not None
        and other.scale is not None
        and other.currency == core.currency
        and core.number.value < other.number.value
    )


def _past_qualifiers(tokens: Tokens, at: int) -> int:
    for length in range(LONGEST_BEFORE, 0, -1):
        if tokens.phrase(at, at + length) in BEFORE:
            return at + length
    return at


# Qualifiers.


def _qualifier_before(tokens: Tokens, first: int, free: int) -> tuple[int, Qualifier]:
    """Where the words of qualification before ``first`` begin, and what they say."""
    start, qualifier = first, Qualifier.EXACT
    at = first
    for _ in range(_MOST_STEPS):
        phrase = _phrase_before(tokens, at, free)
        if phrase:
            if _is_preposition(tokens, at, first, phrase):
                break
            at -= phrase.count(" ") + 1
            start = at
            if qualifier in _SOFT:
                qualifier = max(qualifier, BEFORE[phrase], key=_hardness)
        elif at > free and tokens.keys[at - 1] in FILLERS:
            at -= 1
        else:
            break
    return start, qualifier


_MOST_STEPS = 6
_SOFT = (Qualifier.EXACT, Qualifier.APPROXIMATELY)


def _hardness(qualifier: Qualifier) -> int:
    return _SOFT.index(qualifier) if qualifier in _SOFT else len(_SOFT)


def _phrase_before(tokens: Tokens, at: int, free: int) -> str | None:
    if at <= free or tokens.keys[at - 1] not in BEFORE_ENDS:
        return None
    for length in range(min(LONGEST_BEFORE, at - free), 0, -1):
        phrase = tokens.phrase(at - length, at)
        if phrase in BEFORE:
            return phrase
    return None


def _is_preposition(tokens: Tokens, at: int, first: int, phrase: str) -> bool:
    """Whether the word tells of place or matter and not how much: "talks about a $5bn deal"."""
    if phrase == ">":
        return tokens.is_glued(at - 1)  # The end of a tag.
    if phrase not in ALSO_PREPOSITIONS:
        return False
    if at == first - 1 and tokens.keys[at] in ("a", "an"):
        return True
    for before in range(at - 2, max(at - 7, 0), -1):
        if tokens.keys[before] in NO_LONGER_THE_MATTER or not tokens.keys[before].isalnum():
            return False
        if tokens.keys[before] in MATTERS:
            return True
    return False


def _qualifier_after(tokens: Tokens, after: int, before: Qualifier) -> tuple[int, Qualifier]:
    """The token after "or more" or the like, and what it makes of the qualifier ``before``."""
    if tokens.keys[after] not in AFTER_STARTS:
        return after, before
    for length in range(LONGEST_AFTER, 0, -1):
        phrase = tokens.phrase(after, after + length)
        qualifier = AFTER.get(phrase)
        if qualifier and _ends_the_sum(tokens, phrase, after, after + length):
            soft = qualifier is Qualifier.APPROXIMATELY and before is not Qualifier.EXACT
            return after + length, before if soft else qualifier
    return after, before


def _ends_the_sum(tokens: Tokens, phrase: str, at: int, after: int) -> bool:
    following = tokens.keys[after]
    match phrase:
        case "plus":
            return following in PLUS_BEFORE
        case "+":
            adds = following in SIGNS or tokens.is_number(after)
            return tokens.is_glued(at) and not adds
        case "- plus":
            return tokens.is_glued(at) and tokens.is_glued(at + 1)
        case _:
            return following not in ("than", "to")


# Conversions and rates.


def _conversions(tokens: Tokens, sum_: _Sum) -> tuple[int, tuple[_Sum, ...]]:
    """The sums that restate ``sum_`` in other currencies, and the token after the last."""
    found: list[_Sum] = []
    currencies = {sum_.figure.currency}
    at = sum_.after
    for _ in range(_MOST_CONVERSIONS):
        start = _conversion_start(tokens, at, more=bool(found))
        other = _restated(tokens, start) if start else None
        if other is None or other.figure.currency in currencies:
            break
        found.append(other)
        currencies.add(other.figure.currency)
        at = other.after
    return at, tuple(found)


_MOST_CONVERSIONS = 3


def _conversion_start(tokens: Tokens, at: int, *, more: bool) -> int | None:
    keys = tokens.keys
    if keys[at] in ("(", "[", "/", "or", "equivalent"):
        return at + 1
    if keys[at] in (",", ";") and (more or keys[at + 1] in ("or", "equivalent")):
        return at + 1
    return None


def _restated(tokens: Tokens, start: int) -> _Sum | None:
    for at in range(start, min(start + 7, tokens.last + 1)):
        sum_ = _sum(tokens, at, start)
        if sum_:
            return sum_
        word = tokens.keys[at]
        country = tokens.keys[at + 1] in SIGNS and tokens.is_glued(at + 1)
        if word not in SAYS_THE_SAME and word not in BEFORE_WORDS and not country:
            return None
    return None


def _per(tokens: Tokens, after: int, after_conversions: int) -> str | None:
    """The unit of a rate named after the sum, or after the bracket that restates it."""
    unit = _unit(tokens, after)
    if unit is None and after_conversions > after:
        closed = tokens.keys[after_conversions] in (")", "]")
        unit = _unit(tokens, after_conversions + 1 if closed else after_conversions)
    return unit


def _unit(tokens: Tokens, at: int) -> str | None:
    keys = tokens.keys
    if keys[at] == "-" and tokens.is_glued(at):
        at += 1
    if keys[at] in BY:
        return BY[keys[at]]
    if keys[at] == "per":
        while keys[at + 1] in OF_UNITS:
            at += 1
    elif keys[at] not in ("a", "an", "each", "every", "/"):
        return None
    return PER.get(keys[at + 2] if keys[at + 1] == "-" else keys[at + 1])
