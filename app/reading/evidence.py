"""The check that every reading passes, whoever made it: it holds what the article says, no more.

Quotes stand in the article, sums and numbers are read from their quotes by our own grammar, and
names stand in their quotes. What does not is dropped, and the reason told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from app.reading import money
from app.reading.reading import (
    Amount,
    Article,
    Attribution,
    Capable,
    Deal,
    Figure,
    Fired,
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

NOT_IN_ARTICLE = "its quote does not stand in the article"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A field that is not taken: its place in the reading ("deals[0].amounts[1]"), and why."""

    place: str
    reason: str


def checked(article: Article, reading: Reading) -> tuple[Reading, tuple[Dropped, ...]]:
    """``reading`` with all that the article bears out, and what was dropped of it.

    A quote whose offsets are wrong is located again. A deal falls with its company or stage.
    """
    check = _Check(article)
    taken = replace(
        reading,
        subject=check.named(reading.subject, "subject"),
        deals=check.each(reading.deals, "deals", check.deal),
        rivals=check.each(reading.rivals, "rivals", check.rival),
        capabilities=check.each(reading.capabilities, "capabilities", check.capable),
        attribution=check.attribution(reading.attribution, "attribution"),
        fired=check.each(reading.fired, "fired", check.quoted),
    )
    return taken, tuple(check.dropped)


def located(article: Article, words: str, near: int = 0, part: Part | None = None) -> Quote | None:
    """Where ``words`` stand in the article: nearest to ``near``, in the text before the title."""
    for place in (Part.TEXT, Part.TITLE) if part is None else (part,):
        text = article.part(place)
        after = text.find(words, max(near, 0))
        before = text.rfind(words, 0, max(near, 0) + len(words))
        starts = [start for start in (before, after) if start >= 0]
        if words and starts:
            start = min(starts, key=lambda start: abs(start - near))
            return Quote(place, start, start + len(words), words)
    return None


def sums(words: str) -> frozenset[Figure]:
    """The sums that ``words`` state, in whichever currencies they state them."""
    found = money.find(words)
    return frozenset(sum_.figure for stated in found for sum_ in (stated, *stated.conversions))


_NUMBER = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3}){1,5}|\d{1,18})(\.\d{1,9})?"
    r"(?: {0,1}(thousand|million|billion|trillion|k|m|bn|b|tn)\b)?",
    re.IGNORECASE,
)
_SCALE = {"t": 12, "b": 9, "m": 6, "k": 3}


def numbers(words: str, start: int = 0, end: int | None = None) -> frozenset[Decimal]:
    """The numbers that stand in ``words`` in digits, with a scale ("9 million") and without.

    From ``start`` to ``end`` only those that stand there whole.
    """
    found: set[Decimal] = set()
    end = len(words) if end is None else end
    for match in _NUMBER.finditer(words, start):
        if match.start() >= end:
            break
        if match.end() > end:
            continue
        whole, decimals, scale = match.groups(default="")
        number = Decimal(whole.replace(",", "") + decimals)
        exponent = 3 if scale.lower() == "thousand" else _SCALE.get(scale[:1].lower(), 0)
        found |= {number, number.scaleb(exponent)}
    return frozenset(found)


_COUNTED = (
    "none no|one a an single person|two both couple pair|three|four|five|six|seven|eight|nine|ten"
    "|eleven|twelve dozen"
)
_COUNTS = {word: count for count, words in enumerate(_COUNTED.split("|")) for word in words.split()}


def states_count(words: str, count: int) -> bool:
    """Whether ``count`` stands in ``words``, in digits or as a word up to twelve."""
    spelt = {_COUNTS.get(word) for word in re.findall("[a-z]{1,9}", words.lower())}
    return count in spelt or Decimal(count) in numbers(words)


_Field = TypeVar("_Field")
_Quoted = TypeVar("_Quoted", Amount, Fired, Round, Staged, Use, Valuation)
_Stated = TypeVar("_Stated", Amount, Valuation)


