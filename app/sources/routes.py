"""``/v1/sources`` and ``/v1/documents``: who says, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from app.claims import vocabulary as v
from app.claims.asking import POLICY_NAMES, Question, answer, page, single
from app.claims.lists import RECORDED_AT, name_of
from app.claims.values import render_date
from app.claims.vocabulary import words
from app.sources import queries
from app.sources.naming import named_source
from app.sources.schemas import DocumentPage, SourceDetail, SourcePage
from app.storage.ids import encode
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.web.resources import Resource

router = APIRouter(tags=["sources"])

SOURCES = Resource(
    name="sources",
    description="Who publishes",
    fields=(
        Field("slug", Kind.TEXT, "slug", "Slug", "s.slug", sortable=True, required=True),
        Field("name", Kind.TEXT, "name", "Name", "s.name", sortable=True, required=True),
        Field("kind", Kind.WORD, "kind", "Kind of source", "s.kind", words(v.SourceKind)),
        Field("owner", Kind.TEXT, "owner", "Owner group", "s.owner"),
        name_of("company", "The company it speaks for", "s.company_id", "company"),
    ),
    default_sort="slug",
    outputs=("id", "slug", "name", "kind", "domain", "owner", "company", "reliability"),
    policies=POLICY_NAMES,
)
SOURCE = replace(
    SOURCES,
    name="source",
    description="One source",
    fields=(),
    default_sort="",
    pageable=False,
)
DOCUMENTS = Resource(
    name="documents",
    description="What was published, when, and whom it relays",
    fields=(
        name_of("source", "Slug of the source", "d.source_id", "source"),
        name_of("relays", "Slug of the source it repeats", "d.relays_source_id", "source"),
        Field("kind", Kind.WORD, "kind", "Kind of document", "d.kind", words(v.DocumentKind)),
        Field("url", Kind.TEXT, "url", "Address", "d.url"),
        Field(
            "published_at",
            Kind.INSTANT,
            "published_at",
            "When published",
            "d.published_at",
            sortable=True,
        ),
        replace(RECORDED_AT, sql="d.recorded_at"),
    ),
    default_sort="-published_at",
    outputs=(
        "id",
        "source",
        "url",
        "title",
        "kind",
        "published_at",
        "retrieved_at",
        "relays",
        "relays_url",
        "distortions",
        "attribution",
        "recorded_at",
    ),
    policies=POLICY_NAMES,
)


@router.get("/v1/sources", **SOURCES.documents(SourcePage))
async def list_sources(request: Request) -> Response:
    """Who publishes."""

    async def make(question: Question) -> bytes:
        rows = await queries.sources_page(
            question.connection, question.query.listing, question.moment
        )
        return page(question, rows, [dumps(_source(row)) for row in rows], "id")

    return await answer(request, SOURCES, make)


@router.get("/v1/sources/{source}", **SOURCE.documents(SourceDetail))
async def get_source(source: str, request: Request) -> Response:
    """One source."""

    async def make(question: Question) -> bytes:
        return single(question, dumps(_source(await named_source(question, source))))

    return await answer(request, SOURCE, make)


@router.get("/v1/documents", **DOCUMENTS.documents(DocumentPage))
async def list_documents(request: Request) -> Response:
    """What was published, newest first."""

    async def make(question: Question) -> bytes:
        rows = await queries.documents_page(
            question.connection, question.query.listing, question.moment
        )
        return page(question, rows, [dumps(_document(row)) for row in rows], "id")

    return await answer(request, DOCUMENTS, make)


def _source(row: dict[str, Any]) -> dict[str, Any]:
    plain = ("slug", "name", "kind", "domain", "owner", "reliability")
    return {
        "id": encode("src", row["id"]),
        **{name: row[name] for name in plain},
        "company": row["company_slug"],
    }


def _document(row: dict[str, Any]) -> dict[str, Any]:
    published = row["published_at"]
    return {
        "id": encode("doc", row["id"]),
        "source": {"slug": row["source_slug"], "name": row["source_name"]},
        **{name: row[name] for name in ("url", "title", "kind", "distortions", "attribution")},
        "published_at": render_date(published, row["published_precision"]) if published else None,
        "retrieved_at": row["retrieved_at"],
        "relays": row["relays_slug"],
        "relays_url": row["relays_place"],
        "recorded_at": row["recorded_at"],
    }
