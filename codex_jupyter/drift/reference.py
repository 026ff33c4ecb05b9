"""A frozen reference: bins and counts of the training data, without the data."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from codex_jupyter.errors import DriftError

from .bins import Bins
from .fitting import ColumnReference, Extent, fit_column
from .rules import OURS, Rule
from .tables import Source, open_source

if TYPE_CHECKING:
    from .result import DriftResult

__all__ = ["BinsGiven", "DriftReference", "chosen", "in_parallel"]

BinsGiven = int | Mapping[str, int | Sequence[float]]

_VERSION = 1
# Columns that share a thread; fewer rows than this are quicker without threads.
_WORTH_THREADS = 50_000
T = TypeVar("T")
R = TypeVar("R")


def _processors() -> int:
    """How many this process may use; macOS and Windows tell only how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parallel(work: Callable[[T], R], items: Sequence[T], rows: int) -> list[R]:
    """Map over columns; numpy and Arrow release the lock, so threads help."""
    workers = min(len(items), _processors(), 8)
    if workers < 2 or rows * len(items) < _WORTH_THREADS:
        return [work(item) for item in items]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


def chosen(names: Sequence[str], columns: Iterable[Any] | None, side: str) -> list[str]:
    """The columns asked for, or all.

    Raises:
        DriftError: when one of them is not there.
    """
    if columns is None:
        return list(names)
    asked = [columns] if isinstance(columns, str) else [str(one) for one in columns]
    for name in asked:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise DriftError(
                f"There is no column `{name}` in the {side} data.",
                hint=f"Did you mean `{near[0]}`?"
                if near
                else f"It has: {', '.join(names[:12])}",
            )
    return list(dict.fromkeys(asked))


def check_named(bins: BinsGiven, known: Iterable[str]) -> None:
    """Refuse bins of a column that nobody has.

    Raises:
        DriftError: says which.
    """
    if isinstance(bins, Mapping):
        for name in bins:
            chosen(list(known), [name], "given")


def checked_bins(bins: BinsGiven, names: Sequence[str]) -> dict[str, Any]:
    """The number of bins, or the edges, of each column.

    Raises:
        DriftError: when a number of bins is not a whole number from 2 to 1,000.
    """
    usual = 10 if isinstance(bins, Mapping) else bins
    given: dict[str, Any] = dict.fromkeys(names, usual)
    if isinstance(bins, Mapping):
        given |= {name: bins[name] for name in names if name in bins}
    for name, number in given.items():
        if isinstance(number, (bool, str)) or not isinstance(number, (int, Sequence)):
            raise DriftError(
                f"bins={number!r} is neither a number of bins nor a list of edges.",
                hint=f"Use bins=10, or bins={{{name!r}: [0, 10, 20]}} for edges.",
            )
        if isinstance(number, int) and not 2 <= number <= 1000:
            raise DriftError(
                f"bins={number} is not possible.", hint="Use between 2 and 1000 bins."
            )
    return given


@dataclass(frozen=True, repr=False)
class DriftReference:
    """What current data is compared with; it can be stored, and it never changes.

    Attributes:
        columns: bins and counts of each column.
        rows: how many rows it was made from.
    """

    columns: Mapping[str, ColumnReference]
    rows: int

    def __repr__(self) -> str:
        size = f"{len(self.columns)} columns of {self.rows} rows"
        return f"DriftReference of {size}, {self.hash}: .compare(current), .to_dict()"

    @classmethod
    def fit(
        cls,
        frame: Any,
        *,
        columns: Iterable[str] | None = None,
        bins: BinsGiven = 10,
    ) -> DriftReference:
        """Freeze the bins and counts of a table.

        Args:
            frame: a pandas or polars frame, a pyarrow table, or a file's path. Files
                may be larger than memory; they are read two or three times.
            columns: which columns; all by default.
            bins: quantile bins of numeric columns; or, for some columns, their number
                or their inner edges: ``{"age": [18, 30, 65], "income": 20}``.

        Raises:
            DriftError: when the data is no table, a column is missing, or edges are
                no increasing finite numbers.
        """
        source = open_source(frame, "reference")
        names = chosen(source.names, columns, "reference")
        return fit_source(source, names, bins, OURS)

    def compare(self, current: Any, **options: Any) -> DriftResult:
        """`compare` with this reference; takes the same options."""
        from .comparing import compare

        return compare(None, current, reference_counts=self, **options)

    @cached_property
    def hash(self) -> str:
        """Twelve characters that are equal only for equal bins and counts."""
        text = json.dumps(self._plain(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _plain(self) -> dict[str, Any]:
        return {
            "version": _VERSION,
            "rows": self.rows,
            "columns": {
                name: {
                    **one.bins.to_dict(),
                    "counts": one.counts.tolist(),
                    **({"folded_counts": one.folded_counts} if one.bins.folded else {}),
                }
                for name, one in self.columns.items()
            },
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold, with the hash of its content."""
        return {**self._plain(), "hash": self.hash}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DriftReference:
        """The reference that `to_dict` wrote.

        Raises:
            DriftError: when the data is something else, or was changed since.
        """
        try:
            if data["version"] != _VERSION:
                raise DriftError(
                    f"This reference has format {data['version']}, newer than ours.",
                    hint="Type: %pip install --upgrade codex_jupyter",
                )
            columns = {
                name: ColumnReference(
                    Bins.from_dict(one),
                    np.array(one["counts"], dtype=np.int64),
                    tuple(one.get("folded_counts", ())),
                )
                for name, one in data["columns"].items()
            }
            made = cls(columns, int(data["rows"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, DriftError):
                raise
            raise DriftError(
                "This is not a stored drift reference.",
                hint="Store one with DriftReference.fit(frame).to_dict().",
            ) from error
        if data.get("hash", made.hash) != made.hash:
            raise DriftError(
                "The stored reference was changed: its hash does not fit its counts.",
                hint="Fit it again with DriftReference.fit(frame).",
            )
        return made


def fit_source(
    source: Source,
    names: Sequence[str],
    bins: BinsGiven,
    rule: Rule,
    extents: Mapping[str, Extent] | None = None,
) -> DriftReference:
    """The reference of an opened table under a rule."""
    given = checked_bins(bins, names)
    ranges = extents or {}
    if not source.in_memory:
        from .streaming import fit_stream

        return fit_stream(source, given, rule, ranges)
    batch = next(iter(source.batches(names)))

    def fit(name: str) -> ColumnReference:
        return fit_column(batch.column(name), given[name], rule, ranges.get(name))

    made = in_parallel(fit, names, batch.rows)
    return DriftReference(dict(zip(names, made, strict=True)), batch.rows)


def rebinned(reference: DriftReference, rule: Rule, bins: BinsGiven) -> DriftReference:
    """A stored reference under another tool's rule, from its counts alone.

    Raises:
        DriftError: for "evidently" when a column has many-valued numbers: its bins
            need the data of both sides.
    """
    from .fitting import counted_again

    if rule is OURS:
        return reference
    given = checked_bins(bins, list(reference.columns))
    made = {
        name: counted_again(name, one, rule, given[name])
        for name, one in reference.columns.items()
    }
    return replace(reference, columns=made)
