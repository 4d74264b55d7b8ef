"""Short forms spelt out: the companies, sources, products and deals that their names mean.

What a name means is found, or made if it is of none that is known; where it may be of several, the
item waits for a decision. What comes out are documents like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.ingest.batch import STORED, Batch
from app.ingest.short import queries
from app.ingest.short.companies import clear, find_companies, match_names
from app.ingest.short.events import find_deals
from app.ingest.short.parking import still_open
from app.ingest.short.schemas import AccountItem, CapabilityItem, ReportItem
from app.ingest.short.sources import find_products, find_sources
from app.ingest.short.spelling import Spelling, standing
from app.ingest.validation import ValidItem
from app.storage.ids import decode

Row = dict[str, Any]


async def spell_out(batch: Batch, items: Sequence[ValidItem]) -> list[Spelling]:
    """Find or make what short forms name; those that are not clear are left waiting."""
    spellings = [
        Spelling(valid, valid.item, batch.intent.choices.get(valid.index))
        for valid in items
        if isinstance(valid.item, ReportItem | CapabilityItem | AccountItem)
    ]
    if not spellings:
        return []
    spellings = await still_open(batch, spellings)
    matches = await match_names(batch, spellings)
    spellings = await clear(batch, spellings, matches)
    batch.made_for = {one.valid.index for one in spellings}
    await find_companies(batch, spellings, matches)
    await find_sources(batch, spellings)
    spellings = standing(batch, spellings)
    await find_products(batch, spellings)
    await find_deals(batch, spellings)
    return standing(batch, spellings)


async def keep_reasons(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Tell in the results, and keep, whom and what the stored items were taken to mean."""
    kept = []
    for spelling in spellings:
        result = batch.results[spelling.valid.index]
        document = decode("doc", result.id or "")
        if document is None:
            continue
        result.matched = _matched(spelling)
        if spelling.event is not None and result.outcome in STORED:
            kept.append(
                {
                    "document_id": document,
                    "event_id": batch.rows["funding_event", spelling.event]["id"],
                    "reason": spelling.event_reason,
                    "company_reason": spelling.company_reason,
                    "recorded_at": batch.recorded_at,
                    "told": spelling.told,
                }
            )
    if kept:
        await queries.keep_reasons(batch.connection, kept)


def _matched(spelling: Spelling) -> Row:
    return {
        "company": spelling.company["slug"],
        "features": spelling.company_reason,
        "event": spelling.event,
        "reason": spelling.event_reason,
    }
