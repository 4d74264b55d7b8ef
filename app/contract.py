"""The OpenAPI document: the routes' own declarations, completed with what all of them share.

Problems, the entity tag, security and examples are the same everywhere, so they are added
here by rule and not in each route. The examples are recorded answers (``make examples``).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from app.ingest.items import Item
from app.keys.gate import SCHEME
from app.keys.key import Scope
from app.web.problems import MEDIA_TYPE
from app.web.schemas import ProblemDetails

Json = dict[str, Any]

SERVERS = [{"url": "http://127.0.0.1:8000", "description": "a local server"}]
TAGS = {
    "companies": "Players and their present figures",
    "identities": "Which company a name means; companies merged and split",
    "products": "Products, their releases and their benchmark results",
    "markets": "Who is said to compete with whom, and in what",
    "funding events": "Deals and talk of deals, from rumour to close",
    "claims": "What was said, by whom, when, and how surely",
    "sources": "Who says, and where it stands",
    "compare": "Players side by side, with a verdict on whether that is fair",
    "changes": "How what is answered changed",
    "quality": "What must not be trusted",
    "discovery": "Find things, and find out what can be asked",
    "ingest": "Batches in",
    "reading": "Articles read, and what people decide of what they seem to claim",
    "keys": "Who may read, ingest, review and administer",
    "operations": "Whether the server runs and can serve",
}
PROBLEMS = {
    "400": "The cursor cannot be used here, or the body is not JSON",
    "401": "The key is missing, unknown, expired or revoked",
    "403": "The key lacks the scope that this needs",
    "404": "No such identity, at least not at the moment asked about; near names are listed",
    "409": "It contradicts what is stored, or the name is taken; errors tell what is in the way",
    "410": "The identity was deleted",
    "413": "The body is too large",
    "415": "The body is of another kind than is taken; errors tell which are",
    "422": "The request is not valid; errors name each field and what is allowed",
    "429": "Too many requests; Retry-After tells when to come again",
    "503": "The database cannot be reached",
}
_ADDRESS = {"schema": {"type": "string"}, "description": "The present address"}
_TAG_HEADER = {"schema": {"type": "string"}, "description": "Changes with the data"}
HEADERS = {
    "RateLimit-Policy": 'The limit: `"reads";q=600;w=60` is 600 in 60 seconds',
    "RateLimit": 'What is left of it: `"reads";r=599;t=1`, and in how many seconds all is back',
    "Retry-After": "Seconds until a request would be answered",
}
UNTAGGED = {
    "/v1/keys",
    "/v1/changes/stream",
    "/v1/ingest-runs",
    "/v1/ingest-runs/{run}",
    "/v1/waiting-items",
    "/v1/waiting-items/{item}",
    "/v1/funding-events/{event}/reports",
    "/v1/readings",
    "/v1/readings/{reading}",
    "/v1/proposals",
    "/v1/proposals/{proposal}",
}
"""Reads of what has no data version, and so no entity tag."""


def openapi(app: FastAPI) -> Json:
    """The whole document of an application."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="What is said about AI companies, who said it, when, and how sure they were",
        description=app.description,
        routes=app.routes,
        servers=SERVERS,
        tags=[{"name": name, "description": told} for name, told in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    _add_components(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_responses(path, method, operation)
            _add_example(operation)
    return document


@cache
def examples() -> dict[str, Json]:
    """Recorded requests and answers, by operation id."""
    recorded: dict[str, Json] = json.loads((files("app") / "examples.json").read_text("utf-8"))
    return recorded


def _add_components(document: Json) -> None:
    components = document["components"]
    template = "#/components/schemas/{model}"
    item = TypeAdapter(Item).json_schema(ref_template=template)
    problem = ProblemDetails.model_json_schema(ref_template=template)
    added = {**item.pop("$defs"), **problem.pop("$defs"), "Item": item, "Problem": problem}
    for name, schema in added.items():
        if components["schemas"].setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
    for surplus in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(surplus, None)
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    components["responses"] = {
        status: {"description": told, "content": {MEDIA_TYPE: reference}}
        for status, told in PROBLEMS.items()
    }
    components["responses"]["429"]["headers"] = _headers("Retry-After", *_RATE_LIMIT)
    components["headers"] = {
        name: {"schema": {"type": "string"}, "description": told} for name, told in HEADERS.items()
    }


_RATE_LIMIT = ("RateLimit-Policy", "RateLimit")


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


_MAY_CONFLICT = {
    ("post", "/v1/keys"),
    ("post", "/v1/ingest"),
    ("post", "/v1/waiting-items/{item}/decide"),
    ("post", "/v1/readings/{reading}/accept"),
    ("post", "/v1/proposals/{proposal}/accept"),
    ("post", "/v1/proposals/{proposal}/edit"),
    ("post", "/v1/proposals/{proposal}/reject"),
}


def _add_responses(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    asked = {(p["in"], p["name"]) for p in operation.get("parameters", ())}
    statuses = ["503"] if path != "/healthz" else []
    if path.startswith("/v1"):
        statuses += ["401", "422", "429"]
        for status in _successes(operation):
            responses[status]["headers"] = _headers(*_RATE_LIMIT)
        if "security" in operation:
            statuses.append("403")
        else:
            # Nothing at all where reads are open, else any key: all scopes imply this one.
            operation["security"] = [{}, {SCHEME: [Scope.READ]}]
        if method == "get" and path not in UNTAGGED:
            responses["200"]["headers"]["ETag"] = _TAG_HEADER
            responses["304"] = {"description": "The answer that the client has is still right"}
    if method == "post":
        statuses += ["400", "413"]
    if (method, path) in _MAY_CONFLICT:
        statuses.append("409")
    if (method, path) == ("post", "/v1/ingest"):
        statuses.append("415")
    if ("query", "cursor") in asked:
        statuses.append("400")
    if "{" in path:
        statuses.append("404")
    if ("path", "company") in asked:
        statuses.append("410")
    if path.endswith(("/merge", "/split")):
        statuses.append("409")
    if ("path", "company") in asked and not path.endswith(("/merge", "/split", "/merges")):
        responses["308"] = {
            "description": "The company has another slug now, or was merged into another",
            "headers": {"Location": _ADDRESS},
        }
    if ("path", "market") in asked:
        responses["308"] = {
            "description": "The slug of the market is spelt otherwise",
            "headers": {"Location": _ADDRESS},
        }
    for status in statuses:
        responses[status] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(responses.items()))


def _add_event(operation: Json) -> None:
    """One event of the stream, whose data is a change as the list tells it."""
    (change,) = examples()["list_changes"]["answer"]["items"]
    (content,) = operation["responses"]["200"]["content"].values()
    content["example"] = f"id: {change['position']}\ndata: {json.dumps(change)}\n\n"


def _successes(operation: Json) -> list[str]:
    """The statuses of what went well."""
    return [status for status in operation["responses"] if status.startswith("2")]


def _add_example(operation: Json) -> None:
    if operation["operationId"] == "follow_changes":
        _add_event(operation)
    example = examples().get(operation["operationId"])
    if example is None:
        return
    for status in _successes(operation):
        contents = operation["responses"][status]["content"]
        content = contents.get("application/json") or next(iter(contents.values()))
        content["example"] = example["answer"]
    if "body" in example:
        body = operation["requestBody"]["content"]["application/json"]
        body["example"] = example["body"]
    given = {
        "path": example["names"],
        "query": dict(parse_qsl(urlsplit(example["request"]).query)),
    }
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in given.get(parameter["in"], ()):
            value = given[parameter["in"]][parameter["name"]]
            number = parameter["schema"].get("type") in ("integer", "number")
            parameter["example"] = int(value) if number else value
