"""The golden story as items of the ingest contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENT = "openai-2025-12-megaround"
STORY = json.loads(Path(__file__).with_name("openai-2025-26.json").read_text())
PLAYERS = {"openai": "OpenAI", "amazon": "Amazon", "nvidia": "Nvidia", "softbank": "SoftBank"}
MONEY = ("amount", "valuation", "participation")


def identities() -> list[dict[str, Any]]:
    """The companies, sources and the event of the story."""
    companies = [{"type": "company", "slug": s, "name": n} for s, n in PLAYERS.items()]
    sources = [{"type": "source", **source} for source in STORY["sources"]]
    label = "OpenAI round of December 2025"
    event = {"type": "funding_event", "key": EVENT, "company": "openai", "label": label}
    return [*companies, *sources, event]


def documents() -> list[dict[str, Any]]:
    """The documents of the story with their claims."""
    return [_document(document) for document in STORY["documents"]]


def _document(document: dict[str, Any]) -> dict[str, Any]:
    claims = [claim for claim in STORY["claims"] if claim["document"] == document["key"]]
    return {
        "type": "document",
        **{name: document[name] for name in ("source", "url", "published_at", "relays")},
        "distortions": document.get("distortions", []),
        "claims": [_claim(claim) for claim in claims],
    }


def _claim(claim: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in claim.items() if name not in ("key", "document")}
    currency = {"currency": "USD"} if claim["predicate"] in MONEY else {}
    return {"about": {"event": EVENT}, **fields, **currency}
