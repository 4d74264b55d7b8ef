"""What a text as a whole tells of its capitals: which are of names, and which mean nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from app.reading.rules.names.tokens import Token, tokens
from app.reading.rules.text import Place, Sentence
from app.reading.words import is_english, words


class Capitals:
    """The words of a text by sentence, and where they are written with a capital.

    ``inner`` counts those with one within a sentence, ``starts`` those of them that no other
    precedes; ``lower`` are words written small, and ``small`` names that are.
    """

    def __init__(self, text: str, sentences: Sequence[Sentence]) -> None:
        self._text = text
        self.tokens = {s.index: list(tokens(text, s.start, s.end)) for s in sentences}
        self.inner: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.lower: set[str] = set()
        for sentence in sentences:
            self._weigh(sentence)
        self.small = self._small_names(sentences)

    def is_headline(self, sentence: Sentence) -> bool:
        """Whether all words of a sentence have capitals, which then tell nothing of names."""
        line = self.tokens[sentence.index]
        if sentence.place is Place.TITLE:
            return _all_capitals(line)
        if len(line) < 2 or self._text[sentence.end - 1] in '.!?",;':
            return False
        phrase = any(not t.capital and t.lower in words("openers") for t in line)
        ordinary = [
            is_english(t.lower) and (phrase or t.lower not in words("firm_words"))
            for t in line
            if t.capital
        ]
        least = len(ordinary) if len(line) < 5 else 0.5 * len(ordinary)
        return sum(ordinary) >= least and _all_capitals(line, least=2)

    def begins(self, token: Token) -> bool:
        """Whether a word within a sentence begins one of its own: after a colon or a quote."""
        before = self._text[max(0, token.start - 3) : token.start].rstrip(" ")
        if before.endswith("."):
            # The stop of "St." or "Dr." ends no sentence; that of "J." in a name does not either.
            return not before[-2:-1].isupper()
        return before.endswith(('"', ":", "-", "•", "■", "\n", "?", "!"))

    def _weigh(self, sentence: Sentence) -> None:
        """Counts capitals within a sentence, those that no other precedes, and small words."""
        line = self.tokens[sentence.index]
        if self.is_headline(sentence):
            return
        for position, token in enumerate(line):
            if not token.capital:
                self.lower.add(token.lower)
            elif position and not self.begins(token):
                self.inner[token.text] += 1
                before = line[position - 1]
                between = self._text[before.end : token.start]
                if between != " & " and (not before.capital or between != " "):
                    self.starts[token.text] += 1

    def _small_names(self, sentences: Sequence[Sentence]) -> set[tuple[str, ...]]:
        """Names that are written small: a sentence begins with them even so, or "bio" ends them."""
        found: set[tuple[str, ...]] = set()
        paragraph = -1
        for sentence in sentences:
            line = self.tokens[sentence.index]
            for position, token in enumerate(line):
                if token.capital or len(token.text) < 4 or not token.text.isalnum():
                    continue
                if not token.text[0].isalpha() or is_english(token.lower):
                    continue
                following = line[position + 1] if position + 1 < len(line) else None
                if following is not None and following.text in ("ventures", "bio", "labs"):
                    if self._text[token.end : following.start] == " ":
                        found.add((token.text, following.text))
                    continue
                if self._is_introduced(line, position):
                    found.add((token.text,))
                    continue
                opens = position == 0 and sentence.paragraph != paragraph
                opens = opens or self._text[max(0, token.start - 2) : token.start] in (
                    ". ",
                    "! ",
                    "? ",
                )
                if opens and self._text.count(token.text) > 1:
                    found.add((token.text,))
            paragraph = sentence.paragraph
        return found

    def _is_introduced(self, line: list[Token], at: int) -> bool:
        """Whether a small word is said to be a name: "the firms wyrd, …", "startup wyrd raised"."""
        token = line[at]
        if not at or len(token.text) < 5 or token.text.endswith(("ed", "ing", "ly")):
            return False
        before = line[at - 1].lower
        if before in ("startup", "start-up", "company", "firm", "maker", "lab", "platform"):
            return _DOES.match(self._text, token.end) is not None
        introduced = before in ("firms", "investors", "called", "named", "dubbed")
        return introduced and self._text[token.end : token.end + 1] in (",", ".", ";", ")")


# What a company does, and an adverb or adjective does not.
_DOES = re.compile(
    r"(?:'s [a-z]|,? (?:has |is |in |now ){0,2}(?:raise[sd]|raising|secure[sd]|lands|nabs|bags"
    r"|closes|acquire[sd]|buys|talks|valued|seek(?:s|ing)|plans|launche[sd])\b)"
)


def _all_capitals(line: list[Token], least: int = 3) -> bool:
    long = [t for t in line if len(t.text) > 3 and t.text[0].isalpha()]
    capitals = sum(1 for t in long if t.text[0].isupper())
    return len(long) >= least and capitals >= 0.7 * len(long)
