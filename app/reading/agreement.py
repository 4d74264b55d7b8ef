"""Two readings of one article put together: the first stands, the second adds and doubts. Pure.

That both say the same makes nothing surer: two readers of the same words are no two sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from app.claims.vocabulary import Qualifier
from app.identities.normalise import core_name, joined
from app.reading.reading import (
    Amount,
    Capable,
    Certainty,
    Deal,
    Figure,
    Named,
    Participant,
    Reading,
    Rival,
    Round,
    Staged,
    Use,
    Valuation,
)

DOUBT = Decimal("0.7")
"""What is left of a certainty when the second reader says otherwise."""


def put_together(first: Reading, second: Reading) -> Reading:
    """The first reading, with the fields that only the second has added as they are.

    Fields on which the two differ stay, less sure, with a reason in words ("the second reader has
    40 million USD"). Deals are the same by company and by round, sum, or being the only one.
    """
    second = _with_slugs(second, _slugs(first))
    return replace(
        first,
        version=f"{first.version}+{second.version}",
        deals=_deals(first.deals, second.deals),
        rivals=_merged(first.rivals, second.rivals, _same_rival, _no_difference),
        capabilities=_merged(
            first.capabilities, second.capabilities, _same_capability, _no_difference
        ),
    )


def _deals(first: Sequence[Deal], second: Sequence[Deal]) -> tuple[Deal, ...]:
    deals = list(first)
    met: set[int] = set()
    for told in second:
        at = _place_of(told, first, met, alone=_is_alone(told, second))
        if at is None:
            deals.append(told)
        else:
            met.add(at)
            deals[at] = _joined(first[at], told)
    return tuple(deals)


def _is_alone(deal: Deal, among: Sequence[Deal]) -> bool:
    return sum(_same_company(deal.company, other.company) for other in among) == 1


def _place_of(told: Deal, first: Sequence[Deal], met: set[int], *, alone: bool) -> int | None:
    """Where the first reading has the deal that the second tells."""
    of_company = [n for n, deal in enumerate(first) if _same_company(deal.company, told.company)]
    free = [n for n in of_company if n not in met]
    alike = [n for n in free if _is_alike(first[n], told)]
    if alike:
        # Of several, the one that has most in common; of those, the one that is told first.
        return max(
            alike, key=lambda n: (_same_round(first[n], told), _shares_sum(first[n], told), -n)
        )
    only = alone and len(of_company) == len(free) == 1
    return free[0] if only and first[free[0]].background is told.background else None


def _is_alike(deal: Deal, told: Deal) -> bool:
    return _same_round(deal, told) or _shares_sum(deal, told)


def _same_round(deal: Deal, told: Deal) -> bool:
    return bool(deal.round and told.round and deal.round.term == told.round.term)


def _shares_sum(deal: Deal, told: Deal) -> bool:
    return bool(_sums(deal) & _sums(told))


def _sums(deal: Deal) -> set[Figure]:
    return {amount.figure for amount in deal.amounts} | {v.figure for v in deal.valuations}


def _joined(deal: Deal, told: Deal) -> Deal:
    stages = _merged((deal.stage,), (told.stage,), _always, _other_stage)
    rounds = _merged(_one(deal.round), _one(told.round), _always, _other_round)
    return replace(
        deal,
        stage=stages[0],
        round=rounds[0] if rounds else None,
        amounts=_merged(deal.amounts, told.amounts, _same_amount, _other_amount),
        valuations=_merged(deal.valuations, told.valuations, _same_valuation, _other_valuation),
        participants=_merged(deal.participants, told.participants, _same_investor, _other_part),
        uses=_merged(deal.uses, told.uses, _same_use, _other_modality),
    )


_Field = TypeVar("_Field", Amount, Capable, Participant, Rival, Round, Staged, Use, Valuation)


def _merged(
    first: Sequence[_Field],
    second: Sequence[_Field],
    same: Callable[[_Field, _Field], bool],
    difference: Callable[[_Field, _Field], str | None],
) -> tuple[_Field, ...]:
    """The fields of the first, doubted where none agrees, and those that only the second has."""
    fields = list(first)
    added: list[_Field] = []
    for told in second:
        places = [n for n, field in enumerate(first) if same(field, told)]
        differences = [difference(first[n], told) for n in places]
        if not places and not any(same(field, told) for field in added):
            added.append(told)
        if None not in differences:
            for n, words in zip(places, differences, strict=True):
                certainty = _doubted(fields[n].certainty, f"the second reader {words}")
                fields[n] = replace(fields[n], certainty=certainty)
    return tuple(fields + added)


def _doubted(certainty: Certainty, reason: str) -> Certainty:
    value = (certainty.value * DOUBT).quantize(Decimal("0.01"))
    return replace(certainty, value=value, reasons=(*certainty.reasons, reason))


def _one(field: _Field | None) -> tuple[_Field, ...]:
    return () if field is None else (field,)


# Which fields are about the same matter, and how they differ, in words.


def _always(_: _Field, __: _Field) -> bool:
    return True


def _no_difference(_: _Field, __: _Field) -> None:
    return None


def _other_stage(stage: Staged, told: Staged) -> str | None:
    if (stage.stage, stage.denied) == (told.stage, told.denied):
        return None
    return f"has {'a denial of ' if told.denied else ''}{_spelt(told.stage)}"


def _other_round(round_: Round, told: Round) -> str | None:
    return None if round_.term == told.term else f"has {_spelt(told.term)}"


def _same_amount(amount: Amount, told: Amount) -> bool:
    return amount.facet is told.facet or amount.figure == told.figure


def _other_amount(amount: Amount, told: Amount) -> str | None:
    if amount.figure != told.figure:
        return f"has {_in_words(told.figure)}"
    return None if amount.facet is told.facet else f"takes it for {_spelt(told.facet)}"


def _same_valuation(valuation: Valuation, told: Valuation) -> bool:
    return valuation.basis is told.basis or valuation.figure == told.figure


def _other_valuation(valuation: Valuation, told: Valuation) -> str | None:
    if valuation.figure != told.figure:
        return f"has {_in_words(told.figure)}"
    return None if valuation.basis is told.basis else f"takes it for {_spelt(told.basis)}"


def _same_investor(part: Participant, told: Participant) -> bool:
    return _same_company(part.investor, told.investor)


def _other_part(part: Participant, told: Participant) -> str | None:
    if part.role is not told.role:
        return f"has {_spelt(told.role)}"
    if part.figure is None or told.figure is None or part.figure == told.figure:
        return None
    return f"has {_in_words(told.figure)}"


def _same_use(use: Use, told: Use) -> bool:
    return use.term is told.term


def _other_modality(use: Use, told: Use) -> str | None:
    return None if use.modality is told.modality else f"has {_spelt(told.modality)}"


def _same_rival(rival: Rival, told: Rival) -> bool:
    return _same_company(rival.rival, told.rival)


def _same_capability(capable: Capable, told: Capable) -> bool:
    return capable.term is told.term and _same_company(capable.company, told.company)


def _spelt(word: str) -> str:
    return word.replace("_", " ")


_SCALES = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))


def _in_words(figure: Figure) -> str:
    """ "up to 40 million USD"."""
    match figure.qualifier:
        case Qualifier.BETWEEN | Qualifier.ORDER_OF_MAGNITUDE:
            number = f"{_number(figure.low)} to {_number(figure.high)}"
        case Qualifier.EXACT:
            number = _number(figure.stated)
        case qualifier:
            bound = next(b for b in (figure.stated, figure.low, figure.high) if b is not None)
            number = f"{_spelt(qualifier)} {_number(bound)}"
    return f"{number} {figure.currency}"


def _number(number: Decimal | None) -> str:
    if number is None:
        return "any"
    for scale, word in _SCALES:
        if number >= scale:
            return f"{(number / scale).normalize():f} {word}"
    return f"{number:f}"


# Whether two names are one company's, within one article.


def _same_company(one: Named, other: Named) -> bool:
    if one.slug and other.slug:
        return one.slug == other.slug
    first, second = core_name(one.name), core_name(other.name)
    # "SoftBank" and "SoftBank Group", "Open AI" and "OpenAI"
    shorter, longer = sorted((first, second), key=len)
    return joined(first) == joined(second) or longer.startswith(f"{shorter} ")


def _slugs(reading: Reading) -> dict[str, str]:
    """Which companies the first reader knows by which names."""
    named = [reading.subject] if reading.subject else []
    for deal in reading.deals:
        named += [deal.company, *(part.investor for part in deal.participants)]
    named += [rival.rival for rival in reading.rivals]
    named += [capable.company for capable in reading.capabilities]
    return {core_name(name.name): name.slug for name in named if name.slug}


def _with_slugs(reading: Reading, slugs: dict[str, str]) -> Reading:
    def known(named: Named) -> Named:
        return replace(named, slug=slugs.get(core_name(named.name)))

    return replace(
        reading,
        deals=tuple(
            replace(
                deal,
                company=known(deal.company),
                participants=tuple(
                    replace(part, investor=known(part.investor)) for part in deal.participants
                ),
            )
            for deal in reading.deals
        ),
        rivals=tuple(replace(rival, rival=known(rival.rival)) for rival in reading.rivals),
        capabilities=tuple(
            replace(capable, company=known(capable.company)) for capable in reading.capabilities
        ),
    )
