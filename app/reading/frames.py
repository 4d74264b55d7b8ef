"""Frames: who raises, who buys whom, who leads whose round; and what the words around them do to it.

A frame is opened by a trigger in a clause. Direction comes from the trigger: of "X was acquired by
Y" the target is the subject, of "X acquires Y" it is the object. Stage, denial and background are
operators, each bound to the clause that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.claims.vocabulary import Role
from app.reading.clauses import Clause, clauses_of
from app.reading.cues import CueClass, Hit, Lexicon
from app.reading.lines import Line, Unit
from app.reading.marks import IT, MONEY, NAME, PERSON
from app.reading.marks import PLACE as PLACE_MARK
from app.reading.reading import Figure
from app.reading.text import Place


class Family(StrEnum):
    """Kinds of deal that never are one and the same."""

    EQUITY = "equity"
    DEBT = "debt"
    ACQUISITION = "acquisition"
    STAKE = "stake"
    MERGER = "merger"
    IPO = "ipo"
    TENDER = "tender"
    GRANT = "grant"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in a frame: what it is the sum of, by which cue, and whether it is of the past."""

    unit: Unit
    role: str
    weight: float
    earlier: bool
    cue: str


@dataclass(frozen=True, slots=True)
class Part:
    """Someone in a frame."""

    unit: Unit
    role: Role


