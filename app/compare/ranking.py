"""Rankings: places in falling order of a figure, and what may not be placed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.claims.capital import CAPITAL
from app.claims.moment import Moment
from app.claims.view_rows import Row, parsed
from app.claims.vocabulary import Unranked
from app.compare.alignment import in_reporting_currency, is_present
from app.compare.service import Json, cell_of, put, reference_of
from app.compare.verdicts import verdict

BEFORE_THE_FIRST = (0, 0, None)
"""What a ranking begins with: no rows seen, no rank given, no value."""


def column_of(metric: str, capital: str) -> str:
    """The field by which companies are ranked."""
    return metric if metric != "total_raised" or capital == CAPITAL[0] else capital


def ranked(
    rows: Sequence[Row],
    metric: str,
    capital: str,
    seen: int,
    rank: int,
    before: Decimal | None,
) -> list[Json]:
    """Rows in falling order of a metric, with their ranks: 1, 2, 2, 4 (ties share one).

    ``capital`` says in which light money raised is told. ``seen`` rows came on earlier pages,
    the last of them at ``rank`` with the value ``before``. A row without a value has no rank,
    and says why.
    """
    values = [row[f"{column_of(metric, capital)}_ranked"] for row in rows]
    items: list[Json] = []
    for position, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value != before:
            rank = seen + position + 1
        following = values[position + 1] if position + 1 < len(values) else None
        tied = value is not None and value in (before, following)
        before = value
        company = parsed(row)
        items.append(
            {
                **reference_of(company),
                "rank": None if value is None else rank,
                "tied": tied,
                "unranked": _unranked(company, metric) if value is None else None,
                **_place(metric, company, capital),
            }
        )
    return items


def in_what_verdict(metric: str, items: Sequence[Json], moment: Moment) -> Json:
    """Whether the figures of a page of a ranking may be compared, and what to beware of."""
    figures = {item["slug"]: item["figure"] for item in items if item["rank"] is not None}
    word, warnings = verdict(metric, figures, moment.at)
    return {"verdict": word, "caveats": [warning.caveat for warning in warnings]}


def _unranked(company: Json, metric: str) -> Unranked:
    if metric == "total_raised":
        if is_present(company["total_raised"]["equity"]):
            return Unranked.NO_TERMS_KNOWN
        elsewhere = bool(company["total_raised"]["other_currencies"])
    else:
        elsewhere = company[metric]["currency"] is not None
    return Unranked.OTHER_CURRENCY if elsewhere else Unranked.NO_FIGURE


def _place(metric: str, company: Json, capital: str) -> Json:
    """A company's cell in a ranking: in the reporting currency, if there is a rate."""
    cell = cell_of(metric, company, capital)
    put({metric: cell}, {metric: in_reporting_currency(cell["figure"])})
    return cell
