"""The claim: what one document says about one property of one identity."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from app.claims.values import first_moment
from app.claims.vocabulary import TALK, Modality, Predicate


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as the resolver sees it.

    Vocabulary words are plain strings here: they were checked when they came in and are
    held by CHECK constraints. ``reported_at`` is ``None`` for a document without a date;
    such a claim is in no ``as_of`` view, and behind every dated one in the present view.
    """

    id: UUID
    event_id: UUID | None
    company_id: UUID | None
    product_id: UUID | None
    predicate: str
    facet: str
    low: Decimal | None
    high: Decimal | None
    stated: Decimal | None
    currency: str | None
    unit: str | None
    qualifier: str | None
    basis: str | None
    term: str | None
    null_reason: str | None
    object_id: UUID | None
    object_slug: str | None
    object_name: str | None
    role: str | None
    form: str | None
    condition: str | None
    condition_note: str | None
    status: str | None
    tranche: str | None
    modality: str
    stance: str
    evidence: str
    effective_on: date | None
    effective_precision: str | None
    reported_at: datetime | None
    reported_precision: str | None
    document_id: UUID
    origin_id: UUID
    origin_group: str
    is_relay: bool
    digest: bytes
    name: str | None = None
    version: str | None = None
    setting: str | None = None
    evaluator: str | None = None
    period: str | None = None
    recorded_at: datetime | None = None

    @property
    def order(self) -> tuple[bytes, str]:
        """By what claims about one identity are put in order, the same in every database.

        The digest says nothing of the company that is the object.
        """
        return self.digest, self.object_slug or ""

    @property
    def has_number(self) -> bool:
        """Whether it says how much, if only at least or at most."""
        return self.low is not None or self.high is not None

    @property
    def told_at(self) -> datetime | None:
        """The first moment at which it can have been published: what its date proves.

        "June" proves no more than the 1st, unless the claim itself speaks of the 28th. Taken as
        the 30th, which keeps it out of earlier ``as_of`` views, a report of talks would count
        as newer than that of the close on the 12th.
        """
        if self.reported_at is None or self.reported_precision is None:
            return None
        first = first_moment(self.reported_at, self.reported_precision)
        if self.effective_on is not None:
            spoken_of = datetime.combine(self.effective_on, time.min, UTC)
            first = max(first, min(spoken_of, self.reported_at))
        return first

    @property
    def is_talk(self) -> bool:
        """Whether it tells of what may be, not of what is.

        That a deal is in talks may be a fact; it is still overtaken by the report of its close.
        """
        if self.predicate == Predicate.STAGE:
            return self.term in TALK
        return self.modality != Modality.FACTUAL

    @property
    def value(self) -> tuple[object, ...]:
        """What is stated, without who states it: claims of equal value agree."""
        return (
            self.low,
            self.high,
            self.stated,
            self.currency,
            self.unit,
            self.qualifier,
            self.basis,
            self.term,
            self.null_reason,
            self.role,
            self.form,
            self.condition,
            self.status,
        )


FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Claim))
"""The fields in their order, which is also that of the columns of a row."""
