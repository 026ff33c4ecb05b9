"""The schema's sample row, and whether a function's answer can travel."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codex_jupyter.client import batch, payload
from codex_jupyter.errors import InputError

from .values import json_of

# Enough to try a function on; a schema is a sample, not the data.
_ROWS = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """A schema as it is uploaded.

    Args:
        name: the file's name.
        kind: json, csv or parquet.
    """

    name: str
    content: bytes = field(repr=False)
    kind: str


def row_sample(value: Any) -> Sample:
    """The schema of a model that answers rows; see `sample_of`.

    Raises:
        InputError: it is empty or cannot be JSON.
    """
    return Sample("schema.json", payload.encode(sample_of(value)), "json")


def table_sample(value: Any, kind: str | None) -> Sample:
    """The schema of an asynchronous model: a file, or the first rows of a frame.

    Args:
        value: a path, a DataFrame, a dict or a list.
        kind: json, csv or parquet; by the file's name, csv for a DataFrame, if None.

    Raises:
        InputError: it is empty, or cannot be written so.
    """
    if isinstance(value, Path):
        known = value.suffix.lower().lstrip(".")
        kind = kind or (known if known in ("csv", "parquet", "json") else "csv")
    elif payload.is_frame(value):
        value = value.head(_ROWS)
    else:
        kind = kind or "json"
    kind = kind or "csv"
    part = batch.table_part("schema", value, kind, "schema")
    content = (
        part.source if isinstance(part.source, bytes) else part.source.read_bytes()
    )
    return Sample(part.name, content, kind)


def sample_of(value: Any) -> Any:
    """The schema sample of an object: the first row of a frame, else the object itself.

    Args:
        value: a DataFrame or Series (a row), a dict, a list, a numpy array, or the path
            of a JSON file.

    Raises:
        InputError: it is empty or cannot be JSON.
    """
    if isinstance(value, Path):
        value = json_of(value)
    if payload.is_frame(value):
        row = next(payload.rows_of(value.head(1)), None)
        if row is None:
            raise InputError(
                "The schema has no row to take as the sample.",
                hint="Give at least one: --schema X.head(1)",
            )
        return row
    sample = payload.plain(value)
    if sample in (None, "", {}, []):
        raise InputError(
            "The schema is empty.", hint='Give one row: --schema {"age": 41}'
        )
    return sample


def check_answer(answer: Any, reference: str) -> None:
    """Make sure that what the function returned can be the HTTP answer.

    Raises:
        InputError: it is not JSON; says where.
    """
    if isinstance(answer, str):
        try:
            json.loads(answer)
        except ValueError:
            raise InputError(
                f"{reference} returned a text that is not JSON: {answer[:60]!r}",
                hint='Return a dict such as {"prediction": 1}.',
            ) from None
        return
    if found := _not_json(answer, "the answer"):
        where, value = found
        kind = type(value)
        raise InputError(
            f"{reference} returned what JSON has no form for: {where} is a "
            f"{kind.__module__}.{kind.__qualname__}.".replace(" builtins.", " "),
            hint=f"Convert it inside {reference}: float(x), int(x) or x.tolist().",
        )


def check_file(answer: Any, data: Path, reference: str) -> None:
    """Make sure that an asynchronous function returned the path of a file.

    Args:
        data: the folder that it was called with.

    Raises:
        InputError: it did not; says what it returned.
    """
    hint = f"Write a file into data_path inside {reference} and return its path."
    if not isinstance(answer, (str, os.PathLike)):
        raise InputError(
            f"{reference} returned a {type(answer).__name__}, not the path of a file.",
            hint=hint,
        )
    if not (data / answer).is_file():
        raise InputError(
            f"{reference} returned '{str(answer)[:200]}', and there is no such file.",
            hint=hint,
        )


def _not_json(value: Any, where: str) -> tuple[str, Any] | None:
    """The first place that `json.dumps` would refuse."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                return f"a key of {where}", key
            if found := _not_json(inner, f"{where}[{key!r}]"):
                return found
        return None
    if isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            if found := _not_json(inner, f"{where}[{index}]"):
                return found
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    return where, value
