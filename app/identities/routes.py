"""``POST /v1/match``, and the merges and splits of companies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import naming_queries
from app.claims.asking import Question, answer, whole
from app.claims.evidence import reference
from app.identities import merge_queries, merging
from app.identities.matching import Candidate, Match, match
from app.identities.schemas import (
    MatchRequest,
    MergeRequest,
    MergeResult,
    Merges,
    NameAsked,
    NameMatches,
    SplitRequest,
)
from app.identities.scoring import Ask, Company
from app.keys.gate import Reviewing
from app.storage.engine import ensure_live, read_connection, snapshot
from app.storage.ids import encode
from app.storage.version import current_version
from app.web.problems import Fault, Problem, gone, invalid, not_found
from app.web.resources import Resource
from app.web.writes import DryRun, plain, refuse_others

router = APIRouter(tags=["identities"])

Row = dict[str, Any]

MERGES = Resource(
    name="merges",
    description="Who was merged into a company, or it into whom, when and why",
    pageable=False,
)


@router.post(
    "/v1/match", responses={200: {"model": NameMatches, "description": "An answer per name"}}
)
async def match_names(body: MatchRequest, request: Request) -> Response:
    """Which company each of some names means, how sure that is, and why."""
    refuse_others(request)
    thresholds = request.app.state.thresholds
    asks = [_ask(named) for named in body.names]
    async with snapshot(request.app.state.engine) as connection:
        await ensure_live(connection)
        version = await current_version(connection)
        matches = await match(connection, asks, thresholds, most=body.limit)
    meta = {
        "accept": thresholds.accept,
        "review": thresholds.review,
        "data_version": version.number,
    }
    items = [_match(found) for found in matches]
    return plain({"items": items, "next_cursor": None, "meta": meta})


@router.post(
    "/v1/companies/{company}/merge",
    responses={200: {"model": MergeResult, "description": "What was done"}},
)
async def merge_company(
    company: str, body: MergeRequest, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Judge a company to be another one; what is told of it stands with that, until a split."""
    refuse_others(request, "dry_run")
    engine = request.app.state.engine
    async with read_connection(engine) as connection:
        await ensure_live(connection)
        merged = await _called(connection, company)
        into = await _into(connection, body.into)
    if merged["id"] == into["id"]:
        raise invalid([Fault("is the company itself", pointer="/into")])
    try:
        done = await merging.merge(
            engine, merged["id"], into["id"], body.reason, actor=actor, dry_run=dry_run
        )
    except merging.CannotMerge as error:
        raise _contradicted(error, "/into") from error
    return _done(done, dry_run)


@router.post(
    "/v1/companies/{company}/split",
    responses={200: {"model": MergeResult, "description": "What was done"}},
)
async def split_company(
    company: str, body: SplitRequest, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Undo the merge of a company, named by its own slug or id: what is told of it comes back."""
    refuse_others(request, "dry_run")
    engine = request.app.state.engine
    async with read_connection(engine) as connection:
        await ensure_live(connection)
        merged = await _called(connection, company)
    try:
        done = await merging.split(engine, merged["id"], body.reason, actor=actor, dry_run=dry_run)
    except merging.CannotMerge as error:
        raise _contradicted(error, "") from error
    return _done(done, dry_run)


@router.get("/v1/companies/{company}/merges", **MERGES.documents(Merges))
async def list_merges(company: str, request: Request) -> Response:
    """The merges of a company and into it, active and undone; also of one that is merged now."""

    async def make(question: Question) -> bytes:
        named = await _called(question.connection, company)
        entries = await merge_queries.ledger(question.connection, named["id"])
        return whole(question, [_entry(entry) for entry in entries])

    return await answer(request, MERGES, make)


def _ask(named: NameAsked) -> Ask:
    identifiers = named.identifiers.model_dump(exclude_none=True)
    return Ask(named.name, named.domain, tuple(identifiers.items()), named.country)


def _match(found: Match) -> dict[str, Any]:
    candidates = [_candidate(candidate) for candidate in found.candidates]
    best = candidates[0] if candidates else {"score": None, "features": []}
    return {
        "name": found.ask.name,
        "decision": found.decision,
        "company": _company(found.company) if found.company else None,
        "score": best["score"],
        "features": best["features"],
        "candidates": candidates,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    features = [
        {"feature": one.feature, "value": one.value, "weight": one.weight}
        for one in candidate.score.features
    ]
    company = _company(candidate.company)
    return {"company": company, "score": candidate.score.total, "features": features}


def _company(company: Company) -> dict[str, Any]:
    return {"id": encode("cmp", company.id), "slug": company.slug, "name": company.name}


async def _called(connection: AsyncConnection, name: str) -> Row:
    """The very company that a path names, merged or not.

    Raises:
        Problem: 404 with the nearest slugs, 410 for what was deleted.
    """
    found, near = await _look_up(connection, name)
    if found is None:
        raise not_found("company", name, near)
    if found["deleted_at"] is not None:
        raise gone("company", name)
    return found


async def _into(connection: AsyncConnection, name: str) -> Row:
    """The company that a body names.

    Raises:
        Problem: 422 with the nearest slugs.
    """
    found, near = await _look_up(connection, name)
    if found is None or found["deleted_at"] is not None:
        told = f"there is no company {name[:60]!r}"
        raise invalid([Fault(told, pointer="/into", allowed=tuple(near))])
    return found


async def _look_up(connection: AsyncConnection, name: str) -> tuple[Row | None, Sequence[str]]:
    """The company of a name; or the nearest slugs, if there is none."""
    if "\x00" in name:
        return None, ()
    found = await merge_queries.called(connection, name)
    near = () if found else await naming_queries.near(connection, "company", name)
    return found, near


def _contradicted(error: merging.CannotMerge, pointer: str) -> Problem:
    claims = tuple(encode("clm", claim) for claim in error.claims)
    fault = Fault(str(error), pointer=pointer, allowed=claims)
    detail = "See errors for what stands in the way."
    return Problem(409, "conflict", "It contradicts what is stored", detail, [fault])


def _done(done: merging.Outcome, dry_run: bool) -> Response:
    moved = {
        "claims": len(done.moved.claims),
        "funding_events": len(done.moved.events),
        "products": len(done.moved.products),
    }
    merge = _entry(done.entry)
    return plain(
        {"status": done.status, "merge": merge, "moved": moved, "meta": {"dry_run": dry_run}}
    )


def _entry(row: Row) -> dict[str, Any]:
    plain = ("reason", "actor", "merged_at", "split_at", "split_by", "split_reason")
    return {
        "company": reference("cmp", row, "company"),
        "into": reference("cmp", row, "into"),
        "active": row["split_at"] is None,
        **{name: row[name] for name in plain},
    }
