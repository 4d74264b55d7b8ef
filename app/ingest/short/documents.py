"""The documents that short forms are, once it is clear of whom they tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.claims.vocabulary import Evidence, SourceKind
from app.ingest.batch import Batch
from app.ingest.schemas import (
    About,
    ClaimItem,
    DocumentItem,
)
from app.ingest.short.drafts import Draft
from app.ingest.short.schemas import AccountItem, ToldClaim
from app.ingest.short.spelling import Spelling
from app.ingest.validation import ValidItem

Row = dict[str, Any]


def documents(batch: Batch, spellings: Iterable[Spelling]) -> list[tuple[ValidItem, DocumentItem]]:
    """The documents that spelt out items are."""
    return [_document(batch, one) for one in spellings]


def _document(batch: Batch, spelling: Spelling) -> tuple[ValidItem, DocumentItem]:
    valid, item = spelling.valid, spelling.item
    evidence = item.evidence or _evidence(batch, spelling)
    claims = [_claim(spelling, draft, evidence) for draft in valid.drafts]
    if isinstance(item, AccountItem):
        claims = [
            _as_told(claim, told, origin)
            for claim, told, origin in zip(claims, item.claims, spelling.origins, strict=True)
        ]
    document = publication(batch, spelling).model_copy(update={"claims": claims})
    return replace(valid, item=document, short=item), document


def publication(batch: Batch, spelling: Spelling) -> DocumentItem:
    """The document that an item is of, without its claims.

    One without an address is known by its title, which is the same for all spellings of names.
    """
    item = spelling.item
    kind = {"kind": item.document_kind} if item.document_kind else {}
    name = batch.sources[spelling.source]["name"]
    return DocumentItem(
        type="document",
        source=spelling.source,
        url=item.url,
        title=item.title or (None if item.url else f"{name} on {spelling.company['slug']}"),
        published_at=item.published_at,
        relays=spelling.relays,
        **kind,
    )


def _claim(spelling: Spelling, draft: Draft, evidence: Evidence) -> ClaimItem:
    """A draft with the identities that it names, and the evidence there is."""
    about = About(event=spelling.event, product=spelling.product)
    if spelling.event is None and spelling.product is None:
        about = About(company=spelling.company["slug"])
    told = {"about": about, "evidence": evidence}
    if draft.object is not None:
        told["object"] = spelling.others[draft.object]["slug"]
    return draft.claim.model_copy(update=told)


def _as_told(claim: ClaimItem, told: ToldClaim, origin: str | None) -> ClaimItem:
    """A claim of an account, each of which tells its grounds and may have an origin of its own."""
    own: dict[str, Any] = {"origin": origin}
    if told.evidence is not Evidence.UNATTRIBUTED:
        own["evidence"] = told.evidence
    return claim.model_copy(update=own)


def _evidence(batch: Batch, spelling: Spelling) -> Evidence:
    """On what grounds it is said, by who says it: a party, a register, or an outlet."""
    source = batch.sources[spelling.source]
    if source["kind"] == SourceKind.REGULATOR:
        return Evidence.FILING
    if source["company_id"] is None:
        return Evidence.UNATTRIBUTED
    parties = {batch.present(row["id"]) for row in (spelling.company, *spelling.others)}
    speaks_for = batch.present(source["company_id"])
    return Evidence.PARTY if speaks_for in parties else Evidence.UNATTRIBUTED
