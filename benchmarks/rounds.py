"""Investments as a batch of items: who put money into whom, on which day, and how large the round.

Each row of a table of investments names one investor; the rows of one company and one day are
one deal, told by one document.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

Item = dict[str, Any]

SOURCE = "investments-table"


@dataclass(frozen=True, slots=True)
class Investment:
    """One investor's part in the round of a company; the amount is the whole round's, in USD."""

    company: str
    investor: str
    day: str
    amount: int | None


def from_csv(path: Path, rows: int | None = None) -> Iterator[Investment]:
    """The rows of a gzipped table: company_name, investor_name, funded_when, amount_usd."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in islice(csv.DictReader(file), rows):
            amount = round(float(row["amount_usd"] or 0)) or None
            yield Investment(row["company_name"], row["investor_name"], row["funded_when"], amount)


def imagined(rows: int, seed: int = 1) -> Iterator[Investment]:
    """Investments in an invented world: many companies with few rounds, few investors with many."""
    random = Random(seed)
    made = number = 0
    while made < rows:
        number += 1
        for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
            day = date(2005, 1, 1) + timedelta(days=random.randrange(7_000))
            amount = random.randrange(1, 4_000) * 50_000 if random.random() < 0.9 else None
            for _ in range(random.choice((1, 1, 2, 2, 3, 5, 9))):
                investor = int(random.paretovariate(0.6)) % (rows // 6 + 10)
                yield Investment(f"Company {number}", f"Investor {investor}", str(day), amount)
                made += 1


def items(investments: Iterable[Investment]) -> list[Item]:
    """The batch: companies before the deals and documents that name them first."""
    batch: list[Item] = [
        {"type": "source", "slug": SOURCE, "name": "Investments", "kind": "dataset"}
    ]
    companies: set[str] = set()
    deals: dict[str, list[Item]] = {}
    for one in investments:
        company, investor = _slug(one.company), _slug(one.investor)
        if company == investor:
            continue
        for slug, name in ((company, one.company), (investor, one.investor)):
            if slug not in companies:
                companies.add(slug)
                batch.append({"type": "company", "slug": slug, "name": name})
        key = f"{company}-{one.day}"
        if key not in deals:
            deals[key] = _what_is_said_of_the_round(key, one)
            batch += [
                {"type": "funding_event", "key": key, "company": company, "label": key},
                _document(key, one.day, deals[key]),
            ]
        deals[key].append(_claim(key, predicate="participation", object=investor))
    return batch


def _document(key: str, day: str, claims: list[Item]) -> Item:
    return {
        "type": "document",
        "source": SOURCE,
        "title": key,
        "kind": "dataset",
        "published_at": day,
        "claims": claims,
    }


def _what_is_said_of_the_round(key: str, one: Investment) -> list[Item]:
    claims = [_claim(key, predicate="stage", term="closed", effective_on=one.day)]
    if one.amount is not None:
        claims.append(_claim(key, predicate="amount", stated=one.amount, currency="USD"))
    return claims


def _claim(key: str, **said: Any) -> Item:
    return {"about": {"event": key}, "evidence": "unattributed", **said}


def _slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:100] or "x"
