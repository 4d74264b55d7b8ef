"""Makes items of rows, as a mapping file says: which column feeds which field.

A mapping is TOML. ``[constants]`` and ``[fields]`` are keyed by the path of a field in the
item: ``amount``, ``investors.0.name``, or ``investors.*.name`` for a list that one column
spreads over. The constants of a list's entry stand only where a column filled that entry.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.client.errors import Unusable

SHIPPED = resources.files("app.client") / "mappings"
EMPTY = ("", "-", "–", "—", "n/a", "na", "nan", "none", "null", "unknown", "undisclosed")
"""What stands for no number and no date, in whatever case; a text is only empty if it is."""


class InvalidCell(ValueError):
    """A cell that cannot become what its field wants."""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field's value comes from.

    ``kind`` is what it becomes. ``formats`` are strptime's, for dates that are not ISO; a
    format without day or month gives a month or a year. ``scale`` multiplies a number.
    ``words`` translates, and ``otherwise`` stands for what it does not list (an empty one
    leaves the field out). ``separator`` splits: a path with ``*`` takes all parts, another
    the first. ``template`` puts the value in the place of ``{}``; one without that place
    stands for itself where there is a value. ``only_with`` names a column without which the
    field is left out: there is no currency without an amount.
    """

    column: str
    kind: Literal["text", "number", "date", "slug"] = "text"
    formats: tuple[str, ...] = ()
    decimal: Literal[".", ","] = "."
    scale: int = 1
    words: dict[str, str] = {}
    otherwise: str | None = None
    separator: str | None = None
    template: str | None = None
    only_with: str | None = None


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a table is read. Rows in which one of ``skip_when_empty`` is empty are left out."""

    fields: dict[str, Field]
    constants: dict[str, Any] = {}
    skip_when_empty: tuple[str, ...] = ()
    empty: tuple[str, ...] = EMPTY
    encoding: str = "utf-8"
    delimiter: str | None = None

    @property
    def columns(self) -> set[str]:
        """The columns that a table must have."""
        fields = self.fields.values()
        partners = {field.only_with for field in fields if field.only_with}
        return {field.column for field in fields} | partners | set(self.skip_when_empty)

    def check_columns(self, columns: Iterable[str]) -> None:
        """Raises: Unusable, if the table lacks a column."""
        present = list(columns)
        missing = sorted(self.columns.difference(present))
        if missing:
            raise Unusable(
                f"the mapping names columns that are not there: {', '.join(missing)}; "
                f"there are: {', '.join(present)}"
            )

    def item(self, row: AnyMapping[str, Any]) -> dict[str, Any] | None:
        """The item that a row makes; none, if the row is to be left out.

        Raises:
            InvalidCell: a cell cannot be read; the message names its column.
        """
        if any(not _text(row[column]) for column in self.skip_when_empty):
            return None
        item: dict[str, Any] = {}
        for path, field in self.fields.items():
            if field.only_with and not _text(row[field.only_with]):
                continue
            try:
                _place(item, path, self._values(field, path, row[field.column]))
            except InvalidCell as fault:
                raise InvalidCell(f"column {field.column!r}: {fault}") from None
        for path, constant in self.constants.items():
            _place_constant(item, path.split("."), constant)
        settled: dict[str, Any] = _settled(item)
        return settled

    def _values(self, field: Field, path: str, cell: Any) -> list[tuple[int, Any]]:
        """The values of a cell, numbered; one, unless the path spreads them."""
        if isinstance(cell, list):
            parts = [_text(part) for part in cell]
        elif field.separator is not None:
            parts = [part.strip() for part in _text(cell).split(field.separator)]
        else:
            parts = [_text(cell)]
        values = enumerate(self._value(field, part) for part in parts)
        found = [(position, value) for position, value in values if value is not None]
        return found if "*" in path.split(".") else found[:1]

    def _value(self, field: Field, text: str) -> Any:
        if field.words and text:
            text = _translated(field, text)
        if not text or (field.kind in ("number", "date") and text.casefold() in self.empty):
            return None
        value: Any = text
        match field.kind:
            case "number":
                value = _number(text, field)
            case "date":
                value = _date(text, field.formats)
            case "slug":
                value = _slug(text)
        return field.template.replace("{}", str(value)) if field.template else value


def load_mapping(name: str | Path) -> Mapping:
    """A mapping file, or one that comes along, by its name.

    Raises:
        Unusable: there is none, or it does not say what a mapping must.
    """
    shipped = SHIPPED / f"{name}.toml"
    source = shipped if str(name) in shipped_mappings() else Path(name)
    try:
        content = tomllib.loads(source.read_text("utf-8"))
        mapping = msgspec.convert(_written_out(content), Mapping)
        _check(mapping)
    except OSError as error:
        names = ", ".join(shipped_mappings())
        reason = f"{error.strerror}; those that come along: {names}"
        raise Unusable(f"mapping {name} cannot be read: {reason}") from error
    except (ValueError, LookupError) as error:
        raise Unusable(f"mapping {name}: {error}") from error
    return mapping


def shipped_mappings() -> list[str]:
    """The names of the mappings that come along."""
    return sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir())


def _written_out(content: dict[str, Any]) -> dict[str, Any]:
    """The mapping, in which a field may be no more than the name of its column."""
    fields = content.get("fields")
    if not isinstance(fields, dict):
        return content
    written = {
        path: {"column": told} if isinstance(told, str) else told for path, told in fields.items()
    }
    return {**content, "fields": written}


def _check(mapping: Mapping) -> None:
    kinds: dict[str, str] = {}
    for path in (*mapping.fields, *mapping.constants):
        if not re.fullmatch(r"[a-z_]+(\.([a-z_]+|\d|\*))*", path):
            raise ValueError(f"{path!r} is not the path of a field, such as investors.0.name")
        steps = path.split(".")
        for length, step in enumerate([*steps[1:], ""], 1):
            place = ".".join(steps[:length])
            kind = "a list" if _counts(step) else "an object" if step else "a value"
            if kinds.setdefault(place, kind) != kind:
                raise ValueError(f"{place!r} is {kinds[place]} in one path and {kind} in another")
    if "type" not in {*mapping.fields, *mapping.constants}:
        raise ValueError("neither a constant nor a field gives the item its type")
    if "\n".encode(mapping.encoding) != b"\n":
        raise ValueError(f"encoding {mapping.encoding!r} is not one in which lines end as in ASCII")


class _Entries(dict[int, Any]):
    """A list in the making: its entries by number, as a row may lack some of them."""


def _place(item: dict[str, Any], path: str, values: Iterable[tuple[int, Any]]) -> None:
    """Put values where a path leads, making the objects and lists on its way."""
    steps = path.split(".")
    for position, value in values:
        here: Any = item
        for step, after in pairwise(steps):
            inner = _Entries() if _counts(after) else {}
            here = here.setdefault(_key(step, position), inner)
        here[_key(steps[-1], position)] = value


def _place_constant(here: Any, steps: list[str], constant: Any) -> None:
    step, *rest = steps
    listed = isinstance(here, _Entries)
    for key in list(here) if step == "*" else [_key(step, 0)]:
        if listed and key not in here:
            continue
        if not rest:
            here[key] = constant
        elif key in here or not _counts(rest[0]):
            _place_constant(here.setdefault(key, {}), rest, constant)


def _settled(value: Any) -> Any:
    if isinstance(value, _Entries):
        return [_settled(entry) for _, entry in sorted(value.items())]
    if isinstance(value, dict):
        return {name: _settled(inner) for name, inner in value.items()}
    return value


def _key(step: str, position: int) -> int | str:
    return position if step == "*" else int(step) if step.isdigit() else step


def _counts(step: str) -> bool:
    return step == "*" or step.isdigit()


def _text(cell: Any) -> str:
    """A cell of whatever type as text; columnar files have typed ones."""
    if cell is None or cell != cell:  # NaN
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _translated(field: Field, text: str) -> str:
    if text in field.words:
        return field.words[text]
    if field.otherwise is None:
        raise InvalidCell(f"{text[:80]!r} is not one of {', '.join(field.words)}")
    return field.otherwise


_CURRENCY = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥₹₩])?\s*|\s*(?:[A-Z]{3}|[$€£¥₹₩])?$")
_GROUP = {".": "[,'’ \u00a0\u202f]", ",": "[.'’ \u00a0\u202f]"}
_GROUPED = {
    point: re.compile(rf"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:\{point}\d+)?")
    for point, group in _GROUP.items()
}
_PLAIN = {
    point: re.compile(rf"[+-]?\d*\{point}?\d*(?:[eE][+-]?\d{{1,3}})?", re.ASCII) for point in _GROUP
}
_TOO_LARGE = Decimal(10) ** 18
"""No number that the server keeps has more digits before its point."""


def _number(text: str, field: Field) -> int | Decimal:
    """A number without its currency and thousands' separators; never a guess.

    A separator is one of thousands only where it stands as one: "1,5" is no number where
    decimals follow a point.
    """
    plain = _CURRENCY.sub("", text)
    if _GROUPED[field.decimal].fullmatch(plain):
        plain = re.sub(_GROUP[field.decimal], "", plain)
    try:
        if not _PLAIN[field.decimal].fullmatch(plain):
            raise InvalidOperation
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        raise InvalidCell(
            f"{text[:80]!r} is not a number (decimals after {field.decimal!r})"
        ) from None
    number = number if field.scale == 1 else number * field.scale
    if abs(number) >= _TOO_LARGE:
        raise InvalidCell(f"{text[:80]!r} is larger than any number that is kept")
    return int(number) if number == number.to_integral_value() else number.normalize()


_ISO = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)


def _date(text: str, formats: tuple[str, ...]) -> str:
    """A year, a month or a day, as exactly as it was written."""
    for form in formats:
        try:
            read = datetime.strptime(text, form)
        except ValueError:
            continue
        exactly = 10 if re.search("%[dj]", form) else 7 if re.search("%[mbB]", form) else 4
        return read.date().isoformat()[:exactly]
    match = _ISO.fullmatch(text)
    if match and not formats:
        try:
            date.fromisoformat((match[1] + "-01-01")[:10])
            return match[1]
        except ValueError:
            pass
    expected = " or ".join(formats) or "2025, 2025-06 or 2025-06-17"
    raise InvalidCell(f"{text[:80]!r} is not a date written as {expected}")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold()).strip("-.")
