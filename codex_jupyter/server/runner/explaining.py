"""What the user's get_shap() says of a sample of rows, or of one row."""

from __future__ import annotations

import difflib
import math
from typing import Any, Dict, List, Optional

from .faults import Fault
from .script import Script
from .tables import as_frame, joined, write_table

_LONGEST_VALUE = 200
_BASE = "base_value"


def explain_sample(script: Script, asked: Dict[str, Any]) -> Dict[str, Any]:
    """Explain the samples of all chunks, or a frame that came as JSON.

    Raises:
        Fault: the function failed, or gave something else than it should.
    """
    import pandas as pd

    name = asked["reference"]
    if asked.get("frame") is not None:
        data = _unpacked(asked["frame"])
    else:
        # Written by `_write`, in a process of the same script.
        read = pd.read_pickle
        parts = [read(path, compression=None) for path in asked["sources"]]
        data = joined(parts, "the sample")
        if len(data) > asked["most"]:
            data = data.sample(n=asked["most"], random_state=asked["seed"])
            data = data.reset_index(drop=True)
    lacking = [one for one in asked["columns"] if one not in data.columns]
    if lacking:
        return {"rows": 0, "lacking": lacking}
    # The sample of a training has columns that the features do not have.
    data = data[asked["columns"]]
    value = script.call(name, data.copy(), script.folder)
    found = _explained(name, value, data, asked["inputs"])
    extra = [one for one in found.columns if one not in data.columns]
    numbers = _numbers(name, found, asked["inputs"])
    write_table(numbers, asked["out"])
    return {"rows": len(numbers), "lacking": [], "extra": extra}


def _explained(name: str, value: Any, data: Any, inputs: List[str]) -> Any:
    import pandas as pd

    if type(value).__name__ == "ndarray" and value.shape == data.shape:
        value = pd.DataFrame(value, columns=data.columns)
    found = as_frame(value, "%s() returned" % name).reset_index(drop=True)
    lacking = [one for one in inputs if one not in found.columns]
    if lacking:
        near = difflib.get_close_matches(lacking[0], list(found.columns), 1)
        hint = " It has '%s'; rename that." % near[0] if near else ""
        raise Fault(
            "%s() returned other columns than it was given: it lacks %s.%s Return a "
            "DataFrame with the columns of data."
            % (name, ", ".join("'%s'" % one for one in lacking[:10]), hint)
        )
    if len(found) != len(data):
        raise Fault(
            "%s() returned %d rows for %d rows of data. Return one row a row."
            % (name, len(found), len(data))
        )
    return found


def _is_numeric(column: Any) -> bool:
    try:
        column.astype("float64")
    except (TypeError, ValueError):
        return False
    return True


def _first_odd(column: Any) -> Any:
    for value in column:
        try:
            float(value)
        except (TypeError, ValueError):
            return str(value)[:60]
    return None


def _unpacked(told: Dict[str, Any]) -> Any:
    import pandas as pd

    made = {}
    for column in told["columns"]:
        kind = column["kind"]
        series = pd.Series(column["values"], dtype="object")
        if kind == "datetime64[ns]":
            series = pd.to_datetime(series)
        elif kind != "object":
            series = series.astype(kind)
        made[column["name"]] = series
    return pd.DataFrame(made)


def explain_one(script: Script, asked: Dict[str, Any], features: Any) -> Dict[str, Any]:
    """Explain the first row of some features.

    Returns:
        ``{"rows", "base", "columns"}``: how many rows there were; what the
        contributions start from, where the function tells it; and of each input
        column its ``name``, its ``value`` as text and its ``contribution``.

    Raises:
        Fault: the function failed, or gave something else than it should.
    """
    name, row = asked["reference"], features.iloc[:1]
    value = script.call(name, row.copy(), script.folder)
    found = _explained(name, value, row, asked["inputs"])
    numbers = _numbers(name, found, asked["inputs"])
    columns = [
        {
            "name": column,
            "value": _shown(row[column].iloc[0]),
            "contribution": _finite(numbers[column].iloc[0]),
        }
        for column in asked["inputs"]
    ]
    return {
        "rows": len(features),
        "base": _base(value, found, row),
        "columns": columns,
    }


def _base(value: Any, found: Any, row: Any) -> Optional[float]:
    """What the contributions start from: an attribute or a column of that name."""
    attributes = getattr(value, "attrs", None)
    told = attributes.get(_BASE) if isinstance(attributes, dict) else None
    if told is None and _BASE in found.columns and _BASE not in row.columns:
        told = found[_BASE].iloc[0]
    try:
        return None if told is None else _finite(told)
    except (TypeError, ValueError):
        return None


def _finite(value: Any) -> Optional[float]:
    number = float(value)
    return number if math.isfinite(number) else None


def _shown(value: Any) -> str:
    try:
        text = str(value)
    except Exception:  # noqa: BLE001 - a value of the user's may raise anything
        text = "a %s" % type(value).__name__
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _numbers(name: str, found: Any, inputs: List[str]) -> Any:
    # What the function adds to the columns it got explains nothing of ours.
    wanted = found[inputs]
    try:
        return wanted.astype("float64")
    except (TypeError, ValueError):
        odd = next(one for one in wanted.columns if not _is_numeric(wanted[one]))
        raise Fault(
            "%s() returned a column '%s' that is not numeric, such as %r. Return one "
            "number a row and feature." % (name, odd, _first_odd(wanted[odd]))
        ) from None
