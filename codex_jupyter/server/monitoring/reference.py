"""The frozen reference: bins, counts and a sample of a training's data."""

from __future__ import annotations

import difflib
import io
import json
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from codex_jupyter.drift import DriftReference
from codex_jupyter.errors import DriftError
from codex_jupyter.server.store import FileRow

if TYPE_CHECKING:
    import pandas as pd

    from codex_jupyter.server.artifacts import Artifacts

SAMPLE_ROWS = 1000
"""Rows of each side that get_shap() explains at most."""
SEED = 20_110_413
"""Of every sample, so that a period computed again gives the same numbers."""
REFERENCE, TRAINING_SAMPLE, BASELINE = "reference", "sample", "baseline"
"""Roles of a monitoring's own files."""

_INPUTS, _OUTPUTS = "x_train", "model_output"


@dataclass(frozen=True, slots=True)
class Training:
    """What a training execution kept.

    Args:
        execution: its number.
        files: its files, by their role.
    """

    execution: int
    files: dict[str, FileRow]

    def need(self, role: str, what: str) -> FileRow:
        """One of the files.

        Raises:
            ValueError: there is none.
        """
        if role not in self.files:
            raise ValueError(
                f"The training execution {self.execution} kept no {what}, which "
                "monitoring compares with. Train again, and return X_train and "
                "model_output."
            )
        return self.files[role]


def freeze(
    artifacts: Artifacts, training: Training, config: dict[str, Any]
) -> list[FileRow]:
    """Make the reference of a configuration, and keep it.

    Returns:
        The files that a monitoring starts with: the reference in counts, and a sample
        of the training's inputs, with every column.

    Raises:
        ValueError: a column is not in the training data, or cannot be binned.
        OSError: the data cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="codex-reference-") as folder:
        inputs = _fetched(artifacts, training, _INPUTS, "X_train", Path(folder))
        outputs = _fetched(artifacts, training, _OUTPUTS, "model_output", Path(folder))
        _check_columns(inputs, "InputCols", config["InputCols"], "X_train")
        _check_columns(outputs, "OutputCols", config["OutputCols"], "model_output")
        _check_date(config["TrainData"]["TrainDateCol"], inputs, outputs)
        try:
            made = DriftReference.fit(inputs, columns=config["InputCols"])
            there = DriftReference.fit(outputs, columns=config["OutputCols"])
        except DriftError as error:
            raise ValueError(_text(error)) from None
        made = replace(made, columns={**made.columns, **there.columns})
        sample = _sample(inputs)
    return [
        _kept(artifacts, REFERENCE, made.to_dict()),
        _kept(artifacts, TRAINING_SAMPLE, packed_frame(sample)),
    ]


def columns_of(artifacts: Artifacts, training: Training) -> dict[str, list[str]]:
    """The names of the columns that a training can be watched by.

    Raises:
        ValueError: it kept no such data.
    """
    made = {}
    for key, role, what in (
        ("InputCols", _INPUTS, "X_train"),
        ("OutputCols", _OUTPUTS, "model_output"),
    ):
        with artifacts.open(training.need(role, what).blob) as file:
            made[key] = _names(file)
    return made


def packed_frame(frame: pd.DataFrame) -> dict[str, Any]:
    """A small frame as JSON that the runner makes a frame of, types included."""
    import pandas as pd

    columns = []
    for name in frame.columns:
        column = frame[name]
        dtype = column.dtype
        values: list[Any]
        if pd.api.types.is_bool_dtype(dtype) and not column.hasnans:
            kind, values = "bool", column.astype(bool).tolist()
        elif pd.api.types.is_integer_dtype(dtype) and not column.hasnans:
            kind, values = "int64", column.astype("int64").tolist()
        elif pd.api.types.is_numeric_dtype(dtype):
            numbers = column.astype("float64")
            kind = "float64"
            values = [one if math.isfinite(one) else None for one in numbers.tolist()]
        elif pd.api.types.is_datetime64_any_dtype(dtype):
            kind = "datetime64[ns]"
            values = [None if _is_missing(one) else one.isoformat() for one in column]
        else:
            is_category = isinstance(dtype, pd.CategoricalDtype)
            kind = "category" if is_category else "object"
            values = [None if _is_missing(one) else one for one in column.tolist()]
        columns.append({"name": str(name), "kind": kind, "values": values})
    return {"rows": len(frame), "columns": columns}


def read_kept(artifacts: Artifacts, files: Sequence[FileRow], role: str) -> Any:
    """The JSON value of one of a monitoring's own files; None where it has none."""
    for file in files:
        if file.role == role:
            return json.loads(artifacts.get(file.blob))
    return None


def keep_json(artifacts: Artifacts, value: Any) -> tuple[str, int]:
    """Keep a JSON value; its blob and its size."""
    raw = json.dumps(value, default=str, allow_nan=False).encode()
    return artifacts.put(io.BytesIO(raw))


def _kept(artifacts: Artifacts, role: str, value: Any) -> FileRow:
    return FileRow(role, f"{role}.json", *keep_json(artifacts, value))


def _fetched(
    artifacts: Artifacts, training: Training, role: str, what: str, folder: Path
) -> Path:
    target = folder / f"{role}.parquet"
    artifacts.fetch(training.need(role, what).blob, target)
    return target


def _names(path: Path | BinaryIO) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return [
            str(name)
            for name in pq.read_schema(path).names
            if not name.startswith("__index_level_")
        ]
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"The training's data cannot be read: {reason}") from None


def _check_columns(path: Path, key: str, wanted: Sequence[str], frame: str) -> None:
    known = _names(path)
    lacking = [name for name in wanted if name not in known]
    if not lacking:
        return
    shown = ", ".join(f"'{name[:60]}'" for name in lacking[:10])
    near = {
        name: close[0]
        for name in lacking
        if (close := difflib.get_close_matches(name, known, n=1))
    }
    hint = (
        "Did you mean " + ", ".join(f"'{one}'" for one in near.values()) + "?"
        if near
        else f"It has: {', '.join(known[:12])}."
    )
    verb = "is" if len(lacking) == 1 else "are"
    raise ValueError(
        f"{key} names {shown}, which {verb} not in the training's {frame}. {hint}"
    )


def _check_date(column: str | None, *paths: Path) -> None:
    if column is None:
        return
    known = list(dict.fromkeys(name for path in paths for name in _names(path)))
    if column not in known:
        near = difflib.get_close_matches(column, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "Use TrainDateRef instead."
        raise ValueError(
            f"TrainData.TrainDateCol names '{column[:60]}', which is no column of the "
            f"training data. {hint}"
        )


def _sample(path: Path) -> pd.DataFrame:
    """A sample of the rows, the same every time, without reading the file at once."""
    import pandas as pd
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    rows = file.metadata.num_rows
    chosen = sorted(
        random.Random(SEED).sample(range(rows), min(rows, SAMPLE_ROWS))  # noqa: S311
    )
    parts, begin = [], 0
    for batch in file.iter_batches():
        end = begin + batch.num_rows
        here = [at - begin for at in chosen if begin <= at < end]
        if here:
            parts.append(batch.take(here).to_pandas())
        begin = end
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _is_missing(value: Any) -> bool:
    # A list, or whatever else a cell may hold, has no answer to pandas' own question.
    kind = type(value).__name__
    return (
        value is None
        or kind in ("NAType", "NaTType")
        or (isinstance(value, float) and value != value)
    )


def _text(error: DriftError) -> str:
    return f"{error.message} {error.hint}" if error.hint else error.message
