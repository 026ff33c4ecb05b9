"""What values a model's inputs had: in its training, else in production."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .learned import learned
from .store import FileRow, ModelRow, execution_owner

if TYPE_CHECKING:
    import pyarrow.parquet as pq

    from .platform import Platform

TRAINING, RECORDS = "training", "records"

_MOST_FIELDS = 400
_MOST_RECORDS = 2000
_MOST_BYTES = 8 << 20
_MOST_CELLS = 400_000
_PARTS = 10
_INPUTS = "x_train"


def ranges_of(platform: Platform, model: ModelRow) -> list[dict[str, Any]]:
    """What is known of each field of the model's sample input, in its order.

    The work does not grow with what a model keeps: a bounded part of the training's
    data is read, and the newest of the production records.

    Returns:
        As `learned` tells it, with the field's ``Name`` and its ``Source``,
        ``training`` or ``records``; fields that nothing is known of are left out.
    """
    files = platform.store.files.of(model.hash)
    sample = platform.files.sample(files)
    if not isinstance(sample, dict):
        return []
    names = [str(name) for name in sample][:_MOST_FIELDS]
    found = _of_training(platform, model, names)
    rest = [name for name in names if name not in found]
    if rest:
        found |= _of_records(platform, model, rest)
    return [{"Name": name, **found[name]} for name in names if name in found]


def _of_records(
    platform: Platform, model: ModelRow, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    values: dict[str, list[Any]] = {name: [] for name in names}
    for record in platform.records.newest(model.hash, _MOST_RECORDS, _MOST_BYTES):
        # What a script prepares, or a text that is no JSON, has no such fields.
        with suppress(ValueError, RecursionError):
            row = json.loads(record.input)
            if isinstance(row, dict):
                for name in names:
                    values[name].append(row.get(name))
    return _told(values, RECORDS)


def _of_training(
    platform: Platform, model: ModelRow, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    file = _training_file(platform, model)
    if file is None:
        return {}
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with platform.artifacts.open(file.blob) as raw:
            table = pq.ParquetFile(raw)
            known = set(table.schema_arrow.names)
            wanted = [name for name in names if name in known]
            if not wanted:
                return {}
            found = _told(_spread(table, wanted), TRAINING)
            for name, one in found.items():
                one["Count"] = table.metadata.num_rows
                if one["Kind"] == "number":
                    _widen(one, table, name)
            return found
    except (pa.ArrowException, OSError):
        # The form still has its sample.
        return {}


def _training_file(platform: Platform, model: ModelRow) -> FileRow | None:
    """The inputs of the run that the model came from, or is compared with."""
    number = model.details.get("TrainingExecution")
    if number is None:
        rows = platform.store.monitorings.search(model=model.hash)
        given = [row.config["TrainData"]["MLOpsTrainingExecution"] for row in rows]
        number = given[-1] if given else None
    if number is None:
        return None
    files = platform.store.files.of(execution_owner(int(number)))
    return next((file for file in files if file.role == _INPUTS), None)


def _spread(table: pq.ParquetFile, names: Sequence[str]) -> dict[str, list[Any]]:
    """Values of some rows, from the beginnings of groups all over the file."""
    groups = table.metadata.num_row_groups
    step = max(1, math.ceil(groups / _PARTS))
    chosen = range(0, groups, step)
    rows = max(1, _MOST_CELLS // len(names) // max(1, len(chosen)))
    values: dict[str, list[Any]] = {name: [] for name in names}
    for group in chosen:
        batches = table.iter_batches(rows, row_groups=[group], columns=list(names))
        for batch in batches:
            for name in names:
                values[name] += batch.column(name).to_pylist()
            break
    return values


def _widen(one: dict[str, Any], table: pq.ParquetFile, name: str) -> None:
    """Take the whole file's smallest and largest value, where it keeps them."""
    metadata = table.metadata
    for group in range(metadata.num_row_groups):
        columns = metadata.row_group(group)
        # Nested columns have several places each.
        paths = (columns.column(at) for at in range(columns.num_columns))
        told = next(one.statistics for one in paths if one.path_in_schema == name)
        if told is None or not told.has_min_max:
            continue
        for key, value, better in (("Low", told.min, min), ("High", told.max, max)):
            if isinstance(value, (int, float)) and math.isfinite(value):
                one[key] = better(one[key], value)


def _told(values: dict[str, list[Any]], source: str) -> dict[str, dict[str, Any]]:
    made = {name: learned(ones) for name, ones in values.items()}
    return {name: {**one, "Source": source} for name, one in made.items() if one}
