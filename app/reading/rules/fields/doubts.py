"""What there is to doubt in a deal that was read, field by field, told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.claims.vocabulary import Basis, Modality, Qualifier, Role, Stage
from app.reading.cues import CueClass
from app.reading.marks import NAME, PERSON
from app.reading.reading import Figure
from app.reading.rules.drafts import Choice, Draft
from app.reading.rules.fields.backing import Backer
from app.reading.rules.fields.certainty import Doubt, between, doubt
from app.reading.rules.fields.uses import UseOf
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Players
from app.reading.rules.stages import governing
from app.reading.rules.text import Place

Written = Callable[[Figure], str | None]
"""A sum as the article writes it."""


def of_company(draft: Draft, players: Players) -> Iterator[Doubt]:
    named = [f.company for f in draft.frames if f.company is not None]
    if not any(unit.mark == NAME for unit in named):
        yield doubt("0.88", "the company is meant by a pronoun only")
    subject = players.subject
    if subject is not None and subject.key != draft.company.key:
        yield doubt("0.75", f"the article is mostly about {subject.name}")


def of_stage(draft: Draft) -> Iterator[Doubt]:
    cues = [hit for frame in draft.frames if (hit := governing(frame)) is not None]
    if draft.stage is Stage.UNKNOWN:
        yield doubt("0.5", "nothing tells how far the deal is")
    elif not cues and not draft.denied:
        yield doubt("0.7", "no verb tells how far the deal is")
    elif len(cues) == 1:
        yield doubt("0.88", "the stage rests on one cue")
    if draft.stage_margin < _CLOSE:
        yield Doubt(between(draft.stage_margin, "0.7"), "two stages compete")
    if draft.stage in _ENDED:
        yield doubt("0.85", "what ended may be another deal")


_CLOSE = 0.75
"""Of a margin from 0 to 1: below it, the next value has a say."""

_ENDED = (Stage.WITHDRAWN, Stage.FAILED, Stage.POSTPONED)


def of_amount(choice: Choice, written: Written) -> Iterator[Doubt]:
    yield from _of_choice(choice, "amounts", written)
    if choice.line.sentence.place is Place.TITLE:
        yield doubt("0.75", "the sum stands only in the title")


def of_valuation(choice: Choice, basis: Basis, written: Written) -> Iterator[Doubt]:
    yield from _of_choice(choice, "valuations", written)
    if choice.line.sentence.index > _FAR_DOWN:
        yield doubt("0.85", "the valuation stands far down")
    if basis is Basis.UNSPECIFIED:
        yield doubt("0.98", "the valuation's basis is not stated")


_FAR_DOWN = 3


def _of_choice(choice: Choice, values: str, written: Written) -> Iterator[Doubt]:
    if choice.rivals:
        mine, other = written(choice.money.figure), written(choice.rivals[0])
        told = f"two {values} compete"
        if mine and other:
            told += f": {mine} and {other}"
        yield Doubt(between(choice.margin, "0.6"), told)
    if not choice.cue:
        yield doubt("0.7", "no words tell what the sum is of")
    if choice.money.figure.qualifier is Qualifier.ORDER_OF_MAGNITUDE:
        yield doubt("0.8", "only the order of magnitude is told")


def of_backer(backer: Backer) -> Iterator[Doubt]:
    if backer.role is Role.PARTICIPANT:
        yield doubt("0.92", "the role is told by a list only")
    if backer.modality is not Modality.FACTUAL:
        yield doubt("0.92", "taking part is not told as done")
    if backer.line.units and any(
        unit.mark == PERSON and backer.start <= unit.at < backer.end for unit in backer.line.units
    ):
        yield doubt("0.9", "a person is named among them")


def of_use(use: UseOf) -> Iterator[Doubt]:
    yield doubt("0.85", "what the money is for rests on one cue")
    if use.modality is Modality.HYPOTHETICAL:
        yield doubt("0.9", "what the money is for is only possible")


def of_deal(
    draft: Draft, drafts: list[Draft], parsed: list[Parsed], background: bool, told_by: str | None
) -> Iterator[Doubt]:
    """What there is to doubt in a deal as a whole."""
    if background:
        yield doubt("0.7", "told as background")
    if draft.denied:
        reporter = f", reported by {told_by}" if told_by else ""
        yield doubt("0.97", f"denied{reporter}")
    strong = [f for f in draft.frames if not f.is_weak]
    if len(strong) < 2:
        yield doubt("0.85", "told in one sentence only")
    if draft.amount is None:
        yield doubt("0.8", "no sum is told")
    titled = any(p.line.sentence.place is Place.TITLE for p in parsed)
    if titled and not any(f.place is Place.TITLE for f in strong):
        yield doubt("0.9", "the title does not tell of it")
    others = {d.company.key: d.company.name for d in drafts if not d.earlier and d is not draft}
    others.pop(draft.company.key, None)
    if others:
        name = next(iter(others.values()))
        yield doubt("0.85", f"deals of others are told as well, of {name}")
    head = [p for p in parsed if p.line.sentence.place in (Place.TITLE, Place.LEAD)]
    if any(p.of(CueClass.NEGATIVE) for p in head):
        yield doubt("0.9", "title or lead speak of other money: results, budgets, prices")
