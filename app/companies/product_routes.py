"""``/v1/products``: products with their releases and their benchmark results."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.claims import lists, views
from app.claims.asking import Question, answer, page
from app.claims.view_rows import body_bytes

router = APIRouter(tags=["products"])


@router.get("/v1/products", openapi_extra={"parameters": lists.PRODUCTS.to_openapi()})
async def list_products(request: Request) -> Response:
    """Products and model lines, newest release first."""

    async def make(question: Question) -> bytes:
        connection, moment = question.connection, question.moment
        rows = await views.page(connection, views.PRODUCTS, question.query.listing, moment)
        shown = rows
        if "alternatives" in question.query.include:
            ids = [row["product_id"] for row in rows]
            detailed = await views.compute_products(connection, ids, moment, alternatives=True)
            by_id = {row["product_id"]: row for row in detailed}
            shown = [by_id[identity] for identity in ids]
        return page(question, rows, [body_bytes(row) for row in shown], "product_id")

    return await answer(request, lists.PRODUCTS, make)
