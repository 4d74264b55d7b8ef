"""The clauses of a sentence: what a cue is bound to.

A sentence is cut where a subordinate or another main clause begins, and around brackets. Each
clause knows the word that opens it, since "after it raised …" tells of something else than the
news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.reading.marks import IT, MONEY, NAME, OUTLET, PERSON
from app.reading.rules.lines import Line

MOST_CLAUSES = 60


@dataclass(frozen=True, slots=True)
class Clause:
    """``start`` and ``end`` in ``Line.text``; ``opener`` is its first word, in lower case.

    ``after`` is the mark that it was cut off by.
    """

    start: int
    end: int
    opener: str
    after: str = ""

    def holds(self, at: int) -> bool:
        return self.start <= at < self.end

    @property
    def is_subordinate(self) -> bool:
        """Whether it stands beside a main clause, with a verb of its own: "after it raised"."""
        return self.opener in _SUBORDINATE

    @property
    def hangs_on(self) -> bool:
        """Whether it goes on with the clause before: ", valuing it at", "(up from last year)"."""
        return self.opener in _DEPENDENT or (self.opener == "" and self.after not in (";", ":"))


def clauses_of(line: Line) -> list[Clause]:
    """The clauses of a line, in order; together they are all of it."""
    starts, cuts = [0], [""]
    for boundary in _BOUNDARY.finditer(line.text):
        if boundary.end() > starts[-1] and len(starts) < MOST_CLAUSES:
            starts.append(boundary.end())
            cuts.append(boundary[0].strip())
    found = []
    for start, end, cut in zip(starts, [*starts[1:], len(line.text)], cuts, strict=True):
        opener = _OPENER.match(line.text, start, end)
        found.append(Clause(start, end, opener[1].lower() if opener else "", cut))
    return found


def groups_of(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, int]]:
    """The main clauses, each with the place where the clauses that hang on it end."""
    at = 0
    while at < len(clauses):
        first, last = clauses[at], at
        while not first.is_subordinate and last + 1 < len(clauses) and clauses[last + 1].hangs_on:
            last += 1
        yield first, clauses[last].end
        at = last + 1


# Words that open clauses.
_SUBORDINATE = frozenset([
    "after", "when", "before", "because", "since", "until", "despite", "following", "although",
    "though",
])  # fmt: skip
_RELATIVE = r"which|while|whereas|although|though|whose|where"
_TEMPORAL = r"after|when|before|because|following|since|despite|until"
_GOING_ON = (
    r"who|but|as|bringing|taking|valuing|giving|making|putting|pushing|according|said|says"
    r"|reported|citing|adding|compared|behind|up|led|including|joining|with|to|having|in|on|at|from"
    r"|it|a|an"
)
_VERBS = (
    r"has|have|is|are|was|were|will|today|announced|raised|confirmed|closed|secured|agreed|plans"
)
_DEGREES = (
    r"nearly|almost|roughly|about|more than|twice|double|half|well|far|versus|against|down|less"
)
_ORIGINS = (
    r"founded|co-founded|backed|based|known|formerly|launched|started|created|headquartered"
    r"|established|spun"
)
_DEALS_DONE = (
    r"raised|raises|acquired|acquires|bought|buys|secured|secures|closed|sold|sells|bagged"
    r"|acquiring"
)
_SECOND_VERBS = r"has|have|had|is|was|will|then|later|plans|raised|also|recently|previously|now"
# Who begins a main clause.
_HEAD = (
    r"(?:(?:the|an?|its|their|his|her|some|other|both|two|three|four|several|existing)\b"
    rf"|[{NAME}{IT}{PERSON}{OUTLET}])"
)
_BOUNDARY = re.compile(
    r";\s|\s--?\s|\s?[()]|:\s"
    rf"|,? (?=(?:{_RELATIVE})\b)"
    rf"|,? (?=(?:{_TEMPORAL}) )"
    rf"|, (?=(?:{_GOING_ON})\b)"
    rf"|, (?=for {MONEY})"
    r"|, (?=(?:the same as|unchanged from|in line with) )"
    rf"|, (?=(?:{_VERBS}) )"
    rf"|, (?=(?:{_DEGREES}) )"
    rf"|, (?=(?:{_ORIGINS}) )"
    rf"|, (?=(?:and|but|so) {_HEAD})"
    rf"|(?<=[^,]) (?=and {_HEAD}[^,]{{0,60}}"
    r" (?:is|are|was|were|has|have|had|will|would|said|says|raised)\b)"
    rf"| (?=and (?:has |have |also |will |is |then )?(?:{_DEALS_DONE}) )"
    rf"|, (?=and (?:{_SECOND_VERBS})\b)",
    re.IGNORECASE,
)
_DEPENDENT = frozenset([
    "valuing", "bringing", "taking", "giving", "making", "putting", "pushing", "having", "adding",
    "joining", "including", "according", "citing", "said", "says", "reported", "led", "alongside",
    "which", "that", "whose", "where", "as", "with", "for", "in", "on", "at", "to", "from",
    "a", "an",
    *(word.split()[0] for word in f"{_VERBS}|{_DEGREES}|{_ORIGINS}".split("|")),
])  # fmt: skip
_OPENER = re.compile(r"[\s,]*(?:and |but )?([a-z]+)", re.IGNORECASE)
