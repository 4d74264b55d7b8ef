"""How a view changed: what was resolved before, and what is now. Pure.

Only resolved values count: that one document more says the same is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.claims.vocabulary import ChangeReason

Json = Mapping[str, Any]
Values = dict[str, Any]

MOST_CAUSES = 50
"""Claims named as the cause of one change at most; a bulk load may bring thousands."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why views are refreshed: the reason, and the claims behind it by what they are about."""

    reason: ChangeReason
    claims: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)

    def of(self, identity: UUID) -> list[UUID]:
        """The claims about one identity that caused its change, the first of them."""
        return list(self.claims.get(identity, ()))[:MOST_CAUSES]


def changed(
    kind: str, before: Json | None, after: Json | None, reason: ChangeReason
) -> tuple[Values, Values] | None:
    """The resolved values that differ between two bodies of a view, before and after.

    Those of no body are none at all; ``None`` if nothing differs. Where a body was recomputed,
    the one before may be of a release that did not show all there is now: what it could not
    tell has not changed.
    """
    old, new = (dict(_VALUES[kind](body)) if body else {} for body in (before, after))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if reason is ChangeReason.RECOMPUTED and before is not None:
        names = [name for name in names if name in old]
    if not names and (before is None) == (after is None):
        return None
    return (
        {name: old[name] for name in names if name in old},
        {name: new[name] for name in names if name in new},
    )


Named = Iterator[tuple[str, Any]]


def _of_event(body: Json) -> Named:
    for name in ("stage", "evidence_status", "round_type", "happened_on"):
        yield name, body[name]
    for group in ("amounts", "valuations"):
        for facet, figure in body[group].items():
            yield f"{group}.{facet}", _number(figure)
    for part in body["investors"]:
        terms = {name: part[name] for name in ("role", "condition", "status")}
        place = named((part["company"]["slug"], part["tranche"]))
        yield f"investors.{place}", {**terms, **_number(part["amount"])}
    for use in body["use_of_proceeds"]:
        yield f"use_of_proceeds.{use['term']}", use["modality"]


def _of_company(body: Json) -> Named:
    for name in ("valuation", "last_round"):
        event = body[name]["event"]
        yield name, {**_number(body[name]), "event": event and event["slug"]}
    for name in ("equity", "debt", "committed", "unconditional", "funded"):
        if name in body["total_raised"]:
            yield f"total_raised.{name}", _number(body["total_raised"][name])
    yield "funding_events", body["funding_events"]
    for figure in body.get("metrics", ()):
        place = named((figure["metric"], figure["period"], figure["setting"]))
        yield f"metrics.{place}", _number(figure)


def _of_product(body: Json) -> Named:
    released = body["released"]
    if released is not None:
        yield "released", {"on": released["on"], "access": released["access"]}
    for figure in body["benchmarks"]:
        run = (figure["benchmark"], figure["version"], figure["setting"], figure["evaluator"])
        yield f"benchmarks.{named(run)}", _number(figure)


def named(parts: Iterable[str | None]) -> str:
    """One name of several parts. What is missing keeps its place: a version is no setting."""
    return "|".join(part or "" for part in parts).rstrip("|")


_VALUES = {"funding_event": _of_event, "company": _of_company, "product": _of_product}

_PLAIN = ("low", "high", "stated", "qualifier", "currency", "unit", "basis", "null_reason")


def _number(figure: Json) -> Values:
    told = zip(_PLAIN, map(figure.get, _PLAIN), strict=True)
    return {name: value for name, value in told if value is not None}
