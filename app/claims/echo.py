"""Where a claim started, and who repeated it: one origin and its echoes. Pure.

Many outlets that repeat one report are one origin. Here they stand in a row behind it, with how
long each took and what it changed on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.claims.evidence import document_json, reference
from app.claims.relays import Publication, depths, repeated
from app.claims.values import render_date
from app.storage.ids import encode

Row = Mapping[str, Any]

STATED = ("low", "high", "stated", "qualifier", "currency", "unit", "basis", "term")
"""What is said."""

HELD = (*STATED, "null_reason", "status", "condition", "role", "form", "stance", "modality")
"""What an echo can change of what it repeats: what is said, on what terms, and how surely."""


def of_one_origin(asked: Row, said: Iterable[Row]) -> list[Row]:
    """Those of some claims that go back to the origin of the one asked about, in order."""
    return sorted((row for row in said if row["origin_id"] == asked["origin_id"]), key=_when)


def echo_tree(asked: Row, said: Sequence[Row], documents: Sequence[Publication]) -> dict[str, Any]:
    """The tree of the claim that was asked about.

    ``said`` are all claims of the same identity, predicate and facet at the moment asked
    about, as evidence rows; those of the same root origin are the tree, the others stand
    beside it. ``documents`` are those of the tree and all that they lead back to, at that moment.
    """
    ours = of_one_origin(asked, said)
    own = [row for row in ours if not _is_relay(row)]
    root = own[0] if own else None
    echoes = [row for row in ours if _is_relay(row)]
    start = root or (echoes[0] if echoes else None)
    by_document: dict[UUID, list[Row]] = {}
    for row in ours:
        by_document.setdefault(row["document_id"], []).append(row)
    steps = depths(documents, asked["origin_id"])
    tree = _Tree(start, by_document, repeated(documents), steps)
    return {
        "origin": reference("src", asked, "origin"),
        "root": tree.node(root) if root else None,
        "restated": [tree.node(row) for row in own[1:]],
        "echoes": [tree.node(row) for row in echoes],
        "appearances": len({row["document_id"] for row in ours}),
        "other_origins": _others(asked, said),
    }


def _others(asked: Row, said: Iterable[Row]) -> list[dict[str, Any]]:
    rest = sorted(
        (row for row in said if row["origin_id"] != asked["origin_id"]),
        key=lambda row: (str(row["origin_slug"]), _when(row)),
    )
    return [
        {
            "origin": reference("src", first := mine[0], "origin"),
            "independent": first["origin_group"] != asked["origin_group"],
            "agrees": any(all(row[name] == asked[name] for name in STATED) for row in mine),
            "appearances": len({row["document_id"] for row in mine}),
            "first_reported_at": _reported(first),
        }
        for mine in (list(rows) for _, rows in groupby(rest, key=lambda row: row["origin_id"]))
    ]


@dataclass(frozen=True, slots=True)
class _Tree:
    """Where the claims of one origin start, and which document each of theirs repeats."""

    start: Row | None
    claims: Mapping[UUID, Sequence[Row]]
    repeated: Mapping[UUID, Publication]
    depths: Mapping[UUID, int]

    def node(self, row: Row) -> dict[str, Any]:
        source = self._source(row)
        return {
            "claim_id": encode("clm", row["id"]),
            "document": document_json(row),
            "repeats": encode("doc", source.id) if source else None,
            "depth": self._depth(row),
            "evidence": row["evidence"],
            "stance": row["stance"],
            "reported_at": _reported(row),
            "lag_days": _lag(_dated(row), _dated(self.start) if self.start else None),
            "lag_to_repeated_days": _lag(_dated(row), _published(source) if source else None),
            "changed": _changed(row, self.start) if self.start else [],
            "changed_from_repeated": self._changed_from(row, source) if source else None,
            "value": {name: row[name] for name in STATED},
        }

    def _source(self, row: Row) -> Publication | None:
        """The document it repeats, if that is known; what is the origin's own repeats none.

        A claim that names another origin than its document does repeats something else.
        """
        follows = _is_relay(row) and row["repeats_as_its_document"]
        return self.repeated.get(row["document_id"]) if follows else None

    def _depth(self, row: Row) -> int:
        if not _is_relay(row):
            return 0
        return self.depths[row["document_id"]] if self._source(row) else 1

    def _changed_from(self, row: Row, source: Publication) -> list[str] | None:
        """What it changed of what the repeated document says here that is most like it."""
        there = self.claims.get(source.id, ())
        return min((_changed(row, claim) for claim in there), key=len, default=None)


def _is_relay(row: Row) -> bool:
    return bool(row["origin_id"] != row["document_source_id"])


def _when(row: Row) -> tuple[bool, datetime, str]:
    reported = row["reported_at"]
    return reported is None, reported or datetime.min.replace(tzinfo=UTC), row["digest"].hex()


def _reported(row: Row) -> str | None:
    if row["reported_at"] is None:
        return None
    return render_date(row["reported_at"], row["reported_precision"])


Dated = tuple[datetime | None, str | None]
"""A moment and how exactly it is known."""


def _lag(later: Dated, earlier: Dated | None) -> int | None:
    """Days between two; ``None`` where either is known no better than to the month."""
    if earlier is None:
        return None
    days = [at.date() for at, exact in (later, earlier) if at and exact in ("day", "instant")]
    return (days[0] - days[1]).days if len(days) == 2 else None


def _dated(row: Row) -> Dated:
    return row["reported_at"], row["reported_precision"]


def _published(document: Publication) -> Dated:
    return document.published_at, document.published_precision


def _changed(row: Row, start: Row) -> list[str]:
    return [name for name in HELD if row[name] != start[name]]
