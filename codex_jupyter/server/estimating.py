"""How long a deployment will take, as earlier ones on this platform tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import Stage

from .store import Build, ModelRow, Store

# Machines and packages change: the newest builds say most.
_NEWEST = 30


def estimate_of(store: Store, row: ModelRow, *, is_kept: bool | None = None) -> Event:
    """What is told of the time that a deployment will take.

    Builds of the same requirements count; where there are none, those with the same
    Python. An environment that is kept is not installed again, so that such installs
    and those that built one are never mixed.

    Args:
        is_kept: whether the environment exists already; None where that is not known
            before the requirements are resolved.
    """
    earlier = store.models.builds(row, _NEWEST)
    same = [build for build in earlier if build.is_same]
    chosen = same or earlier
    if is_kept is None:
        is_kept = bool(same) and _exists(same[0].environment)
    usual: dict[str, float] = {}
    for stage in Stage:
        if stage is not Stage.INSTALL:
            times = [seconds for seconds, _ in _times(chosen, stage)]
        else:
            # Finding an environment takes the same for each of them.
            among = earlier if is_kept else chosen
            told = _times(among, stage)
            times = [seconds for seconds, built in told if built is not is_kept]
            if is_kept and not times:
                times = [0.0]
        if times:
            usual[stage.value] = round(median(times), 3)
    whole = len(usual) == len(Stage)
    return Event(
        "estimate",
        {
            "Seconds": round(sum(usual.values()), 3) if whole else None,
            "Stages": usual if whole else {},
            "Builds": len(chosen) if whole else 0,
            "Same": "requirements" if same else "python",
        },
    )


def _exists(python: str | None) -> bool:
    return python is not None and Path(python).exists()


def _times(
    builds: Iterable[Build], stage: Stage
) -> Sequence[tuple[float, bool | None]]:
    """Seconds of a stage that came to its end, and whether it built an environment."""
    entries: list[dict[str, Any]] = [
        entry
        for build in builds
        for entry in build.stages
        if entry.get("Stage") == stage.value and entry.get("Progress") == "done"
    ]
    return [(float(one["Seconds"]), one.get("Built")) for one in entries]
