"""Who takes part in a deal: "led by X and Y, with participation from Z and others".

Names stand in a list after words that open one ("led by"), or before a verb that closes one
("X and Y joined").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.claims.vocabulary import Modality, Role
from app.reading.marks import IT, MONEY, NAME, PERSON
from app.reading.money import Money
from app.reading.rules.fields.lists import names_after, names_before
from app.reading.rules.lines import Line, Unit


@dataclass(frozen=True, slots=True)
class Investor:
    """A unit of a line that takes part; ``start`` to ``end`` are the words that say so."""

    unit: Unit
    role: Role
    line: Line
    start: int
    end: int
    at: int
    """Where the cue stands that gives the role."""
    modality: Modality = Modality.FACTUAL
    money: Money | None = None


def investors_of(line: Line, others: bool = False) -> list[Investor]:
    """The investors that a line names, in order, each with the first of the strongest roles.

    ``others``: the line before names some, so that "others are …" tells more of them.
    """
    if not _MAY_TELL.search(line.text):
        return []
    found: dict[int, Investor] = {}
    for investor in (*_leaders(line), *_lenders(line), *_partakers(line, others)):
        found.setdefault(investor.unit.at, investor)
    return [found[at] for at in sorted(found)]


def modality_of(line: Line, start: int, end: int) -> Modality:
    """How firmly words tell that someone takes part."""
    words = line.text[start:end]
    return next((m for m, pattern in _MODALITIES if pattern.search(words)), Modality.FACTUAL)


_MODALITIES = (
    (
        Modality.NEGOTIATION,
        re.compile(
            r"\b(?:talks?|talking|discuss\w*|discussions|negotiat\w+|considering|weighing|mulling"
            r"|approached|prospective|potential|circling|sounded out|interested|among suitors)\b",
            re.I,
        ),
    ),
    (
        Modality.EXPECTATION,
        re.compile(
            r"\b(?:expected|set to|will|would|likely|slated|due|poised|to (?:be )?(?:co-)?le[ad]d?"
            r"|about to|is to|are to)\b",
            re.I,
        ),
    ),
    (
        Modality.INTENTION,
        re.compile(
            r"\b(?:plans?|intends?|wants?|offered|promised|pledged|agreed|committed)\b", re.I
        ),
    ),
    (Modality.HYPOTHETICAL, re.compile(r"\b(?:may|might|could)\b", re.I)),
)

_MAY_TELL = re.compile(
    r"\b(?:led|leads?|leading|leaders?|co-le\w+|anchor\w*|head(?:s|ed|ing)|spearhead\w*|fronted"
    r"|front"
    r"|invest\w*|participa\w+|part|join\w*|alongside|back(?:ers?|ing)|contribut\w+|shareholders?"
    r"|syndicate|others|funds?|funded|financ\w+|money|capital|cash|loan|facility|debt|borrowed|lent"
    r"|lenders?|arranged|underwrit\w+|provided?|from|sold|bought|buyers|cheques?|checks?|put|puts"
    r"|putting|chip\w*|came|re-?up\w*|returned|returns|subscribed|promised|pledged|committed|supply"
    r"|balance|register|sounded|approached|considering|talks|discussions)\b",
    re.I,
)

# A list after words that open it.

_LEADERS = re.compile(
    r"\b(?:(?:co-?)?led|anchored|spearheaded|headed|fronted)"
    r"(?: jointly| together| again| once again| in part)? by:? "
    r"|\blead(?:ing)? (?:investors?|backers?)(?: (?:is|are|was|were|include[sd]?)|,|:)? "
    r"|\bthe lead (?:is|was) "
    r"|\bled: ",
    re.I,
)
_LENDERS = re.compile(
    r"\b(?:loans?|facility|facilities|debt|credit(?: line)?|mortgage|notes|borrowings?)"
    rf"(?: (?:[a-z-]{{1,14}}|{MONEY})){{0,4}},? (?:from|by|with) "
    r"|\bborrowed (?:[^\s;:()]{1,20} ){0,3}from |\blent by "
    r"|\b(?:arranged|underwritten|syndicated|provided)(?: jointly)? by ",
    re.I,
)
_PARTAKERS = re.compile(
    rf"(?:\b|(?={MONEY}))(?:participation (?:from|by|of)"
    r"|participants? (?:include[sd]?|including|were|are)"
    rf"|investors?(?: (?:[a-z-]{{1,14}}|[{NAME}{IT}])){{0,4}},? (?:including|include[sd]?|like"
    r"|such as|were|are|namely)"
    r"|(?:joined|followed)(?: in the (?:round|deal|financing))? by|alongside|along with"
    r"|backers?(?: [a-z-]{1,14}){0,3},? (?:including|include[sd]?|were|are|like|such as)"
    r"|(?:support|investments?|backing|contributions?|funds?|capital|cash|funding|financing"
    r"|cheques?"
    r"|checks?|equity|infusion|injection|grants?) (?:from|of|by)|money from|(?:comes?|came) from"
    r"|raised from|drawn from"
    rf"|{MONEY}(?: [a-z-]{{1,14}}){{0,5}} from"
    r"|from (?:investors|backers|the likes of|a group|a syndicate|a clutch|existing|new|old)"
    r"|shareholders?(?: [a-z-]{1,14}){0,2},? (?:including|include[sd]?|such as)"
    r"|(?:syndicate|group|consortium)(?: of)?(?: [a-z-]{1,14}){0,3},? (?:including|of"
    r"|that includes)"
    r"|(?P<others>others?)(?: (?!said)[a-z-]{1,14}){0,5} (?:include[sd]?|were|are)|(?:round"
    r"|financing|raise|deal) (?:also )?include[sd]"
    r"|(?:participating|taking part|on board|joining|investing)(?: in [a-z ]{1,24})? (?:is|are"
    r"|was|were)"
    r"|investing (?:from|by)|backed by|supported by|funded by|financed by|sold to|sale to"
    r"|selling (?:[^\s;:()]{1,20} ){0,5}to)"
    r",? (?:(?:new|existing|prior|previous|current|returning|both|also|other|the|its|investors?"
    r"|backers?"
    r"|angels?|shareholders?|investments?|participation|including|include|such as|like|from|of"
    r"|by),? ){0,6}",
    re.I,
)
_OF_ROUND = re.compile(r"\b(?:investors?|backers?|participants?|round|deal|part|financing)\b", re.I)
# "X, a company backed by Y": that is no round.
_OF_COMPANY = re.compile(r"^(?:backed|supported|funded|financed) by", re.I)
_ROUND_IS = re.compile(
    r"\b(?:round|financing|raise|deal|investment|funding|series|seed|tranche|loan|"
    rf"{MONEY})(?: [a-z0-9+-]{{1,12}}){{0,3}},? (?:(?:was|is|were|also|being|been|has"
    r"|reportedly) ){0,3}$",
    re.I,
)


def _leaders(line: Line) -> Iterator[Investor]:
    text = line.text
    for match in _LEADERS.finditer(text):
        if _IS_OF_OTHERS.search(text[max(0, match.start() - 60) : match.start()]):
            continue
        units = names_after(line, match.end(), leaders=True)
        yield from _told(line, units, Role.LEAD, match.start(), match.end())
        yield from _others(line, units)
    for match in _LEADS.finditer(text):
        if _EARLIER_ROUND.match(text, match.end()):
            continue
        if match["which"] and not _NEWS_OF_WHICH.match(text, match.start("verb")):
            continue
        units = names_before(line, match.start("who"))
        yield from _told(line, units, Role.LEAD, match.start("who"), match.end())
        if match["which"] and text[match.end() : match.end() + 2] == ", ":
            others = names_after(line, match.end() + 2)
            yield from _told(line, others, Role.PARTICIPANT, match.start("who"), match.end())


def _others(line: Line, leaders: list[Unit]) -> Iterator[Investor]:
    """Those told right after the leaders: "led by X, with Y and Z"."""
    match = _WITH.match(line.text, leaders[-1].at + 1) if leaders else None
    if match is not None:
        units = names_after(line, match.end())
        yield from _told(line, units, Role.PARTICIPANT, leaders[-1].at, match.end())


_WITH = re.compile(
    r",?(?: and)? (?:with|alongside|including|joined by|plus|along with)"
    r"(?: (?:participation|existing|new|investors|backers|from|by|including|also|others|money"
    r"|support)){0,6} ",
    re.I,
)


# "a start-up led by", "a team led by": who runs a company, not who leads its round.
_IS_OF_OTHERS = re.compile(
    r"(?:\b(?:start-?up|company|firm|lab|team|unit|venture|office|researchers|offering|ipo"
    rf"|listing|flotation)|[{NAME}{IT}],?)"
    r"(?: (?:is|are|was|that is|currently|now))? $",
    re.I,
)


def _lenders(line: Line) -> Iterator[Investor]:
    for match in _LENDERS.finditer(line.text):
        units = names_after(line, match.end())
        yield from _told(line, units, Role.LENDER, match.start(), match.end())


def _partakers(line: Line, others: bool) -> Iterator[Investor]:
    text = line.text
    for match in _PARTAKERS.finditer(text):
        if match["others"] and not (others or _OF_ROUND.search(match[0])):
            continue
        if _OF_COMPANY.match(match[0]) and not _ROUND_IS.search(text[: match.start()]):
            continue
        units = names_after(line, match.end())
        yield from _told(line, units, Role.PARTICIPANT, match.start(), match.end())
    for match in _PARTAKE.finditer(text):
        units = names_before(line, match.start("who"))
        yield from _told(line, units, Role.PARTICIPANT, match.start("who"), match.end())


def _told(line: Line, units: list[Unit], role: Role, start: int, end: int) -> Iterator[Investor]:
    """The units of a list, each with the words from the list to its cue."""
    if not units:
        return
    first, last = min(start, units[0].at), max(end, units[-1].at + 1)
    # "is expected to be led by": what stands before the cue, up to a comma, tells how firmly.
    before = line.text[max(0, start - 40) : start] if start < units[0].at else ""
    told = modality_of(line, start - len(before.rpartition(",")[2]), end)
    told = told if before else modality_of(line, first, end)
    money, paid = _own_sum(line, units) if role is not Role.LENDER else (None, 0)
    for unit in units:
        yield Investor(unit, role, line, first, max(last, paid), start, told, money)


def _own_sum(line: Line, units: list[Unit]) -> tuple[Money | None, int]:
    """What one puts in, where it is told of that one alone: "X contributed <money>"; its end."""
    match = _PUTS.match(line.text, units[0].at + 1) if len(units) == 1 else None
    found = line.unit_at(match.end() - 1) if match is not None else None
    return (found.money, match.end()) if found is not None and match is not None else (None, 0)


_PUTS = re.compile(
    r"(?:'s(?: [a-z]{1,14}){1,3})?,? (?:(?:has|have|had|will|would|is|was|already|also|alone"
    r"|reportedly|to"
    r"|plans|offered|agreed|weighing|expected|set|about) ){0,5}"
    r"(?:contribut(?:e|es|ed|ing)|promis(?:es|ed|ing)|pledg(?:es|ed|ing)|commit(?:s|ted|ting)?"
    r"|put(?:s|ting)?(?: in| up)?"
    r"|invest(?:s|ed|ing)?|add(?:s|ed|ing)?|provid(?:e|es|ed|ing)|chip(?:s|ped|ping) in"
    r"|a (?:ticket|cheque|check) of)"
    r" (?:(?:another|up to|at least|about|around|some|as much as|more than"
    rf"|nearly) ){{0,2}}{MONEY}",
    re.I,
)

_WHO = f"[{NAME}{PERSON}{IT}]"
_ASIDE = (
    r"(?:'s(?: [a-z-]{1,16}){1,4}| \([^)]{1,40}\))?"
    r"(?:,? (?:an?|the|its|whose|which|who|already|both|one|\ue006) [^,;]{1,70},"
    r"|,(?: [a-z-]{1,14}){1,4},)?"
)
_HOW = (
    r" (?:(?:also|jointly|both|all|each|together|again|once|more|reportedly|already|is|was|will"
    r"|would|has|have|had"
    r"|are|were|be|been|to|may|might|could|in|advanced|late-stage|talks|discussions|negotiations"
    r"|about|set|expected|due|likely|poised"
    r"|slated|planning|plans|plan|considering|that|and others|still|then|has agreed|agreed|among"
    r"|the|discussed) ){0,7}"
)
_LEADS = re.compile(
    rf"(?P<who>{_WHO}){_ASIDE}(?:,(?P<which> which| who)?)?{_HOW}(?P<verb>(?:(?:co-?)?(?:leads?"
    r"|led|leading)|headed|anchor(?:s|ed|ing)?"
    r"|fronted|in front|spearheaded)\b(?! by)"
    r"(?=[,;.:]|$| and\b| with\b| alongside\b| together\b"
    r"|(?: (?:[^\s,;:()]{1,20})){0,6}?,? (?:rounds?|series|funding|financing|invest\w+|raise"
    rf"|deal|tranche|seed|{IT}|{MONEY}|money|consortium|syndicate|group|transaction|fundraise"
    r"|bridge)\b)"
    r"|(?:wrote|writing|writes) the (?:biggest|largest) (?:cheques?|checks?)|the (?:two "
    r"|co-)?(?:lead(?:ers| investors?)|joint leads) (?:of|in)|as (?:the )?(?:sole )?lead\b)",
    re.I,
)
# "X led Y's early investment in Z": of another day.
_EARLIER_ROUND = re.compile(
    rf" (?:[{NAME}{IT}](?:'s)?|the|its|their|a|an) (?:[a-z-]{{1,14}} )?(?:early|earlier|first"
    r"|initial|last|previous|prior)\b"
    r"|,? the (?:previous|last|earlier)\b",
    re.I,
)
# "X, which led the round, Y and Z": but not "X, which led its Series A".
_NEWS_OF_WHICH = re.compile(
    r"(?:co-)?(?:led|leads|is leading|will lead)(?:,| the (?:new |latest )?(?:round|financing"
    r"|deal|investment|funding|raise)\b)",
    re.I,
)


def leads_another(line: Line, unit: Unit, verb: int) -> bool:
    """Whether a verb tells in passing what a name did before: "X, which led its Series A"."""
    between = line.text[unit.at + 1 : verb]
    return bool(re.match(r",? (?:which|who) ", between)) and not _NEWS_OF_WHICH.match(
        line.text, verb
    )


_PARTAKE = re.compile(
    rf"(?P<who>{_WHO}){_ASIDE},?{_HOW}"
    rf"(?:participat(?:e|es|ed|ing)|join(?:s|ed|ing)?(?=[,;.]|$| (?:the (?!board|team)|in|{IT}"
    r"|them|too|and)|(?-i: [A-Z]))|followed(?=[,;.]|$)|alongside(?=[,;.]|$)|circl(?:e|es|ing)\b|"
    r"took part|tak(?:e|es|ing) part"
    r"|invest(?:s|ed|ing)?\b|contribut(?:e|es|ed|ing)|chip(?:s|ped|ping) in|c(?:a"
    r"|o)me(?:s)? (?:in|back)\b|back for more|return(?:s|ed)|re-?upped"
    r"|put(?:s|ting)? (?:in|up|money|a)\b|doubled down|followed on|subscrib(?:e|ed) (?:for|to)"
    r"|suppl(?:y|ies|ied) the|ma[dk]e up the (?:balance|rest|remainder)"
    r"|(?:bought|buy|took|take|sold|poured|inject(?:ed)?|pump(?:ed)?|pour"
    rf"|plough(?:ed)?)(?: (?:nearly|almost|all|of|them|up|it|to)){{0,3}}(?: {MONEY})? (?:into"
    r"|them|the (?:rest|shares))"
    rf"|(?:promised|pledged|committed|put)(?: (?:up to|at least|about|some|another))? {MONEY}"
    r"|(?:prospective|potential|possible|among(?: the| other| new)?|the other|the new) (?:buyers"
    r"|investors|backers|bidders|suitors)\b|(?:is|are|were|was)? ?new to the|in \ue006"
    r"|back\b(?=[,;.]| and)|approached|in (?:talks|discussions|negotiations)\b|weighing an?\b"
    r"|considering an?\b|sounded out)",
    re.I,
)
