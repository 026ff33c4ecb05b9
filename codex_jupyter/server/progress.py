"""How far an execution is, as far as that can be known from outside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .inputs import count_lines
from .store import ExecutionRow

_TEXT = (".csv", ".txt", ".tsv", ".jsonl", ".json")
# Below this share of the sizes' mean, sizes do not differ enough to show a slope.
_SPREAD = 0.05
_ALMOST = 0.99


@dataclass(slots=True)
class Progress:
    """What is known of one execution that runs.

    Args:
        data: its folder.
        rows: of its input, or None.
        estimate: seconds that it will take, or None.
    """

    data: Path
    rows: int | None
    estimate: float | None
    _begun: float = field(default_factory=time.monotonic)
    _given: frozenset[str] = frozenset()
    _read: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Remember what lay there before the function wrote anything."""
        self._given = frozenset(path.name for path in self.data.iterdir())

    def look(self) -> dict[str, Any]:
        """The progress as it travels."""
        elapsed = time.monotonic() - self._begun
        written = self._rows_written()
        shares = [0.0]
        if self.estimate:
            shares.append(elapsed / self.estimate)
        if self.rows and written:
            shares.append(written / self.rows)
        is_known = bool(self.estimate or (self.rows and written))
        return {
            "Elapsed": round(elapsed, 3),
            "Estimate": None if self.estimate is None else round(self.estimate, 3),
            "Rows": self.rows,
            "RowsWritten": written,
            "Fraction": round(min(_ALMOST, max(shares)), 4) if is_known else None,
        }

    def _rows_written(self) -> int | None:
        """Lines below the heading in the longest text file that is new."""
        try:
            new = [
                path
                for path in self.data.iterdir()
                if path.name not in self._given
                and path.suffix in _TEXT
                and path.is_file()
            ]
            return max(0, max(self._lines(path) for path in new) - 1) if new else None
        except OSError:
            # It was renamed or removed meanwhile.
            return None

    def _lines(self, path: Path) -> int:
        """Lines of a growing file; only what came since the last look is read."""
        place, lines = self._read.get(path, (0, 0))
        if path.stat().st_size < place:
            place, lines = 0, 0
        with path.open("rb") as file:
            file.seek(place)
            lines += count_lines(file)
            self._read[path] = (file.tell(), lines)
        return lines


@dataclass(slots=True)
class Counted:
    """What is known of work whose parts are counted by who does it.

    Args:
        total: parts in all, at least one.
        done: of them, those that an earlier try did.
    """

    total: int
    done: int
    _begun: float = field(default_factory=time.monotonic)
    _had: int = -1

    def __post_init__(self) -> None:
        """Remember what was done before: the pace is that of this try alone."""
        self._had = self.done

    def look(self) -> dict[str, Any]:
        """The progress as it travels."""
        elapsed = time.monotonic() - self._begun
        here, left = self.done - self._had, max(0, self.total - self.done)
        seconds = elapsed * (1 + left / here) if here else None
        return {
            "Elapsed": round(elapsed, 3),
            "Estimate": None if seconds is None else round(seconds, 3),
            "Rows": self.total,
            "RowsWritten": self.done,
            "Fraction": round(min(_ALMOST, self.done / self.total), 4),
        }


def estimate(row: ExecutionRow, earlier: Sequence[ExecutionRow]) -> float | None:
    """Seconds that an execution will take, from earlier ones of the same model.

    A line through sizes and times where the sizes differ, else the usual time.
    """
    pairs = [
        (float(known), seconds)
        for one in earlier
        if (seconds := one.seconds) is not None
        and (known := _size(one, row)) is not None
    ]
    if not pairs:
        return None
    size = float(_size(row, row) or 0)
    sizes, times = [p[0] for p in pairs], [p[1] for p in pairs]
    middle = sum(sizes) / len(sizes)
    spread = sum((s - middle) ** 2 for s in sizes)
    usual = median(times)
    if spread <= (middle * _SPREAD) ** 2 * len(sizes):
        # One size is known: what grows with the rows and what does not is unknown.
        return usual * max(1.0, size / middle) if middle else usual
    mean = sum(times) / len(times)
    slope = sum((s - middle) * (t - mean) for s, t in pairs) / spread
    return max(min(times) / 2, mean + max(0.0, slope) * (size - middle))


def _size(one: ExecutionRow, like: ExecutionRow) -> int | None:
    return one.input_size if like.input_rows is None else one.input_rows