@dataclass(slots=True)
class Frame:
    """One trigger with its arguments. ``company`` is None where the words name nobody."""

    line: Line
    clause: Clause
    start: int
    end: int
    trigger: Hit
    family: Family
    company: Unit | None
    parts: list[Part] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    stages: list[Hit] = field(default_factory=list)
    denials: list[Hit] = field(default_factory=list)
    abandonments: list[Hit] = field(default_factory=list)
    earlier: bool = False
    subject: Unit | None = None

    @property
    def place(self) -> Place:
        return self.line.sentence.place


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line with its clauses, its cues by class, and what its sums are."""

    line: Line
    clauses: list[Clause]
    hits: dict[CueClass, list[Hit]]
    sums: dict[int, Sum]

    def of(self, kind: CueClass, clause: Clause | None = None) -> list[Hit]:
        found = self.hits.get(kind, [])
        return found if clause is None else [h for h in found if clause.holds(h.start)]


def parse(line: Line, lexicon: Lexicon) -> Parsed:
    """The clauses and cues of a line."""
    hits: dict[CueClass, list[Hit]] = {}
    for hit in lexicon.find(line.text):
        hits.setdefault(hit.cue.kind, []).append(hit)
    parsed = Parsed(line, clauses_of(line), hits, {})
    for unit in line.units:
        if unit.mark == MONEY:
            parsed.sums[unit.at] = _sum(parsed, unit)
    return parsed


def _sum(parsed: Parsed, unit: Unit) -> Sum:
    covering = [h for h in parsed.of(CueClass.MONEY) if h.start <= unit.at < h.end]
    covering = [h for h in covering if unit.at == _aim(parsed.line.text, h)]
    clause = next((c for c in parsed.clauses if c.holds(unit.at)), parsed.clauses[0])
    earlier = earlier_than_news(parsed, clause) or any(
        h.cue.means == "comparison" and h.start <= unit.at < h.end
        for h in parsed.of(CueClass.BACKGROUND)
    )
    if unit.money is not None and (unit.money.per or _EACH.match(parsed.line.text, unit.at + 1)):
        return Sum(unit, "other", 1.0, earlier, "per")
    if unit.money is not None and _is_price(unit.money.figure):
        return Sum(unit, "other", 1.0, earlier, "price")
    best = max(covering, key=lambda h: (h.cue.weight, h.end - h.start, h.cue.id), default=None)
    if best is None:
        return Sum(unit, "", 0.0, earlier, "")
    return Sum(unit, best.cue.means or "", float(best.cue.weight), earlier, best.cue.id)


_EACH = re.compile(r"(?: (?:of|in) [a-z-]{2,14})? (?:each|apiece)\b(?! (?:from|by))")


def _aim(text: str, hit: Hit) -> int:
    """The sum a cue is about: the one that it ends with, else its first."""
    return hit.end - 1 if text[hit.end - 1] == MONEY else text.find(MONEY, hit.start, hit.end)


def _is_price(figure: Figure) -> bool:
    """Whether a sum is too small for a deal: a price of a share or of a subscription."""
    number = figure.stated or figure.high or figure.low
    return number is not None and number < 10_000


_EARLIER_OPENERS = frozenset("after following since until before when".split())
_NOT_NEWS_OPENERS = _EARLIER_OPENERS | {"despite", "compared", "behind", "up", "if", "unless"}


def earlier_than_news(parsed: Parsed, clause: Clause) -> bool:
    """Whether a clause tells of something before the news."""
    place = parsed.line.sentence.place
    text = parsed.line.text
    moved = place in (Place.TITLE, Place.LEAD) and _STOCK_MOVES.search(text, 0, clause.start)
    if (
        not moved
        and clause.opener in _NOT_NEWS_OPENERS
        and re.search(rf"{MONEY}|raised|secured|acquired", text[clause.start : clause.end])
    ):
        return True
    if place is Place.BODY and any(h.start <= 2 for h in parsed.of(CueClass.BACKGROUND)):
        # "Last year, …": a sentence that begins in the past stays there.
        opening = next(h for h in parsed.of(CueClass.BACKGROUND) if h.start <= 2)
        if not _FUTURE.search(text) and opening.cue.means == "earlier":
            return True
    cues = [
        h
        for h in parsed.of(CueClass.BACKGROUND, clause)
        if h.cue.means != "comparison"
        and not _FOUNDED.search(text[max(0, h.start - 34) : h.start])
        and not (h.cue.id == "background.had" and _REPORTED.search(text, 0, h.start))
        and not (h.cue.id == "background.dated" and _FUTURE.search(text, clause.start, clause.end))
    ]
    if place is Place.TITLE:
        return False
    if place is Place.LEAD and clause.opener not in _RELATIVE:
        return any(h.cue.id == "background.had" for h in cues)
    return bool(cues)


# "Shares of X soared after it accepted a buyout": what moved them is the news.
_STOCK_MOVES = re.compile(
    r"\b(?:shares?|stock)\b.{0,60}\b(?:soar|jump|surg|r[io]se|climb|rocket|rall|gain|fell|fall|drop|tumbl|sank|slid|plung|pop)\w*"
    r"|\b(?:soars|jumps|surges|rises|climbs|rallies|gains|falls|drops|tumbles|sinks|slides|plunges|pops)\b",
    re.IGNORECASE,
)
_RELATIVE = frozenset("which who whose where that".split())
_FUTURE = re.compile(
    r"\b(?:next|will|would|could|might|may|expects?|expected|plans?|planned|due|slated|scheduled|anticipated)\b"
)
# "X said it had raised": the tense of reported speech, not of what is past.
_REPORTED = re.compile(
    r"\b(?:said|says|announced|announces|reported|reports?|claim(?:s|ed|ing)?|told|wrote|revealed|confirmed|learned"
    r"|denied|denies|refuted|refutes|disclosed|according)\b"
)
_FOUNDED = re.compile(
    r"\b(?:founded|established|launched|started|created|incorporated|set up|formed|began|born|based|spun out|spun off)(?: [a-z]{2,12}){0,3} $"
)
_SUBORDINATE = frozenset(
    "after when before because since until despite following although though".split()
)
_DEPENDENT = frozenset(
    "valuing bringing taking giving making putting pushing with in on at to from led including"
    " joining which that said says according citing a an having adding reported whose where"
    " has have is are was were will today announced raised confirmed closed secured agreed plans as alongside"
    " nearly almost roughly about more twice double half well far versus against down less"
    " founded co-founded backed based known formerly launched started created headquartered established spun".split()
)


def _groups(parsed: Parsed) -> Iterator[tuple[Clause, int]]:
    """Main clauses, each with the place where the clauses that hang on it end."""
    clauses = parsed.clauses
    at = 0
    while at < len(clauses):
        last = at
        alone = clauses[at].opener in _SUBORDINATE
        while (
            not alone
            and last + 1 < len(clauses)
            and (
                clauses[last + 1].opener in _DEPENDENT
                or (clauses[last + 1].opener == "" and clauses[last + 1].after not in (";", ":"))
            )
        ):
            last += 1
        yield clauses[at], clauses[last].end
        at = last + 1


_PRIMARY = (
    "acquired_by", "acquisition_of", "stake", "sell", "acquire", "merge", "ipo", "tender",
    "invest_with", "lead", "invest", "invest_noun", "raise", "sale_self", "debt", "grant", "round", "value",
)  # fmt: skip
_FAMILY = {
    "acquire": Family.ACQUISITION,
    "acquired_by": Family.ACQUISITION,
    "acquisition_of": Family.ACQUISITION,
    "sell": Family.ACQUISITION,
    "sale_self": Family.ACQUISITION,
    "stake": Family.STAKE,
    "merge": Family.MERGER,
    "ipo": Family.IPO,
    "tender": Family.TENDER,
    "debt": Family.DEBT,
    "grant": Family.GRANT,
}


def frames_of(parsed: Parsed) -> list[Frame]:
    """The frames of a line, one a group of clauses."""
    found: list[Frame] = []
    subject: Unit | None = None
    text = parsed.line.text
    if parsed.line.sentence.place is Place.TITLE and (_ASKS.match(text) or text.endswith("?")):
        return found
    for clause, end in _groups(parsed):
        triggers = [h for h in parsed.of(CueClass.TRIGGER) if clause.start <= h.start < end]
        own = subject_of(parsed, clause.start, triggers[0].start if triggers else end)
        if clause.opener in _SUBORDINATE:
            own = own or subject
        else:
            subject = own = own or subject
        if not triggers:
            triggers = [
                h
                for s in parsed.sums.values()
                if clause.start <= s.unit.at < end and (h := _as_trigger(parsed, s))
            ]
        if not triggers:
            triggers = [h for h in parsed.of(CueClass.DENIAL, clause) if _denies_deal(parsed, h)][
                :1
            ]
        if not triggers:
            continue
        meant = {h.cue.means for h in triggers}
        triggers = [h for h in triggers if h.cue.means != "law"]
        if not triggers:
            continue
        aggregate = own is None and _MANY.search(parsed.line.text, clause.start, triggers[0].start)
        trigger = _leading(triggers)
        about_law = "law" in meant and trigger.cue.means in ("raise", "round", "invest")
        own_fund = "fund" in meant and trigger.cue.means in ("raise", "round", "fund", "value")
        in_place = trigger.cue.id in _INVESTS and _IN_PLACE.search(
            parsed.line.text, trigger.start, end
        )
        several = trigger.cue.means in ("raise", "debt") and _are_several(parsed.line, own)
        elsewhere = own is None and _is_of_place(parsed.line, clause.start, trigger.start)
        if own_fund or several or elsewhere or about_law or in_place or "buyback" in meant or aggregate:
            family = Family.NONE
        else:
            family = Family.EQUITY
        own_clause = next(c for c in parsed.clauses if c.holds(trigger.start))
        frame = Frame(
            parsed.line, own_clause, clause.start, end, trigger, family, None, subject=own
        )
        if family is not Family.NONE:
            frame.family = _FAMILY.get(trigger.cue.means or "", Family.EQUITY)
            if trigger.cue.kind is CueClass.DENIAL:
                frame.family = (
                    Family.ACQUISITION if _SALE.search(parsed.line.text) else Family.EQUITY
                )
            elif trigger.cue.id in _OF_PURCHASE or (
                trigger.cue.kind is CueClass.MONEY
                and _BID.search(parsed.line.text, trigger.start, trigger.end)
            ):
                frame.family = Family.ACQUISITION
            elif frame.family is Family.EQUITY:
                frame.family = _kind_of_funding(parsed, triggers, meant)
        _fill(frame, parsed, triggers)
        found.append(frame)
    return found


# A title that asks or explains tells of nothing yet.
_ASKS = re.compile(r"(?:how|why|what|did|does|do|should|can|who|which|when|where)\b", re.IGNORECASE)


# Many at once, and none of them named: figures of a sector.
_MANY = re.compile(
    r"\b(?:start-?ups|companies|firms|founders|businesses|labs|players|unicorns)\b(?!'| (?:is|are) in talks)",
    re.IGNORECASE,
)


def _as_trigger(parsed: Parsed, found: Sum) -> Hit | None:
    """The cue of a sum that stands without a verb of its kind: "the <money> round included"."""
    market = found.cue.startswith("money.other.market_value")
    if found.role not in ("amount", "valuation", "first_close") and not market:
        return None
    return next(
        h
        for h in parsed.of(CueClass.MONEY)
        if h.cue.id == found.cue and h.start <= found.unit.at < h.end
    )


def _are_several(line: Line, subject: Unit | None) -> bool:
    """Whether more than one company is told to raise: a sum of several, of no deal."""
    if subject is None or subject.mark != NAME:
        return False
    return sum(1 for unit in _coordinated(line, subject) if unit.mark == NAME) > 1


def _is_of_place(line: Line, start: int, end: int) -> bool:
    """Whether a country or a city is who acts: "the city of Leeds sold bonds"."""
    for unit in line.between(start, end, PLACE_MARK):
        before, after = line.text[max(start, unit.at - 8) : unit.at], line.text[unit.at + 1 :]
        if not re.search(r"\b(?:in|at|from|near|across|for|to)(?: the)? $", before) and not re.match(
            r"-|'s?\b|,", after
        ):
            return True
    return False


_INVESTS = ("money.amount.invest", "money.amount.into")
# Money put into a country, or into one's own plant, is no deal.
_IN_PLACE = re.compile(
    rf"{MONEY}[^,;.]{{0,24}} (?:in|into|across|on) (?:(?:the|its|his|their|a|new|more|ai|us|u\.s\.) ){{0,3}}"
    rf"(?:{PLACE_MARK}|data cent|infrastructure|cloud|factor|plant|capacity)",
    re.IGNORECASE,
)
_OF_PURCHASE = ("money.amount.acquire", "money.amount.stake")
_SALE = re.compile(
    r"\b(?:sale|sell|selling|bid|offer|takeover|merger|acqui\w+|buy|suitor)\b", re.IGNORECASE
)
_BID = re.compile(r"\b(?:bid|offer|proposal|approach)\b", re.IGNORECASE)


def _denies_deal(parsed: Parsed, hit: Hit) -> bool:
    """Whether what is denied is a deal, where no other word tells of one: "is not for sale"."""
    text = parsed.line.text[hit.start : hit.end + 60]
    return hit.cue.id == "denial.not_raising" and bool(_DEAL_DENIED.search(text))


_DEAL_DENIED = re.compile(
    r"\b(?:for sale|sell|sale|raising|in talks|in negotiations|in discussions|merg\w+|takeover|fundrais\w+)\b"
)


def _kind_of_funding(parsed: Parsed, triggers: list[Hit], meant: set[str | None]) -> Family:
    if "debt" in meant and _is_debt(parsed, triggers):
        return Family.DEBT
    if "grant" in meant and not meant & {"round", "lead", "invest", "invest_noun"}:
        return Family.GRANT
    return Family.EQUITY


def _leading(triggers: list[Hit]) -> Hit:
    """The trigger that says most: of the first ones, the one of the strongest kind."""
    strong = [h for h in triggers if h.cue.means not in ("round", "value", "debt", "fund", "grant")]
    if not strong:
        return min(triggers, key=lambda h: (_rank(h), h.start))
    first = min(strong, key=lambda h: h.start)
    near = [h for h in strong if h.start <= first.end + 2]
    return min(near, key=lambda h: (_rank(h), h.start))


def _rank(hit: Hit) -> int:
    means = hit.cue.means or ""
    return _PRIMARY.index(means) if means in _PRIMARY else len(_PRIMARY)


def _is_debt(parsed: Parsed, triggers: list[Hit]) -> bool:
    text = parsed.line.text
    debt = next(h for h in triggers if h.cue.means == "debt")
    around = text[max(0, debt.start - 60) : debt.end + 40]
    return "equity" not in around and "convert" not in around


def _fill(frame: Frame, parsed: Parsed, triggers: list[Hit]) -> None:
    line, clause, start, end = frame.line, frame.clause, frame.start, frame.end
    frame.earlier = earlier_than_news(parsed, clause)
    within = [c for c in parsed.clauses if start <= c.start < end]
    frame.sums = [s for s in parsed.sums.values() if start <= s.unit.at < end]
    frame.sums = [_assumed(frame, s) for s in frame.sums]
    if frame.sums and all(s.role == "total" for s in frame.sums):
        # "It has raised $60 million so far" sums up what is past.
        frame.earlier = True
    frame.stages = [
        h
        for c in within
        if c is clause or not earlier_than_news(parsed, c)
        for h in parsed.of(CueClass.STAGE, c)
        if _finite(line, h)
    ]
    frame.denials = parsed.of(CueClass.DENIAL) if not frame.earlier else []
    frame.abandonments = [
        h
        for c in within
        for h in parsed.of(CueClass.ABANDONMENT, c)
        if not only_possible(line, h) and not earlier_than_news(parsed, c)
    ]
    _arguments(frame, triggers)


_OF_DEALS = frozenset(
    "raise round lead invest invest_noun ipo acquire acquired_by acquisition_of sell stake tender debt".split()
)


def _assumed(frame: Frame, found: Sum) -> Sum:
    """A sum that nothing explains, alone after the trigger in its clause, is the deal's."""
    alone = all(other is found or other.role for other in frame.sums)
    explained = any(s.role in ("amount", "valuation") for s in frame.sums)
    if (
        found.role
        or found.earlier
        or explained
        or not alone
        or frame.trigger.cue.means not in _OF_DEALS
        or not frame.clause.holds(found.unit.at)
    ):
        return found
    return replace(found, role="amount", weight=0.4, cue="assumed")


