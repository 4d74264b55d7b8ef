"""``/v1/funding-events``: deals and talk of deals, on two axes, with all figures."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.claims import lists, queries, view_queries, views
from app.claims import vocabulary as v
from app.claims.asking import POLICY_NAMES, Question, answer, page, single
from app.claims.lists import number, word
from app.claims.routes import claims_page
from app.claims.view_rows import Row, body_bytes
from app.funding import queries as event_queries
from app.funding.history import history
from app.storage.engine import read_connection
from app.storage.json import dumps
from app.storage.listing import Field, Kind
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
    "effective_on",
    "is_rumour",
    "amount",
    "amounts",
    "valuation",
    "valuations",
    "investors",
    "use_of_proceeds",
    "stances",
    "first_reported_at",
    "last_reported_at",
    "documents",
    "independent_origins",
    "recorded_at",
]

EVENTS = Resource(
    name="funding-events",
    description="Deals and talk of deals",
    fields=(
        Field("company", Kind.TEXT, "company_slug", "Slug of the company"),
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True),
        word("stage", v.Stage, "Stage of the deal"),
        word("evidence_status", v.EvidenceStatus, "How well it is attested"),
        word("round_type", v.RoundType, "Type of round"),
        Field("is_rumour", Kind.FLAG, "is_rumour", "Only talked about, not on record"),
        number("amount.low", "amount_low", "Amount, lower bound"),
        number("amount.high", "amount_high", "Amount, upper bound"),
        number("amount.stated", "amount_stated", "Amount as stated", sortable=False),
        Field("amount.currency", Kind.TEXT, "amount_currency", "ISO 4217 code of the amount"),
        number("valuation.low", "valuation_low", "Valuation, lower bound"),
        number("valuation.high", "valuation_high", "Valuation, upper bound"),
        number("valuation.stated", "valuation_stated", "Valuation as stated", sortable=False),
        word("valuation.basis", v.Basis, "Basis of the valuation", "valuation_basis"),
        Field("happened_on", Kind.DATE, "happened_on", "Day of the event", sortable=True),
        Field(
            "first_reported_at", Kind.INSTANT, "first_reported_at", "First report", sortable=True
        ),
        Field("last_reported_at", Kind.INSTANT, "last_reported_at", "Last report", sortable=True),
        Field("recorded_at", Kind.INSTANT, "recorded_at", "When stored here", sortable=True),
    ),
    default_sort="-happened_on",
    includes=("alternatives",),
    outputs=tuple(OUTPUTS),
    policies=POLICY_NAMES,
)
EVENT = replace(
    EVENTS, name="funding-event", description="One deal", fields=(), default_sort="", pageable=False
)
HISTORY = Resource(
    name="history",
    description="How the view of a deal changed, and why",
    policies=POLICY_NAMES,
    pageable=False,
)


@router.get("/v1/funding-events", openapi_extra={"parameters": EVENTS.to_openapi()})
async def list_funding_events(request: Request) -> Response:
    """Deals and talk of deals, newest first."""

    async def make(question: Question) -> bytes:
        rows = await views.page(
            question.connection, views.EVENTS, question.query.listing, question.moment
        )
        return page(question, rows, await _bodies(question, rows), "event_id")

    return await answer(request, EVENTS, make)


@router.get("/v1/funding-events/{event}", openapi_extra={"parameters": EVENT.to_openapi()})
async def get_funding_event(event: str, request: Request) -> Response:
    """One deal: stage, evidence status, amounts, valuations by basis, investors."""
    identity = await event_of(request, event)

    async def make(question: Question) -> bytes:
        rows = await views.of_ids(question.connection, views.EVENTS, [identity], question.moment)
        if identity not in rows:
            raise not_found("funding event", event)
        return single(question, (await _bodies(question, [rows[identity]]))[0])

    return await answer(request, EVENT, make)


@router.get(
    "/v1/funding-events/{event}/claims", openapi_extra={"parameters": lists.CLAIMS.to_openapi()}
)
async def list_event_claims(event: str, request: Request) -> Response:
    """The evidence: every claim about one deal."""
    identity = await event_of(request, event)

    async def make(question: Question) -> bytes:
        return await claims_page(question, ("event_id", identity))

    return await answer(request, lists.CLAIMS, make)


@router.get(
    "/v1/funding-events/{event}/history", openapi_extra={"parameters": HISTORY.to_openapi()}
)
async def get_history(event: str, request: Request) -> Response:
    """How the view of one deal changed with each report, and which claims changed it."""
    identity = await event_of(request, event)

    async def make(question: Question) -> bytes:
        connection, moment = question.connection, question.moment
        said = await queries.claims_about(connection, "event_id", [identity], moment)
        identities = await view_queries.event_identities(connection, [identity])
        if identity not in said and moment.as_of is not None:
            raise not_found("funding event", event)
        items = list(history(identities[0], said.get(identity, []), moment.policy))
        return single(question, dumps({"items": items, "next_cursor": None}))

    return await answer(request, HISTORY, make)


async def event_of(request: Request, name: str) -> UUID:
    """The event a path names.

    Raises:
        Problem: 404 with the nearest slugs.
    """
    async with read_connection(request.app.state.engine) as connection:
        row = await event_queries.find(connection, name) if "\x00" not in name else None
        if row is None:
            near = [] if "\x00" in name else await event_queries.near(connection, name[:200])
            raise not_found("funding event", name, near)
    identity: UUID = row["id"]
    return identity


async def _bodies(question: Question, rows: list[Row]) -> list[bytes]:
    if "alternatives" not in question.query.include:
        return [body_bytes(row) for row in rows]
    ids = [row["event_id"] for row in rows]
    detailed = await views.compute_events(
        question.connection, ids, question.moment, alternatives=True
    )
    by_id = {row["event_id"]: row for row in detailed}
    return [body_bytes(by_id[identity]) for identity in ids]
