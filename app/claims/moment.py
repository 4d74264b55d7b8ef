"""The moment a question is asked about: what was public, what was known here, which policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.claims.policy import DEFAULT, Policy


@dataclass(frozen=True, slots=True)
class Moment:
    """``as_of``: the public record then. ``known_at``: this database then. ``None`` is now."""

    as_of: datetime | None = None
    known_at: datetime | None = None
    policy: Policy = DEFAULT

    @property
    def is_past(self) -> bool:
        """Whether some of what is here may not have been public or known yet."""
        return self.as_of is not None or self.known_at is not None

    @property
    def at(self) -> datetime:
        """The instant from which ages are counted: that a rumour is a year old, say."""
        return self.as_of or self.known_at or datetime.now(UTC)


NOW = Moment()
