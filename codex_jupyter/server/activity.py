"""What models did so far: how often they were called, and how their inputs drift."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clock import stamp

if TYPE_CHECKING:
    from .platform import Platform

_PIECE = 1 << 20
_COARSE = 1_000_000_000  # nanoseconds
_HEAD = b'{"at": "'
_STAMP = 40  # bytes that hold the time of a record, more than enough


@dataclass(frozen=True, slots=True)
class Called:
    """Calls of one model.

    Args:
        last: when the last that was answered began, as it travels; None if unknown.
    """

    count: int
    last: str | None


_NEVER = Called(0, None)


@dataclass(slots=True)
class _File:
    """How far a file of records was counted.

    Args:
        end: bytes up to the end of the last whole line.
        last: where that line begins.
    """

    end: int = 0
    last: int = 0
    called: Called = _NEVER


@dataclass(slots=True)
class _Day:
    """The files of a day that may still grow, as its folder was at `changed`."""

    changed: int = -1
    files: dict[str, _File] = field(default_factory=dict)


@dataclass(slots=True)
class _Model:
    """What is known of a model's folder, as it was at `changed`.

    Args:
        over: the calls of each day before `until`.
        together: those of all of these days.
        open: the days from then on.
    """

    changed: int = -1
    until: str = ""
    over: dict[str, Called] = field(default_factory=dict)
    together: Called = _NEVER
    open: dict[str, _Day] = field(default_factory=dict)


class CallCounts:
    """How often each model was called, told from the records on disk.

    Files of records only grow, so no byte is read twice; and nobody writes to days
    before yesterday (UTC), so they are not even looked at again.

    Args:
        root: the folder of `Records`.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._lock = threading.Lock()
        self._models: dict[str, _Model] = {}

    def all(self) -> dict[str, Called]:
        """The calls of every model that has records, by its hash."""
        yesterday = f"date={datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
        with self._lock:
            return {
                name.removeprefix("model="): self._of(name, yesterday)
                for name in os.listdir(self._root)  # noqa: PTH208 - thousands of them
                if name.startswith("model=")
            }

    def _of(self, name: str, yesterday: str) -> Called:
        folder = f"{self._root}/{name}"
        known = self._models.setdefault(name, _Model())
        changed = _changed(folder)
        if (changed, yesterday) != (known.changed, known.until):
            days = [n for n in os.listdir(folder) if n.startswith("date=")]  # noqa: PTH208
            for day in days:
                if day < yesterday and day not in known.over:
                    known.over[day] = _of_day(f"{folder}/{day}", _Day())
            known.together = _together(list(known.over.values()))
            known.open = {d: known.open.get(d, _Day()) for d in days if d >= yesterday}
            known.changed, known.until = changed, yesterday
        recent = [_of_day(f"{folder}/{name}", day) for name, day in known.open.items()]
        return _together([known.together, *recent])


def activity(platform: Platform) -> dict[str, dict[str, Any]]:
    """What is told of each model's activity, by its hash; quiet ones are left out."""
    calls = platform.calls.all()
    for model, (count, last) in platform.store.executions.requested().items():
        calls[model] = Called(count, stamp(last))
    verdicts = platform.store.monitorings.last_verdicts()
    return {
        model: _told(calls.get(model, _NEVER), verdicts.get(model))
        for model in calls.keys() | verdicts.keys()
    }


QUIET: dict[str, Any] = {"Calls": 0, "LastCallAt": None, "Drift": None}
"""What is told of a model that did nothing yet."""


def _told(called: Called, verdict: tuple[str, str] | None) -> dict[str, Any]:
    drift = None if verdict is None else {"Label": verdict[0], "Verdict": verdict[1]}
    return {"Calls": called.count, "LastCallAt": called.last, "Drift": drift}


def _of_day(folder: str, day: _Day) -> Called:
    changed = _changed(folder)
    if changed != day.changed:
        names = (n for n in os.listdir(folder) if n.endswith(".jsonl"))  # noqa: PTH208
        day.files = {name: day.files.get(name, _File()) for name in names}
        day.changed = changed
    return _together(
        [_of_file(f"{folder}/{name}", file) for name, file in day.files.items()]
    )


def _of_file(path: str, known: _File) -> Called:
    if os.stat(path).st_size <= known.end:  # noqa: PTH116
        return known.called
    with open(path, "rb") as file:  # noqa: PTH123
        lines, at = known.called.count, file.seek(known.end)
        while piece := file.read(_PIECE):
            if new := piece.count(b"\n"):
                end = piece.rfind(b"\n")
                before = piece.rfind(b"\n", 0, end)
                # Alone in its piece, the line begins where the one before it ended.
                known.last = known.end if before < 0 else at + before + 1
                known.end = at + end + 1
                lines += new
            at += len(piece)
        if lines > known.called.count:
            file.seek(known.last)
            known.called = Called(lines, _time(file.read(_STAMP)))
    return known.called


def _time(line: bytes) -> str | None:
    if not line.startswith(_HEAD):
        return None
    return line[len(_HEAD) :].partition(b'"')[0].decode("ascii", "replace")


def _together(parts: list[Called]) -> Called:
    last = [part.last for part in parts if part.last is not None]
    return Called(sum(part.count for part in parts), max(last, default=None))


def _changed(folder: str) -> int:
    """When the folder's list of names changed; of a fresh change another each time.

    Clocks of file systems are coarse: a second change may bear the time of the first.
    """
    changed, now = os.stat(folder).st_mtime_ns, time.time_ns()  # noqa: PTH116
    return changed if now - changed > _COARSE else -now