@dataclass(slots=True)
class _Check:
    """Takes fields one by one, and keeps what it drops."""

    article: Article
    dropped: list[Dropped] = field(default_factory=list)

    def each(
        self, fields: Iterable[_Field], place: str, check: Callable[[_Field, str], _Field | None]
    ) -> tuple[_Field, ...]:
        taken = (check(one, f"{place}[{number}]") for number, one in enumerate(fields))
        return tuple(one for one in taken if one is not None)

    def drop(self, place: str, reason: str) -> None:
        self.dropped.append(Dropped(place, reason))

    def quote(self, quote: Quote, place: str) -> Quote | None:
        if 0 <= quote.start < quote.end and quote.stands_in(self.article):
            return quote
        again = located(self.article, quote.text, quote.start, quote.part)
        if again is None:
            self.drop(place, NOT_IN_ARTICLE)
        return again

    def quoted(self, one: _Quoted, place: str) -> _Quoted | None:
        quote = self.quote(one.quote, place)
        return replace(one, quote=quote) if quote else None

    def named(self, named: Named | None, place: str, within: Quote | None = None) -> Named | None:
        """The name, if it stands in its quote, and in the one of the field it is a part of."""
        quote = self.quote(named.quote, place) if named else None
        if named is None or quote is None:
            return None
        is_told = self.is_named_by(quote.text, named.name)
        if within:
            is_told = is_told and (named.name in within.text or quote.text in within.text)
        if not is_told:
            self.drop(place, "the name does not stand in its quote")
            return None
        return replace(named, quote=quote)

    def is_named_by(self, words: str, name: str) -> bool:
        """By its whole name, or by some words of a name that stands elsewhere in the article."""
        is_short_form = f" {words} " in f" {name} "
        return name in words or (
            is_short_form and any(name in self.article.part(part) for part in Part)
        )

    def figure(self, figure: Figure, quote: Quote, place: str) -> bool:
        if figure in sums(quote.text):
            return True
        self.drop(place, "its quote does not state this sum")
        return False

    def stated(self, one: _Stated, place: str) -> _Stated | None:
        taken = self.quoted(one, place)
        return taken if taken and self.figure(taken.figure, taken.quote, place) else None

    def participant(self, participant: Participant, place: str) -> Participant | None:
        quote = self.quote(participant.quote, place)
        investor = self.named(participant.investor, place, quote) if quote else None
        if quote is None or investor is None:
            return None
        figure = participant.figure
        if figure and not self.figure(figure, quote, f"{place}.figure"):
            figure = None
        return replace(participant, investor=investor, figure=figure, quote=quote)

    def use(self, use: Use, place: str) -> Use | None:
        taken = self.quoted(use, place)
        if taken and taken.words not in taken.quote.text:
            self.drop(place, "the words do not stand in its quote")
            return None
        return taken

    def rival(self, rival: Rival, place: str) -> Rival | None:
        quote = self.quote(rival.quote, place)
        company = self.named(rival.company, place) if quote else None
        named = self.named(rival.rival, place, quote) if quote else None
        if quote is None or company is None or named is None:
            return None
        products = self.each(rival.products, f"{place}.products", self.named)
        return replace(rival, company=company, rival=named, products=products, quote=quote)

    def capable(self, capable: Capable, place: str) -> Capable | None:
        quote = self.quote(capable.quote, place)
        company = self.named(capable.company, place) if quote else None
        if quote is None or company is None:
            return None
        if capable.words not in quote.text:
            self.drop(place, "the words do not stand in its quote")
            return None
        figure = capable.figure
        if figure is not None and figure not in numbers(quote.text):
            self.drop(f"{place}.figure", "its quote does not state this number")
            figure = None
        product = self.named(capable.product, f"{place}.product")
        return replace(
            capable,
            company=company,
            product=product,
            figure=figure,
            unit=capable.unit if figure is not None else None,
            quote=quote,
        )

    def deal(self, deal: Deal, place: str) -> Deal | None:
        company = self.named(deal.company, f"{place}.company")
        stage = self.quoted(deal.stage, f"{place}.stage")
        if company is None or stage is None:
            self.drop(place, "it has no company or no stage that the article bears out")
            return None
        return replace(
            deal,
            company=company,
            stage=stage,
            round=self.quoted(deal.round, f"{place}.round") if deal.round else None,
            amounts=self.each(deal.amounts, f"{place}.amounts", self.stated),
            valuations=self.each(deal.valuations, f"{place}.valuations", self.stated),
            participants=self.each(deal.participants, f"{place}.participants", self.participant),
            uses=self.each(deal.uses, f"{place}.uses", self.use),
            attribution=self.attribution(deal.attribution, f"{place}.attribution"),
        )

    def attribution(self, attribution: Attribution, place: str) -> Attribution:
        """What is left of it; without its quote nothing that rests on it."""
        quote = self.quote(attribution.quote, place) if attribution.quote else None
        if attribution.quote and quote is None:
            return NOBODY
        hedge = attribution.hedge
        if hedge and not any(hedge in self.article.part(part) for part in Part):
            self.drop(f"{place}.hedge", "the words do not stand in the article")
            hedge = None
        count = attribution.anonymous_count
        if count is not None and not (quote and states_count(quote.text, count)):
            self.drop(f"{place}.anonymous_count", "its quote does not state this number")
            count = None
        return replace(
            attribution,
            anonymous_count=count,
            origin=self.named(attribution.origin, f"{place}.origin"),
            speaker=self.named(attribution.speaker, f"{place}.speaker"),
            hedge=hedge,
            quote=quote,
        )


NOBODY = Attribution(
    origin=None,
    anonymous=False,
    anonymous_count=None,
    speaker=None,
    exclusive=False,
    filing=False,
    party=False,
    hedge=None,
    quote=None,
)
"""Nobody is said to say so."""
