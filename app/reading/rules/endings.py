"""Deals that are denied, or called off: in their own clauses, or by those whom they concern."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.claims.vocabulary import Role, Stage
from app.reading.cues import CueClass, Hit
from app.reading.marks import PERSON
from app.reading.rules.choosing import choose
from app.reading.rules.drafts import Choice, Draft
from app.reading.rules.earlier import earlier_than_news
from app.reading.rules.families import RAISES, SALES
from app.reading.rules.lines import Line
from app.reading.rules.moods import only_possible
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Players
from app.reading.rules.stages import governing, is_of_takeover
from app.reading.rules.subjects import subject_of


def settle_ending(draft: Draft) -> None:
    """Deny or call off a draft where its own frames say so."""
    for frame in draft.frames:
        if frame.denials:
            _deny(draft, frame.line, frame.denials[0])
            return
    for frame in draft.frames:
        # One investor that steps back does not end a deal that others make.
        own = frame.trigger.cue.means not in ("invest", "invest_noun", "lead")
        ended = [h for h in frame.abandonments if not is_of_takeover(frame.family, frame.line, h)]
        if ended and (own or draft.stage is Stage.UNKNOWN):
            _call_off(draft, frame.line, ended[0])
            return


def settle_asides(draft: Draft, parsed: list[Parsed], players: Players) -> None:
    """Deny or call off a draft where a clause elsewhere says so, of one whom it concerns."""
    heard = _heard(draft, parsed)
    concerned = _concerned(draft, players)
    denied = next(_denials(heard, players, concerned), None)
    if denied is not None:
        _deny(draft, *denied)
        return
    ended = next(_abandonments(heard, draft, players, concerned), None)
    if ended is not None:
        _call_off(draft, *ended)


def recall_plan(drafts: list[Draft]) -> None:
    """What is called off, or completed, was planned before: its sum is told as something past."""
    first = drafts[0]
    bought = first.family in SALES and first.stage is Stage.CLOSED and first.amount is None
    if not (first.denied or first.stage in _OFF or bought):
        return
    of_sale = first.family in SALES
    planned = [
        draft
        for draft in drafts
        if draft.earlier and draft.company.key == first.company.key
        if (draft.family in SALES) == of_sale
    ]
    if first.amount is None:
        first.amount = _planned(planned, "amount")
    if first.amount is not None and first.valuation is None and first.family in RAISES:
        first.valuation = _planned(planned, "valuation", _ANYHOW if first.denied else _TALK)


_TALK = re.compile(r"\b(?:talks|discuss\w*|negotiat\w+|seeking|sought|consider\w*|weigh\w*)\b")
_ANYHOW = re.compile("")


def _planned(drafts: list[Draft], role: str, told: re.Pattern[str] = _ANYHOW) -> Choice | None:
    """The sum of a role that is not told of what was done, in words that match ``told``."""
    return choose(
        (frame.line, planned, 1.0)
        for draft in drafts
        for frame, planned in draft.sums(role)
        if told.search(frame.line.text, frame.start, frame.end)
        if (hit := governing(frame)) is None or hit.cue.means != "closed"
    )


def promote_denied(draft: Draft, parsed: list[Parsed], players: Players) -> None:
    """ "X denied it, after reports said that it raised …": what is denied is the news."""
    if min(f.line.sentence.index for f in draft.frames) > 3:
        return
    settle_asides(draft, parsed, players)
    if draft.denied:
        draft.earlier = False
        draft.amount = choose((f.line, s, 1.0) for f, s in draft.sums("amount"))
        draft.valuation = choose((f.line, s, 1.0) for f, s in draft.sums("valuation"))


_OFF = (Stage.WITHDRAWN, Stage.FAILED, Stage.POSTPONED)
_FIRM = (Stage.CLOSED, Stage.SIGNED, Stage.OPEN)
_HEAD = 4
"""The index of the last sentence that may undo what title and lead tell as done."""

_Told = tuple[Line, Hit]


def _deny(draft: Draft, line: Line, hit: Hit) -> None:
    draft.denied = True
    draft.stage_hit = (line, hit.start, hit.end)


def _call_off(draft: Draft, line: Line, hit: Hit) -> None:
    draft.stage = Stage(hit.cue.means or "withdrawn")
    draft.stage_hit = (line, hit.start, hit.end)


def _heard(draft: Draft, parsed: list[Parsed]) -> list[Parsed]:
    """The lines that may end a deal: what title and lead tell as done, no aside undoes."""
    in_head = any(f.stages and f.place.is_head for f in draft.frames)
    if not in_head or draft.stage not in _FIRM:
        return parsed
    return [p for p in parsed if p.line.sentence.index <= _HEAD]


def _concerned(draft: Draft, players: Players) -> set[str]:
    """The keys of the company, and of who buys or sells it."""
    trade = (
        players.of(part.unit, frame.line)
        for frame in draft.frames
        for part in frame.parts
        if part.role in (Role.ACQUIRER, Role.SELLER)
    )
    return {draft.company.key} | {player.key for player in trade if player}


def _denials(heard: list[Parsed], players: Players, concerned: set[str]) -> Iterator[_Told]:
    for found in heard:
        for clause in found.clauses:
            for hit in found.of(CueClass.DENIAL, clause):
                if not earlier_than_news(found, clause) and _is_by(
                    found.line, clause.start, hit, players, concerned
                ):
                    yield found.line, hit


def _abandonments(
    heard: list[Parsed], draft: Draft, players: Players, concerned: set[str]
) -> Iterator[_Told]:
    """The endings that stand in none of the draft's frames."""
    for found in heard:
        for clause in found.clauses:
            for hit in found.of(CueClass.ABANDONMENT, clause):
                if (
                    not earlier_than_news(found, clause)
                    and not only_possible(found.line, hit)
                    and not draft.tells_at(found.line, hit.start)
                    and not is_of_takeover(draft.family, found.line, hit)
                    and _is_by(found.line, clause.start, hit, players, concerned)
                ):
                    yield found.line, hit


def _is_by(line: Line, start: int, hit: Hit, players: Players, concerned: set[str]) -> bool:
    """Whether one of those concerned is the subject of a cue, or nobody else is."""
    subject = subject_of(line, start, hit.start)
    if subject is None or subject.mark == PERSON:
        return True
    player = players.of(subject, line)
    return player is None or player.key in concerned
