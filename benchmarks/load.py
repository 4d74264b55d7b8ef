"""Load from one client that goes round some paths: ``wrk`` if it is there, else httpx."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a round of load: ``p50`` in milliseconds, ``size`` of an answer in bytes."""

    per_second: float
    p50: float
    size: int


async def load(base: str, paths: Sequence[str], seconds: int, connections: int = 16) -> Load:
    """Ask for the paths in turn, as fast as the connections allow.

    Raises:
        SystemExit: an answer was an error, whose speed is of no interest.
    """
    async with httpx.AsyncClient(base_url=base) as client:
        answer = await client.get(paths[0])
    if answer.status_code != 200:
        raise SystemExit(f"{base}{paths[0]}: {answer.status_code} {answer.text[:300]}")
    if shutil.which("wrk"):
        measured = await asyncio.to_thread(_wrk, base, paths, seconds, connections)
    else:
        measured = await _httpx(base, paths, seconds, connections)
    return Load(*measured, len(answer.content))


_SCRIPT = """
local paths = {%s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
done = function(summary, latency)
  print(string.format("p50 %%f errors %%d", latency:percentile(50) / 1000,
    summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


def _wrk(base: str, paths: Sequence[str], seconds: int, connections: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "paths.lua"
        # A JSON string of plain ASCII is a Lua string too.
        script.write_text(_SCRIPT % ", ".join(json.dumps(path) for path in paths))
        options = [
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            str(script),
        ]
        run = subprocess.run(["wrk", *options, base], capture_output=True, text=True, check=True)
    found = re.search(r"Requests/sec:\s*([\d.]+)[\s\S]*p50 ([\d.]+) errors (\d+)", run.stdout)
    if found is None or found[3] != "0":
        raise SystemExit(f"wrk: {run.stdout}")
    return float(found[1]), float(found[2])


async def _httpx(
    base: str, paths: Sequence[str], seconds: int, connections: int
) -> tuple[float, float]:
    took: list[float] = []
    turns, deadline = cycle(paths), time.monotonic() + seconds

    async def ask(client: httpx.AsyncClient) -> None:
        while time.monotonic() < deadline:
            began = time.perf_counter()
            (await client.get(next(turns))).raise_for_status()
            took.append((time.perf_counter() - began) * 1000)

    limits = httpx.Limits(max_connections=connections)
    async with httpx.AsyncClient(base_url=base, limits=limits) as client:
        await asyncio.gather(*(ask(client) for _ in range(connections)))
    return len(took) / seconds, statistics.median(took)
