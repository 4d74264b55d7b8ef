"""Where a claim started, and who repeated it: one origin and its echoes. Pure.

Many outlets that repeat one report are one origin. Here they stand in a row behind it, with how
long each took and what it changed on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from app.claims.evidence import document_json, reference
from app.claims.values import render_date
from app.storage.ids import encode

Row = Mapping[str, Any]

STATED = ("low", "high", "stated", "qualifier", "currency", "unit", "basis", "term")
"""What is said."""

HELD = (*STATED, "null_reason", "status", "condition", "role", "form", "stance", "modality")
"""What an echo can change of what it repeats: what is said, on what terms, and how surely."""


def echo_tree(asked: Row, said: Sequence[Row]) -> dict[str, Any]:
    """The tree of the claim that was asked about.

    ``said`` are all claims of the same identity, predicate and facet at the moment asked
    about, as evidence rows; those of the same root origin are the tree, the others stand
    beside it.
    """
    ours = sorted((row for row in said if row["origin_id"] == asked["origin_id"]), key=_when)
    own = [row for row in ours if not _is_relay(row)]
    root = own[0] if own else None
    echoes = [row for row in ours if _is_relay(row)]
    start = root or (echoes[0] if echoes else None)
    return {
        "origin": reference("src", asked, "origin"),
        "root": _node(root, root) if root else None,
        "restated": [_node(row, start) for row in own[1:]],
        "echoes": [_node(row, start) for row in echoes],
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


def _node(row: Row, start: Row | None) -> dict[str, Any]:
    return {
        "claim_id": encode("clm", row["id"]),
        "document": document_json(row),
        "evidence": row["evidence"],
        "stance": row["stance"],
        "reported_at": _reported(row),
        "lag_days": _lag(row, start),
        "changed": _changed(row, start) if start else [],
        "value": {name: row[name] for name in STATED},
    }


def _is_relay(row: Row) -> bool:
    return bool(row["origin_id"] != row["document_source_id"])


def _when(row: Row) -> tuple[bool, datetime, str]:
    reported = row["reported_at"]
    return reported is None, reported or datetime.min.replace(tzinfo=UTC), row["digest"].hex()


def _reported(row: Row) -> str | None:
    if row["reported_at"] is None:
        return None
    return render_date(row["reported_at"], row["reported_precision"])


def _lag(row: Row, start: Row | None) -> int | None:
    """Days behind the start; ``None`` where either is known no better than to the month."""
    if start is None or not all(_is_dated(one) for one in (row, start)):
        return None
    return int((row["reported_at"].date() - start["reported_at"].date()).days)


def _is_dated(row: Row) -> bool:
    return row["reported_precision"] in ("day", "instant")


def _changed(row: Row, start: Row) -> list[str]:
    return [name for name in HELD if row[name] != start[name]]
