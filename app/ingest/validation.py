"""From parsed JSON to items, or to errors that point at the field and list what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from app.claims.values import InvalidValue, PartialDate, Quantity
from app.ingest.items import Item
from app.ingest.normalise import canonical_url, check
from app.ingest.schemas import CompanyItem, DocumentItem
from app.ingest.short.drafts import Draft, drafts
from app.ingest.short.schemas import AccountItem, CapabilityItem, ReportItem, ShortItem, Told
from app.web.problems import pointer_to


@dataclass(frozen=True, slots=True)
class ItemError:
    """What is wrong with an item: a JSON pointer into the batch, and what is allowed."""

    pointer: str
    message: str
    allowed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"pointer": self.pointer, "message": self.message}
        if self.allowed:
            shape["allowed"] = list(self.allowed)
        return shape


class InvalidItem(Exception):
    """An item that cannot be stored; it is reported whole."""

    def __init__(self, errors: Sequence[ItemError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)


class MalformedJson(ValueError):
    """The text is not JSON."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for an item that could not be read, and says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class ValidItem:
    """An item that passed, its place in the batch, and its claims' numbers in normal form.

    One that was sent as a short form has the ``drafts`` of its claims, also when it is spelt out
    (``short`` is then what was sent).
    """

    index: int
    item: Item | AccountItem
    numbers: tuple[Quantity | None, ...] = ()
    drafts: tuple[Draft, ...] = ()
    short: ShortItem | None = None

    @property
    def type(self) -> str:
        """The type that the item was sent as."""
        return (self.short or self.item).type

    def error(self, pointer: str, message: str, allowed: Sequence[str] = ()) -> ItemError:
        """What is wrong, where it stands in what was sent."""
        if self.short is not None:
            at = _OF_A_CLAIM.match(pointer)
            pointer = (
                self.drafts[int(at[1])].place(at[2]) if at else _IN_SHORT.get(pointer, pointer)
            )
        return ItemError(f"/{self.index}{pointer}", message, tuple(allowed))


_IN_SHORT = {"/source": "/says", "/kind": "/document_kind"}
"""Fields of a document that short forms call otherwise."""
_OF_A_CLAIM = re.compile(r"/claims/(\d+)/(\w+)")


def parse_json(body: bytes) -> Any:
    """Parse JSON with exact decimals.

    Raises:
        MalformedJson: not UTF-8, not JSON, NaN or Infinity, a number of absurdly many digits,
            half a surrogate pair, or nested absurdly deep.
    """
    try:
        text = body.decode("utf-8")
        parsed = json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse)
        if _SURROGATE.search(text):
            # PostgreSQL stores UTF-8, and so do we answer: neither has lone surrogates.
            json.dumps(parsed, ensure_ascii=False, default=str).encode("utf-8")
        return parsed
    except (ValueError, TypeError, RecursionError, ArithmeticError) as error:
        raise MalformedJson(str(error)[:200]) from error


def validate(index: int, raw: Any) -> ValidItem:
    """Check one item of a batch; an account comes as the item that it is.

    Raises:
        InvalidItem: with every fault that was found.
    """
    item = raw if isinstance(raw, AccountItem) else _parsed(index, raw)
    if isinstance(item, CompanyItem) and item.parent == item.slug:
        raise InvalidItem([ItemError(f"/{index}/parent", "a company cannot own itself")])
    if isinstance(item, ReportItem | CapabilityItem | AccountItem):
        spelt = drafts(item)
        claims = [(draft.claim, draft.place) for draft in spelt]
    elif isinstance(item, DocumentItem):
        spelt = []
        claims = [(claim, partial(_of_claim, place)) for place, claim in enumerate(item.claims)]
    else:
        return ValidItem(index, item)
    numbers: list[Quantity | None] = []
    errors = list(_from_the_future(index, item))
    for claim, place in claims:
        try:
            numbers.append(check(claim))
        except InvalidValue as fault:
            errors.append(ItemError(f"/{index}{place(fault.field)}", fault.message, fault.allowed))
    if isinstance(item, DocumentItem):
        errors += _impossible_relays(index, item)
    if errors:
        raise InvalidItem(errors)
    return ValidItem(index, item, tuple(numbers), tuple(spelt))


def _parsed(index: int, raw: Any) -> Item:
    if isinstance(raw, Unreadable):
        raise InvalidItem([ItemError(f"/{index}", raw.reason)])
    try:
        return _ITEM.validate_python(raw)
    except ValidationError as error:
        raise InvalidItem([_readable(index, detail) for detail in error.errors()]) from error


def _of_claim(position: int, field: str) -> str:
    return f"/claims/{position}/{field}"


def _impossible_relays(index: int, item: DocumentItem) -> Iterator[ItemError]:
    if item.relays == item.source:
        yield ItemError(f"/{index}/relays", "a source cannot relay itself")
    if item.relays_url is None:
        return
    if item.relays is None:
        needed = "needs relays beside it: the source that is repeated"
        yield ItemError(f"/{index}/relays_url", needed)
    if item.url is not None and canonical_url(item.url) == canonical_url(item.relays_url):
        yield ItemError(f"/{index}/relays_url", "a document cannot relay itself")


def _from_the_future(index: int, item: DocumentItem | Told) -> Iterator[ItemError]:
    # A day of grace: it is tomorrow already somewhere.
    latest = datetime.now(UTC) + timedelta(days=1)
    for name in ("published_at", "retrieved_at"):
        value = getattr(item, name, None)
        if value is not None and PartialDate.parse(value).first > latest:
            yield ItemError(f"/{index}/{name}", "lies in the future")


_ITEM: TypeAdapter[Item] = TypeAdapter(Item)
_TAGS = frozenset(
    {"company", "product", "source", "funding_event", "document", "report", "capability"}
)


LONGEST_NUMBER = 100
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _decimal(literal: str) -> Decimal:
    return Decimal(_short(literal))


def _integer(literal: str) -> int:
    return int(_short(literal))


def _short(literal: str) -> str:
    if len(literal) > LONGEST_NUMBER:
        raise ValueError(f"holds a number of more than {LONGEST_NUMBER} characters")
    return literal


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _readable(index: int, detail: ErrorDetails) -> ItemError:
    location = list(detail["loc"])
    if location and location[0] in _TAGS:
        del location[0]
    pointer = pointer_to((index, *location))
    context = detail.get("ctx", {})
    allowed: tuple[str, ...] = ()
    if detail["type"] in ("enum", "literal_error"):
        allowed = tuple(re.findall(r"'([^']+)'", str(context.get("expected", ""))))
    if detail["type"].startswith("union_tag"):
        pointer, allowed = f"/{index}/type", tuple(sorted(_TAGS))
    return ItemError(_storable(pointer), _storable(detail["msg"]), allowed)


def _storable(told: str) -> str:
    """What is told of an item, which may cite it, without the sign that no text column takes."""
    return told[:300].replace("\x00", "\N{REPLACEMENT CHARACTER}")
