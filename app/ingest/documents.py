"""Documents and their claims: stored set-wise, known again by key and content hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from app.claims import relay_queries
from app.claims.relays import roots
from app.claims.vocabulary import Subject
from app.ingest import queries
from app.ingest.batch import STORED, Batch
from app.ingest.identities import find, reconcile, unknown
from app.ingest.merged import as_now
from app.ingest.normalise import claim_row, document_row, facet_of, subject_of
from app.ingest.schemas import ClaimItem, DocumentItem, Outcome
from app.ingest.short.schemas import AccountItem
from app.ingest.validation import ItemError, ValidItem
from app.storage.ids import new_id
from app.storage.rows import insert

Row = dict[str, Any]


async def store_documents(batch: Batch, items: Sequence[tuple[ValidItem, DocumentItem]]) -> None:
    """Find or make the documents of a chunk and store the claims that are new."""
    if not items:
        return
    await _find_references(batch, [item for _, item in items])
    rows = [document_row(item) for _, item in items]
    known = await queries.known(batch.connection, "document", "key", {row["key"] for row in rows})
    fresh: list[Row] = []
    claims: list[tuple[int, Row]] = []
    settled: list[tuple[int, UUID]] = []
    for (valid, item), row in zip(items, rows, strict=True):
        if isinstance(valid.short, AccountItem) and row["key"] in known:
            item, row = await _as_stored(batch, item, row, known[row["key"]])
        errors = _unknown_references(batch, valid, item)
        if errors:
            batch.refuse(valid, errors)
            continue
        row |= _reference_columns(batch, item)
        document = await _settle_document(batch, valid, item, row, known.get(row["key"]))
        if document is None:
            continue
        if row["key"] not in known:
            fresh.append(document)
            known[row["key"]] = document
        settled.append((valid.index, document["id"]))
        claims += [(valid.index, claim) for claim in _claim_rows(batch, valid, item, document)]
    await insert(batch.connection, "document", fresh)
    await _store_claims(batch, claims)
    changed = {document for index, document in settled if batch.results[index].outcome in STORED}
    await _follow_chains(batch, sorted(changed))


async def _find_references(batch: Batch, documents: Sequence[DocumentItem]) -> None:
    claims = [claim for document in documents for claim in document.claims]
    about = [claim.about for claim in claims]
    origins = [claim.origin for claim in claims]
    relays = [document.relays for document in documents]
    companies = [*(a.company for a in about), *(claim.object for claim in claims)]
    await find(
        batch,
        sources=_given([*(document.source for document in documents), *origins, *relays]),
        companies=_given(companies),
        products=_given([a.product for a in about]),
        events=_given([a.event for a in about]),
    )
    for slug in _given(companies):
        if slug in batch.companies:
            company = batch.companies[slug]["id"]
            batch.refer(Subject.COMPANY, slug, company, batch.present(company))


async def _as_stored(
    batch: Batch, item: DocumentItem, row: Row, stored: Row
) -> tuple[DocumentItem, Row]:
    """The document of an account as it is known: what was read of it otherwise stands aside.

    Whom it relays decides what its claims are known by. If it was stored as relaying nobody, the
    origin stands with each claim.
    """
    relays = await queries.slug_of_source(batch.connection, stored["relays_source_id"])
    claims = [
        claim.model_copy(update={"origin": claim.origin or item.relays}) for claim in item.claims
    ]
    await find(batch, sources=_given([relays]))
    as_stored = item.model_copy(update={"relays": relays, "claims": claims})
    return as_stored, row | {name: stored[name] for name in _AS_STORED}


_AS_STORED = ("title", "title_normalised", "kind", "url", "relays_place", "distortions")


def _given(slugs: Iterable[str | None]) -> list[str]:
    return [slug for slug in slugs if slug]


def _unknown_references(batch: Batch, valid: ValidItem, item: DocumentItem) -> list[ItemError]:
    errors = []
    for pointer, slug in (("/source", item.source), ("/relays", item.relays)):
        if slug and slug not in batch.sources:
            errors.append(unknown(valid, pointer, "source", slug))
    for position, claim in enumerate(item.claims):
        pointer = f"/claims/{position}"
        kind, slug = subject_of(claim)
        if (kind, slug) not in batch.references:
            errors.append(unknown(valid, f"{pointer}/about/{kind}", kind, slug))
        if claim.object and claim.object not in batch.companies:
            errors.append(unknown(valid, f"{pointer}/object", "company", claim.object))
        elif claim.object and _speaks_of_itself(batch, (kind, slug), claim.object):
            fault = "must be another company than the claim is about"
            errors.append(valid.error(f"{pointer}/object", fault))
        if claim.origin and claim.origin not in batch.sources:
            errors.append(unknown(valid, f"{pointer}/origin", "source", claim.origin))
    return errors


def _speaks_of_itself(batch: Batch, about: tuple[Subject, str], slug: str) -> bool:
    """Whether a claim's object is its own company, by whatever name."""
    reference = batch.references.get(about)
    company = batch.present(batch.companies[slug]["id"])
    return reference is not None and company == reference.player_id


