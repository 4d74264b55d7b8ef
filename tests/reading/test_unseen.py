"""How well plain articles are read: floors just below what was reached, so that harm is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.reading.reader import read
from benchmarks.reading import ours
from benchmarks.reading.gold import labelled_texts
from benchmarks.reading.names import Names, bundled_gazetteer
from benchmarks.reading.scoring import Score, Scored, score
from tests.reading.reads import known

PLAIN = Path(__file__).parent / "articles" / "plain.jsonl"


@pytest.fixture(scope="module")
def scored() -> Score:
    texts = [
        Scored(text.id, text.gold, ours.told(read(text.article, known())), ())
        for text in labelled_texts(PLAIN)
    ]
    return score(texts, Names(bundled_gazetteer()))


@pytest.mark.parametrize(
    ("field", "floor"),
    [
        ("record", 0.93),
        ("company", 0.98),
        ("status4", 0.97),
        ("status6", 0.97),
        ("amount", 0.96),
        ("valuation", 0.95),
        ("round_type", 0.90),
        ("lead_investors", 0.82),
        ("investors", 0.86),
        ("competitors", 0.88),
        ("uses_of_proceeds", 0.85),
        ("anonymous", 0.96),
    ],
)
def test_fields_are_read_as_well_as_before(scored: Score, field: str, floor: float) -> None:
    f1 = scored.fields[field].f1
    assert f1 is not None
    assert f1 >= floor


def test_no_deal_is_read_where_none_is_told(scored: Score) -> None:
    assert scored.without_event >= 10
    assert scored.stayed_without == scored.without_event
