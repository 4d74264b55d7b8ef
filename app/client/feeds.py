"""Which feeds are pulled: the configuration, a TOML file with one ``[[feed]]`` for each."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import msgspec

from app.client.errors import Unusable
from app.client.mapping import Mapping, load_mapping, shipped_mappings

EPOCH = "epoch_notable_models"
_STRAGGLERS = timedelta(days=10)
"""So long after a quarter began, the index of the one before may still have got news."""


class Kind(StrEnum):
    """What is to be found at a feed's address."""

    RSS = "rss"
    JSON_FEED = "json_feed"
    EDGAR_FORM_D = "edgar_form_d"
    EPOCH_CSV = "epoch_csv"
    CSV = "csv"


SYNDICATED = frozenset({Kind.RSS, Kind.JSON_FEED})


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The source that the documents of a feed are by."""

    slug: str
    name: str
    kind: str
    domain: str | None = None


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed. ``url`` may have ``{year}`` and ``{quarter}``, those of the day of the run.

    ``kind`` rss reads RSS and Atom. ``source`` and ``document_kind`` are for documents,
    ``mapping`` for CSV (a file beside the configuration, or one that comes along), ``ciks``,
    ``funds`` and ``max_filings`` (in one run) for EDGAR. ``delay`` is in seconds.
    """

    name: str
    kind: Kind
    url: str
    source: Publisher | None = None
    document_kind: str = "news"
    mapping: str | None = None
    delay: float | None = None
    user_agent: str | None = None
    headers: dict[str, str] = {}
    max_megabytes: int = 64
    ciks: tuple[int, ...] = ()
    funds: bool = False
    max_filings: int = 500

    def addresses(self, today: date) -> list[str]:
        """Where to look; two quarters' pages, while the older one may still get news."""
        days = sorted({today - _STRAGGLERS, today})
        return list(dict.fromkeys(self._address(day) for day in days))

    def _address(self, day: date) -> str:
        quarter = str((day.month + 2) // 3)
        return self.url.replace("{year}", str(day.year)).replace("{quarter}", quarter)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All feeds; ``user_agent`` and ``delay`` are for those that have none of their own."""

    feed: tuple[Feed, ...]
    user_agent: str | None = None
    delay: float = 1.0


def load_config(path: Path) -> Config:
    """Read and check a configuration.

    Raises:
        Unusable: it cannot be read, or a feed lacks what its kind needs.
    """
    try:
        config = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Config)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Unusable(f"{path}: {error}") from error
    for name, times in Counter(feed.name for feed in config.feed).items():
        if times > 1:
            raise Unusable(f"{path}: {times} feeds are called {name!r}")
    for feed in config.feed:
        if fault := _fault(feed, config):
            raise Unusable(f"{path}: feed {feed.name!r} {fault}")
        mapping_of(feed, path)
    return config


def mapping_of(feed: Feed, config: Path) -> Mapping | None:
    """The mapping of a table."""
    name = feed.mapping or (EPOCH if feed.kind is Kind.EPOCH_CSV else None)
    if name is None:
        return None
    return load_mapping(name if name in shipped_mappings() else config.parent / name)


def settings_digest(feed: Feed, mapping: Mapping | None) -> str:
    """What was pulled with other settings has to be pulled again."""
    return sha256(msgspec.json.encode([feed, mapping])).hexdigest()


def _fault(feed: Feed, config: Config) -> str | None:
    if feed.kind in SYNDICATED and feed.source is None:
        return "needs a source: slug, name and kind"
    if feed.kind is Kind.CSV and feed.mapping is None:
        return "needs a mapping"
    contact = feed.user_agent or config.user_agent or ""
    if feed.kind is Kind.EDGAR_FORM_D and "@" not in contact:
        return "needs a user_agent with an address of yours, which the SEC asks for"
    if feed.delay is not None and feed.delay < 0:
        return "has a delay below zero"
    return None
