"""All settings, from the environment or an ``.env`` file."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Reads(StrEnum):
    """Whether reads need a key."""

    OPEN = "open"
    KEYED = "keyed"


class Settings(BaseSettings):
    """Every setting has the prefix ``HEARSAY_``, save ``DATABASE_URL``."""

    model_config = SettingsConfigDict(
        env_prefix="HEARSAY_",
        env_file=".env",
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,  # a key may be among it
    )

    host: str = Field("127.0.0.1", description="Address to listen on; loopback by default.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(
        Path(user_data_dir("hearsay")),
        description="Where the embedded PostgreSQL server keeps its data.",
    )
    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="Your own PostgreSQL (15 or newer) instead of the embedded one.",
    )
    pool_size: int = Field(10, ge=1, le=200, description="Database connections in the pool.")
    reads: Reads | None = Field(
        None,
        description="Whether reads are open or keyed; unset, they are open on loopback only.",
    )
    match_accept: float = Field(
        0.9, gt=0, le=1, description="Score from which on a name is taken for a company's."
    )
    match_review: float = Field(
        0.72,
        gt=0,
        le=1,
        description="Score from which on a name may be a company's, which people judge.",
    )
    rate_limit_reads: int = Field(
        60_000, ge=0, description="Reads a minute of one key, or address without; 0: no limit."
    )
    rate_limit_writes: int = Field(
        600, ge=0, description="Writes a minute of one key, or address without; 0: no limit."
    )
    max_streams: int = Field(100, ge=0, description="Streams of changes open at once.")
    max_body_bytes: int = Field(
        16 * 1024 * 1024, ge=1024, description="Largest request body that is read."
    )
    reading_auto_accept: Decimal | None = Field(
        None,
        gt=0,
        le=1,
        description="Certainty from which on what is read in an article is accepted unseen; unset:"
        " people look at all of it.",
    )
    reading_max_characters: int = Field(
        1_000_000, ge=1, description="Longest text of an article that is read."
    )
    second_reader_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible endpoint, up to and with /v1, that reads"
        " articles as well. It is sent their titles and texts.",
    )
    second_reader_model: str | None = Field(
        None, min_length=1, max_length=200, description="The model to ask for there."
    )
    second_reader_key: SecretStr | None = Field(None, description="The key to it, if it needs one.")
    second_reader_timeout: float = Field(
        60, gt=0, le=600, description="Seconds it has for an article, all tries taken together."
    )
    log_level: str = Field("warning", description="Log level of the server.")

    @field_validator("second_reader_url")
    @classmethod
    def _is_a_plain_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be of the form https://host/v1")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("must have no credentials, query or fragment")
        return url.rstrip("/")

    @field_validator("second_reader_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None:
            return None
        plain = key.get_secret_value().strip()
        if not re.fullmatch("[!-~]+", plain):
            raise ValueError("must be of printable ASCII characters, without blanks")
        return SecretStr(plain)

    @model_validator(mode="after")
    def _second_reader_is_whole(self) -> Settings:
        if (self.second_reader_url is None) != (self.second_reader_model is None):
            raise ValueError(
                "HEARSAY_SECOND_READER_URL and HEARSAY_SECOND_READER_MODEL go together"
            )
        return self

    @model_validator(mode="after")
    def _accepted_is_above_review(self) -> Settings:
        if self.match_accept < self.match_review:
            raise ValueError("HEARSAY_MATCH_ACCEPT must not be below HEARSAY_MATCH_REVIEW")
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach who listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
