"""Explanations: the claim that was chosen, the others and why they lost, the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims import claim_queries, queries
from app.claims.evidence import claim_json
from app.claims.moment import Moment
from app.claims.policy import Policy
from app.claims.queries import SUBJECT_COLUMNS
from app.claims.resolve import Judgement, judge
from app.claims.vocabulary import LostBy, Standing
from app.storage.ids import decode, encode

Json = dict[str, Any]

MOST = 100
"""Claims shown in each list at most; how many there are is told beside it."""

SELECTIONS = {
    (
        "company",
        "valuation",
    ): "the valuation of the newest deal that is open or closed and marks the company:"
    " rounds do, and sales of its shares; acquisitions, mergers and grants do not",
    (
        "company",
        "rumoured_valuations",
    ): "the valuations of live talk that is newer than the last deal done",
    ("company", "last_round"): "the amount of the newest deal that is open or closed and brought"
    " equity or debt",
    ("company", "total_raised"): "open and closed deals only; what is left out, and why, is in"
    " total_raised.excluded",
    ("event", "valuation"): "of the valuations by basis, the one whose claim stands best;"
    " post-money before pre-money among equals",
    ("event", "amount"): "the headline amount, or the next best there is of the others",
}
"""How a figure is picked from among several: a company's from those of its deals, say."""


async def of_figure(
    connection: AsyncConnection,
    kind: str,
    path: str,
    figure: Mapping[str, Any],
    moment: Moment,
) -> Json:
    """Explain a figure of an answer about a company, an event or a product.

    By the claim it rests on, or by those it is derived from.
    """
    derived = figure.get("derived")
    inputs = [_id(claim) for claim in (derived or {}).get("inputs", ())]
    shown: Json = {
        "figure": figure,
        "rule": _rule(moment.policy, SELECTIONS.get((kind, path.partition(".")[0]))),
        "derivation": derived,
        "inputs": await _claims(connection, inputs, moment),
    }
    if figure.get("claim_id") is None:
        return {**shown, **_NOTHING}
    (row,) = await claim_queries.claims_of_ids(connection, [_id(figure["claim_id"])])
    return {**shown, **await _slot(connection, row, moment)}


async def of_claim(connection: AsyncConnection, row: Mapping[str, Any], moment: Moment) -> Json:
    """Explain how one claim (an evidence row) stands among those of the same property."""
    shown: Json = {
        "figure": None,
        "rule": _rule(moment.policy, None),
        "derivation": None,
        "inputs": [],
    }
    return {**shown, **await _slot(connection, row, moment)}


_NOTHING: Json = {
    "chosen": None,
    "agreeing": [],
    "agreeing_total": 0,
    "others": [],
    "others_total": 0,
    "asked": None,
}


async def _slot(connection: AsyncConnection, row: Mapping[str, Any], moment: Moment) -> Json:
    """How all claims of one property stand, with their evidence."""
    subject = next(name for name in sorted(SUBJECT_COLUMNS) if row[name] is not None)
    said = await queries.claims_about(connection, subject, [row[subject]], moment)
    slot = (row["predicate"], row["facet"])
    mine = [c for c in said.get(row[subject], ()) if (c.predicate, c.facet) == slot]
    judgements = judge(mine, moment.policy)
    agreeing = [j for j in judgements[1:] if j.lost_by is None]
    others = [j for j in judgements if j.lost_by is not None]
    chosen = [j for j in judgements[:1] if j.lost_by is None]
    shown = [*chosen, *agreeing[:MOST], *others[:MOST]]
    evidence = await _evidence(connection, [j.claim.id for j in shown], moment)
    asked = next((j for j in judgements if j.claim.id == row["id"]), None)
    return {
        "chosen": evidence[chosen[0].claim.id] if chosen else None,
        "agreeing": [evidence[j.claim.id] for j in agreeing[:MOST]],
        "agreeing_total": len(agreeing),
        "others": [{"claim": evidence[j.claim.id], "lost_by": j.lost_by} for j in others[:MOST]],
        "others_total": len(others),
        "asked": {"claim_id": encode("clm", row["id"]), **_outcome(asked, chosen, row)},
    }


def _outcome(asked: Judgement | None, chosen: Sequence[Judgement], row: Mapping[str, Any]) -> Json:
    """What became of the claim that was asked about."""
    if asked is None:
        return {"outcome": Standing.RETRACTED if row["retracted_at"] else Standing.NOT_KNOWN_THEN}
    if asked.lost_by is not None:
        return {"outcome": asked.lost_by}
    return {"outcome": Standing.CHOSEN if asked in chosen else Standing.AGREES}


def _rule(policy: Policy, selection: str | None) -> Json:
    return {
        "policy": policy.name,
        "description": policy.description,
        "criteria": [*(name for name, _ in policy.criteria), LostBy.STABLE_ORDER],
        "selection": selection,
    }


async def _claims(connection: AsyncConnection, ids: Sequence[UUID], moment: Moment) -> list[Json]:
    evidence = await _evidence(connection, ids, moment)
    return [evidence[identity] for identity in ids]


async def _evidence(
    connection: AsyncConnection, ids: Sequence[UUID], moment: Moment
) -> dict[UUID, Json]:
    rows = await claim_queries.claims_of_ids(connection, ids)
    return {row["id"]: claim_json(row, moment.known_at) for row in rows}


def _id(text: str) -> UUID:
    identity = decode("clm", text)
    assert identity is not None
    return identity
