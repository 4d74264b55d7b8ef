"""Whom a clause is about: its grammatical subject, and those coordinated to it."""

from __future__ import annotations

import re

from app.reading.marks import IT, NAME, PERSON, PLACE
from app.reading.rules.lines import Line, Unit


def subject_of(line: Line, start: int, end: int) -> Unit | None:
    """The unit that is the grammatical subject between two places of a line.

    Of reported speech it is the subject of what is said: "X said that Y …" is about Y.
    """
    for says in reversed(list(_SAYS.finditer(line.text, start, end))):
        found = first_subject(line, says.end(), end)
        if found is not None:
            return found
    return first_subject(line, start, end)


def first_subject(line: Line, start: int, end: int) -> Unit | None:
    """The first unit between two places that no preposition or apposition makes subordinate."""
    for unit in line.between(start, end, NAME + IT + PERSON):
        before = line.text[max(start, unit.at - 45) : unit.at]
        if _PRONOUN.search(line.text, start, unit.at) or _OF_MANY.search(before):
            return None
        if _PREPOSED.search(before) or (unit.mark == NAME and _APPOSED.search(before)):
            continue
        if _NO_SUBJECT.match(line.text, unit.at + 1):
            continue
        return unit
    return None


_SAYS = re.compile(
    rf"\b(?:that|whether) (?=(?:the |its )?[{NAME}{IT}])"
    r"|\b(?:said|says|reported|reports|announced|confirmed|revealed|disclosed|wrote"
    r"|report(?:ed)? that|learned|understood)"
    r"(?: (?:on|in|late|earlier|last|this)? ?[A-Za-z]{3,9}(?: \d{1,2})?)?(?: that|,)? (?=[^.]*$)",
)
_PRONOUN = re.compile(r"\b(?:he|she|they|we|I|who)\b")
# "Investors including X and Y bought …": the many are the subject, not those named of them.
_OF_MANY = re.compile(
    r"\b(?:investors|backers|funds|shareholders|buyers|lenders|bidders)"
    r" (?:including|such as|like) $",
    re.IGNORECASE,
)
_PREPOSED = re.compile(
    r"\b(?:of|from|by|with|in|at|for|to|into|including|between|against|on|about|like|via|than|over"
    r"|and) (?:(?:[a-z-]{1,20}|the|its) ){0,2}$"
)
_APPOSED = re.compile(r"\b(?:an?|another) (?:[\w-]{1,20} ){0,3}$", re.IGNORECASE)
# What follows a name that only tells whose, of what kind or of which firm the subject is.
_NO_SUBJECT = re.compile(
    r"'s? (?!(?:has|is|to|board|management|directors|owners?|parent|shareholders)\b)"
    r"|[- ](?:backed|owned|based|led|founded|listed|incubated|funded|controlled|developed|linked"
    r"|affiliated|run|built|style|like|maker|parent|headquartered)\b"
    r"| (?:spin-?out|spin-?off|unit|arm|rival|subsidiary|affiliate|competitor|challenger|start-?up"
    rf"|offshoot|division|maker|co-founder's|alumni)s?,? {NAME}"
    r"|(?:'s)? (?:co-?founders?|founders?|ceo|cfo|chief|chairman|president|executives?|employees"
    r"|shares|researchers?|alum|veterans?|stock|spokes)"
    r"| (?:start-?ups|companies|firms|labs|businesses)\b",
    re.IGNORECASE,
)


def coordinated(line: Line, first: Unit | None) -> list[Unit]:
    """A subject with those coordinated to it: "X, Y and Z"."""
    if first is None:
        return []
    found = [first]
    at = first.at + 1
    while link := _LINK.match(line.text, at):
        unit = line.unit_at(link.start(1))
        if unit is None:
            break
        found.append(unit)
        at = link.end()
    return found


_LINK = re.compile(rf"(?: of [{NAME}{PLACE}])?,? ?(?:and |& |as well as )?([{NAME}{PERSON}])")
