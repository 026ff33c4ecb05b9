"""The parts of a model that was trained elsewhere: tables and figures, as data only."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from codex_jupyter.protocol.texts import plain_text

from .inputs import encoding_of, kind_of
from .jsontext import read_json

_HEAD = 1 << 16
_ROWS = 1 << 16


def figures_of(raw: bytes | None) -> dict[str, Any]:
    """The values of a JSON object; NaN and infinities, which some write, become null.

    Raises:
        ValueError: it is no JSON object; one sentence.
    """
    if raw is None:
        return {}
    try:
        value = read_json(plain_text(raw), only_finite=True)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object of names and values")
    return value


def to_parquet(source: Path, target: Path) -> int:
    """Write a table of any kind as Parquet; its number of rows.

    Args:
        target: another file than the source, where that is Parquet itself.

    Raises:
        ValueError: it cannot be read as a table; one sentence.
        OSError: a file cannot be read or written.
    """
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.json
    import pyarrow.parquet as pq

    kind = kind_of(source)
    try:
        if kind == "parquet":
            return _copied(source, target)
        if kind == "json":
            table = pa.Table.from_pylist(_rows(source))
        else:
            options = pa.csv.ParseOptions(delimiter=_separator(source))
            # Arrow leaves out a mark of UTF-8 by itself.
            written = encoding_of(source).removesuffix("-sig")
            read = pa.csv.ReadOptions(encoding=written)
            table = pa.csv.read_csv(source, read, options)
    except (pa.ArrowException, ValueError, TypeError, AttributeError) as error:
        reason = str(error).strip().partition("\n")[0][:300]
        raise ValueError(reason or type(error).__name__) from None
    pq.write_table(table, target)
    return int(table.num_rows)


def _copied(source: Path, target: Path) -> int:
    """Read all of a Parquet file a part at a time: a small one can hold very much."""
    import pyarrow.parquet as pq

    with (
        pq.ParquetFile(source) as file,
        pq.ParquetWriter(target, file.schema_arrow) as out,
    ):
        for part in file.iter_batches(_ROWS):
            out.write_batch(part)
        return int(file.metadata.num_rows)


def _rows(source: Path) -> list[dict[str, Any]]:
    value = json.loads(plain_text(source.read_bytes()))
    if isinstance(value, dict):
        # One object of columns, each a list or an object of rows.
        columns = {
            key: list(one.values()) if isinstance(one, dict) else one
            for key, one in value.items()
        }
        return [
            dict(zip(columns, row, strict=True))
            for row in zip(*columns.values(), strict=True)
        ]
    if not isinstance(value, list):
        raise ValueError("it is no list of rows")
    return [row if isinstance(row, dict) else {"0": row} for row in value]


def _separator(source: Path) -> str:
    with source.open("rb") as file:
        heading = plain_text(file.read(_HEAD)).partition("\n")[0]
    try:
        return csv.Sniffer().sniff(heading, ",;\t|").delimiter
    except csv.Error:
        return ","
