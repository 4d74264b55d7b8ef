"""Record the examples of the OpenAPI document: real answers over the bundled data.

    python -m tools.record_examples app/examples.json

``tests/api/test_contract.py`` asks again and compares all but ids and instants.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from app.ingest.bundled import load_bundled
from app.keys.key import Scope, prefix_of
from app.keys.service import create_key
from app.main import create_app
from app.settings import Settings
from app.storage.embedded import embedded_postgres
from app.storage.engine import create_engine
from app.storage.migrate import migrate

SHOWN_TOKEN = f"hs_{'0' * 8}_{'0' * 64}"
"""Stands for the token of a new key."""

REQUESTS: dict[str, tuple[str, dict[str, str]]] = {
    "list_companies": ("/v1/companies?kind=lab&sort=-valuation.high&limit=1", {}),
    "get_company": (
        "/v1/companies/{company}?as_of=2025-12-20",
        {"company": "ssi"},
    ),
    "list_competitors": ("/v1/companies/{company}/competitors", {"company": "mistral"}),
    "list_markets": ("/v1/markets?sort=-independent_origins,slug&limit=2", {}),
    "get_market": ("/v1/markets/{market}?kind=application&limit=1", {"market": "ai-search"}),
    "list_company_claims": (
        "/v1/companies/{company}/claims?predicate=valuation&limit=1",
        {"company": "openai"},
    ),
    "get_timeline": ("/v1/companies/{company}/timeline?limit=1", {"company": "xai"}),
    "list_company_funding_events": (
        "/v1/companies/{company}/funding-events?fields=label,stage,amount,valuation&limit=2",
        {"company": "anthropic"},
    ),
    "list_products": ("/v1/products?company=mistral&limit=1", {}),
    "get_product": (
        "/v1/products/{product}?fields=name,company,released",
        {"product": "anthropic-claude-3-5-sonnet-20241022"},
    ),
    "list_funding_events": (
        "/v1/funding-events?amount.high[gte]=50000000000&sort=-amount.high&limit=1"
        "&fields=label,company,stage,evidence_status,amount,valuation",
        {},
    ),
    "get_funding_event": (
        "/v1/funding-events/{event}?as_of=2025-12-20",
        {"event": "openai-2025-12-megaround"},
    ),
    "list_event_claims": (
        "/v1/funding-events/{event}/claims?predicate=amount&limit=1",
        {"event": "openai-2025-12-megaround"},
    ),
    "get_capital_stack": (
        "/v1/funding-events/{event}/capital-stack",
        {"event": "openai-2025-12-megaround"},
    ),
    "get_post_mortem": (
        "/v1/funding-events/{event}/post-mortem",
        {"event": "openai-2025-12-megaround"},
    ),
    "list_rumours": (
        "/v1/rumours?as_of=2025-12-20&company=openai&amount[gte]=50000000000&match=possible&limit=1",
        {},
    ),
    "get_history": (
        "/v1/funding-events/{event}/history?as_of=2026-03-01",
        {"event": "openai-2025-12-megaround"},
    ),
    "list_claims": ("/v1/claims?predicate=benchmark&benchmark=gpqa&sort=-high&limit=1", {}),
    "list_sources": ("/v1/sources?kind=newsroom&limit=1", {}),
    "get_source": ("/v1/sources/{source}", {"source": "the-information"}),
    "get_track_record": ("/v1/sources/{source}/track-record", {"source": "the-information"}),
    "list_documents": ("/v1/documents?source=the-information&limit=1", {}),
    "get_comparison": (
        "/v1/compare?companies=openai,anthropic&metrics=valuation&as_of=2025-12-20",
        {},
    ),
    "get_series": ("/v1/compare/series?companies=anthropic&metric=valuation&as_of=2024-12-31", {}),
    "get_shared_investors": (
        "/v1/compare/investors?companies=openai,anthropic&as_of=2025-11-30",
        {},
    ),
    "get_ranking": ("/v1/rankings/{metric}?limit=1", {"metric": "valuation"}),
    "explain": (
        "/v1/explain?event=openai-2025-12-megaround&figure=valuations.post_money",
        {},
    ),
    "list_changes": (
        "/v1/changes?event=openai-2025-12-megaround&subject=funding_event&limit=1",
        {},
    ),
    "list_findings": ("/v1/quality?limit=1", {}),
    "search": ("/v1/search?q=anthropc", {}),
    "healthz": ("/healthz", {}),
    "readyz": ("/readyz", {}),
}
FIRST_VALUATION = (
    "/v1/claims?event=openai-2025-12-megaround&predicate=valuation&source=the-information&limit=1"
)
NAMES = {
    "names": [
        "Anthropic PBC",
        {"name": "Mistral", "domain": "https://mistral.ai", "country": "FR"},
        "Antropic",
        "A firm nobody spoke of",
    ],
    "limit": 2,
}
BATCH: list[dict[str, Any]] = [
    {"type": "company", "slug": "example-labs", "name": "Example Labs", "kind": "lab"},
    {
        "type": "funding_event",
        "key": "example-labs-series-a",
        "company": "example-labs",
        "label": "Example Labs Series A",
    },
    {
        "type": "source",
        "slug": "example-times",
        "name": "Example Times",
        "kind": "newsroom",
        "domain": "times.example",
    },
    {
        "type": "document",
        "source": "example-times",
        "url": "https://times.example/example-labs-raises",
        "published_at": "2026-05-04",
        "title": "Example Labs raises up to $30 million, people say",
        "claims": [
            {
                "about": {"event": "example-labs-series-a"},
                "predicate": "amount",
                "high": 30000000,
                "qualifier": "up_to",
                "currency": "USD",
                "evidence": "anonymous",
                "quote": "up to $30 million",
            }
        ],
    },
]
REPORT: dict[str, Any] = {
    "type": "report",
    "company": "Anthropic AI",
    "stage": "in_talks",
    "amount": 40000000000,
    "currency": "USD",
    "says": "Example Times",
    "url": "https://times.example/anthropic-in-talks",
    "published_at": "2026-08-20",
}
ARTICLE: dict[str, Any] = {
    "text": (
        "Example Labs is in talks to raise up to $2 billion at a valuation of about $30 billion,"
        " the Example Times reported on Monday, citing two people familiar with the matter. Harbor"
        " Partners is expected to lead the round. Example Labs competes with Anthropic."
    ),
    "title": "Example Labs seeks a valuation of $30 billion",
    "publisher": "Example Daily",
    "published_at": "2026-05-04",
}
RESENT: list[dict[str, Any]] = [
    {"type": "company", "slug": "openai", "name": "OpenAI"},
    {"type": "company", "slug": "example-labs", "name": "Example Labs", "kind": "labb"},
]


async def record(client: httpx.AsyncClient, authorization: str) -> dict[str, Any]:
    """Ask everything once; returns requests and answers by operation id.

    A merge is made and undone, of which the ledger and the change log keep the traces.
    """
    recorded = {}
    for operation, (template, names) in REQUESTS.items():
        recorded[operation] = await _ask(client, template, names)
    (claim,) = recorded["list_event_claims"]["answer"]["items"]
    recorded["get_claim"] = await _ask(client, "/v1/claims/{claim}", {"claim": claim["id"]})
    (valuation,) = (await _ask(client, FIRST_VALUATION, {}))["answer"]["items"]
    recorded["get_echo_tree"] = await _ask(
        client, "/v1/claims/{claim}/echo-tree?as_of=2025-12-18", {"claim": valuation["id"]}
    )
    schema = await _ask(client, "/v1/schema", {})
    schema["answer"] = _abridged(schema["answer"])
    recorded["get_schema"] = schema
    by = {"Authorization": authorization}
    recorded["ingest_batch"] = await _tell(client, "/v1/ingest?dry_run=true", {}, BATCH, by)
    recorded["match_names"] = await _tell(client, "/v1/match", {}, NAMES, {})
    # Stores nothing: one item is there already, the other cannot be.
    await _tell(client, "/v1/ingest?run=nightly", {}, RESENT, by)
    runs = await _ask(client, "/v1/ingest-runs?name=nightly&limit=1", {})
    run = {"run": runs["answer"]["items"][0]["id"]}
    recorded["list_ingest_runs"] = runs
    recorded["get_ingest_run"] = await _ask(client, "/v1/ingest-runs/{run}", run)
    retraction = {"reason": "The outlet withdrew its report"}
    recorded["retract_claim"] = await _tell(
        client,
        "/v1/claims/{claim}/retract?dry_run=true",
        {"claim": valuation["id"]},
        retraction,
        by,
    )
    await _record_a_decision(client, recorded, by)
    recorded |= await _record_a_reading(client, by)
    recorded |= await _record_keys(client, by)
    return recorded | await _record_a_merge(client, by)


async def _record_keys(client: httpx.AsyncClient, by: dict[str, str]) -> dict[str, Any]:
    """A key made, found in the list, and revoked; it is no part of the data."""
    wanted = {"name": "partner-feed", "scopes": ["ingest"], "expires_at": "2099-12-31T00:00:00Z"}
    created = await _tell(client, "/v1/keys", {}, wanted, by)
    listed = await _ask(client, "/v1/keys?name=partner-feed&revoked=false", {}, by)
    path = "/v1/keys/{key}/revoke"
    revoked = await _tell(client, path, {"key": "partner-feed"}, None, by)
    for answer in (created["answer"], listed["answer"]["items"][0], revoked["answer"]):
        answer["prefix"] = prefix_of(SHOWN_TOKEN)
    created["answer"]["token"] = SHOWN_TOKEN
    return {"create_a_key": created, "list_keys": listed, "revoke_a_key": revoked}


async def _record_a_reading(client: httpx.AsyncClient, by: dict[str, str]) -> dict[str, Any]:
    """An article read, and its proposals decided: one edited and accepted, one rejected."""
    read = await _tell(client, "/v1/documents/read", {}, ARTICLE, by)
    reading = {"reading": read["answer"]["id"]}
    proposed = {
        one["predicate"]: {"proposal": one["id"]}
        for record in read["answer"]["records"]
        for one in record["proposals"]
    }
    recorded = {"read_document": read}
    recorded["list_readings"] = await _ask(client, "/v1/readings?limit=1", {})
    recorded["list_proposals"] = await _ask(
        client, "/v1/proposals?state=pending&predicate=valuation&limit=1", {}
    )
    edit = {"claim": {"basis": "post_money"}, "reason": "The report says so further down"}
    mark = proposed["valuation"]
    path = "/v1/proposals/{proposal}"
    recorded["edit_proposal"] = await _tell(client, f"{path}/edit", mark, edit, by)
    recorded["accept_proposal"] = await _tell(client, f"{path}/accept", mark, {}, by)
    rejection = {"reason": "It is only expected to"}
    lead = proposed["participation"]
    recorded["reject_proposal"] = await _tell(client, f"{path}/reject", lead, rejection, by)
    recorded["get_proposal"] = await _ask(client, path, mark)
    rest = {"leave_out": [proposed["competes_with"]["proposal"]]}
    recorded["accept_reading"] = await _tell(
        client, "/v1/readings/{reading}/accept", reading, rest, by
    )
    recorded["read_again"] = await _tell(
        client, "/v1/readings/{reading}/read-again?dry_run=true", reading, None, by
    )
    recorded["get_reading"] = await _ask(client, "/v1/readings/{reading}", reading)
    return recorded


async def _record_a_decision(
    client: httpx.AsyncClient, recorded: dict[str, Any], by: dict[str, str]
) -> None:
    """A report whose company is not clear waits until somebody says whom it means."""
    sent = await _tell(client, "/v1/ingest", {}, [REPORT], by)
    waiting = {"item": sent["answer"]["items"][0]["id"]}
    recorded["list_waiting_items"] = await _ask(client, "/v1/waiting-items?state=waiting", {})
    recorded["get_waiting_item"] = await _ask(client, "/v1/waiting-items/{item}", waiting)
    decision = {"names": {"Anthropic AI": "anthropic"}, "note": "The headline means the lab"}
    path = "/v1/waiting-items/{item}/decide"
    recorded["decide_waiting_item"] = await _tell(client, path, waiting, decision, by)
    sent = await _tell(client, "/v1/ingest", {}, [{**REPORT, "company": "Anthropic PBC"}], by)
    event = {"event": sent["answer"]["items"][0]["matched"]["event"]}
    path = "/v1/funding-events/{event}/reports"
    recorded["list_found_reports"] = await _ask(client, path, event)


async def _record_a_merge(client: httpx.AsyncClient, by: dict[str, str]) -> dict[str, Any]:
    company = {"company": "atic-third-international-investment-company"}
    merge = {"into": "mgx", "reason": "It invests for MGX, and by that name"}
    split = {"reason": "It is an investor of its own"}
    return {
        "merge_company": await _tell(client, "/v1/companies/{company}/merge", company, merge, by),
        "list_merges": await _ask(client, "/v1/companies/{company}/merges", company),
        "split_company": await _tell(client, "/v1/companies/{company}/split", company, split, by),
    }


async def _tell(
    client: httpx.AsyncClient, template: str, names: dict[str, str], body: Any, by: dict[str, str]
) -> dict[str, Any]:
    request = template.format(**names)
    answer = await client.post(request, json=body, headers=by)
    answer.raise_for_status()
    sent = {} if body is None else {"body": body}
    return {"request": request, "names": names, **sent, "answer": answer.json()}


async def _ask(
    client: httpx.AsyncClient,
    template: str,
    names: dict[str, str],
    by: dict[str, str] | None = None,
) -> dict[str, Any]:
    request = template.format(**names)
    answer = await client.get(request, headers=by)
    answer.raise_for_status()
    return {"request": request, "names": names, "answer": answer.json()}


def _abridged(schema: dict[str, Any]) -> dict[str, Any]:
    """One resource and one vocabulary: the whole would drown the document."""
    resource = next(r for r in schema["resources"] if r["name"] == "competitors")
    vocabularies = {"Qualifier": schema["vocabularies"]["Qualifier"]}
    return {**schema, "resources": [resource], "vocabularies": vocabularies}


async def _record_over_bundled_data(url: str) -> dict[str, Any]:
    engine = create_engine(url)
    await migrate(engine)
    await load_bundled(engine)
    _, token = await create_key(engine, "operator", [Scope.ADMIN], actor="examples")
    transport = httpx.ASGITransport(create_app(Settings(), engine, b"examples"))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        recorded = await record(client, f"Bearer {token}")
    await engine.dispose()
    return recorded


def main(output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "d") as url:
        recorded = asyncio.run(_record_over_bundled_data(url))
    output.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
