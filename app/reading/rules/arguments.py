"""Who is meant in a scene: whose deal it is, and who the others are, by the direction of its words.

Direction comes from the trigger: of "X was acquired by Y" the target is the subject, of "X acquires
Y" it is the object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.claims.vocabulary import Role
from app.reading.cues import CueClass, Hit
from app.reading.marks import IT, MONEY, NAME, PERSON
from app.reading.rules.families import Family
from app.reading.rules.lines import Line, Unit
from app.reading.rules.scenes import Scene
from app.reading.rules.subjects import coordinated


@dataclass(frozen=True, slots=True)
class Part:
    """Someone who takes part."""

    unit: Unit
    role: Role


@dataclass(frozen=True, slots=True)
class Arguments:
    """Whose deal it is, None where the words name nobody, and who else takes part in it."""

    company: Unit | None
    parts: tuple[Part, ...] = ()


def arguments_of(scene: Scene, family: Family) -> Arguments:
    """Who is who in a scene that tells of a deal of ``family``."""
    cue = scene.trigger.cue
    if cue.kind is CueClass.MONEY and family is Family.ACQUISITION:
        return _of_price(scene)
    if cue.id in ("money.amount.invest", "money.amount.pay"):
        return _of_investing(scene)
    match scene.means:
        case "acquire" | "stake":
            return _of_buying(scene)
        case "acquisition_of":
            return _of_takeover(scene)
        case "acquired_by":
            return _of_being_bought(scene)
        case "sell":
            return _of_selling(scene)
        case "merge":
            return _of_merging(scene)
        case "invest" | "invest_noun" | "invest_with" | "lead":
            return _of_investing(scene)
    return Arguments(_raiser(scene))


def _parts(unit: Unit | None, role: Role) -> tuple[Part, ...]:
    return (Part(unit, role),) if unit is not None else ()


# Sales: the company is the target.


def _of_price(scene: Scene) -> Arguments:
    """ "X paid $2 billion": who, but not for whom. "X turned down Y's offer" tells both."""
    refusal = _REFUSES.search(scene.text, scene.start, scene.trigger.end)
    if refusal is not None:
        offered = scene.line.between(refusal.end(), scene.trigger.end, NAME)
        return Arguments(scene.subject, _parts(offered[-1] if offered else None, Role.ACQUIRER))
    sells = _SELLS.search(scene.text, scene.start, scene.trigger.end)
    return Arguments(None, _parts(scene.subject, Role.SELLER if sells else Role.ACQUIRER))


def _of_buying(scene: Scene) -> Arguments:
    """ "X acquires Y", "X takes a stake in Y"; also "X agreed to sell a stake in Y"."""
    last = _last_company(scene.line, scene.trigger)
    subject = scene.subject if scene.subject is not last else None
    sells = _SALE.search(scene.text, scene.start, scene.trigger.end)
    role = Role.SELLER if sells else Role.ACQUIRER
    return Arguments(_named_after(scene.line, last), _parts(subject, role))


def _of_takeover(scene: Scene) -> Arguments:
    """ "X's acquisition of Y", "the takeover of Y by X"."""
    last = _last_company(scene.line, scene.trigger)
    subject = scene.subject if scene.subject is not last else None
    buyer = _possessor(scene.line, scene.trigger.start) or _found_after(scene, _BY) or subject
    return Arguments(
        _named_after(scene.line, last),
        _parts(buyer if buyer is not last else None, Role.ACQUIRER),
    )


def _of_being_bought(scene: Scene) -> Arguments:
    """ "X was acquired by Y"."""
    buyer = scene.line.unit_at(scene.trigger.end - 1)
    return Arguments(scene.subject, _parts(buyer, Role.ACQUIRER))


def _of_selling(scene: Scene) -> Arguments:
    """ "X sells Y to Z", "X sells its stake in Y"."""
    last = _last_company(scene.line, scene.trigger)
    if last is not None and last.mark == IT and (held := _HOLDING.match(scene.text, last.at + 1)):
        held_in = scene.line.unit_at(held.start(1)) if held[1] else None
        buyer = _parts(_found_after(scene, _BY), Role.ACQUIRER)
        return Arguments(held_in, (*_parts(scene.subject, Role.SELLER), *buyer))
    return Arguments(
        _named_after(scene.line, last), _parts(_found_after(scene, _BY), Role.ACQUIRER)
    )


def _of_merging(scene: Scene) -> Arguments:
    """ "X merges with Y", "X and Y merge"."""
    both = coordinated(scene.line, scene.subject)
    other = both[1] if len(both) > 1 else _found_after(scene, _WITH, scene.trigger.start)
    first = scene.subject if other is not None else None
    return Arguments(other or scene.subject, _parts(first, Role.ACQUIRER))


_HOLDING = re.compile(
    r" (?:[\w.%-]{1,12} ){0,2}(?:stakes?|shares|shareholding|holdings?|interest|position)\b"
    rf"(?: in (?:[a-zA-Z-]{{1,16}} ){{0,4}}([{NAME}]))?"
)
_REFUSES = re.compile(
    r"\b(?:reject(?:s|ed)?|rebuff(?:s|ed)?|turn(?:s|ed)? down|spurn(?:s|ed)?|refus(?:es?|ed)"
    r"|snub(?:s|bed)?|fend(?:s|ed)? off)\b"
)
_SELLS = re.compile(r"\b(?:sell|sells|sold|selling)\b")
_SALE = re.compile(r"\bsell|\bsale|\bdivest")
_WITHIN_FIVE_WORDS = rf"(?:[^\s;:()]{{1,24}} ){{0,5}}?([{NAME}{PERSON}])"
_BY = re.compile(rf"\b(?:by|to) {_WITHIN_FIVE_WORDS}")
_WITH = re.compile(rf"\b(?:with|and|of|between) {_WITHIN_FIVE_WORDS}")


def _found_after(
    scene: Scene, preposition: re.Pattern[str], start: int | None = None
) -> Unit | None:
    end = min(scene.end, scene.trigger.end + 90)
    start = scene.trigger.end - 1 if start is None else start
    found = preposition.search(scene.text, start, end)
    return scene.line.unit_at(found.start(1)) if found else None


def _last_company(line: Line, hit: Hit) -> Unit | None:
    units = line.between(hit.start, hit.end, NAME + IT)
    return units[-1] if units else None


def _named_after(line: Line, owner: Unit | None) -> Unit | None:
    """What is sold of its owner's: in "its alarm business, X" it is X; else the owner's own."""
    if owner is None:
        return None
    found = _APPOSITION.match(line.text, owner.at)
    return line.unit_at(found.end()) if found else owner


_NOT_APPOSED = r"(?:from|to|by|with|and|or|for|at|in|of|as|after|while|which|who|over)\b"
_APPOSITION = re.compile(
    rf"{IT} (?={NAME})"
    rf"|[{IT}{NAME}](?:'s?)? (?:(?!{_NOT_APPOSED})[a-z-]{{2,20}} ){{0,3}}"
    rf"(?!{_NOT_APPOSED})[a-z-]{{2,20}},? (?={NAME}(?:,|\.|$| (?:to|for|in)\b))"
)


def _possessor(line: Line, at: int) -> Unit | None:
    """Whose a noun is: "X's planned acquisition"."""
    found = _POSSESSOR.search(line.text, max(0, at - 80), at)
    return line.unit_at(found.start(found.lastindex or 0)) if found else None


_POSSESSOR = re.compile(
    rf"(?:({NAME})'s?|({IT})) (?:[^\s;:()\ue000-\uf8ff]{{1,20}} |{MONEY} |{NAME} ){{0,5}}$"
)


# Investments: the company is whom the money is for.


def _of_investing(scene: Scene) -> Arguments:
    """ "X invests in Y", "X and Z lead a round in Y"."""
    invested = [h for h in scene.triggers if h.cue.means in ("invest", "invest_noun")]
    named = (_last_company(scene.line, hit) for hit in (scene.trigger, *invested))
    company = next((unit for unit in named if unit is not None), None)
    company = company or _found_within(scene, _FOR_OR_IN)
    role = Role.LEAD if scene.means == "lead" else Role.PARTICIPANT
    investors = coordinated(scene.line, scene.subject)
    return Arguments(company, tuple(Part(u, role) for u in investors if u is not company))


def _found_within(scene: Scene, preposition: re.Pattern[str]) -> Unit | None:
    """The company that a round is said to be for: "for X", "in X"."""
    found = preposition.search(scene.text, scene.trigger.start, scene.end)
    return scene.line.unit_at(found.start(1)) if found else None


_TO_A_NAME = rf"(?:(?:[^\s;:(){MONEY}{NAME}{PERSON}]{{1,22}}),? ){{0,7}}?"
_FOR_OR_IN = re.compile(rf"\b(?:for|in|into|of|backing|valu(?:e|es|ing)) {_TO_A_NAME}([{NAME}])")
_FOR = re.compile(rf"\bfor {_TO_A_NAME}({NAME})")


def _raiser(scene: Scene) -> Unit | None:
    """Whose round it is: "X's round", "a round for X", the subject; of a person, the venture."""
    valued = [unit for hit in scene.triggers if (unit := _first_valued(scene.line, hit))]
    owner = _of_noun(scene)
    if owner is not None:
        return owner
    if scene.subject is not None and scene.subject.mark != PERSON:
        return scene.subject
    venture = _found_within(scene, _FOR_OR_IN) if scene.subject is not None else None
    if venture is not None or valued:
        return venture or valued[0]
    if scene.subject is not None:
        return None
    return _possessor(scene.line, scene.trigger.start) or _found_within(scene, _FOR)


def _first_valued(line: Line, hit: Hit) -> Unit | None:
    """Who is told to be valued: "valuing X at $2 billion"."""
    units = line.between(hit.start, hit.end, NAME + IT) if hit.cue.means == "value" else []
    return units[0] if units else None


def _of_noun(scene: Scene) -> Unit | None:
    """Whose the round, listing or valuation is that a scene is led by."""
    if scene.means in ("round", "value"):
        for hit in scene.triggers:
            unit = _first_valued(scene.line, hit)
            if unit is not None and _VALUING.match(scene.text, hit.start):
                return unit
        before = max(scene.start, scene.trigger.start - 70)
        owner = _OWNER.search(scene.text, before, scene.trigger.start)
        if owner is not None and "'s" in owner[0]:
            return scene.line.unit_at(owner.start(1))
    if scene.means in ("ipo", "tender", "round"):
        of = _OF_NAME.match(scene.text, scene.trigger.end)
        return scene.line.unit_at(of.end() - 1) if of is not None else None
    return None


_VALUING = re.compile("valu", re.IGNORECASE)
_OWNER = re.compile(rf"([{NAME}{IT}])(?:'s?)? (?:[^\s;:()\ue000-\uf8ff]{{1,20}} |{MONEY} ){{0,4}}$")
_OF_NAME = re.compile(rf" (?:of|in|for) (?:(?:the|its|a|an) )?(?:[a-z-]{{2,20}} ){{0,4}}{NAME}")
