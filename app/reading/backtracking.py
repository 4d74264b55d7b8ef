"""How many ways there are to try a regular expression from one place of a text.

Python's matcher goes back and tries again. So that no text can make a cue slow, whoever wrote it,
the ways are counted beforehand, for the worst of texts, and a pattern with too many is refused.
"""

from __future__ import annotations

# The parser that reads patterns just as ``re`` does is its own, which has no public name.
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any

WIDEST = 600
"""Characters that one match may span."""

MOST_WAYS = 1_000
"""Ways to try, from one place; those that a text could make slow have millions."""


class Unbounded(ValueError):
    """A pattern that some text would make slow, or that cannot be judged; the message says why."""


def check(expression: str) -> None:
    """Raises: Unbounded, unless a match is short and tried in few ways."""
    parsed = _parser.parse(expression)
    widest = parsed.getwidth()[1]
    if widest > WIDEST:
        raise Unbounded(f"a match may span more than {WIDEST} characters")
    ways = _Count(parsed, frozenset(expression) | _SAMPLES).of_all()
    if ways > MOST_WAYS:
        raise Unbounded(f"there are {ways} ways to try it from one place, more than {MOST_WAYS}")


_Node = tuple[Any, Any]
_Ways = dict[str, int]
"""The ways to try what is left of an expression, by the character that comes next."""

_SAMPLES = frozenset(map(chr, range(0x100))) | frozenset("\u2003\u0660\u4e2d\u2026\ue001\ue006")
"""Characters of each kind, by which classes are compared."""

_ONE_CHARACTER = ("LITERAL", "NOT_LITERAL", "IN", "ANY")


class _Count:
    """Counts from the end of an expression to its beginning.

    Choices add up only if they may begin with one and the same character: there is one way to
    try "talks|discussions" on any text, and there are four to try "a?a?".
    """

    def __init__(self, parsed: Any, characters: frozenset[str]) -> None:
        self._parsed = parsed
        self._characters = characters
        self._beginnings: dict[str, frozenset[str]] = {}

    def of_all(self) -> int:
        return _most(self._sequence(self._parsed, self._end()))

    def _end(self) -> _Ways:
        return dict.fromkeys(self._characters, 1)

    def _sequence(self, nodes: Any, rest: _Ways) -> _Ways:
        for node in reversed(list(nodes)):
            rest = self._node(node, rest)
        return rest

    def _node(self, node: _Node, rest: _Ways) -> _Ways:
        kind, told = str(node[0]), node[1]
        if kind in _ONE_CHARACTER:
            return dict.fromkeys(self._beginning(node), _most(rest))
        if kind == "AT":
            return rest
        if kind in ("ASSERT", "ASSERT_NOT"):
            within = _most(self._sequence(told[1], self._end()))
            return {character: ways + within - 1 for character, ways in rest.items()}
        if kind == "SUBPATTERN" and not told[1] and not told[2]:
            return self._sequence(told[3], rest)
        if kind == "BRANCH":
            return self._branches([list(branch) for branch in told[1]], rest)
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(told, rest)
        raise Unbounded(f"{kind.lower()} has no place in a cue")

    def _branches(self, branches: list[list[_Node]], rest: _Ways) -> _Ways:
        """Branches that begin with the same character are one until they part."""
        alike: dict[str, list[list[_Node]]] = {}
        for at, branch in enumerate(branches):
            one = branch and str(branch[0][0]) in _ONE_CHARACTER
            alike.setdefault(str(branch[0] if one else at), []).append(branch)
        return _either(
            [
                self._node(group[0][0], self._branches([branch[1:] for branch in group], rest))
                if len(group) > 1
                else self._sequence(group[0], rest)
                for group in alike.values()
            ]
        )

    def _repeat(self, told: tuple[int, int, Any], rest: _Ways) -> _Ways:
        least, most, body = told
        if most == _parser.MAXREPEAT:
            raise Unbounded("a repetition without an upper bound")
        following = rest
        for _ in range(most - least):
            following = _either([self._sequence(body, following), rest])
        for _ in range(least):
            following = self._sequence(body, following)
        return following

    def _beginning(self, node: _Node) -> frozenset[str]:
        """The characters that a node of one character stands for."""
        if (known := self._beginnings.get(str(node))) is None:
            one = _compiler.compile(_parser.SubPattern(self._parsed.state, [node]))
            known = frozenset(filter(one.fullmatch, self._characters))
            self._beginnings[str(node)] = known
        return known


def _either(choices: list[_Ways]) -> _Ways:
    ways: _Ways = {}
    for choice in choices:
        for character, count in choice.items():
            ways[character] = ways.get(character, 0) + count
    return ways


def _most(ways: _Ways) -> int:
    return max(ways.values(), default=1)
