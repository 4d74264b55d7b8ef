"""What our own reading tells, in the words of the labels."""

from __future__ import annotations

from collections.abc import Iterable

from app.claims.vocabulary import AmountFacet, Qualifier, Role, Stage, UseOfProceeds
from app.reading.reading import Amount, Attribution, Deal, Figure, Named, Reading, Rival
from benchmarks.reading.records import Name, Record, Sum, Told


def told(reading: Reading) -> Told:
    """The deals that are the text's news, and what it tells beside them."""
    news = [deal for deal in reading.deals if not deal.background]
    uses = (use.term for deal in news for use in deal.uses)
    return Told(
        records=tuple(_record(deal) for deal in news),
        rivals=_names(rival.rival for rival in reading.rivals if _is_of(rival, reading, news)),
        uses=tuple(
            frozenset((term.value,))
            for term in dict.fromkeys(uses)
            if term is not UseOfProceeds.UNSPECIFIED
        ),
    )


def _is_of(rival: Rival, reading: Reading, news: list[Deal]) -> bool:
    """Whether it competes with whom the text is about: other rivalries are not asked for."""
    about = {named.name for named in (reading.subject, *(deal.company for deal in news)) if named}
    return not about or rival.company.name in about


def sum_of(figure: Figure) -> Sum | None:
    """A figure as the labels would have it, who write no orders of magnitude."""
    if figure.qualifier in (Qualifier.ORDER_OF_MAGNITUDE, Qualifier.UNDISCLOSED):
        return None
    low, high = figure.low, figure.high
    if figure.stated is not None:
        low = high = figure.stated
    return Sum(low, high, figure.currency, _QUALIFIERS[figure.qualifier])


def _record(deal: Deal) -> Record:
    amount = min(deal.amounts, key=_rank, default=None)
    valuation = next((v for v in deal.valuations if sum_of(v.figure)), None)
    backers = [part for part in deal.participants if part.role is not Role.SELLER]
    return Record(
        company=_name(deal.company),
        status="denied" if deal.stage.denied else _STATUS.get(deal.stage.stage),
        amount=sum_of(amount.figure) if amount else None,
        valuation=sum_of(valuation.figure) if valuation else None,
        basis=valuation.basis.value if valuation else None,
        round_type=deal.round.term.value if deal.round else None,
        leads=_names(part.investor for part in backers if part.role in _LEADS),
        investors=_names(part.investor for part in backers),
        attributed_to=_attributed_to(deal.attribution),
        anonymous=deal.attribution.anonymous,
        certainty=deal.certainty.value,
    )


def _rank(amount: Amount) -> tuple[bool, int]:
    """Which amount is the deal's: the first that is a figure, by facet."""
    return sum_of(amount.figure) is None, _FACETS.index(amount.facet)


_FACETS = (
    AmountFacet.HEADLINE,
    AmountFacet.TARGET,
    AmountFacet.EQUITY,
    AmountFacet.DEBT,
    AmountFacet.FIRST_CLOSE,
)
_LEADS = (Role.LEAD, Role.CO_LEAD, Role.ACQUIRER, Role.LENDER)
_STATUS = {
    Stage.EXPLORING: "rumoured",
    Stage.IN_TALKS: "in_talks",
    Stage.TERM_SHEET: "in_talks",
    Stage.SIGNED: "announced",
    Stage.OPEN: "announced",
    Stage.CLOSED: "closed",
    Stage.POSTPONED: "abandoned",
    Stage.WITHDRAWN: "abandoned",
    Stage.FAILED: "abandoned",
}
_QUALIFIERS = {
    Qualifier.EXACT: "exact",
    Qualifier.APPROXIMATELY: "approx",
    Qualifier.BETWEEN: "range",
    Qualifier.UP_TO: "up_to",
    Qualifier.AT_LEAST: "at_least",
    Qualifier.MORE_THAN: "at_least",
    Qualifier.LESS_THAN: "less_than",
}


def _attributed_to(attribution: Attribution) -> tuple[Name, ...]:
    speaker = attribution.origin or attribution.speaker
    filing = (Name("filing"),) if attribution.filing and not attribution.party else ()
    return (*filing, *_names([speaker] if speaker else []))


def _names(found: Iterable[Named]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(_name(named) for named in found))


def _name(named: Named) -> Name:
    return Name(named.name, named.slug)
