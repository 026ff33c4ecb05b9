"""The input of an asynchronous model: a file, a DataFrame, or a dataset's hash."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names, routes

from .files import part
from .operation import Call, Part
from .payload import encode, is_frame

# An upload of gigabytes is read by the platform before it answers.
_SECONDS = 600.0
_FIELD = "input"


def batch_call(where: Mapping[str, str], data: Any, kind: str) -> Call:
    """The start of an execution.

    Args:
        where: the model's group and hash.
        data: a path, a pair of name and bytes, a DataFrame, a dataset's hash or
            whatever has a ``dataset_hash``; for models that read JSON any JSON value.
        kind: what the model reads: json, csv or parquet.

    Raises:
        InputError: it is none of these, or there is nothing in it.
    """
    data = getattr(data, "dataset_hash", data)
    if is_dataset(data):
        fields = {"dataset_hash": str(data)}
        return Call(routes.MODEL_RUN_ASYNC, where, fields=fields)
    file = table_part(_FIELD, data, kind, "input")
    return Call(routes.MODEL_RUN_ASYNC, where, files=(file,), timeout=_SECONDS)


def is_dataset(data: Any) -> bool:
    """True for the hash of a dataset."""
    return isinstance(data, str) and data.startswith("D") and names.is_hash(data)


def table_part(field: str, data: Any, kind: str, what: str) -> Part:
    """A file of rows, from a path, a pair of name and bytes, or a DataFrame.

    Args:
        kind: json, csv or parquet; a DataFrame is written so.
        what: how errors call it.

    Raises:
        InputError: it is none of these, or there is nothing in it.
    """
    if is_frame(data):
        if len(data) == 0:
            raise InputError(f"The {what} is empty: the DataFrame has no rows.")
        return Part(field, f"{field}.{kind}", frame_bytes(data, kind))
    if kind == "json" and isinstance(data, (dict, list)) and data:
        return Part(field, f"{field}.json", encode(data))
    if not isinstance(data, (str, os.PathLike, tuple)) or data in ("", ()):
        raise InputError(
            f"The {what} cannot be used: it is "
            f"{'empty' if not data else f'of type {type(data).__name__}'}.",
            hint=f"Give the path of a {kind} file, or a DataFrame.",
        )
    found = part(field, data, what)
    size = len(found.source) if isinstance(found.source, bytes) else _size(found.source)
    if size == 0:
        raise InputError(f"The file {found.name} is empty.")
    return found


def frame_bytes(frame: Any, kind: str) -> bytes:
    """A DataFrame as a file's content; its index is left out.

    Args:
        kind: json (a list of rows), csv or parquet.

    Raises:
        InputError: it cannot be written so.
    """
    buffer = io.BytesIO()
    try:
        if kind == "parquet":
            frame.to_parquet(buffer, index=False)
        elif kind == "json":
            frame.to_json(buffer, orient="records", date_format="iso")
        else:
            frame.to_csv(buffer, index=False)
    except ImportError:
        raise InputError(
            "Writing Parquet needs the package pyarrow, which is not installed here.",
            hint="pip install pyarrow, or give the path of a file.",
        ) from None
    except Exception as error:
        # Whatever pandas and pyarrow find wrong with a column's values.
        raise InputError(
            f"The DataFrame cannot be written as {kind}: {error}"
        ) from error
    return buffer.getvalue()


def _size(path: Path) -> int:
    return path.stat().st_size
