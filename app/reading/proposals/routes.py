"""``/v1/proposals``: what articles seem to claim, and what people decide of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.claims.asking import Question, answer, page, single
from app.claims.vocabulary import Predicate, words
from app.ingest.batch import Choice
from app.keys.gate import Reviewing
from app.reading.proposals import deciding, queries
from app.reading.proposals.accepting import CannotAccept
from app.reading.proposals.accepting import Choices as Chosen
from app.reading.proposals.deciding import By, DecidedOtherwise
from app.reading.proposals.editing import CannotEdit
from app.reading.proposals.schemas import (
    Choices,
    DecidedProposal,
    DecisionStatus,
    EditBody,
    ProposalDetail,
    ProposalPage,
    RejectBody,
    State,
)
from app.reading.proposals.shown import proposal_json, step_json
from app.storage.json import dumps
from app.storage.listing import Field, Kind
from app.web.parameters import id_in_path
from app.web.problems import Fault, Problem, not_found
from app.web.resources import Resource
from app.web.writes import DryRun, plain, refuse_others

router = APIRouter(tags=["reading"])

READING_ID = "('rdg_' || replace(p.reading_id::text, '-', ''))"
"""In the words of the index ``proposal_of_reading``."""

OUTPUTS = (
    "id",
    "state",
    "reading",
    "record",
    "predicate",
    "product",
    "claim",
    "proposed",
    "quote",
    "certainty",
    "value",
    "uncertainty",
    "priority",
    "former",
    "disagreement",
    "claim_id",
    "document_id",
    "recorded_at",
    "decided_at",
    "decided_by",
    "note",
)
PROPOSALS = Resource(
    name="proposals",
    description="What articles seem to claim; what is worth a look comes first",
    fields=(
        Field("state", Kind.WORD, "state", "What became of it", "p.state", words(State)),
        Field("reading", Kind.TEXT, "reading", "Id of the reading", READING_ID, names="reading"),
        Field("company", Kind.TEXT, "company", "Slug of the company", "p.company", names="company"),
        Field("predicate", Kind.WORD, "predicate", "What of", "p.predicate", words(Predicate)),
        Field("background", Kind.FLAG, "background", "Told only as background", "p.background"),
        Field(
            "priority",
            Kind.NUMBER,
            "priority",
            "How much a look is worth: value × uncertainty",
            "p.priority",
            sortable=True,
            required=True,
        ),
        Field(
            "recorded_at",
            Kind.INSTANT,
            "recorded_at",
            "When it was read",
            "p.recorded_at",
            sortable=True,
            required=True,
        ),
    ),
    default_sort="-priority",
    outputs=OUTPUTS,
    unversioned=True,
)
PROPOSAL = replace(
    PROPOSALS,
    name="proposal",
    description="One proposal, with all that was done with it",
    fields=(),
    default_sort="",
    outputs=(*OUTPUTS, "steps"),
    pageable=False,
)
DECIDED: dict[int | str, dict[str, Any]] = {
    200: {"model": DecidedProposal, "description": "The proposal as it is now"}
}


@router.get("/v1/proposals", **PROPOSALS.documents(ProposalPage))
async def list_proposals(request: Request) -> Response:
    """What articles seem to claim: that which matters most and is least sure comes first."""

    async def make(question: Question) -> bytes:
        rows = await queries.page_of_proposals(question.connection, question.query.listing)
        return page(question, rows, [dumps(proposal_json(row)) for row in rows], "id")

    return await answer(request, PROPOSALS, make)


@router.get("/v1/proposals/{proposal}", **PROPOSAL.documents(ProposalDetail))
async def get_proposal(proposal: str, request: Request) -> Response:
    """One proposal, with all that was done with it, by whom, when and why."""

    async def make(question: Question) -> bytes:
        row = await queries.proposal(question.connection, _id(proposal))
        if row is None:
            raise not_found("proposal", proposal)
        steps = await queries.steps(question.connection, row["id"])
        told = {**proposal_json(row), "steps": [step_json(step) for step in steps]}
        return single(question, dumps(told))

    return await answer(request, PROPOSAL, make)


@router.post("/v1/proposals/{proposal}/accept", responses=DECIDED)
async def accept_proposal(
    proposal: str, body: Choices, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Accept a proposal: it is ingested, as a claim of the article's document.

    Whom its names mean and which deal it is of is found as for a report; where that is not clear
    the answer lists the candidates, of which the next try may name one.
    """
    refuse_others(request, "dry_run")
    by = By(actor, request.app.state.thresholds, dry_run)
    choices = Chosen(body.companies, Choice(body.event, body.new_event), body.note)
    engine = request.app.state.engine
    done = await deciding.accept(engine, _id(proposal), choices, body.company, by)
    return _decided(proposal, done, dry_run)


@router.post("/v1/proposals/{proposal}/edit", responses=DECIDED)
async def edit_proposal(
    proposal: str, body: EditBody, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Change what a proposal says; its numbers must stand in its quote, and that in the article."""
    refuse_others(request, "dry_run")
    by = By(actor, request.app.state.thresholds, dry_run)
    done = await deciding.edit(request.app.state.engine, _id(proposal), body, by)
    return _decided(proposal, done, dry_run)


@router.post("/v1/proposals/{proposal}/reject", responses=DECIDED)
async def reject_proposal(
    proposal: str, body: RejectBody, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Reject a proposal, with a reason: the article does not claim it, or not like this."""
    refuse_others(request, "dry_run")
    by = By(actor, request.app.state.thresholds, dry_run)
    done = await deciding.reject(request.app.state.engine, _id(proposal), body.reason, by)
    return _decided(proposal, done, dry_run)


def _id(proposal: str) -> UUID:
    return id_in_path("prp", "proposal", proposal)


def _decided(name: str, done: tuple[dict[str, Any], bool] | None, dry_run: bool) -> Response:
    if done is None:
        raise not_found("proposal", name)
    row, is_new = done
    status = DecisionStatus.DONE if is_new else DecisionStatus.UNCHANGED
    told = {"status": status, "proposal": proposal_json(row), "meta": {"dry_run": dry_run}}
    return plain(told)


def _decided_otherwise(error: DecidedOtherwise) -> Problem:
    row = error.row
    told = f"It was {row['state']} by {row['decided_by']}."
    if row["state"] == State.ACCEPTED:
        told += " What was accepted is a claim, which can be retracted."
    return Problem(409, "decided-before", "The proposal was decided otherwise", told)


def _cannot_accept(error: CannotAccept) -> Problem:
    faults = [Fault(e.message, pointer=e.pointer, allowed=e.allowed) for e in error.errors]
    if error.is_unclear:
        detail = (
            "A name or the deal may be one of several: say which, by company, companies, event or"
            " new_event."
        )
        return Problem(409, "not-clear", "It is not clear what is meant", detail, faults)
    detail = "Nothing was accepted. See errors."
    return Problem(422, "cannot-accept", "The proposals cannot be stored", detail, faults)


def _cannot_edit(error: CannotEdit) -> Problem:
    faults = [Fault(e.message, pointer=f"/{e.field}", allowed=e.allowed) for e in error.faults]
    detail = "The article does not say so, or such a claim cannot be stored. See errors."
    return Problem(422, "cannot-edit", "The edit does not stand", detail, faults)


PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    DecidedOtherwise: _decided_otherwise,
    CannotAccept: _cannot_accept,
    CannotEdit: _cannot_edit,
}
