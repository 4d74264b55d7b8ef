"""From an answer to a reading: what was told is looked up in the article, field by field.

Nothing is taken on trust. A quote has its place in the article or there is no field; sums are
read by the money grammar where they stand, so that a quote cannot leave out their "up to".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    ExtractionMethod,
    Modality,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading import money
from app.reading.evidence import NOBODY, NOT_IN_ARTICLE, Dropped, checked, located
from app.reading.reading import (
    Amount,
    Article,
    Attribution,
    Capable,
    Certainty,
    Deal,
    Figure,
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
from app.reading.second.answer import (
    AmountTold,
    Answer,
    CapabilityTold,
    DealTold,
    ParticipantTold,
    RivalTold,
    RoundTold,
    ToldBy,
    UseTold,
    ValuationTold,
)

ALONE = Certainty(
    Decimal("0.5"), ("only the second reader tells it",), method=ExtractionMethod.MODEL
)

LONGEST_QUOTE = 600
"""Characters. Who quotes the whole article has shown nothing."""

_AROUND = 120
"""Characters on either side of a quote in which the words may stand that qualify its sum."""

_MOST_PLACES = 5
"""Places of one quote that are looked at."""


def taken(article: Article, answer: Answer, version: str) -> tuple[Reading, tuple[Dropped, ...]]:
    """The reading that the article bears out, and what it does not."""
    taking = _Taking(article)
    reading = Reading(
        version=version,
        subject=None,
        deals=taking.each(answer.deals, "deals", taking.deal),
        rivals=taking.each(answer.rivals, "rivals", taking.rival),
        capabilities=taking.each(answer.capabilities, "capabilities", taking.capability),
        attribution=NOBODY,
        fired=(),
    )
    reading, dropped = checked(article, reading)
    return reading, (*taking.dropped, *dropped)


class _Untrue(Exception):
    """A field that the article does not bear out; the message says why."""


_Told = TypeVar("_Told")
_Found = TypeVar("_Found")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(slots=True)
class _Taking:
    """Takes fields one by one, and keeps what it drops."""

    article: Article
    dropped: list[Dropped] = field(default_factory=list)

    def each(
        self, told: Iterable[_Told], place: str, take: Callable[[_Told, str], _Found]
    ) -> tuple[_Found, ...]:
        found = (self.one(one, f"{place}[{n}]", take) for n, one in enumerate(told))
        return tuple(one for one in found if one is not None)

    def one(
        self, told: _Told | None, place: str, take: Callable[[_Told, str], _Found]
    ) -> _Found | None:
        if told is None:
            return None
        try:
            return take(told, place)
        except _Untrue as error:
            self.dropped.append(Dropped(place, str(error)))
            return None

    def deal(self, told: DealTold, place: str) -> Deal:
        stage = Staged(
            stage=_word(Stage, told.stage.term),
            denied=told.stage.denied,
            modality=_word(Modality, told.stage.modality),
            quote=self.quote(told.stage.quote),
            certainty=ALONE,
        )
        return Deal(
            company=self.named(told.company, stage.quote),
            round=self.one(told.round, f"{place}.round", self.round),
            stage=stage,
            amounts=self.each(told.amounts, f"{place}.amounts", self.amount),
            valuations=self.each(told.valuations, f"{place}.valuations", self.valuation),
            participants=self.each(told.participants, f"{place}.participants", self.participant),
            uses=self.each(told.uses, f"{place}.uses", self.use),
            attribution=self.one(told.told_by, f"{place}.told_by", self.attribution) or NOBODY,
            happened_on=None,
            background=told.background,
            certainty=ALONE,
        )

    def round(self, told: RoundTold, _: str) -> Round:
        return Round(_word(RoundType, told.term), self.quote(told.quote), ALONE)

    def amount(self, told: AmountTold, _: str) -> Amount:
        figure, quote = self.sum(told.quote)
        return Amount(figure, _word(AmountFacet, told.facet), quote, ALONE)

    def valuation(self, told: ValuationTold, _: str) -> Valuation:
        figure, quote = self.sum(told.quote)
        return Valuation(figure, _word(Basis, told.basis), quote, ALONE)

    def participant(self, told: ParticipantTold, place: str) -> Participant:
        quote = self.quote(told.quote)
        investor = self.named_within(told.investor, quote)
        brought = self.one(
            told.brings, f"{place}.brings", lambda sum_, _: self.brought(sum_, quote)
        )
        figure, quote = brought or (None, quote)
        return Participant(
            investor=investor,
            role=_word(Role, told.role),
            figure=figure,
            modality=_word(Modality, told.modality),
            quote=quote,
            certainty=ALONE,
        )

    def use(self, told: UseTold, _: str) -> Use:
        quote = self.quote(told.quote)
        return Use(
            term=_word(UseOfProceeds, told.term),
            words=quote.text,
            modality=_word(Modality, told.modality),
            quote=quote,
            certainty=ALONE,
        )

    def attribution(self, told: ToldBy, place: str) -> Attribution:
        quote = self.quote(told.quote)

        def within(name: str, _: str) -> Named:
            return self.named_within(name, quote)

        return Attribution(
            origin=self.one(told.origin, f"{place}.origin", within),
            anonymous=told.anonymous,
            anonymous_count=None,
            speaker=self.one(told.speaker, f"{place}.speaker", within),
            exclusive=False,
            filing=False,
            party=told.party,
            hedge=None,
            quote=quote,
        )

    def rival(self, told: RivalTold, _: str) -> Rival:
        quote = self.quote(told.quote)
        company = self.named(told.company, quote)
        return Rival(company, self.named_within(told.name, quote), (), quote, ALONE)

    def capability(self, told: CapabilityTold, place: str) -> Capable:
        quote = self.quote(told.quote)
        return Capable(
            company=self.named(told.company, quote),
            term=_word(Capability, told.term),
            words=quote.text,
            product=self.one(
                told.product, f"{place}.product", lambda name, _: self.named_within(name, quote)
            ),
            figure=None,
            unit=None,
            quote=quote,
            certainty=ALONE,
        )

    def quote(self, words: str) -> Quote:
        words = words.strip()
        if len(words) > LONGEST_QUOTE:
            raise _Untrue(f"its quote is longer than {LONGEST_QUOTE} characters")
        quote = located(self.article, words)
        if quote is None:
            raise _Untrue(NOT_IN_ARTICLE)
        return quote

    def named_within(self, name: str, quote: Quote) -> Named:
        named = self.named(name, quote)
        if not (named.quote.part is quote.part and _holds(quote, named.quote)):
            raise _Untrue("the name does not stand in its quote")
        return named

    def named(self, name: str, quote: Quote) -> Named:
        """The name where it stands nearest to the quote that it belongs to, as whole words."""
        name = name.strip()
        whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
        for part in (quote.part, *(other for other in Part if other is not quote.part)):
            starts = [match.start() for match in whole.finditer(self.article.part(part))]
            if name and starts:
                start = min(starts, key=lambda start: _distance(start, quote))
                return Named(name, Quote(part, start, start + len(name), name))
        raise _Untrue("the name does not stand in the article")

    def sum(self, told: str) -> tuple[Figure, Quote]:
        """The one sum that a quote states, wherever it stands, and the quote with all its words."""
        quote = self.quote(told)
        stated = [self.sum_at(place) for place in self._places(quote)]
        if len({figure for figure, _ in stated}) > 1:
            raise _Untrue("its quote stands in the article several times, for different sums")
        return stated[0]

    def sum_at(self, quote: Quote) -> tuple[Figure, Quote]:
        text = self.article.part(quote.part)
        around = money.find(text, max(0, quote.start - _AROUND), quote.end + _AROUND)
        found = [sum_ for sum_ in around if sum_.start < quote.end and quote.start < sum_.end]
        whole = [
            sum_ for sum_ in found if quote.start <= sum_.core_start and sum_.core_end <= quote.end
        ]
        if len(whole) != 1 or len(found) != 1:
            raise _Untrue("its quote does not state exactly one sum")
        if whole[0].per:
            raise _Untrue("its quote states a rate")
        start, end = min(quote.start, whole[0].start), max(quote.end, whole[0].end)
        return whole[0].figure, Quote(quote.part, start, end, text[start:end])

    def brought(self, told: str, quote: Quote) -> tuple[Figure, Quote]:
        """The sum that an investor's quote holds, and the quote with all the words of the sum."""
        at = quote.text.find(told.strip())
        if at < 0 or not told.strip():
            raise _Untrue("the sum does not stand in its quote")
        start = quote.start + at
        words = told.strip()
        figure, place = self.sum_at(Quote(quote.part, start, start + len(words), words))
        start, end = min(quote.start, place.start), max(quote.end, place.end)
        return figure, Quote(quote.part, start, end, self.article.part(quote.part)[start:end])

    def _places(self, quote: Quote) -> Iterator[Quote]:
        """The places of the part where the words stand."""
        text, start = self.article.part(quote.part), 0
        for _ in range(_MOST_PLACES):
            start = text.find(quote.text, start)
            if start < 0:
                return
            yield replace(quote, start=start, end=start + len(quote.text))
            start += len(quote.text)


def _word(vocabulary: type[_Word], word: str) -> _Word:
    try:
        return vocabulary(word)
    except ValueError:
        raise _Untrue("its word is not of the vocabulary") from None


def _holds(quote: Quote, inner: Quote) -> bool:
    return quote.start <= inner.start and inner.end <= quote.end


def _distance(start: int, quote: Quote) -> int:
    """From a place to the quote; what stands in it is nearest."""
    return max(quote.start - start, start - quote.end, 0)
