"""Bad input gets a problem that names the field; nothing is stored by halves."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

BAD_QUERIES = (
    "/v1/companies?limit=0",
    "/v1/companies?limit=501",
    "/v1/companies?limit=x",
    "/v1/companies?limit=",
    "/v1/companies?name=%00",
    "/v1/companies?name=%ff",
    "/v1/companies?name=a&name=b",
    "/v1/companies?valuation.high[gte]=NaN",
    "/v1/companies?valuation.high[gte]=-1",
    "/v1/companies?valuation.high[gte]=1e99",
    "/v1/companies?as_of=yesterday",
    "/v1/companies?as_of=0001-01-01",
    "/v1/companies?as_of=2025-02-30",
    "/v1/companies?known_at=2099-01-01",
    "/v1/funding-events?happened_on[gte]=2025-13-01",
    "/v1/companies?country=us",
    "/v1/funding-events?amount.currency=usd",
    "/v1/rumours?stage=closed",
    "/v1/rumours?evidence_status=expired",
    "/v1/rumours?is_rumour=false",
    "/v1/rumours?sort=amount",
    "/v1/sources/the-information/track-record?limit=5",
    "/v1/compare",
    "/v1/compare?companies=",
    "/v1/compare?companies=nobody-at-all",
    "/v1/compare/investors?companies=openai",
    "/v1/compare/investors?companies=openai,xai&rumours=maybe",
    "/v1/markets?name=AI",
    "/v1/markets/ai-search?limit=0",
    "/v1/search",
    "/v1/search?q=%20",
    f"/v1/companies?name={'x' * 3000}",
)


@pytest.mark.parametrize("path", BAD_QUERIES)
async def test_a_bad_query_is_a_422_that_names_its_parameter(
    bundled_client: httpx.AsyncClient, path: str
) -> None:
    answer = await bundled_client.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"]


MISSPELT = (
    ("/v1/funding-events?company=opanai", "company", "openai"),
    ("/v1/funding-events?company[in]=anthropic,opanai&stage=failed", "company[in]", "openai"),
    ("/v1/funding-events?company[in]=openai,opanai", "company[in]", "openai"),
    ("/v1/rumours?company=opanai", "company", "openai"),
    ("/v1/claims?benchmark=gpqaa", "benchmark", "gpqa"),
    ("/v1/claims?event=openai-2025-12-megaronud", "event", "openai-2025-12-megaround"),
    ("/v1/claims?origin=the-infromation", "origin", "the-information"),
    ("/v1/documents?source=the-infromation", "source", "the-information"),
    ("/v1/companies?parent=gogle", "parent", "google"),
    ("/v1/products?company=opanai", "company", "openai"),
    ("/v1/markets?slug=ai-serch", "slug", "ai-search"),
    ("/v1/companies/openai/competitors?market=ai-serch", "market", "ai-search"),
)


@pytest.mark.parametrize(("path", "parameter", "meant"), MISSPELT)
async def test_a_misspelt_name_is_a_422_and_never_an_empty_list(
    bundled_client: httpx.AsyncClient, path: str, parameter: str, meant: str
) -> None:
    answer = await bundled_client.get(path)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert fault["parameter"] == parameter
    assert meant in fault["allowed"]


@pytest.mark.parametrize(
    "path",
    ["/v1/funding-events/openai-2025-12-megaroun", "/v1/claims?event=openai-2025-12-megaroun"],
)
async def test_a_past_suggests_no_event_that_it_may_not_know(
    bundled_client: httpx.AsyncClient, path: str
) -> None:
    for moment, known in (({}, True), ({"as_of": "2020-01-01"}, False)):
        answer = await bundled_client.get(path, params=httpx.URL(path).params.merge(moment))
        assert answer.status_code in (404, 422)
        assert ("openai-2025-12-megaround" in answer.text) == known


@pytest.mark.parametrize("rest", ["", "/track-record"])
async def test_a_misspelt_source_is_a_404_that_names_the_nearest(
    bundled_client: httpx.AsyncClient, rest: str
) -> None:
    answer = await bundled_client.get(f"/v1/sources/the-infromation{rest}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["allowed"][0] == "the-information"
    silent = await bundled_client.get(f"/v1/sources/the-information{rest}?as_of=2000-01-01")
    assert silent.status_code == 404
    assert "allowed" not in silent.json()["errors"][0]


@pytest.mark.parametrize("rest", ["", "/claims", "/history", "/capital-stack", "/post-mortem"])
async def test_an_event_is_not_there_before_anybody_spoke_of_it(
    bundled_client: httpx.AsyncClient, rest: str
) -> None:
    path = f"/v1/funding-events/openai-2025-12-megaround{rest}"
    assert (await bundled_client.get(f"{path}?as_of=2025-12-16")).status_code == 404
    assert (await bundled_client.get(f"{path}?as_of=2025-12-17")).status_code == 200


@pytest.mark.parametrize(
    "events",
    [
        "nothing",
        "anthropic-2026-05-series-h",
        "openai-2024-10-round,openai-2025-12-megaround",
        "openai-2015-pledge",
    ],
)
async def test_what_cannot_be_taken_as_true_is_refused(
    bundled_client: httpx.AsyncClient, events: str
) -> None:
    answer = await bundled_client.get(f"/v1/compare?companies=openai&if_true={events}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "if_true"


async def test_a_name_of_which_there_is_nothing_is_an_empty_list(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await bundled_client.get("/v1/funding-events?company=sequoia-capital")
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("cursor", ["x", "AAAA", "A" * 200, "%C3%A9"])
async def test_a_tampered_cursor_is_a_400(bundled_client: httpx.AsyncClient, cursor: str) -> None:
    answer = await bundled_client.get(f"/v1/companies?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


async def test_a_cursor_of_another_query_is_a_400(bundled_client: httpx.AsyncClient) -> None:
    first = (await bundled_client.get("/v1/companies?limit=2")).json()["next_cursor"]
    for path in ("/v1/sources?", "/v1/companies?sort=-name&", "/v1/companies?kind=lab&"):
        answer = await bundled_client.get(f"{path}cursor={first}")
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/v1/companies/nobody",
        "/v1/companies/cmp_0",
        "/v1/companies/%00",
        "/v1/funding-events/none",
        "/v1/sources/%00/track-record",
        "/v1/sources/src_00000000000070008000000000000000/track-record",
        "/v1/claims/clm_00000000000070008000000000000000",
        "/v1/nothing",
    ],
)
async def test_what_is_not_there_is_a_404(bundled_client: httpx.AsyncClient, path: str) -> None:
    answer = await bundled_client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


DOCUMENT: dict[str, Any] = {
    "type": "document",
    "source": "s",
    "url": "https://example.org/a",
    "published_at": "2025-01-01",
    "claims": [
        {
            "about": {"event": "e"},
            "predicate": "amount",
            "stated": 5,
            "currency": "USD",
            "evidence": "named",
        }
    ],
}
IDENTITIES: list[dict[str, Any]] = [
    {"type": "company", "slug": "c", "name": "C"},
    {"type": "source", "slug": "s", "name": "S", "kind": "newsroom"},
    {"type": "funding_event", "key": "e", "company": "c", "label": "E"},
]


def claim_with(**fields: Any) -> dict[str, Any]:
    return {**DOCUMENT, "claims": [{**DOCUMENT["claims"][0], **fields}]}


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"type": "nothing"}, "/3/type"),
        ({}, "/3/type"),
        (7, "/3"),
        ({**DOCUMENT, "url": "not a url"}, "/3/url"),
        ({**DOCUMENT, "source": "unknown"}, "/3/source"),
        ({**DOCUMENT, "published_at": "3025-01-01"}, "/3/published_at"),
        ({**DOCUMENT, "surplus": 1}, "/3/surplus"),
        ({**DOCUMENT, "title": "a\u0000b"}, "/3/title"),
        ({**DOCUMENT, "title": "x" * 501}, "/3/title"),
        (claim_with(stated=-1), "/3/claims/0/stated"),
        (claim_with(stated=10**18), "/3/claims/0/stated"),
        (claim_with(stated="NaN"), "/3/claims/0/stated"),
        (claim_with(currency="usd"), "/3/claims/0/currency"),
        (claim_with(currency=None), "/3/claims/0/currency"),
        (claim_with(evidence="hearsay"), "/3/claims/0/evidence"),
        (claim_with(facet="headlin"), "/3/claims/0/facet"),
        (claim_with(predicate="benchmark"), "/3/claims/0/predicate"),
        (claim_with(qualifier="up_to"), "/3/claims/0/stated"),
        (claim_with(about={"event": "other"}), "/3/claims/0/about/event"),
        (claim_with(about={}), "/3/claims/0/about"),
        (claim_with(role="lead"), "/3/claims/0/role"),
        (claim_with(effective_on="1800"), "/3/claims/0/effective_on"),
    ],
)
async def test_a_bad_item_is_reported_whole_beside_good_ones(
    client: httpx.AsyncClient, writer: dict[str, str], item: Any, pointer: str
) -> None:
    answer = await client.post("/v1/ingest", json=[*IDENTITIES, item, DOCUMENT], headers=writer)
    assert answer.status_code == 200
    results = answer.json()["items"]
    assert [r["status"] for r in results] == [*["created"] * 3, "rejected", "created"]
    assert pointer in [error["pointer"] for error in results[3]["errors"]]
    claims = (await client.get("/v1/claims")).json()["items"]
    assert len(claims) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[NaN]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[1e999999999]", 200),
        (b"{}", 422),
        (b"[]", 422),
    ],
)
async def test_a_body_that_is_no_batch(
    client: httpx.AsyncClient, writer: dict[str, str], body: bytes, status: int
) -> None:
    answer = await client.post("/v1/ingest", content=body, headers=writer)
    assert answer.status_code == status


async def test_writing_needs_the_key(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
        answer = await client.post("/v1/ingest", json=IDENTITIES, headers=headers)
        assert answer.status_code == 401
    assert json.loads((await client.get("/v1/companies")).content)["items"] == []


async def test_a_dry_run_tells_and_stores_nothing(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    batch = [*IDENTITIES, DOCUMENT]
    answer = await client.post("/v1/ingest?dry_run=true", json=batch, headers=writer)
    assert answer.json()["summary"]["created"] == 4
    assert (await client.get("/v1/claims")).json()["items"] == []
