"""Deals out of frames: what the frames of one company tell together, and which of it is the news."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.claims.vocabulary import Qualifier, Role, RoundType, Stage
from app.reading.cues import CueClass, Hit
from app.reading.earlier import earlier_than_news
from app.reading.families import Family
from app.reading.frames import Frame
from app.reading.investors import Investor
from app.reading.lines import Line
from app.reading.marks import PERSON
from app.reading.money import Money
from app.reading.moods import only_possible
from app.reading.parsed import Parsed, Sum
from app.reading.players import Player, Players
from app.reading.reading import Figure
from app.reading.subjects import subject_of
from app.reading.text import Place


@dataclass(frozen=True, slots=True)
class Choice:
    """A value chosen among those that the article holds; ``margin`` from 0 to 1 over the next."""

    money: Money
    line: Line
    cue: str
    margin: float
    support: float
    rivals: tuple[Figure, ...]


@dataclass(slots=True)
class Draft:
    """A deal in the making: its frames, in order, and what was chosen from them."""

    company: Player
    family: Family
    frames: list[Frame]
    earlier: bool
    score: float = 0.0
    amount: Choice | None = None
    first_close: Choice | None = None
    valuation: Choice | None = None
    stage: Stage = Stage.UNKNOWN
    denied: bool = False
    stage_hit: tuple[Line, int, int] | None = None
    stage_margin: float = 1.0
    stage_cue: str = ""
    investors: list[Investor] = field(default_factory=list)
    round: RoundType | None = None
    round_hit: tuple[Line, int, int] | None = None


def weight_of(frame: Frame | Line) -> float:
    """How much a sentence weighs by its place: the lead most, then the title, then by order."""
    line = frame.line if isinstance(frame, Frame) else frame
    sentence = line.sentence
    if sentence.place is Place.TITLE:
        return 1.0
    if sentence.place is Place.LEAD:
        return 1.4
    return max(0.25, 0.9 - 0.06 * sentence.index)


def drafts_of(parsed: list[Parsed], frames: list[Frame], players: Players) -> list[Draft]:
    """The deals of an article, the news first."""
    drafts: dict[tuple[str, Family, bool], Draft] = {}
    weak: list[tuple[Frame, Player]] = []
    for frame in frames:
        if frame.family is Family.NONE or not _says_something(frame):
            continue
        player = players.company_of(frame) or _subject_of_article(frame, players)
        if player is None:
            continue
        if is_weak(frame):
            weak.append((frame, player))
        else:
            _put(drafts, frame, player)
    for frame, player in weak:
        # What only names a sum belongs to the deal of that company that is told, of any kind.
        same = [
            d
            for (key, _, earlier), d in drafts.items()
            if key == player.key and earlier == frame.earlier and _may_join(frame, d)
        ]
        if not same:
            same = [
                d
                for d in drafts.values()
                if not d.earlier and not frame.earlier and _buys(d, player, players)
            ]
        if same and frame.family is Family.EQUITY:
            max(same, key=lambda d: sum(map(_frame_weight, d.frames))).frames.append(frame)
        else:
            _put(drafts, frame, player)
    found = list(drafts.values())
    for draft in found:
        draft.frames.sort(key=lambda f: (f.line.sentence.index, f.clause.start))
        draft.score = sum(_frame_weight(f) for f in draft.frames)
    found = _joined(found)
    found.sort(key=lambda d: (d.earlier, -d.score, d.frames[0].line.sentence.index))
    for draft in found:
        _settle(draft, parsed)
    if found and found[0].earlier and not any(not d.earlier for d in found):
        _promote_denied(found, parsed, players)
    if found and not found[0].earlier:
        _recall_plan(found)
        found[:1] = split_mixed(found[0], parsed)
        _loose_operators(found[0], parsed, players)
    return found


def _put(drafts: dict[tuple[str, Family, bool], Draft], frame: Frame, player: Player) -> None:
    key = (player.key, _kin(frame.family), frame.earlier)
    draft = drafts.setdefault(key, Draft(player, frame.family, [], frame.earlier))
    draft.frames.append(frame)


def _buys(draft: Draft, player: Player, players: Players) -> bool:
    return any(
        part.role is Role.ACQUIRER and players.of(part.unit, frame.line) == player
        for frame in draft.frames
        for part in frame.parts
    )


def _may_join(frame: Frame, draft: Draft) -> bool:
    """A funding round is none of an acquisition's business."""
    return frame.trigger.cue.means != "round" or draft.family in (
        Family.EQUITY,
        Family.DEBT,
        Family.TENDER,
        Family.GRANT,
    )


