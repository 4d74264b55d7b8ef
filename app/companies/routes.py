"""``/v1/companies``: players with their present figures and all that is said of them."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.claims import lists, views
from app.claims import vocabulary as v
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page, single
from app.claims.claim_queries import Scope
from app.claims.lists import COUNTRY, RECORDED_AT, count, currency, interval, number, word
from app.claims.naming import named
from app.claims.routes import claims_page
from app.claims.schemas import ClaimPage, CompanyDetail, CompanyPage
from app.claims.view_queries import COMPANY_VIEW
from app.claims.view_rows import body_bytes
from app.storage.listing import Field, Kind
from app.web.resources import Resource

router = APIRouter(tags=["companies"])

OUTPUTS = [
    "id",
    "slug",
    "name",
    "kind",
    "country",
    "founded",
    "parent",
    "names",
    "identifiers",
    "provisional",
    "reference_urls",
    "recorded_at",
    "valuation",
    "rumoured_valuations",
    "overtaken_rumours",
    "total_raised",
    "last_round",
    "newest_event",
    "funding_events",
    "metrics",
]

COMPANIES = Resource(
    name="companies",
    description="Players with their present figures",
    fields=(
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True, required=True, lasting=True),
        Field("name", Kind.TEXT, "name", "Name", sortable=True, required=True, lasting=True),
        word("kind", v.CompanyKind, "Kind of player", lasting=True),
        Field(
            "country",
            Kind.TEXT,
            "country",
            "ISO 3166-1 alpha-2 code of the seat",
            lasting=True,
            pattern=COUNTRY,
        ),
        Field(
            "parent", Kind.TEXT, "parent_slug", "Slug of the owner", lasting=True, names="company"
        ),
        interval("valuation", "valuation", "Valuation, as an interval"),
        number("valuation.low", "valuation_low", "Valuation, lower bound"),
        number("valuation.high", "valuation_high", "Valuation, upper bound"),
        number("valuation.stated", "valuation_stated", "Valuation as stated", sortable=False),
        currency("valuation.currency", "valuation_currency", "ISO 4217 code of the valuation"),
        word("valuation.basis", v.Basis, "Basis of the valuation", "valuation_basis"),
        interval("total_raised", "total_raised", "Equity raised in USD, as an interval"),
        number("total_raised.low", "total_raised_low", "Equity raised in USD, lower bound"),
        number("total_raised.high", "total_raised_high", "Equity raised in USD, upper bound"),
        number("last_round.high", "last_round_high", "Last round, upper bound"),
        currency("last_round.currency", "last_round_currency", "ISO 4217 code of the last round"),
        word("stage", v.Stage, "Stage of the newest event"),
        word("evidence_status", v.EvidenceStatus, "Evidence status of the newest event"),
        count("funding_events", "Number of funding events"),
        RECORDED_AT,
    ),
    default_sort="name",
    includes=(CLAIMS,),
    outputs=tuple(OUTPUTS),
    policies=POLICY_NAMES,
)
COMPANY = replace(
    COMPANIES,
    name="company",
    description="One player with its present figures and products",
    fields=(),
    default_sort="",
    outputs=(*OUTPUTS, "products"),
    pageable=False,
)
TIMELINE = replace(
    lists.CLAIMS,
    name="timeline",
    description="Everything said about one player, in the order it was said",
    default_sort="reported_at",
)


@router.get("/v1/companies", **COMPANIES.documents(CompanyPage))
async def list_companies(request: Request) -> Response:
    """Players with their present figures."""

    async def make(question: Question) -> bytes:
        rows = await views.page(
            question.connection, views.COMPANIES, question.query.listing, question.moment
        )
        return page(question, rows, [body_bytes(row) for row in rows], "company_id")

    return await answer(request, COMPANIES, make)


@router.get("/v1/companies/{company}", **COMPANY.documents(CompanyDetail))
async def get_company(company: str, request: Request) -> Response:
    """One player: names, identifiers, products and present figures."""

    async def make(question: Question) -> bytes:
        row = await named(question, views.COMPANIES, company)
        return single(
            question, body_bytes(row)[:-1] + b',"products":%b}' % row["products"].encode()
        )

    return await answer(request, COMPANY, make)


@router.get("/v1/companies/{company}/claims", **lists.CLAIMS.documents(ClaimPage))
async def list_company_claims(company: str, request: Request) -> Response:
    """Everything said about one player, its products and its deals, newest first."""
    return await _claims(company, request, lists.CLAIMS)


@router.get("/v1/companies/{company}/timeline", **TIMELINE.documents(ClaimPage))
async def get_timeline(company: str, request: Request) -> Response:
    """Everything said about one player, in the order it was said."""
    return await _claims(company, request, TIMELINE)


async def _claims(company: str, request: Request, resource: Resource) -> Response:
    async def make(question: Question) -> bytes:
        return await claims_page(question, Scope("player_id", COMPANY_VIEW, company))

    return await answer(request, resource, make)
