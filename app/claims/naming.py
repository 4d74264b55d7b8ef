"""What a path names: an identity by its id or its slug, or why it is not there any more."""

from __future__ import annotations

from app.claims import claim_queries
from app.claims import naming_queries as queries
from app.claims.asking import Question
from app.claims.view_queries import COMPANY_VIEW, ViewTable
from app.claims.view_rows import Row
from app.claims.views import View, of_name
from app.storage.ids import decode
from app.web.problems import Fault, Moved, gone, not_found


async def named(question: Question, view: View, name: str) -> Row:
    """The view of the identity that a path names, at the moment asked about.

    Raises:
        Moved: it has another slug now, or was merged into another one.
        Problem: 404 with the nearest slugs, 410 for what was deleted; 404 also for what
            nobody had spoken of by then, since its very name would leak it.
    """
    if "\x00" not in name:
        row = await of_name(question.connection, view, name, question.moment)
        if row is not None:
            return row
    await check_name(question, view.table, name)
    raise not_found(view.table.noun, name)


async def check_name(question: Question, table: ViewTable, name: str) -> None:
    """Return if a path's name leads to an identity; otherwise raise why it does not.

    Raises:
        Moved, Problem: as :func:`named`.
    """
    noun = table.noun
    if "\x00" in name:
        raise not_found(noun, name)
    found = await queries.find(question.connection, table, name)
    if found is None:
        raise not_found(noun, name, await near_names(question, table, name))
    if found["deleted"]:
        raise gone(noun, name)
    if found["moved_to"] is not None:
        raise Moved(name, found["moved_to"])


async def claim_called(question: Question, name: str) -> Row | None:
    """The evidence row of the claim with an id, if it was made by the moment asked about."""
    identity = decode("clm", name)
    if identity is None:
        return None
    return await claim_queries.claim_evidence(question.connection, identity, question.moment)


async def unknown_name(question: Question, table: ViewTable, name: str, parameter: str) -> Fault:
    """The fault of a parameter that names what is not there, with the nearest names."""
    near = await near_names(question, table, name)
    told = f"there is no {table.noun} {name[:60]!r}"
    return Fault(told, parameter=parameter, allowed=tuple(near))


async def near_names(question: Question, table: ViewTable, name: str) -> list[str]:
    """The nearest names; none of events and products in a past, which may not know them yet."""
    if table is not COMPANY_VIEW and question.moment.is_past:
        return []
    return await queries.near(question.connection, table.identity, name)
