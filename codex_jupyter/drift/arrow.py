"""Columns of pyarrow and polars, read without a detour over pandas where possible.

pyarrow is not among the base dependencies, so only this module and the file reader
import it, and only when Arrow data is there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .columns import (
    Codes,
    Column,
    Numbers,
    from_array,
    from_categories,
    from_objects,
    moments,
)

__all__ = ["from_arrow", "from_polars"]


def from_arrow(data: Any) -> Column:
    """A pyarrow Array or ChunkedArray of any type."""
    import pyarrow as pa
    import pyarrow.types as types

    array = data.combine_chunks() if isinstance(data, pa.ChunkedArray) else data
    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return from_arrow(array.storage)
    if types.is_dictionary(kind):
        # Signed, since -1 stands for no value.
        codes = array.indices.cast(pa.int64()).fill_null(-1).to_numpy()
        return from_categories(codes, from_arrow(array.dictionary))
    if types.is_null(kind):
        return Numbers("numeric", np.full(len(array), np.nan))
    if types.is_boolean(kind):
        missing = array.null_count > 0
        wide = array.cast(pa.float64() if missing else pa.uint8())
        return Numbers("boolean", wide.to_numpy(zero_copy_only=False))
    if types.is_integer(kind) or types.is_floating(kind):
        return from_array(array.to_numpy(zero_copy_only=False))
    if types.is_decimal(kind):
        wide = array.cast(pa.float64())
        return Numbers("numeric", wide.to_numpy(zero_copy_only=False))
    if types.is_date(kind):
        array, kind = array.cast(pa.timestamp("ms")), pa.timestamp("ms")
    if types.is_timestamp(kind) or types.is_duration(kind):
        plain = array.to_numpy(zero_copy_only=False)
        name = "datetime" if types.is_timestamp(kind) else "timedelta"
        return Numbers(name, moments(plain), aware=bool(getattr(kind, "tz", None)))
    if types.is_string_view(kind):
        array, kind = array.cast(pa.large_string()), pa.large_string()
    if types.is_string(kind) or types.is_large_string(kind):
        coded = array.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return Codes("text", codes, coded.dictionary.to_pylist())
    return from_objects(_objects(array.to_pylist()))


def _objects(values: list[Any]) -> Any:
    # np.array would turn equally long lists into a matrix.
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def from_polars(series: Any) -> Column:
    """A polars Series of any type."""
    if series.dtype.is_numeric() and not series.dtype.is_decimal():
        # In place where there are no nulls; integers with nulls become floats.
        return from_array(series.to_numpy())
    try:
        return from_arrow(series.to_arrow())
    except ImportError:  # polars alone, without pyarrow
        return from_objects(_objects(series.to_list()))
