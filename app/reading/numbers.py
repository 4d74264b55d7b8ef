"""Numbers as news writes them: "1,234.5", "1,00,000", "twenty-five", "half a", "2 and a half".

A text is first cut into tokens, then all is done by looking up tokens. Each step looks only a few
tokens ahead, so that reading takes time linear in the text, whatever the text.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from decimal import Decimal

from app.reading.money_words import PARTS, SCRIPT_WORDS, TENS, UNITS

BREAK = "\n"
"""The key of a gap between paragraphs, and of what lies before and after the text."""

_SAME_LENGTH = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("‘’ʼ′", "'"),
        **dict.fromkeys("*_`\u200b\u200e\u200f\ufeff", " "),
        "～": "~",
        "〜": "~",
        "￥": "¥",
        "￡": "£",
        "￦": "₩",
    }
)
_SCRIPTS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(
    rf"[0-9]+(?:[.,'][0-9]+)*|(?<![\w.])\.[0-9]+"
    rf"|(?:[A-Z]\.){{2,4}}|(?i:\b(?:rs|fr|approx|est|ca?|mio|mrd)\.)"
    rf"|[^\W\d_{_SCRIPTS}]+|{'|'.join(SCRIPT_WORDS)}|\n\s*\n|\S"
)


class Tokens:
    """A text as words, numbers and signs; ``keys`` are what tables are looked up by.

    Breaks stand before the first token and after the last, so that steps need no bounds.
    """

    def __init__(self, text: str) -> None:
        self.text = text.translate(_SAME_LENGTH)
        self.keys = [BREAK]
        self.starts, self.ends = array("q", [-1]), array("q", [-1])
        for match in _TOKEN.finditer(self.text):
            self.keys.append(_key(match[0]))
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.last = len(self.keys) - 1
        self.keys += [BREAK] * _BREAKS_AFTER
        self.starts.extend([len(text) + 1] * _BREAKS_AFTER)
        self.ends.extend([len(text) + 1] * _BREAKS_AFTER)

    def spelling(self, at: int) -> str:
        return self.text[self.starts[at] : self.ends[at]] if self.keys[at] != BREAK else ""

    def is_number(self, at: int) -> bool:
        key = self.keys[at]
        return "0" <= key[0] <= "9" or (key[0] == "." and len(key) > 1)

    def is_glued(self, at: int) -> bool:
        """Whether nothing lies between the token before and the one at ``at``."""
        return self.starts[at] == self.ends[at - 1] and self.keys[at - 1] != BREAK

    def is_hyphen(self, at: int) -> bool:
        """Whether a hyphen at ``at`` joins what stands on its sides."""
        return self.keys[at] == "-" and self.is_glued(at) and self.is_glued(at + 1)

    def phrase(self, first: int, after: int) -> str:
        return " ".join(self.keys[first:after])


_BREAKS_AFTER = 6


def _key(token: str) -> str:
    if token[0] == "\n":
        return BREAK
    if "0" <= token[0] <= "9" or len(token) == 1 or token[0] == ".":
        return token.lower()
    return token.lower().replace(".", "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number before its scale; ``after`` is the token that follows it.

    ``needs_scale``: "a" is a number in "a billion" only, and "1.500" is fifteen hundred to some.
    ``spelled``: in words. ``by_blanks``: its thousands are apart by blanks.
    """

    value: Decimal
    after: int
    needs_scale: bool = False
    spelled: bool = False
    by_blanks: bool = False


def number_at(tokens: Tokens, at: int) -> Number | None:
    """The number that begins with the token at ``at``, in digits or in words."""
    if tokens.is_number(at):
        number = _in_digits(tokens, at)
    elif tokens.keys[at] in STARTS:
        number = _in_words(tokens, at)
    else:
        return None
    return number and _and_a_half(tokens, number)


STARTS = frozenset({"a", *UNITS, *TENS, "half", "quarter"})
"""Words that a number in words may begin with."""

_PLAIN = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}")
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,5}|(?:'[0-9]{3}){1,5})(?:\.[0-9]{1,9})?"
    r"|[1-9][0-9]?(?:,[0-9]{2}){1,7},[0-9]{3}(?:\.[0-9]{1,9})?"
)
_CONTINENTAL = re.compile(
    r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,5}(?:,[0-9]{1,9})?"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,5},[0-9]{1,2}"
    r"|[0-9]{1,15},[0-9]{1,2}"
)
_LONGEST = 40


