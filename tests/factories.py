"""Items of the ingest contract that many tests start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def round_of(
    company: str,
    *,
    amount: float = 100,
    currency: str = "USD",
    parts: Sequence[tuple[float, str, str]] = (),
) -> list[dict[str, Any]]:
    """A company with one closed round, whose investors take parts on some terms."""
    event = {"event": f"{company}-round"}
    told = {"about": event, "evidence": "party"}
    money = {**told, "currency": currency}
    investors = [f"investor-{number}" for number in range(len(parts))]
    names = [(company, "lab"), *((name, "investor") for name in investors)]
    claims = [
        {**told, "predicate": "stage", "term": "closed", "effective_on": "2025-06-17"},
        {**told, "predicate": "round_label", "term": "series_a"},
        {**money, "predicate": "amount", "stated": amount},
        {**money, "predicate": "valuation", "basis": "post_money", "stated": amount * 10},
    ]
    for name, (part, condition, status) in zip(investors, parts, strict=True):
        terms = {"object": name, "stated": part, "condition": condition, "status": status}
        claims.append({**money, "predicate": "participation", **terms})
    return [
        *({"type": "company", "slug": n, "name": n.title(), "kind": kind} for n, kind in names),
        {"type": "source", "slug": "wire", "name": "The Wire", "kind": "newsroom"},
        {"type": "funding_event", "key": event["event"], "company": company, "label": "Round"},
        {
            "type": "document",
            "source": "wire",
            "title": f"{company} closes",
            "published_at": "2025-06-18",
            "claims": claims,
        },
    ]
