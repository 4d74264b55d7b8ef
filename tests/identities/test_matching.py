"""A name is matched where one company is meant, and left to people where it may be several."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.identities import judgements
from app.identities.judging import Verdict
from app.identities.matching import Match, match
from app.identities.scoring import Ask, Decision, Thresholds
from app.ingest.service import ingest
from app.storage.engine import write_transaction
from app.storage.version import begin_write

pytestmark = pytest.mark.anyio

MATCHED, AMBIGUOUS, UNKNOWN = Decision.MATCHED, Decision.AMBIGUOUS, Decision.UNKNOWN


def company(slug: str, name: str, **more: Any) -> dict[str, Any]:
    names = [{"name": n, "kind": kind} for n, kind in more.pop("names", {}).items()]
    identifiers = [{"scheme": s, "value": v} for s, v in more.pop("identifiers", {}).items()]
    known = {"names": names, "identifiers": identifiers, **more}
    return {"type": "company", "slug": slug, "name": name, **known}


COMPANIES = [
    company(
        "anthropic",
        "Anthropic",
        names={"Anthropic PBC": "legal"},
        identifiers={"domain": "anthropic.com", "cik": "1234567"},
        country="US",
    ),
    company("openai", "OpenAI", identifiers={"domain": "openai.com"}, former_slugs=["open-a-i"]),
    company("meta", "Meta", names={"Facebook": "former", "Meta Platforms": "legal"}),
    company("scale-ai", "Scale AI"),
    company("the-block", "The Block"),
    company("gemini-trust", "Gemini", identifiers={"domain": "gemini.com"}),
    company("gemini-space", "Gemini", country="SE"),
    company("fund-1", "Fund 1"),
    company("mistral", "Mistral AI", names={"ミストラル": "alias"}),
]


@pytest.fixture
async def known(engine: AsyncEngine) -> AsyncEngine:
    results = await ingest(engine, COMPANIES, actor="a test")
    assert {result.outcome for result in results} == {"created"}
    return engine


async def matches(engine: AsyncEngine, *asks: Ask) -> list[Match]:
    async with engine.connect() as connection:
        return await match(connection, asks, Thresholds())


async def told(engine: AsyncEngine, ask: Ask) -> tuple[Decision, list[str], list[str]]:
    """The decision, the candidates, and the features of the first."""
    (found,) = await matches(engine, ask)
    slugs = [candidate.company.slug for candidate in found.candidates]
    features = [f.feature.value for f in found.candidates[0].score.features] if slugs else []
    return found.decision, slugs, features


@pytest.mark.parametrize(
    ("ask", "slug", "features"),
    [
        (Ask("anthropic"), "anthropic", ["name"]),
        (Ask("Anthropic, Inc."), "anthropic", ["core"]),
        (Ask("Open AI"), "openai", ["joined"]),
        (Ask("open-a-i"), "openai", ["former_slug"]),
        (Ask("Facebook, Inc."), "meta", ["core"]),
        (Ask("OpenAI", domain="https://www.openai.com/about"), "openai", ["domain", "name"]),
        (Ask("openai.com"), "openai", ["domain"]),
        (Ask("Whoever", identifiers=(("cik", "0001234567"),)), "anthropic", ["identifier"]),
        (Ask("Anthropic", country="US"), "anthropic", ["name", "country"]),
        (Ask("Anthropic", country="FR"), "anthropic", ["name", "other_country"]),
        (Ask("ミストラル"), "mistral", ["name"]),
    ],
)
async def test_a_name_that_means_one_company_is_matched(
    known: AsyncEngine, ask: Ask, slug: str, features: list[str]
) -> None:
    assert await told(known, ask) == (MATCHED, [slug], features)


@pytest.mark.parametrize(
    ("ask", "slugs"),
    [
        (Ask("Gemini"), ["gemini-space", "gemini-trust"]),
        (Ask("Block"), ["the-block"]),
        (Ask("Scale"), ["scale-ai"]),
        (Ask("Antropic"), ["anthropic"]),
        (Ask("Anthropic", domain="anthropic.fr"), ["anthropic"]),
        (Ask("Anthropic", identifiers=(("cik", "7654321"),)), ["anthropic"]),
        (Ask("Anthropic", identifiers=(("domain", "openai.com"),)), ["openai", "anthropic"]),
    ],
)
async def test_a_name_that_may_mean_several_or_another_waits(
    known: AsyncEngine, ask: Ask, slugs: list[str]
) -> None:
    decision, found, _ = await told(known, ask)
    assert (decision, found) == (AMBIGUOUS, slugs)


async def test_a_domain_settles_which_of_two_of_one_name_is_meant(known: AsyncEngine) -> None:
    assert (await told(known, Ask("Gemini", domain="gemini.com")))[:2] == (
        MATCHED,
        ["gemini-trust", "gemini-space"],
    )


async def test_a_name_like_nothing_is_unknown(known: AsyncEngine) -> None:
    assert await told(known, Ask("Quite Another Firm")) == (UNKNOWN, [], [])
    assert (await told(known, Ask("Scale AI Factory Works")))[0] is UNKNOWN
    assert (await told(known, Ask("Fund 2")))[0] is UNKNOWN


async def test_the_weights_of_a_score_add_up_to_it(known: AsyncEngine) -> None:
    asks = [
        Ask(c["name"], domain="openai.com", identifiers=(("cik", "1234567"),), country="US")
        for c in COMPANIES
    ]
    candidates = [one for found in await matches(known, *asks) for one in found.candidates]
    assert candidates
    for one in candidates:
        assert one.score.total == pytest.approx(sum(f.weight for f in one.score.features))
        assert 0 <= one.score.total <= 1


async def test_each_of_many_names_is_answered_like_alone(known: AsyncEngine) -> None:
    asks = [Ask(name) for name in ("Anthropicc", "Meta", "Gemini", "Nobody", "Meta", "Scale")]
    together = await matches(known, *asks)
    assert together == [found for ask in asks for found in await matches(known, ask)]


async def judge(engine: AsyncEngine, name: str, verdict: Verdict, slug: str | None = None) -> None:
    async with write_transaction(engine) as connection:
        write = await begin_write(connection, "Ada")
        named = text("SELECT id FROM company WHERE slug = :slug")
        identity = await connection.scalar(named, {"slug": slug})
        ruling = judgements.Ruling(name, verdict, identity, "she knows them")
        await judgements.judge(connection, [ruling], actor="Ada", write=write)


async def test_a_judgement_wins_and_a_later_one_over_it(known: AsyncEngine) -> None:
    await judge(known, "Gemini", Verdict.SAME, "gemini-trust")
    assert await told(known, Ask("GEMINI")) == (MATCHED, ["gemini-trust"], ["judged"])
    await judge(known, "Gemini", Verdict.SAME, "gemini-space")
    assert await told(known, Ask("Gemini")) == (MATCHED, ["gemini-space"], ["judged"])
    await judge(known, "Gemini", Verdict.OTHER, "gemini-space")
    assert (await told(known, Ask("Gemini")))[:2] == (MATCHED, ["gemini-trust"])
    await judge(known, "Gemini", Verdict.NEW)
    assert (await told(known, Ask("Gemini")))[:2] == (UNKNOWN, [])


async def test_a_name_judged_new_is_that_of_a_company_that_comes_later(known: AsyncEngine) -> None:
    await judge(known, "Meta", Verdict.NEW)
    assert (await told(known, Ask("Meta")))[0] is UNKNOWN
    await ingest(known, [company("meta-tools", "Meta")], actor="a test")
    assert (await told(known, Ask("Meta")))[:2] == (MATCHED, ["meta-tools"])


async def test_deleted_companies_are_not_matched_and_merged_ones_lead_on(
    known: AsyncEngine,
) -> None:
    async with write_transaction(known) as connection:
        await connection.execute(
            text("UPDATE company SET deleted_at = now() WHERE slug = 'scale-ai'")
        )
        await connection.execute(
            text(
                "UPDATE company SET merged_into = (SELECT id FROM company WHERE slug = 'meta')"
                " WHERE slug = 'mistral'"
            )
        )
    assert (await told(known, Ask("Scale AI")))[0] is UNKNOWN
    assert await told(known, Ask("Mistral AI SAS")) == (MATCHED, ["meta"], ["core"])
    assert await told(known, Ask("mistral")) == (MATCHED, ["meta"], ["former_slug"])
