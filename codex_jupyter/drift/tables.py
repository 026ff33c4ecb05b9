"""The door: any table or file becomes batches of columns.

A frame in memory is one batch and is not copied. A file is read in batches of bounded
size; only the columns asked for are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from codex_jupyter.errors import DriftError

from .arrow import from_arrow, from_polars
from .columns import Column, from_array, from_series

__all__ = ["Batch", "MemorySource", "Source", "from_any", "of_column", "open_source"]


@dataclass(frozen=True)
class Batch:
    """Some rows of a table.

    Attributes:
        rows: how many.
        raw: gives a column as its library holds it.
    """

    rows: int
    raw: Callable[[str], Any]

    def column(self, name: str) -> Column:
        """One column, ready to be counted."""
        return from_any(self.raw(name))

    def series(self, name: str) -> pd.Series[Any]:
        """One column as pandas holds it, for dates."""
        raw = self.raw(name)
        if isinstance(raw, pd.Series):
            return raw
        return raw.to_pandas() if hasattr(raw, "to_pandas") else pd.Series(raw)


class Source(Protocol):
    """Where rows come from, any number of times.

    Attributes:
        names: the columns' names, as text.
        in_memory: whether there is one batch that costs nothing to read again.
    """

    names: tuple[str, ...]
    in_memory: bool

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """All rows, with at least these columns."""

    def read_as_text(self, columns: Iterable[str]) -> None:
        """Take these columns as text, where the source itself has no types."""


def _library(data: Any) -> str:
    """The package that an object's class belongs to, without importing it."""
    return type(data).__module__.partition(".")[0]


def from_any(data: Any) -> Column:
    """One column of any library, or a sequence of values."""
    if isinstance(data, pd.Series):
        return from_series(data)
    if isinstance(data, (pd.Index, pd.api.extensions.ExtensionArray)):
        return from_series(pd.Series(data))
    if _library(data) == "pyarrow":
        return from_arrow(data)
    if _library(data) == "polars":
        return from_polars(data)
    if isinstance(data, np.ndarray) and data.ndim == 1:
        return from_array(data)
    if isinstance(data, (str, bytes)) or not hasattr(data, "__iter__"):
        raise DriftError(
            f"A {type(data).__name__} is not a column.",
            hint="Give a pandas Series, an array or a list.",
        )
    return from_series(pd.Series(list(data)))


class MemorySource:
    """A table that is in memory already."""

    in_memory = True

    def __init__(self, names: Sequence[Any], rows: int, raw: dict[str, Any]) -> None:
        self.names = unique_names(names)
        self._batch = Batch(rows, lambda name: raw[name]())

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:  # noqa: ARG002
        """The whole table at once."""
        yield self._batch

    def read_as_text(self, columns: Iterable[str]) -> None:
        """Nothing to do: a table's columns have types."""


def unique_names(names: Sequence[Any]) -> tuple[str, ...]:
    """Column names as text.

    Raises:
        DriftError: when two columns have the same one.
    """
    made = [str(name) for name in names]
    twice = [name for name, times in Counter(made).items() if times > 1]
    if twice:
        raise DriftError(
            f"Several columns are called `{twice[0]}`.",
            hint="Rename them: every column needs a name of its own.",
        )
    return tuple(made)


def _of_pandas(frame: pd.DataFrame) -> MemorySource:
    raw = {
        str(name): (lambda place=place: frame.iloc[:, place])
        for place, name in enumerate(frame.columns)
    }
    return MemorySource(list(frame.columns), len(frame), raw)


def of_column(data: Any, name: str) -> MemorySource:
    """One column as a table of its own."""
    if not hasattr(data, "__len__"):
        data = list(data) if hasattr(data, "__iter__") else from_any(data)
    return MemorySource([name], len(data), {name: lambda: data})


def _of_named(frame: Any, names: Sequence[str], rows: int) -> MemorySource:
    raw = {name: (lambda name=name: frame[name]) for name in names}
    return MemorySource(names, rows, raw)


def _framed(columns: dict[Any, Any], side: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(columns)
    except ValueError as error:
        raise DriftError(
            f"The columns of the {side} data do not make a table: {error}.",
            hint="Give every column as many values as the others.",
        ) from error


def open_source(data: Any, side: str) -> Source:
    """A table, a file's path, or a mapping of columns.

    Args:
        data: a pandas or polars frame, a pyarrow table, a dict of columns, or the
            path of a Parquet or CSV file or of a folder of Parquet files.
        side: "reference" or "current", for messages.

    Raises:
        DriftError: for anything else, or a path where no such file is.
    """
    if isinstance(data, MemorySource):
        return data
    if isinstance(data, pd.DataFrame):
        return _of_pandas(data)
    library = _library(data)
    if library == "polars":
        if hasattr(data, "collect"):
            data = data.collect()
        if hasattr(data, "columns"):
            return _of_named(data, list(data.columns), len(data))
    if library == "pyarrow" and hasattr(data, "column_names"):
        unique_names(data.column_names)
        return _of_named(data, list(data.column_names), data.num_rows)
    if isinstance(data, dict):
        return _of_pandas(_framed(data, side))
    if isinstance(data, (str, Path)):
        from .files import open_file

        return open_file(Path(data), side)
    raise DriftError(
        f"The {side} data is a {type(data).__name__}, not a table.",
        hint="Give a pandas or polars DataFrame, a pyarrow Table, or a file's path.",
    )
