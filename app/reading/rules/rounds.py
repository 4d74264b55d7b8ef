"""Which round a deal is: the one its own clauses name, else that of its family."""

from __future__ import annotations

from app.claims.vocabulary import RoundType
from app.reading.cues import Hit
from app.reading.rules.drafts import Draft, weight_of
from app.reading.rules.families import RAISES, Family
from app.reading.rules.lines import Line


def settle_round(draft: Draft) -> None:
    """Give a draft its round type, and the words that tell it."""
    best: tuple[float, RoundType, Line, Hit] | None = None
    for line, hit in _named(draft) if draft.family in RAISES else ():
        term = _term(hit, line)
        weight = float(hit.cue.weight) * weight_of(line)
        if term is not None and (best is None or weight > best[0]):
            best = (weight, term, line, hit)
    if best is not None:
        _, draft.round, line, hit = best
        draft.round_hit = (line, hit.start, hit.end)
        return
    first = draft.frames[0]
    draft.round = _ROUND_OF.get(draft.family)
    draft.round_hit = (first.line, first.trigger.start, first.trigger.end)


def _named(draft: Draft) -> list[tuple[Line, Hit]]:
    """The names of rounds in the draft's frames, in the order of the text."""
    named = [(frame.line, hit) for frame in draft.frames for hit in frame.rounds]
    return sorted(named, key=lambda found: (found[0].sentence.index, found[1].start))


_ROUND_OF = {
    Family.EQUITY: RoundType("venture_unspecified"),
    Family.DEBT: RoundType("debt_unspecified"),
    Family.ACQUISITION: RoundType("acquisition"),
    Family.STAKE: RoundType("strategic_corporate"),
    Family.MERGER: RoundType("merger"),
    Family.IPO: RoundType("ipo"),
    Family.TENDER: RoundType("secondary"),
    Family.GRANT: RoundType("grant"),
}


def _term(hit: Hit, line: Line) -> RoundType | None:
    """The round type that a cue means: of "series B", the one of the letter, if there is one."""
    means = hit.cue.means or ""
    if means == "series":
        letter = line.text[hit.start : hit.end].split()[-1][0].lower()
        means = f"series_{letter}"
    try:
        return RoundType(means)
    except ValueError:
        return None
