"""Who backs several players: the parts that investors take in their deals. Pure.

A part backs a player if the investor puts something in and the deal is more than talk. Nothing
is added up here: each part shows its own figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from app.claims.capital import OWED
from app.claims.company_view import reference_in
from app.claims.rounds import PURCHASE
from app.claims.vocabulary import (
    TALK,
    EvidenceStatus,
    ParticipationStatus,
    Role,
    Stage,
)

Json = Mapping[str, Any]

SEVERAL = 2
"""As many players as an investor backs to be shared by them."""

JACCARD = "both / (both + only the one + only the other)"


@dataclass(frozen=True, slots=True)
class Part:
    """One investor's part in one deal of a player, or one tranche of it."""

    event: Json
    told: Json

    @property
    def player(self) -> str:
        return str(self.event["company"]["slug"])

    @property
    def investor(self) -> str:
        return str(self.told["company"]["slug"])

    @property
    def claim_id(self) -> str:
        return str(self.told["amount"]["claim_id"])

    @property
    def is_rumour(self) -> bool:
        """Whether the part, or the whole deal, is only talked about."""
        return bool(self.event["is_rumour"] or self.told["status"] == ParticipationStatus.RUMOURED)

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands among others, in words that are the same in every database."""
        return self.player, self.event["slug"], self.investor, self.told["tranche"] or ""

    @property
    def left_out(self) -> str | None:
        """Why it backs nobody, rumours or not; ``None`` if it may."""
        deal, role = self.event, self.told["role"]
        if role in _NO_BACKER:
            return f"role is {role}"
        if deal["round_type"] in PURCHASE:
            return f"round type is {deal['round_type']}"
        if deal["evidence_status"] in _NOT_LIVE:
            return f"evidence status is {deal['evidence_status']}"
        talk = deal["stage"] in TALK and not self.is_rumour and self.told["status"] not in OWED
        return f"stage is {deal['stage']}" if talk or deal["stage"] in _NOT_DONE else None

    def to_json(self) -> dict[str, Any]:
        """The part as the contract shows it."""
        return {
            "event": reference_in(self.event),
            **{name: self.told[name] for name in _TERMS},
            "is_rumour": self.is_rumour,
            "amount": self.told["amount"],
        }


def investors(
    companies: Sequence[Json],
    events: Iterable[Json],
    parents: Mapping[str, Json],
    *,
    everyone: bool = False,
    rumours: bool = False,
) -> dict[str, Any]:
    """Who takes part in the deals of which of some companies, as the contract shows it.

    ``events`` are the views of their deals, ``parents`` the owners of investors by the
    investor's id. Investors of fewer than two of them only come with ``everyone``; rumoured
    parts are always shown, and count with ``rumours``. But for ``companies`` itself, the answer
    does not depend on their order.
    """
    told = [Part(event, part) for event in events for part in event["investors"]]
    told.sort(key=lambda part: part.place)
    live = [part for part in told if part.left_out is None]
    counted = [part for part in live if rumours or not part.is_rumour]
    backs = _players_of(counted)
    rows = [
        _investor(parts, backs.get(slug, []), parents)
        for slug, parts in _by_investor(live).items()
        if everyone or len(backs.get(slug, ())) >= SEVERAL
    ]
    slugs = sorted(company["slug"] for company in companies)
    return {
        "companies": list(companies),
        "investors": sorted(rows, key=lambda row: (-row["shared"], row["company"]["slug"])),
        "pairs": [_pair(one, other, counted) for one, other in combinations(slugs, 2)],
        "left_out": list(_left_out(told)),
    }


_NO_BACKER = frozenset({Role.SELLER.value, Role.ACQUIRER.value})
_NOT_LIVE = frozenset({EvidenceStatus.DENIED.value, EvidenceStatus.EXPIRED.value})
_NOT_DONE = frozenset(
    {
        Stage.POSTPONED.value,
        Stage.WITHDRAWN.value,
        Stage.FAILED.value,
        Stage.SUPERSEDED.value,
    }
)
_TERMS = ("role", "form", "tranche", "condition", "condition_note", "status")


def _by_investor(parts: Iterable[Part]) -> dict[str, list[Part]]:
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.investor, []).append(part)
    return grouped


def _players_of(parts: Iterable[Part]) -> dict[str, list[str]]:
    """The players that each investor backs, in the order of their slugs."""
    return {
        investor: sorted({part.player for part in mine})
        for investor, mine in _by_investor(parts).items()
    }


def _investor(
    parts: Sequence[Part], backs: Sequence[str], parents: Mapping[str, Json]
) -> dict[str, Any]:
    by_player: dict[str, list[Json]] = {}
    for part in parts:
        by_player.setdefault(part.player, []).append(part.to_json())
    company = parts[0].told["company"]
    return {
        "company": company,
        "parent": parents.get(company["id"]),
        "shared": len(backs),
        "backs": list(backs),
        "parts": by_player,
    }


def _pair(one: str, other: str, counted: Iterable[Part]) -> dict[str, Any]:
    parts = [part for part in counted if part.player in (one, other)]
    of_one, of_other = (
        {part.investor for part in parts if part.player == player} for player in (one, other)
    )
    both = of_one & of_other
    return {
        "companies": [one, other],
        "shared": sorted(both),
        "both": len(both),
        "only": {one: len(of_one - both), other: len(of_other - both)},
        "jaccard": {
            "value": round(len(both) / len(of_one | of_other), 4),
            "formula": JACCARD,
            "inputs": list(dict.fromkeys(part.claim_id for part in parts)),
        }
        if parts
        else None,
    }


def _left_out(parts: Iterable[Part]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if part.left_out is not None:
            yield {
                "company": part.told["company"],
                "player": part.player,
                "event": reference_in(part.event),
                "role": part.told["role"],
                "status": part.told["status"],
                "reason": part.left_out,
            }
