"""What a name is the name of, by the name itself and by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.reading.entities import Kind
from app.reading.gazetteer import Entry
from app.reading.words import is_english, words

_AROUND = 60
"""Characters before and after a name that are looked at."""

_MOST_PLACES = 24
"""Places of a name that are looked at; what it is, is told in the first of them."""


def kind_of(name: str, entry: Entry | None, text: str, places: Sequence[tuple[int, int]]) -> Kind:
    """The kind of ``name``, which stands in ``text`` at ``places``."""
    if entry is not None and entry.product:
        return Kind.PRODUCT
    around = [
        (text[max(0, start - _AROUND) : start], text[end : end + _AROUND])
        for start, end in places[:_MOST_PLACES]
    ]
    if entry is not None:
        return Kind.PERSON if _is_person_by_name(name) else Kind.COMPANY
    if _is_outlet(name, around):
        return Kind.OUTLET
    if name.lower() in words("places"):
        return Kind.PLACE
    if _is_authority(name):
        return Kind.AUTHORITY
    if _is_person(name, around):
        return Kind.PERSON
    if _is_place(name, around):
        return Kind.PLACE
    if _is_product(name, around):
        return Kind.PRODUCT
    return Kind.COMPANY


Around = Sequence[tuple[str, str]]

# Outlets.

_REPORTED_BY = re.compile(
    r"(?:according to|told|reported by|report (?:by|from|in)|interview with) (?:the )?$", re.I
)
_REPORTS = re.compile(r",? (?:has |had |first |also )?(?:report|said|wrote|citing|noted)", re.I)
_REPORTED = re.compile(r",? (?:has |had |first |also |earlier )?(?:reported|wrote)\b", re.I)
_PAPERS = frozenset(
    ["news", "times", "post", "herald", "journal", "gazette", "tribune", "chronicle", "daily", "magazine", "review", "newspaper", "observer", "telegraph"]
)


def _is_outlet(name: str, around: Around) -> bool:
    bare = name.removeprefix("The ")
    if name in words("ambiguous_outlets"):
        return any(
            (before.endswith(" the ") and name == "Information")
            or _REPORTED_BY.search(before)
            or _REPORTS.match(after)
            for before, after in around
        )
    if name in words("outlets") or bare in words("outlets"):
        return True
    if (f"The {name}" in words("outlets") and name != "Information") or (
        name.isupper() and name in _capitals_of_outlets()
    ):
        return True
    parts = bare.lower().split()
    if len(parts) > 1 and (parts[-1] in _PAPERS or parts[0] in _PAPERS):
        return any(_REPORTED_BY.search(b) or _REPORTED.match(a) for b, a in around)
    return any(
        re.search(r"\b(?:outlet|newspaper|newsletter|magazine|daily) $", b) for b, _ in around
    )


@cache
def _capitals_of_outlets() -> frozenset[str]:
    return frozenset(name.upper() for name in words("outlets"))


# Authorities.

_GOVERNS = re.compile(
    r"(?:^|.* )(?:(?:Ministry|Department|Government|Bureau|Committee|Registrar|House|Secretary|Court|State|City|Republic) of .+"
    r"|(?:Commission|Administration|Department|Ministry|Parliament|Senate|Congress|Cabinet|Commissioner|Court|Tribunal"
    r"|Army|Navy|Air Force|Marine Corps|Review Board|Labor Relations Board|Accountability Office|Patent Office"
    r"|Markets Authority|Conduct Authority|Regulatory Authority|Competition Authority|Aviation Authority|Protection Agency"
    r"|Protection Bureau|Central Bank|Space Agency|Intelligence Agency|Science Foundation|Regulation Authority))"
)
_RULES = re.compile(
    r"(?:Central Bank|Reserve Bank|Bank) of (?:England|Japan|Korea|Canada|India|Israel|Spain|Italy|France|Mexico|Russia|Brazil)"
)


def _is_authority(name: str) -> bool:
    bare = name.removeprefix("U.S. ").removeprefix("US ").removeprefix("The ")
    if bare in words("authorities"):
        return True
    return bool(_RULES.fullmatch(bare) or _GOVERNS.fullmatch(bare))


# Persons.

_ROLE = (
    r"ceo|cfo|coo|cto|president|chairman|chairwoman|chair|co-?founders?|founders?|chief executives?|chief executive officer"
    r"|(?:chief|executive|managing|general|senior|vice)(?: [a-z]{2,12}){0,2} (?:officer|director|partner|president|analyst|vice president)"
    r"|(?:finance|technology|product|operating|revenue|marketing|science|design|research) chief"
)
_BEFORE_PERSON = re.compile(
    rf"(?:\b(?:{_ROLE}|analysts?|[A-Z]\w+ partners?|General Partner|directors?|executives?|officer|professors?|prof\.?|dr\.?|mr\.?|mrs\.?|ms\.?"
    r"|sir|billionaires?|entrepreneurs?|researchers?|scientists?|minister|secretary|senator|judge|mayor|governor|lawyers?|colleague"
    r"|spokes(?:man|woman|person)|economists?|strategists?|chief|boss|brothers|sisters|sister|wife|husband|son|daughter|actor|singer"
    r"|(?:product|[A-Z][\w.]*|policy|research|design|its|global) head|angel investors?(?: including)?|engineers?|author|reporter|correspondent|named|tycoon"
    r"|quarterback|coach|managers? like|celebrities like)(?: and (?:ceo|cto|chief executive|president|chairman))?,? )$",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    r"[,?!]\"? (?:said|added|says|explained|wrote|recalled|noted)[ \n](?:[Dd]r\. )?$"
)
_AFTER_PERSON = re.compile(
    rf"(?:'s? )?,? ?(?:the |a |an |its |formerly |former |now |\w+'s )?(?:{_ROLE})\b|, (?:an? )?(?:\w+ )?(?:analyst|partner|professor|head of|vice president|spokes|economist|reporter|lawyer|engineer)"
    r"|,? who\b|, \d\d(?:,| and)|, (?:an|the) (?:analyst|investor)",
    re.IGNORECASE,
)
_AFTER_ONE_WORD = re.compile(
    r" (?:says|said|added|recalled|insists|thinks|told \w+|jokes)(?: that)? (?:he|she)\b|'s (?:lawyer|wife|husband|family|half sister|mother|father|resignation|departure|ouster)\b"
    r"|,? (?:himself|herself)\b|, who (?:left|co-founded|founded|quit|stepped|previously|remains|became|owns|ran|runs|joined)\b"
)
_WITH_PRONOUN = re.compile(r"(?: [a-z]+){1,5} (?:he|she|his|her)\b")
_PERSONAL = re.compile(
    r"(?:\b(?:founded|started|set up|run|created|invented|written|compiled|edited|photographed)(?: [a-z]+)?(?: in (?:\d{4}|[A-Z]\w+))? by|\b[Ww]rite to|\b(?:chef|designer|physicist|chemist|surgeon|teacher|inventor|nurse|pilot|twins?)) $"
)
_REACHED = re.compile(r"(?: at \S+@|, \(?\+?\d{3}[-) ])")
_OF_A_FIRM = re.compile(r"[A-Z][\w.]+'s $")
_SPEAKS = re.compile(
    r",? (?:said|says|wrote|told|noted|reckons|thinks|added|figures)\b|\. |, (?:particularly|especially|who|whose)\b"
)
_MR = re.compile(r"\b(?:mr|ms|mrs|dr|prof)\.? $", re.I)
_OFFICE = re.compile(
    r"\b(?:ceo|cfo|coo|cto|president|chairman|chairwoman|minister|secretary|senator|judge|mayor|governor"
    r"|professor|founder|billionaire|chief executive|spokes(?:man|woman|person))(?: and (?:ceo|founder|chief executive))? $",
    re.I,
)


def _is_person_by_name(name: str) -> bool:
    parts = name.split()
    return (
        len(parts) > 1
        and name not in words("not_people")
        and parts[0].lower() in words("first_names")
        and parts[-1].lower() not in words("firm_words")
    )


def _is_person(name: str, around: Around) -> bool:
    parts = name.split()
    if name in words("not_people") or len(parts) > 4:
        return False
    if any(c.isdigit() or c in "&/+" for c in name) or not parts[0][0].isupper():
        return False
    if any(p.lower() in words("legal_forms") for p in parts[1:]):
        return False
    if len(parts) == 1:
        return any(
            _MR.search(before)
            or (_OFFICE.search(before) and not name.isupper())
            or _AFTER_ONE_WORD.match(after)
            or _is_family(name, before, after)
            for before, after in around
        )
    if parts[-1].lower() in words("firm_words") or (len(parts[-1]) > 2 and parts[-1].isupper()):
        return False
    if parts[0].split("-")[0].lower() in words("first_names"):
        return True
    if parts[-1].lower() in words("ordinary") or parts[0].lower() in words("firm_words"):
        return False
    told = sum(
        bool(
            _BEFORE_PERSON.search(before)
            or _AFTER_PERSON.match(after)
            or (_SAID_BEFORE.search(before) and len(parts) < 4)
            or (_PERSONAL.search(before) and not all(is_english(p.lower()) for p in parts))
            or _REACHED.match(after)
            or (
                _OF_A_FIRM.search(before)
                and _SPEAKS.match(after)
                and not all(is_english(p.lower()) for p in parts)
            )
            or (_WITH_PRONOUN.match(after) and not all(is_english(p.lower()) for p in parts))
        )
        for before, after in around
    )
    return told > 0


def _is_family(name: str, before: str, after: str) -> bool:
    return bool(
        before.endswith(" the ") and re.match(r" (?:family|brothers|twins|sisters)\b", after)
    )


# Places.

_LOCATED = re.compile(
    r"\b(?:(?:based|headquartered|located|born|incorporated|opened) (?:in|at|out of|near)|(?:suburb|city|town|village|province|port|outskirts) of"
    r"|(?:offices?|plants?|factory|factories|conference|campus|site|headquarters|centre|center|lab|facility|labs|facilities|warehouse|startup|start-up|firm|company|mill|town|city|court|brothers|region|developer|stores?) (?:in|from|of|near|out of|outside)) $",
    re.I,
)
_IN = re.compile(r"\b(?:[Ii]n|[Nn]ear|[Oo]utside|across|around|between|throughout) $")
_NOT_LOCATED = re.compile(
    r"\b(?:invest\w*|stakes?|shares?|interests?|holdings?|stock|trust|confidence|positions?|put|money|capital|funding|rounds?|participat\w+|believe\w*"
    r"|[mb]illion|[mb]n|bets?|betting|%|percent|majority|minority|equity|slice|piece|backers?|shareholders?|partners?|partner|investors?|brought|brings?|took|roped|pulled|called|\d)(?: \w+)? in $",
    re.I,
)
_STATE = re.compile(r", ([A-Z][A-Za-z.]+(?: [A-Z][a-z]+)?)")


def _is_place(name: str, around: Around) -> bool:
    parts = name.split()
    if (
        len(parts) > 3
        or any(p.lower() in words("firm_words") for p in parts)
        or not name[0].isupper()
    ):
        return False
    if name.isupper():
        return False
    located = 0
    for before, after in around:
        if after.startswith("-based"):
            return True
        if _LOCATED.search(before) and not re.search(r"(?:from|of) $", before):
            return True
        where = bool(_IN.search(before)) and not _NOT_LOCATED.search(before)
        state = _STATE.match(after)
        if (
            state
            and state[1].lower().rstrip(".") in words("places")
            and (where or re.search(r"\b(?:of|from|in|near|at|outside|,) $", before))
        ):
            return True
        located += where
    return located == len(around) and located > 0


# Products.

_WHOSE = re.compile(
    r"(?:\b(?:its|their|whose|the|new|own|called|named|dubbed)|'s?)(?: (?:new|latest|own|flagship))? $"
)
_THING = re.compile(
    r" (?:AI |[a-z]{2,12} )?(?:chatbot|chat bot|models?|assistant|apps?|software|tool|tools|processors?|chips?|drug|phone|editor|game|devices?|robots?|engine"
    r"|browser|product|products|supercomputer|campus|site|headset|smartphone|console|rocket|satellites?|accelerators?|language model)\b"
)


def _is_product(name: str, around: Around) -> bool:
    if any(p.lower() in words("firm_words") and p != "AI" for p in name.split()[-1:]):
        return False
    return bool(around) and all(
        _THING.match(after) and _WHOSE.search(before) for before, after in around
    )
