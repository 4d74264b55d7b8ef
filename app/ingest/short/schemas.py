"""The contract of the short forms: one item for one report, by the names that people use.

What they say is spelt out into documents and claims like any other (``app.ingest.short``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.claims.vocabulary import (
    DocumentKind,
    Evidence,
    Predicate,
    ProductKind,
    Qualifier,
    Role,
    RoundType,
    SourceKind,
    Stage,
    Unit,
)
from app.ingest.schemas import (
    CalendarDate,
    ClaimFields,
    Currency,
    Domain,
    Key,
    Model,
    Number,
    Quote,
    Url,
    When,
)
from app.web.schemas import Name, Phrase

Cik = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Told(Model):
    """Of whom something is told, by whom, and where.

    ``company`` is a name, slug or domain; ``says`` the outlet, or the company itself, by name or
    slug. Companies and sources that are not known are made; a name that may be one of several
    waits for a decision. Without ``evidence`` it is ``party`` if a company concerned says so
    itself, ``filing`` of a regulator, else ``unattributed``.
    """

    company: Name
    company_domain: Domain | None = None
    company_cik: Cik | None = None
    company_country: Country | None = None
    says: Name
    says_kind: SourceKind | None = None
    relays: Name | None = None
    evidence: Evidence | None = None
    url: Url | None = None
    title: Phrase | None = None
    document_kind: DocumentKind | None = None
    published_at: When | None = None
    quote: Quote | None = None
    speaker: Phrase | None = None
    hedge: Phrase | None = None


class InvestorPart(Model):
    """An investor of a reported deal; ``amount`` is in the currency of the report."""

    name: Name
    domain: Domain | None = None
    role: Role | None = None
    amount: Number | None = None


class ReportItem(Told):
    """A report of one deal, in short: the deal is found again, or made.

    Amounts are in units of ``currency``: ``amount`` as stated, or bounds in its place.
    ``event_key`` names the deal; without it, one of the same company is looked for whose round,
    amount and time fit.
    """

    type: Literal["report"]
    event_key: Key | None = None
    stage: Stage
    round: RoundType | None = None
    amount: Number | None = None
    amount_low: Number | None = None
    amount_high: Number | None = None
    amount_qualifier: Qualifier | None = None
    currency: Currency | None = None
    valuation: Number | None = None
    valuation_low: Number | None = None
    valuation_high: Number | None = None
    valuation_qualifier: Qualifier | None = None
    basis: Phrase | None = None
    investors: list[InvestorPart] = Field(default=[], max_length=100)
    happened_on: CalendarDate | None = None


class CapabilityItem(Told):
    """What is told of what a company or its product can do, in short: one claim.

    ``product`` is known by its name among those of the company, or made.
    """

    type: Literal["capability"]
    product: Name | None = None
    product_kind: ProductKind = ProductKind.MODEL
    predicate: Literal[Predicate.CAPABILITY, Predicate.BENCHMARK, Predicate.RELEASED]
    term: Phrase | None = None
    name: Phrase | None = None
    version: Phrase | None = None
    setting: Phrase | None = None
    evaluator: Phrase | None = None
    stated: Number | None = None
    low: Number | None = None
    high: Number | None = None
    qualifier: Qualifier | None = None
    unit: Unit | None = None
    as_stated: Phrase | None = None
    effective_on: CalendarDate | None = None


class ToldClaim(ClaimFields):
    """A claim of an account: its ``object`` and its ``origin`` are called by their names.

    ``origin`` is who says it, if neither the publisher of the account nor whom that one relays.
    """

    object: Name | None = None
    origin: Name | None = None


class DealHint(Model):
    """By what the deal is found that an account is of; its key settles it.

    One that is told of as ``earlier`` is not of the day of the account.
    """

    event_key: Key | None = None
    round: RoundType | None = None
    currency: Currency | None = None
    amount_low: Number | None = None
    amount_high: Number | None = None
    valuation_low: Number | None = None
    valuation_high: Number | None = None
    happened_on: CalendarDate | None = None
    earlier: bool = False


class AccountItem(Told):
    """What one document tells of a deal, of a company or of a product, claim by claim.

    With ``deal`` its claims are about that deal, else about ``product``, else about the company.
    Made from what was read in an article, never sent: it is stored or refused, and does not wait.
    """

    type: Literal["account"] = "account"
    deal: DealHint | None = None
    product: Name | None = None
    product_kind: ProductKind = ProductKind.MODEL
    claims: list[ToldClaim] = Field(min_length=1, max_length=1_000)


ShortItem = ReportItem | CapabilityItem | AccountItem
SHORT_TYPES = ("capability", "report")
