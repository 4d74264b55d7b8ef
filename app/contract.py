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

from app.ingest.schemas import Item, Retraction
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
    "operations": "Whether the server runs and can serve",
}
PROBLEMS = {
    "400": "The cursor cannot be used here, or the body is not JSON",
    "401": "The key is missing or wrong",
    "403": "Writing over HTTP is off",
    "404": "No such identity, at least not at the moment asked about; near names are listed",
    "409": "It contradicts what is stored; errors tell what stands in the way",
    "410": "The identity was deleted",
    "413": "The body is too large",
    "422": "The request is not valid; errors name each field and what is allowed",
    "503": "The database cannot be reached",
}
_ADDRESS = {"schema": {"type": "string"}, "description": "The present address"}
_TAG_HEADER = {"schema": {"type": "string"}, "description": "Changes with the data"}


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
    added["Retraction"] = Retraction.model_json_schema(ref_template=template)
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
    components["securitySchemes"] = {
        "writer": {"type": "http", "scheme": "bearer", "description": "The key that may write"}
    }


def _add_responses(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    asked = {(p["in"], p["name"]) for p in operation.get("parameters", ())}
    statuses = ["503"] if path != "/healthz" else []
    if path.startswith("/v1"):
        statuses.append("422")
    if method == "post":
        statuses += ["400", "413"]
        if "security" in operation:
            statuses += ["401", "403"]
    elif path.startswith("/v1"):
        responses["200"]["headers"] = {"ETag": _TAG_HEADER}
        responses["304"] = {"description": "The answer that the client has is still right"}
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


def _add_example(operation: Json) -> None:
    example = examples().get(operation["operationId"])
    if example is None:
        return
    (content,) = operation["responses"]["200"]["content"].values()
    content["example"] = example["answer"]
    if "body" in example:
        (body,) = operation["requestBody"]["content"].values()
        body["example"] = example["body"]
    given = {
        "path": example["names"],
        "query": dict(parse_qsl(urlsplit(example["request"]).query)),
    }
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in given[parameter["in"]]:
            value = given[parameter["in"]][parameter["name"]]
            number = parameter["schema"].get("type") in ("integer", "number")
            parameter["example"] = int(value) if number else value
