"""The lexicon: words that tell how far a deal is, who says so, and what is only an aside.

Cues are data, in ``lexicon/*.yaml``. A cue has a pattern, and words (``anchors``, read off the
pattern if they are not given) one of which stands in every match, so that a text is searched only
for the cues whose words it has. Patterns are written in lower case unless ``case`` is true; a
blank stands for one to three; the marks of ``marks.PATTERNS`` stand for names, sums and gaps. A
match begins and ends where a word does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain
from typing import Annotated

import msgspec
import yaml

from app.reading import backtracking
from app.reading.anchors import anchors_of
from app.reading.marks import PATTERNS, UNITS


class InvalidLexicon(ValueError):
    """A file of the lexicon, or a cue in it, that is not as it must be; the message names it."""


class CueClass(StrEnum):
    """What a cue tells about."""

    STAGE = "stage"
    DENIAL = "denial"
    ABANDONMENT = "abandonment"
    HEDGE = "hedge"
    ATTRIBUTION = "attribution"
    BACKGROUND = "background"
    ROUND = "round"
    BASIS = "basis"
    USE = "use"
    RIVALRY = "rivalry"
    DRIVER = "driver"
    CAPABILITY = "capability"
    TRIGGER = "trigger"
    NEGATIVE = "negative"
    MONEY = "money"
    NO_COMMENT = "no_comment"
    PROCEEDS = "proceeds"
    ROUNDUP = "roundup"


class Scope(StrEnum):
    """How far around its match a cue speaks."""

    PHRASE = "phrase"
    CLAUSE = "clause"
    SENTENCE = "sentence"
    TEXT = "text"


Some = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the lexicon.

    ``means`` is what it tells, often a word of the claims' vocabulary; ``weight`` is from 0 to 1.
    ``yes`` are texts that it must match, ``no`` texts that it must not.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")]
    kind: CueClass = msgspec.field(name="class")
    scope: Scope
    weight: Decimal
    pattern: str
    yes: Some
    no: Some
    anchors: tuple[str, ...] = ()
    means: str | None = None
    case: bool = False

    @property
    def expression(self) -> str:
        """The regular expression that the pattern stands for."""
        expression = self.pattern
        for mark, meant in PATTERNS.items():
            expression = expression.replace(mark, meant)
        return rf"(?<!\w)(?:{_BLANK.sub(_blank, expression)})(?!\w)"


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that matched ``text[start:end]``."""

    cue: Cue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Search:
    cue: Cue
    expression: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Cues in the order of their ids; ``version`` tells whether they would find the same."""

    cues: tuple[Cue, ...]
    version: str
    _by_anchor: dict[str, list[_Search]] = field(repr=False)

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """All matches of all cues in ``text[start:end]``, by start, the longest first."""
        span = text[start:end]
        lowered = _lowered(span)
        hits = [
            Hit(search.cue, start + match.start(), start + match.end())
            for search in self._candidates(lowered)
            for match in search.expression.finditer(span if search.cue.case else lowered)
        ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.cue.id))

    def _candidates(self, lowered: str) -> Iterable[_Search]:
        words = set(_WORD.findall(lowered))
        found = (self._by_anchor[word] for word in words & self._by_anchor.keys())
        return {search.cue.id: search for search in chain.from_iterable(found)}.values()


@cache
def load() -> Lexicon:
    """The lexicon that comes along.

    Raises: InvalidLexicon.
    """
    folder = files("app.reading") / "lexicon"
    topics = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return lexicon(
        chain.from_iterable(parse((folder / topic).read_text("utf-8"), topic) for topic in topics)
    )


def parse(text: str, topic: str) -> list[Cue]:
    """The cues of a file, ``topic``.

    Raises: InvalidLexicon, naming the cue: a key, class or scope that is unknown or missing.
    """
    # Of YAML's types only text: else "yes", "no" and "on" would be truth values.
    entries = yaml.load(text, Loader=_LOADER)
    if not isinstance(entries, list):
        raise InvalidLexicon(f"{topic}: not a list of cues")
    return [_cue(entry, f"{topic}, cue {at}") for at, entry in enumerate(entries, 1)]


def lexicon(cues: Iterable[Cue]) -> Lexicon:
    """The lexicon of ``cues``.

    Raises: InvalidLexicon, naming the cue: two of one id, or a pattern that cannot be compiled.
    """
    ordered = tuple(sorted(cues, key=lambda cue: cue.id))
    by_anchor: dict[str, list[_Search]] = defaultdict(list)
    known: set[str] = set()
    for cue in ordered:
        if cue.id in known:
            raise InvalidLexicon(f"{cue.id}: another cue has this id")
        known.add(cue.id)
        search = _Search(cue, _compiled(cue))
        for anchor in dict.fromkeys(cue.anchors):
            by_anchor[anchor].append(search)
    return Lexicon(ordered, _version(ordered), dict(by_anchor))


def check(cue: Cue) -> None:
    """What is asked of every cue that comes along; tests ask it, so that loading stays quick.

    Raises: InvalidLexicon, naming the cue: a pattern that some text would make slow, that is not
        in lower case, or that its examples or anchors belie.
    """
    try:
        backtracking.check(cue.expression)
    except backtracking.Unbounded as fault:
        raise InvalidLexicon(f"{cue.id}: {fault}") from None
    if not cue.case and _CAPITAL.search(cue.pattern):
        raise InvalidLexicon(f"{cue.id}: a capital in the pattern, which needs `case: true`")
    if not 0 <= cue.weight <= 1:
        raise InvalidLexicon(f"{cue.id}: the weight is not between 0 and 1")
    for anchor in cue.anchors:
        if not _WORD.fullmatch(anchor) or anchor != anchor.lower():
            raise InvalidLexicon(f"{cue.id}: the anchor {anchor!r} is not one word in lower case")
    alone = lexicon([cue])
    for example in cue.yes:
        text = marked(example)
        hits = alone.find(text)
        if not hits:
            raise InvalidLexicon(f"{cue.id}: does not find {example!r}")
        if not all(anchored(cue, text[hit.start : hit.end]) for hit in hits):
            raise InvalidLexicon(f"{cue.id}: no anchor stands in what it finds in {example!r}")
    for example in cue.no:
        if alone.find(marked(example)):
            raise InvalidLexicon(f"{cue.id}: finds {example!r}")


def marked(example: str) -> str:
    """An example as cues see it: each mark as its one character."""
    for mark, character in UNITS.items():
        example = example.replace(mark, character)
    return example


def anchored(cue: Cue, matched: str) -> bool:
    """Whether one of the anchors stands in the text."""
    return not set(cue.anchors).isdisjoint(_WORD.findall(_lowered(matched)))


# A blank alone, or a class of characters, in which there may be one.
_BLANK = re.compile(r" |\\.|\[(?:\\.|[^\]\\])+\]")
_WORD = re.compile(rf"\w+|[{''.join(UNITS.values())}]")
_CAPITAL = re.compile(r"(?<!\\)[A-Z]")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _cue(entry: object, place: str) -> Cue:
    if isinstance(entry, dict) and isinstance(entry.get("id"), str):
        place = entry["id"]
    try:
        cue = msgspec.convert(entry, Cue, strict=False)
    except msgspec.ValidationError as fault:
        raise InvalidLexicon(f"{place}: {fault}") from None
    pattern = cue.pattern
    for mark, meant in PATTERNS.items():
        pattern = pattern.replace(mark, meant)
    return msgspec.structs.replace(
        cue,
        means=cue.means if cue.means != "null" else None,
        anchors=cue.anchors or anchors_of(pattern),
    )


def _blank(found: re.Match[str]) -> str:
    if found[0] == " ":
        return r"(?:\s{1,3})"
    return found[0].replace(" ", r"\s")


def _compiled(cue: Cue) -> re.Pattern[str]:
    try:
        return re.compile(cue.expression)
    except re.error as fault:
        raise InvalidLexicon(f"{cue.id}: {fault}") from None


def _version(cues: tuple[Cue, ...]) -> str:
    """A short hash of all that decides what is found; examples do not."""
    told = [msgspec.structs.replace(cue, pattern=cue.expression, yes=(), no=()) for cue in cues]
    return sha256(msgspec.json.encode(told)).hexdigest()[:12]


def _lowered(text: str) -> str:
    """``text`` in lower case, of the same length."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
