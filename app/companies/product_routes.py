"""``/v1/products``: products with their releases and their benchmark results."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.claims import lists, views
from app.claims.asking import Question, answer, page, single
from app.claims.naming import named
from app.claims.schemas import ProductDetail, ProductPage
from app.claims.view_rows import Row, body_bytes

router = APIRouter(tags=["products"])


@router.get("/v1/products", **lists.PRODUCTS.documents(ProductPage))
async def list_products(request: Request) -> Response:
    """Products and model lines, newest release first."""

    async def make(question: Question) -> bytes:
        connection, moment = question.connection, question.moment
        rows = await views.page(connection, views.PRODUCTS, question.query.listing, moment)
        return page(question, rows, await _bodies(question, rows), "product_id")

    return await answer(request, lists.PRODUCTS, make)


@router.get("/v1/products/{product}", **lists.PRODUCT.documents(ProductDetail))
async def get_product(product: str, request: Request) -> Response:
    """One product with its release and its benchmark results."""

    async def make(question: Question) -> bytes:
        row = await named(question, views.PRODUCTS, product)
        return single(question, (await _bodies(question, [row]))[0])

    return await answer(request, lists.PRODUCT, make)


async def _bodies(question: Question, rows: list[Row]) -> list[bytes]:
    if "alternatives" not in question.query.include:
        return [body_bytes(row) for row in rows]
    ids = [row["product_id"] for row in rows]
    detailed = await views.compute_products(
        question.connection, ids, question.moment, alternatives=True
    )
    by_id = {row["product_id"]: row for row in detailed}
    return [body_bytes(by_id[identity]) for identity in ids]
