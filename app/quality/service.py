"""All that does not cohere, for whoever checks the whole database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import views
from app.claims.lists import count
from app.claims.moment import NOW
from app.storage.json import loads
from app.storage.listing import Field, Filter, Kind, Listing, SortKey, key_of

FLAWED = Filter(Field("has_findings", Kind.FLAG, "has_findings", ""), "eq", True)
ERRORS = count("errors", "Number of errors")
WARNINGS = count("warnings", "Number of warnings")
MOST_ERRORS_FIRST = (SortKey(ERRORS, descending=True), SortKey(WARNINGS, descending=True))
PAGE = 500


@dataclass(frozen=True, slots=True)
class Flaw:
    """One finding, briefly: whose, of which deal, what, and by which claims."""

    company: str
    event: str | None
    severity: str
    check: str
    detail: str
    claims: tuple[str, ...]


async def flaws(connection: AsyncConnection) -> AsyncIterator[Flaw]:
    """Every finding there is, the players with most errors first, a page at a time."""
    listing = Listing((FLAWED,), MOST_ERRORS_FIRST, PAGE)
    while True:
        rows = await views.page(connection, views.COMPANIES, listing, NOW)
        for row in rows[:PAGE]:
            for found in loads(row["findings"]):
                event = found["event"]["slug"] if found["event"] else None
                claims = tuple(found["claim_ids"])
                severity, check, detail = found["severity"], found["check"], found["detail"]
                yield Flaw(row["slug"], event, severity, check, detail, claims)
        if len(rows) <= PAGE:
            return
        listing = replace(listing, after=key_of(rows[PAGE - 1], listing.sort, "company_id"))