_POSSIBLE = re.compile(r"\b(?:could|may|might|can|would|or|if|unless|likely to)\b[^,;.]{0,30}$")
_INFINITE = re.compile(
    r"\b(?:be|to|could|would|may|might|will|not|never|can|should|being|if|'ll|expected to be|than) (?:[a-z]+ly )?$"
)


def only_possible(line: Line, hit: Hit) -> bool:
    before = line.text[max(0, hit.start - 40) : hit.start]
    return bool(
        _POSSIBLE.search(before)
        or re.search(r"\b(?:could|may|might)\b", line.text[hit.start : hit.end])
    )


def _finite(line: Line, hit: Hit) -> bool:
    """Whether words of a deed done tell of one: not "to be acquired", "could have raised"."""
    if hit.cue.means != "closed":
        return True
    return not _INFINITE.search(line.text[max(0, hit.start - 24) : hit.start])


# Who is meant.

_PREPOSED = re.compile(
    r"\b(?:of|from|by|with|in|at|for|to|into|including|between|against|on|about|like|via|than|over|and)"
    r" (?:(?:[a-z-]{1,20}|the|its) ){0,2}$"
)
_PRONOUN = re.compile(r"\b(?:he|she|they|we|I|who)\b")
_APPOSED = re.compile(r"\b(?:an?|another) (?:[\w-]{1,20} ){0,3}$", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"'s? (?!(?:has|is|to|board|management|directors|owners?|parent|shareholders)\b)|[- ](?:backed|owned|based|led|founded|listed|incubated|funded|controlled|developed|linked|affiliated|run|built|style|like|maker|parent|headquartered)\b"
    rf"| (?:spin-?out|spin-?off|unit|arm|rival|subsidiary|affiliate|competitor|challenger|start-?up|offshoot|division|maker|co-founder's|alumni)s?,? {NAME}"
    r"|(?:'s)? (?:co-?founders?|founders?|ceo|cfo|chief|chairman|president|executives?|employees|shares"
    r"|researchers?|alum|veterans?|stock|spokes)"
    r"| (?:start-?ups|companies|firms|labs|businesses)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"\b(?:that|whether) (?=(?:the |its )?[{NAME}{IT}])|\b(?:said|says|reported|reports|announced|confirmed|revealed|disclosed|wrote|report(?:ed)? that|learned|understood)"
    r"(?: (?:on|in|late|earlier|last|this)? ?[A-Za-z]{3,9}(?: \d{1,2})?)?(?: that|,)? (?=[^.]*$)",
)


