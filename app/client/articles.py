"""Sends an article to the server, which reads it."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from app.client.errors import Refused, Unfinished
from app.client.sending import problem_of

_ADVICE = {
    401: "give a valid key with HEARSAY_KEY, --key-file or --key",
    403: "this key may not ingest here",
    404: "nothing there reads articles: check --server",
}


async def send_article(
    client: httpx.AsyncClient, article: dict[str, str], *, dry_run: bool
) -> bytes:
    """Have the server read an article: by its text, or by its ``url``; its answer, as JSON.

    Raises:
        Unfinished: the server could not be reached, or has trouble of its own.
        Refused: it does not take this from us.
    """
    server = str(client.base_url).rstrip("/")
    try:
        answer = await client.post(
            "/v1/documents/read",
            params={"dry_run": "true" if dry_run else "false"},
            json=article,
        )
    except httpx.HTTPError as error:
        raise Unfinished(f"{server}: {error or type(error).__name__}") from error
    told = f"{server} answers {answer.status_code} ({problem_of(answer)})"
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Unfinished(told)
    if not answer.is_success:
        advice = _ADVICE.get(answer.status_code)
        raise Refused(f"{told}: {advice}" if advice else told)
    try:
        msgspec.json.decode(answer.content, type=_Reading)
    except msgspec.MsgspecError as error:
        raise Refused(f"{server} answers with what is no reading: {error}") from error
    return answer.content


class _Reading(msgspec.Struct):
    id: str
    records: list[dict[str, Any]]
