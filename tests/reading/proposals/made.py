"""Readings made by hand: what a reader would find in an article, quote by quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    Modality,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading.money import parse
from app.reading.proposals.service import Readers
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
from app.reading.rules.names.known import Known

TEXT = (
    "Nimbus Labs is in talks to raise up to $2 billion at a valuation of about $30 billion, the"
    " Example Wire reported, citing two people. Harbor Partners would lead the Series C. The money"
    " is to be spent on chips. Rivals include Cirrus. In 2024 it closed a Series B of $300 million."
    " Its Cumulus model is the fastest in the world."
)
TITLE = "Nimbus Labs seeks $30 billion valuation"
SURE = Certainty(Decimal("0.9"))
NOBODY = Attribution(None, False, None, None, False, False, False, None, None)


def quote(words: str, article: Article, part: Part = Part.TEXT) -> Quote:
    start = article.part(part).index(words)
    return Quote(part, start, start + len(words), words)


def figure(words: str) -> Figure:
    found = parse(words)
    assert found is not None, words
    return found


@dataclass
class Hand:
    """Makes a reading of one article; each part can be replaced."""

    article: Article = field(
        default_factory=lambda: Article(TEXT, TITLE, "The Daily", "2026-05-04")
    )
    version: str = "rules-1@made"

    def named(self, name: str, slug: str | None = None) -> Named:
        return Named(name, self.quote(name), slug)

    def quote(self, words: str) -> Quote:
        return quote(words, self.article)

    def amount(self, words: str = "up to $2 billion", sure: Certainty = SURE) -> Amount:
        return Amount(figure(words), AmountFacet.TARGET, self.quote(words), sure)

    def valuation(self, words: str = "about $30 billion", sure: Certainty = SURE) -> Valuation:
        return Valuation(figure(words), Basis.UNSPECIFIED, self.quote(words), sure)

    def attribution(self, **told: Any) -> Attribution:
        usual = replace(
            NOBODY,
            origin=self.named("Example Wire"),
            anonymous=True,
            anonymous_count=2,
            quote=self.quote("citing two people"),
        )
        return replace(usual, **told)

    def deal(self, **told: Any) -> Deal:
        news = Deal(
            company=self.named("Nimbus Labs"),
            round=Round(RoundType("series_c"), self.quote("Series C"), SURE),
            stage=Staged(
                Stage.IN_TALKS, False, Modality.NEGOTIATION, self.quote("in talks to raise"), SURE
            ),
            amounts=(self.amount(),),
            valuations=(self.valuation(),),
            participants=(
                Participant(
                    self.named("Harbor Partners"),
                    Role.LEAD,
                    None,
                    Modality.NEGOTIATION,
                    self.quote("Harbor Partners would lead"),
                    SURE,
                ),
            ),
            uses=(
                Use(
                    UseOfProceeds.COMPUTE,
                    "chips",
                    Modality.INTENTION,
                    self.quote("spent on chips"),
                    SURE,
                ),
            ),
            attribution=self.attribution(),
            happened_on=None,
            background=False,
            certainty=SURE,
        )
        return replace(news, **told)

    def former_deal(self) -> Deal:
        words = "closed a Series B of $300 million"
        return self.deal(
            round=Round(RoundType("series_b"), self.quote("Series B"), SURE),
            stage=Staged(Stage.CLOSED, False, Modality.FACTUAL, self.quote(words), SURE),
            amounts=(
                Amount(
                    figure("$300 million"),
                    AmountFacet.HEADLINE,
                    self.quote("$300 million"),
                    SURE,
                ),
            ),
            valuations=(),
            participants=(),
            uses=(),
            attribution=NOBODY,
            happened_on="2024",
            background=True,
        )

    def reading(self, deals: Sequence[Deal] | None = None, **told: Any) -> Reading:
        subject = self.named("Nimbus Labs")
        found = Reading(
            version=self.version,
            subject=subject,
            deals=tuple(deals) if deals is not None else (self.deal(), self.former_deal()),
            rivals=(
                Rival(subject, self.named("Cirrus"), (), self.quote("Rivals include Cirrus"), SURE),
            ),
            capabilities=(
                Capable(
                    subject,
                    Capability.STATE_OF_THE_ART,
                    "the fastest in the world",
                    self.named("Cumulus"),
                    None,
                    None,
                    self.quote("the fastest in the world"),
                    SURE,
                ),
            ),
            attribution=self.attribution(),
            fired=(),
        )
        return replace(found, **told)


def reader(make: Callable[[Article], Reading]) -> Readers:
    """Readers of which the first finds what is made."""

    def read(article: Article, _known: Known) -> Reading:
        return make(article)

    async def fetch(url: str) -> Article:
        return Article(TEXT, TITLE, "The Daily", "2026-05-04", url)

    return Readers(read, fetch)


def by_hand(article: Article) -> Reading:
    """All that stands in the article of these tests."""
    return Hand(article).reading()
