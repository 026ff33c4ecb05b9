"""Repeating, timing and printing; and the platform that the benchmarks share."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from codex_jupyter.client import local
from codex_jupyter.client.model import MLOpsModelClient
from codex_jupyter.config import DataDir


def repeat(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each run."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return seconds


def show(what: str, seconds: list[float], unit: str = "s") -> float:
    """Print median, smallest and largest; the median comes back."""
    scale = 1000 if unit == "ms" else 1
    middle, low, high = (
        scale * value
        for value in (statistics.median(seconds), min(seconds), max(seconds))
    )
    runs = len(seconds)
    print(f"{what:<58} {middle:8.2f} {unit}  ({low:.2f} to {high:.2f}, {runs} runs)")
    return middle / scale


def machine() -> str:
    """How busy the machine is: figures of a busy one are no figures."""
    load, cores = os.getloadavg()[0], os.cpu_count()
    busy = " (busy: other work shares the cores)" if load > (cores or 1) / 2 else ""
    return f"load {load:.1f} on {cores} cores{busy}"


def started(data: DataDir) -> MLOpsModelClient:
    """A client on the platform of the folder, which is started."""
    settings = local.start(data).settings
    return MLOpsModelClient(
        url=settings.address,
        login=settings.user,
        password=settings.password.reveal(),
    )


@contextmanager
def platform() -> Iterator[tuple[MLOpsModelClient, Path]]:
    """A client on a platform of its own, and that platform's folder."""
    with tempfile.TemporaryDirectory() as folder:
        data = DataDir(Path(folder) / "platform")
        client = started(data)
        client.create_group("bench", "benchmarks")
        try:
            yield client, data.root
        finally:
            local.stop(data)
