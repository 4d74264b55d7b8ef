"""Takes one page apart: the program that ``pages`` runs for each of them.

It is given ``{"page", "url"}`` on its standard input, and answers with title, publisher, date and
text on its standard output.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from app.claims.values import InvalidValue, PartialDate

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""

LONGEST_TITLE = 500
"""Characters; longer ones are no headlines."""


def main() -> None:
    _limit(resource.RLIMIT_AS, MOST_MEMORY)
    _limit(resource.RLIMIT_CPU, 30)  # seconds, should nobody be left to end it
    asked = json.load(sys.stdin)
    json.dump(extracted(asked["page"], asked["url"]), sys.stdout)


def _limit(kind: int, most: int) -> None:
    _, allowed = resource.getrlimit(kind)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    with suppress(ValueError):  # not every system bounds address space
        resource.setrlimit(kind, (most, most))


def extracted(page: str, url: str | None) -> dict[str, str | None]:
    """Title, publisher, date of publication and main text, as far as the page has them."""
    tree = load_html(page)
    if tree is None:
        return {"text": ""}
    published = next(_dates(tree), None)
    found = bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, include_tables=False
    )
    if not isinstance(found, Document):
        return {"text": ""}
    return {
        "title": found.title and found.title[:LONGEST_TITLE],
        "publisher": found.sitename if found.sitename != found.hostname else None,
        "published": published,
        "text": _without_title(found.text or "", found.title),
    }


_PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{1,40})"')
_TOLD = """
    //meta[@property='article:published_time' or @itemprop='datePublished'
           or @name='article:published_time' or @name='datePublished' or @name='parsely-pub-date'
           or @name='date' or @name='dc.date.issued' or @name='DC.date.issued']/@content
    | //time[@itemprop='datePublished' or @pubdate]/@datetime
"""


def _dates(tree: Any) -> Iterator[str]:
    """When it was published, as the page tells machines: a guess at its text would be a guess."""
    told = [str(value) for value in tree.xpath(_TOLD)]
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        told += _PUBLISHED.findall(script)
    for date in told:
        # What has no offset from UTC is exact to the day.
        for form in (date.strip(), date.strip()[:10]):
            try:
                PartialDate.parse(form)
            except InvalidValue:
                continue
            yield form
            break


def _without_title(text: str, title: str | None) -> str:
    """The headline is not the article's first sentence."""
    first, _, rest = text.partition("\n")
    return rest if title and rest and first.strip() == title.strip() else text


if __name__ == "__main__":
    main()
