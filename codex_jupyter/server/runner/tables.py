"""Tables in a model's environment: read from what was sent, written for the platform.

The platform never unpickles, and an environment need not have a Parquet writer, so a
frame travels as a *packed table*: an uncompressed zip of ``table.json`` and one entry
a column, either a numpy array or a JSON list. ``server/tables.py`` reads it.

``table.json`` is ``{"rows": n, "columns": [{"name", "kind", …}, …]}``; the kinds:

``array``     ``N.npy``; where the column marks its missing values apart, ``N.mask.npy``
``utc``       the same, times in UTC; ``zone`` names the column's own time zone
``category``  ``N.npy`` holds the codes (-1 is missing), ``N.json`` the categories
``json``      ``N.json``: texts and anything else, null where missing
"""

from __future__ import annotations

import csv
import json
import os
import warnings
import zipfile
from typing import Any, Sequence

from .faults import Fault

_SNIFFED = 1 << 16


def read_table(path: str) -> Any:
    """A csv, json or Parquet file as a frame; what it is is seen from its content.

    Raises:
        Fault: the file is none of these, or damaged.
    """
    import pandas as pd

    name = os.path.basename(path)
    with open(path, "rb") as file:
        head = file.read(_SNIFFED)
    try:
        if head.startswith(b"PAR1"):
            return pd.read_parquet(path)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
            return _from_json(path, head)
        return _from_csv(path, _separator(head))
    except ImportError:
        text = "Reading '%s' needs pyarrow. Add pyarrow to the requirements, or send "
        raise Fault((text + "the table as csv.") % name) from None
    except pd.errors.EmptyDataError:
        raise Fault("The file '%s' is empty." % name) from None
    except (ValueError, OSError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise Fault("The file '%s' cannot be read: %s" % (name, lines[0])) from None


def joined(frames: Sequence[Any], what: str) -> Any:
    """One frame of all, its rows numbered anew.

    Args:
        what: begins the sentence when one of them is none.

    Raises:
        Fault: they cannot be joined.
    """
    import pandas as pd

    if len(frames) == 1:
        return as_frame(frames[0], what).reset_index(drop=True)
    with warnings.catch_warnings():
        # Of frames that are empty, or hold missing values only.
        warnings.simplefilter("ignore")
        return as_frame(pd.concat(frames, ignore_index=True, sort=False), what)


def as_frame(value: Any, what: str) -> Any:
    """A frame made of what a function returned.

    Args:
        what: begins the sentence when it cannot be, such as ``process() returned``.

    Raises:
        Fault: it is no table, or two columns have one name.
    """
    import pandas as pd

    if isinstance(value, pd.Series):
        value = value.to_frame(value.name if value.name is not None else "value")
    elif type(value).__name__ == "ndarray" or (
        isinstance(value, list) and value and isinstance(value[0], dict)
    ):
        value = pd.DataFrame(value)
    if not isinstance(value, pd.DataFrame):
        text = "%s a %s. Return a pandas DataFrame."
        raise Fault(text % (what, type(value).__name__))
    if value.index.name is not None and value.index.name not in value.columns:
        value = value.reset_index()
    names = [_name(column) for column in value.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        text = "%s a table with two columns called '%s'. Rename one of them."
        raise Fault(text % (what, twice[0][:80]))
    value = value.copy(deep=False)
    value.columns = names
    return value


def write_table(frame: Any, path: str) -> None:
    """Write a frame, as `as_frame` gives it, as a packed table.

    Raises:
        OSError: the file cannot be written.
    """
    columns = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for number, name in enumerate(frame.columns):
            told = _write_column(packed, str(number), frame[name])
            columns.append(dict(told, name=name))
        packed.writestr(
            "table.json", json.dumps({"rows": len(frame), "columns": columns})
        )


def _write_column(packed: zipfile.ZipFile, number: str, column: Any) -> dict[str, str]:
    from pandas.api import types

    dtype = column.dtype
    if isinstance(dtype, _category()):
        _write_array(packed, number, column.cat.codes.to_numpy())
        categories = [_plain(one) for one in column.cat.categories]
        packed.writestr(number + ".json", json.dumps(categories))
        return {"kind": "category"}
    zone = getattr(dtype, "tz", None)
    if zone is not None:
        times = column.dt.tz_convert("UTC").dt.tz_localize(None)
        _write_array(packed, number, times.to_numpy())
        return {"kind": "utc", "zone": str(zone)}
    if types.is_datetime64_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        _write_array(packed, number, column.to_numpy())
        return {"kind": "array"}
    if types.is_bool_dtype(dtype) or types.is_numeric_dtype(dtype):
        return _write_numbers(packed, number, column)
    values = [_plain(one) for one in column.tolist()]
    packed.writestr(number + ".json", json.dumps(values))
    return {"kind": "json"}


def _write_numbers(packed: zipfile.ZipFile, number: str, column: Any) -> dict[str, str]:
    from pandas.api import types

    if isinstance(column.dtype, _numpy_dtype()):
        _write_array(packed, number, column.to_numpy())
        return {"kind": "array"}
    # Nullable and Arrow columns: values and missing marks apart.
    kind = "float64"
    if types.is_bool_dtype(column.dtype):
        kind = "bool"
    elif types.is_integer_dtype(column.dtype):
        kind = "int64"
    _write_array(packed, number, column.to_numpy(dtype=kind, na_value=0))
    _write_array(packed, number + ".mask", column.isna().to_numpy(dtype="bool"))
    return {"kind": "array"}


def _write_array(packed: zipfile.ZipFile, name: str, array: Any) -> None:
    import numpy as np

    with packed.open(name + ".npy", "w", force_zip64=True) as out:
        np.lib.format.write_array(out, np.ascontiguousarray(array), allow_pickle=False)


def _plain(value: Any) -> Any:
    """A value that JSON has a form for; text of anything else."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(type(value), "item") and getattr(value, "shape", None) == ():
        return _plain(value.item())
    if hasattr(type(value), "isoformat"):
        return value.isoformat()
    return str(value)


def _name(column: Any) -> str:
    if isinstance(column, tuple):
        return "_".join(str(part) for part in column if str(part))
    return str(column)


def _from_json(path: str, head: bytes) -> Any:
    import pandas as pd

    first, _, rest = head.strip().partition(b"\n")
    is_lines = first.startswith(b"{") and first.rstrip().endswith(b"}") and rest
    if is_lines or (first.startswith(b"{") and b"\n" not in head.strip()):
        try:
            return pd.read_json(path, lines=True)
        except ValueError:
            # One object that spans lines, or one of columns.
            pass
    return pd.read_json(path)


def _from_csv(path: str, separator: str) -> Any:
    import pandas as pd

    try:
        return pd.read_csv(path, sep=separator, encoding="utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets save where accents are frequent.
        return pd.read_csv(path, sep=separator, encoding="latin-1")


def _separator(head: bytes) -> str:
    text = head.decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    try:
        # Told by the heading alone: decimal commas below would mislead.
        return csv.Sniffer().sniff(first, ",;\t|").delimiter
    except csv.Error:
        return ","


def _category() -> Any:
    import pandas as pd

    return pd.CategoricalDtype


def _numpy_dtype() -> Any:
    import numpy as np

    return np.dtype
