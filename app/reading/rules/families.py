"""Of which kind the deal is that a scene tells of, if it tells of one."""

from __future__ import annotations

import re
from enum import StrEnum

from app.reading.cues import CueClass
from app.reading.marks import IT, MONEY, NAME, PLACE
from app.reading.rules.scenes import Scene
from app.reading.rules.subjects import coordinated


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


RAISES = (Family.EQUITY, Family.DEBT, Family.TENDER, Family.GRANT)
"""In which a company raises money."""

SALES = (Family.ACQUISITION, Family.STAKE, Family.MERGER)
"""In which a company, or a part of it, is sold."""


def family_of(scene: Scene) -> Family:
    """The family of what a scene tells of; ``NONE`` if that is no deal of one company."""
    if _is_no_deal(scene):
        return Family.NONE
    cue = scene.trigger.cue
    if cue.kind is CueClass.DENIAL:
        return Family.ACQUISITION if _SALE.search(scene.text) else Family.EQUITY
    if cue.id in _OF_PURCHASE or (cue.kind is CueClass.MONEY and _is_bid(scene)):
        return Family.ACQUISITION
    if scene.means == "raise" and "ipo" in scene.meant and _is_by_listing(scene):
        return Family.IPO
    return _FAMILY.get(scene.means) or _kind_of_funding(scene)


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
_OF_PURCHASE = ("money.amount.acquire", "money.amount.stake")
_SALE = re.compile(
    r"\b(?:sale|sell|selling|bid|offer|takeover|merger|acqui\w+|buy|suitor)\b", re.IGNORECASE
)


def _is_bid(scene: Scene) -> bool:
    return bool(_BID.search(scene.text, scene.trigger.start, scene.trigger.end))


_BID = re.compile(r"\b(?:bid|offer|proposal|approach|takeover|buyout)\b", re.IGNORECASE)


def _is_by_listing(scene: Scene) -> bool:
    """Whether money is raised in a listing: "raised $880 million in an initial public offering"."""
    listing = next(h for h in scene.triggers if h.cue.means == "ipo")
    before = scene.text[max(scene.trigger.end, listing.start - 40) : listing.start]
    return _IN_A_LISTING.search(before) is not None


_IN_A_LISTING = re.compile(
    r"\b(?:in|through|via|from|with) (?:(?!before|after)[^\s,;]{1,16} ){0,4}$"
)


def _kind_of_funding(scene: Scene) -> Family:
    if "debt" in scene.meant and _is_debt(scene):
        return Family.DEBT
    if "grant" in scene.meant and not scene.meant & {"round", "lead", "invest", "invest_noun"}:
        return Family.GRANT
    return Family.EQUITY


def _is_debt(scene: Scene) -> bool:
    """Whether the words for debt are not those for a round of equity and debt, or for notes."""
    debt = next(h for h in scene.triggers if h.cue.means == "debt")
    apart = not scene.parsed.clause_at(scene.trigger.start).holds(debt.start)
    if apart and "round" in scene.meant:
        # "raised a Series B and secured a loan": the round is told first.
        return False
    around = scene.text[max(0, debt.start - 60) : debt.end + 40]
    around = _BESIDE_EQUITY.sub("", around)
    return "equity" not in around and "convert" not in around


_BESIDE_EQUITY = re.compile(
    r"\b(?:in addition to|on top of|alongside|besides|beside|separate from) (?:the |its )?equity\b",
    re.IGNORECASE,
)


# What looks like a deal and is none.


def _is_no_deal(scene: Scene) -> bool:
    meant = scene.meant
    return (
        ("fund" in meant and scene.means in ("raise", "round", "fund", "value"))
        or ("law" in meant and scene.means in ("raise", "round", "invest"))
        or "buyback" in meant
        or _is_of_holding(scene)
        or _is_of_goods(scene)
        or _is_of_several(scene)
        or _is_of_place(scene)
        or _is_of_sector(scene)
        or _is_in_place(scene)
    )


def _is_of_goods(scene: Scene) -> bool:
    """Whether things of a maker are bought: "to buy 20 Airbus jets"."""
    return scene.means == "acquire" and bool(
        _GOODS.search(scene.text, scene.trigger.start, min(scene.end, scene.trigger.end + 20))
    )


_GOODS = re.compile(
    rf"\b\d{{1,6}} (?:[a-z-]{{1,14}} ){{0,2}}{NAME}(?!'s)"
    rf"|{NAME} (?:[a-z-]{{1,14}} )?(?:jets|aircraft|planes|GPUs|chips|trucks|buses|ships|vessels)\b"
)


def _is_of_holding(scene: Scene) -> bool:
    """Whether a holder sells what it holds, and it is not said of which company."""
    return scene.means == "sell" and bool(_HOLDING.match(scene.text, scene.trigger.end - 1))


_HOLDING = re.compile(
    rf"{IT} (?:[\w.%-]{{1,12}} ){{0,2}}(?:stakes?|shareholding|holdings?|interest|position)\b"
    r"(?! in\b)"
)


def _is_of_several(scene: Scene) -> bool:
    """Whether more than one company is told to raise: a sum of several, of no deal."""
    subject = scene.subject
    if scene.means not in ("raise", "debt") or subject is None or subject.mark != NAME:
        return False
    return sum(unit.mark == NAME for unit in coordinated(scene.line, subject)) > 1


def _is_of_place(scene: Scene) -> bool:
    """Whether a country or a city is who acts: "the city of Leeds sold bonds"."""
    if scene.subject is not None:
        return False
    for unit in scene.line.between(scene.start, scene.trigger.start, PLACE):
        before = scene.text[max(scene.start, unit.at - 8) : unit.at]
        if not _LOCATING.search(before) and not _ATTRIBUTE.match(scene.text, unit.at + 1):
            return True
    return False


_LOCATING = re.compile(r"\b(?:in|at|from|near|across|for|to)(?: the)? $")
_ATTRIBUTE = re.compile(r"-|'s?\b|,")


def _is_of_sector(scene: Scene) -> bool:
    """Whether many at once are told of, none of them named: figures of a sector."""
    if scene.subject is not None:
        return False
    return bool(_MANY.search(scene.text, scene.start, scene.triggers[0].start))


_MANY = re.compile(
    r"\b(?:start-?ups|companies|firms|founders|businesses|labs|players|unicorns)\b"
    r"(?!'| (?:is|are) in talks)",
    re.IGNORECASE,
)


def _is_in_place(scene: Scene) -> bool:
    """Whether money is put into a country, or into one's own plant."""
    if scene.trigger.cue.id not in ("money.amount.invest", "money.amount.into"):
        return False
    return bool(_IN_PLACE.search(scene.text, scene.trigger.start, scene.end))


_IN_PLACE = re.compile(
    rf"{MONEY}[^,;.]{{0,24}} (?:in|into|across|on) "
    r"(?:(?:the|its|his|their|a|new|more|ai|us|u\.s\.) ){0,3}"
    rf"(?:{PLACE}|data cent|infrastructure|cloud|factor|plant|capacity)",
    re.IGNORECASE,
)
