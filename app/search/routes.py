"""``/v1/search`` and ``/v1/schema``: find things, and find out what can be asked."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, Request, Response

from app.claims import vocabulary
from app.claims.asking import POLICY_NAMES, Question, answer, single, whole
from app.claims.names import normalise_name
from app.claims.policy import POLICIES
from app.search import queries
from app.search.schemas import Findings, SchemaDescription
from app.storage.ids import encode
from app.storage.json import dumps
from app.web.resources import Parameter, Resource, Shape, documented

router = APIRouter(tags=["discovery"])

MOST = 50
PREFIX = {"company": "cmp", "product": "prd", "document": "doc"}
SEARCH = Resource(
    name="search",
    description="Names, aliases, products and documents; typo-tolerant",
    parameters=(Parameter("q", Shape.TEXT, "What to look for", required=True, example="anthropc"),),
    policies=POLICY_NAMES,
    pageable=False,
)
SCHEMA = Resource(
    name="schema",
    description="Fields, types, operators and vocabularies",
    pageable=False,
)


@router.get("/v1/search", **SEARCH.documents(Findings))
async def search(request: Request) -> Response:
    """The nearest names, best first."""

    async def make(question: Question) -> bytes:
        words = normalise_name(question.query.parameters["q"])
        rows = await queries.search(question.connection, words, question.moment, MOST)
        items = [
            {
                "type": row["type"],
                "id": encode(PREFIX[row["type"]], row["id"]),
                "slug": row["slug"],
                "name": row["name"],
                "matched": row["matched"],
            }
            for row in rows
        ]
        return whole(question, items)

    return await answer(request, SEARCH, make)


@router.get("/v1/schema", **SCHEMA.documents(SchemaDescription))
async def get_schema(request: Request) -> Response:
    """What can be asked of each resource, and the words of every vocabulary."""

    async def make(question: Question) -> bytes:
        body = {
            "resources": [resource.to_schema() for resource in documented()],
            "vocabularies": _vocabularies(),
            "policies": {policy.name: policy.description for policy in POLICIES.values()},
        }
        return single(question, dumps(body))

    return await answer(request, SCHEMA, make)


def _vocabularies() -> dict[str, list[str]]:
    return {
        name: list(vocabulary.words(member))
        for name, member in vars(vocabulary).items()
        if isinstance(member, type) and issubclass(member, StrEnum) and member is not StrEnum
    }
