"""What a path names: a source by its id or its slug."""

from __future__ import annotations

from app.claims import naming_queries
from app.claims.asking import Question
from app.sources import queries
from app.sources.queries import Row
from app.web.problems import not_found


async def named_source(question: Question, name: str) -> Row:
    """The source that a path names, if it had spoken by the moment asked about.

    Raises:
        Problem: 404, with the nearest slugs if the name is nobody's.
    """
    if "\x00" in name:
        raise not_found("source", name)
    connection = question.connection
    row = await queries.source(connection, name, question.moment)
    if row is None:
        unknown = await naming_queries.unknown_names(connection, "source", [name])
        near = await naming_queries.near(connection, "source", name) if unknown else []
        raise not_found("source", name, near)
    return row
