"""A score as a table, as a list of faults, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import mean, quantiles
from typing import Any

from benchmarks.reading.scoring import Fault, Score

CHARACTERS = 6_000
"""Of such a text the time is told as well."""


def as_json(score: Score, seconds: list[float], characters: int) -> dict[str, Any]:
    """All figures; None where nothing was to be counted."""
    return {
        "texts": score.texts,
        "events": score.events,
        "fields": {
            name: {
                "precision": _rounded(tally.precision),
                "recall": _rounded(tally.recall),
                "f1": _rounded(tally.f1),
                "agreed": _rounded(tally.agreement),
                "right": tally.right,
                "ours": tally.ours,
                "gold": tally.gold,
            }
            for name, tally in score.fields.items()
        },
        "without_event": {
            "texts": score.without_event,
            "stayed_without": score.stayed_without,
            "share": _rounded(_share(score.stayed_without, score.without_event)),
        },
        "status4": {f"{gold} as {ours}": n for (gold, ours), n in sorted(score.statuses.items())},
        "certainty": _sureness(score.sureness),
        "ms": _times(seconds, characters),
    }


def table(title: str, told: dict[str, Any]) -> Iterator[str]:
    """The lines that show what ``as_json`` made."""
    yield f"{title}: {told['texts']} texts, {told['events']} events"
    titles = ("precision", "recall", "F1", "agreed", "right", "ours", "gold")
    yield f"  {'':20}{''.join(f'{title:>10}' for title in titles)}"
    for name, counts in told["fields"].items():
        shares = (_percent(counts[key]) for key in ("precision", "recall", "f1", "agreed"))
        cells = (*shares, counts["right"], counts["ours"], counts["gold"])
        yield f"  {name.replace('_', ' '):20}{''.join(f'{cell:>10}' for cell in cells)}"
    without = told["without_event"]
    yield (
        f"  without event: {without['stayed_without']} of {without['texts']} stay without"
        f" ({_percent(without['share'])})"
    )
    mistaken = [
        f"{pair} {count}"
        for pair, count in told["status4"].items()
        if len(set(pair.split(" as "))) > 1
    ]
    yield f"  status mistaken: {', '.join(mistaken) or 'none'}"
    sure = told["certainty"]
    if sure is not None:
        yield (
            f"  certainty: {sure['mean_if_right']} where the record is right,"
            f" {sure['mean_if_wrong']} where it is wrong; right among the surer half"
            f" {_percent(sure['right_in_surer_half'])}, the rest {_percent(sure['right_in_rest'])}"
        )
    times = [f"{name.replace('_', ' ')} {value}" for name, value in told["ms"].items()]
    yield f"  ms: {', '.join(times)}"


def listing(faults: list[Fault]) -> Iterator[str]:
    """One line for each fault, those of a text together: text, field, gold → ours."""
    last = None
    for fault in faults:
        if fault.field == "status4":  # status6 says more
            continue
        text = fault.text if fault.text != last else ""
        last = fault.text
        yield f"{text:14.14} {fault.field:19} {fault.gold}  →  {fault.ours}"


def _times(seconds: list[float], characters: int) -> dict[str, float | None]:
    if not seconds:
        return dict.fromkeys(("mean", "p50", "p95", f"per_{CHARACTERS}_characters"))
    cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
    per_text = sum(seconds) / characters * CHARACTERS if characters else None
    times = (mean(seconds), cuts[9], cuts[18], per_text)
    names = ("mean", "p50", "p95", f"per_{CHARACTERS}_characters")
    return {
        name: round(time * 1000, 2) if time is not None else None
        for name, time in zip(names, times, strict=True)
    }


def _sureness(told: list[tuple[Decimal, bool]]) -> dict[str, float | None] | None:
    """Whether we are surer of what is right: of two records, ``order`` is how often that holds."""
    if not told:
        return None
    ordered = sorted(told, key=lambda one: -one[0])
    half = len(ordered) // 2
    right = [float(sure) for sure, is_right in told if is_right]
    wrong = [float(sure) for sure, is_right in told if not is_right]
    pairs = [(one > other) + (one == other) / 2 for one in right for other in wrong]
    return {
        "mean_if_right": _rounded(mean(right) if right else None),
        "mean_if_wrong": _rounded(mean(wrong) if wrong else None),
        "right_in_surer_half": _rounded(_share(sum(r for _, r in ordered[:half]), half)),
        "right_in_rest": _rounded(_share(sum(r for _, r in ordered[half:]), len(told) - half)),
        "order": _rounded(mean(pairs) if pairs else None),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
