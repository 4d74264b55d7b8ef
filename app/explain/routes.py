"""``/v1/explain``: why a figure is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from app.claims import views
from app.claims.asking import POLICY_NAMES, Question, answer, single
from app.claims.evidence import claim_json
from app.claims.naming import claim_called, unknown_name
from app.claims.view_rows import Row, parsed
from app.explain.paths import figures
from app.explain.schemas import Explanation
from app.explain.service import of_claim, of_figure
from app.storage.json import dumps
from app.web.problems import Fault, invalid, suggestion
from app.web.resources import Parameter, Resource, Shape

router = APIRouter(tags=["claims"])

VIEWS = {"company": views.COMPANIES, "event": views.EVENTS, "product": views.PRODUCTS}
EXPLAIN = Resource(
    name="explain",
    description="What was chosen, what lost and by what, the rule, the derivation, the evidence",
    parameters=(
        *(
            Parameter(name, Shape.TEXT, f"Slug or id of the {view.table.noun} whose figure it is")
            for name, view in VIEWS.items()
        ),
        Parameter("claim", Shape.TEXT, "Or the id of a claim: how it stands among the others"),
        Parameter(
            "figure",
            Shape.TEXT,
            "Place of the figure in the answer about it, such as valuations.post_money,"
            " total_raised.equity or investors.amazon|up_front.amount",
        ),
    ),
    policies=POLICY_NAMES,
    pageable=False,
)


@router.get("/v1/explain", **EXPLAIN.documents(Explanation))
async def explain(request: Request) -> Response:
    """Why a figure is what it is: chosen claim, losers and reasons, rule, derivation, quotes."""

    async def make(question: Question) -> bytes:
        kind, name = _whose(question)
        if kind == "claim":
            return single(question, dumps(await _claim(question, name)))
        row = await _row(question, kind, name)
        body = parsed(row)
        path, figure = _figure(question, body)
        told = await of_figure(question.connection, kind, path, figure, question.moment)
        return single(question, dumps({"about": _about(kind, body), "path": path, **told}))

    return await answer(request, EXPLAIN, make)


def _whose(question: Question) -> tuple[str, str]:
    """Which of the parameters names what is asked about.

    Raises:
        Problem: 422 unless exactly one does, and a figure goes with any but a claim.
    """
    asked = question.query.parameters
    names = (*VIEWS, "claim")
    given = [(name, asked[name]) for name in names if asked[name] is not None]
    if len(given) != 1:
        raise invalid([Fault("name exactly one", parameter=names[0], allowed=names)])
    if (given[0][0] == "claim") == (asked["figure"] is not None):
        told = "is needed" if asked["figure"] is None else "goes with no claim"
        raise invalid([Fault(told, parameter="figure")])
    return given[0]


async def _claim(question: Question, name: str) -> dict[str, Any]:
    row = await claim_called(question, name)
    if row is None:
        raise invalid([Fault(f"no claim {name[:60]!r}", parameter="claim")])
    about = claim_json(row)["about"]
    told = await of_claim(question.connection, row, question.moment)
    return {"about": about, "path": None, **told}


async def _row(question: Question, kind: str, name: str) -> Row:
    """The view of what is named.

    Raises:
        Problem: 422 that lists the nearest names, for one that is not known (by the moment).
    """
    view = VIEWS[kind]
    row = await views.whole_row(question.connection, view, name, question.moment)
    if row is None:
        raise invalid([await unknown_name(question, view.table, name, kind)])
    return row


def _figure(question: Question, body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The figure at the place asked for.

    Raises:
        Problem: 422 that lists the places where there are figures.
    """
    path = question.query.parameters["figure"]
    found = dict(figures(body))
    if path not in found:
        told = f"no figure {path[:60]!r}{suggestion(path, tuple(found))}"
        raise invalid([Fault(told, parameter="figure", allowed=tuple(found))])
    return path, found[path]


def _about(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    company = body if kind == "company" else body["company"]
    about: dict[str, Any] = {"company": _named(company, "name"), "product": None, "event": None}
    if kind == "event":
        about["event"] = _named(body, "label")
    elif kind == "product":
        about["product"] = _named(body, "name")
    return about


def _named(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"id": body["id"], "slug": body["slug"], name: body[name]}
