"""``/v1/documents/read`` and ``/v1/readings``: articles read, and what is proposed of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.claims.asking import Question, answer, page, single
from app.claims.values import PartialDate
from app.fetching.errors import FetchError
from app.ingest.batch import Choice
from app.ingest.schemas import Url, When
from app.keys.gate import Ingesting, Reviewing
from app.reading.pages import NotAnArticle
from app.reading.proposals import queries
from app.reading.proposals.accepting import Choices
from app.reading.proposals.deciding import By, NotProposed, accept_all
from app.reading.proposals.drafts import LONGEST_NAME, LONGEST_PHRASE
from app.reading.proposals.schemas import (
    AcceptAllBody,
    AcceptedAll,
    ReadArticle,
    ReadBody,
    ReadingDetail,
    ReadingPage,
)
from app.reading.proposals.service import WasRead, article_of, keep, read, whole
from app.reading.proposals.shown import proposal_json, reading_json, whole_json
from app.reading.reading import Article
from app.storage.engine import ensure_live, read_connection
from app.storage.ids import decode
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.web.envelope import JSON
from app.web.parameters import id_in_path
from app.web.problems import Fault, Problem, invalid, not_found
from app.web.resources import Resource
from app.web.schemas import Name, Phrase
from app.web.writes import DryRun, plain, refuse_others

router = APIRouter(tags=["reading"])

OUTPUTS = (
    "id",
    "title",
    "publisher",
    "published_at",
    "url",
    "origin",
    "characters",
    "sha256",
    "version",
    "actor",
    "recorded_at",
    "former",
    "proposals",
)
READINGS = Resource(
    name="readings",
    description="Articles that were read, newest first",
    fields=(
        Field(
            "recorded_at",
            Kind.INSTANT,
            "recorded_at",
            "When it was read",
            "r.recorded_at",
            sortable=True,
            required=True,
        ),
        Field("publisher", Kind.TEXT, "publisher", "Who publishes the article", "r.publisher"),
        Field("actor", Kind.TEXT, "actor", "Name of the key that had it read", "r.actor"),
        Field("version", Kind.TEXT, "version", "By which version of the reader", "r.version"),
    ),
    default_sort="-recorded_at",
    outputs=OUTPUTS,
    unversioned=True,
)
READING = replace(
    READINGS,
    name="reading",
    description="One reading, with the article's text and all that it proposes",
    fields=(),
    default_sort="",
    outputs=(*OUTPUTS, "text", "difference", "opinion", "records"),
    pageable=False,
)
READ: dict[int | str, dict[str, Any]] = {
    200: {"model": ReadArticle, "description": "The article was read before, or it is only tried"},
    201: {"model": ReadArticle, "description": "What was read, and what is proposed of it"},
}


@router.post("/v1/documents/read", responses=READ)
async def read_document(
    body: ReadBody, request: Request, actor: Ingesting, dry_run: DryRun = False
) -> Response:
    """Read an article: what it seems to claim is proposed, each claim with the words it rests on.

    Nothing of it is a claim before it is accepted. The same article is read once by each version
    of the reader.
    """
    refuse_others(request, "dry_run")
    article = await _article(request, body)
    return await _read(request, article, actor, dry_run)


@router.get("/v1/readings", **READINGS.documents(ReadingPage))
async def list_readings(request: Request) -> Response:
    """Articles that were read, the newest first, and what became of what they propose."""

    async def make(question: Question) -> bytes:
        rows = await queries.page_of_readings(question.connection, question.query.listing)
        return page(question, rows, [dumps(reading_json(row)) for row in rows], "id")

    return await answer(request, READINGS, make)


@router.get("/v1/readings/{reading}", **READING.documents(ReadingDetail))
async def get_reading(reading: str, request: Request) -> Response:
    """One reading: the text, what it proposes, and how it differs from the former one."""

    async def make(question: Question) -> bytes:
        identity = id_in_path("rdg", "reading", reading)
        if await queries.reading(question.connection, identity) is None:
            raise not_found("reading", reading)
        return single(question, dumps(whole_json(*await whole(question.connection, identity))))

    return await answer(request, READING, make)


@router.post("/v1/readings/{reading}/read-again", responses=READ)
async def read_again(
    reading: str, request: Request, actor: Ingesting, dry_run: DryRun = False
) -> Response:
    """Read the article of a reading again, as the reader is now.

    If it has not changed since, that is the same reading. Else what was decided stands where both
    say the same; where they do not, the new proposal tells so and waits.
    """
    refuse_others(request, "dry_run")
    identity = id_in_path("rdg", "reading", reading)
    async with read_connection(request.app.state.engine) as connection:
        await ensure_live(connection)
        row = await queries.reading(connection, identity)
    if row is None:
        raise not_found("reading", reading)
    return await _read(request, article_of(row), actor, dry_run)


@router.post(
    "/v1/readings/{reading}/accept",
    responses={200: {"model": AcceptedAll, "description": "What was accepted"}},
)
async def accept_reading(
    reading: str, body: AcceptAllBody, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Accept all that a reading still proposes, or nothing, if some of it cannot be stored."""
    refuse_others(request, "dry_run")
    rows = await accept_all(
        request.app.state.engine,
        id_in_path("rdg", "reading", reading),
        [decode("prp", one) or UUID(int=0) for one in body.leave_out],
        Choices(body.companies, Choice(), body.note),
        By(actor, request.app.state.thresholds, dry_run),
        background=body.background,
    )
    if rows is None:
        raise not_found("reading", reading)
    proposals = [proposal_json(row) for row in rows]
    return plain({"proposals": proposals, "meta": {"dry_run": dry_run}})


