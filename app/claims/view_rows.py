"""Rows of the stored views: the columns that lists filter and sort by, and the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.claims.claim import Claim
from app.claims.company_view import CompanyFigures, CompanyIdentity, event_reference
from app.claims.event_view import EventView
from app.claims.figures import Figure
from app.claims.findings import Finding, of_severity
from app.claims.product_view import ProductView
from app.claims.vocabulary import EvidenceStatus, Severity
from app.storage.ids import encode
from app.storage.json import dumps, loads

Row = dict[str, Any]

ALWAYS = datetime(1800, 1, 1, tzinfo=UTC)
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Validity:
    """From which ``as_of`` on a view is right, and until when, if nothing is written."""

    since: datetime = ALWAYS
    until: datetime = NEVER

    def __and__(self, other: Validity) -> Validity:
        """When both are right."""
        return Validity(max(self.since, other.since), min(self.until, other.until))

    def to_row(self) -> Row:
        return {"public_since": self.since, "valid_until": self.until}


def validity(claims: Iterable[Claim]) -> Validity:
    """From when on all the claims are public.

    Never, if one is undated, or if there is none: what nobody spoke of is in no past.
    """
    return Validity(since=max((claim.reported_at or NEVER for claim in claims), default=NEVER))


def event_validity(view: EventView, claims: Iterable[Claim]) -> Validity:
    """The same of an event, which also changes on the day its rumour expires."""
    if view.expires_at is None:
        return validity(claims)
    expired = view.evidence_status == EvidenceStatus.EXPIRED
    span = Validity(since=view.expires_at) if expired else Validity(until=view.expires_at)
    return validity(claims) & span


def event_row(view: EventView, valid: Validity, *, alternatives: bool = False) -> Row:
    """The row of one event; ``valid`` is its :func:`event_validity`."""
    who, amount, valuation = view.identity, view.amount, view.valuation
    return {
        "event_id": who.id,
        "company_id": who.company_id,
        "company_slug": who.company_slug,
        "slug": who.slug,
        "label": who.label,
        "stage": view.stage,
        "evidence_status": view.evidence_status,
        "round_type": view.round_type,
        "is_rumour": view.is_rumour,
        **_numbers("amount", amount),
        "amount_stated": amount.stated,
        **_numbers("valuation", valuation),
        "valuation_stated": valuation.stated,
        "valuation_basis": valuation.basis,
        "happened_on": view.happened.on if view.happened else None,
        "first_reported_at": view.first_reported.reported_at if view.first_reported else None,
        "last_reported_at": view.last_reported.reported_at if view.last_reported else None,
        "recorded_at": who.recorded_at,
        **valid.to_row(),
        "body": view.to_json(alternatives=alternatives),
    }


def company_row(
    who: CompanyIdentity,
    figures: CompanyFigures,
    products: Sequence[Mapping[str, Any]],
    valid: Validity,
) -> Row:
    """The row of one company, ``valid`` while those of its events and products are.

    Its products stand beside the body, since only the answer about one company shows them.
    """
    valuation = figures.valuation.figure if figures.valuation else Figure()
    last_round = figures.last_round.figure if figures.last_round else Figure()
    valuation_usd = figures.valuation.converted if figures.valuation else Figure()
    last_round_usd = figures.last_round.converted if figures.last_round else Figure()
    total = figures.total_raised
    newest = figures.newest_event
    return {
        "company_id": who.id,
        "slug": who.slug,
        "name": who.name,
        "kind": who.kind,
        "country": who.country,
        "parent_slug": who.parent_slug,
        **_numbers("valuation", valuation),
        "valuation_stated": valuation.stated,
        "valuation_basis": valuation.basis,
        **_numbers("total_raised", total.equity),
        **_numbers("last_round", last_round),
        **_ends("valuation_usd", valuation_usd),
        **_ends("last_round_usd", last_round_usd),
        "valuation_ranked": ranked_value(valuation_usd),
        "total_raised_ranked": ranked_value(total.equity),
        "last_round_ranked": ranked_value(last_round_usd),
        **{f"{name}_ranked": figure.interval.low for name, figure in total.owed.items()},
        **_found(finding for _, finding in figures.findings),
        "findings": dumps(_findings_json(figures)).decode(),
        "stage": newest.stage if newest else None,
        "evidence_status": newest.evidence_status if newest else None,
        "funding_events": figures.events,
        "recorded_at": who.recorded_at,
        **valid.to_row(),
        "products": dumps([{**p, "id": encode("prd", p["id"])} for p in products]).decode(),
        "body": {**who.to_json(), **figures.to_json()},
    }


def product_row(view: ProductView, valid: Validity, *, alternatives: bool = False) -> Row:
    """The row of one product; ``valid`` is the :func:`validity` of its claims."""
    who = view.identity
    return {
        "product_id": who.id,
        "company_id": who.company_id,
        "company_slug": who.company_slug,
        "slug": who.slug,
        "name": who.name,
        "kind": who.kind,
        "modalities": list(who.modalities),
        "access": view.access,
        "released_on": view.released_on,
        "parameters": view.released.winner.stated if view.released else None,
        "recorded_at": who.recorded_at,
        **valid.to_row(),
        "body": view.to_json(alternatives=alternatives),
    }


def _found(findings: Iterable[Finding]) -> Row:
    """The columns by which what does not cohere is listed."""
    found = list(findings)
    return {
        "has_findings": bool(found),
        "errors": of_severity(found, Severity.ERROR),
        "warnings": of_severity(found, Severity.WARNING),
        "checks": sorted(
            {finding.check.value for finding in found}
            | {f"{finding.check}|{finding.severity}" for finding in found}
        ),
        "severities": sorted({finding.severity.value for finding in found}),
    }


def _findings_json(figures: CompanyFigures) -> list[dict[str, Any]]:
    return [
        {**finding.to_json(), "event": event_reference(event) if event else None}
        for event, finding in figures.findings
    ]


def ranked_value(figure: Figure) -> Decimal | None:
    """The number by which a figure in the reporting currency takes its place in a ranking.

    That is the most it can be, or where that is not known the least: "at least 7 billion"
    stands with 7 billion.
    """
    return figure.interval.low if figure.interval.high is None else figure.interval.high


def _numbers(name: str, figure: Figure) -> Row:
    return {**_ends(name, figure), f"{name}_currency": figure.currency}


def _ends(name: str, figure: Figure) -> Row:
    return {f"{name}_low": figure.interval.low, f"{name}_high": figure.interval.high}


def body_bytes(row: Row) -> bytes:
    """The JSON of a row's body: as it is stored, or of the one just computed."""
    body = row["body"]
    return body.encode() if isinstance(body, str) else dumps(body)


def parsed(row: Row) -> dict[str, Any]:
    """The body of a row as objects, its numbers exact."""
    body: dict[str, Any] = loads(body_bytes(row))
    return body
