"""The names that a reader knows: those of the database, as they are now."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ingest.service import ingest
from app.reading.proposals.known import KnownNames, bundled_names

pytestmark = pytest.mark.anyio

NIMBUS = {
    "type": "company",
    "slug": "nimbus-labs",
    "name": "Nimbus Labs",
    "names": [{"name": "Nimbus AI", "kind": "former"}],
}
CUMULUS = {
    "type": "product",
    "slug": "nimbus-labs-cumulus",
    "company": "nimbus-labs",
    "name": "Cumulus",
    "kind": "model",
}


async def test_names_are_known_as_soon_as_they_are_stored(engine: AsyncEngine) -> None:
    names = KnownNames(engine)
    assert (await names.now()).of("Nimbus Labs") is None
    await ingest(engine, [NIMBUS, CUMULUS], actor="test")
    known = await names.now()
    for name, product in (
        ("Nimbus Labs", None),
        ("Nimbus AI", None),
        ("Cumulus", "nimbus-labs-cumulus"),
    ):
        entry = known.of(name)
        assert entry is not None, name
        assert (entry.slug, entry.company, entry.product) == (
            "nimbus-labs",
            "Nimbus Labs",
            product,
        )
    await ingest(
        engine, [{"type": "source", "slug": "a", "name": "A", "kind": "newsroom"}], actor="t"
    )
    assert await names.now() is known


def test_without_a_database_the_names_that_come_along_are_known() -> None:
    slugs = {entry.name: (entry.slug, entry.product) for entry in bundled_names()}
    assert slugs["OpenAI"] == ("openai", None)
    assert slugs["Claude 3.5 Sonnet"][0] == "anthropic"
