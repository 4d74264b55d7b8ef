"""What a reader finds in an article: records of deals and of companies, field by field.

Pure values, whichever reader found them. Every field carries the ``Quote`` it rests on;
a number stands here only because the money grammar parsed it from that quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    ExtractionMethod,
    Modality,
    Qualifier,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)


class Part(StrEnum):
    """Where in the article a quote stands; offsets count from the start of that part."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Article:
    """What is read. Offsets of quotes are in characters of ``title`` or ``text`` as given."""

    text: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None

    def part(self, part: Part) -> str:
        return (self.title or "") if part is Part.TITLE else self.text


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the article: ``article.part(part)[start:end] == text``, always."""

    part: Part
    start: int
    end: int
    text: str

    def stands_in(self, article: Article) -> bool:
        return article.part(self.part)[self.start : self.end] == self.text


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure the reader is, from 0 to 1 by margins, and what keeps it from being surer.

    ``reasons`` are in words: "two amounts compete". ``method`` is how the reader reads.
    """

    value: Decimal
    reasons: tuple[str, ...] = ()
    method: ExtractionMethod = ExtractionMethod.RULE


@dataclass(frozen=True, slots=True)
class Named:
    """A name as the article writes it; ``slug`` if it is a company of the database."""

    name: str
    quote: Quote
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money as stated, in units of ``currency`` (ISO 4217).

    ``stated`` for exact and approximate figures, else ``low`` and ``high``, one of which may be
    open. With qualifier ``order_of_magnitude`` ("tens of billions") they bound what is meant.
    """

    currency: str
    qualifier: Qualifier
    low: Decimal | None
    high: Decimal | None
    stated: Decimal | None


@dataclass(frozen=True, slots=True)
class Amount:
    figure: Figure
    facet: AmountFacet
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Valuation:
    figure: Figure
    basis: Basis
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Staged:
    """How far the deal is said to be. ``denied``: that it is so is denied."""

    stage: Stage
    denied: bool
    modality: Modality
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Round:
    term: RoundType
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Participant:
    investor: Named
    role: Role
    figure: Figure | None
    modality: Modality
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Use:
    """What the money is said to be for; ``words`` as the article puts it."""

    term: UseOfProceeds
    words: str
    modality: Modality
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Rival:
    """``rival`` is said to compete with ``company``; ``products`` are the rival's, if named."""

    company: Named
    rival: Named
    products: tuple[Named, ...]
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Capable:
    """A claim on what a company, or its ``product``, can do or what drives its business."""

    company: Named
    term: Capability
    words: str
    product: Named | None
    figure: Decimal | None
    unit: str | None
    quote: Quote
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says so. ``origin`` is the outlet or party whose report it is, if not the publisher.

    ``anonymous`` sources are counted where the article does ("two people": 2; "multiple
    sources": None). ``party``: the company or an investor says it on the record.
    """

    origin: Named | None
    anonymous: bool
    anonymous_count: int | None
    speaker: Named | None
    exclusive: bool
    filing: bool
    party: bool
    hedge: str | None
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal, or talk of one. In an acquisition ``company`` is the target.

    ``background``: the article tells of it as an earlier deal, not as its news.
    """

    company: Named
    round: Round | None
    stage: Staged
    amounts: tuple[Amount, ...]
    valuations: tuple[Valuation, ...]
    participants: tuple[Participant, ...]
    uses: tuple[Use, ...]
    attribution: Attribution
    happened_on: str | None
    background: bool
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Fired:
    """A cue of the lexicon that matched, and where."""

    cue: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one reader found in one article. ``version`` names the reader and its lexicon."""

    version: str
    subject: Named | None
    deals: tuple[Deal, ...]
    rivals: tuple[Rival, ...]
    capabilities: tuple[Capable, ...]
    attribution: Attribution
    fired: tuple[Fired, ...]
