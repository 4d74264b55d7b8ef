"""Alignment: bring the figures of one row onto one footing, where that is possible. Pure.

A comparison aligns before it judges. Nothing is bent: an aligned figure is one that somebody
stated on the common footing, or a derived one that names its formula and rates, and what it
stands for stays beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Footing = Callable[[Json], Any]


@dataclass(frozen=True, slots=True)
class Aligned:
    """The figure to compare, and the one that would stand there alone, if it is another."""

    figure: Json
    as_stated: Json | None = None


def in_one_currency(figures: Mapping[str, Json]) -> dict[str, Aligned]:
    """The figures, converted where they are in different currencies and there is a rate."""
    present = [figure for figure in figures.values() if is_present(figure)]
    if len({figure["currency"] for figure in present}) < 2:
        return {name: Aligned(figure) for name, figure in figures.items()}
    return {name: in_reporting_currency(figure) for name, figure in figures.items()}


def in_reporting_currency(figure: Json) -> Aligned:
    """The figure as it is converted, if it is."""
    if not is_present(figure) or "converted" not in figure:
        return Aligned(figure)
    # What the number is of does not change with the currency: the event, the period, the basis.
    about = {name: figure[name] for name in figure.keys() - figure["converted"].keys()}
    about.pop("converted")
    return Aligned({**figure["converted"], **about}, figure)


def like_for_like(
    candidates: Mapping[str, Sequence[Json]], footings: Sequence[Footing]
) -> dict[str, Aligned]:
    """One figure for each name, on the first footing that all of them share.

    ``candidates`` are the figures of each, the one that would stand alone first; names without
    any are left out. ``footings`` tell what must be equal for two to be alike, the strictest
    first. Of several shared ones, that counts whose figures stand foremost. Without a shared one
    each stands alone. The order of the names does not matter.
    """
    given = {name: list(figures) for name, figures in candidates.items() if figures}
    if len(given) > 1:
        for footing in footings:
            chosen = _on_one(given, footing)
            if chosen is not None:
                return chosen
    return {name: Aligned(figures[0]) for name, figures in given.items()}


def _on_one(
    candidates: Mapping[str, Sequence[Json]], footing: Footing
) -> dict[str, Aligned] | None:
    places = {name: _first_places(figures, footing) for name, figures in candidates.items()}
    shared = set.intersection(*(set(found) for found in places.values()))
    if not shared:
        return None
    best = min(shared, key=lambda ground: (sum(p[ground] for p in places.values()), str(ground)))
    return {
        name: Aligned(figures[at], figures[0] if at else None)
        for name, figures in candidates.items()
        for at in [places[name][best]]
    }


def _first_places(figures: Sequence[Json], footing: Footing) -> dict[Any, int]:
    places: dict[Any, int] = {}
    for place, figure in enumerate(figures):
        places.setdefault(footing(figure), place)
    return places


def is_present(figure: Mapping[str, Any]) -> bool:
    """Whether there is a number at all."""
    return figure.get("null_reason") is None
