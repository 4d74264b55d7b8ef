"""``/v1/funding-events`` and ``/v1/rumours``: deals and talk of deals, with all figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.claims import lists, queries, view_queries, views
from app.claims import vocabulary as v
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page, single
from app.claims.attestation import UNCERTAIN, UNCONFIRMED
from app.claims.capital import capital_stack
from app.claims.claim import Claim
from app.claims.claim_queries import Scope
from app.claims.company_view import event_reference
from app.claims.event_view import EventIdentity, view_event
from app.claims.lists import COMPANY, RECORDED_AT, about_one, currency, interval, number, word
from app.claims.naming import check_name, named
from app.claims.routes import claims_page
from app.claims.schemas import ClaimPage, FundingEventDetail, FundingEventPage
from app.claims.view_queries import COMPANY_VIEW, EVENT_VIEW
from app.claims.view_rows import Row, body_bytes, parsed
from app.funding.history import history
from app.funding.post_mortem import Deal, deal_of, post_mortem
from app.funding.rumours import AS_IT_IS, rumour
from app.funding.schemas import CapitalStack, History, PostMortem, RumourPage
from app.storage.ids import decode
from app.storage.json import dumps
from app.storage.listing import Field, Filter, Kind
from app.web.problems import not_found
from app.web.resources import Resource

router = APIRouter(tags=["funding events"])

OUTPUTS = [
    "id",
    "slug",
    "key",
    "label",
    "company",
    "stage",
    "stage_claim",
    "evidence_status",
    "round_type",
    "round_type_claim",
    "happened_on",
    "is_rumour",
    "expires_on",
    "amount",
    "amounts",
    "valuation",
    "valuations",
    "derived_valuations",
    "valuation_readings",
    "investors",
    "use_of_proceeds",
    "stances",
    "first_reported_at",
    "last_reported_at",
    "documents",
    "independent_origins",
    "findings",
    "recorded_at",
]

EVENTS = Resource(
    name="funding-events",
    description="Deals and talk of deals",
    fields=(
        COMPANY,
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True, required=True, lasting=True),
        word("stage", v.Stage, "Stage of the deal", required=True),
        word("evidence_status", v.EvidenceStatus, "How well it is attested"),
        word("round_type", v.RoundType, "Type of round"),
        Field("is_rumour", Kind.FLAG, "is_rumour", "Only talked about, not on record"),
        interval("amount", "amount", "Amount, as an interval"),
        number("amount.low", "amount_low", "Amount, lower bound"),
        number("amount.high", "amount_high", "Amount, upper bound"),
        number("amount.stated", "amount_stated", "Amount as stated", sortable=False),
        currency("amount.currency", "amount_currency", "ISO 4217 code of the amount"),
        interval("valuation", "valuation", "Valuation, as an interval"),
        number("valuation.low", "valuation_low", "Valuation, lower bound"),
        number("valuation.high", "valuation_high", "Valuation, upper bound"),
        number("valuation.stated", "valuation_stated", "Valuation as stated", sortable=False),
        currency("valuation.currency", "valuation_currency", "ISO 4217 code of the valuation"),
        word("valuation.basis", v.Basis, "Basis of the valuation", "valuation_basis"),
        Field("happened_on", Kind.DATE, "happened_on", "Day of the event", sortable=True),
        Field(
            "first_reported_at", Kind.INSTANT, "first_reported_at", "First report", sortable=True
        ),
        Field("last_reported_at", Kind.INSTANT, "last_reported_at", "Last report", sortable=True),
        RECORDED_AT,
    ),
    default_sort="-happened_on",
    includes=("alternatives", CLAIMS),
    outputs=tuple(OUTPUTS),
    policies=POLICY_NAMES,
)


def _of_rumours(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields that tell rumours apart, with the words that a rumour may have."""
    possible = {"stage": UNCERTAIN, "evidence_status": UNCONFIRMED}
    for field in fields:
        if field.name not in ("is_rumour", "happened_on"):
            words = possible.get(field.name, field.vocabulary)
            yield replace(field, vocabulary=tuple(w for w in field.vocabulary if w in words))


OF_COMPANY = EVENTS.fields[0]
IS_RUMOUR = next(field for field in EVENTS.fields if field.name == "is_rumour")
RUMOURS = replace(
    EVENTS,
    name="rumours",
    description="Deals that are only talked about, and not given up yet for want of news",
    fields=tuple(_of_rumours(EVENTS.fields)),
    default_sort="-last_reported_at",
    outputs=(*AS_IT_IS, "age_days", "silent_days", "deadline", "overtaken_by"),
    one_state=True,
    counts_days=True,
)
COMPANY_EVENTS = replace(
    EVENTS,
    name="company-funding-events",
    description="The deals of one player and talk of them",
    fields=EVENTS.fields[1:],
)
EVENT = replace(
    EVENTS, name="funding-event", description="One deal", fields=(), default_sort="", pageable=False
)
HISTORY = about_one("history", "How the view of a deal changed, and why")
POST_MORTEM = about_one("post-mortem", "How the talk of a deal did, once it was done")
CAPITAL_STACK = about_one(
    "capital-stack",
    "Headline, committed, unconditional and funded money of a deal, never mixed",
)


@router.get("/v1/funding-events", **EVENTS.documents(FundingEventPage))
async def list_funding_events(request: Request) -> Response:
    """Deals and talk of deals, newest first."""

    async def make(question: Question) -> bytes:
        rows = await _rows(question)
        return page(question, rows, await _bodies(question, rows), "event_id")

    return await answer(request, EVENTS, make)


