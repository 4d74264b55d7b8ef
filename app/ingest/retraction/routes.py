"""``POST /v1/claims/{claim}/retract``: a claim taken out from now on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.claims.evidence import claim_json
from app.ingest.retraction.service import retract
from app.ingest.schemas import Retracted, Retraction, RetractionStatus
from app.keys.gate import Reviewing
from app.web.parameters import id_in_path
from app.web.problems import not_found
from app.web.writes import DryRun, plain, refuse_others

router = APIRouter(tags=["claims"])


@router.post(
    "/v1/claims/{claim}/retract",
    responses={200: {"model": Retracted, "description": "The claim as it stands now"}},
)
async def retract_claim(
    claim: str, body: Retraction, request: Request, actor: Reviewing, dry_run: DryRun = False
) -> Response:
    """Take a claim out from now on, with a reason; it stays to be read as it was."""
    refuse_others(request, "dry_run")
    is_new, row = await retract(
        request.app.state.engine,
        id_in_path("clm", "claim", claim),
        body.reason,
        actor=actor,
        dry_run=dry_run,
    )
    if row is None:
        raise not_found("claim", claim)
    status = RetractionStatus.RETRACTED if is_new else RetractionStatus.UNCHANGED
    return plain({"status": status, "claim": claim_json(row), "meta": {"dry_run": dry_run}})
