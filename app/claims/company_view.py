"""A company's present figures: pure, from the views of its events.

No number here is new: a valuation is an event's, and a total is a labelled sum of amounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from app.claims.attestation import DONE
from app.claims.capital import raised
from app.claims.claim import Claim
from app.claims.event_view import EventView
from app.claims.figures import Figure, figure_of, in_currency, missing, total
from app.claims.findings import Finding
from app.claims.policy import DEFAULT, Policy
from app.claims.resolve import resolve
from app.claims.rounds import DEBT, PURCHASE, brings_equity
from app.claims.values import REPORTING_CURRENCY, render_date
from app.claims.vocabulary import AmountFacet, Caveat, Check, NullReason, Severity
from app.storage.ids import encode


@dataclass(frozen=True, slots=True)
class CompanyIdentity:
    """The mutable part of a company: a name to hang claims on."""

    id: UUID
    slug: str
    name: str
    kind: str | None
    country: str | None
    founded_on: date | None
    founded_precision: str | None
    provisional: bool
    reference_urls: Sequence[str]
    parent_id: UUID | None
    parent_slug: str | None
    parent_name: str | None
    recorded_at: datetime
    names: Sequence[Mapping[str, str]]
    identifiers: Sequence[Mapping[str, str]]

    def to_json(self) -> dict[str, Any]:
        """The identity part of a company as the contract shows it."""
        return {
            "id": encode("cmp", self.id),
            "slug": self.slug,
            "name": self.name,
            "kind": self.kind,
            "country": self.country,
            "founded": render_date(self.founded_on, self.founded_precision)
            if self.founded_on and self.founded_precision
            else None,
            "parent": {
                "id": encode("cmp", self.parent_id),
                "slug": self.parent_slug,
                "name": self.parent_name,
            }
            if self.parent_id
            else None,
            "names": list(self.names),
            "identifiers": list(self.identifiers),
            "provisional": self.provisional,
            "reference_urls": list(self.reference_urls),
            "recorded_at": render_date(self.recorded_at, "instant"),
        }


@dataclass(frozen=True, slots=True)
class EventFigure:
    """A figure together with the event it belongs to."""

    event: EventView
    figure: Figure

    @property
    def converted(self) -> Figure:
        """The figure in the reporting currency; unknown where there is no rate."""
        return self.event.in_reporting_currency(self.figure) or missing()

    def to_json(self) -> dict[str, Any]:
        figure = self.event.shown(self.figure)
        return {**figure, "event": event_reference(self.event)}


@dataclass(frozen=True, slots=True)
class MetricFigure:
    """A figure of the company itself: its revenue of a period, say, on one accounting basis."""

    figure: Figure
    claim: Claim

    def to_json(self) -> dict[str, Any]:
        named = {"metric": self.claim.name, **{n: getattr(self.claim, n) for n in _NAMED}}
        converted = in_currency(self.figure, REPORTING_CURRENCY)
        return {**self.figure.to_json(converted=converted), **named}


_NAMED = ("period", "setting")


@dataclass(frozen=True, slots=True)
class Total:
    """Money raised: what is done, what would be if live rumours are true, what is left out.

    ``owed`` is the same equity as far as it is committed, unconditional and funded.
    """

    equity: Figure
    owed: Mapping[str, Figure]
    debt: Figure
    if_true: Figure
    other_currencies: tuple[Figure, ...]
    excluded: tuple[tuple[EventView, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "equity": self.equity.to_json(),
            **{name: figure.to_json() for name, figure in self.owed.items()},
            "debt": self.debt.to_json(),
            "if_true": self.if_true.to_json(),
            "other_currencies": [figure.to_json() for figure in self.other_currencies],
            "excluded": [
                {"event": event_reference(event), "reason": reason}
                for event, reason in self.excluded
            ],
        }


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A rumour that is history since a newer deal is done."""

    rumour: EventView
    by: EventView

    def to_json(self) -> dict[str, Any]:
        return {"event": event_reference(self.rumour), "by": event_reference(self.by)}


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """What the events of one company say about it."""

    valuation: EventFigure | None
    rumoured_valuations: tuple[EventFigure, ...]
    overtaken_rumours: tuple[Overtaken, ...]
    total_raised: Total
    last_round: EventFigure | None
    newest_event: EventView | None
    events: int
    metrics: tuple[MetricFigure, ...]
    findings: tuple[tuple[EventView | None, Finding], ...]

    def to_json(self) -> dict[str, Any]:
        """The figures part of a company as the contract shows it."""
        return {
            "valuation": _or_missing(self.valuation),
            "rumoured_valuations": [item.to_json() for item in self.rumoured_valuations],
            "overtaken_rumours": [item.to_json() for item in self.overtaken_rumours],
            "total_raised": self.total_raised.to_json(),
            "last_round": _or_missing(self.last_round),
            "newest_event": _newest(self.newest_event),
            "funding_events": self.events,
            "metrics": [metric.to_json() for metric in self.metrics],
        }


