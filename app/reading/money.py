"""The money grammar: sums of money in a text, exactly as they are stated.

No number leaves this module that its own words do not state, and no guess: a sum whose currency or
scale cannot be told is no sum. ``find`` takes time linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from app.claims.vocabulary import Qualifier
from app.reading.money_cores import Core, core_at, core_from, may_start
from app.reading.money_words import (
    AFTER,
    AFTER_STARTS,
    ALSO_PREPOSITIONS,
    BEFORE,
    BEFORE_ENDS,
    BEFORE_WORDS,
    BY,
    FILLERS,
    LONGEST_AFTER,
    LONGEST_BEFORE,
    MATTERS,
    NO_LONGER_THE_MATTER,
    OF_UNITS,
    OWNERS,
    PER,
    PLUS_BEFORE,
    RAISES,
    RISES,
    SAYS_THE_SAME,
    SIGNS,
)
from app.reading.numbers import BREAK, Tokens
from app.reading.reading import Figure

MOST_STARTS = 20_000
"""Numbers and signs looked at in one text; no article has as many."""


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
    return [_placed(tokens, sum_, start) for sum_ in _sums(tokens)]


def parse(quote: str) -> Figure | None:
    """The sum that ``quote`` states; None if it states none or several, conversions aside."""
    found = find(quote)
    return found[0].figure if len(found) == 1 else None


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


def _sums(tokens: Tokens) -> Iterator[_Sum]:
    free = 1
    starts = (at for at in range(1, tokens.last + 1) if may_start(tokens, at))
    for at in islice(starts, MOST_STARTS):
        sum_ = _sum(tokens, at, free) if at >= free else None
        if sum_:
            free, conversions = _conversions(tokens, sum_)
            yield replace(sum_, conversions=conversions, per=_per(tokens, sum_.after, free))


def _sum(tokens: Tokens, at: int, free: int) -> _Sum | None:
    """The sum whose core begins at ``at``; no word before ``free`` belongs to it."""
    core = core_at(tokens, at, free)
    if core is None:
        return None
    first, qualifier = _qualifier_before(tokens, core.first, free)
    range_ = _range(tokens, core, first, free)
    if range_:
        return range_
    if core.currency is None or not core.is_sum or _lacks_its_scale(tokens, core):
        return None
    after, qualifier = _qualifier_after(tokens, core.after, qualifier)
    qualifier = Qualifier.AT_LEAST if core.or_more else qualifier
    figure = _figure(core.currency, qualifier, core.value, core.high)
    return _Sum(first, core.first, core.after, after, figure)


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


# Ranges.


def _range(tokens: Tokens, left: Core, first: int, free: int) -> _Sum | None:
    """The range of which ``left`` is the one end: "$8bn-$10bn", "between 1 and 2 billion euros"."""
    keys = tokens.keys
    opener = keys[first - 1] if first > free and keys[first - 1] in ("between", "from") else ""
    first = first - 1 if opener else first
    joint, at = _joint(tokens, left.after)
    if joint is None or left.high is not None or (joint == "and" and opener != "between"):
        return None
    if joint == "to" and _is_a_change(tokens, first, opener):
        return None
    right = core_from(tokens, at if joint == "-" else _past_qualifiers(tokens, at))
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


def _complete(
    left: Core, right: Core, *, elliptic: bool, alternatives: bool
) -> tuple[Core, Core] | None:
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
    if left.value == right.value or not (left.is_sum and right.is_sum):
        return None
    return left, right


def _lacks_its_scale(tokens: Tokens, core: Core) -> bool:
    """Whether "$5" is five million in truth, as in "$5 and $10 million"."""
    if core.scale is not None or tokens.keys[core.after] not in ("and", "or", "-", "to"):
        return False
    other = core_from(tokens, core.after + 1)
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
        # The end of a compound is none: "a start-up to watch".
        if phrase in BEFORE and not tokens.is_hyphen(at - length - 1):
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