@router.get("/v1/rumours", **RUMOURS.documents(RumourPage))
async def list_rumours(request: Request) -> Response:
    """The live rumours, the one heard of last first: how old, how silent, how well attested."""

    async def make(question: Question) -> bytes:
        rows = await _rows(question, Filter(IS_RUMOUR, "eq", True))
        return page(question, rows, await _rumours(question, rows), "event_id")

    return await answer(request, RUMOURS, make)


@router.get(
    "/v1/companies/{company}/funding-events",
    **COMPANY_EVENTS.documents(FundingEventPage),
)
async def list_company_funding_events(company: str, request: Request) -> Response:
    """The deals of one player and talk of them, newest first."""

    async def make(question: Question) -> bytes:
        slug = company
        if decode("cmp", company) is not None:
            slug = (await named(question, views.COMPANIES, company))["slug"]
        rows = await _rows(question, Filter(OF_COMPANY, "eq", slug))
        if not rows:
            await check_name(question, COMPANY_VIEW, company)
        return page(question, rows, await _bodies(question, rows), "event_id")

    return await answer(request, COMPANY_EVENTS, make)


@router.get("/v1/funding-events/{event}", **EVENT.documents(FundingEventDetail))
async def get_funding_event(event: str, request: Request) -> Response:
    """One deal: stage, evidence status, amounts, valuations by basis, investors."""

    async def make(question: Question) -> bytes:
        row = await named(question, views.EVENTS, event)
        return single(question, (await _bodies(question, [row]))[0])

    return await answer(request, EVENT, make)


@router.get("/v1/funding-events/{event}/claims", **lists.CLAIMS.documents(ClaimPage))
async def list_event_claims(event: str, request: Request) -> Response:
    """The evidence: every claim about one deal."""

    async def make(question: Question) -> bytes:
        return await claims_page(question, Scope("event_id", EVENT_VIEW, event))

    return await answer(request, lists.CLAIMS, make)


@router.get("/v1/funding-events/{event}/history", **HISTORY.documents(History))
async def get_history(event: str, request: Request) -> Response:
    """How the view of one deal changed with each report, and which claims changed it."""

    async def make(question: Question) -> bytes:
        who, claims = await _told(question, event)
        moment = question.moment
        said = views.heard(claims, moment)
        view = view_event(who, said, moment.policy, moment.at)
        items = list(history(who, said, moment.policy, moment.at))
        body = {"event": event_reference(view), "items": items, "next_cursor": None}
        return single(question, dumps(body))

    return await answer(request, HISTORY, make)


@router.get("/v1/funding-events/{event}/capital-stack", **CAPITAL_STACK.documents(CapitalStack))
async def get_capital_stack(event: str, request: Request) -> Response:
    """How much of the headline is committed, free of conditions, paid, and by whom."""

    async def make(question: Question) -> bytes:
        view = (await _deal(question, event)).shown
        return single(question, dumps({"event": event_reference(view), **capital_stack(view)}))

    return await answer(request, CAPITAL_STACK, make)


@router.get("/v1/funding-events/{event}/post-mortem", **POST_MORTEM.documents(PostMortem))
async def get_post_mortem(event: str, request: Request) -> Response:
    """How the talk of one deal did: each figure against what was told as fact in the end."""

    async def make(question: Question) -> bytes:
        deal = await _deal(question, event)
        body = {"event": event_reference(deal.shown), "items": post_mortem(deal)}
        return single(question, dumps({**body, "next_cursor": None}))

    return await answer(request, POST_MORTEM, make)


async def _deal(question: Question, name: str) -> Deal:
    who, claims = await _told(question, name)
    return deal_of(who, claims, question.moment.policy, question.moment.at)


async def _told(question: Question, name: str) -> tuple[EventIdentity, list[Claim]]:
    """The event that a path names and the claims about it, at the moment asked about.

    Raises:
        Problem: 404 for an unknown name, or an event nobody had spoken of by then.
    """
    connection, moment = question.connection, question.moment
    identity = await view_queries.id_of(connection, EVENT_VIEW, name)
    if identity is None:
        await check_name(question, EVENT_VIEW, name)
        raise not_found("funding event", name)
    found = await queries.claims_about(connection, "event_id", [identity], moment)
    claims = found.get(identity, [])
    if not views.heard(claims, moment) and not views.shows_the_silent(moment):
        raise not_found("funding event", name)
    (who,) = await view_queries.event_identities(connection, [identity])
    return who, claims


async def _rows(question: Question, *more: Filter) -> list[Row]:
    listing = question.query.listing
    narrowed = replace(listing, filters=(*listing.filters, *more))
    return await views.page(question.connection, views.EVENTS, narrowed, question.moment)


async def _rumours(question: Question, rows: list[Row]) -> list[bytes]:
    """The bodies of rumours; what has overtaken them is told by their companies' views."""
    connection, moment = question.connection, question.moment
    ids = list({row["company_id"] for row in rows})
    found = await views.of_ids(connection, views.COMPANIES, ids, moment)
    companies = {identity: parsed(row) for identity, row in found.items()}
    return [
        dumps(rumour(parsed(row), companies.get(row["company_id"]), moment.at))
        for row in await _detailed(question, rows)
    ]


async def _bodies(question: Question, rows: list[Row]) -> list[bytes]:
    return [body_bytes(row) for row in await _detailed(question, rows)]


async def _detailed(question: Question, rows: list[Row]) -> list[Row]:
    """The rows, with the claims that lost if they are asked for."""
    if "alternatives" not in question.query.include:
        return rows
    ids = [row["event_id"] for row in rows]
    detailed = await views.compute_events(
        question.connection, ids, question.moment, alternatives=True
    )
    by_id = {row["event_id"]: row for row in detailed}
    return [by_id[identity] for identity in ids]
