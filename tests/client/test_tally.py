"""What a run tells, where no terminal shows a bar."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from app.client.errors import Exit
from app.client.sending import Counts, Result
from app.client.tally import Progress, Tally, table, total


def test_without_a_terminal_a_line_comes_now_and_then() -> None:
    told, now = io.StringIO(), [0.0]
    progress = Progress("items.csv", 200, stream=told, seconds=30, clock=lambda: now[0])
    for seconds, items in ((10, 1_000), (31, 2_000), (50, 3_000), (62, 4_000)):
        now[0] = seconds
        progress.show(items // 20, Counter(items=items, rejected=3))
    progress.close()
    assert told.getvalue().splitlines() == [
        "items.csv: 2,000 items (50%), 3 not stored",
        "items.csv: 4,000 items (100%), 3 not stored",
    ]


@pytest.mark.parametrize(
    ("statuses", "strict", "code"),
    [
        (["created", "unchanged", "merged"], True, Exit.STORED),
        (["created", "waiting"], False, Exit.STORED),
        (["created", "waiting"], True, Exit.SOME_REJECTED),
        (["created", "conflict"], False, Exit.SOME_REJECTED),
        (["rejected"], False, Exit.SOME_REJECTED),
        (["a word of a later release"], False, Exit.SOME_REJECTED),
        ([], True, Exit.STORED),
    ],
)
def test_the_exit_code_tells_whether_all_is_stored(
    statuses: list[str], strict: bool, code: Exit
) -> None:
    tally = Tally()
    for status in statuses:
        tally.add(Result(0, status))
    assert tally.exit_code(strict=strict) is code


def test_the_rate_counts_what_this_run_sent() -> None:
    resumed = Tally()
    resumed.go_on({"items": 1_000, "created": 1_000})
    resumed.add(Result(0, "merged", claims=Counts(2, 1)))
    whole = total([resumed, Tally()])
    told = dict(row.rsplit(maxsplit=1) for row in table(whole, "files", 2, 0.5).splitlines())
    assert (told["items"], told["created"], told["merged"]) == ("1,001", "1,000", "1")
    assert (told["claims created"], told["claims unchanged"], told["items/s"]) == ("2", "1", "2")
