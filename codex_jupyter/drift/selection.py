"""Exact values at given ranks of a column that is too long to be sorted.

Each round reads the column once. The first keeps an even sample of it; from then on
every rank lies in a bracket between two values of the sample, and a round keeps what
lies strictly inside while it counts what lies below. A bracket that fitted whole
gives its ranks exactly; any other is narrowed from its own sample. What is counted
decides, never the sample, so an unlucky sample costs a round and no correctness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Selection", "Thinned"]

Array = npt.NDArray[Any]
# How far around a rank's place in the sample its bracket reaches, in deviations.
_DEVIATIONS = 4.0


@dataclass
class Thinned:
    """Every stride-th of the values seen; the stride doubles when it is full.

    Args:
        room: how many values are kept at most.
    """

    room: int
    stride: int = 1
    seen: int = 0
    parts: list[Array] = field(default_factory=list)
    kept: int = 0

    def add(self, values: Array) -> None:
        """Take in some more values."""
        part = values[(-self.seen) % self.stride :: self.stride]
        self.seen += len(values)
        self.parts.append(part.copy())
        self.kept += len(part)
        while self.kept > self.room:
            self.parts = [np.concatenate(self.parts)[::2]]
            self.kept = len(self.parts[0])
            self.stride *= 2

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.stride == 1

    def sorted(self) -> Array:
        """What was kept, in order."""
        return np.sort(np.concatenate(self.parts)) if self.parts else np.zeros(0)


@dataclass
class _Bracket:
    """Values between two others, and the ranks that are sought there."""

    low: Any
    high: Any
    ranks: list[int]
    inside: Thinned
    below: int = 0  # values < low
    at_low: int = 0
    at_high: int = 0

    def add(self, values: Array) -> None:
        above = values > self.low
        rest = len(values) - int(np.count_nonzero(above))
        equal = int(np.count_nonzero(values == self.low))
        self.below += rest - equal
        self.at_low += equal
        self.at_high += int(np.count_nonzero(values == self.high))
        np.logical_and(above, values < self.high, out=above)
        self.inside.add(values[above])


class Selection:
    """The values at some ranks of one column.

    Args:
        sample: an even sample of all finite values, from the first round.
        ranks: positions in the sorted column.
        room: how many values a bracket may keep.
    """

    def __init__(self, sample: Thinned, ranks: Array, room: int) -> None:
        self.rows = sample.seen
        self._room = room
        self._found: dict[int, Any] = {}
        whole = _Bracket(-math.inf, math.inf, [], sample)
        whole.ranks = [int(rank) for rank in np.unique(ranks)]
        self._brackets = [whole]
        self._settle()

    @property
    def settled(self) -> bool:
        """Whether every rank is known."""
        return not self._brackets

    def add(self, values: Array) -> None:
        """Take in a part of the column, in the round under way."""
        for bracket in self._brackets:
            bracket.add(values)

    def end_round(self) -> None:
        """All of the column was read: settle ranks or narrow their brackets."""
        self._settle()

    def pick(self, places: Array) -> Array:
        """The values at some of the ranks."""
        return np.array([self._found[int(place)] for place in places])

    def _settle(self) -> None:
        brackets, self._brackets = self._brackets, []
        for one in brackets:
            ordered = one.inside.sorted()
            first = one.below + one.at_low
            last = first + one.inside.seen
            for rank in one.ranks:
                if rank < one.below:
                    self._seek(rank, -math.inf, one.low)
                elif rank < first:
                    self._found[rank] = one.low
                elif rank >= last + one.at_high:
                    self._seek(rank, one.high, math.inf)
                elif rank >= last:
                    self._found[rank] = one.high
                elif one.inside.whole:
                    self._found[rank] = ordered[rank - first]
                else:
                    self._narrow(rank, one, ordered, first)

    def _narrow(self, rank: int, one: _Bracket, ordered: Array, first: int) -> None:
        place = (rank - first) / one.inside.seen * len(ordered)
        reach = _DEVIATIONS * math.sqrt(len(ordered)) / 2 + 1
        # Every round must narrow the bracket, however small the sample.
        reach = min(reach, len(ordered) / 4)
        low, high = math.floor(place - reach), math.ceil(place + reach)
        self._seek(
            rank,
            ordered[low] if low >= 0 else one.low,
            ordered[high] if high < len(ordered) else one.high,
        )

    def _seek(self, rank: int, low: Any, high: Any) -> None:
        # Neighbouring ranks of one quantile nearly always share their bracket.
        for one in self._brackets:
            if abs(one.ranks[0] - rank) <= 1:
                one.low, one.high = min(one.low, low), max(one.high, high)
                one.ranks.append(rank)
                return
        self._brackets.append(_Bracket(low, high, [rank], Thinned(self._room)))
