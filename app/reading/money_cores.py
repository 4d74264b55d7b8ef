"""The cores of sums: a number with its scale and its currency, "US$5.5 billion", "7亿美元"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from app.claims.values import LARGEST
from app.reading.money_words import (
    ALSO_A_WEIGHT_OR_A_VERB,
    CODES,
    COUNTRIES,
    FEW,
    HEAPS,
    LEFT_OPEN,
    LETTERS,
    LONGEST_NAME,
    MULTI,
    NAMES,
    NEED_NO_GLUE,
    NO_SCALE_BEFORE,
    OF_NUMBERS,
    SCALES,
    SIGNS,
    YUAN_SCALES,
)
from app.reading.numbers import STARTS, Number, Tokens, number_at


@dataclass(frozen=True, slots=True)
class Core:
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

    @property
    def is_sum(self) -> bool:
        """Whether nothing is missing, and no number is larger than can be claimed."""
        if self.currency is None or max(self.value, self.high or 0) >= LARGEST:
            return False
        return self.scale is not None or not self.number.needs_scale


def may_start(tokens: Tokens, at: int) -> bool:
    """Whether a core may begin at ``at``, told at a glance."""
    return tokens.keys[at] in _STARTS or tokens.is_number(at)


_STARTS = frozenset(
    {*SIGNS, *STARTS, *FEW, *HEAPS, *MULTI, "multi", *(code.lower() for code in CODES)}
)


def core_at(tokens: Tokens, at: int, free: int) -> Core | None:
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


def core_from(tokens: Tokens, at: int) -> Core | None:
    """The core whose first token is at ``at``, be it of a country: "US" in "US$5"."""
    core = core_at(tokens, at + 1, at) if tokens.keys[at + 1] in SIGNS else None
    core = core or core_at(tokens, at, at)
    return core if core and core.first == at else None


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
    before, sign = tokens.spelling(at - 1).replace(".", ""), tokens.keys[at]
    code = CODES.get(before, "")
    if code == currency or code in LEFT_OPEN.get(sign, ()):
        return at - 1, code, at + 1
    glued = tokens.is_glued(at)
    country = COUNTRIES.get(before + sign)
    if country and (glued or before in NEED_NO_GLUE):
        return at - 1, country, at + 1
    # "X$5" is of a country we do not know; "raised$5" lacks a blank.
    unknown = glued and before.isalpha() and len(before) <= 3 and not before.islower()
    return None if unknown else (at, currency, at + 1)


def _scaled(tokens: Tokens, first: int, number: Number, currency: str | None) -> Core | None:
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
    return Core(
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
    if tokens.is_glued(first + 1) and not tokens.is_number(first + 2):
        country = tokens.spelling(first).replace(".", "") + tokens.keys[first + 1]
        if country in COUNTRIES:
            return COUNTRIES[country], first + 2
    code = SIGNS.get(tokens.keys[first]) or CODES.get(tokens.spelling(first).rstrip("."))
    # "in 2024 USD 5 million": the code belongs to what follows.
    follows = tokens.is_number(first + 1) if code else False
    if follows and tokens.is_glued(first) and not tokens.is_glued(first + 1):
        follows = False
    if code and not hyphen and not follows:
        return code, first + 1
    return None, at


# Orders of magnitude.


def _heap(tokens: Tokens, at: int) -> Core | None:
    """ "tens of billions of dollars", "several hundred million euros", "multi-million-dollar"."""
    bounds = _heap_of(tokens, at) or _few(tokens, at) or _multi(tokens, at)
    if bounds is None:
        return None
    low, high, after = bounds
    named, end = _currency_after(tokens, _past_of(tokens, after), True)
    if named is None:
        return None
    number = Number(Decimal(1), after)
    return Core(at, end, number, low, named, _plain(Decimal(1).scaleb(high)))


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


def _plain(value: Decimal) -> Decimal:
    """``value`` in one spelling: without exponent and without zeros at the end."""
    whole = value.to_integral_value()
    return Decimal(int(whole)) if value == whole else value.normalize()
