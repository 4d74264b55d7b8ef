"""How often a client may ask: a bucket of tokens for each, which fills up in a minute.

It is kept in this process: several servers on one database each admit as much.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

MINUTE = 60
MOST_CLIENTS = 10_000
"""Clients remembered at once. The one that has been silent longest is forgotten first, and as a
bucket is full again after a minute of silence, it hardly gains by it."""

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands after a request: requests left, seconds until all are back.

    ``retry_after`` is 0 if the request is admitted, else the seconds until one would be.
    """

    remaining: int
    full_in: int
    retry_after: int


class Limit:
    """At most so many requests a minute of each client, all of them at once if it likes.

    The clock gives seconds; any that does not run backwards will do.
    """

    def __init__(
        self, name: str, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.per_minute = per_minute
        self.clock = clock
        self.policy = (b"ratelimit-policy", f'"{name}";q={per_minute};w={MINUTE}'.encode())
        self.full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, client: str) -> Standing:
        """Count a request of a client, if it is admitted."""
        now, cost = self.clock(), MINUTE / self.per_minute
        # One number tells how full the bucket is: when it will be full again (the "virtual
        # scheduling" of the generic cell rate algorithm, ITU-T I.371).
        full_at = max(self.full_at.get(client, now), now) + cost
        lacking = full_at - now - MINUTE
        if lacking > _ROUNDING:
            full_in = full_at - cost - now
            return Standing(0, ceil(full_in), max(1, ceil(lacking)))
        self.full_at[client] = full_at
        self.full_at.move_to_end(client)
        if len(self.full_at) > MOST_CLIENTS:
            self.full_at.popitem(last=False)
        return Standing(floor(_ROUNDING - lacking / cost), ceil(full_at - now), 0)

    def headers(self, standing: Standing) -> Headers:
        """``RateLimit-Policy`` and ``RateLimit`` of draft-ietf-httpapi-ratelimit-headers."""
        left = f'"{self.name}";r={standing.remaining};t={standing.full_in}'
        return [self.policy, (b"ratelimit", left.encode())]


_ROUNDING = 1e-6
