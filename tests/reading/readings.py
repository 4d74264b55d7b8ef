"""Readings made by hand, each field resting on the first place of its words in the article."""

from __future__ import annotations

from decimal import Decimal

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Modality,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading import money
from app.reading.evidence import NOBODY, located
from app.reading.reading import (
    Amount,
    Article,
    Certainty,
    Deal,
    Named,
    Participant,
    Quote,
    Reading,
    Rival,
    Round,
    Staged,
    Use,
    Valuation,
)

SURE = Certainty(Decimal("0.90"))


def quote(article: Article, words: str) -> Quote:
    found = located(article, words)
    assert found, words
    return found


def named(article: Article, name: str, slug: str | None = None) -> Named:
    return Named(name, quote(article, name), slug)


def amount(article: Article, words: str, facet: AmountFacet = AmountFacet.HEADLINE) -> Amount:
    figure = money.parse(words)
    assert figure
    return Amount(figure, facet, quote(article, words), SURE)


def valuation(article: Article, words: str, basis: Basis = Basis.UNSPECIFIED) -> Valuation:
    figure = money.parse(words)
    assert figure
    return Valuation(figure, basis, quote(article, words), SURE)


def staged(article: Article, words: str, stage: Stage = Stage.IN_TALKS) -> Staged:
    return Staged(stage, False, Modality.NEGOTIATION, quote(article, words), SURE)


def round_(article: Article, words: str, term: RoundType) -> Round:
    return Round(term, quote(article, words), SURE)


def investor(article: Article, name: str, words: str, role: Role = Role.LEAD) -> Participant:
    return Participant(
        named(article, name), role, None, Modality.NEGOTIATION, quote(article, words), SURE
    )


def use(article: Article, words: str, term: UseOfProceeds) -> Use:
    return Use(term, words, Modality.INTENTION, quote(article, words), SURE)


def rival(article: Article, name: str, words: str) -> Rival:
    return Rival(named(article, name), (), quote(article, words), SURE)


def deal(
    company: Named,
    stage: Staged,
    *,
    round: Round | None = None,
    amounts: tuple[Amount, ...] = (),
    valuations: tuple[Valuation, ...] = (),
    participants: tuple[Participant, ...] = (),
    uses: tuple[Use, ...] = (),
    background: bool = False,
) -> Deal:
    return Deal(
        company=company,
        round=round,
        stage=stage,
        amounts=amounts,
        valuations=valuations,
        participants=participants,
        uses=uses,
        attribution=NOBODY,
        happened_on=None,
        background=background,
        certainty=SURE,
    )


def reading(*deals: Deal, rivals: tuple[Rival, ...] = (), version: str = "rules@1") -> Reading:
    return Reading(version, deals[0].company if deals else None, deals, rivals, (), NOBODY, ())
