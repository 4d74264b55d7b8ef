"""SQL for the search over names; typo-tolerant by trigrams."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.claims.moment import Moment
from app.claims.queries import at_moment


async def search(
    connection: AsyncConnection, words: str, moment: Moment, limit: int
) -> list[dict[str, Any]]:
    """The companies, products and documents nearest to some words, best first.

    ``words`` are normalised; a company's name is also tried without their spaces ("open ai").
    ``<%`` (word similarity) is served by the trigram indexes. An
    event, a product or a document is found only if it was spoken of by the moment.
    """
    parameters: dict[str, Any] = {"words": words, "joined": words.replace(" ", ""), "limit": limit}
    said = at_moment(moment, parameters)
    past = moment.as_of is not None or moment.known_at is not None
    spoken = "EXISTS (SELECT 1 FROM claim c WHERE c.{column} = {alias}.id AND " + said + ")"
    products = spoken.format(column="product_id", alias="p") if past else "true"
    documents = spoken.format(column="document_id", alias="d") if past else "true"
    rows = await connection.execute(
        text(
            "SELECT * FROM (SELECT * FROM ("
            " SELECT DISTINCT ON (c.id) 'company' AS type, c.id, c.slug, c.name,"
            "  n.name AS matched, greatest(word_similarity(:words, n.normalised)"
            "  + similarity(:words, n.normalised), 2 * similarity(:joined, n.normalised)) AS score"
            "  FROM company_name n JOIN company bearer ON bearer.id = n.company_id"
            "  JOIN company c ON c.id = coalesce(bearer.merged_into, bearer.id)"
            "  WHERE (:words <% n.normalised OR :joined % n.normalised) AND c.deleted_at IS NULL"
            "  ORDER BY c.id, score DESC"
            ") companies UNION ALL ("
            " SELECT 'product', p.id, p.slug, p.name, p.name,"
            "  word_similarity(:words, p.normalised) + similarity(:words, p.normalised)"
            f" FROM product p WHERE :words <% p.normalised AND {products}"
            ") UNION ALL ("
            " SELECT 'document', d.id, NULL, d.title, d.title,"
            "  word_similarity(:words, d.title_normalised)"
            "  + similarity(:words, d.title_normalised)"
            f" FROM document d WHERE :words <% d.title_normalised AND {documents}"
            ')) found ORDER BY score DESC, name COLLATE "C", id LIMIT CAST(:limit AS integer)'
        ),
        parameters,
    )
    return [dict(row) for row in rows.mappings()]
