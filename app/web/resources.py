"""Resources declared: one declaration parses requests, writes SQL, and documents itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from app.storage.listing import Field, Kind, Listing, Match
from app.web.cursors import Cursor

MATCH = "match"
"""The parameter that says how bounds on intervals are meant."""

LIMIT, LARGEST_LIMIT = 50, 500


class Shape(StrEnum):
    """How a parameter that is not a filter is read."""

    TEXT = "text"
    WORD = "word"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that is not a filter. A LIST is comma-separated, of 1 to ``most`` words."""

    name: str
    shape: Shape
    description: str
    required: bool = False
    default: str | None = None
    vocabulary: tuple[str, ...] = ()
    most: int = 20
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be asked of one path.

    ``one_state``: an answer takes several statements about what is written, which must see the
    same state. ``counts_days``: asked of now, it changes from day to day though nothing is
    written. ``unversioned``: it changes though the data do not, so that no entity tag tells.
    """

    name: str
    description: str
    fields: tuple[Field, ...] = ()
    default_sort: str = ""
    includes: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    policies: tuple[str, ...] = ()
    pageable: bool = True
    fixed_order: bool = False
    one_state: bool = False
    counts_days: bool = False
    unversioned: bool = False

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    @property
    def sortable(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.sortable)

    @property
    def has_intervals(self) -> bool:
        return any(field.kind is Kind.INTERVAL for field in self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter name this resource knows."""
        filters = [filter_name(f, op) for f in self.fields for op in f.operators]
        common = ["as_of", "known_at", "policy"] if self.policies else []
        match = [MATCH] if self.has_intervals else []
        order = [] if self.fixed_order else ["sort"]
        paging = [*order, "limit", "cursor"] if self.pageable else []
        shape = (["fields"] if self.outputs else []) + (["include"] if self.includes else [])
        own = (p.name for p in self.parameters)
        return (*own, *filters, *match, *common, *paging, *shape)

    def to_schema(self) -> dict[str, Any]:
        """What ``/v1/schema`` tells of it."""
        return {
            "name": self.name,
            "description": self.description,
            "fields": [
                {
                    "name": field.name,
                    "type": field.kind,
                    "description": field.description,
                    "operators": list(field.operators),
                    "sortable": field.sortable,
                    "vocabulary": list(field.vocabulary),
                }
                for field in self.fields
            ],
            "parameters": [
                {
                    "name": parameter.name,
                    "description": parameter.description,
                    "required": parameter.required,
                    "vocabulary": list(parameter.vocabulary),
                }
                for parameter in self.parameters
            ],
            "sort": {
                "fields": [] if self.fixed_order else list(self.sortable),
                "default": self.default_sort or None,
            },
            "include": list(self.includes),
            "output_fields": list(self.outputs),
            "policies": list(self.policies),
        }

    def documents(self, model: type[BaseModel]) -> dict[str, Any]:
        """What a route's decorator takes to document itself: parameters and the answer.

        From then on the resource is also among those that :func:`documented` tells of.
        """
        _DOCUMENTED[self.name] = self
        return {
            "openapi_extra": {"parameters": self.to_openapi()},
            "responses": {200: {"model": model, "description": self.description}},
        }

    def to_openapi(self) -> list[dict[str, Any]]:
        """The parameter objects of OpenAPI 3.1."""
        return [
            *(_own(parameter) for parameter in self.parameters),
            *(_filter(field, operator) for field in self.fields for operator in field.operators),
            *(_match() if self.has_intervals else []),
            *(_moment(self.policies) if self.policies else []),
            *(_paging(self) if self.pageable else []),
            *_shape(self),
        ]


@dataclass(frozen=True, slots=True)
class Query:
    """A request's parameters, read and checked."""

    resource: Resource
    path: str
    listing: Listing
    as_of: datetime | None
    known_at: datetime | None
    policy: str | None
    fields: frozenset[str] | None
    include: frozenset[str]
    parameters: dict[str, Any]
    filters: dict[str, str]
    pinned: dict[str, str]
    cursor: Cursor | None
    canonical: str


_DOCUMENTED: dict[str, Resource] = {}


def documented() -> list[Resource]:
    """Every resource that a route answers for, by name."""
    return [_DOCUMENTED[name] for name in sorted(_DOCUMENTED)]


def filter_name(field: Field, operator: str) -> str:
    """How a filter is written in the URL: ``stage``, ``stage[in]``, ``amount.high[gte]``."""
    return field.name if operator == "eq" else f"{field.name}[{operator}]"


