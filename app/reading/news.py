"""Which of the deals an article tells of are its news, and which are told beside it.

Texts speak of money without telling of a deal: results, fines, budgets, the market of a sector.
A deal is news if it is told early, with a verb of its own, about one whom the article is about.
"""

from __future__ import annotations

import re
from collections import defaultdict

from app.claims.vocabulary import Stage
from app.reading.cues import CueClass
from app.reading.drafts import Draft
from app.reading.families import Family
from app.reading.frames import Frame
from app.reading.marks import NAME
from app.reading.parsed import Parsed
from app.reading.players import Players
from app.reading.text import Place

EARLY = 6
"""Sentences, the title among them, within which news is told."""

_LEAST_SCORE = 0.6
_ROUND_CUES = ("money.amount.round", "money.amount.in_funding", "money.amount.round_of")


def news_of(drafts: list[Draft], parsed: list[Parsed], players: Players) -> list[Draft]:
    """The drafts that are the article's news, the main one first."""
    live = [d for d in drafts if not d.earlier]
    listed = _of_roundup(live, parsed, players)
    if len(listed) >= 3:
        return listed
    if players.is_roundup and not _is_about_other_matters(parsed):
        return [d for d in live if _is_told(d)]
    told = [d for d in live if _is_told(d)]
    spoken = _spoken_of_first(parsed, players)
    first = sorted(told, key=lambda d: not _is_in_head(d))
    main = next((d for d in first if _is_news(d, parsed, spoken, players)), None)
    if main is None:
        return []
    return [main, *(d for d in told if d is not main and _stands_beside(d, main))]


def _is_told(draft: Draft) -> bool:
    """Whether the draft has a verb or a round of its own, and says how far it is."""
    return any(_is_strong(f) for f in draft.frames) and (
        draft.denied or draft.stage is not Stage.UNKNOWN
    )


def _is_in_head(draft: Draft) -> bool:
    return any(f.place in (Place.TITLE, Place.LEAD) and _is_strong(f) for f in draft.frames)


def _is_strong(frame: Frame) -> bool:
    if not frame.is_weak:
        return True
    in_head = frame.place in (Place.TITLE, Place.LEAD) and bool(frame.stages)
    if in_head and any(s.role == "amount" for s in frame.sums):
        return True
    return any(s.cue in _ROUND_CUES for s in frame.sums) or (
        frame.trigger.cue.means == "round" and bool(frame.stages)
    )


def _is_news(draft: Draft, parsed: list[Parsed], spoken: set[str], players: Players) -> bool:
    if draft.score < _LEAST_SCORE:
        return False
    first = min(f.line.sentence.index for f in draft.frames if _is_strong(f))
    if first >= EARLY:
        return False
    concerned = {draft.company.key} | {
        player.key
        for frame in draft.frames
        for part in frame.parts
        if (player := players.of(part.unit, frame.line))
    }
    if not concerned & spoken and (players.subject is None or players.subject.key not in concerned):
        return False
    return _is_in_head(draft) or not _is_about_other_matters(parsed)


def _is_about_other_matters(parsed: list[Parsed]) -> bool:
    """Whether title or lead tell of results, fines, budgets and the like."""
    return any(
        p.of(CueClass.NEGATIVE)
        for p in parsed
        if p.line.sentence.place in (Place.TITLE, Place.LEAD)
    )


def _spoken_of_first(parsed: list[Parsed], players: Players) -> set[str]:
    """The companies that title and first sentences name."""
    return {
        player.key
        for p in parsed[:4]
        for unit in p.line.units
        if unit.mark == NAME and (player := players.of(unit, p.line))
    }


def _stands_beside(draft: Draft, main: Draft) -> bool:
    """Whether a second deal is news too: told in title or lead, or of another kind, with a sum."""
    if draft.amount is None:
        return False
    early = any(f.place is Place.LEAD and _is_strong(f) for f in draft.frames)
    if draft.company.key == main.company.key:
        return {draft.family, main.family} == {Family.EQUITY, Family.DEBT} and (
            early or draft.frames is main.frames or _is_said_together(draft)
        )
    return early and draft.family is main.family


def _is_said_together(draft: Draft) -> bool:
    return any(_TOGETHER.search(f.line.text) for f in draft.frames)


_TOGETHER = re.compile(
    r"\b(?:concurrent(?:ly)?|together with|in addition|on top of|alongside|as well as)\b", re.I
)


def _of_roundup(drafts: list[Draft], parsed: list[Parsed], players: Players) -> list[Draft]:
    """The deals of a roundup: paragraphs, each of which opens with a deal of its own company."""
    opening: dict[int, int] = {}
    for p in parsed:
        opening.setdefault(p.line.sentence.paragraph, p.line.sentence.index)
    by_paragraph: dict[int, Draft] = {}
    firsts: dict[int, int] = defaultdict(int)
    for draft in drafts:
        if not _is_told(draft):
            continue
        for frame in draft.frames:
            sentence = frame.line.sentence
            if _is_strong(frame) and opening.get(sentence.paragraph) == sentence.index:
                if sentence.place is not Place.TITLE:
                    by_paragraph.setdefault(sentence.paragraph, draft)
                    firsts[id(draft)] += 1
    distinct = list({id(d): d for d in by_paragraph.values()}.values())
    alone = [d for d in distinct if firsts[id(d)] == 1]
    named = {
        player.key
        for p in parsed
        if p.line.sentence.place is Place.TITLE
        for unit in p.line.units
        if unit.mark == NAME and (player := players.of(unit, p.line))
    }
    # A story has one company in its title; a roundup none, or several.
    of_title = sum(1 for d in distinct if d.company.key in named)
    many = len(alone) >= 3 and len(alone) == len(distinct) and of_title != 1
    return distinct if many else []
