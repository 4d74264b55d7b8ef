"""The article of our story, and what a good reader finds in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    Modality,
    RoundType,
    Stage,
    UseOfProceeds,
)
from app.reading.reading import (
    Amount,
    Article,
    Attribution,
    Capable,
    Certainty,
    Deal,
    Named,
    Reading,
    Rival,
    Round,
    Staged,
    Use,
    Valuation,
)
from tests.reading.proposals.made import figure, quote

SEED = (Path(__file__).parents[1] / "seed.txt").read_text("utf-8")
EVENT = "openai-2025-12-megaround"
SURE = Certainty(Decimal("0.95"))
USES = {
    UseOfProceeds.COMPUTE: "procure and deploy the most advanced AI chips",
    UseOfProceeds.VERTICAL_INDUSTRIES: "Deep integration into vertical industries",
    UseOfProceeds.GLOBAL_EXPANSION: "Global expansion",
    UseOfProceeds.COMPLIANCE: "ensuring compliant operation",
    UseOfProceeds.HIRING: "Talent acquisition",
    UseOfProceeds.SAFETY_RESEARCH: "security research",
}
RIVALS = {"Google": "google", "Anthropic": "anthropic", "Microsoft": "microsoft"}


def read_well(article: Article) -> Reading:
    """What stands in the story."""

    def named(name: str, slug: str | None = None) -> Named:
        return Named(name, quote(name, article), slug)

    openai = named("OpenAI", "openai")
    attribution = Attribution(
        origin=named("The Information"),
        anonymous=True,
        anonymous_count=None,
        speaker=None,
        exclusive=True,
        filing=False,
        party=False,
        hedge="still subject to change",
        quote=quote("citing multiple sources", article),
    )
    deal = Deal(
        company=openai,
        round=Round(RoundType("venture_unspecified"), quote("new round", article), SURE),
        stage=Staged(
            Stage.IN_TALKS,
            False,
            Modality.NEGOTIATION,
            quote("preliminary negotiations", article),
            SURE,
        ),
        amounts=(
            Amount(
                figure("up to $100 billion"),
                AmountFacet.TARGET,
                quote("up to $100 billion", article),
                SURE,
            ),
        ),
        valuations=(
            Valuation(
                figure("approximately $750 billion"),
                Basis.UNSPECIFIED,
                quote("approximately $750 billion", article),
                SURE,
            ),
        ),
        participants=(),
        uses=tuple(
            Use(term, words, Modality.HYPOTHETICAL, quote(words, article), SURE)
            for term, words in USES.items()
        ),
        attribution=attribution,
        happened_on=None,
        background=False,
        certainty=SURE,
    )
    return Reading(
        version="rules-1@story",
        subject=openai,
        deals=(deal,),
        rivals=tuple(
            Rival(openai, named(name, slug), (), quote("main competitors", article), SURE)
            for name, slug in RIVALS.items()
        ),
        capabilities=(
            Capable(
                openai,
                Capability.BUSINESS_DRIVER,
                "ChatGPT Plus subscription service",
                None,
                None,
                None,
                quote("ChatGPT Plus subscription service", article),
                SURE,
            ),
        ),
        attribution=attribution,
        fired=(),
    )
