"""Which of the deals an article tells of are its news, and which are told beside it.

Texts speak of money without telling of a deal: results, fines, budgets, the market of a sector.
A deal is news if it is told early, with a verb of its own, about one whom the article is about.
"""

from __future__ import annotations

import re
from collections import Counter

from app.claims.vocabulary import Stage
from app.reading.cues import CueClass
from app.reading.marks import NAME
from app.reading.rules.drafts import Draft
from app.reading.rules.families import Family
from app.reading.rules.frames import Frame
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Players
from app.reading.rules.text import Place

EARLY = 6
"""Sentences, the title among them, within which news is told."""

_LEAST_SCORE = 0.6


def news_of(drafts: list[Draft], parsed: list[Parsed], players: Players) -> list[Draft]:
    """The drafts that are the article's news, the main one first."""
    live = [d for d in drafts if not d.earlier]
    listed = _listed(live, parsed, players)
    if listed:
        return listed
    told = [d for d in live if _is_told(d)]
    if players.is_roundup and not _is_about_other_matters(parsed):
        return told
    named_first = _named_in(parsed[:4], players)
    # What title or lead tell comes before what is only told more.
    in_order = sorted(told, key=lambda d: not _is_in_head(d))
    main = next((d for d in in_order if _is_news(d, parsed, named_first, players)), None)
    if main is None:
        return []
    return [main, *(d for d in told if d is not main and _stands_beside(d, main))]


def _is_told(draft: Draft) -> bool:
    """Whether the draft has a verb or a round of its own, and says how far it is."""
    return any(_is_strong(f) for f in draft.frames) and (
        draft.denied or draft.stage is not Stage.UNKNOWN
    )


def _is_in_head(draft: Draft) -> bool:
    return any(f.place.is_head and _is_strong(f) for f in draft.frames)


def _is_strong(frame: Frame) -> bool:
    """Whether a frame tells of a deal without the help of others."""
    if not frame.is_weak:
        return True
    if frame.place.is_head and frame.stages and any(s.role == "amount" for s in frame.sums):
        return True
    return any(s.cue in _ROUND_CUES for s in frame.sums) or (
        frame.trigger.cue.means == "round" and bool(frame.stages)
    )


_ROUND_CUES = ("money.amount.round", "money.amount.in_funding", "money.amount.round_of")


def _is_news(draft: Draft, parsed: list[Parsed], named_first: set[str], players: Players) -> bool:
    strong = [f for f in draft.frames if _is_strong(f)]
    if draft.score < _LEAST_SCORE or min(f.line.sentence.index for f in strong) >= EARLY:
        return False
    concerned = _concerned(draft, players)
    about = players.subject is not None and players.subject.key in concerned
    if not about and not concerned & named_first:
        return False
    return _is_in_head(draft) or not _is_about_other_matters(parsed)


def _concerned(draft: Draft, players: Players) -> set[str]:
    """The keys of the company and of those who take part."""
    return {draft.company.key} | {
        player.key
        for frame in draft.frames
        for part in frame.parts
        if (player := players.of(part.unit, frame.line))
    }


def _is_about_other_matters(parsed: list[Parsed]) -> bool:
    """Whether title or lead tell of results, fines, budgets and the like."""
    return any(p.of(CueClass.NEGATIVE) for p in parsed if p.line.sentence.place.is_head)


def _named_in(parsed: list[Parsed], players: Players) -> set[str]:
    """The keys of the companies that lines name."""
    return {
        player.key
        for p in parsed
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
    r"\b(?:concurrent(?:ly)?|together with|in addition|has also|on top of"
    r"|also (?:secured|received|took)|alongside|as well as)\b",
    re.IGNORECASE,
)


def _listed(drafts: list[Draft], parsed: list[Parsed], players: Players) -> list[Draft]:
    """The deals of a list: three paragraphs or more, each of which opens with a deal of its own.

    None if it is no list: a story has one company in its title, a list none, or several.
    """
    openings: dict[int, int] = {}
    for p in parsed:
        if p.line.sentence.place is not Place.TITLE:
            openings.setdefault(p.line.sentence.paragraph, p.line.sentence.index)
    by_paragraph: dict[int, Draft] = {}
    times: Counter[int] = Counter()
    for draft in filter(_is_told, drafts):
        for frame in filter(_is_strong, draft.frames):
            sentence = frame.line.sentence
            if openings.get(sentence.paragraph) == sentence.index:
                by_paragraph.setdefault(sentence.paragraph, draft)
                times[id(draft)] += 1
    found = list({id(draft): draft for draft in by_paragraph.values()}.values())
    titled = _named_in([p for p in parsed if p.line.sentence.place is Place.TITLE], players)
    of_title = sum(draft.company.key in titled for draft in found)
    # A company that opens several paragraphs is told of at length.
    is_list = len(found) >= 3 and of_title != 1 and all(times[id(d)] == 1 for d in found)
    return found if is_list else []
