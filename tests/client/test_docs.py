"""``docs/loading.md`` shows mappings, feeds and exit codes as they are."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from app.client.errors import Exit
from app.client.feeds import load_config
from app.client.mapping import load_mapping, shipped_mappings

PAGE = (Path(__file__).parents[2] / "docs" / "loading.md").read_text("utf-8")
MAPPING, CONFIG = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


def test_the_mapping_makes_an_item(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING)
    row = {
        "company_name": "Nimbus Nine",
        "investors": "A; B",
        "raised": "$5,000,000",
        "date": "6/1/2026",
        "round": "Z",
        "path": "/deals/1",
    }
    item = load_mapping(file).item(row)
    assert item is not None
    assert (item["amount"], item["currency"]) == (5_000_000, "USD")
    assert item["happened_on"] == "2026-06-01"
    assert item["investors"][1] == {"name": "B", "role": "participant"}
    assert item["url"] == "https://crm.example/deals/1"
    assert "round" not in item


def test_the_feeds_can_be_pulled(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(CONFIG)
    feeds = {feed.name: feed for feed in load_config(file).feed}
    assert feeds["form-d"].addresses(date(2026, 11, 25)) == [
        "https://www.sec.gov/Archives/edgar/full-index/2026/QTR4/form.idx"
    ]
    assert len(feeds) == 3


def test_exit_codes_and_mappings_are_listed() -> None:
    codes = [int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.M)]
    assert codes == list(Exit)
    assert all(f"`{name}`" in PAGE for name in shipped_mappings())