def is_weak(frame: Frame) -> bool:
    means = frame.trigger.cue.means
    if means == "merge":
        return not frame.parts
    if frame.family is Family.ACQUISITION and frame.trigger.cue.kind is CueClass.MONEY:
        return False
    return frame.trigger.cue.kind is CueClass.MONEY or means in (
        "round",
        "value",
        "debt",
        "grant",
    )


_ABSORBS = (Family.IPO, Family.TENDER, Family.ACQUISITION, Family.STAKE, Family.MERGER, Family.DEBT)


def _joined(drafts: list[Draft]) -> list[Draft]:
    """A sale or listing also "raises money": what is told so of the same company is of that deal."""
    by_company: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if not draft.earlier:
            by_company[draft.company.key].append(draft)
    gone: set[int] = set()
    for found in by_company.values():
        top = max(found, key=lambda d: d.score)
        if top.family not in _ABSORBS or _has_sum(top):
            continue
        for other in found:
            if other is top or other.family is not Family.EQUITY or _names_round(other):
                continue
            if top.family not in _SALES or _tells_price(other):
                top.frames += other.frames
                top.score += other.score
                gone.add(id(other))
    return [d for d in drafts if id(d) not in gone]


_SALES = (Family.ACQUISITION, Family.STAKE, Family.MERGER)
_PRICE = re.compile(r"\b(?:fetch|pay|paid|worth|price|cost|valu|consideration)", re.IGNORECASE)


def _tells_price(draft: Draft) -> bool:
    """Whether what is told to be raised is what a buyer pays: "could fetch"."""
    return any(_PRICE.search(f.line.text, f.start, f.end) for f in draft.frames)


def _has_sum(draft: Draft) -> bool:
    return any(s.role == "amount" and not s.earlier for f in draft.frames for s in f.sums)


def _names_round(draft: Draft) -> bool:
    return any(f.trigger.cue.means == "round" for f in draft.frames)


def _kin(family: Family) -> Family:
    if family in (Family.STAKE, Family.MERGER):
        return Family.ACQUISITION
    return family


def _family(frames: list[Frame]) -> Family:
    best = max(frames, key=lambda f: (weight_of(f), -f.line.sentence.index))
    return best.family


def _says_something(frame: Frame) -> bool:
    """Whether a frame holds more than a noun: "the round" alone tells of no deal."""
    means = frame.trigger.cue.means
    if means in ("round", "value", "debt", "grant"):
        roles = {s.role for s in frame.sums}
        wanted = {"amount", "valuation", "first_close"} if means != "value" else {"valuation"}
        return bool(roles & wanted) or (means == "round" and bool(frame.stages))
    return True


def _subject_of_article(frame: Frame, players: Players) -> Player | None:
    """Whom the article is about, where a frame names nobody; not one that buys or invests in it."""
    subject = None if players.is_roundup else players.subject
    if subject is None or (frame.company is not None and frame.company.mention is not None):
        return None
    return None if subject.key in players.others_of(frame) else subject


def _settle(draft: Draft, parsed: list[Parsed]) -> None:
    draft.family = _family(draft.frames)
    _stage(draft, parsed)
    sums = [
        (f.line, s, _nearness(f, s))
        for f in draft.frames
        for s in f.sums
        if (draft.earlier or not s.earlier) and not _is_stale(f, draft)
    ]
    totals = {
        _number(told.unit.money.figure)
        for p in parsed
        for told in p.sums.values()
        if told.role == "total" and told.unit.money
    }
    amounts = [c for c in sums if c[1].role == "amount"]
    parts_only = [
        c for c in amounts if c[1].unit.money and _number(c[1].unit.money.figure) not in totals
    ]
    draft.amount = _choose(parts_only or amounts)
    if draft.amount is None and draft.family in (Family.ACQUISITION, Family.MERGER):
        # What a target is valued at in a takeover is its price.
        valued = [c for c in sums if c[1].cue in _PRICES]
        draft.amount = _choose(valued)
        sums = [c for c in sums if c not in valued]
    if draft.family in (Family.ACQUISITION, Family.MERGER):
        # What a target is worth anyway is no figure of the deal.
        sums = [c for c in sums if c[1].cue != "money.valuation.worth"]
    draft.first_close = _choose([c for c in sums if c[1].role == "first_close"])
    draft.valuation = _choose([c for c in sums if c[1].role == "valuation"])
    if draft.valuation is None and draft.family is Family.IPO:
        # What the market is to value a company at that lists is its valuation.
        draft.valuation = _choose([c for c in sums if c[1].cue.startswith(_MARKET_VALUE)])
    _round(draft, parsed)


