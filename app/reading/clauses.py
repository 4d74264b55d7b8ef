"""The clauses of a sentence: what a cue is bound to.

A sentence is cut where a subordinate or another main clause begins, and around brackets. Each clause
knows the word that opens it, since "after it raised …" tells of something else than the news.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.reading.lines import Line
from app.reading.marks import IT, NAME, OUTLET, PERSON

_HEAD = f"(?:(?:the|an?|its|their|his|her|some|other|both|two|three|four|several|existing)\\b|[{NAME}{IT}{PERSON}{OUTLET}])"
_BOUNDARY = re.compile(
    r";\s|\s--?\s|\s?[()]|:\s"
    r"|,? (?=(?:which|while|whereas|although|though|whose|where)\b)"
    r"|,? (?=(?:after|when|before|because|following|since|despite|until) )"
    r"|, (?=(?:who|but|as|bringing|taking|valuing|giving|making|putting|pushing|according|said|says"
    r"|reported|citing|adding|compared|behind|up|led|including|joining|with|to|having|in|on|at|from|it|a|an)\b)"
    r"|, (?=(?:has|have|is|are|was|were|will|today|announced|raised|confirmed|closed|secured|agreed|plans) )"
    r"|, (?=(?:nearly|almost|roughly|about|more than|twice|double|half|well|far|versus|against|down|less) )"
    r"|, (?=(?:founded|co-founded|backed|based|known|formerly|launched|started|created|headquartered|established|spun) )"
    rf"|, (?=(?:and|but|so) {_HEAD})|(?<=[^,]) (?=and {_HEAD}[^,]{{0,60}} (?:is|are|was|were|has|have|had|will|would|said|says|raised)\b)"
    r"| (?=and (?:has |have |also |will |is |then )?(?:raised|raises|acquired|acquires|bought|buys|secured|closed|sold|sells|bagged|acquiring) )"
    r"|, (?=and (?:has|have|had|is|was|will|then|later|plans|raised|also|recently|previously|now)\b)",
    re.IGNORECASE,
)
_OPENER = re.compile(r"[\s,]*(?:and |but )?([a-z]+)", re.IGNORECASE)
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
