"""What people have judged of names: a judgement wins over any likeness, and a later one over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Verdict(StrEnum):
    """What a name was judged to be."""

    SAME = "same"
    """The name of this company."""
    OTHER = "other"
    """Not the name of this company."""
    NEW = "new"
    """A company of its own: none of those there were."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement of a name; no company where it was judged to be a new one."""

    verdict: Verdict
    company_id: UUID | None
    judged_at: datetime


@dataclass(slots=True)
class Standing:
    """What holds of a name after all judgements: its company, and those that it is not."""

    company_id: UUID | None = None
    rejected: set[UUID] = field(default_factory=set)
    new_since: datetime | None = None
    """Companies recorded by then are not the one; one that came later may be."""

    def rejects(self, company: UUID, recorded_at: datetime) -> bool:
        is_older = self.new_since is not None and recorded_at <= self.new_since
        return company in self.rejected or is_older


def standing(judgements: Iterable[Judgement]) -> Standing:
    """What holds after some judgements of one name, the oldest first."""
    now = Standing()
    for one in judgements:
        match one.verdict, one.company_id:
            case Verdict.NEW, _:
                now = Standing(rejected=now.rejected, new_since=one.judged_at)
            case Verdict.SAME, UUID() as company:
                now = Standing(company, now.rejected - {company})
            case Verdict.OTHER, UUID() as company:
                now.rejected.add(company)
                if now.company_id == company:
                    now.company_id = None
    return now