def _is_stale(frame: Frame, draft: Draft) -> bool:
    """Whether a frame of a closed deal tells of the talk before it."""
    if draft.stage is not Stage.CLOSED or frame.place is not Place.BODY:
        return False
    hit = governing(frame)
    return (
        hit is not None
        and hit.cue.means in ("in_talks", "exploring")
        and hit.cue.weight >= Decimal("0.4")
    )


_MARKET_VALUE = "money.other.market_value"
_PRICES = (
    "money.valuation.at",
    "money.valuation.valued_at",
    "money.valuation.could_be_worth",
    "money.valuation.puts_at",
    "money.valuation.value_of",
)


def split_mixed(draft: Draft, parsed: list[Parsed]) -> list[Draft]:
    """The equity and the debt of a round told as one sum, if the article tells both parts."""
    if draft.amount is None or draft.family is not Family.EQUITY:
        return [draft]
    whole = draft.amount.money.figure
    parts: dict[Family, list[tuple[Line, Sum]]] = {Family.EQUITY: [], Family.DEBT: []}
    for found in parsed:
        for told in found.sums.values():
            family = _part_of(found.line, told)
            if family is not None:
                parts[family].append((found.line, told))
    for equity_line, equity in parts[Family.EQUITY]:
        for debt_line, debt in parts[Family.DEBT]:
            if _adds_up(equity, debt, whole):
                first = replace(draft, round=RoundType("venture_unspecified"))
                first.amount = _choose([(equity_line, equity, 1.0)])
                second = replace(
                    draft, family=Family.DEBT, valuation=None, round=RoundType("debt_unspecified")
                )
                second.amount = _choose([(debt_line, debt, 1.0)])
                return [first, second]
    return [draft]


def _part_of(line: Line, told: Sum) -> Family | None:
    after = line.text[told.unit.at + 1 : told.unit.at + 40]
    if _DEBT_AFTER.match(after):
        return Family.DEBT
    return Family.EQUITY if _EQUITY_AFTER.match(after) else None


_DEBT_AFTER = re.compile(
    r" (?:in |of )?(?:[a-z-]{1,14} ){0,2}(?:debt|loans?|credit|facility|borrowings?|notes)\b",
    re.IGNORECASE,
)
_EQUITY_AFTER = re.compile(
    r" (?:in |of )?(?:[a-z-]{1,14} ){0,2}(?:equity|series [a-z]|seed|stock)\b", re.IGNORECASE
)


def _adds_up(equity: Sum, debt: Sum, whole: Figure) -> bool:
    numbers = [s.unit.money.figure.stated for s in (equity, debt) if s.unit.money is not None]
    if whole.stated is None or len(numbers) != 2 or None in numbers:
        return False
    return sum(n for n in numbers if n is not None) == whole.stated


def _nearness(frame: Frame, found: Sum) -> float:
    """The first sum after the trigger is what it is about; later ones less so."""
    alike = [s for s in frame.sums if s.role == found.role]
    return 1.0 if not alike or alike[0] is found else 0.6


def _frame_weight(frame: Frame) -> float:
    weight = weight_of(frame) * float(frame.trigger.cue.weight)
    if any(s.role in ("amount", "valuation", "first_close") for s in frame.sums):
        weight *= 1.5
    if not frame.stages:
        weight *= 0.7
    return weight


def _choose(candidates: Iterable[tuple[Line, Sum, float]]) -> Choice | None:
    """The sum with most support; told twice, it counts twice."""
    support: dict[Figure, float] = defaultdict(float)
    best: dict[Figure, tuple[float, Line, Sum]] = {}
    for line, found, nearness in candidates:
        money = found.unit.money
        if money is None:
            continue
        weight = weight_of(line) * found.weight * nearness
        key = _same(money, support)
        support[key] += weight
        # The text's own wording is better evidence than the title's.
        rank = weight if line.sentence.place is not Place.TITLE else weight * 0.5
        if money.figure.qualifier in _BOUNDS:
            # Said once to be a limit, it is one.
            rank += 10.0
        if key not in best or rank > best[key][0]:
            best[key] = (rank, line, found)
    if not support:
        return None
    order = sorted(support, key=lambda k: (-support[k], best[k][1].sentence.index))
    first = order[0]
    rest = support[order[1]] if len(order) > 1 else 0.0
    _, line, found = best[first]
    money = found.unit.money
    assert money is not None
    margin = (support[first] - rest) / support[first]
    return Choice(money, line, found.cue, margin, support[first], tuple(order[1:]))


