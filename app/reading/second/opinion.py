"""What a second reader thinks of an article that the first has read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

import msgspec

from app.reading.agreement import put_together
from app.reading.evidence import Dropped
from app.reading.reading import Article, Reading
from app.reading.second.answer import NotOfTheForm, parsed, schema
from app.reading.second.asking import Endpoint, ask
from app.reading.second.errors import SecondReaderFailed
from app.reading.second.taking import taken
from app.settings import Settings

MOST_CHARACTERS = 60_000
"""Of an article's text that are sent; what stands further down is read by the first reader only."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The first reading with what the second reader adds to it and doubts of it.

    ``version`` is of the second reader; without one, or when it ``failed`` (in words), it is none
    and the reading is the first one, as it was. ``dropped`` is what the second reader told and
    the article does not bear out; places are those in its answer.
    """

    reading: Reading
    version: str | None = None
    failed: str | None = None
    dropped: tuple[Dropped, ...] = ()


async def second_opinion(article: Article, reading: Reading, settings: Settings) -> Opinion:
    """Have a second reader read the article, if one is set; it takes the time it is given at most.

    Only title and text of the article are sent. Nothing that comes back raises, and nothing of it
    is carried out.
    """
    endpoint = endpoint_of(settings)
    if endpoint is None:
        return Opinion(reading)
    try:
        answer = parsed(await ask(endpoint, _messages(article), schema()))
    except (SecondReaderFailed, NotOfTheForm) as error:
        return Opinion(reading, failed=str(error))
    version = version_of(endpoint.model)
    # Looking up all quotes of a long answer is work that would hold up the loop.
    second, dropped = await asyncio.to_thread(taken, article, answer, version)
    return Opinion(put_together(reading, second), version, dropped=dropped)


def endpoint_of(settings: Settings) -> Endpoint | None:
    """Where the second reader is asked; ``None`` if none is set."""
    if settings.second_reader_url is None or settings.second_reader_model is None:
        return None
    return Endpoint(
        settings.second_reader_url,
        settings.second_reader_model,
        settings.second_reader_key,
        settings.second_reader_timeout,
    )


def version_of(model: str) -> str:
    """Names the model and, by a hash, all that it is told beside the article."""
    told = _instructions().encode() + msgspec.json.encode(schema(), order="sorted")
    return f"model:{model}@{sha256(told).hexdigest()[:12]}"


def _messages(article: Article) -> list[dict[str, str]]:
    """Instructions and article apart: what the article says is never said in our name."""
    text = article.text[:MOST_CHARACTERS]
    material = f"{article.title}\n\n{text}" if article.title else text
    return [
        {"role": "system", "content": _instructions()},
        {"role": "user", "content": material.encode(errors="replace").decode()},
    ]


@cache
def _instructions() -> str:
    return files("app.reading.second").joinpath("instructions.txt").read_text("utf-8")
