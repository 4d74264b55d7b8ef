"""Words one of which stands in whatever a pattern matches, read off the pattern itself.

A text is searched only for the cues whose anchors it has, which makes a large lexicon cheap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# The parser that reads patterns just as ``re`` does is its own, which has no public name.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 800
"""Texts that a part of a pattern may match to be looked into."""

_BLANK = (sre.LITERAL, 32)
_OPAQUE = "\uf8fe"
_WORDS = re.compile(r"[\w\ue000-\uf8ff]+")
_COMMON = frozenset([
    "a", "an", "the", "of", "in", "to", "on", "at", "by", "for", "from", "with", "and", "or", "is",
    "are", "was", "were", "be", "been", "has", "have", "had", "it", "its", "no", "not", "as",
    "that", "this", "will", "would", "could", "may", "into",
])  # fmt: skip
_Nodes = Sequence[tuple[Any, Any]]


def anchors_of(pattern: str) -> tuple[str, ...]:
    """The anchors of a pattern with plain blanks; none if it may match without any certain word."""
    return tuple(sorted(_of_nodes(list(sre_parser.parse(pattern))) or ()))


def _of_nodes(nodes: _Nodes) -> set[str] | None:
    if len(nodes) == 1 and nodes[0][0] is sre.BRANCH:
        return _union([_of_nodes(list(branch)) for branch in nodes[0][1][1]])
    if len(nodes) == 1 and nodes[0][0] is sre.SUBPATTERN:
        return _of_nodes(list(nodes[0][1][3]))
    choices = [words for part in _parts(nodes) if (words := _of_part(part))]
    return min(choices, key=_cost, default=None)


def _union(sets: list[set[str] | None]) -> set[str] | None:
    if any(words is None for words in sets):
        return None
    return set().union(*(words for words in sets if words))


def _cost(words: set[str]) -> tuple[int, int]:
    return sum(1 for word in words if word in _COMMON or len(word) == 1), len(words)


def _parts(nodes: _Nodes) -> list[list[tuple[Any, Any]]]:
    parts: list[list[tuple[Any, Any]]] = [[]]
    for node in nodes:
        if node == _BLANK or _begins_blank(node):
            parts.append([])
        else:
            parts[-1].append(node)
    return [part for part in parts if part]


def _begins_blank(node: tuple[Any, Any]) -> bool:
    """Whether a node is an aside that may be missing: "(?: words)?", "(?:words )?"."""
    if node[0] not in (sre.MAX_REPEAT, sre.MIN_REPEAT) or node[1][0] > 0:
        return False
    inner = list(node[1][2])
    while inner and inner[0][0] is sre.SUBPATTERN:
        inner = list(inner[0][1][3])
    return bool(inner) and _BLANK in (inner[0], inner[-1])


def _of_part(part: _Nodes) -> set[str] | None:
    texts = _texts(part)
    if texts is None:
        nested = [node for node in part if node[0] in (sre.BRANCH, sre.SUBPATTERN)]
        return _of_nodes(nested) if len(part) == 1 and nested else None
    chosen: set[str] = set()
    for text in texts:
        words = [word for word in _WORDS.findall(text) if _OPAQUE not in word]
        if not words:
            return None
        chosen.add(max(words, key=lambda word: (word not in _COMMON, len(word), word)))
    return {_unit(word) for word in chosen}


def _unit(word: str) -> str:
    # A unit beside a word is a word of its own.
    units = [c for c in word if "\ue000" <= c <= "\uf8ff"]
    return units[0] if units else word


def _texts(nodes: _Nodes) -> set[str] | None:
    """All texts that the nodes match, if they are few."""
    texts = {""}
    for node in nodes:
        following = _texts_of(node)
        if following is None or len(texts) * len(following) > _MOST:
            return None
        texts = {before + after for before in texts for after in following}
    return texts


def _texts_of(node: tuple[Any, Any]) -> set[str] | None:
    kind, value = node
    if kind is sre.LITERAL:
        return {chr(value)}
    if kind is sre.SUBPATTERN:
        return _texts(list(value[3]))
    if kind is sre.BRANCH:
        return _union([_texts(list(branch)) for branch in value[1]])
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[1] <= 1:
        inner = _texts(list(value[2]))
        return inner | {""} if inner is not None and value[0] == 0 else inner
    if kind is sre.IN and all(item[0] is sre.LITERAL for item in value) and len(value) < 8:
        return {chr(item[1]) for item in value}
    if kind in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return {""}
    return None
