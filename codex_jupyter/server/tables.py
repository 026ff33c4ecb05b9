"""Tables that a model's process packed, as Arrow: read without running anything of it.

The format is told in ``runner/tables.py``.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa


def read_packed(path: Path) -> pa.Table:
    """The table in a packed file.

    Raises:
        ValueError: the file is damaged.
        OSError: it cannot be read.
    """
    import pyarrow as pa

    try:
        with zipfile.ZipFile(path) as packed:
            told = json.loads(packed.read("table.json"))
            columns = {
                column["name"]: _column(packed, str(number), column)
                for number, column in enumerate(told["columns"])
            }
    except (KeyError, TypeError, zipfile.BadZipFile, pa.ArrowException) as error:
        raise ValueError(
            f"The table that the script made is damaged: {error}"
        ) from None
    return pa.table(columns)


def packed_to_parquet(path: Path, target: Path) -> int:
    """Write a packed table as a Parquet file; its number of rows.

    Raises:
        ValueError: the packed file is damaged.
        OSError: one of the files cannot be read or written.
    """
    import pyarrow.parquet as pq

    table = read_packed(path)
    pq.write_table(table, target)
    return int(table.num_rows)


def parquet_to_csv(source: BinaryIO, target: IO[bytes]) -> int:
    """Write a Parquet file as csv, a part at a time; its number of rows.

    Raises:
        ValueError: it is damaged, or a column has no form in csv.
        OSError: the target cannot be written.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    rows = 0
    try:
        file = pq.ParquetFile(source)
        schema = pa.schema([_flat(field) for field in file.schema_arrow])
        with pc.CSVWriter(target, schema) as out:
            for batch in file.iter_batches():
                out.write_table(pa.Table.from_batches([batch]).cast(schema))
                rows += batch.num_rows
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"The table cannot be written as csv: {reason}") from None
    return rows


def _flat(field: pa.Field) -> pa.Field:
    """A field that csv has a form for: categories become their values."""
    import pyarrow as pa

    if pa.types.is_dictionary(field.type):
        return field.with_type(field.type.value_type)
    return field


def _column(packed: zipfile.ZipFile, number: str, told: dict[str, Any]) -> pa.Array:
    import pyarrow as pa

    if told["kind"] == "json":
        return _of_values(json.loads(packed.read(f"{number}.json")))
    array = _array(packed, f"{number}.npy")
    if told["kind"] == "category":
        values = _of_values(json.loads(packed.read(f"{number}.json")))
        # Codes of missing values are -1, which Arrow has no place for.
        codes = pa.array(array, mask=array < 0)
        return pa.DictionaryArray.from_arrays(codes, values)
    mask = None
    if f"{number}.mask.npy" in packed.namelist():
        mask = _array(packed, f"{number}.mask.npy")
    made = pa.array(array, mask=mask)
    if told["kind"] == "utc":
        unit = made.type.unit
        made = made.cast(pa.timestamp(unit, "UTC")).cast(
            pa.timestamp(unit, told["zone"])
        )
    return made


def _of_values(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(values)
    except pa.ArrowException:
        # Of several types: their texts are what they have in common.
        return pa.array([None if one is None else str(one) for one in values])


def _array(packed: zipfile.ZipFile, name: str) -> Any:
    import numpy as np

    return np.load(io.BytesIO(packed.read(name)), allow_pickle=False)
