"""Who may write: a bearer key whose SHA-256 is in the settings."""

from __future__ import annotations

import hmac
from hashlib import sha256

from fastapi import Request

from app.web.problems import Problem


async def require_writer(request: Request) -> str:
    """Let the request through if it carries the key that may write; the name of who does.

    Raises:
        Problem: 403 while no key is configured, 401 for a missing or wrong key.
    """
    expected = request.app.state.settings.write_key_sha256
    if expected is None:
        raise Problem(
            403,
            "writing-is-off",
            "Writing over HTTP is off",
            "Set HEARSAY_WRITE_KEY_SHA256 to the SHA-256 (hex) of a key of your choice and send"
            " that key as a bearer token.",
        )
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    offered = sha256(key.strip().encode("utf-8", "surrogateescape")).hexdigest()
    right = hmac.compare_digest(offered, expected.get_secret_value().lower())
    if scheme.lower() != "bearer" or not right:
        raise Problem(
            401,
            "unauthorised",
            "A key is needed",
            "Send the key that may write as `Authorization: Bearer <key>`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return "write key"