def _reference_columns(batch: Batch, item: DocumentItem) -> Row:
    return {
        "source_id": batch.sources[item.source]["id"],
        "relays_source_id": batch.sources[item.relays]["id"] if item.relays else None,
    }


async def _settle_document(
    batch: Batch, valid: ValidItem, item: DocumentItem, row: Row, stored: Row | None
) -> Row | None:
    if stored is None:
        document = {"id": new_id(), **row, "recorded_at": batch.recorded_at}
        batch.settle(valid, Outcome.CREATED, "doc", document["id"])
        return document
    # A kind that was not told contradicts none.
    told = [name for name in _RECONCILED if name != "kind" or name in item.model_fields_set]
    fills, conflicts = reconcile(stored, {name: row[name] for name in told}, valid)
    # What a document relays decides what its claims are known by: that cannot be added later.
    if "relays_source_id" in fills:
        conflicts.append(valid.error("/relays", "was not stated when the document was stored"))
    if conflicts:
        batch.refuse(valid, conflicts, Outcome.CONFLICT)
        return None
    if fills:
        await queries.fill(batch.connection, "document", stored["id"], fills)
        stored.update(fills)
    outcome = Outcome.MERGED if fills else Outcome.UNCHANGED
    batch.settle(valid, outcome, "doc", stored["id"])
    return stored


# The URL is compared in its canonical form, which is the key; spellings of it may differ.
_RECONCILED = (
    "source_id",
    "title",
    "title_normalised",
    "kind",
    "retrieved_at",
    "relays_source_id",
    "relays_place",
    "distortions",
    "attribution",
)


def _claim_rows(batch: Batch, valid: ValidItem, item: DocumentItem, document: Row) -> Iterable[Row]:
    for claim, number in zip(item.claims, valid.numbers, strict=True):
        kind, slug = subject_of(claim)
        object_id = batch.companies[claim.object]["id"] if claim.object else None
        row = claim_row(
            claim,
            number,
            (kind, batch.references[kind, slug]),
            object_id,
            document,
            _origin(batch, item, claim),
        )
        # After the hashes, which are those of what was told: sent again, it is known again.
        now = as_now(row, batch.roots)
        if now["first_object_id"] is not None:
            now["facet"] = facet_of(claim, now["object_id"])
        yield {"id": new_id(), **now, "recorded_at": batch.recorded_at}


def _origin(batch: Batch, item: DocumentItem, claim: ClaimItem) -> tuple[UUID, str]:
    """The origin as stated: whom the claim names, else whom the document relays, else its source.

    What somebody says of a matter when asked, a refusal to comment say, is their own.
    """
    slug = claim.origin or item.relays or item.source
    return batch.sources[slug]["id"], slug


async def _store_claims(batch: Batch, claims: Sequence[tuple[int, Row]]) -> None:
    rows = [{**dict.fromkeys(_SUBJECT_COLUMNS), **row} for _, row in claims]
    created = await insert(batch.connection, "claim", rows, unless_known_by="content_hash")
    for index, row in claims:
        result = batch.results[index]
        result.content_hashes.append(row["content_hash"])
        if row["id"] not in created:
            result.claims_unchanged += 1
            continue
        result.claims_created += 1
        if result.outcome is Outcome.UNCHANGED:
            result.outcome = Outcome.MERGED
        for about in {row["player_id"], row.get("event_id"), row.get("product_id")} - {None}:
            batch.new_claims.setdefault(about, []).append(row["id"])
        batch.touch(row["player_id"], row.get("product_id"))


_SUBJECT_COLUMNS = ("company_id", "first_company_id", "product_id", "event_id")


async def _follow_chains(batch: Batch, documents: Sequence[UUID]) -> None:
    """Lead the claims of documents, and of all that repeats them, back to their present roots.

    What a document repeats may come later than the document, or never: only the set of what
    is stored counts.
    """
    repeating = await relay_queries.behind(batch.connection, documents)
    if not repeating:
        return
    found = roots(await relay_queries.ahead(batch.connection, repeating))
    moved = await queries.lead_back(batch.connection, {one: found[one] for one in repeating})
    for player, product in moved:
        batch.touch(player, product)
