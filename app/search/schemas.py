"""The contract's shapes of search and discovery."""

from __future__ import annotations

from typing import Any, Literal

from app.web.schemas import Meta, Shape


class Found(Shape):
    """Something found, and the name by which it was."""

    type: Literal["company", "product", "document"]
    id: str
    slug: str | None
    name: str | None
    matched: str | None


class Findings(Shape):
    """What was found, best first."""

    items: list[Found]
    next_cursor: None
    meta: Meta


class FieldDescription(Shape):
    """A field to filter and sort by."""

    name: str
    type: str
    description: str
    operators: list[str]
    sortable: bool
    vocabulary: list[str]


class ParameterDescription(Shape):
    """A parameter that is not a filter."""

    name: str
    description: str
    required: bool
    vocabulary: list[str]


class SortDescription(Shape):
    """What a list can be sorted by."""

    fields: list[str]
    default: str | None


class ResourceDescription(Shape):
    """What can be asked of one resource."""

    name: str
    description: str
    fields: list[FieldDescription]
    parameters: list[ParameterDescription]
    sort: SortDescription
    include: list[str]
    output_fields: list[str]
    policies: list[str]


class SchemaDescription(Shape):
    """What can be asked, and every vocabulary."""

    resources: list[ResourceDescription]
    vocabularies: dict[str, list[str]]
    policies: dict[str, str]
    meta: dict[str, Any]