def subject_of(parsed: Parsed, start: int, end: int) -> Unit | None:
    """The unit that is the grammatical subject between two places of a line."""
    line = parsed.line
    for says in reversed(list(_SAYS.finditer(line.text, start, end))):
        found = first_subject(line, says.end(), end)
        if found is not None:
            return found
    return first_subject(line, start, end)


def first_subject(line: Line, start: int, end: int) -> Unit | None:
    """The first unit between two places that no preposition or apposition makes subordinate."""
    for unit in line.between(start, end, NAME + IT + PERSON):
        before = line.text[max(start, unit.at - 45) : unit.at]
        if _PRONOUN.search(line.text, start, unit.at):
            return None
        if _PREPOSED.search(before) or (unit.mark == NAME and _APPOSED.search(before)):
            continue
        if _NO_SUBJECT.match(line.text, unit.at + 1):
            continue
        return unit
    return None


def _arguments(frame: Frame, triggers: list[Hit]) -> None:
    """Fill who is the company and who the others are, by the direction of the trigger."""
    line, means = frame.line, frame.trigger.cue.means or ""
    if frame.trigger.cue.id in ("money.amount.invest", "money.amount.pay"):
        means = "invest"
    if frame.trigger.cue.kind is CueClass.MONEY and frame.family is Family.ACQUISITION:
        sells = re.search(
            r"\b(?:sell|sells|sold|selling)\b", line.text[frame.start : frame.trigger.end]
        )
        role = Role.SELLER if sells else Role.ACQUIRER
        frame.parts += [Part(frame.subject, role)] if frame.subject else []
        return
    last = _last_company(line, frame.trigger)
    if means in ("acquire", "acquisition_of", "sell", "stake"):
        frame.company = _named_after(line, last)
        buyer = (
            _after(line, frame, r"\b(?:by|to) ") if means in ("acquisition_of", "sell") else None
        )
        subject = frame.subject if frame.subject is not last else None
        if means == "sell":
            frame.parts += [Part(u, Role.ACQUIRER) for u in [buyer] if u]
        elif means == "acquisition_of":
            owner = _possessor(line, frame.trigger.start) or buyer or subject
            frame.parts += [Part(u, Role.ACQUIRER) for u in [owner] if u and u is not last]
        elif subject is not None:
            selling = re.search(
                r"\bsell|\bsale|\bdivest", line.text[frame.start : frame.trigger.end]
            )
            role = Role.SELLER if selling else Role.ACQUIRER
            frame.parts.append(Part(subject, role))
    elif means == "acquired_by":
        frame.company = frame.subject
        buyer = line.unit_at(frame.trigger.end - 1)
        frame.parts += [Part(buyer, Role.ACQUIRER)] if buyer else []
    elif means == "merge":
        both = _coordinated(line, frame.subject)
        other = both[1] if len(both) > 1 else _after(line, frame, r"\b(?:with|and|of|between) ")
        frame.company = other or frame.subject
        if frame.subject is not None and other is not None:
            frame.parts.append(Part(frame.subject, Role.ACQUIRER))
    elif means in ("invest", "invest_noun", "invest_with", "lead"):
        beside = [h for h in triggers if h.cue.means in ("invest", "invest_noun")]
        others = [u for h in beside if (u := _last_company(line, h))]
        frame.company = last or (others[0] if others else None) or _venture(frame)
        role = Role.LEAD if means == "lead" else Role.PARTICIPANT
        frame.parts += [
            Part(u, role) for u in _coordinated(line, frame.subject) if u is not frame.company
        ]
    else:
        frame.company = _funded(frame, triggers)


