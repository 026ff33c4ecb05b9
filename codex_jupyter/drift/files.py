"""Parquet and CSV files, a batch at a time."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from codex_jupyter.errors import DriftError

from .tables import Batch, Source, unique_names

__all__ = ["CsvSource", "ParquetSource", "open_file"]

_ROWS = 1 << 18
_OTHER_SEPARATORS = {";": "';', decimal=','", "\t": "'\\t'", "|": "'|'"}


class ParquetSource:
    """One Parquet file, or all of a folder."""

    in_memory = False

    def __init__(self, paths: Sequence[Path]) -> None:
        import pyarrow.parquet as pq

        self._paths = paths
        schema = pq.read_schema(paths[0])
        self.names = unique_names(schema.names)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Batches of some rows; one row group at most is in memory."""
        import pyarrow.parquet as pq

        for path in self._paths:
            # Prebuffering would hold all the row groups of a file.
            with _readable(path), pq.ParquetFile(path, pre_buffer=False) as file:
                for batch in file.iter_batches(_ROWS, columns=list(columns)):
                    yield Batch(batch.num_rows, batch.column)

    def read_as_text(self, columns: Iterable[str]) -> None:
        """Nothing to do: Parquet columns have types."""


class CsvSource:
    """One CSV file, read by pandas."""

    in_memory = False

    def __init__(self, path: Path) -> None:
        self._path = path
        # With a row below it, a heading that is too short is an error; pandas would
        # take the first column for an index otherwise.
        top = pd.read_csv(path, header=None, nrows=2, dtype=str)
        self.names = unique_names(list(top.iloc[0]))
        _check_separator(path, self.names)
        self._as_text: set[str] = set()

    def read_as_text(self, columns: Iterable[str]) -> None:
        """Take these columns as text though they may look like numbers."""
        self._as_text.update(columns)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Batches of some rows."""
        types: dict[Any, type] = {
            name: str for name in self._as_text if name in set(columns)
        }
        with (
            _readable(self._path),
            pd.read_csv(
                self._path, usecols=list(columns), dtype=types, chunksize=_ROWS
            ) as reader,
        ):
            for frame in reader:
                yield Batch(len(frame), frame.__getitem__)


def open_file(path: Path, side: str) -> Source:
    """A Parquet or CSV file, or a folder of Parquet files.

    Raises:
        DriftError: when there is no such file, its kind is not known, or it is damaged.
    """
    if not path.exists():
        there = path.parent.glob("*") if path.parent.exists() else ()
        close = difflib.get_close_matches(path.name, [one.name for one in there], n=1)
        raise DriftError(
            f"There is no file {path} for the {side} data.",
            hint=f"Did you mean {close[0]}?" if close else "Check the path.",
        )
    with _readable(path):
        return _opened(path)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What goes wrong with a file, in words.

    Raises:
        DriftError: it is damaged, of another encoding, or its library is missing.
    """
    try:
        yield
    except DriftError:
        raise
    except ImportError as error:
        raise DriftError(
            "Reading Parquet files needs pyarrow.",
            hint="Type: %pip install pyarrow",
        ) from error
    except UnicodeDecodeError as error:
        raise DriftError(
            f"{path.name} is not written in UTF-8.",
            hint=f"Read it yourself: pandas.read_csv({str(path)!r}, "
            "encoding='latin-1'), and give the frame.",
        ) from error
    except (OSError, ValueError) as error:
        said = str(error).strip().rstrip(".")
        raise DriftError(
            f"{path.name} cannot be read: {said}.",
            hint="Write the file again, or give the data itself.",
        ) from error


def _check_separator(path: Path, names: Sequence[str]) -> None:
    for mark, asked in _OTHER_SEPARATORS.items():
        if len(names) == 1 and mark in names[0]:
            raise DriftError(
                f"{path.name} has {mark!r} between its values, not a comma.",
                hint=f"Read it yourself: pandas.read_csv({str(path)!r}, sep={asked}), "
                "and give the frame.",
            )


def _opened(path: Path) -> Source:
    if path.is_dir():
        parts = sorted(path.rglob("*.parquet"))
        if not parts:
            raise DriftError(
                f"The folder {path} holds no Parquet files.",
                hint="Give a folder of .parquet files, or one file.",
            )
        return ParquetSource(parts)
    if path.suffix.lower() in (".parquet", ".pq"):
        return ParquetSource([path])
    if path.name.lower().endswith((".csv", ".csv.gz", ".csv.zip", ".csv.bz2")):
        return CsvSource(path)
    raise DriftError(
        f"{path.name} is neither a Parquet nor a CSV file by its name.",
        hint="Files are told by their ending: .parquet, .csv, .csv.gz.",
    )
