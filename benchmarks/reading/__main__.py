"""How well and how fast labelled articles are read.

    python -m benchmarks.reading FILE… [--errors] [--json-only]

Scores each file and all together. The last line of output holds everything as one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.reading import money
from app.reading.reader import read
from app.reading.reading import Article
from app.reading.rules.names.known import Known
from benchmarks.reading import ours, report
from benchmarks.reading.gold import Labelled, NotLabelled, labelled_texts
from benchmarks.reading.names import Names, bundled_gazetteer
from benchmarks.reading.records import Sum, Told
from benchmarks.reading.scoring import Scored, score


@dataclass(slots=True)
class Run:
    """Texts that were read, how long each took, and which of them the reader failed on."""

    texts: list[Scored] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    characters: int = 0
    failed: list[str] = field(default_factory=list)

    def extend(self, other: Run) -> None:
        self.texts += other.texts
        self.seconds += other.seconds
        self.characters += other.characters
        self.failed += other.failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="labelled texts, as JSON lines")
    parser.add_argument("--errors", action="store_true", help="list what was wrong, by text")
    parser.add_argument("--json-only", action="store_true", help="print the last line only")
    options = parser.parse_args()
    gazetteer = bundled_gazetteer()
    names, known = Names(gazetteer), Known(gazetteer)
    read(Article(text="OpenAI raised $1 billion."), known)  # loads what is loaded once
    together = Run()
    by_file: dict[str, Any] = {}
    try:
        for file in options.files:
            run = _read_all(labelled_texts(file), known)
            by_file[str(file)] = _told(file.name, run, names, options)
            together.extend(run)
    except (OSError, NotLabelled) as fault:
        raise SystemExit(str(fault)) from None
    options.errors = False
    options.json_only = options.json_only or len(by_file) == 1
    print(json.dumps(_told("together", together, names, options) | {"files": by_file}))


def _read_all(texts: Iterable[Labelled], known: Known) -> Run:
    run = Run()
    for text in texts:
        found = Told()
        began = time.perf_counter()
        try:
            reading = read(text.article, known)
            run.seconds.append(time.perf_counter() - began)
            found = ours.told(reading)
        except Exception:  # a text that cannot be read is a fault to count, not the end
            print(f"{text.id}: {traceback.format_exc()}", file=sys.stderr)
            run.failed.append(text.id)
        run.characters += len(text.article.text) + len(text.article.title or "")
        run.texts.append(Scored(text.id, text.gold, found, _restated(text.article)))
    return run


def _restated(article: Article) -> tuple[tuple[Sum, ...], ...]:
    """Sums that the text prints in more than one currency."""
    found = (
        (sum_.figure, *(other.figure for other in sum_.conversions))
        for part in (article.title or "", article.text)
        for sum_ in money.find(part)
        if sum_.conversions
    )
    return tuple(tuple(filter(None, map(ours.sum_of, figures))) for figures in found)


def _told(title: str, run: Run, names: Names, options: argparse.Namespace) -> dict[str, Any]:
    """Prints what was asked for, and returns all figures."""
    scored = score(run.texts, names)
    told = report.as_json(scored, run.seconds, run.characters) | {"failed": run.failed}
    if not options.json_only:
        errors = report.listing(scored.faults) if options.errors else ()
        print(*errors, *report.table(title, told), "", sep="\n")
    return told


if __name__ == "__main__":
    main()
