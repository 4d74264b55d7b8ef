"""The moment a question is asked about: what was public, what was known here, which policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.claims.policy import DEFAULT, Policy


@dataclass(frozen=True, slots=True)
class Moment:
    """``as_of``: the public record then. ``known_at``: this database then. ``None`` is now."""

    as_of: datetime | None = None
    known_at: datetime | None = None
    policy: Policy = DEFAULT


NOW = Moment()
