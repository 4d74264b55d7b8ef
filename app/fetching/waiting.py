"""How long to wait before another try."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds that a ``Retry-After`` asks for: a number, or a date yet to come."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def backoff(attempt: int, asked: float | None = None) -> float:
    """Seconds to wait after the ``attempt``-th failure, counted from 0.

    It doubles up to a minute, and is spread so that those who failed together do not come
    back together; never less than was asked for.
    """
    longest = min(FIRST_WAIT * 2 ** min(attempt, 10), LONGEST_WAIT)
    wait = random.uniform(longest / 2, longest)
    return wait if asked is None else max(asked, wait)
