"""Mappings: cells become fields, never by guessing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.client.errors import Unusable
from app.client.formats import Source
from app.client.mapping import InvalidCell, load_mapping, shipped_mappings


def mapped(folder: Path, fields: str, row: dict[str, Any], more: str = "") -> Any:
    """The item that a row makes, without its type."""
    file = folder / "mapping.toml"
    file.write_text(f'{more}\n[fields]\n{fields}\n[constants]\ntype = "report"\n')
    item = load_mapping(file).item(row)
    return None if item is None else {key: item[key] for key in item if key != "type"}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("8500000", 8_500_000),
        (" 8,500,000 ", 8_500_000),
        ("8500000.0", 8_500_000),
        ("1e6", 1_000_000),
        ("1.5E+9", 1_500_000_000),
        ("$1,234.50", Decimal("1234.5")),
        ("US$ 5", 5),
        ("EUR 5", 5),
        ("5 €", 5),
        ("1 000 000", 1_000_000),
        ("1'000'000", 1_000_000),
        ("0.1", Decimal("0.1")),
        ("-3", -3),
        (8_500_000.0, 8_500_000),
        (Decimal("2.50"), Decimal("2.5")),
        ("", None),
        ("-", None),
        ("Unknown", None),
        ("undisclosed", None),
        ("NaN", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_numbers(tmp_path: Path, cell: Any, number: Any) -> None:
    expected = {} if number is None else {"amount": number}
    field = 'amount = { column = "a", kind = "number" }'
    assert mapped(tmp_path, field, {"a": cell}) == expected


@pytest.mark.parametrize(
    "cell", ["1,5", "12,34,567", "1.2.3", "many", "1_000", "5 10", "inf", "1e99", "10%", "0x10"]
)
def test_what_is_no_number_is_a_fault(tmp_path: Path, cell: str) -> None:
    with pytest.raises(InvalidCell, match="column 'a'"):
        mapped(tmp_path, 'amount = { column = "a", kind = "number" }', {"a": cell})


def test_numbers_with_decimal_commas_and_scales(tmp_path: Path) -> None:
    field = 'amount = { column = "a", kind = "number", decimal = ",", scale = 1000 }'
    assert mapped(tmp_path, field, {"a": "1.234.567,5"}) == {"amount": 1_234_567_500}
    assert mapped(tmp_path, field, {"a": "1,5"}) == {"amount": 1_500}
    with pytest.raises(InvalidCell):
        mapped(tmp_path, field, {"a": "1.5"})


@pytest.mark.parametrize(
    ("formats", "cell", "date"),
    [
        ("", "2012", "2012"),
        ("", "2012-07", "2012-07"),
        ("", "2012-07-23", "2012-07-23"),
        ("", "2012-07-23T23:30:00Z", "2012-07-23"),
        ("", "unknown", None),
        ('"%m/%d/%Y"', "6/1/2012", "2012-06-01"),
        ('"%b %Y", "%Y"', "Jun 2012", "2012-06"),
        ('"%b %Y", "%Y"', "2012", "2012"),
    ],
)
def test_dates_stay_as_exact_as_they_were(
    tmp_path: Path, formats: str, cell: str, date: str | None
) -> None:
    field = f'happened_on = {{ column = "d", kind = "date", formats = [{formats}] }}'
    expected = {"happened_on": date} if date else {}
    assert mapped(tmp_path, field, {"d": cell}) == expected


@pytest.mark.parametrize(
    ("formats", "cell"),
    [("", "2012-02-30"), ("", "23/07/2012"), ("", "2012-13"), ('"%m/%d/%Y"', "13/13/2012")],
)
def test_what_is_no_date_is_a_fault(tmp_path: Path, formats: str, cell: str) -> None:
    field = f'on = {{ column = "d", kind = "date", formats = [{formats}] }}'
    with pytest.raises(InvalidCell, match="is not a date written as"):
        mapped(tmp_path, field, {"d": cell})


def test_words_are_translated(tmp_path: Path) -> None:
    field = 'round = { column = "r", words = { A = "series_a", B = "series_b" } }'
    assert mapped(tmp_path, field, {"r": " A "}) == {"round": "series_a"}
    assert mapped(tmp_path, field, {"r": ""}) == {}
    with pytest.raises(InvalidCell, match="'C' is not one of A, B"):
        mapped(tmp_path, field, {"r": "C"})
    kinder = field.replace(" } }", ' }, otherwise = "" }')
    assert mapped(tmp_path, kinder, {"r": "C"}) == {}


def test_lists_and_what_goes_with_their_entries(tmp_path: Path) -> None:
    fields = """
"investors.*.name" = { column = "who", separator = ";" }
company = { column = "names", separator = "," }
currency = { column = "c", only_with = "a" }
url = { column = "path", template = "https://example.org{}" }
"""
    constants = '[constants]\n"investors.*.role" = "lead"\n"about.kind" = "x"\ntype = "report"\n'
    file = tmp_path / "mapping.toml"
    file.write_text(f"[fields]{fields}{constants}")
    mapping = load_mapping(file)
    row = {"who": "A; B;", "names": "X, Y", "c": "USD", "a": "", "path": "/x"}
    assert mapping.item(row) == {
        "investors": [{"name": "A", "role": "lead"}, {"name": "B", "role": "lead"}],
        "company": "X",
        "url": "https://example.org/x",
        "about": {"kind": "x"},
        "type": "report",
    }
    nobody = mapping.item({**row, "who": "", "a": "5"})
    assert nobody is not None
    assert "investors" not in nobody
    assert nobody["currency"] == "USD"


def test_entries_that_a_row_lacks_do_not_shift_others(tmp_path: Path) -> None:
    fields = """
