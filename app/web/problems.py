"""Problem details (RFC 9457): what went wrong, where, and what would be right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.storage.json import dumps

log = logging.getLogger("hearsay.web")

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a parameter's name or a JSON pointer into the body."""

    message: str
    parameter: str | None = None
    pointer: str | None = None
    allowed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        place = {"parameter": self.parameter} if self.parameter else {"pointer": self.pointer or ""}
        listed = {"allowed": list(self.allowed)} if self.allowed else {}
        return {**place, "message": self.message, **listed}


class Problem(Exception):
    """An error answer. ``kind`` names the type of problem in its URI."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


class Moved(Exception):
    """What the path names has another slug now; the answer is a redirect to it."""

    def __init__(self, name: str, present: str) -> None:
        super().__init__(f"{name} is {present} now")
        self.present = present


def invalid(faults: Iterable[Fault], detail: str = "See errors for each fault.") -> Problem:
    """A 422 that lists what is wrong with the request."""
    return Problem(422, "invalid-request", "The request is not valid", detail, faults)


def pointer_to(place: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) to a place in a body."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in place)
    return "".join(f"/{step}" for step in steps)


def malformed_json(why: str) -> Problem:
    """A 400 for a body that is no JSON at all."""
    return Problem(400, "malformed-json", "Malformed JSON", f"The body is not JSON: {why}")


def not_found(what: str, name: str, near: Iterable[str] = ()) -> Problem:
    """A 404 for an identity, with the nearest known ones."""
    near = tuple(near)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    fault = Fault(f"no {what} of this slug or id", parameter=what, allowed=near)
    detail = f"There is no {what} {name[:120]!r}.{hint}"
    return Problem(404, "not-found", f"No such {what}", detail, [fault])


def gone(what: str, name: str) -> Problem:
    """A 410 for an identity that was deleted."""
    return Problem(410, "gone", f"This {what} was deleted", f"{what} {name[:120]!r} was deleted.")


UNREACHABLE = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
"""The errors of a database that does not answer."""


def unavailable(error: Exception) -> Problem:
    """A 503 for such an error, which is logged."""
    log.error("database unavailable: %s", error)
    return _UNAVAILABLE


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """``, did you mean 'x'?`` for the nearest allowed word, or nothing."""
    near = get_close_matches(word, list(allowed), n=1, cutoff=0.5)
    return f", did you mean {near[0]!r}?" if near else ""


def render(request: Request, problem: Problem) -> Response:
    """The HTTP response for a problem."""
    body = {
        "type": f"/problems/{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path[:500],
        "errors": [fault.to_json() for fault in problem.faults],
        "request_id": request.scope.get("state", {}).get("request_id"),
    }
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(dumps(body), problem.status, headers, MEDIA_TYPE)


def install(
    app: FastAPI, domain_errors: Mapping[type[Exception], Callable[[Any], Problem]]
) -> None:
    """Answer every error with a problem: ours, the framework's, the domain's, the unforeseen."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return render(request, error)

    async def on_moved(request: Request, error: Exception) -> Response:
        assert isinstance(error, Moved)
        parts = request.url.path.split("/")
        # /v1/<collection>/<name>/…: a list may well be called like the one it is about.
        path = "/".join([*parts[:3], error.present, *parts[4:]])
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(path + query, status_code=308)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return render(request, _of_http(request, error))

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if any(detail["type"] == "json_invalid" for detail in error.errors()):
            return render(request, malformed_json(str(error.errors()[0]["ctx"]["error"])))
        faults = [
            Fault(detail["msg"], parameter=str(detail["loc"][-1]))
            if detail["loc"][0] == "query"
            else Fault(detail["msg"], pointer=pointer_to(detail["loc"][1:]))
            for detail in error.errors()
        ]
        return render(request, invalid(faults))

    async def on_unavailable(request: Request, error: Exception) -> Response:
        return render(request, unavailable(error))

    async def on_domain(request: Request, error: Exception) -> Response:
        maker = next(make for kind, make in domain_errors.items() if isinstance(error, kind))
        return render(request, maker(error))

    async def on_bug(request: Request, error: Exception) -> Response:
        log.exception("unexpected error", exc_info=error)
        return render(request, _BUG)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(Moved, on_moved)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    for unreachable in UNREACHABLE:
        app.add_exception_handler(unreachable, on_unavailable)
    for kind in domain_errors:
        app.add_exception_handler(kind, on_domain)
    app.add_exception_handler(Exception, on_bug)


_UNAVAILABLE = Problem(
    503,
    "unavailable",
    "The database cannot be reached",
    "Try again in a few seconds.",
    headers={"Retry-After": "5"},
)
_BUG = Problem(
    500,
    "internal-error",
    "Something went wrong on our side",
    "The error was logged under this request id.",
)


def _of_http(request: Request, error: HTTPException) -> Problem:
    if error.status_code == 400:  # the framework's only one, of a body that it could not parse
        return malformed_json(str(error.__cause__ or error.detail)[:200])
    if error.status_code == 404:
        return Problem(404, "not-found", "Nothing here", "No resource has this address.")
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        detail, headers = f"This resource answers {allowed}.", {"Allow": allowed}
        return Problem(405, "method-not-allowed", "Method not allowed", detail, headers=headers)
    title = str(error.detail)[:200]
    return Problem(error.status_code, "http-error", title, title, headers=error.headers)


def _methods(request: Request) -> list[str]:
    """What a path answers; of several routes, the framework's own 405 tells but of one."""

    def answers(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    return [method for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if answers(method)]
