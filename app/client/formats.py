"""Reads files of items: NDJSON, JSON arrays, CSV and Parquet, record by record.

Nothing is held whole but Parquet that comes through a pipe: a file may be larger than memory.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ijson

from app.client.errors import Unusable
from app.client.mapping import InvalidCell, Mapping
from app.client.records import Record, encode
from app.fetching.unpacking import MAGIC

FORMATS = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
TABLES = frozenset({"csv", "tsv", "parquet"})
LONGEST_LINE = 32 * 1024 * 1024
Content = io.BufferedReader | gzip.GzipFile
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_UTF8_MARK = b"\xef\xbb\xbf"

csv.field_size_limit(LONGEST_LINE)


@dataclass(slots=True)
class Source:
    """A file of items (or, without a path, standard input), read from its begin each time.

    ``size`` is in bytes, where it is known; ``position`` tells how many were read. A row that
    cannot become an item is a record with a fault; what cannot be read at all is ``Unusable``.
    """

    path: Path | None
    form: str
    mapping: Mapping | None = None
    skipped: int = 0
    _file: io.BufferedReader | None = field(default=None, init=False, repr=False)

    @property
    def name(self) -> str:
        return str(self.path) if self.path else "standard input"

    @property
    def readable_again(self) -> bool:
        """Whether it is a file, and not a pipe that is empty once it was read."""
        return self.path is not None and self.path.is_file()

    @property
    def size(self) -> int | None:
        return self.path.stat().st_size if self.path and self.readable_again else None

    @property
    def position(self) -> int:
        if self.size is None or self._file is None:
            return 0
        return self.size if self._file.closed else self._file.tell()

    def records(self) -> Generator[Record, None, None]:
        """All records, from the first.

        Raises:
            Unusable: the file cannot be read, or not further.
        """
        self.skipped = 0
        with ExitStack() as stack:
            try:
                self._file = stack.enter_context(_opened(self.path))
                yield from self._records(_plain(self._file))
            except OSError as error:  # that of gzip for what is not gzip is one as well
                reason = error.strerror or str(error)
                raise Unusable(f"{self.name} cannot be read: {reason}") from error
            except (EOFError, zlib.error) as error:
                raise Unusable(f"{self.name} cannot be unpacked: {error}") from error
            except Unusable as error:
                raise Unusable(f"{self.name}: {error}") from error

    def _records(self, content: Content) -> Iterator[Record]:
        match self.form:
            case "ndjson":
                return _ndjson(content)
            case "json":
                return _json_array(content)
        assert self.mapping is not None
        if self.form == "parquet":
            return self._counting(_parquet(content, self.mapping))
        delimiter = self.mapping.delimiter or _DELIMITERS[self.form]
        return self._counting(_csv(content, self.mapping, delimiter))

    def _counting(self, records: Iterator[Record | None]) -> Iterator[Record]:
        for record in records:
            if record is None:
                self.skipped += 1
            else:
                yield record


def form_of(path: Path) -> str | None:
    """The format that a file's name tells, packed or not."""
    name = path.name.lower().removesuffix(".gz")
    return FORMATS.get(Path(name).suffix)


def table_records(body: bytes, mapping: Mapping) -> Iterator[Record]:
    """The records of a CSV file that was fetched.

    Raises:
        Unusable: it cannot be read as a table of this mapping.
    """
    rows = _csv(io.BufferedReader(io.BytesIO(body)), mapping, mapping.delimiter or ",")
    return (record for record in rows if record is not None)


def _opened(path: Path | None) -> io.BufferedReader:
    if path is not None:
        return path.open("rb")
    return open(sys.stdin.fileno(), "rb", closefd=False)


def _plain(file: io.BufferedReader) -> Content:
    """The content, unpacked if it is gzip."""
    return gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == MAGIC else file


def _lines(content: Content) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := content.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unusable(f"line {number} is longer than {LONGEST_LINE} bytes")
        yield number, line.removeprefix(_UTF8_MARK) if number == 1 else line


def _ndjson(content: Content) -> Iterator[Record]:
    # The lines are sent as they are: the server tells what is wrong with one.
    for number, line in _lines(content):
        if stripped := line.strip():
            yield Record(number, stripped)


def _json_array(content: Content) -> Iterator[Record]:
    if content.peek(3)[:3] == _UTF8_MARK:
        content.read(3)
    if content.peek(1).lstrip()[:1] != b"[":
        raise Unusable("it is no JSON array")
    number = 0
    try:
        for item in ijson.items(content, "item"):
            number += 1
            yield _encoded(number, item)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise Unusable(f"it is no JSON array after item {number}: {reason}") from error


def _encoded(place: int, item: Any, row: dict[str, Any] | None = None) -> Record:
    try:
        return Record(place, encode(item), raw=row)
    except UnicodeEncodeError:
        return Record(place, None, "has bytes or characters that are no text")
    except OverflowError:
        return Record(place, None, "has a number that is too large")


def _csv(content: Content, mapping: Mapping, delimiter: str) -> Iterator[Record | None]:
    decoded = (line.decode(mapping.encoding, "surrogateescape") for _, line in _lines(content))
    reader = csv.reader(decoded, delimiter=delimiter)
    header = next(reader, None)
    if header is None:
        raise Unusable("it has no header row")
    columns = [column.strip() for column in header]
    mapping.check_columns(columns)
    while True:
        place = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(place, None, str(error))
            continue
        if len(cells) == len(columns):
            yield _mapped(place, dict(zip(columns, cells, strict=True)), mapping)
        elif cells:
            fault = f"has {len(cells)} cells, where the header has {len(columns)}"
            yield Record(place, None, fault, {"cells": cells[:100]})


def _mapped(place: int, row: dict[str, Any], mapping: Mapping) -> Record | None:
    try:
        item = mapping.item(row)
    except InvalidCell as error:
        return Record(place, None, str(error), row)
    return None if item is None else _encoded(place, item, row)


def _parquet(content: Content, mapping: Mapping) -> Iterator[Record | None]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise Unusable("Parquet needs pyarrow: pip install 'hearsay[parquet]'") from error
    whole = content if content.seekable() else io.BytesIO(content.read())
    try:
        table = ParquetFile(whole)
        mapping.check_columns(table.schema_arrow.names)
        place = 0
        for batch in table.iter_batches(1_000, columns=sorted(mapping.columns)):
            for row in batch.to_pylist():
                place += 1
                yield _mapped(place, row, mapping)
    except ArrowException as error:
        raise Unusable(f"it is no Parquet file: {error}") from error
