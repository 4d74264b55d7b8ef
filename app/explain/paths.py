"""Figures by their place in an answer: ``valuations.post_money``, ``total_raised.equity``. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.claims.changes import named

Json = Mapping[str, Any]


def figures(body: Any, place: str = "") -> Iterator[tuple[str, Json]]:
    """Every figure of an answer, and every word that rests on a claim, with its place.

    Members of a list are named by what tells them apart, so that the place of one does not
    depend on the others: ``investors.amazon|up_front.amount``.
    """
    if isinstance(body, Mapping):
        if place and ("claim_id" in body or "null_reason" in body):
            yield place, body
        for name, value in body.items():
            if name not in _NOT_WITHIN:
                yield from figures(value, f"{place}.{name}" if place else name)
    elif isinstance(body, list):
        for member in body:
            if isinstance(member, Mapping) and (named := _name(member)):
                yield from figures(member, f"{place}.{named}")


# What stands within a figure is the figure's own, and findings are explained by their claims.
_NOT_WITHIN = frozenset({"alternatives", "event", "company", "parent", "findings", "stances"})


def _name(member: Json) -> str:
    if "read_as" in member:
        return str(member["read_as"])
    if "benchmark" in member:
        parts = [member[name] for name in ("benchmark", "version", "setting", "evaluator")]
    elif "metric" in member:
        parts = [member[name] for name in ("metric", "period", "setting")]
    elif "role" in member:
        parts = [member["company"]["slug"], member["tranche"]]
    elif "term" in member:
        parts = [member["term"]]
    elif member.get("event"):
        parts = [member["event"]["slug"]]
    else:
        parts = [member.get("currency")]
    return named(parts)
