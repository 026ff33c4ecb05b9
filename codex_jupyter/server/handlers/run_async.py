"""Starting executions: what is accepted is stored before the answer leaves."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol.names import is_hash
from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.clock import now
from codex_jupyter.server.forms import Form, read_form, too_large
from codex_jupyter.server.inputs import Found, examine
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ExecutionKind, InputFile, ModelRow

from .datasets import check_there
from .models import find

# Room for the form around the file.
_FORM = 1 << 16


async def run(call: Call) -> JSONResponse:
    """Keep the input and let it wait for its turn."""
    platform = call.platform
    model = await find(call)
    _check_model(model)
    form = await read_form(call.request, platform.limits.input_bytes + _FORM)
    number = await asyncio.to_thread(_accept, platform, model, form)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    text = f"Execution '{number}' started. Use the id to check its status."
    return JSONResponse({"ExecutionId": number, "Message": text}, 202)


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
        given = _from_dataset(platform, model, dataset)
    else:
        given = _from_file(platform, model, parts[0])
    number, job = platform.store.executions.accept(
        ExecutionKind.MODEL, model.hash, model.group, now(), input=given
    )
    platform.jobs.put(job)
    return number


def _from_file(platform: Platform, model: ModelRow, part: UploadFile) -> InputFile:
    size, limit = part.size or 0, platform.limits.input_bytes
    if size > limit:
        raise too_large(size, limit)
    found = _examined(platform, model, part.file, part.filename or "")
    blob, size = platform.artifacts.put(part.file)
    return InputFile(found.name, blob, size, rows=found.rows)


def _from_dataset(platform: Platform, model: ModelRow, dataset: str) -> InputFile:
    if not is_hash(dataset):
        # Some clients send a path that they do not find as if it were a hash.
        raise bad_input(
            f"'{dataset[:80]}' is no dataset's hash. If it is a file's path, there is "
            "no such file where the client runs."
        )
    row = platform.store.datasets.get(dataset, model.group)
    if row is None:
        raise not_found(f"There is no such dataset in the group '{model.group}'.")
    check_there(row)
    with platform.artifacts.open(row.blob) as file:
        found = _examined(platform, model, file, row.file_name)
    return InputFile(found.name, row.blob, row.size, dataset, found.rows)


def _examined(platform: Platform, model: ModelRow, file: BinaryIO, name: str) -> Found:
    try:
        return examine(file, name, model.input_type, platform.limits.input_bytes)
    except ValueError as error:
        raise bad_input(str(error)) from None
