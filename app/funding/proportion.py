"""How sure a proportion of few trials is. Pure."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
"""How many standard deviations to either side hold 95 % of a normal distribution."""


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a proportion: what rates the hits among some trials agree with.

    Unlike the rate plus or minus its standard error it stays within 0 and 1, and holds with few
    trials and at either end. ``trials`` is at least 1.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (158), 1927, pages 209-212.
    """
    rate = hits / trials
    spread = z * z / trials
    centre = (rate + spread / 2) / (1 + spread)
    half = z * sqrt(rate * (1 - rate) / trials + spread / (4 * trials)) / (1 + spread)
    # At either end an end of the interval is the rate itself, which rounding may miss.
    return min(max(centre - half, 0.0), rate), max(min(centre + half, 1.0), rate)