_BOUNDS = (Qualifier.UP_TO, Qualifier.AT_LEAST, Qualifier.MORE_THAN)


def _same(money: Money, known: Iterable[Figure]) -> Figure:
    """The known figure of the same number and currency, whatever its qualifier."""
    number = _number(money.figure)
    for figure in known:
        if figure.currency == money.figure.currency and _number(figure) == number:
            return figure
        for conversion in money.conversions:
            if conversion.figure.currency == figure.currency and _number(figure) == _number(
                conversion.figure
            ):
                return figure
    return money.figure


def _number(figure: Figure) -> tuple[Decimal | None, ...]:
    if figure.stated is not None:
        return (figure.stated,)
    if figure.low is not None and figure.high is not None:
        return (figure.low, figure.high)
    return (figure.high if figure.low is None else figure.low,)


_ORDER = (
    Stage.CLOSED, Stage.TERM_SHEET, Stage.SIGNED, Stage.OPEN, Stage.IN_TALKS, Stage.EXPLORING,
)  # fmt: skip


def _stage(draft: Draft, parsed: list[Parsed]) -> None:
    """How far: the stage whose cues weigh most, unless the deal is denied or called off."""
    weights: dict[str, float] = defaultdict(float)
    places: dict[str, tuple[float, Line, Hit]] = {}
    for frame in draft.frames:
        hit = governing(frame)
        if hit is None:
            continue
        means = hit.cue.means or ""
        weight = weight_of(frame) * float(hit.cue.weight)
        weights[means] += weight
        if means not in places or weight > places[means][0]:
            places[means] = (weight, frame.line, hit)
    if weights:
        order = sorted(weights, key=lambda m: (-weights[m], m))
        draft.stage = Stage(order[0])
        rest = weights[order[1]] if len(order) > 1 else 0.0
        draft.stage_margin = (weights[order[0]] - rest) / weights[order[0]]
        _, line, hit = places[order[0]]
        draft.stage_hit, draft.stage_cue = (line, hit.start, hit.end), hit.cue.id
    if draft.family is Family.IPO and draft.stage is Stage.SIGNED and _is_hearsay(draft, parsed):
        # Filed in secret, as people say: the filing itself is a rumour.
        draft.stage = Stage.EXPLORING
    _operators(draft)


def _is_hearsay(draft: Draft, parsed: list[Parsed]) -> bool:
    lines = {id(f.line) for f in draft.frames}
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
    if not frame.stages:
        return None
    told = frame.stages
    if frame.family in (Family.ACQUISITION, Family.MERGER, Family.IPO):
        # "A consortium led by X" bids; nobody's round is closed by it.
        told = [h for h in told if h.cue.id != "stage.closed.led"]
        if not told:
            return None
    near = [h for h in told if frame.clause.holds(h.start)] or told
    first = min(near, key=lambda h: (h.start, -float(h.cue.weight)))
    if first.cue.id.startswith("stage.signed.announced"):
        for hit in near:
            if hit.cue.means == "closed" and hit.cue.id != "stage.closed.led":
                return hit
        definite = [h for h in near if h.cue.means != "signed"]
        return definite[0] if definite else first
    if first.cue.id == "stage.closed.led":
        better = [h for h in near if h.cue.id != first.cue.id and h.cue.weight > first.cue.weight]
        return better[0] if better else first
    return first


def _operators(draft: Draft) -> None:
    for frame in draft.frames:
        for hit in frame.denials:
            if not draft.denied:
                draft.denied = True
                draft.stage_hit, draft.stage_cue = (frame.line, hit.start, hit.end), hit.cue.id
    if draft.denied:
        return
    for frame in draft.frames:
        own = frame.trigger.cue.means not in _OF_INVESTORS
        for hit in frame.abandonments:
            if own or draft.stage is Stage.UNKNOWN:
                _call_off(draft, frame.line, hit)
                return


_OF_INVESTORS = ("invest", "invest_noun", "lead")


def _call_off(draft: Draft, line: Line, hit: Hit) -> None:
    draft.stage = Stage(hit.cue.means or "withdrawn")
    draft.stage_hit, draft.stage_cue = (line, hit.start, hit.end), hit.cue.id


