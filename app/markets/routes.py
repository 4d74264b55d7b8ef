"""``/v1/markets`` and rivals: who is said to compete with whom, and in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.claims import views
from app.claims import vocabulary as v
from app.claims.asking import CLAIMS, POLICY_NAMES, Question, answer, page, whole
from app.claims.lists import about_one, count, word
from app.claims.names import market_slug
from app.claims.naming import check_name
from app.claims.naming_queries import near_market
from app.claims.values import render_date
from app.claims.view_queries import COMPANY_VIEW
from app.claims.view_rows import parsed
from app.markets import queries
from app.markets.queries import Row
from app.markets.schemas import MarketPage, MarketPlayers, Rivals
from app.storage.ids import encode
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.web.problems import Moved, not_found
from app.web.resources import Resource

router = APIRouter(tags=["markets"])

TOLD = (
    count("appearances", "Documents that say so"),
    count("independent_origins", "Where they have it from"),
    Field("first_reported_at", Kind.INSTANT, "first_reported_at", "First report", sortable=True),
    Field("last_reported_at", Kind.INSTANT, "last_reported_at", "Last report", sortable=True),
)
MARKETS = Resource(
    name="markets",
    description="Segments in which players are said to compete",
    fields=(
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True, required=True, names="market"),
        count("players", "Number of players"),
        count("claims", "Number of claims"),
        *TOLD,
    ),
    default_sort="-players",
    policies=POLICY_NAMES,
)
MARKET = Resource(
    name="market",
    description="One market and its players, with their present figures",
    fields=(
        Field("slug", Kind.TEXT, "slug", "Slug of the player", sortable=True, required=True),
        Field("name", Kind.TEXT, "name", "Name of the player", sortable=True, required=True),
        word("kind", v.CompanyKind, "Kind of player"),
        count("rivals", "Rivals named in this market"),
        *TOLD,
    ),
    default_sort="-independent_origins,name",
    includes=(CLAIMS,),
    policies=POLICY_NAMES,
    one_state=True,
)
RIVALS = replace(
    about_one("competitors", "Who is said to compete with a company"),
    fields=(
        Field(
            "market",
            Kind.TEXT,
            "market_slug",
            "Slug of the market",
            "c.market_slug",
            names="market",
        ),
    ),
)
COMPARED = 20
"""As many players as one comparison takes."""


@router.get("/v1/markets", **MARKETS.documents(MarketPage))
async def list_markets(request: Request) -> Response:
    """Segments in which players are said to compete, the most crowded first."""

    async def make(question: Question) -> bytes:
        listing = question.query.listing
        rows = await queries.markets_page(question.connection, listing, question.moment)
        return page(question, rows, [dumps(_market(row)) for row in rows], "slug")

    return await answer(request, MARKETS, make)


@router.get("/v1/markets/{market}", **MARKET.documents(MarketPlayers))
async def get_market(market: str, request: Request) -> Response:
    """One market and its players, those that most origins speak of first."""

    async def make(question: Question) -> bytes:
        connection, moment = question.connection, question.moment
        listing = question.query.listing
        told = await _named(question, market)
        rows = await queries.players_page(connection, told["slug"], listing, moment)
        shown = rows[: listing.limit]
        ids = [row["company_id"] for row in shown]
        figures = await views.of_ids(connection, views.COMPANIES, ids, moment)
        bodies = [dumps(_player(row, parsed(figures[row["company_id"]]))) for row in shown]
        body = page(question, rows, bodies, "company_id")
        head = {"market": _market(told), "compare": _comparison(question, shown)}
        return b"%b,%b" % (dumps(head)[:-1], body[1:])

    return await answer(request, MARKET, make)


@router.get("/v1/companies/{company}/competitors", **RIVALS.documents(Rivals))
async def list_competitors(company: str, request: Request) -> Response:
    """Who is said to compete, in which market, by how many independent origins."""

    async def make(question: Question) -> bytes:
        filters = question.query.listing.filters
        rows = await queries.rivals(question.connection, company, filters, question.moment)
        if not rows:
            await check_name(question, COMPANY_VIEW, company)
        return whole(question, [_rival(row) for row in rows])

    return await answer(request, RIVALS, make)


async def _named(question: Question, name: str) -> Row:
    """The market that a path names.

    Raises:
        Moved: by another spelling than its slug.
        Problem: 404 with the nearest that were spoken of by then.
    """
    slug = market_slug(name)
    if slug is None:
        raise not_found("market", name)
    row = await queries.market(question.connection, slug, question.moment)
    if row is None:
        near = await near_market(question.connection, slug, question.moment)
        raise not_found("market", name, near)
    if slug != name:
        raise Moved(name, slug)
    return row


def _comparison(question: Question, players: Sequence[Row]) -> str | None:
    """The call that compares the first players of a page, at the moment asked about."""
    if not players:
        return None
    given = question.query.pinned
    asked = {name: given[name] for name in ("as_of", "known_at", "policy") if name in given}
    slugs = ",".join(row["slug"] for row in players[:COMPARED])
    return f"/v1/compare?{urlencode([('companies', slugs), *asked.items()], safe=',:')}"


def _market(row: Row) -> dict[str, Any]:
    plain = ("slug", "name", "players", "claims")
    return {**{name: row[name] for name in plain}, **_told(row)}


def _player(row: Row, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company": _reference(row, "company_id"),
        "kind": row["kind"],
        "rivals": row["rivals"],
        **_told(row),
        "claim_ids": _claim_ids(row),
        **{name: figures[name] for name in ("valuation", "total_raised", "last_round")},
    }


def _rival(row: Row) -> dict[str, Any]:
    return {
        "company": _reference(row, "id"),
        "market": row["market"],
        "market_slug": row["market_slug"],
        **_told(row),
        "claim_ids": _claim_ids(row),
    }


def _reference(row: Row, key: str) -> dict[str, Any]:
    return {"id": encode("cmp", row[key]), "slug": row["slug"], "name": row["name"]}


def _told(row: Row) -> dict[str, Any]:
    return {
        "appearances": row["appearances"],
        "independent_origins": row["independent_origins"],
        **{
            f"{end}_reported_at": render_date(row[f"{end}_reported_at"], row[f"{end}_precision"])
            if row[f"{end}_reported_at"]
            else None
            for end in ("first", "last")
        },
    }


def _claim_ids(row: Row) -> list[str]:
    return [encode("clm", identity) for identity in row["claim_ids"]]
