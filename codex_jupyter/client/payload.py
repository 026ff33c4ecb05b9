"""Notebook objects as JSON, by what they can do: pandas and numpy are not imported."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError

# pandas' and numpy's ways to say that a value is missing.
_MISSING = frozenset({"NAType", "NaTType"})


def encode(value: Any) -> bytes:
    """A value as compact UTF-8 JSON; what JSON cannot say (NaN, infinity) is null.

    Raises:
        InputError: a part of it has no JSON form.
    """
    try:
        return json.dumps(
            plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
    except UnicodeEncodeError:
        raise InputError("A text in the data is no valid Unicode.") from None


def plain(value: Any) -> Any:
    """A value made of dicts, lists, texts, numbers, booleans and None only.

    Raises:
        InputError: a part of it has no JSON form.
    """
    try:
        return _plain(value)
    except RecursionError:
        raise InputError("The data contains itself, or is nested too deeply.") from None


def model_input(data: Any) -> Any:
    """The ``Input`` of one prediction from what the user gave.

    A one-row DataFrame or a Series is its row; a text is JSON, a path a JSON file.

    Raises:
        InputError: it is empty, has no JSON form, or is text that is not JSON.
    """
    if is_frame(data):
        value = plain(_row(data))
    elif isinstance(data, Path) or (isinstance(data, str) and data.endswith(".json")):
        value = _parsed(_read(Path(data)), f"The file {data}")
    elif isinstance(data, str):
        value = _parsed(data, "The text")
    else:
        value = plain(data)
    if value is None or value in ("", {}, []):
        raise InputError(
            "There is nothing to predict: the data is empty.",
            hint='Give one row, for example {"age": 41, "income": 3200}.',
        )
    return value


def rows_of(frame: Any) -> Iterator[Any]:
    """The rows of a DataFrame, one by one, each as a dict."""
    names = [str(column) for column in frame.columns]
    # itertuples keeps each column's own type; iterrows would widen them to one.
    for row in frame.itertuples(index=False, name=None):
        yield plain(dict(zip(names, row, strict=True)))


def is_frame(value: Any) -> bool:
    """True for what looks like a pandas DataFrame."""
    return hasattr(value, "itertuples") and hasattr(value, "columns")


def answers_frame(frame: Any, answers: list[Any]) -> Any:
    """Answers as a DataFrame with the index of the frame that was predicted.

    The keys of dicts become columns; other answers the column ``prediction``.
    """
    if all(isinstance(a, list) and len(a) == 1 for a in answers):
        answers = [a[0] for a in answers]
    if not all(isinstance(a, dict) for a in answers):
        answers = [{"prediction": a} for a in answers]
    return type(frame)(answers, index=frame.index)


def _row(frame: Any) -> Any:
    rows = list(rows_of(frame.head(2)))
    if len(rows) != 1:
        raise InputError(f"One row is expected here; the DataFrame has {len(frame)}.")
    return rows[0]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"The file {path} cannot be read: {reason}.",
            hint=f"Paths are taken from the working directory, {Path.cwd()}.",
        ) from None


def _parsed(text: str, what: str) -> Any:
    try:
        return plain(json.loads(text))
    except ValueError as error:
        raise InputError(
            f"{what} is not JSON: {error}.", hint="A dict is taken as it is."
        ) from None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        # float() also turns numpy's float64, which is one, into Python's own.
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _converted(value)


def _converted(value: Any) -> Any:
    kind = type(value).__name__
    if kind in _MISSING:
        return None
    if kind == "datetime64":
        return None if str(value) == "NaT" else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if is_frame(value):
        return list(rows_of(value))
    if hasattr(value, "dtype") and hasattr(value, "to_dict"):
        return _plain(value.to_dict())
    for name in ("tolist", "item"):
        if hasattr(value, "dtype") and hasattr(value, name):
            found = getattr(value, name)()
            if type(found) is not type(value):
                return _plain(found)
    if hasattr(value, "categories") and hasattr(value, "tolist"):
        return _plain(value.tolist())
    raise InputError(
        f"A value of type {kind} has no JSON form.",
        hint="Use dicts, lists, texts, numbers, booleans, dates or None.",
    )


def _key(key: Any) -> str:
    found = _plain(key)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        raise InputError(f"{key!r} cannot be the name of a field.")
    return str(found)
