"""Reading a request's parameters: strictly, and reporting every fault at once.

An unknown parameter is an error, never ignored: a misspelt filter would otherwise answer
with rows that were not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Request

from app.storage.ids import decode
from app.storage.listing import Field, Filter, Kind, Listing, Match, SortKey
from app.web import cursors
from app.web.cursors import Cursor
from app.web.problems import Fault, invalid, not_found, suggestion
from app.web.resources import (
    LARGEST_LIMIT,
    LIMIT,
    MATCH,
    Parameter,
    Query,
    Resource,
    Shape,
    filter_name,
)

LONGEST_VALUE, LONGEST_CURSOR, MOST_WORDS = 2_000, 4_000, 100
FREE = frozenset({"cursor", "limit", "fields", "include"})
"""Parameters that may change from page to page; a cursor pins all others."""


def parse(resource: Resource, request: Request, secret: bytes = b"") -> Query:
    """Read and check all parameters of a request.

    Raises:
        Problem: 422 with every fault, or 400 for a cursor that cannot be used.
    """
    given = _given(request)
    reader = _Reader(resource, given)
    reader.check_names()
    cursor = _cursor(reader, request.url.path, secret)
    if cursor is not None:
        reader.given = {**cursor.pinned, **given}
    query = reader.read(request.url.path, cursor)
    reader.raise_faults()
    return query


def id_in_path(prefix: str, what: str, name: str) -> UUID:
    """The id in a path that names something by its id alone.

    Raises:
        Problem: 404, since nothing has such an id.
    """
    identity = decode(prefix, name)
    if identity is None:
        raise not_found(what, name)
    return identity


class _Invalid(Exception):
    def __init__(self, message: str, allowed: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = tuple(allowed)


class _Reader:
    """The parameters of one request while they are read, and the faults found so far."""

    def __init__(self, resource: Resource, given: dict[str, str]) -> None:
        self.resource = resource
        self.given = given
        self.faults: list[Fault] = []

    def check_names(self) -> None:
        known = self.resource.names
        for name in self.given:
            if name not in known:
                message = f"unknown parameter{suggestion(name, known)}"
                self.faults.append(Fault(message, parameter=name[:100], allowed=known))
        self.raise_faults()

    def raise_faults(self) -> None:
        if self.faults:
            raise invalid(self.faults)

    def value(self, name: str, read: Callable[[str], Any], default: Any = None) -> Any:
        """Read one parameter; a fault is noted and the default returned."""
        text = self.given.get(name)
        if text is None:
            return default
        try:
            if text == "":
                raise _Invalid("has no value")
            return read(text)
        except _Invalid as fault:
            self.faults.append(Fault(fault.message, parameter=name, allowed=fault.allowed))
            return default

    def read(self, path: str, cursor: Cursor | None) -> Query:
        resource = self.resource
        filters = tuple(self._filters())
        sort = self.value("sort", self._sort) or self._sort(resource.default_sort)
        # A walk goes on in the state that it began in.
        known_at = cursor.known_at if cursor else self.value("known_at", _known_at)
        return Query(
            resource=resource,
            path=path,
            listing=Listing(
                filters=filters,
                sort=sort,
                limit=self.value("limit", _limit, LIMIT),
                after=cursor.after if cursor else None,
            ),
            as_of=self.value("as_of", read_instant),
            known_at=known_at,
            policy=self.value("policy", lambda t: _word(t, resource.policies, "policy")),
            fields=self.value("fields", lambda t: _words(t, resource.outputs)),
            include=self.value("include", lambda t: _words(t, resource.includes), frozenset()),
            parameters={p.name: self._parameter(p) for p in resource.parameters},
            filters={
                name: self.given[name]
                for name in (
                    *(
                        filter_name(f, operator)
                        for f in resource.fields
                        for operator in f.operators
                    ),
                    *([MATCH] if resource.has_intervals else []),
                )
                if name in self.given
            },
            pinned={name: text for name, text in self.given.items() if name not in FREE},
            cursor=cursor,
            canonical=urlencode(sorted(self.given.items())),
        )

    def _filters(self) -> Iterable[Filter]:
        match = self.value(MATCH, lambda t: Match(_word(t, tuple(Match), "value")), Match.CERTAIN)
        for field in self.resource.fields:
            for operator in field.operators:
                value = self.value(filter_name(field, operator), _reader_of(field, operator))
                if value is not None:
                    named = "in" if isinstance(value, tuple) else operator
                    yield Filter(field, named, value, match)

    def _sort(self, text: str) -> tuple[SortKey, ...]:
        keys = []
        for word in text.split(",") if text else ():
            name = word.removeprefix("-")
            field = self.resource.field(name)
            if field is None or not field.sortable:
                sortable = self.resource.sortable
                raise _Invalid(
                    f"cannot sort by {name[:60]!r}{suggestion(name, sortable)}", sortable
                )
            keys.append(SortKey(field, descending=word.startswith("-")))
        if len({key.field.name for key in keys}) < len(keys):
            raise _Invalid("names a field twice")
        if len(keys) > 3:
            raise _Invalid("takes at most 3 keys")
        return tuple(keys)

    def _parameter(self, parameter: Parameter) -> Any:
        if parameter.required and parameter.name not in self.given:
            self.faults.append(
                Fault("is required", parameter=parameter.name, allowed=parameter.vocabulary)
            )
            return None
        default = _own(parameter, parameter.default) if parameter.default is not None else None
        return self.value(parameter.name, lambda text: _own(parameter, text), default)


def read_instant(text: str, *, from_start: bool = False) -> datetime:
    """An instant, or a day, which is meant up to its end (UTC), or from its start."""
    try:
        if _DAY.fullmatch(text):
            day = datetime.combine(date.fromisoformat(text), time.min, UTC)
            instant = day if from_start else day + timedelta(days=1) - timedelta(microseconds=1)
        else:
            # A plus sign that was not encoded arrives as a space.
            instant = datetime.fromisoformat(text.replace(" ", "+"))
            if instant.tzinfo is None or not _INSTANT.match(text):
                raise ValueError
            instant = instant.astimezone(UTC)
        if not 1900 <= instant.year <= 2100:
            raise ValueError
    except (ValueError, OverflowError) as error:
        raise _Invalid(
            "is not a day (2025-12-20) or an instant (2025-12-20T18:00:00Z) from 1900 to 2100"
        ) from error
    return instant


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f]")
_NUMBER = re.compile(r"[+ ]?\d{1,30}(\.\d{1,20})?([eE][+ -]?\d{1,2})?", re.ASCII)


def _given(request: Request) -> dict[str, str]:
    """The query string as a mapping.

    Raises:
        Problem: 422 for what is not UTF-8, holds control characters, is too long or stands twice.
    """
    raw = request.scope.get("query_string", b"")
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except (UnicodeDecodeError, ValueError) as error:
        message = "the query string is not percent-encoded UTF-8 of at most 100 parameters"
        raise invalid([Fault(message, parameter="query")]) from error
    given: dict[str, str] = {}
    faults = []
    for name, value in pairs:
        shown = _CONTROL.sub("?", name)[:100]
        longest = LONGEST_CURSOR if name == "cursor" else LONGEST_VALUE
        if _CONTROL.search(name) or _CONTROL.search(value):
            faults.append(Fault("holds a control character", parameter=shown))
        elif len(value) > longest or len(name) > 100:
            faults.append(Fault(f"is longer than {longest} characters", parameter=shown))
        elif name in given:
            faults.append(Fault("stands more than once", parameter=shown))
        given[name] = value
    if faults:
        raise invalid(faults)
    return given


def _cursor(reader: _Reader, path: str, secret: bytes) -> Cursor | None:
    text = reader.given.get("cursor")
    if text is None:
        return None
    cursor = cursors.decode(text, path, secret)
    for name, value in reader.given.items():
        if name not in FREE and cursor.pinned.get(name) != value:
            raise cursors.refused(f"was given out for another {name}")
    return cursor


def _reader_of(field: Field, operator: str) -> Callable[[str], Any]:
    def one(text: str) -> Any:
        match field.kind:
            case Kind.WORD:
                return _word(text, field.vocabulary, "value")
            case Kind.NUMBER | Kind.INTERVAL:
                return _number(text)
            case Kind.COUNT:
                return _count(text)
            case Kind.INSTANT:
                # From a day on, or before a day: both are bounded by its start.
                return read_instant(text, from_start=operator in ("gte", "lt"))
            case Kind.DATE:
                return read_instant(text).date()
            case Kind.FLAG:
                return _word(text, ("true", "false"), "value") == "true"
            case _:
                if len(text) > 500:
                    raise _Invalid("is longer than 500 characters")
                if field.pattern and not re.fullmatch(field.pattern, text):
                    raise _Invalid(f"{text[:60]!r} is not of the form {field.pattern}")
                return text

    def many(text: str) -> tuple[Any, ...]:
        return tuple(one(word) for word in _split(text, MOST_WORDS))

    def any_of(text: str) -> Any:
        # No word of a vocabulary has a comma, so a list of them can mean but one thing.
        return many(text) if "," in text else one(text)

    if operator == "in":
        return many
    return any_of if field.kind is Kind.WORD else one


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _Invalid("is not a number of at least 0, such as 750000000 or 50e9")
    number = Decimal(text.replace(" ", "+") if "e" in text.lower() else text.strip())
    if number >= Decimal(10) ** 18:
        raise _Invalid("is not below 1e18")
    return number


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise _Invalid("is not a whole number of at least 0")
    return int(text)


def _limit(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not 1 <= int(text) <= LARGEST_LIMIT:
        raise _Invalid(f"is not a whole number from 1 to {LARGEST_LIMIT}")
    return int(text)


def _known_at(text: str) -> datetime:
    instant = read_instant(text)
    # A day still running is meant up to now; what will be known later is not known yet.
    if instant.date() > datetime.now(UTC).date():
        raise _Invalid("lies in the future: nobody knows yet what will be known then")
    return instant


def _word(text: str, allowed: tuple[str, ...], what: str) -> str:
    if text not in allowed:
        raise _Invalid(f"unknown {what} {text[:60]!r}{suggestion(text, allowed)}", allowed)
    return text


def _words(text: str, allowed: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_word(word, allowed, "word") for word in _split(text, MOST_WORDS))


def _split(text: str, most: int) -> list[str]:
    words = text.split(",")
    if len(words) > most:
        raise _Invalid(f"lists more than {most} values")
    if "" in words:
        raise _Invalid("has an empty value in its list")
    return words


def _own(parameter: Parameter, text: str) -> Any:
    match parameter.shape:
        case Shape.WORD:
            return _word(text, parameter.vocabulary, "value")
        case Shape.LIST:
            words = tuple(dict.fromkeys(_split(text, parameter.most)))
            for word in words:
                if len(word) > 200:
                    raise _Invalid("has a value longer than 200 characters")
                if parameter.vocabulary:
                    _word(word, parameter.vocabulary, "value")
            return words
        case _:
            if not text.strip():
                raise _Invalid("is blank")
            if len(text) > 500:
                raise _Invalid("is longer than 500 characters")
            return text.strip()
