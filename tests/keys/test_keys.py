"""Keys: shown once, hashed at rest, and each opens what its scopes say until it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.keys.key import Scope, hash_of
from app.keys.ring import STALENESS, KeyRing
from app.keys.service import create_key, revoke_key
from app.settings import Reads, is_loopback
from app.storage.engine import read_connection, write_transaction
from tests.conftest import bearer, client_of
from tests.factories import round_of

pytestmark = pytest.mark.anyio

NOT_MADE = f"hs_{'0' * 8}_{'0' * 64}"
COMPANY = [{"type": "company", "slug": "a", "name": "A"}]
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname !~ '^pg_|^sql_'"


async def everything(engine: AsyncEngine) -> dict[str, str]:
    """The text of all rows of each table."""
    async with read_connection(engine) as connection:
        tables = list(await connection.scalars(text(TABLES)))
        rows = {
            table: await connection.scalars(text(f"SELECT row::text FROM {table} AS row"))
            for table in tables
        }
        return {table: "\n".join(found) for table, found in rows.items()}


async def key(engine: AsyncEngine, *scopes: Scope, name: str = "a-key", **more: Any) -> str:
    """The token of a new key."""
    _, token = await create_key(engine, name, scopes, actor="a test", **more)
    return token


async def make(client: httpx.AsyncClient, by: dict[str, str], **wanted: Any) -> httpx.Response:
    return await client.post("/v1/keys", json=wanted, headers=by)


async def test_a_token_is_shown_once_and_only_its_hash_is_kept(
    client: httpx.AsyncClient, writer: dict[str, str], engine: AsyncEngine
) -> None:
    made = await make(client, writer, name="feed", scopes=["ingest"])
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    token = made.json().pop("token")
    assert token.startswith(made.json()["prefix"])
    used = await client.post("/v1/ingest", json=COMPANY, headers=bearer(token))
    assert used.status_code == 200
    listed = await client.get("/v1/keys", headers=writer)
    assert listed.headers["cache-control"] == "no-store"
    assert "etag" not in listed.headers
    assert [item["name"] for item in listed.json()["items"]] == ["feed", "operator"]
    async with read_connection(engine) as connection:
        kept = await connection.scalar(text("SELECT hash FROM api_key WHERE name = 'feed'"))
    assert kept == hash_of(token)
    stored = await everything(engine)
    secret = token.rpartition("_")[2]
    assert "feed" in stored["api_key"]
    for told in (*stored.values(), listed.text):
        assert secret not in told


async def test_the_list_of_keys_filters_sorts_and_pages(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    for name, scope in (("c", "ingest"), ("a", "review"), ("b", "ingest")):
        await make(client, writer, name=name, scopes=[scope])
    await client.post("/v1/keys/b/revoke", headers=writer)

    async def names(asked: str) -> list[str]:
        listed = await client.get(f"/v1/keys?{asked}", headers=writer)
        return [item["name"] for item in listed.json()["items"]]

    assert await names("") == ["a", "b", "c", "operator"]
    assert await names("scope=ingest&sort=-name") == ["c", "b"]
    assert await names("scope=ingest&revoked=false") == ["c"]
    first = (await client.get("/v1/keys?limit=3", headers=writer)).json()
    assert await names(f"cursor={first['next_cursor']}") == ["operator"]
    misspelt = await client.get("/v1/keys?scope=ingets", headers=writer)
    assert misspelt.status_code == 422
    assert misspelt.json()["errors"][0]["allowed"] == ["read", "ingest", "review", "admin"]


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"name": "two words", "scopes": ["read"]}, "/name"),
        ({"name": "", "scopes": ["read"]}, "/name"),
        ({"name": "a" * 101, "scopes": ["read"]}, "/name"),
        ({"name": "a", "scopes": []}, "/scopes"),
        ({"name": "a", "scopes": ["write"]}, "/scopes/0"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        (
            {"name": "a", "scopes": ["read"], "expires_at": "9999-12-31T23:59:59-12:00"},
            "/expires_at",
        ),
        ({"name": "a", "scopes": ["read"], "expires_at": "2050-01-01T00:00:00"}, "/expires_at"),
        ({"name": "a", "scopes": ["read"], "colour": "red"}, "/colour"),
        ({"name": "a"}, "/scopes"),
    ],
)
async def test_a_key_that_cannot_be_is_refused_with_the_place(
    client: httpx.AsyncClient, writer: dict[str, str], wanted: dict[str, Any], pointer: str
) -> None:
    answer = await make(client, writer, **wanted)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_name_is_free_again_once_its_key_is_revoked(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    first = (await make(client, writer, name="feed", scopes=["ingest"])).json()
    taken = await make(client, writer, name="feed", scopes=["read"])
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["pointer"] == "/name"
    assert (await client.post("/v1/keys/feed/revoke", headers=writer)).status_code == 200
    second = (await make(client, writer, name="feed", scopes=["read"])).json()
    assert (
        await client.post("/v1/ingest", json=[], headers=bearer(first["token"]))
    ).status_code == 401
    assert (await client.get("/v1/companies", headers=bearer(second["token"]))).status_code == 200


async def test_a_key_is_revoked_at_once_by_name_or_id_and_only_once(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    made = (await make(client, writer, name="feed", scopes=["ingest"])).json()
    mine = bearer(made["token"])
    assert (await client.get("/v1/companies", headers=mine)).status_code == 200
    revoked = await client.post(f"/v1/keys/{made['id']}/revoke", headers=writer)
    assert revoked.json()["revoked_by"] == "operator"
    refused = await client.get("/v1/companies", headers=mine)
    assert refused.status_code == 401
    assert "'feed' is revoked" in refused.json()["detail"]
    again = await client.post(f"/v1/keys/{made['id']}/revoke", headers=writer)
    assert again.json() == revoked.json()
    for unknown in ("feed", "nobody", "key_" + "0" * 32):
        answer = await client.post(f"/v1/keys/{unknown}/revoke", headers=writer)
        assert answer.status_code == 404
    wrong = await client.put("/v1/keys", headers=writer)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    odd = await client.post("/v1/keys/feed/revoke?dry_run=true", headers=writer)
    assert odd.status_code == 422


async def test_a_key_revoked_elsewhere_is_refused_after_a_moment(engine: AsyncEngine) -> None:
    now = 0.0
    token = await key(engine, Scope.READ)
    ring = KeyRing(engine, clock=lambda: now)
    held = await ring.key_of(token)
    assert held is not None
    await revoke_key(engine, "a-key", actor="a test")
    now = STALENESS - 0.1
    assert await ring.key_of(token) == held
    now = STALENESS
    found = await ring.key_of(token)
    assert found is not None
    assert found.ended(datetime.now(UTC)) == "revoked"


async def test_a_key_expires_by_itself(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    token = await key(engine, Scope.INGEST, expires_at=soon)
    assert (await client.get("/v1/companies", headers=bearer(token))).status_code == 200
    async with write_transaction(engine) as connection:
        await connection.execute(text("UPDATE api_key SET expires_at = now() WHERE name = 'a-key'"))
    async with client_of(engine) as other:
        refused = await other.get("/v1/companies", headers=bearer(token))
    assert refused.status_code == 401
    assert "is expired" in refused.json()["detail"]


async def test_use_is_noted_once_a_minute(engine: AsyncEngine) -> None:
    async def last_used() -> datetime | None:
        async with read_connection(engine) as connection:
            statement = "SELECT last_used_at FROM api_key WHERE name = 'a-key'"
            found: datetime | None = await connection.scalar(text(statement))
            return found

    async def use() -> None:
        async with client_of(engine) as fresh:
            await fresh.get("/v1/companies", headers=bearer(token))

    token = await key(engine, Scope.READ)
    assert await last_used() is None
    await use()
    first = await last_used()
    assert first is not None
    await use()
    assert await last_used() == first
    async with write_transaction(engine) as connection:
        await connection.execute(
            text("UPDATE api_key SET last_used_at = now() - interval '61 s' WHERE name = 'a-key'")
        )
    await use()
    assert await last_used() > first  # type: ignore[operator]


@pytest.mark.parametrize(
    ("authorization", "kind"),
    [
        (None, "key-needed"),
        ("Bearer", "key-refused"),
        ("Bearer ", "key-refused"),
        ("Bearer nonsense", "key-refused"),
        (f"Bearer {NOT_MADE}", "key-refused"),
        (f"Basic {NOT_MADE}", "key-refused"),
        (NOT_MADE, "key-refused"),
        ("Bearer \xff\xfe", "key-refused"),
    ],
)
async def test_a_missing_or_wrong_key_is_a_401_that_says_how_keys_are_sent(
    client: httpx.AsyncClient, authorization: str | None, kind: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    refused = await client.post("/v1/ingest", json=COMPANY, headers=headers)
    assert refused.status_code == 401
    assert refused.json()["type"] == f"/problems/{kind}"
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert refused.headers["www-authenticate"].startswith("Bearer")
    read = await client.get("/v1/companies", headers=headers)
    assert read.status_code == (200 if authorization is None else 401)


KINDS = {
    Scope.READ: ("GET", "/v1/companies", None),
    Scope.INGEST: ("POST", "/v1/ingest", COMPANY),
    Scope.REVIEW: ("POST", "/v1/claims/clm_" + "0" * 32 + "/retract", {"reason": "wrong"}),
    Scope.ADMIN: ("GET", "/v1/keys", None),
}
OPENS = {
    Scope.READ: {Scope.READ},
    Scope.INGEST: {Scope.READ, Scope.INGEST},
    Scope.REVIEW: {Scope.READ, Scope.REVIEW},
    Scope.ADMIN: set(Scope),
}


@pytest.mark.parametrize("held", Scope)
async def test_each_scope_opens_what_it_implies_and_nothing_else(
    engine: AsyncEngine, held: Scope
) -> None:
    token = await key(engine, held)
    async with client_of(engine, Reads.KEYED) as client:
        for needed, (method, path, body) in KINDS.items():
            answer = await client.request(method, path, json=body, headers=bearer(token))
            if needed in OPENS[held]:
                assert answer.status_code in (200, 404), (needed, answer.text)
            else:
                assert answer.status_code == 403
                assert f"scope {needed} or admin" in answer.json()["detail"].replace(
                    "scope admin;", "scope admin or admin;"
                )
                assert f'scope="{needed}"' in answer.headers["www-authenticate"]


async def test_scopes_add_up(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    token = await key(engine, Scope.REVIEW, Scope.INGEST, Scope.INGEST)
    for needed in (Scope.READ, Scope.INGEST, Scope.REVIEW):
        method, path, body = KINDS[needed]
        answer = await client.request(method, path, json=body, headers=bearer(token))
        assert answer.status_code in (200, 404)
    method, path, _ = KINDS[Scope.ADMIN]
    assert (await client.request(method, path, headers=bearer(token))).status_code == 403


async def test_keyed_reads_need_a_key_and_operations_stay_open(engine: AsyncEngine) -> None:
    token = await key(engine, Scope.READ)
    async with client_of(engine, Reads.KEYED) as client:
        for path in ("/v1/companies", "/v1/schema", "/v1/nowhere", "/nowhere"):
            refused = await client.get(path)
            assert refused.status_code == 401, path
        assert (await client.head("/v1/companies")).status_code == 401
        assert (await client.get("/v1/companies", headers=bearer(token))).status_code == 200
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200, path


async def test_what_is_written_names_its_key(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    feed = await key(engine, Scope.INGEST, name="feed")
    reviewer = await key(engine, Scope.REVIEW, name="mara@desk")
    await client.post("/v1/ingest", json=round_of("lab"), headers=bearer(feed))
    claim = (await client.get("/v1/funding-events/lab-round")).json()["amount"]["claim_id"]
    path = f"/v1/claims/{claim}/retract"
    answer = await client.post(path, json={"reason": "wrong"}, headers=bearer(reviewer))
    assert answer.status_code == 200
    logged = (await client.get("/v1/changes")).json()["items"]
    by = {change["reason"]: change["actor"] for change in logged}
    assert by == {"ingested": "feed", "retracted": "mara@desk"}


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.7", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_only_this_machine_reaches_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here
