"""Deals out of frames: what the frames of one company tell together.

Frames that tell of one company, of the same kind of deal, and of the same time make a draft; what
only names a sum joins a draft that is there. Then each draft gets its stage, sums and round.
"""

from __future__ import annotations

import re
from collections import defaultdict

from app.claims.vocabulary import Role
from app.reading.rules.choosing import Totals, settle_sums, totals_of
from app.reading.rules.drafts import Draft, score_of, weight_of
from app.reading.rules.endings import promote_denied, recall_plan, settle_asides, settle_ending
from app.reading.rules.families import RAISES, SALES, Family
from app.reading.rules.frames import Frame
from app.reading.rules.mixed import split_mixed
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players
from app.reading.rules.rounds import settle_round
from app.reading.rules.stages import settle_stage


def drafts_of(parsed: list[Parsed], frames: list[Frame], players: Players) -> list[Draft]:
    """The deals of an article, the one that is told most first; those of the past last."""
    drafts = _joined(_grouped(frames, players))
    drafts.sort(key=lambda d: (d.earlier, -d.score, d.frames[0].line.sentence.index))
    totals = totals_of(parsed)
    for draft in drafts:
        _settle(draft, parsed, totals)
    if drafts and drafts[0].earlier:
        promote_denied(drafts[0], parsed, players)
    if drafts and not drafts[0].earlier:
        recall_plan(drafts)
        drafts[:1] = split_mixed(drafts[0], parsed)
        settle_asides(drafts[0], parsed, players)
    return drafts


def _settle(draft: Draft, parsed: list[Parsed], totals: Totals) -> None:
    heaviest = max(draft.frames, key=lambda f: (weight_of(f.line), -f.line.sentence.index))
    draft.family = heaviest.family
    settle_stage(draft, parsed)
    settle_ending(draft)
    settle_sums(draft, totals)
    settle_round(draft)


_Key = tuple[str, Family, bool]
"""The company, the family, those of sales being one, and whether it is of the past."""


def _grouped(frames: list[Frame], players: Players) -> list[Draft]:
    """The drafts of all frames that tell of a company's deal, scored."""
    drafts: dict[_Key, Draft] = {}
    weak: list[tuple[Frame, Player]] = []
    for frame in frames:
        if frame.family is Family.NONE or not _says_something(frame):
            continue
        player = players.company_of(frame) or _subject_of_article(frame, players)
        if player is None:
            continue
        if frame.is_weak:
            weak.append((frame, player))
        else:
            _put(drafts, frame, player)
    for frame, player in weak:
        hosts = _hosts(frame, player, drafts, players) if frame.family is Family.EQUITY else []
        if hosts:
            max(hosts, key=lambda d: sum(map(score_of, d.frames))).frames.append(frame)
        else:
            _put(drafts, frame, player)
    for draft in drafts.values():
        draft.frames.sort(key=lambda f: (f.line.sentence.index, f.clause.start))
        draft.score = sum(score_of(f) for f in draft.frames)
    return list(drafts.values())


def _says_something(frame: Frame) -> bool:
    """Whether a frame holds more than a noun: "the round" alone tells of no deal."""
    means = frame.trigger.cue.means
    if means not in ("round", "value", "debt", "grant"):
        return True
    roles = {s.role for s in frame.sums}
    if means == "value":
        return "valuation" in roles
    told = bool(roles & {"amount", "valuation", "first_close"})
    return told or (means == "round" and bool(frame.stages))


def _subject_of_article(frame: Frame, players: Players) -> Player | None:
    """Whom the article is about, where a frame names nobody; not one that buys or invests in it."""
    subject = None if players.is_roundup else players.subject
    if subject is None or (frame.company is not None and frame.company.mention is not None):
        return None
    return None if subject.key in players.others_of(frame) else subject


def _put(drafts: dict[_Key, Draft], frame: Frame, player: Player) -> None:
    kin = Family.ACQUISITION if frame.family in SALES else frame.family
    key = (player.key, kin, frame.earlier)
    draft = drafts.setdefault(key, Draft(player, frame.family, [], frame.earlier))
    draft.frames.append(frame)


def _hosts(
    frame: Frame, player: Player, drafts: dict[_Key, Draft], players: Players
) -> list[Draft]:
    """The drafts that a frame may be told of which only names a sum, or a round.

    They are those of its company, of any kind; else those in which its company buys.
    """
    # A funding round is none of an acquisition's business.
    round_only = frame.trigger.cue.means == "round" or _is_of_round(frame)
    own = [
        draft
        for (company, _, earlier), draft in drafts.items()
        if company == player.key and earlier == frame.earlier
        if not round_only or draft.family in RAISES
    ]
    if own or frame.earlier or round_only:
        return own
    return [d for d in drafts.values() if not d.earlier and _buys(player, d, players)]


def _is_of_round(frame: Frame) -> bool:
    """Whether a frame of nothing but a sum calls it one of a round."""
    trigger = frame.trigger
    if not trigger.cue.id.startswith("money."):
        return False
    return _ROUND.search(frame.line.text, trigger.start, trigger.end) is not None


_ROUND = re.compile(r"\b(?:rounds?|funding|series [a-z]|pre-seed|seed)\b", re.IGNORECASE)


def _buys(player: Player, draft: Draft, players: Players) -> bool:
    return any(
        part.role is Role.ACQUIRER and players.of(part.unit, frame.line) == player
        for frame in draft.frames
        for part in frame.parts
    )


def _joined(drafts: list[Draft]) -> list[Draft]:
    """A sale or listing also "raises money": what is told so of its company is told of it."""
    by_company: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if not draft.earlier:
            by_company[draft.company.key].append(draft)
    gone: set[int] = set()
    for found in by_company.values():
        top = max(found, key=lambda d: d.score)
        if top.family not in _ABSORBS or any(not s.earlier for _, s in top.sums("amount")):
            continue
        for other in found:
            if other is not top and _is_of_same_deal(other, top):
                top.frames += other.frames
                top.score += other.score
                gone.add(id(other))
    return [d for d in drafts if id(d) not in gone]


_ABSORBS = (*SALES, Family.IPO, Family.TENDER, Family.DEBT)


def _is_of_same_deal(other: Draft, top: Draft) -> bool:
    """Whether what is told to be raised is what the top deal brings, not a round of its own."""
    if other.family is not Family.EQUITY or any(
        f.trigger.cue.means == "round" for f in other.frames
    ):
        return False
    return top.family not in SALES or any(
        _PRICE.search(f.line.text, f.start, f.end) for f in other.frames
    )


# What a buyer pays: "could fetch".
_PRICE = re.compile(r"\b(?:fetch|pay|paid|worth|price|cost|valu|consideration)", re.IGNORECASE)
