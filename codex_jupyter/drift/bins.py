"""The bins of one column: intervals between edges, or one bin a value."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from codex_jupyter.errors import DriftError

__all__ = ["SHOWN", "Bins", "number", "number_label"]

# The most frequent values that get a bin of their own; the rest is "(other)".
SHOWN = 50
_EXACT = 2**53


def number(value: Any) -> Any:
    """A plain number: -0.0 is 0, and 3.0 is 3, so that equal values look equal."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < _EXACT:
        return int(plain)
    return int(plain) if isinstance(plain, bool) else plain


def number_label(value: Any) -> str:
    """A number as text: equal numbers of different types have equal labels."""
    return str(number(value))


def _to_json(value: float | str) -> float | str:
    # JSON has no infinity; a number's text is unmistakable beside real numbers.
    if isinstance(value, float) and not math.isfinite(value):
        return "inf" if value > 0 else "-inf"
    return value


def _moment(microseconds: float, kind: str) -> str:
    if not math.isfinite(microseconds):
        return str(microseconds)
    if kind == "timedelta":
        seconds = microseconds / 1e6
        days, rest = divmod(abs(seconds), 86400)
        clock = f"{int(rest // 3600):02}:{int(rest % 3600 // 60):02}:{rest % 60:02.0f}"
        return f"{'-' if seconds < 0 else ''}{int(days)} d {clock}"
    text: str = str(np.datetime64(round(microseconds), "us"))
    for zeros in (".000000", ":00", "T00:00"):
        text = text.removesuffix(zeros)
    return text.replace("T", " ")


@dataclass(frozen=True)
class Bins:
    """How one column is counted.

    Attributes:
        kind: "numeric", "boolean", "categorical", "datetime", "timedelta", or
            "empty" when the reference has no values at all.
        of: what a categorical column's values are, "text", "number" or "mixed"; of
            datetimes, "zoned" when they have a time zone.
        edges: inner edges, increasing; the outer ones are infinite. None when every
            value has its bin. Moments are microseconds since 1970 in UTC.
        values: the values with a bin of their own, most frequent first (numbers: in
            order), or None.
        folded: the values gathered under "(other)".
        has_other: whether there is such a bin; it stays true where the folded values
            themselves are not carried along.
        closed: "right" for intervals (a, b], "left" for [a, b).
    """

    kind: str
    of: str = "text"
    edges: tuple[float, ...] | None = None
    values: tuple[Any, ...] | None = None
    folded: tuple[str, ...] = ()
    has_other: bool = False
    closed: str = "right"

    @property
    def size(self) -> int:
        """Number of bins, without the ones for missing and unseen values."""
        if self.edges is not None:
            return len(self.edges) + 1
        return len(self.values or ()) + self.has_other

    @property
    def intervals(self) -> bool:
        """Whether the bins are intervals."""
        return self.edges is not None

    @cached_property
    def index(self) -> dict[Any, int]:
        """Where each value is counted."""
        made = dict.fromkeys(self.folded, len(self.values or ()))
        made |= {value: place for place, value in enumerate(self.values or ())}
        return made

    def text(self, value: Any) -> str:
        """One value or edge as people read it."""
        if self.kind == "boolean":
            return "True" if value else "False"
        if self.kind in ("datetime", "timedelta"):
            return _moment(value, self.kind)
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, int) else f"{value:.6g}"

    def labels(self) -> list[str]:
        """A label for every bin and for the missing and unseen ones."""
        extra = ["(missing)", "(unseen)"]
        if self.edges is None:
            other = ["(other)"] if self.has_other else []
            return [self.text(value) for value in self.values or ()] + other + extra
        texts = [self.text(edge) for edge in self.edges]
        first, last = ("<= ", "> ") if self.closed == "right" else ("< ", ">= ")
        left, right = ("(", "]") if self.closed == "right" else ("[", ")")
        if not texts:
            return ["all values", *extra]
        inner = [
            f"{left}{low}, {high}{right}" for low, high in itertools.pairwise(texts)
        ]
        return [first + texts[0], *inner, last + texts[-1], *extra]

    def without_folded(self) -> Bins:
        """The same bins without the list of values under "(other)"."""
        return replace(self, folded=())

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold."""
        made: dict[str, Any] = {"kind": self.kind}
        if self.of != "text":
            made["of"] = self.of
        if self.edges is not None:
            made["edges"] = list(self.edges)
            made["closed"] = self.closed
        if self.values is not None:
            made["values"] = [_to_json(value) for value in self.values]
            made["other"] = self.has_other
        if self.folded:
            made["folded"] = list(self.folded)
        return made

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Bins:
        """The bins that `to_dict` wrote.

        Raises:
            DriftError: when the data is not what `to_dict` writes.
        """
        edges, values = data.get("edges"), data.get("values")
        kind = data["kind"]
        if values is not None and kind != "categorical":
            values = [float(v) if isinstance(v, str) else v for v in values]
        return cls(
            kind=kind,
            of=data.get("of", "text"),
            edges=None if edges is None else checked_edges(edges),
            values=None if values is None else tuple(values),
            folded=tuple(data.get("folded", ())),
            has_other=bool(data.get("other", False)),
            closed=data.get("closed", "right"),
        )


def checked_edges(edges: Sequence[float]) -> tuple[float, ...]:
    """Inner edges as given by a person or a file; infinite outer ones are dropped.

    Raises:
        DriftError: when they are not increasing numbers.
    """
    numbers = [float(edge) for edge in edges]
    if numbers and numbers[0] == -math.inf:
        numbers = numbers[1:]
    if numbers and numbers[-1] == math.inf:
        numbers = numbers[:-1]
    if not all(map(math.isfinite, numbers)):
        raise DriftError(
            "Bin edges must be finite numbers; only the outermost may be infinite.",
            hint="The outer bins reach to infinity by themselves.",
        )
    if any(high <= low for low, high in itertools.pairwise(numbers)):
        raise DriftError(
            "Bin edges must increase.", hint=f"Sort them: {sorted(set(numbers))[:6]}"
        )
    return tuple(numbers)