DATE_PATTERN = (
    r"^(19\d\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)?$"
)
TEXT_PATTERN = r"^[^\x00-\x1f]+$"

_SAYS = {
    "eq": "is",
    "in": "is one of (comma-separated)",
    "gte": "is at least",
    "lte": "is at most",
    "gt": "is more than",
    "lt": "is less than",
}


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def _own(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 500}
    if parameter.vocabulary and parameter.shape is Shape.WORD:
        schema = {"type": "string", "enum": list(parameter.vocabulary)}
    else:
        schema["pattern"] = TEXT_PATTERN
    if parameter.default is not None:
        schema["default"] = parameter.default
    more: dict[str, Any] = {"required": parameter.required}
    if parameter.example is not None:
        more["example"] = parameter.example
    return _query(parameter.name, parameter.description, schema, **more)


def _filter(field: Field, operator: str) -> dict[str, Any]:
    schema: dict[str, Any]
    if operator == "in":
        one = (field.pattern or "").strip("^$")
        pattern = f"^({one})(,({one}))*$" if one else TEXT_PATTERN
        schema = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": pattern}
        if field.vocabulary:
            schema = _words(field.vocabulary)
    elif field.kind is Kind.COUNT:
        schema = {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**18}
    elif field.kind in (Kind.NUMBER, Kind.INTERVAL):
        schema = {"type": "number", "minimum": 0, "exclusiveMaximum": 1e18}
    elif field.kind in (Kind.INSTANT, Kind.DATE):
        schema = {"type": "string", "pattern": DATE_PATTERN}
    elif field.kind is Kind.FLAG:
        schema = {"type": "string", "enum": ["true", "false"]}
    elif field.vocabulary:
        schema = _words(field.vocabulary)
    else:
        pattern = field.pattern or TEXT_PATTERN
        schema = {"type": "string", "minLength": 1, "maxLength": 500, "pattern": pattern}
    return _query(filter_name(field, operator), f"{field.description} ({_SAYS[operator]})", schema)


def _words(vocabulary: tuple[str, ...]) -> dict[str, Any]:
    """One or more words of a vocabulary, comma-separated."""
    word = "|".join(vocabulary)
    return {"type": "string", "minLength": 1, "pattern": f"^({word})(,({word}))*$"}


def _match() -> list[dict[str, Any]]:
    told = (
        "Whether a bound on an interval must be met by all of it, or may be met by some;"
        " each row says which holds. Ends are taken as closed: 'less than 100' reaches 100."
    )
    return [_query(MATCH, told, {"type": "string", "enum": list(Match), "default": "certain"})]


def _moment(policies: tuple[str, ...]) -> list[dict[str, Any]]:
    when = {"type": "string", "pattern": DATE_PATTERN}
    past = {"type": "string", "pattern": DATE_PATTERN.replace("20\\d\\d", "20[01]\\d")}
    return [
        _query(
            "as_of",
            "Answer from the public record of then: an instant, or a day up to its end (UTC).",
            when,
            example="2025-12-20",
        ),
        _query(
            "known_at",
            "Answer from what this database held then; not in the future.",
            past,
        ),
        _query(
            "policy",
            "Which claim answers where several speak.",
            {"type": "string", "enum": list(policies), "default": policies[0]},
        ),
    ]


def _paging(resource: Resource) -> list[dict[str, Any]]:
    return _page() if resource.fixed_order else [_sort(resource), *_page()]


def _sort(resource: Resource) -> dict[str, Any]:
    names = "|".join(name.replace(".", "\\.") for name in resource.sortable)
    return _query(
        "sort",
        f"Up to 3 sort keys, comma-separated; a leading minus is descending. Of:"
        f" {', '.join(resource.sortable)}.",
        {
            "type": "string",
            "pattern": f"^-?({names})(,-?({names})){{0,2}}$",
            "default": resource.default_sort,
        },
    )


def _page() -> list[dict[str, Any]]:
    return [
        _query(
            "limit",
            "Rows in a page.",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": LIMIT},
        ),
        _query(
            "cursor",
            "The `next_cursor` of the page before; it pins sort, filters and known_at.",
            {"type": "string", "maxLength": 4000},
        ),
    ]


def _shape(resource: Resource) -> list[dict[str, Any]]:
    described = []
    for name, words, description in (
        ("fields", resource.outputs, "Only these top-level fields (the id is always there)"),
        ("include", resource.includes, "Expand one level"),
    ):
        if words:
            told = f"{description}: comma-separated, of {', '.join(words)}."
            described.append(_query(name, told, _words(words)))
    return described
