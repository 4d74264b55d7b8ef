"""Names folded for matching."""

from __future__ import annotations

import unicodedata


def normalise_name(name: str) -> str:
    """A name folded for matching: compatibility forms, case, accents and punctuation."""
    # The plus is part of a name: Command R+ is not Command R.
    folded = unicodedata.normalize("NFKD", name).casefold().replace("+", " plus ")
    kept = "".join(
        character if character.isalnum() else " "
        for character in folded
        if not unicodedata.combining(character)
    )
    return " ".join(kept.split()) or name.casefold()