def _named_after(line: Line, owner: Unit | None) -> Unit | None:
    """What is sold of its owner's: in "its alarm business, X" it is X; else the owner's own."""
    if owner is None:
        return None
    match = _APPOSITION.match(line.text, owner.at)
    return line.unit_at(match.end()) if match else owner


_NOT_APPOSED = r"(?:from|to|by|with|and|or|for|at|in|of|as|after|while|which|who|over)\b"
_APPOSITION = re.compile(
    rf"{IT} (?={NAME})|[{IT}{NAME}](?:'s?)? (?:(?!{_NOT_APPOSED})[a-z-]{{2,20}} ){{0,3}}(?!{_NOT_APPOSED})[a-z-]{{2,20}},? (?={NAME}(?:,|\.|$| (?:to|for|in)\b))"
)


def _last_company(line: Line, hit: Hit) -> Unit | None:
    units = line.between(hit.start, hit.end, NAME + IT)
    return units[-1] if units else None


def _after(line: Line, frame: Frame, preposition: str) -> Unit | None:
    match = re.compile(preposition + rf"(?:[^\s;:()]{{1,24}} ){{0,5}}?([{NAME}{PERSON}])").search(
        line.text, frame.trigger.end - 1, min(frame.end, frame.trigger.end + 90)
    )
    return line.unit_at(match.start(1)) if match else None


