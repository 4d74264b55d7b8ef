"""Names folded for matching."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256


def normalise_name(name: str) -> str:
    """A name folded for matching: compatibility forms, case, accents and punctuation."""
    # The plus is part of a name: Command R+ is not Command R.
    folded = unicodedata.normalize("NFKD", name).casefold().replace("+", " plus ")
    if folded.isascii():
        return " ".join(_ASCII_WORD.findall(folded)) or name.casefold()
    kept = "".join(
        character if character.isalnum() else " "
        for character in folded
        if not unicodedata.combining(character)
    )
    return " ".join(kept.split()) or name.casefold()


_ASCII_WORD = re.compile("[a-z0-9]+")


def ascii_slug(name: str) -> str:
    """A slug for a name, the same for the same name; of signs without one, a made-up one."""
    folded = normalise_name(name).encode("ascii", "ignore").decode()
    slug = "-".join(folded.split())
    is_told = any(character.isalnum() for character in slug)
    if len(slug) < len(normalise_name(name)) // 2 or not is_told:
        return f"n-{sha256(name.encode()).hexdigest()[:12]}"
    return _shortened(slug)


LONGEST_SLUG = 120
"""Characters, as in every other slug."""


def market_slug(phrase: str) -> str | None:
    """The slug of the market that a phrase names, the same for all its spellings.

    "AI search", "AI-Search" and "ai search" are one market. ``None`` for a phrase without a
    letter or a digit, which names none. A slug is its own slug.
    """
    folded = normalise_name(phrase)
    if not any(character.isalnum() for character in folded):
        return None
    return _shortened(folded.replace(" ", "-"))


def _shortened(slug: str) -> str:
    if len(slug) <= LONGEST_SLUG:
        return slug
    # Two long names that begin alike are still two.
    told_apart = sha256(slug.encode()).hexdigest()[:12]
    return f"{slug[: LONGEST_SLUG - 13].rstrip('-')}-{told_apart}"
