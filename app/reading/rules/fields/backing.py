"""Which investors belong to which deal of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.claims.vocabulary import Modality, Role, RoundType, Stage
from app.reading.marks import IT, NAME, PERSON
from app.reading.money import Money
from app.reading.rules.drafts import Draft
from app.reading.rules.earlier import earlier_than_news
from app.reading.rules.families import Family
from app.reading.rules.fields.investors import Investor, investors_of, leads_another, modality_of
from app.reading.rules.frames import Frame
from app.reading.rules.lines import Line, Unit
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players


@dataclass(frozen=True, slots=True)
class Backer:
    """Someone who takes part in a deal, named at ``unit``; the words of a line that say so."""

    player: Player
    unit: Unit
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
    paragraph = -1
    for found in parsed:
        here = [d for d in drafts if any(f.line is found.line for f in d.frames)]
        if found.line.sentence.paragraph != paragraph:
            paragraph = found.line.sentence.paragraph
            last = news[0] if len(news) == 1 else last
        backers = []
        for investor in investors_of(found.line, others):
            who = players.person_or_company(investor.unit, found.line)
            if who is not None:
                backers.append((investor, _backer(investor, who)))
        keys = {backer.player.key for _, backer in backers}
        for investor, backer in backers:
            about = [d for d in here if d.company.key not in keys]
            draft = _whose(investor, found, about, last, news)
            if draft is not None and _takes_backers(draft):
                told[id(draft)].append(backer)
        others = bool(backers)
        last = next((d for d in reversed(here) if _is_told(d, news)), last)
    return {id(draft): _settled(draft, told[id(draft)]) for draft in drafts}


def _is_told(draft: Draft, news: list[Draft]) -> bool:
    """Whether sentences that follow a deal may be about it."""
    return draft in news or not (draft.earlier or draft.stage is Stage.UNKNOWN)


def _takes_backers(draft: Draft) -> bool:
    """Sales have buyers, whom their frames name; who leads a listing underwrites it."""
    return draft.family not in (*_SALES, Family.IPO) and draft.round is not RoundType("ipo")


def _backer(told: Investor, who: Player) -> Backer:
    return Backer(
        who, told.unit, told.role, told.modality, told.money, told.line, told.start, told.end
    )


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
    if investor.role is Role.LENDER:
        company = {d.company.key for d in fitting or here}
        loan = next((d for d in news if d.family is Family.DEBT and d.company.key in company), None)
        if loan is not None:
            return loan
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
            line, unit = frame.line, _in_office(part.unit, frame.line)
            who = players.person_or_company(unit, line)
            between = line.text[part.unit.at : frame.trigger.start]
            gone = draft.family not in _SALES and _STEPPED_AWAY.search(between)
            if who is None or gone or leads_another(line, part.unit, frame.trigger.start):
                continue
            first = min(unit.at, frame.trigger.start)
            last = max(unit.at + 1, frame.trigger.end)
            told = modality_of(line, first, last)
            role = part.role
            if role is Role.ACQUIRER and _sells(frame, part.unit):
                role = Role.SELLER
                found += _buyer(frame, players)
            found.append(Backer(who, unit, role, told, None, line, first, last))
        found += _seller(frame, players)
    return found


def _seller(frame: Frame, players: Players) -> list[Backer]:
    """Who sells something to a buyer, where the sale is told of the seller: "X sold Y to Z"."""
    unit, line = frame.subject, frame.line
    if frame.trigger.cue.means != "sell" or unit is None or unit is frame.company:
        return []
    who = players.of(unit, line)
    if who is None or unit.at >= frame.trigger.start or not _sells(frame, unit):
        return []
    told = modality_of(line, unit.at, frame.trigger.end)
    return [Backer(who, unit, Role.SELLER, told, None, line, unit.at, frame.trigger.end)]


def _sells(frame: Frame, unit: Unit) -> bool:
    words = frame.line.text[unit.at : frame.trigger.end]
    return bool(
        re.search(r"\b(?:sale of|sells?|selling|sold|divest\w*|disposal of|offload\w*)\b", words)
    )


def _buyer(frame: Frame, players: Players) -> list[Backer]:
    """To whom something is sold: "completed the sale of X to Y"."""
    match = _SOLD_TO.search(frame.line.text, frame.trigger.start, frame.end)
    unit = frame.line.unit_at(match.start(1)) if match is not None else None
    who = players.of(unit, frame.line)
    if match is None or unit is None or who is None:
        return []
    first, last = match.span()
    told = modality_of(frame.line, frame.trigger.start, last)
    return [Backer(who, unit, Role.ACQUIRER, told, None, frame.line, first, last)]


_SOLD_TO = re.compile(rf"\bto (?:(?!be\b)[^\s;:()]{{1,24}} ){{0,5}}?({NAME})")
_STEPPED_AWAY = re.compile(
    r"\b(?:(?:stepped|walked|stepping|walking) away|(?:dropped|pulled|backed|opted) out|no longer"
    r"|passed on"
    r"|did not|didn't|declined|will not|won't|turned down)\b",
    re.I,
)
_OFFICER = re.compile(
    rf"({NAME})(?:'s)? (?:chief executive(?: officer)?|ceo|chairman|president|boss|chief) $", re.I
)


def _in_office(unit: Unit, line: Line) -> Unit:
    """ "Nvidia chief executive X announced plans to invest": the company does."""
    match = _OFFICER.search(line.text, max(0, unit.at - 50), unit.at)
    named = line.unit_at(match.start(1)) if match is not None and unit.mark == PERSON else None
    return named or unit


def _settled(draft: Draft, told: list[Backer]) -> list[Backer]:
    """Each backer once, with the strongest role told, and the sum told of it in the same line."""
    best: dict[str, Backer] = {}
    for backer in told:
        known = best.get(backer.player.key)
        if backer.player.key != draft.company.key and (
            known is None or _rank(backer) < _rank(known)
        ):
            best[backer.player.key] = backer
    full = [b for b in best.values() if not any(_is_short_for(b, o) for o in best.values())]
    ordered = sorted(full, key=lambda b: _STRENGTH.index(b.role))
    leads = sum(b.role is Role.LEAD for b in ordered)
    return [
        replace(
            _with_sum(b, told),
            role=_role(b.role, draft, leads),
            modality=_modality(b.modality, draft),
        )
        for b in ordered
    ]


def _rank(backer: Backer) -> tuple[int, bool]:
    return _STRENGTH.index(backer.role), backer.unit.mark == IT


def _with_sum(backer: Backer, told: list[Backer]) -> Backer:
    for other in told:
        same = other.player == backer.player and other.line is backer.line
        if backer.money is None and other.money is not None and same:
            start, end = min(backer.start, other.start), max(backer.end, other.end)
            return replace(backer, money=other.money, start=start, end=end)
    return backer


def _is_short_for(one: Backer, other: Backer) -> bool:
    """ "Lloyds" where "Lloyds Banking Group" is told of as well."""
    if one.player.slug is not None:
        return False
    return one is not other and other.player.name.startswith(f"{one.player.name} ")


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