_POSSESSOR = re.compile(
    rf"(?:({NAME})'s?|({IT})) (?:[^\s;:()\ue000-\uf8ff]{{1,20}} |{MONEY} |{NAME} ){{0,5}}$"
)
_FOR = re.compile(
    rf"\b(?:for|in|into|of|backing|valu(?:e|es|ing)) (?:(?:[^\s;:(){MONEY}{NAME}{PERSON}]{{1,22}}),? ){{0,7}}?([{NAME}])"
)


def _possessor(line: Line, at: int) -> Unit | None:
    match = _POSSESSOR.search(line.text, max(0, at - 80), at)
    return line.unit_at(match.start(match.lastindex or 0)) if match else None


def _funded(frame: Frame, triggers: Iterable[Hit]) -> Unit | None:
    """Whose round it is: "X's round", "a round for X", the subject; of a person, the venture."""
    line, subject = frame.line, frame.subject
    trigger = frame.trigger
    valued = [h for h in triggers if h.cue.means == "value"]
    noun = trigger.cue.means in ("round", "value")
    for hit in valued if noun else ():
        units = line.between(hit.start, hit.end, NAME + IT)
        if units and line.text[hit.start : hit.start + 4].lower() == "valu":
            return units[0]
    if noun:
        before = re.search(
            rf"([{NAME}{IT}])(?:'s?)? (?:[^\s;:()\ue000-\uf8ff]{{1,20}} |{MONEY} ){{0,4}}$",
            line.text[max(frame.start, trigger.start - 70) : trigger.start],
        )
        if before and "'s" in before[0]:
            return line.unit_at(max(frame.start, trigger.start - 70) + before.start(1))
    if trigger.cue.means in ("ipo", "tender", "round"):
        of = _OF_NAME.match(line.text, trigger.end)
        if of is not None:
            return line.unit_at(of.end() - 1)
    if subject is not None and subject.mark != PERSON:
        return subject
    venture = _venture(frame)
    if subject is not None and venture:
        return venture
    for hit in valued:
        units = line.between(hit.start, hit.end, NAME + IT)
        if units:
            return units[0]
    if subject is not None:
        return None
    return _possessor(line, trigger.start) or _for_whom(frame)


