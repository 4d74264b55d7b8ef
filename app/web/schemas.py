"""The contract's common shapes: what every answer has, whatever it is about.

Answers are written straight to bytes; these models document them in ``openapi.json``, and
the tests hold every answer against them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
PartialDay = Annotated[
    str,
    Field(
        pattern=r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z)?)?)?$",
        description="No more exact than it is known: 2025, 2025-06, 2025-06-17 or an instant",
    ),
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Instant = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$")]


def storable(text: str) -> str:
    """The text, if PostgreSQL can store it.

    Raises:
        ValueError: it cannot.
    """
    if "\x00" in text:
        raise ValueError("must not contain null bytes")
    # It stores UTF-8, which has no lone surrogates.
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise ValueError("must be valid Unicode")
    return text


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, strip_whitespace=True),
    AfterValidator(storable),
]
Phrase = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    AfterValidator(storable),
]


class Shape(BaseModel):
    """Exactly these fields, no others."""

    model_config = ConfigDict(extra="forbid")


def _only_the_id_is_sure(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema.get("required", ()) if name in ("id", "meta")]


class Pickable(Shape):
    """A resource of which ``fields`` can pick some: without it, all fields are there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_only_the_id_is_sure)


class Total(Shape):
    """How many rows a list has; ``at_least`` until its last page."""

    value: int
    relation: Literal["exact", "at_least"]


class Meta(Shape):
    """What the answer answers: the moment, the policy, the filters, the state of the data."""

    as_of: Instant | None
    known_at: Instant
    policy: str
    filters: dict[str, str]
    data_version: int


class ListMeta(Meta):
    """The same for a list that pages."""

    total: Total


class Fault(Shape):
    """One thing that is wrong: in a query parameter, or where a JSON pointer points."""

    parameter: str | None = None
    pointer: str | None = None
    message: str
    allowed: list[str] | None = None


class ProblemDetails(Shape):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault]
    request_id: str | None


class Health(Shape):
    """The process is alive."""

    status: Literal["ok"]


class Readiness(Shape):
    """The server can serve."""

    status: Literal["ready"]
    data_version: int
