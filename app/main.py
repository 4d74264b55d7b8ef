"""The application wired together, and the server around it."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.changes import routes as changes
from app.changes.stream import Streams
from app.claims import routes as claims
from app.claims.keeping import rebuild_if_outdated, refresh_expired
from app.claims.views import TooManyAnew
from app.companies import product_routes as products
from app.companies import routes as companies
from app.compare import routes as compare
from app.contract import openapi
from app.explain import routes as explain
from app.funding import routes as funding
from app.funding import source_routes as records
from app.identities import routes as identities
from app.identities.scoring import Thresholds
from app.ingest.bundled import counts, load_bundled_once
from app.ingest.intake import routes as ingest
from app.ingest.intake.loading import ApartLoader, Load, load
from app.ingest.intake.service import Intake
from app.ingest.retraction import routes as retraction
from app.ingest.runs import routes as runs
from app.ingest.waiting import routes as waiting
from app.keys import routes as keys
from app.keys.gate import Gate
from app.keys.ring import KeyRing
from app.keys.service import development_key
from app.markets import routes as markets
from app.quality import routes as quality
from app.reading.pages import fetch_article
from app.reading.proposals import reading_routes as readings
from app.reading.proposals import routes as proposals
from app.reading.proposals.known import KnownNames
from app.reading.proposals.service import Readers
from app.reading.reader import read as read_article
from app.reading.second.opinion import second_opinion
from app.search import routes as search
from app.settings import Reads, Settings, is_loopback
from app.sources import routes as sources
from app.storage.engine import (
    check_server,
    create_engine,
    ensure_live,
    read_connection,
    write_transaction,
)
from app.storage.json import dumps
from app.storage.migrate import migrate
from app.storage.secret import cursor_secret
from app.storage.version import current_version
from app.web.limits import Limit
from app.web.middleware import BodyLimit, HeadAsGet, RequestFrame
from app.web.problems import Fault, Problem, install, invalid
from app.web.release import package_version
from app.web.schemas import Health, Readiness

log = logging.getLogger("hearsay")

# Paths are matched in this order: those asked for most come first.
PACKAGES = (
    companies,
    funding,
    compare,
    products,
    claims,
    sources,
    records,
    markets,
    changes,
    explain,
    quality,
    search,
    identities,
    ingest,
    runs,
    waiting,
    readings,
    proposals,
    keys,
    retraction,
)

DESCRIPTION = """
What is said about AI companies: funding rounds and rumours of them, valuations, investors,
capabilities and rivals; who said it, when, and how sure they were.
"""


def create_app(
    settings: Settings,
    engine: AsyncEngine,
    secret: bytes,
    reads: Reads = Reads.OPEN,
    load_batch: Load | None = None,
    readers: Readers | None = None,
) -> FastAPI:
    """The ASGI application over a migrated database. The caller owns the engine.

    ``reads`` says whether reads need a key, which depends on where the caller listens.
    ``load_batch`` stores what is ingested; without it this process does so itself. ``readers`` read
    articles.
    """
    app = FastAPI(
        title="Hearsay",
        version=package_version(),
        description=DESCRIPTION,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.secret = secret
    app.state.thresholds = _thresholds(settings)
    apart = load_batch or partial(load, engine, app.state.thresholds)
    app.state.intake = Intake(engine, apart, settings.max_body_bytes)
    app.state.readers = readers or Readers(
        read_article, fetch_article, partial(second_opinion, settings=settings)
    )
    app.state.known_names = KnownNames(engine)
    app.state.keys = KeyRing(engine)
    app.state.streams = Streams(engine, settings.max_streams)
    for package in PACKAGES:
        app.include_router(package.router)
    for path, endpoint, model in (("/healthz", healthz, Health), ("/readyz", readyz, Readiness)):
        app.add_api_route(
            path,
            endpoint,
            tags=["operations"],
            responses={200: {"model": model, "description": "Yes"}},
        )
    app.openapi = lambda: app.openapi_schema or _document(app)  # type: ignore[method-assign]
    install(app, {TooManyAnew: _too_many_anew, **_problems()})
    streamed = frozenset({ingest.PATH})
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, streamed=streamed)
    app.add_middleware(
        Gate,
        ring=app.state.keys,
        reads=reads,
        read_limit=_limit("reads", settings.rate_limit_reads),
        write_limit=_limit("writes", settings.rate_limit_writes),
    )
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestFrame)
    return app


def _thresholds(settings: Settings) -> Thresholds:
    return Thresholds(settings.match_accept, settings.match_review)


def _limit(name: str, per_minute: int) -> Limit | None:
    return Limit(name, per_minute) if per_minute else None


def _problems() -> dict[type[Exception], Callable[[Any], Problem]]:
    told = (ingest, waiting, readings, proposals)
    return {kind: make for package in told for kind, make in package.PROBLEMS.items()}


def _too_many_anew(error: TooManyAnew) -> Problem:
    if str(error):
        return invalid([Fault("is too much to look into", parameter="source")], str(error))
    fault = Fault(
        "too much would have to be resolved anew for that moment or policy", parameter="as_of"
    )
    return invalid(
        [fault], "Narrow the list, to one company say, or sort it by name or slug; or ask of now."
    )


def _document(app: FastAPI) -> dict[str, Any]:
    app.openapi_schema = openapi(app)
    return app.openapi_schema


async def healthz() -> Response:
    """The process is alive."""
    return Response(b'{"status":"ok"}', media_type="application/json")


async def readyz(request: Request) -> Response:
    """The database answers, so that requests can be served."""
    async with read_connection(request.app.state.engine) as connection:
        await ensure_live(connection)
        state = await current_version(connection)
    body = dumps({"status": "ready", "data_version": state.number})
    return Response(body, media_type="application/json")


async def serve(settings: Settings, url: str, host: str, port: int) -> None:
    """Migrate, load the bundled data once, and serve until interrupted."""
    engine = create_engine(url, settings.pool_size)
    loader = ApartLoader(url, _thresholds(settings))
    try:
        await check_server(engine)
        await migrate(engine)
        await rebuild_if_outdated(engine, _rebuilding)
        await load_bundled_once(engine, _loading)
        async with write_transaction(engine) as connection:
            secret = await cursor_secret(connection)
        here = is_loopback(host)
        reads = settings.reads or (Reads.OPEN if here else Reads.KEYED)
        app = create_app(settings, engine, secret, reads, loader)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level=settings.log_level,
            timeout_graceful_shutdown=5,
            server_header=False,
        )
        server = StreamingServer(config, app.state.streams)
        await refresh_expired(engine)
        ageing = asyncio.create_task(_let_rumours_expire(engine))
        # A database of one's own, or one that others reach, gets no key that nobody asked for.
        keyed_by = engine if here and settings.database_url is None else None
        announcing = asyncio.create_task(_announce(server, await counts(engine), host, keyed_by))
        try:
            await server.serve()
        finally:
            announcing.cancel()
            ageing.cancel()
    finally:
        loader.close()
        await engine.dispose()


class StreamingServer(uvicorn.Server):
    """A server that ends its streams before it waits for what is still being answered."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self.streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.streams.close()
        await super().shutdown(sockets)


