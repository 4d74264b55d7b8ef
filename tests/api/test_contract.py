"""The contract: every answer has the documented shape, every example is a real answer."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.contract import examples, openapi
from app.main import create_app
from app.settings import Settings
from app.storage.engine import create_engine
from app.web.schemas import Shape
from tests.conftest import client_of
from tools.record_examples import REQUESTS, record

pytestmark = pytest.mark.anyio

DOCUMENT = openapi(create_app(Settings(), create_engine("postgresql://nowhere"), b""))
STREAMED = {"follow_changes"}
OPERATIONS = {
    operation["operationId"]: operation
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
}


def test_every_operation_is_documented() -> None:
    for name, operation in OPERATIONS.items():
        assert operation["tags"], name
        assert operation["summary"], name
        if name in STREAMED:
            continue
        content = answered(operation)
        assert "$ref" in content["schema"], name
        assert content["example"], name


def test_the_example_of_a_stream_is_an_event_with_a_change() -> None:
    content = OPERATIONS["follow_changes"]["responses"]["200"]["content"]["text/event-stream"]
    told = re.fullmatch(r"id: (\d+)\ndata: (.*)\n\n", content["example"])
    assert told
    schema = {"$ref": "#/components/schemas/Change", "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(json.loads(told[2]))
    assert json.loads(told[2])["position"] == int(told[1])


async def test_examples_are_the_present_answers(
    own_bundled_database: str, writer: dict[str, str]
) -> None:
    engine = create_engine(own_bundled_database)
    async with client_of(engine) as client:
        answers = await record(client, writer["Authorization"])
    await engine.dispose()
    recorded = examples()
    assert answers.keys() == recorded.keys()
    for name, example in recorded.items():
        assert lasting(answers[name]["answer"]) == lasting(example["answer"]), (
            f"{name} answers differently now: run `make examples`"
        )


@pytest.mark.parametrize("operation", sorted(REQUESTS))
async def test_answers_hold_every_documented_field(
    bundled_client: httpx.AsyncClient, operation: str
) -> None:
    template, names = REQUESTS[operation]
    path = template.split("?")[0].format(**names)
    required = {"q": "open ai"} if operation == "search" else {}
    if operation in ("get_comparison", "get_series", "get_shared_investors"):
        required = {"companies": "openai,anthropic,google-deepmind,mistral"}
    for more in ({}, {"as_of": "2025-06-30"}, {"policy": "latest"}, {"include": "alternatives"}):
        answer = await bundled_client.get(path, params={**required, **more})
        if answer.status_code == 200:
            model(operation).model_validate_json(answer.content)
        else:
            assert answer.status_code in (404, 422)


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - STREAMED))
async def test_examples_fit_their_schemas(operation: str) -> None:
    content = answered(OPERATIONS[operation])
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(content["example"])


def answered(operation: dict[str, Any]) -> dict[str, Any]:
    """What the document tells of an answer when all went well."""
    status = min({"200", "201"} & operation["responses"].keys())
    content: dict[str, Any] = operation["responses"][status]["content"]["application/json"]
    return content


def model(operation: str) -> type[Shape]:
    """The model of an operation's answer."""
    name = answered(OPERATIONS[operation])["schema"]["$ref"].rpartition("/")[2]
    (found,) = {shape for shape in shapes(Shape) if shape.__name__ == name}
    return found


def shapes(base: type[Shape]) -> list[type[Shape]]:
    return [base, *(shape for child in base.__subclasses__() for shape in shapes(child))]


VARYING = re.compile(
    r'"((cmp|prd|evt|clm|doc|src|run|wai|key|rdg|prp)_[0-9a-f]{32}|\d{4}-\d\d-\d\dT[^"]+Z|[\w-]{100,})"'
    r'|"(data_version|position)": \d+|rules-\d+@[0-9a-f]+'
)


def lasting(answer: Any) -> Any:
    """An answer without ids, instants and cursors, which differ between databases."""
    return VARYING.sub("…", json.dumps(answer))