def view_company(
    events: Iterable[EventView],
    said: Iterable[Claim],
    policy: Policy,
    founded: date | None = None,
) -> CompanyFigures:
    """Make a company's figures from the resolved views of all its events.

    ``said`` are the claims about metrics of the company itself.
    """
    by_age, said = sorted(events, key=_age, reverse=True), list(said)
    if not by_age and not said:
        return _nothing_said()
    return _figures(by_age, said, policy, founded)


@cache
def _nothing_said() -> CompanyFigures:
    """The figures of a company without events, under any policy: an investor, mostly."""
    return _figures((), (), DEFAULT, None)


def _figures(
    by_age: Sequence[EventView], said: Sequence[Claim], policy: Policy, founded: date | None
) -> CompanyFigures:
    done = [event for event in by_age if event.stage in DONE]
    talked_of = [event for event in by_age if event.is_rumour]
    rumours = [event for event in talked_of if _is_live(event, done)]
    overtaken = [event for event in talked_of if not _is_live(event, done)]
    valued = next((event for event in done if _marks_the_company(event)), None)
    last_round = next((event for event in done if _class(event) in ("equity", "debt")), None)
    total_raised = _total_raised(done, rumours, by_age)
    return CompanyFigures(
        valuation=EventFigure(valued, valued.valuation) if valued else None,
        rumoured_valuations=tuple(
            EventFigure(event, event.valuation) for event in rumours if event.valuations
        ),
        overtaken_rumours=tuple(Overtaken(event, done[0]) for event in overtaken),
        total_raised=total_raised,
        last_round=EventFigure(last_round, last_round.amount) if last_round else None,
        newest_event=by_age[0] if by_age else None,
        events=len(by_age),
        metrics=_metrics(said, policy),
        findings=tuple(_findings(by_age, done, total_raised.equity, founded)),
    )


def _findings(
    events: Iterable[EventView], done: Iterable[EventView], equity: Figure, founded: date | None
) -> Iterator[tuple[EventView | None, Finding]]:
    """What was found of the events, and what does not cohere between them and the company."""
    for event in events:
        yield from ((event, finding) for finding in event.findings)
        if founded and event.happened and str(event.happened)[:4] < str(founded.year):
            detail = f"{event.happened}, before the company was founded in {founded.year}"
            yield event, Finding(Check.BEFORE_IT_WAS_FOUNDED, Severity.WARNING, detail, ())
    most = equity.interval.high
    for event in done:
        headline = event.amounts.get(AmountFacet.HEADLINE, missing())
        comparable = event.in_reporting_currency(headline)
        least = comparable.interval.low if comparable else None
        if _class(event) == "equity" and least is not None and most is not None and least > most:
            detail = "one closed round is larger than all that was raised"
            check = Check.TOTAL_BELOW_LARGEST_ROUND
            yield event, Finding(check, Severity.ERROR, detail, (), equity, headline)


def event_reference(event: EventView) -> dict[str, Any]:
    """How a figure names the event it is from."""
    return {
        "id": encode("evt", event.identity.id),
        "slug": event.identity.slug,
        "label": event.identity.label,
        "stage": event.stage,
        "evidence_status": event.evidence_status,
        "round_type": event.round_type,
        "date": str(event.happened) if event.happened else None,
    }