async def _article(request: Request, body: ReadBody) -> Article:
    """The article to be read: as it was sent, or as it stands at its address."""
    if body.published_at is not None and _is_to_come(body.published_at):
        raise invalid([Fault("lies in the future", pointer="/published_at")])
    if body.text is not None:
        found = Article(body.text, body.title, body.publisher, body.published_at)
    else:
        assert body.url is not None
        fetched = _storable(await request.app.state.readers.fetch(body.url), body.url)
        found = replace(
            fetched,
            title=body.title or fetched.title,
            publisher=body.publisher or fetched.publisher,
            published=body.published_at or fetched.published,
        )
    most = request.app.state.settings.reading_max_characters
    if len(found.text) > most:
        pointer = "/text" if body.text is not None else "/url"
        raise invalid([Fault(f"is of more than {most} characters", pointer=pointer)])
    return found


def _storable(fetched: Article, asked: str) -> Article:
    """An article that was fetched, without what its page tells of it and no document takes."""

    def taken(type_: Any, told: str | None) -> str | None:
        try:
            return None if told is None else str(TypeAdapter(type_).validate_python(told))
        except ValidationError:
            return None

    published = taken(When, fetched.published)
    return replace(
        fetched,
        text=fetched.text.replace("\0", " "),
        title=taken(Phrase, (fetched.title or "")[:LONGEST_PHRASE]),
        publisher=taken(Name, (fetched.publisher or "")[:LONGEST_NAME]),
        published=None if published is None or _is_to_come(published) else published,
        url=taken(Url, fetched.url) or asked,
    )


def _is_to_come(published: str) -> bool:
    # A day of grace: it is tomorrow already somewhere.
    return PartialDate.parse(published).first > datetime.now(UTC) + timedelta(days=1)


async def _read(request: Request, article: Article, actor: str, dry_run: bool) -> Response:
    state = request.app.state
    was_read: WasRead = await read(article, await state.known_names.now(), state.readers)
    by = By(actor, state.thresholds, dry_run)
    found, is_new = await keep(state.engine, was_read, by, state.settings.reading_auto_accept)
    body = {**whole_json(*found), "meta": {"dry_run": dry_run}}
    return Response(dumps(body), 201 if is_new and not dry_run else 200, media_type=JSON)


def _not_proposed(error: NotProposed) -> Problem:
    told = "is no proposal of this reading"
    return invalid([Fault(told, pointer=f"/leave_out/{place}") for place in error.places])


def _no_article(error: NotAnArticle) -> Problem:
    return invalid([Fault(f"leads to no article: {error}", pointer="/url")])


def _not_fetched(error: FetchError) -> Problem:
    return invalid([Fault(f"nothing came from there: {error.reason}", pointer="/url")])


PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    NotProposed: _not_proposed,
    NotAnArticle: _no_article,
    FetchError: _not_fetched,
}
