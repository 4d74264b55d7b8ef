"""Names known beforehand, made ready to be found in a text."""

from __future__ import annotations

from collections.abc import Sequence

from app.reading.gazetteer import Entry, Gazetteer
from app.reading.rules.names.tokens import Token, tokens
from app.reading.words import words


class Known:
    """A gazetteer made ready: the longest known name at a place is found in one step a word."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for entry in gazetteer:
            parts = tuple(token.text for token in tokens(entry.name, 0, len(entry.name)))
            if parts and len(entry.name) > 1:
                self._by_first.setdefault(parts[0], []).append((parts, entry))
        for candidates in self._by_first.values():
            # Longest first; a company before a product of the same name.
            candidates.sort(key=lambda c: (-len(c[0]), c[1].product is not None, c[1].slug))

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, Entry] | None:
        """How many tokens from ``at`` on are a known name, and whose."""
        for parts, entry in self._by_first.get(tokens[at].text, ()):
            if len(parts) <= len(tokens) - at and all(
                tokens[at + n].text == part for n, part in enumerate(parts)
            ):
                return len(parts), entry
        return None

    def of(self, name: str) -> Entry | None:
        """The entry of a name, also of an edition of a product: "ChatGPT Plus" is ChatGPT's."""
        parts = list(tokens(name, 0, len(name)))
        found = self.match(parts, 0) if parts else None
        if found is None:
            return None
        length, entry = found
        whole = length == len(parts) or (
            entry.product is not None
            and all(t.lower in words("editions") or t.text[0].isdigit() for t in parts[length:])
        )
        return entry if whole else None