"investors.0.name" = "a"
"investors.0.role" = "ra"
"investors.1.name" = "b"
"investors.1.role" = "rb"
"markets.*.name" = { column = "m", separator = ";" }
"markets.*.size" = { column = "s", separator = ";", kind = "number" }
"""
    row = {"a": "", "ra": "", "b": "B", "rb": "lead", "m": "X;;Z", "s": ";2;3"}
    assert mapped(tmp_path, fields, row) == {
        "investors": [{"name": "B", "role": "lead"}],
        "markets": [{"name": "X"}, {"size": 2}, {"name": "Z", "size": 3}],
    }


def test_rows_without_what_they_need_are_left_out(tmp_path: Path) -> None:
    more = 'skip_when_empty = ["n"]'
    assert mapped(tmp_path, 'company = "n"', {"n": " "}, more) is None
    assert mapped(tmp_path, 'company = "n"', {"n": "A"}, more) == {"company": "A"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[fields", "mapping"),
        ('[fields]\ncompany = { colum = "a" }', "unknown field `colum`"),
        ('[fields]\ncompany = { column = "a", kind = "money" }', "Invalid enum value 'money'"),
        ('[fields]\n"Company Name" = "a"', "is not the path of a field"),
        ('[fields]\ncompany = "a"', "gives the item its type"),
        ("fields = 1", "Expected `object`"),
        ('[fields]\na = "x"\n"a.b" = "y"\ntype = "t"', "'a' is a value in one path and an object"),
        ('[fields]\n"a.0" = "x"\n"a.b" = "y"\ntype = "t"', "is a list in one path"),
        ('encoding = "utf-16"\n[fields]\ntype = "a"', "not one in which lines end"),
        ('encoding = "klingon"\n[fields]\ntype = "a"', "unknown encoding"),
    ],
)
def test_a_mapping_that_is_none_is_told(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(content)
    with pytest.raises(Unusable, match=told):
        load_mapping(file)


# Rows of the shapes of the real sets; the companies are invented.
SHAPES = {
    "crunchbase_investments": (
        "company_name,investor_name,funded_when,amount_usd\n"
        "Nimbus Nine,Old Harbour Partners,2009-05-01,8500000\n"
        ",Somebody,,\n"
        "Nimbus Nine,,2010-01-01,\n",
        [
            {
                "type": "report",
                "company": "Nimbus Nine",
                "stage": "closed",
                "amount": 8_500_000,
                "currency": "USD",
                "happened_on": "2009-05-01",
                "investors": [{"name": "Old Harbour Partners"}],
                "says": "Crunchbase",
                "says_kind": "dataset",
                "title": "Crunchbase, investments",
            },
            {
                "type": "report",
                "company": "Nimbus Nine",
                "stage": "closed",
                "happened_on": "2010-01-01",
                "says": "Crunchbase",
                "says_kind": "dataset",
                "title": "Crunchbase, investments",
            },
        ],
    ),
    "crunchbase_acquisitions": (
        "company_permalink,company_name,acquirer_name,acquired_at,price_amount,price_currency_code\n"
        "/organization/nimbus-nine,Nimbus Nine,Great Cloud,2012-07-23,,USD\n",
        [
            {
                "type": "report",
                "company": "Nimbus Nine",
                "stage": "closed",
                "round": "acquisition",
                "investors": [{"name": "Great Cloud", "role": "acquirer"}],
                "happened_on": "2012-07-23",
                "url": "https://www.crunchbase.com/organization/nimbus-nine",
                "says": "Crunchbase",
                "says_kind": "dataset",
                "title": "Crunchbase, acquisitions",
            }
        ],
    ),
    "epoch_notable_models": (
        "Model,Organization,Publication date,Parameters,Model accessibility\n"
        '"Cirrus 7B\n","Nimbus Nine,University of Nowhere",2025-12-31,7000000000.0,API access\n'
        "Stratus,,2025-01-01,,\n",
        [
            {
                "type": "capability",
                "predicate": "released",
                "company": "Nimbus Nine",
                "product": "Cirrus 7B",
                "product_kind": "model",
                "term": "api",
                "stated": 7_000_000_000,
                "unit": "parameters",
                "effective_on": "2025-12-31",
                "says": "Epoch AI",
                "says_kind": "dataset",
                "url": "https://epoch.ai/data/notable-ai-models",
                "title": "Epoch AI, notable AI models",
            }
        ],
    ),
    "llmstats_results": (
        "organisation,model_id,model,release_date,benchmark,score,is_self_reported,method,"
        "date_recorded,source_link\n"
        "nimbus,cirrus-7b,Cirrus 7B,2025-12-31,Arena Hard,0.654,True,Accuracy,2026-01,"
        "https://nimbus.example/cirrus\n",
        [
            {
                "type": "capability",
                "predicate": "benchmark",
                "company": "nimbus",
                "product": "Cirrus 7B",
                "product_kind": "model",
                "name": "arena-hard",
                "setting": "Accuracy",
                "stated": 0.654,
                "unit": "score",
                "effective_on": "2026-01",
                "says": "LLMStats",
                "says_kind": "dataset",
                "url": "https://llm-stats.com/",
                "title": "LLMStats, benchmark results",
            }
        ],
    ),
}


@pytest.mark.parametrize("name", shipped_mappings())
def test_mappings_that_come_along(tmp_path: Path, name: str) -> None:
    rows, expected = SHAPES[name]
    file = tmp_path / "rows.csv"
    file.write_text(rows)
    source = Source(file, "csv", load_mapping(name))
    records = list(source.records())
    assert [record.fault for record in records] == [None] * len(expected)
    assert [json.loads(record.item or b"") for record in records] == expected
    assert source.skipped == rows.count("\n,") + rows.count(",,2025-01")
