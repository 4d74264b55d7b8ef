"""What a name is the name of, by the name itself and by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.reading.gazetteer import Entry
from app.reading.rules.names.entities import Kind
from app.reading.words import is_english, words

_AROUND = 60
"""Characters before and after a name that are looked at."""

_MOST_PLACES = 24
"""Places of a name that are looked at; what it is, is told in the first of them."""

Around = Sequence[tuple[str, str]]


def kind_of(name: str, entry: Entry | None, text: str, places: Sequence[tuple[int, int]]) -> Kind:
    """The kind of ``name``, which stands in ``text`` at ``places``."""
    if entry is not None and entry.product:
        return Kind.PRODUCT
    if entry is not None:
        return Kind.PERSON if _has_first_name(name) else Kind.COMPANY
    around = [
        (text[max(0, start - _AROUND) : start], text[end : end + _AROUND])
        for start, end in places[:_MOST_PLACES]
    ]
    if _is_outlet(name, around):
        return Kind.OUTLET
    if _is_known_place(name.lower()):
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


# Outlets.

_REPORTED_BY = re.compile(
    r"(?:according to|told|reported by|report (?:by|from|in)|interview with) (?:the )?$", re.I
)
_REPORTS = re.compile(r",? (?:has |had |first |also )?(?:report|said|wrote|citing|noted)", re.I)
_REPORTED = re.compile(r",? (?:has |had |first |also |earlier )?(?:reported|wrote)\b", re.I)
_OUTLET = re.compile(r"\b(?:outlet|newspaper|newsletter|magazine|daily) $")


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
    if f"The {name}" in words("outlets") or (name.isupper() and name in _outlets_in_capitals()):
        return True
    parts = bare.lower().split()
    if len(parts) > 1 and (parts[-1] in words("papers") or parts[0] in words("papers")):
        return any(
            _REPORTED_BY.search(before) or _REPORTED.match(after) for before, after in around
        )
    return any(_OUTLET.search(before) for before, _ in around)


@cache
def _outlets_in_capitals() -> frozenset[str]:
    return frozenset(name.upper() for name in words("outlets"))


# Authorities.

_GOVERNS = re.compile(
    r"(?:.* )?(?:"
    r"(?:Ministry|Department|Government|Bureau|Committee|Registrar|House|Secretary|Court|State"
    r"|City|Republic) of .+"
    r"|Commission|Administration|Department|Ministry|Parliament|Senate|Congress|Cabinet"
    r"|Commissioner|Court|Tribunal|Army|Navy|Air Force|Marine Corps|Review Board"
    r"|Labor Relations Board|Accountability Office|Patent Office|Central Bank"
    r"|(?:Markets|Conduct|Regulatory|Regulation|Competition|Aviation) Authority"
    r"|Protection (?:Agency|Bureau)|(?:Space|Intelligence) Agency|Science Foundation)"
    r"|(?:Central |Reserve )?Bank of (?:England|Japan|Korea|Canada|India|Israel|Spain|Italy"
    r"|France|Mexico|Russia|Brazil)"
)


def _is_authority(name: str) -> bool:
    bare = name.removeprefix("The ").removeprefix("U.S. ").removeprefix("US ")
    return bare in words("authorities") or bool(_GOVERNS.fullmatch(bare))


# Persons.

_ROLE = (
    r"(?:ceo|cfo|coo|cto|president|chair(?:man|woman)?|(?:co-?)?founders?|chief executives?"
    r"|(?:chief|executive|managing|general|senior|vice)(?: [a-z]{2,12}){0,2}"
    r" (?:officer|director|partner|president|analyst)"
    r"|(?:finance|technology|product|operating|revenue|marketing|science|design|research) chief)"
)
_BEFORE_PERSON = re.compile(
    rf"(?:\b(?:{_ROLE}|analysts?|[A-Z]\w+ partners?|directors?|executives?|officer|professors?"
    r"|prof\.?|dr\.?|mr\.?|mrs\.?|ms\.?|sir|billionaires?|tycoon|entrepreneurs?|researchers?"
    r"|scientists?|minister|secretary|senator|judge|mayor|governor|lawyers?|colleague|coach"
    r"|spokes(?:man|woman|person)|economists?|strategists?|chief|boss|brothers|sisters?|wife"
    r"|husband|son|daughter|actor|singer|engineers?|author|reporter|correspondent|named|chef"
    r"|designer|physicist|chemist|surgeon|teacher|inventor|nurse|pilot|twins?|celebrities like"
    r"|(?:product|[A-Z][\w.]*|policy|research|design|its|global) head|angel investors?"
    r"(?: including)?)(?: and (?:ceo|cto|chief executive|president|chair(?:man|woman)))?,? )$",
    re.IGNORECASE,
)
_AFTER_PERSON = re.compile(
    rf",? ?(?:the |a |an |its |formerly |former |now |\w+'s )?{_ROLE}\b"
    r"(?! (?:says|tells|confirms)\b)"
    r"|, (?:an? )?(?:\w+ )?(?:analyst|partner|professor|head of|vice president|spokes|economist"
    r"|reporter|lawyer|engineer|investor)|,? who\b|, \d\d(?:,| and)"
    r"| at \S+@|, \(?\+?\d{3}[-) ]",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    r"[,?!]\"? (?:said|added|says|explained|wrote|recalled|noted)[ \n](?:[Dd]r\. )?$"
)
# What these tell is less sure; it is told of names that are no ordinary words.
_MADE_BY = re.compile(
    r"\b(?:founded|started|set up|run|created|invented|written|compiled|edited|photographed)"
    r"(?: [a-z]+)?(?: in (?:\d{4}|[A-Z]\w+))? by $|\b[Ww]rite to $"
)
_OF_A_FIRM = re.compile(r"([A-Z][\w.]+)'s $")
_SPEAKS = re.compile(
    r",? (?:said|says|wrote|told|noted|reckons|thinks|added|figures)\b|\. "
    r"|, (?:particularly|especially|who|whose)\b"
)
_WITH_PRONOUN = re.compile(r"(?: [a-z]+){1,5} (?:he|she|his|her)\b")
# Of one word.
_MR = re.compile(r"\b(?:mr|ms|mrs|dr|prof)\.? $", re.I)
_OFFICE = re.compile(
    r"\b(?:ceo|cfo|coo|cto|president|chair(?:man|woman)|minister|secretary|senator|judge|mayor"
    r"|governor|professor|founder|billionaire|chief executive|spokes(?:man|woman|person))"
    r"(?: and (?:ceo|founder|chief executive))? $",
    re.I,
)
_AFTER_LAST_NAME = re.compile(
    r" (?:says|said|added|recalled|insists|thinks|told \w+|jokes)(?: that)? (?:he|she)\b"
    r"|'s (?:lawyer|wife|husband|family|half sister|mother|father|resignation|departure|ouster)\b"
    r"|,? (?:himself|herself)\b"
    r"|, who (?:left|co-founded|founded|quit|stepped|previously|remains|became|owns|ran|runs)\b"
)
_FAMILY = re.compile(r" (?:family|brothers|twins|sisters)\b")


def _has_first_name(name: str) -> bool:
    parts = name.split()
    return (
        len(parts) > 1
        and name not in words("not_people")
        and parts[0].split("-")[0].lower() in words("first_names")
        and parts[-1].lower() not in words("firm_words")
    )


def _is_person(name: str, around: Around) -> bool:
    parts = name.split()
    if name in words("not_people") or len(parts) > 4 or not name[0].isupper():
        return False
    if any(c.isdigit() or c in "&/+" for c in name):
        return False
    if any(p.lower() in words("legal_forms") for p in parts[1:]):
        return False
    if len(parts) == 1:
        return any(_is_last_name(name, before, after) for before, after in around)
    if parts[-1].lower() in words("firm_words") or (len(parts[-1]) > 2 and parts[-1].isupper()):
        return False
    if _has_first_name(name):
        return True
    if parts[-1].lower() in words("ordinary") or parts[0].lower() in words("firm_words"):
        return False
    ordinary = all(is_english(p.lower()) for p in parts)
    return any(
        _BEFORE_PERSON.search(before)
        or _AFTER_PERSON.match(after)
        or (_SAID_BEFORE.search(before) and len(parts) < 4)
        or (
            not ordinary
            and (
                _MADE_BY.search(before)
                or (_is_of_a_firm(before) and _SPEAKS.match(after))
                or _WITH_PRONOUN.match(after)
            )
        )
        for before, after in around
    )


def _is_of_a_firm(before: str) -> bool:
    """Whether a firm's name precedes; of a country's are companies, not persons."""
    firm = _OF_A_FIRM.search(before)
    return firm is not None and not _is_known_place(firm[1].lower())


def _is_last_name(name: str, before: str, after: str) -> bool:
    return bool(
        _MR.search(before)
        or (_OFFICE.search(before) and not name.isupper())
        or _AFTER_LAST_NAME.match(after)
        or (before.endswith(" the ") and _FAMILY.match(after))
    )


# Places.

_LOCATED = re.compile(
    r"\b(?:(?:based|headquartered|located|born|incorporated|opened) (?:in|at|out of|near)"
    r"|(?:suburb|city|town|village|province|port|outskirts) of"
    r"|(?:offices?|plants?|factory|factories|conference|campus|site|headquarters|cent(?:re|er)"
    r"|labs?|facility|facilities|warehouse|startup|start-up|firm|company|mill|town|court"
    r"|region|developer|stores?) (?:in|near|out of|outside)) $",
    re.I,
)
_IN = re.compile(r"\b(?:[Ii]n|[Nn]ear|[Oo]utside|across|around|between|throughout) $")
_AT_A_TOWN = re.compile(r"\b(?:of|from|in|near|at|outside|,) $")
_NOT_LOCATED = re.compile(
    r"\b(?:invest\w*|stakes?|shares?|interests?|holdings?|stock|trust|confidence|positions?|put"
    r"|money|capital|funding|rounds?|participat\w+|believe\w*|[mb]illion|[mb]n|bets?|betting|%"
    r"|percent|majority|minority|equity|slice|piece|backers?|shareholders?|partners?|investors?"
    r"|amount|sum|brought|brings?|took|roped|pulled|called|\d)(?: \w+)? in $",
    re.I,
)
_STATE = re.compile(r", ([A-Z][A-Za-z.]+(?: [A-Z][a-z]+)?)")


def _is_known_place(name: str) -> bool:
    first, _, rest = name.partition(" ")
    return name in words("places") or (first in words("directions") and rest in words("places"))


def _is_place(name: str, around: Around) -> bool:
    parts = name.split()
    if len(parts) > 3 or any(p.lower() in words("firm_words") for p in parts):
        return False
    if not name[0].isupper() or name.isupper():
        return False
    located = 0
    for before, after in around:
        if after.startswith("-based") or _LOCATED.search(before):
            return True
        where = bool(_IN.search(before)) and not _NOT_LOCATED.search(before)
        state = _STATE.match(after)
        if (
            state
            and state[1].lower().rstrip(".") in words("places")
            and (where or _AT_A_TOWN.search(before))
        ):
            return True
        located += where
    return 0 < located == len(around)


# Products.

_WHOSE = re.compile(
    r"(?:\b(?:its|their|whose|the|new|own|called|named|dubbed)|'s?)"
    r"(?: (?:new|latest|own|flagship))? $"
)
_CODE = re.compile(r"[A-Z]{2,5}-\d{1,4}[A-Z]?")
_THING = re.compile(
    r" (?:AI |[a-z]{2,12} )?(?:chat ?bot|(?:language )?models?|assistant|apps?|software|tools?"
    r"|processors?|chips?|drug|phone|smartphone|editor|game|devices?|robots?|engine|browser"
    r"|products?|supercomputer|campus|site|headset|console|rocket|satellites?|accelerators?)\b"
)


def _is_product(name: str, around: Around) -> bool:
    """Whether a name is always that of a thing: "its Grok chatbot", "MPT-7B"."""
    if _CODE.fullmatch(name):
        return True
    last = name.rpartition(" ")[2]
    if last.lower() in words("firm_words") and last != "AI":
        return False
    return bool(around) and all(
        _THING.match(after) and _WHOSE.search(before) for before, after in around
    )
