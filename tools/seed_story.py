"""What the project's seed document claims, read by hand: the story that started it.

It tells of OpenAI's talks at about $750 billion on 18 December 2025 and names The Information
as where the figures come from; the rest (uses of the money, drivers, pressure on rivals) is
its own speculation, and is held as such.
"""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]

RELAYED: Item = {
    "origin": "the-information",
    "evidence": "unattributed",
    "modality": "negotiation",
    "hedge": "early stages; terms may change",
}
USES = (
    "compute",
    "vertical_industries",
    "global_expansion",
    "compliance",
    "hiring",
    "safety_research",
)
DRIVERS = (
    "ChatGPT Plus subscriptions",
    "API services and their enterprise ecosystem",
    "multimodal models and progress towards AGI",
)
UNDER_PRESSURE = ("google", "anthropic", "microsoft", "amazon", "meta")


def seed_claims(event: str) -> list[Item]:
    """The claims of the seed document, about the event and about companies."""
    deal = {"about": {"event": event}}
    money = {**deal, **RELAYED, "currency": "USD"}
    return [
        {**deal, **RELAYED, "predicate": "stage", "term": "in_talks"},
        {
            **money,
            "predicate": "valuation",
            "basis": "unspecified",
            "stated": 750_000_000_000,
            "qualifier": "approximately",
        },
        {
            **money,
            "predicate": "amount",
            "facet": "target",
            "high": 100_000_000_000,
            "qualifier": "up_to",
        },
        *({**deal, **SPECULATION, "predicate": "use_of_proceeds", "term": use} for use in USES),
        *(
            {
                "about": {"company": "openai"},
                "predicate": "capability",
                "term": "business_driver",
                "name": driver,
                "evidence": "unattributed",
            }
            for driver in DRIVERS
        ),
        *(
            {
                "about": {"company": rival},
                "predicate": "outlook",
                "as_stated": "more competitive pressure",
                "evidence": "unattributed",
                "modality": "expectation",
            }
            for rival in UNDER_PRESSURE
        ),
    ]


SPECULATION: Item = {"evidence": "unattributed", "modality": "hypothetical"}
