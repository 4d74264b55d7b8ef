"""A language model that is none: an endpoint on this machine that answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.settings import Settings
from tests.web_server import Handler, Site, site

KEY = "sk-a-key-that-nobody-sees"
Fault = Callable[[Handler], None]


@dataclass
class Model:
    """What it answers, after one of ``faults`` for each of the first requests."""

    site: Site
    content: str = '{"deals": [], "rivals": [], "capabilities": []}'
    faults: list[Fault] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, handler: Handler) -> None:
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        self.asked.append(json.loads(handler.body()))
        if self.faults:
            self.faults.pop(0)(handler)
        else:
            handler.send(200, completion(self.content), Content_Type="application/json")

    def settings(self, seconds: float = 20) -> Settings:
        return Settings(
            _env_file=None,
            second_reader_url=f"{self.site.url}/v1",
            second_reader_model="test-model",
            second_reader_key=KEY,
            second_reader_timeout=seconds,
        )


def completion(content: str | None, finish: str = "stop", **more: Any) -> bytes:
    """A chat completion as endpoints send it, with fields that are of no use here."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content, **more},
        "finish_reason": finish,
    }
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return json.dumps(
        {"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage}
    ).encode()


def sent(status: int, body: bytes = b"", **headers: str) -> Fault:
    return lambda handler: handler.send(status, body, **headers)


@contextmanager
def model() -> Iterator[Model]:
    with site() as here:
        there = Model(here)
        here.answers["/v1/chat/completions"] = there.answer
        yield there
