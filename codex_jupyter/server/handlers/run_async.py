"""Starting executions: what is accepted is stored before the answer leaves."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol.names import file_name, is_hash
from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.clock import now
from codex_jupyter.server.forms import Form, read_form, too_large
from codex_jupyter.server.inputs import Found, examine, is_parquet
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    ExecutionKind,
    ExecutionRow,
    InputFile,
    ModelRow,
)
from codex_jupyter.server.tables import parquet_to_csv

from .datasets import check_there
from .executions import find_execution
from .models import find

# Room for the form around the file.
FORM = 1 << 16
_PREPARED = frozenset({"result_preprocessing", "preprocessed_data", "processed_data"})


async def run(call: Call) -> JSONResponse:
    """Keep the input and let it wait for its turn."""
    platform = call.platform
    model = await find(call)
    _check_model(model)
    form = await read_form(call.request, platform.limits.input_bytes + FORM)
    number = await asyncio.to_thread(_accept, platform, model, form)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    text = f"Execution '{number}' started. Use the id to check its status."
    return JSONResponse({"ExecutionId": number, "Message": text}, 202)


async def again(call: Call) -> JSONResponse:
    """Let the input of an execution that is over wait for its turn once more."""
    platform, row = call.platform, await find_execution(call, ExecutionKind.MODEL)
    if row.state.is_moving:
        raise wrong_state(f"The execution {row.id} is not over yet.")
    model = await asyncio.to_thread(platform.store.models.get, row.subject, row.group)
    if model is None:
        raise not_found("The model of this execution does not exist any more.")
    _check_model(model)
    number = await asyncio.to_thread(_repeat, platform, model, row)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    text = f"Execution '{number}' started. Use the id to check its status."
    return JSONResponse({"ExecutionId": number, "Message": text}, 202)


def _repeat(platform: Platform, model: ModelRow, row: ExecutionRow) -> int:
    if row.input_blob is None or row.input_name is None:
        raise wrong_state(f"The input of the execution {row.id} was not kept.")
    size = row.input_size or 0
    given = InputFile(
        row.input_name, row.input_blob, size, row.input_dataset, row.input_rows
    )
    number, job = platform.store.executions.accept(
        ExecutionKind.MODEL, model.hash, model.group, now(), input=given
    )
    platform.jobs.put(job)
    return number


def _check_model(model: ModelRow) -> None:
    if model.operation != "Async":
        raise wrong_state(
            f"The model '{model.name}' answers at once: send rows to /model/sync/run."
        )
    if model.status is not ModelState.DEPLOYED:
        raise wrong_state(
            f"The model '{model.name}' is {model.status.value}, so it takes no input."
        )


def _accept(platform: Platform, model: ModelRow, form: Form) -> int:
    parts, dataset = form.files.get("input", []), form.texts.get("dataset_hash")
    if bool(parts) == bool(dataset):
        raise bad_input(
            "Send either a file in the field 'input' or the hash of a dataset in "
            "'dataset_hash'."
        )
    if dataset:
        given = dataset_input(platform, model.group, dataset, model.input_type)
    else:
        given = file_input(platform, parts[0], model.input_type)
    number, job = platform.store.executions.accept(
        ExecutionKind.MODEL, model.hash, model.group, now(), input=given
    )
    platform.jobs.put(job)
    return number


def file_input(platform: Platform, part: UploadFile, wanted: str | None) -> InputFile:
    """A file that was sent, kept.

    Args:
        wanted: json, csv or parquet; None for any.

    Raises:
        Problem: 400 or 413, it cannot be used.
    """
    size, limit = part.size or 0, platform.limits.input_bytes
    if size > limit:
        raise too_large(size, limit)
    name = part.filename or ""
    if wanted == "csv" and _is_prepared(name) and is_parquet(part.file):
        return _as_csv(platform, part.file, name)
    found = _examined(platform, part.file, name, wanted)
    blob, size = platform.artifacts.put(part.file)
    return InputFile(found.name, blob, size, rows=found.rows)


def dataset_input(
    platform: Platform, group: str, dataset: str, wanted: str | None
) -> InputFile:
    """A dataset of the group, by its hash.

    Args:
        wanted: json, csv or parquet; None for any.

    Raises:
        Problem: 400 or 404, it cannot be used.
    """
    if not is_hash(dataset):
        # Some clients send a path that they do not find as if it were a hash.
        raise bad_input(
            f"'{dataset[:80]}' is no dataset's hash. If it is a file's path, there is "
            "no such file where the client runs."
        )
    row = platform.store.datasets.get(dataset, group)
    if row is None:
        raise not_found(f"There is no such dataset in the group '{group}'.")
    check_there(row)
    with platform.artifacts.open(row.blob) as file:
        if wanted == "csv" and row.origin == "Preprocessing" and is_parquet(file):
            return replace(_as_csv(platform, file, row.file_name), dataset=dataset)
        found = _examined(platform, file, row.file_name, wanted)
    return InputFile(found.name, row.blob, row.size, dataset, found.rows)


def _is_prepared(name: str) -> bool:
    """True for the names under which clients send on what a script made."""
    return file_name(name, "").partition(".")[0] in _PREPARED


def _as_csv(platform: Platform, file: BinaryIO, name: str) -> InputFile:
    """What a script made, for a model that takes csv: scripts always make Parquet."""
    with tempfile.TemporaryFile() as target:
        try:
            rows = parquet_to_csv(file, target)
        except ValueError as error:
            raise bad_input(str(error)) from None
        target.seek(0)
        blob, size = platform.artifacts.put(target)
    stem = file_name(name, "input").partition(".")[0]
    return InputFile(f"{stem}.csv", blob, size, rows=rows)


def _examined(
    platform: Platform, file: BinaryIO, name: str, wanted: str | None
) -> Found:
    try:
        return examine(file, name, wanted, platform.limits.input_bytes)
    except ValueError as error:
        raise bad_input(str(error)) from None
