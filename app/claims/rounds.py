"""What a type of round brings the company: new equity, borrowed money, or neither. Pure."""

from __future__ import annotations

from app.claims.vocabulary import RoundType

EQUITY = frozenset(
    {
        "pre_seed",
        "seed",
        "angel",
        *(word.value for word in RoundType if word.value.startswith("series_")),
        "venture_unspecified",
        "growth",
        "private_equity",
        "strategic_corporate",
        "convertible_note",
        "ipo",
        "post_ipo_equity",
        "undisclosed",
    }
)
"""Rounds that bring the company new equity (a convertible note becomes equity)."""

DEBT = frozenset(
    {
        "venture_debt",
        "term_loan",
        "bond",
        "debt_unspecified",
        "asset_backed_compute_financing",
        "post_ipo_debt",
    }
)
"""Rounds that bring it borrowed money."""

MIXED = frozenset({"mixed_debt_equity"})
"""Rounds of both, which no report tells apart."""

RESALE = frozenset({"secondary", "tender_offer"})
"""Deals in shares there are already: they mark the company and bring it nothing."""

PURCHASE = frozenset({"acquisition", "merger", "licence_acquihire"})
"""Deals in which the company, or what makes it one, is bought: whoever takes part is a buyer."""


def brings_equity(round_type: str | None) -> bool:
    """Whether a round brings new equity; one of unknown type is taken to."""
    return round_type is None or round_type in EQUITY