def _for_whom(frame: Frame) -> Unit | None:
    """The venture that someone without a name of a company raises for: "for his new lab, X"."""
    match = _FOR_NAME.search(frame.line.text, frame.trigger.start, frame.end)
    return frame.line.unit_at(match.start(1)) if match else None


_FOR_NAME = re.compile(
    rf"\bfor (?:(?:[^\s;:(){MONEY}{NAME}{PERSON}]{{1,22}}),? ){{0,7}}?({NAME})"
)


def _venture(frame: Frame) -> Unit | None:
    """The company that a round is said to be for: "for X", "in X"."""
    match = _FOR.search(frame.line.text, frame.trigger.start, frame.end)
    return frame.line.unit_at(match.start(1)) if match else None


_OF_NAME = re.compile(rf" (?:of|in|for) (?:(?:the|its|a|an) )?(?:[a-z-]{{2,20}} ){{0,4}}{NAME}")


def _coordinated(line: Line, first: Unit | None) -> list[Unit]:
    """A subject with those coordinated to it: "X, Y and Z"."""
    if first is None:
        return []
    found = [first]
    at = first.at + 1
    link = re.compile(
        rf"(?: of [{NAME}{PLACE_MARK}])?,? ?(?:and |& |as well as )?([{NAME}{PERSON}])"
    )
    while match := link.match(line.text, at):
        unit = line.unit_at(match.start(1))
        if unit is None:
            break
        found.append(unit)
        at = match.end()
    return found
