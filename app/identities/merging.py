"""Companies that turn out to be one, and those that turn out not to be: merged and split again.

A merge changes no claim: each keeps what it was told of, and stands with the company that the
active merges lead to. So the order of merges never matters, and a split brings all of it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.claims import change_queries, keeping
from app.claims.changes import Cause
from app.claims.vocabulary import ChangeReason, ChangeSubject
from app.identities import merge_queries as queries
from app.identities.merge_queries import Moved
from app.identities.schemas import MergeStatus
from app.storage.engine import write_transaction
from app.storage.version import Version, begin_write

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, the entry of the ledger, and what moved."""

    status: MergeStatus
    entry: Row
    moved: Moved


class CannotMerge(Exception):
    """Two companies cannot be merged, or one cannot be split off.

    ``claims`` are those that stand in the way.
    """

    def __init__(self, message: str, claims: Iterable[UUID] = ()) -> None:
        super().__init__(message)
        self.claims = tuple(claims)


async def merge(
    engine: AsyncEngine,
    company: UUID,
    into: UUID,
    reason: str,
    *,
    actor: str,
    dry_run: bool = False,
) -> Outcome:
    """Judge a company to be another one: from now on all that is told of it stands with that.

    ``dry_run`` stores nothing and tells what would happen.

    Raises:
        CannotMerge: they are the same already by another merge, or are told of each other.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, actor)
        if (merged := await _active(connection, company)) is not None:
            if merged["into_id"] != into:
                raise CannotMerge(f"is merged into {merged['into_slug']}: split it off first")
            await connection.rollback()
            return Outcome(MergeStatus.UNCHANGED, merged, Moved())
        root = await queries.root(connection, into)
        if root == company:
            raise CannotMerge("both are the same company already")
        if between := await queries.claims_between(connection, company, root):
            raise CannotMerge(
                "claims tell what one has to do with the other: retract them", between
            )
        await queries.merge(connection, company, into, reason, actor, write)
        group = await queries.together(connection, root)
        done = await _follow(connection, MergeStatus.MERGED, company, roots(group), reason, write)
        if dry_run:
            await connection.rollback()
        return done


async def split(
    engine: AsyncEngine, company: UUID, reason: str, *, actor: str, dry_run: bool = False
) -> Outcome:
    """Judge a merged company to be one of its own after all: what is told of it comes back.

    ``dry_run`` stores nothing and tells what would happen.

    Raises:
        CannotMerge: it never was merged.
    """
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, actor)
        if await _active(connection, company) is None:
            undone = await queries.newest(connection, company)
            if undone is None:
                raise CannotMerge("is not merged into any company")
            await connection.rollback()
            return Outcome(MergeStatus.UNCHANGED, undone, Moved())
        group = await queries.together(connection, await queries.root(connection, company))
        await queries.split(connection, company, reason, actor, write)
        apart = roots({**group, company: None})
        done = await _follow(connection, MergeStatus.SPLIT, company, apart, reason, write)
        if dry_run:
            await connection.rollback()
        return done


def roots(leads: Mapping[UUID, UUID | None]) -> dict[UUID, UUID]:
    """Where each company leads to in the end, by what each leads to directly."""

    def root(company: UUID) -> UUID:
        into = leads[company]
        return company if into is None else root(into)

    return {company: root(company) for company in leads}


async def _active(connection: AsyncConnection, company: UUID) -> Row | None:
    """The entry of the merge that a company is under."""
    entry = await queries.newest(connection, company)
    return entry if entry is not None and entry["split_at"] is None else None


async def _follow(
    connection: AsyncConnection,
    status: MergeStatus,
    company: UUID,
    roots: Mapping[UUID, UUID],
    reason: str,
    write: Version,
) -> Outcome:
    """Let everything follow the ledger, keep the views right, and log what happened."""
    moved = await queries.follow(connection, roots)
    entry = await queries.newest(connection, company)
    assert entry is not None
    cause = Cause(ChangeReason(status.value))
    await change_queries.log(connection, write, [_change(entry, cause.reason, reason)])
    # Those who name a company as their owner, rival or investor show it by its present name.
    shown = roots.keys() | moved.owned | await queries.players_of(connection, moved.claims)
    await keeping.refresh(connection, shown, moved.products, write, cause)
    return Outcome(status, entry, moved)


def _change(entry: Row, reason: ChangeReason, note: str) -> Row:
    apart, together = {"merged_into": None}, {"merged_into": entry["into_slug"]}
    merged = reason is ChangeReason.MERGED
    return {
        "subject": ChangeSubject.COMPANY,
        "company_id": entry["company_id"],
        "reason": reason,
        "note": note,
        "before": apart if merged else together,
        "after": together if merged else apart,
        "caused_by": [],
    }
