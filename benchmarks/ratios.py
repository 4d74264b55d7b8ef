"""Hearsay beside its peer, and beside itself with a hundredth of the data.

    python -m benchmarks.ratios --data-dir DIR [--small-data-dir DIR]

Both applications are served by one uvicorn worker and measured in turns, so that a busy
moment of the machine falls on both. Only ratios mean anything; none is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from app.storage.engine import create_engine
from benchmarks.database import add_data_dir, database
from benchmarks.load import Load, load
from benchmarks.samples import DEPTH, busy_companies, far_into, number_of_companies
from benchmarks.serving import serving

SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """The same question to both applications."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement in a round")
    parser.add_argument("--small-data-dir", type=Path, help="folder with less data, for growth")
    add_data_dir(parser)
    options = parser.parse_args()
    rounds, seconds = options.rounds, options.seconds
    with database(options.data_dir) as url:
        asyncio.run(beside_the_peer(url, rounds, seconds))
        if options.small_data_dir is not None:
            with database(options.small_data_dir) as small:
                asyncio.run(beside_itself(url, small, rounds, seconds))


async def beside_the_peer(url: str, rounds: int, seconds: int) -> None:
    """Print requests per second of both applications for the same questions."""
    engine = create_engine(url)
    slugs = await busy_companies(engine, SAMPLES)
    await engine.dispose()
    with serving("hearsay_app", url, 8711) as ours, serving("tutorial_app", url, 8712) as theirs:
        print(f"{'question':28} {'Hearsay/s':>10} {'tutorial/s':>10} {'ratio':>7}  {'bytes':>18}")
        for pair in _pairs(slugs):
            mine: list[Load] = []
            peer: list[Load] = []
            for _ in range(rounds):
                mine.append(await load(ours, pair.ours, seconds))
                peer.append(await load(theirs, pair.theirs, seconds))
            fast, slow = (median(one.per_second for one in rounds_) for rounds_ in (mine, peer))
            sizes = f"{mine[0].size:,} / {peer[0].size:,}"
            print(f"{pair.name:28} {fast:10,.0f} {slow:10,.0f} {fast / slow:7.2f}  {sizes:>18}")


async def beside_itself(large: str, small: str, rounds: int, seconds: int) -> None:
    """Print the median latency of the same questions on much and on little data."""
    with serving("hearsay_app", large, 8711) as much, serving("hearsay_app", small, 8712) as little:
        questions = [await _growing(much, large), await _growing(little, small)]
        print(f"\n{'p50, one connection':28} {'large ms':>10} {'small ms':>10} {'ratio':>7}")
        for name, paths in questions[0].items():
            got: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                got[0].append((await load(much, paths, seconds, 1)).p50)
                got[1].append((await load(little, questions[1][name], seconds, 1)).p50)
            slow, fast = median(got[0]), median(got[1])
            print(f"{name:28} {slow:10.2f} {fast:10.2f} {slow / fast:7.2f}")


def _pairs(slugs: Sequence[str]) -> list[Pair]:
    fours = [",".join(slugs[i : i + 4]) for i in range(0, len(slugs) - 3, 4)]
    theirs = [f"/companies/{slug}" for slug in slugs]
    return [
        Pair("detail", [f"/v1/companies/{slug}" for slug in slugs], theirs),
        Pair("deals of a company", [f"/v1/companies/{s}/funding-events" for s in slugs], theirs),
        Pair("list", ["/v1/companies"], ["/companies"]),
        Pair("list (peer: columns only)", ["/v1/companies"], ["/plain-companies"]),
        Pair(
            "compare 4",
            [f"/v1/compare?companies={four}" for four in fours],
            [f"/compare?companies={four}" for four in fours],
        ),
    ]


async def _growing(base: str, url: str) -> dict[str, Sequence[str]]:
    """The questions whose latency should not grow with the data."""
    engine = create_engine(url)
    slugs = await busy_companies(engine, SAMPLES)
    depth = min(DEPTH, await number_of_companies(engine) // 2)
    await engine.dispose()
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        far = [await far_into(client, path, depth) for path in _LISTS]
    pairs = {pair.name: pair.ours for pair in _pairs(slugs)}
    return {
        "detail": pairs["detail"],
        "deals of a company": pairs["deals of a company"],
        "list, far, by name": far[:1],
        "list, far, by valuation": far[1:],
        "compare 4": pairs["compare 4"],
    }


_LISTS = ("/v1/companies", "/v1/companies?sort=-valuation.high")


if __name__ == "__main__":
    main()
