"""The labelled articles: that each label can be derived from the text it labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ARTICLES = Path(__file__).parent / "articles"
STATUSES = {"rumoured", "in_talks", "announced", "closed", "denied", "abandoned"}
OPEN_ENDS = {"exact": (), "approx": (), "range": (), "up_to": ("low",), "at_least": ("high",)}
SETS = {
    "tune": (60, 15),
    "tune2": (100, 26),
    "unseen": (60, 15),
    "plain": (120, 19),
    "fresh": (45, 8),
    "fresh2": (40, 8),
    "fresh3": (60, 9),
}
"""How many articles a file has, and how many of them tell of no deal."""
# One, thousand, lakh, million, crore, billion, trillion.
SCALES = (0, 3, 5, 6, 7, 9, 12)


def articles(name: str) -> list[dict[str, Any]]:
    lines = (ARTICLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(params=[pytest.param(a, id=a["id"]) for name in SETS for a in articles(name)])
def article(request: pytest.FixtureRequest) -> dict[str, Any]:
    labelled: dict[str, Any] = request.param
    return labelled


def deals_of(gold: dict[str, Any]) -> list[dict[str, Any]]:
    return [*gold["events"], *gold["background_events"]]


def names_in(gold: dict[str, Any]) -> Iterator[str]:
    if gold["subject"]:
        yield gold["subject"]
    yield from (deal["company"] for deal in deals_of(gold))
    for of_event in ("lead_investors", "investors", "attributed_to"):
        yield from (name for event in gold["events"] for name in event[of_event])
    yield from gold["competitors"]
    yield from gold["uses_of_proceeds"]


def figures_in(gold: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for deal in deals_of(gold):
        yield from (deal[kind] for kind in ("amount", "valuation") if deal[kind])


def states(text: str, number: int) -> bool:
    """Whether ``text`` has the digits of ``number``, written out or in some scale."""
    written = (Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text))
    return any(number == digits.scaleb(scale) for digits in written for scale in SCALES)


def test_every_name_and_use_of_money_stands_in_the_article(article: dict[str, Any]) -> None:
    whole = f"{article['title']}\n{article['text']}"
    assert [name for name in names_in(article["gold"]) if name not in whole] == []


def test_every_number_stands_in_the_article(article: dict[str, Any]) -> None:
    whole = f"{article['title']}\n{article['text']}"
    numbers = [
        figure[end]
        for figure in figures_in(article["gold"])
        for end in ("low", "high")
        if figure[end] is not None
    ]
    assert [number for number in numbers if not states(whole, number)] == []


def test_a_qualifier_fits_the_ends_of_its_figure(article: dict[str, Any]) -> None:
    for figure in figures_in(article["gold"]):
        qualifier, low, high = figure["qualifier"], figure["low"], figure["high"]
        assert tuple(end for end in ("low", "high") if figure[end] is None) == OPEN_ENDS[qualifier]
        if low is not None and high is not None:
            assert low < high if qualifier == "range" else low == high


def test_investors_are_those_of_the_events_and_a_negative_has_none(article: dict[str, Any]) -> None:
    gold = article["gold"]
    named = [n for event in gold["events"] for n in event["lead_investors"] + event["investors"]]
    assert gold["investors"] == list(dict.fromkeys(named))
    assert gold["negative"] == (gold["events"] == [])
    assert {event["status"] for event in gold["events"]} <= STATUSES


@pytest.mark.parametrize("name", sorted(SETS.keys() - {"unseen"}))
def test_what_is_measured_on_is_about_companies_that_no_rule_was_written_on(name: str) -> None:
    one, other = (
        {event["company"] for article in articles(of) for event in article["gold"]["events"]}
        for of in (name, "unseen")
    )
    assert one & other == set()


@pytest.mark.parametrize(("name", "counts"), SETS.items())
def test_each_set_tells_of_every_status_and_a_quarter_of_it_of_no_deal(
    name: str, counts: tuple[int, int]
) -> None:
    golds = [article["gold"] for article in articles(name)]
    ids = {article["id"] for article in articles(name)}
    assert (len(ids), sum(gold["negative"] for gold in golds)) == counts
    assert {event["status"] for gold in golds for event in gold["events"]} == STATUSES