def _in_digits(tokens: Tokens, at: int) -> Number | None:
    written = tokens.keys[at]
    if len(written) > _LONGEST:
        return None
    if _PLAIN.fullmatch(written):
        if len(written) <= 3 and written.isdigit() and written[0] != "0":
            grouped = _by_blanks(tokens, at)
            if grouped:
                return grouped
        may_be_grouped = written[0] not in ".0" and written[-4:-3] == "." and len(written) <= 7
        return Number(Decimal(written), at + 1, needs_scale=may_be_grouped)
    if _GROUPED.fullmatch(written):
        return Number(Decimal(written.replace(",", "").replace("'", "")), at + 1)
    if _CONTINENTAL.fullmatch(written):
        return Number(Decimal(written.replace(".", "").replace(",", ".")), at + 1)
    return None


def _by_blanks(tokens: Tokens, at: int) -> Number | None:
    after = at + 1
    while (
        after < at + 6
        and len(tokens.keys[after]) == 3
        and tokens.keys[after].isdigit()
        and tokens.starts[after] == tokens.ends[after - 1] + 1
    ):
        after += 1
    if after == at + 1:
        return None
    return Number(Decimal("".join(tokens.keys[at:after])), after, by_blanks=True)


def _in_words(tokens: Tokens, at: int) -> Number | None:
    keys = tokens.keys
    fraction = _fraction(tokens, at)
    if fraction:
        return fraction
    if keys[at] == "a" and keys[at + 1] != "hundred":
        return Number(Decimal(1), at + 1, needs_scale=True, spelled=True)
    value, after = (1, at + 1) if keys[at] == "a" else _below_hundred(tokens, at)
    if not value:
        return None
    if keys[after] == "hundred":
        value, after = value * 100, after + 1
        rest, end = _below_hundred(tokens, after + 1 if keys[after] == "and" else after)
        if rest:
            value, after = value + rest, end
    if keys[after] == "point" and UNITS.get(keys[after + 1], 10) < 10:
        tenths = Decimal(UNITS[keys[after + 1]]) / 10
        return Number(value + tenths, after + 2, spelled=True)
    return Number(Decimal(value), after, spelled=True)


def _fraction(tokens: Tokens, at: int) -> Number | None:
    """ "half a", "a half-", "a quarter of a", "three quarters of a": of a scale that follows."""
    keys = tokens.keys
    first = at + 1 if keys[at] == "a" else at
    after = first + 1
    part = PARTS.get(keys[first])
    if part is None:
        after = at + 2
        part = PARTS.get(tokens.phrase(at, after))
    if part is None:
        return None
    end = _past(tokens, _past(tokens, after, "of"), "a")
    if end == after == at + 1 and not tokens.is_hyphen(after):
        return None  # "in the second half million-dollar rounds were rare"
    return Number(Decimal(part), end, needs_scale=True, spelled=True)


def _past(tokens: Tokens, at: int, word: str) -> int:
    if tokens.keys[at] == word:
        return at + 1
    if tokens.keys[at] == "-" and tokens.keys[at + 1] == word:
        return at + 2
    return at


def _below_hundred(tokens: Tokens, at: int) -> tuple[int, int]:
    keys = tokens.keys
    if keys[at] in UNITS:
        return UNITS[keys[at]], at + 1
    if keys[at] not in TENS:
        return 0, at
    unit = at + 2 if tokens.is_hyphen(at + 1) else at + 1
    if UNITS.get(keys[unit], 10) < 10:
        return TENS[keys[at]] + UNITS[keys[unit]], unit + 1
    return TENS[keys[at]], at + 1


def _and_a_half(tokens: Tokens, number: Number) -> Number:
    after = number.after
    for word in ("and", "a", "half"):
        step = _past(tokens, after, word)
        if step == after:
            return number
        after = step
    if number.value != int(number.value):
        return number
    return Number(number.value + Decimal("0.5"), after, needs_scale=True, spelled=number.spelled)
