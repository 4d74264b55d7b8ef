"""Which investors belong to which deal of an article."""

from __future__ import annotations

from dataclasses import dataclass

from app.claims.vocabulary import Modality, Role, Stage
from app.reading.deals import Draft
from app.reading.frames import Family, Parsed, earlier_than_news
from app.reading.investors import Investor, investors_of, leads_another, modality_of
from app.reading.lines import Line
from app.reading.money import Money
from app.reading.players import Player, Players


@dataclass(frozen=True, slots=True)
class Backer:
    """Someone who takes part in a deal, and the words of a line that say so."""

    player: Player
    role: Role
    modality: Modality
    money: Money | None
    line: Line
    start: int
    end: int


_SALES = (Family.ACQUISITION, Family.MERGER)
_STRENGTH = (Role.LEAD, Role.ACQUIRER, Role.LENDER, Role.SELLER, Role.PARTICIPANT)


def backers_of(
    drafts: list[Draft], news: list[Draft], parsed: list[Parsed], players: Players
) -> dict[int, list[Backer]]:
    """The backers of each draft, by ``id``; those that lead first."""
    told: dict[int, list[Backer]] = {id(draft): _of_frames(draft, players) for draft in drafts}
    last = news[0] if news else None
    others = False
    for found in parsed:
        here = [d for d in drafts if any(f.line is found.line for f in d.frames)]
        if len(news) == 1:
            last = news[0]
        backers = []
        for investor in investors_of(found.line, others):
            who = players.person_or_company(investor.unit, found.line)
            if who is not None:
                backers.append((investor, _backer(investor, who)))
        keys = {backer.player.key for _, backer in backers}
        for investor, backer in backers:
            about = [d for d in here if d.company.key not in keys]
            draft = _whose(investor, found, about, last, news)
            if draft is not None and draft.family not in (*_SALES, Family.IPO):
                told[id(draft)].append(backer)
        others = bool(backers)
        last = next((d for d in reversed(here) if d in news), last)
    return {id(draft): _settled(draft, told[id(draft)]) for draft in drafts}


def _backer(told: Investor, who: Player) -> Backer:
    return Backer(who, told.role, told.modality, told.money, told.line, told.start, told.end)


def _whose(
    investor: Investor, found: Parsed, here: list[Draft], last: Draft | None, news: list[Draft]
) -> Draft | None:
    """The deal that a line's words are about: the one they stand in, or were last about."""
    clause = next((c for c in found.clauses if c.holds(investor.at)), found.clauses[0])
    earlier = earlier_than_news(found, clause)
    within = [
        d
        for d in here
        if any(f.line is found.line and f.start <= investor.at < f.end for f in d.frames)
    ]
    fitting = [d for d in within if d.earlier == earlier] or within
    if not fitting and not earlier:
        fitting = [d for d in here if not d.earlier] or ([last] if last and not here else [])
    return _by_kind(investor, _at_home(fitting, news)) if fitting else None


def _at_home(drafts: list[Draft], news: list[Draft]) -> list[Draft]:
    """What is told of a company's deal beside its news is of that news."""
    companies = {d.company.key for d in drafts if not d.earlier}
    same = [d for d in news if d.company.key in companies and d.family not in _SALES]
    return same or drafts


def _by_kind(investor: Investor, drafts: list[Draft]) -> Draft:
    """Who lends belongs to the loan, if there is one."""
    lends = investor.role is Role.LENDER
    return next((d for d in drafts if (d.family is Family.DEBT) == lends), drafts[0])


def _of_frames(draft: Draft, players: Players) -> list[Backer]:
    """Those who act in the draft's own frames: who buys, sells, invests."""
    found = []
    for frame in draft.frames:
        for part in frame.parts:
            who = players.person_or_company(part.unit, frame.line)
            if who is not None and not leads_another(frame.line, part.unit, frame.trigger.start):
                first = min(part.unit.at, frame.trigger.start)
                last = max(part.unit.at + 1, frame.trigger.end)
                told = modality_of(frame.line, first, last)
                found.append(Backer(who, part.role, told, None, frame.line, first, last))
    return found


def _settled(draft: Draft, told: list[Backer]) -> list[Backer]:
    """Each backer once, with the strongest role told and the sum told of it anywhere."""
    best: dict[str, Backer] = {}
    sums: dict[str, Money] = {}
    for backer in told:
        key = backer.player.key
        if backer.money is not None:
            sums.setdefault(key, backer.money)
        if key == draft.company.key:
            continue
        if key not in best or _STRENGTH.index(backer.role) < _STRENGTH.index(best[key].role):
            best[key] = backer
    ordered = sorted(best.values(), key=lambda b: _STRENGTH.index(b.role))
    leads = sum(b.role is Role.LEAD for b in ordered)
    return [
        Backer(
            b.player, _role(b.role, draft, leads), _modality(b.modality, draft),
            sums.get(b.player.key), b.line, b.start, b.end,
        )
        for b in ordered
    ]  # fmt: skip


def _role(role: Role, draft: Draft, leads: int) -> Role:
    if draft.family is Family.DEBT and role in (Role.LEAD, Role.PARTICIPANT):
        return Role.LENDER
    if role is Role.LENDER and draft.family is not Family.DEBT:
        return Role.PARTICIPANT
    return Role.CO_LEAD if role is Role.LEAD and leads > 1 else role


def _modality(told: Modality, draft: Draft) -> Modality:
    """In a deal that is only talked of, nobody takes part as a fact."""
    if told is Modality.FACTUAL and draft.stage in (Stage.EXPLORING, Stage.IN_TALKS):
        return Modality.NEGOTIATION
    return told
