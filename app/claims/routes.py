"""``/v1/claims``: what was said, by whom, when, and how surely."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.claims import claim_queries, lists, relay_queries
from app.claims.asking import Question, answer, page, single
from app.claims.claim_queries import Scope
from app.claims.echo import echo_tree, of_one_origin
from app.claims.evidence import claim_json
from app.claims.naming import check_name, claim_called
from app.claims.schemas import ClaimDetail, ClaimPage, EchoTree
from app.claims.view_queries import EVENT_VIEW
from app.claims.view_rows import Row
from app.storage.ids import encode
from app.storage.json import dumps
from app.web.problems import not_found

router = APIRouter(tags=["claims"])


@router.get("/v1/claims", **lists.CLAIMS.documents(ClaimPage))
async def list_claims(request: Request) -> Response:
    """Claims of any predicate, newest first; capability claims by product or benchmark."""

    async def make(question: Question) -> bytes:
        return await claims_page(question)

    return await answer(request, lists.CLAIMS, make)


@router.get("/v1/claims/{claim}", **lists.CLAIM.documents(ClaimDetail))
async def get_claim(claim: str, request: Request) -> Response:
    """One claim with its document, its quote and its origin."""

    async def make(question: Question) -> bytes:
        row = await _claim(question, claim)
        return single(question, dumps(claim_json(row, question.moment.known_at)))

    return await answer(request, lists.CLAIM, make)


@router.get("/v1/claims/{claim}/echo-tree", **lists.ECHO.documents(EchoTree))
async def get_echo_tree(claim: str, request: Request) -> Response:
    """Where a claim started, who repeated it and after whom, how much later, what each changed."""

    async def make(question: Question) -> bytes:
        row = await _claim(question, claim)
        connection, moment = question.connection, question.moment
        said = await claim_queries.claims_of_slot(connection, row, moment)
        ours = {claim["document_id"] for claim in of_one_origin(row, said)}
        documents = await relay_queries.ahead(connection, sorted(ours), moment)
        tree = echo_tree(row, said, documents)
        return single(question, dumps({"id": encode("clm", row["id"]), **tree}))

    return await answer(request, lists.ECHO, make)


async def _claim(question: Question, name: str) -> Row:
    row = await claim_called(question, name)
    if row is None:
        raise not_found("claim", name)
    return row


async def claims_page(question: Question, scope: Scope | None = None) -> bytes:
    """A page of claims, of all or of one player or event."""
    listing, moment = question.query.listing, question.moment
    rows = await claim_queries.claims_page(question.connection, listing, moment, scope)
    if not rows and scope is not None:
        await check_name(question, scope.table, scope.name)
        if scope.table is EVENT_VIEW and moment.is_past and not listing.filters:
            # Nobody had spoken of it: its very name would leak it.
            raise not_found(scope.table.noun, scope.name)
    return page(question, rows, [dumps(claim_json(row, moment.known_at)) for row in rows], "id")
