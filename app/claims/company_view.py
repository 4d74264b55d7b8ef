"""A company's present figures: pure, from the views of its events.

No number here is new: a valuation is an event's, and a total is a labelled sum of amounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.claims.event_view import DONE, EventView
from app.claims.figures import Figure, missing, total
from app.claims.rounds import DEBT, PURCHASE, brings_equity
from app.claims.values import REPORTING_CURRENCY, render_date
from app.claims.vocabulary import Caveat, NullReason
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

    def to_json(self) -> dict[str, Any]:
        return {**self.figure.to_json(), "event": event_reference(self.event)}


@dataclass(frozen=True, slots=True)
class Total:
    """Money raised: what is done, what would be if live rumours are true, what is left out."""

    equity: Figure
    debt: Figure
    if_true: Figure
    other_currencies: tuple[Figure, ...]
    excluded: tuple[tuple[EventView, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "equity": self.equity.to_json(),
            "debt": self.debt.to_json(),
            "if_true": self.if_true.to_json(),
            "other_currencies": [figure.to_json() for figure in self.other_currencies],
            "excluded": [
                {"event": event_reference(event), "reason": reason}
                for event, reason in self.excluded
            ],
        }


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """What the events of one company say about it."""

    valuation: EventFigure | None
    rumoured_valuations: tuple[EventFigure, ...]
    total_raised: Total
    last_round: EventFigure | None
    newest_event: EventView | None
    events: int

    def to_json(self) -> dict[str, Any]:
        """The figures part of a company as the contract shows it."""
        return {
            "valuation": _or_missing(self.valuation),
            "rumoured_valuations": [item.to_json() for item in self.rumoured_valuations],
            "total_raised": self.total_raised.to_json(),
            "last_round": _or_missing(self.last_round),
            "newest_event": _newest(self.newest_event),
            "funding_events": self.events,
        }


def view_company(events: Iterable[EventView]) -> CompanyFigures:
    """Make a company's figures from the resolved views of all its events."""
    by_age = sorted(events, key=_age, reverse=True)
    done = [event for event in by_age if event.stage in DONE]
    rumours = [event for event in by_age if event.is_rumour and _is_live(event, done)]
    valued = next((event for event in done if _marks_the_company(event)), None)
    last_round = next((event for event in done if _class(event) in ("equity", "debt")), None)
    return CompanyFigures(
        valuation=EventFigure(valued, valued.valuation) if valued else None,
        rumoured_valuations=tuple(
            EventFigure(event, event.valuation) for event in rumours if event.valuations
        ),
        total_raised=_total_raised(done, rumours, by_age),
        last_round=EventFigure(last_round, last_round.amount) if last_round else None,
        newest_event=by_age[0] if by_age else None,
        events=len(by_age),
    )


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
    talked = [rumour for rumour in talked if rumour.amount.currency == REPORTING_CURRENCY]
    talk = {rumour.identity.id for rumour in talked}
    reasons = [(event, _left_out(event, talk)) for event in events]
    counted = [event for event in done if _left_out(event, talk) in (None, OTHER_CURRENCY)]
    equity = [event.amounts["headline"] for event in counted if _class(event) == "equity"]
    debt = [event.amounts["headline"] for event in counted if _class(event) == "debt"]
    return Total(
        equity=_sum(
            equity, "sum of the headline amounts of open and closed equity rounds"
        ).with_caveats([Caveat.AMT_OTHER_CURRENCY_LEFT_OUT] if _others(equity) else []),
        debt=_sum(debt, "sum of the headline amounts of open and closed debt rounds"),
        if_true=_sum(
            [*equity, *(rumour.amount for rumour in talked)],
            "equity raised plus the amounts of live rumours, if true",
        )
        if talked
        else missing(NullReason.NOT_APPLICABLE),
        other_currencies=_others([*equity, *debt]),
        excluded=tuple((event, reason) for event, reason in reasons if reason is not None),
    )


OTHER_CURRENCY = f"amount is not in {REPORTING_CURRENCY}, see other_currencies"


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
    return None if headline.currency == REPORTING_CURRENCY else OTHER_CURRENCY


def _in(figures: Iterable[Figure], currency: str = REPORTING_CURRENCY) -> list[Figure]:
    return [figure for figure in figures if figure.currency == currency]


def _sum(figures: Iterable[Figure], formula: str) -> Figure:
    return total(_in(figures), formula)


def _others(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    currencies = sorted({f.currency for f in figures if f.currency} - {REPORTING_CURRENCY})
    return tuple(
        total(_in(figures, currency), f"sum of the headline amounts stated in {currency}")
        for currency in currencies
    )


def _or_missing(item: EventFigure | None) -> dict[str, Any]:
    return item.to_json() if item else {**missing().to_json(), "event": None}


def _newest(event: EventView | None) -> dict[str, Any] | None:
    return event_reference(event) if event else None
