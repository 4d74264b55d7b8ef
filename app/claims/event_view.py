"""What is known of one funding event: pure, from its claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.claims.arithmetic import other_side, readings
from app.claims.attestation import (
    DONE_OR_SIGNED,
    UNATTESTED,
    evidence_status,
    expiry,
    is_unconfirmed_talk,
)
from app.claims.claim import Claim
from app.claims.figures import (
    Figure,
    alternative_json,
    day_of,
    figure_of,
    in_currency,
    missing,
    reported_date,
)
from app.claims.findings import Finding
from app.claims.policy import SUPPORTING, Policy
from app.claims.resolve import Resolution, Slot, resolve, standing
from app.claims.rounds import MIXED
from app.claims.values import REPORTING_CURRENCY, render_date
from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Caveat,
    Condition,
    DatePrecision,
    EvidenceStatus,
    ParticipationStatus,
    Predicate,
    Stage,
)
from app.storage.ids import encode


@dataclass(frozen=True, slots=True)
class EventIdentity:
    """The mutable part of an event: a name to hang claims on."""

    id: UUID
    slug: str
    key: str | None
    label: str
    company_id: UUID
    company_slug: str
    company_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """The day by which an event is placed among others: the first of the period stated."""

    on: date
    precision: str

    def __str__(self) -> str:
        return render_date(self.on, self.precision)


@dataclass(frozen=True, slots=True)
class EventView:
    """The resolved event: one figure for each property, and the two axes."""

    identity: EventIdentity
    stage: str
    stage_resolution: Resolution | None
    evidence_status: str
    happened: Happened | None
    round_type: str | None
    round_resolution: Resolution | None
    amounts: Mapping[str, Figure]
    valuations: Mapping[str, Figure]
    participations: tuple[Resolution, ...]
    uses_of_proceeds: tuple[Resolution, ...]
    stances: tuple[Claim, ...]
    first_reported: Claim | None
    last_reported: Claim | None
    expires_at: datetime | None
    documents: int
    independent_origins: int
    findings: tuple[Finding, ...] = ()

    @property
    def amount(self) -> Figure:
        """The headline amount, or the best there is of the others."""
        return next(iter(self.amounts.values()), None) or missing()

    @property
    def valuation(self) -> Figure:
        """The valuation whose claim stands best, post-money first among equals."""
        return next(iter(self.valuations.values()), None) or missing()

    @property
    def is_rumour(self) -> bool:
        """Whether the deal is only talked about and nobody on record confirms it."""
        return is_unconfirmed_talk(self.stage, self.evidence_status)

    def in_reporting_currency(self, figure: Figure) -> Figure | None:
        """A figure of the event in the reporting currency, if there is a rate."""
        return self.converted(figure, REPORTING_CURRENCY)

    def converted(self, figure: Figure, currency: str) -> Figure | None:
        """A figure of the event in another currency, at the rate of the event's day.

        Where that is not known, it is the day of the figure's claim, or of the amount's.
        """
        if figure.currency == currency:
            return figure
        happened = self.happened
        day = happened.on if happened and happened.precision == DatePrecision.DAY else None
        coarse = False
        if day is None:
            day, coarse = day_of(figure.claim or self.amount.claim)
        return in_currency(figure, currency, day, coarse=coarse)

    def shown(self, figure: Figure, alternatives: bool = False) -> dict[str, Any]:
        """A figure of the event as the contract shows it, in the reporting currency as well."""
        converted = self.in_reporting_currency(figure)
        return figure.to_json(alternatives=alternatives, converted=converted)

    def _shown(self, figures: Mapping[str, Figure], alternatives: bool) -> dict[str, Any]:
        return {name: self.shown(figure, alternatives) for name, figure in figures.items()}

    def to_json(self, *, alternatives: bool = False) -> dict[str, Any]:
        """The event as the contract shows it."""
        who = self.identity
        amounts = self._shown(self.amounts, alternatives)
        valuations = self._shown(self.valuations, alternatives)
        return {
            "id": encode("evt", who.id),
            "slug": who.slug,
            "key": who.key,
            "label": who.label,
            "company": {
                "id": encode("cmp", who.company_id),
                "slug": who.company_slug,
                "name": who.company_name,
            },
            "stage": self.stage,
            "stage_claim": _word(self.stage_resolution, alternatives),
            "evidence_status": self.evidence_status,
            "round_type": self.round_type,
            "round_type_claim": _word(self.round_resolution, alternatives),
            "happened_on": str(self.happened) if self.happened else None,
            "is_rumour": self.is_rumour,
            "expires_on": self.expires_at.date().isoformat() if self.expires_at else None,
            "amount": _best(amounts, alternatives),
            "amounts": amounts,
            "valuation": _best(valuations, alternatives),
            "valuations": valuations,
            "derived_valuations": self._shown(
                other_side(self.valuations, self.amounts, self.round_type), False
            ),
            "valuation_readings": [
                reading.to_json()
                for reading in readings(self.valuations, self.amounts, self.round_type)
            ],
            "investors": [_investor(r, alternatives) for r in self.participations],
            "use_of_proceeds": [_use(resolution) for resolution in self.uses_of_proceeds],
            "stances": [_stance(claim) for claim in self.stances],
            "first_reported_at": reported_date(self.first_reported)
            if self.first_reported
            else None,
            "last_reported_at": reported_date(self.last_reported) if self.last_reported else None,
            "documents": self.documents,
            "independent_origins": self.independent_origins,
            "findings": [finding.to_json() for finding in self.findings],
            "recorded_at": render_date(who.recorded_at, "instant"),
        }


def _best(shown: Mapping[str, dict[str, Any]], alternatives: bool) -> dict[str, Any]:
    best = next(iter(shown.values()), None)
    return missing().to_json(alternatives=alternatives) if best is None else best


def view_event(
    identity: EventIdentity, claims: Sequence[Claim], policy: Policy, at: datetime
) -> EventView:
    """Resolve one event from its claims, which are those of the moment asked about.

    ``at`` is that moment: a rumour of which nothing new was heard for ``policy.rumour_days``
    has expired by then.
    """
    slots = resolve(claims, policy)
    stand = standing(claims, policy)
    stage = slots.get((Predicate.STAGE, ""))
    label = slots.get((Predicate.ROUND_LABEL, ""))
    stage_word = (stage.winner.term if stage else None) or Stage.UNKNOWN.value
    status = evidence_status(stand, stage_word)
    expires_at = expiry(stand, stage_word, status, policy)
    if expires_at is not None and expires_at <= at:
        status = EvidenceStatus.EXPIRED
    dated = sorted(
        (claim for claim in claims if claim.reported_at is not None),
        key=lambda claim: (claim.reported_at, claim.digest),
    )
    return EventView(
        identity=identity,
        stage=stage_word,
        stage_resolution=stage,
        evidence_status=status,
        happened=_happened(stand, stage.winner, policy) if stage else None,
        round_type=label.winner.term if label else None,
        round_resolution=label,
        amounts=_amounts(slots, status, label.winner.term if label else None),
        valuations=_valuations(slots, policy, stage_word, status),
        participations=tuple(sorted(_of(slots, Predicate.PARTICIPATION), key=_by_investor)),
        uses_of_proceeds=tuple(_of(slots, Predicate.USE_OF_PROCEEDS)),
        stances=tuple(sorted(_objections(claims), key=lambda c: c.order)),
        first_reported=dated[0] if dated else None,
        last_reported=dated[-1] if dated else None,
        expires_at=expires_at,
        documents=len({claim.document_id for claim in claims}),
        independent_origins=len({c.origin_group for c in claims if c.stance in SUPPORTING}),
    )


def _happened(claims: Iterable[Claim], chosen: Claim, policy: Policy) -> Happened | None:
    """When the deal came to the stage chosen, as far as anybody says.

    That is the day the chosen claim states, or else the best claim that the deal was signed or
    done; if none states one, the first report of that stage.
    """
    stages = [c for c in claims if c.predicate == Predicate.STAGE and policy.admits(c)]
    dated = [c for c in stages if c.effective_on is not None and c.term in DONE_OR_SIGNED]
    if chosen.effective_on is None and chosen.term in DONE_OR_SIGNED and dated:
        chosen = min(dated, key=policy.key)
    if chosen.effective_on is not None and chosen.effective_precision is not None:
        return Happened(chosen.effective_on, chosen.effective_precision)
    told = [(c.told_at, c.reported_precision) for c in stages if c.term == chosen.term]
    reports = [(at, precision) for at, precision in told if at is not None and precision]
    if not reports:
        return None
    at, precision = min(reports)
    coarse = precision in (DatePrecision.YEAR, DatePrecision.MONTH)
    return Happened(at.date(), precision if coarse else DatePrecision.DAY)


_BASIS_ORDER = {
    word: rank for rank, word in enumerate([Basis.POST_MONEY.value, Basis.PRE_MONEY.value])
}


def _objections(claims: Iterable[Claim]) -> Iterable[Claim]:
    return (claim for claim in claims if claim.stance not in SUPPORTING)


def _amounts(
    slots: Mapping[Slot, Resolution], status: str, round_type: str | None
) -> dict[str, Figure]:
    disputed = [Caveat.DISPUTED] if status in UNATTESTED else []
    figures = {r.winner.facet: figure_of(r) for r in _of(slots, Predicate.AMOUNT)}
    whole = [*disputed, *_what_the_whole_holds(slots, round_type)]
    caveats = {AmountFacet.HEADLINE: whole, AmountFacet.TARGET: whole}
    return {
        word.value: figures[word].with_caveats(caveats.get(word, disputed))
        for word in _BEST_AMOUNT_FIRST
        if word in figures
    }


_BEST_AMOUNT_FIRST = tuple(AmountFacet)


def _what_the_whole_holds(
    slots: Mapping[Slot, Resolution], round_type: str | None
) -> Iterable[Caveat]:
    """That not all of a headline is equity, or owed without a condition."""
    if round_type in MIXED or (Predicate.AMOUNT, AmountFacet.DEBT) in slots:
        yield Caveat.AMT_DEBT_INCLUDED
    if any(_waits(resolution.winner) for resolution in _of(slots, Predicate.PARTICIPATION)):
        yield Caveat.AMT_CONDITIONAL_INCLUDED


def _waits(part: Claim) -> bool:
    owed = part.status in (ParticipationStatus.COMMITTED, ParticipationStatus.FUNDED)
    return owed and part.condition not in (None, Condition.NONE)


def _valuations(
    slots: Mapping[Slot, Resolution], policy: Policy, stage: str, status: str
) -> dict[str, Figure]:
    """The valuation of each basis, the one that stands best under the policy first."""
    caveats = [Caveat.DISPUTED] if status in UNATTESTED else []
    if stage != Stage.CLOSED:
        caveats.append(Caveat.VAL_ROUND_NOT_CLOSED)

    def standing(resolution: Resolution) -> tuple[object, ...]:
        claim = resolution.winner
        return policy.merits(claim), _BASIS_ORDER.get(claim.facet, 9), claim.digest

    ordered = sorted(_of(slots, Predicate.VALUATION), key=standing)
    return {r.winner.facet: figure_of(r).with_caveats(caveats) for r in ordered}


def _of(slots: Mapping[Slot, Resolution], predicate: Predicate) -> Iterable[Resolution]:
    return (resolution for (name, _), resolution in slots.items() if name == predicate)


def _by_investor(resolution: Resolution) -> tuple[str, str]:
    # Facets hold ids, which differ from one database to the next; names do not.
    claim = resolution.winner
    return claim.object_slug or claim.object_name or "", claim.tranche or ""


def _word(resolution: Resolution | None, alternatives: bool) -> dict[str, Any] | None:
    if resolution is None:
        return None
    claim = resolution.winner
    shape: dict[str, Any] = {
        "term": claim.term,
        "evidence": claim.evidence,
        "modality": claim.modality,
        "reported_at": reported_date(claim),
        "claim_id": encode("clm", claim.id),
        "document_id": encode("doc", claim.document_id),
        "appearances": resolution.appearances,
        "independent_origins": resolution.independent_origins,
    }
    if alternatives:
        shape["alternatives"] = [alternative_json(other) for other in resolution.alternatives]
    return shape


def company_reference(claim: Claim) -> dict[str, Any]:
    """How the company that a claim names as its object is referred to."""
    return {
        "id": encode("cmp", claim.object_id) if claim.object_id else None,
        "slug": claim.object_slug,
        "name": claim.object_name,
    }


def terms_of(claim: Claim) -> dict[str, Any]:
    """On what terms an investor takes part, as a claim has it."""
    return {
        "role": claim.role,
        "form": claim.form,
        "tranche": claim.tranche,
        "condition": claim.condition,
        "condition_note": claim.condition_note,
        "status": claim.status,
    }


def _investor(resolution: Resolution, alternatives: bool) -> dict[str, Any]:
    claim = resolution.winner
    amount = figure_of(resolution).to_json(alternatives=alternatives)
    return {"company": company_reference(claim), **terms_of(claim), "amount": amount}


def _use(resolution: Resolution) -> dict[str, Any]:
    claim = resolution.winner
    return {
        "term": claim.term,
        "modality": claim.modality,
        "evidence": claim.evidence,
        "claim_id": encode("clm", claim.id),
        "appearances": resolution.appearances,
        "independent_origins": resolution.independent_origins,
    }


def _stance(claim: Claim) -> dict[str, Any]:
    return {
        "stance": claim.stance,
        "predicate": claim.predicate,
        "evidence": claim.evidence,
        "reported_at": reported_date(claim),
        "claim_id": encode("clm", claim.id),
        "document_id": encode("doc", claim.document_id),
    }
