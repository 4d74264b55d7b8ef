"""How far a deal is told to be: exploring, in talks, signed, closed."""

from __future__ import annotations

import re
from collections import defaultdict

from app.claims.vocabulary import Stage
from app.reading.cues import CueClass, Hit
from app.reading.rules.drafts import Draft, weight_of
from app.reading.rules.families import RAISES, Family
from app.reading.rules.frames import Frame
from app.reading.rules.lines import Line
from app.reading.rules.parsed import Parsed


def settle_stage(draft: Draft, parsed: list[Parsed]) -> None:
    """Give a draft the stage whose cues weigh most, and the margin over the next."""
    weights: dict[str, float] = defaultdict(float)
    heaviest: dict[str, tuple[float, Line, Hit]] = {}
    for frame in draft.frames:
        hit = governing(frame)
        if hit is None:
            continue
        means = hit.cue.means or ""
        weight = weight_of(frame.line) * float(hit.cue.weight)
        weights[means] += weight
        if means not in heaviest or weight > heaviest[means][0]:
            heaviest[means] = (weight, frame.line, hit)
    if weights:
        # A listing is filed for and still seeks money: what is signed says more.
        sure = Stage.SIGNED if draft.family is Family.IPO and Stage.CLOSED not in weights else None
        first, *others = sorted(weights, key=lambda m: (m != sure, -weights[m], m))
        rest = weights[others[0]] if others else 0.0
        _, line, hit = heaviest[first]
        draft.stage = Stage(first)
        draft.stage_margin = max(0.0, (weights[first] - rest) / weights[first])
        draft.stage_hit = (line, hit.start, hit.end)
    if draft.family is Family.IPO and draft.stage is Stage.SIGNED and _is_hearsay(draft, parsed):
        # Filed in secret, as people say: the filing itself is a rumour.
        draft.stage = Stage.EXPLORING


def _is_hearsay(draft: Draft, parsed: list[Parsed]) -> bool:
    told = ((f.line, governing(f)) for f in draft.frames)
    lines = {id(line) for line, hit in told if hit is not None and hit.cue.means == Stage.SIGNED}
    return any(
        hit.cue.means == "anonymous"
        for p in parsed
        if id(p.line) in lines
        for hit in p.of(CueClass.ATTRIBUTION)
    )


def governing(frame: Frame) -> Hit | None:
    """The cue that governs a frame: the first of its clause, as a main verb stands first.

    What is announced as done is done: "announced the closing of".
    """
    told = [
        h
        for h in frame.stages
        if not (_has_leader(frame) and h.cue.id == _LED)
        and not is_of_takeover(frame.family, frame.line, h)
    ]
    if not told:
        return None
    near = [h for h in told if frame.clause.holds(h.start)] or told
    first = min(near, key=lambda h: (h.start, -float(h.cue.weight)))
    if first.cue.id.startswith("stage.signed.announced"):
        done = [h for h in near if h.cue.means == "closed" and h.cue.id != _LED]
        filed = frame.family is Family.IPO and _FILED.match(frame.line.text, first.start)
        better = done or ([] if filed else [h for h in near if h.cue.means != "signed"])
    elif first.cue.id == _LED:
        better = [h for h in near if h.cue.id != _LED and h.cue.weight > first.cue.weight]
    else:
        better = []
    return better[0] if better else first


# What is filed for is decided, whatever it "could raise".
_FILED = re.compile(r"(?:filed?|files|filing|launch(?:es|ed)?)\b", re.IGNORECASE)


def is_of_takeover(family: Family, line: Line, hit: Hit) -> bool:
    """Whether a cue's own words are of a takeover, where the deal is one that raises money."""
    return family in RAISES and _TAKEOVER.search(line.text, hit.start, hit.end) is not None


_TAKEOVER = re.compile(r"\b(?:takeover|acquisition|acquire|buyout|merger)\b", re.IGNORECASE)
_LED = "stage.closed.led"


def _has_leader(frame: Frame) -> bool:
    """Whether "a consortium led by X" bids in it: nobody's round is closed by that."""
    return frame.family in (Family.ACQUISITION, Family.MERGER, Family.IPO)