def reference_in(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same, from the event as the contract shows it."""
    return {
        **{name: event[name] for name in ("id", "slug", "label", "stage", "evidence_status")},
        "round_type": event["round_type"],
        "date": event["happened_on"],
    }


def _metrics(said: Iterable[Claim], policy: Policy) -> tuple[MetricFigure, ...]:
    """One figure for each metric, period and basis: by name, the newest first."""
    resolved = [MetricFigure(figure_of(r), r.winner) for r in resolve(said, policy).values()]
    resolved.sort(key=lambda metric: metric.claim.facet)
    resolved.sort(key=lambda metric: _spoken_of(metric.claim), reverse=True)
    return tuple(sorted(resolved, key=lambda metric: metric.claim.name or ""))


def _spoken_of(claim: Claim) -> date:
    if claim.effective_on is not None:
        return claim.effective_on
    return claim.told_at.date() if claim.told_at else date.min


_NOT_THE_COMPANY = PURCHASE | {"grant"}


def _age(event: EventView) -> tuple[date, str]:
    return event.happened.on if event.happened else date.min, event.identity.slug


def _is_live(rumour: EventView, done: Sequence[EventView]) -> bool:
    """A rumour is history once a deal that is newer than its last report is done."""
    if not done:
        return True
    last = rumour.last_reported.told_at if rumour.last_reported else None
    newest, _ = _age(done[0])
    return last is not None and last.date() > newest


def _marks_the_company(event: EventView) -> bool:
    """Whether the event's valuation is the company's: rounds are, and sales of its shares."""
    return bool(event.valuations) and event.round_type not in _NOT_THE_COMPANY


def _class(event: EventView) -> str:
    if brings_equity(event.round_type):
        return "equity"
    return "debt" if event.round_type in DEBT else "excluded"


def _total_raised(
    done: Sequence[EventView], rumours: Sequence[EventView], events: Sequence[EventView]
) -> Total:
    talked = [rumour for rumour in rumours if _class(rumour) == "equity"]
    talked = [rumour for rumour in talked if rumour.in_reporting_currency(rumour.amount)]
    talk = {rumour.identity.id for rumour in talked}
    reasons = [(event, _left_out(event, talk)) for event in events]
    excluded = {event.identity.id: reason for event, reason in reasons if reason is not None}
    counted = [event for event in done if event.identity.id not in excluded]
    equity = [event for event in counted if _class(event) == "equity"]
    debt = [event for event in counted if _class(event) == "debt"]
    unrated = [event for event in done if excluded.get(event.identity.id) == OTHER_CURRENCY]
    left_out = [event.amount for event in unrated]
    lost = any(_class(event) == "equity" for event in unrated)
    left_out_equity = [Caveat.AMT_OTHER_CURRENCY_LEFT_OUT] if lost else []
    owed = [(event, raised(event)) for event in equity]
    return Total(
        equity=_sum([(event, event.amount) for event in equity], EQUITY_RAISED).with_caveats(
            left_out_equity
        ),
        owed={
            capital: _sum(
                [(event, layers[capital]) for event, layers in owed], formula
            ).with_caveats(left_out_equity)
            for capital, formula in OWED_FORMULAS.items()
        },
        debt=_sum([(event, event.amount) for event in debt], DEBT_RAISED),
        if_true=_sum([(event, event.amount) for event in [*equity, *talked]], RAISED_IF_TRUE)
        if talked
        else missing(NullReason.NOT_APPLICABLE),
        other_currencies=_others(left_out),
        excluded=tuple((event, reason) for event, reason in reasons if reason is not None),
    )


EQUITY_RAISED = "sum of the headline amounts of open and closed equity rounds"
DEBT_RAISED = "sum of the headline amounts of open and closed debt rounds"
RAISED_IF_TRUE = "equity raised plus the amounts of live rumours, if true"
OWED_FORMULAS = {
    "committed": "sum over open and closed equity rounds of what named investors are known to"
    " have committed; at most the headline amounts",
    "unconditional": "sum over open and closed equity rounds of what is known to be committed"
    " without a condition; at most the headline amounts less what is under one",
    "funded": "sum over open and closed equity rounds of what is known to be paid; at most the"
    " headline amounts",
}
OTHER_CURRENCY = f"amount has no rate of exchange to {REPORTING_CURRENCY}, see other_currencies"


def _left_out(event: EventView, rumours: Collection[UUID]) -> str | None:
    """Why an event is not in the totals; ``None`` if it is."""
    if event.stage not in DONE:
        rumour = event.identity.id in rumours
        return "live rumour, see if_true" if rumour else f"stage is {event.stage}"
    if _class(event) == "excluded":
        return f"round type is {event.round_type}"
    headline = event.amounts.get("headline")
    if headline is None or headline.null_reason is not None:
        return "no headline amount"
    return None if event.in_reporting_currency(headline) is not None else OTHER_CURRENCY


def _sum(figures: Iterable[tuple[EventView, Figure]], formula: str) -> Figure:
    """The sum of figures of events, those in other currencies converted."""
    converted = [event.in_reporting_currency(figure) for event, figure in figures]
    return total([figure for figure in converted if figure is not None], formula)


def _others(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Sums of what cannot be converted, each in the currency it is stated in."""
    currencies = sorted({figure.currency for figure in figures if figure.currency})
    return tuple(
        total(
            [figure for figure in figures if figure.currency == currency],
            f"sum of the headline amounts stated in {currency}",
        )
        for currency in currencies
    )


def _or_missing(item: EventFigure | None) -> dict[str, Any]:
    return item.to_json() if item else {**missing().to_json(), "event": None}


def _newest(event: EventView | None) -> dict[str, Any] | None:
    return event_reference(event) if event else None