RUMOURS_CHECKED = 3600
"""Seconds between looks for rumours that have expired; an answer may lag that much."""


async def _let_rumours_expire(engine: AsyncEngine) -> None:
    while True:
        await asyncio.sleep(RUMOURS_CHECKED)
        try:
            await refresh_expired(engine)
        except (DBAPIError, OSError) as error:
            log.warning("rumours not checked for age, trying again later: %s", error)


def openapi_text() -> str:
    """The OpenAPI document as it is kept in the repository."""
    app = create_app(Settings(), create_engine("postgresql://nowhere"), b"")
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


async def _announce(
    server: uvicorn.Server, stored: dict[str, int], host: str, keyed_by: AsyncEngine | None
) -> None:
    """Tell where the server is and what to ask; make a first key, if that is wanted."""
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]  # the system's choice, if 0 was asked
    base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    amounts = ", ".join(f"{number:,} {_PLURAL[name]}" for name, number in stored.items())
    print(
        f"\nHearsay answers at {base} (docs: {base}/docs)\nLoaded: {amounts}\n\nTry:\n"
        f"  curl '{base}/v1/compare?companies=openai,anthropic,google-deepmind'\n"
        f"  curl '{base}/v1/companies/openai?as_of=2025-12-20'\n"
        f"  curl '{base}/v1/funding-events?company=openai&sort=-amount.high&limit=5'\n\n"
        f"{_how_to_write(base, await development_key(keyed_by) if keyed_by else None)}\n\n"
        "Ctrl-C stops it.",
        flush=True,
    )


def _how_to_write(base: str, token: str | None) -> str:
    if token is None:
        return "Writing needs a key: `hearsay keys create NAME --scope ingest` makes one."
    return (
        f"A development key that may do everything, shown only this once:\n  {token}\n"
        f"  curl -H 'Authorization: Bearer {token}' {base}/v1/keys\n"
        "Lost it? `hearsay keys create NAME --scope admin` makes another."
    )


_PLURAL = {
    "company": "companies",
    "product": "products",
    "funding_event": "funding events",
    "source": "sources",
    "document": "documents",
    "claim": "claims",
}


def _rebuilding(done: int, total: int) -> None:
    _progress("Recomputing the stored views", done, total)


def _loading(done: int, total: int) -> None:
    _progress("Loading the bundled data", done, total)


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    print(f"\r{what}: {done:,} of {total:,}", end=end, flush=True)