def _loose_operators(draft: Draft, parsed: list[Parsed], players: Players) -> None:
    """Denials and endings told in clauses of their own, by those whom the deal concerns."""
    concerned = {draft.company.key} | {
        player.key
        for frame in draft.frames
        for part in frame.parts
        if part.role in (Role.ACQUIRER, Role.SELLER)
        and (player := players.of(part.unit, frame.line))
    }
    firm = draft.stage in _FIRM and any(
        f.place in (Place.TITLE, Place.LEAD) for f in draft.frames if f.stages
    )
    # What title and lead tell as done, no aside undoes.
    parsed = [p for p in parsed if not firm or p.line.sentence.index <= _HEAD]
    for found in parsed:
        for clause in found.clauses:
            for hit in found.of(CueClass.DENIAL, clause):
                if not earlier_than_news(found, clause) and _by(
                    found, clause.start, hit, players, concerned
                ):
                    draft.denied = True
                    draft.stage_hit, draft.stage_cue = (found.line, hit.start, hit.end), hit.cue.id
                    return
    for found in parsed:
        for clause in found.clauses:
            for hit in found.of(CueClass.ABANDONMENT, clause):
                taken = any(
                    f.line is found.line and f.start <= hit.start < f.end for f in draft.frames
                )
                if (
                    not taken
                    and not only_possible(found.line, hit)
                    and _by(found, clause.start, hit, players, concerned)
                ):
                    _call_off(draft, found.line, hit)
                    return


_FIRM = (Stage.CLOSED, Stage.SIGNED, Stage.OPEN)
_HEAD = 4


_OFF = (Stage.WITHDRAWN, Stage.FAILED, Stage.POSTPONED)


def _recall_plan(drafts: list[Draft]) -> None:
    """What is called off was planned before: its sum is told as something past."""
    first = drafts[0]
    if first.amount is not None or not (first.denied or first.stage in _OFF):
        return
    planned = [
        (f.line, s, 1.0)
        for d in drafts
        if d.earlier and d.company.key == first.company.key
        for f in d.frames
        if (hit := governing(f)) is None or hit.cue.means != "closed"
        for s in f.sums
        if s.role == "amount"
    ]
    first.amount = _choose(planned)


def _promote_denied(drafts: list[Draft], parsed: list[Parsed], players: Players) -> None:
    """ "X denied it, after reports said that it raised …": what is denied is the news."""
    first = drafts[0]
    if min(f.line.sentence.index for f in first.frames) > 3:
        return
    first.earlier = False
    _loose_operators(first, parsed, players)
    first.earlier = not first.denied
    if first.denied:
        _settle_denied(first)


def _settle_denied(draft: Draft) -> None:
    sums = [(f.line, s, 1.0) for f in draft.frames for s in f.sums]
    draft.amount = _choose([c for c in sums if c[1].role == "amount"])
    draft.valuation = _choose([c for c in sums if c[1].role == "valuation"])


def _by(found: Parsed, start: int, hit: Hit, players: Players, concerned: set[str]) -> bool:
    """Whether one of those concerned is the subject of a cue, or nobody else is."""
    subject = subject_of(found.line, start, hit.start)
    if subject is None or subject.mark == PERSON:
        return True
    player = players.of(subject, found.line)
    return player is None or player.key in concerned


def _round(draft: Draft, parsed: list[Parsed]) -> None:
    """The round type that the deal's own clauses name, else that of its family."""
    lines = {id(f.line): f for f in draft.frames}
    best: tuple[float, RoundType, Line, Hit] | None = None
    for found in parsed:
        frame = lines.get(id(found.line))
        if frame is None:
            continue
        for hit in found.of(CueClass.ROUND):
            if not any(f.start <= hit.start < f.end for f in draft.frames if f.line is found.line):
                continue
            term = _term(hit, found.line)
            weight = float(hit.cue.weight) * weight_of(found.line)
            if term is not None and (best is None or weight > best[0]):
                best = (weight, term, found.line, hit)
    if draft.family in (Family.EQUITY, Family.DEBT, Family.TENDER, Family.GRANT) and best:
        draft.round = best[1]
        draft.round_hit = (best[2], best[3].start, best[3].end)
        return
    draft.round = _ROUND_OF.get(draft.family)
    first = draft.frames[0]
    draft.round_hit = (first.line, first.trigger.start, first.trigger.end)


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
    means = hit.cue.means or ""
    if means == "series":
        letter = line.text[hit.start : hit.end].split()[-1][0].lower()
        means = f"series_{letter}"
    try:
        return RoundType(means)
    except ValueError:
        return None
