"""Memory: how often Python looks for garbage that counting references does not free."""

from __future__ import annotations

import gc


def look_for_cycles_seldom() -> None:
    """Let thousands of live objects be made before Python goes through all of them.

    A batch makes hundreds of thousands that live until it is stored, hardly any of them in a
    cycle: by default the looking takes a quarter of the time of an ingest.
    """
    gc.set_threshold(50_000, 20, 100)
