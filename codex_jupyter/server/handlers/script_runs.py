"""Running scripts of either generation, as the first one does it."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from codex_jupyter.protocol.route import Body
from codex_jupyter.protocol.states import ExecutionState, LogType, ModelState, Routine
from codex_jupyter.server.clock import now
from codex_jupyter.server.downloads import download
from codex_jupyter.server.forms import Form, read_body, read_form, read_run
from codex_jupyter.server.hosting import Hosted
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.scripts import is_named
from codex_jupyter.server.store import (
    DeployKind,
    ExecutionKind,
    ExecutionRow,
    FileRow,
    InputFile,
    ModelRow,
    new_hash,
)
from codex_jupyter.server.workers import WorkerFault

from . import events
from .executions import (
    cancel_execution,
    execution_row,
    find_execution,
    list_executions,
    no_result,
)
from .run_async import FORM, dataset_input, file_input
from .scripts import find_script, script_data

_KIND = ExecutionKind.SCRIPT


async def run(call: Call) -> Response:
    """Answer with what the script makes of one input; kept is only its log."""
    platform, row = call.platform, await find_script(call)
    hosted = hosted_script(platform, row)
    what = read_run(await read_body(call.request, platform.limits.row_bytes))
    try:
        answer = await platform.hosting.call(hosted, what.payload.encode())
    except WorkerFault as fault:
        platform.logbook.add(row.hash, LogType.ERROR, Routine.RUN, fault.text)
        raise
    return Response(answer, media_type=Body.JSON.value)


def hosted_script(platform: Platform, row: ModelRow) -> Hosted:
    """The process of a synchronous script.

    Raises:
        Problem: 409, it has none.
    """
    if row.operation == "Async":
        raise wrong_state(
            f"The script '{row.name}' is asynchronous: it takes a file, not a row."
        )
    hosted = platform.hosting.get(row.group, row.hash, DeployKind.SCRIPT)
    if hosted is None:
        raise wrong_state(
            f"The script '{row.name}' is {row.status.value}, so it cannot answer."
        )
    return hosted


def check_runnable(row: ModelRow) -> None:
    """Refuse a run of what is not a deployed asynchronous script.

    Raises:
        Problem: 409.
    """
    if row.operation != "Async":
        raise wrong_state(
            f"The script '{row.name}' answers at once: send rows to "
            "/preprocessing/sync/run."
        )
    if row.status is not ModelState.DEPLOYED:
        raise wrong_state(
            f"The script '{row.name}' is {row.status.value}, so it takes no input."
        )


async def run_async(call: Call) -> JSONResponse:
    """Keep the table and let it wait for its turn."""
    platform, row = call.platform, await find_script(call)
    check_runnable(row)
    form = await read_form(call.request, platform.limits.input_bytes + FORM)
    dataset = new_hash("D")
    number = await asyncio.to_thread(_accept, platform, row, form, dataset)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    text = (
        f"Execution '{number}' started to generate '{dataset}'. "
        "Use the id to check its status."
    )
    return JSONResponse({"ExecutionId": number, "Message": text}, 202)


def _accept(platform: Platform, row: ModelRow, form: Form, dataset: str) -> int:
    given = table_input(platform, row, form, "dataset")
    if is_named(row):
        (name,) = _only(platform.store.files.of(row.hash), row)
        given = InputFile(name, given.blob, given.size, given.dataset, given.rows)
    number, job = platform.store.executions.accept(
        _KIND, row.hash, row.group, now(), input=given, details={"dataset": dataset}
    )
    platform.jobs.put(job)
    return number


def _only(files: list[FileRow], row: ModelRow) -> list[str]:
    names = [file.name for file in files if file.role == "schema"]
    if len(names) != 1:
        raise bad_input(
            f"The script '{row.name}' takes {len(names)} tables, each by its name: "
            f"{', '.join(names)}. Send them to an execution of /v2/preprocessing."
        )
    return names


def table_input(platform: Platform, row: ModelRow, form: Form, part: str) -> InputFile:
    """The one table in a form: a file, or a dataset's hash.

    Args:
        part: the field of the file.

    Raises:
        Problem: 400 or 404, it cannot be used.
    """
    parts: list[UploadFile] = form.files.get(part, [])
    dataset = form.texts.get("dataset_hash")
    if bool(parts) == bool(dataset):
        raise bad_input(
            f"Send either a file in the field '{part}' or the hash of a dataset in "
            "'dataset_hash'."
        )
    if dataset:
        return dataset_input(platform, row.group, dataset, None)
    return file_input(platform, parts[0], None)


async def status(call: Call) -> JSONResponse:
    """The execution's state; on success the message names the file that it made."""
    row = await find_execution(call, _KIND)
    message = row.message
    if row.state is ExecutionState.SUCCEEDED and row.output_dataset:
        message = f"[datasets/{row.output_dataset}/{row.output_name}]"
    return JSONResponse(
        {"ExecutionId": str(row.id), "Status": row.state.value, "Message": message}
    )


async def result(call: Call) -> Response:
    """The file itself, so that it can be a model's input as it is."""
    return await script_result(call.platform, await find_execution(call, _KIND))


async def script_result(platform: Platform, row: ExecutionRow) -> Response:
    """What an execution of a script made.

    Raises:
        Problem: 409, it made nothing.
    """
    if row.result_blob is None or row.result_size is None:
        raise no_result(row)
    file = await asyncio.to_thread(platform.artifacts.open, row.result_blob)
    suffix = PurePosixPath(row.output_name or "").suffix
    return download(file, f"{row.id}{suffix}", row.result_size, Body.BYTES.value)


async def list_all(call: Call) -> Response:
    """The script's executions, the newest first."""
    return await list_executions(call, (await find_script(call)).hash)


async def describe(call: Call) -> JSONResponse:
    """Everything known of the execution, in any state."""
    script = await find_script(call)
    row = await find_execution(call, _KIND, script.hash)
    return JSONResponse(
        {"Description": execution_described(call.platform, script, row)}
    )


def execution_described(
    platform: Platform, script: ModelRow, row: ExecutionRow
) -> dict[str, object]:
    """An execution with its script."""
    running = platform.executing.get(row.id)
    progress = running.progress if running is not None else None
    return (
        script_data(script)
        | execution_row(row)
        | {"Progress": progress.look() if progress is not None else None}
    )


async def cancel(call: Call) -> JSONResponse:
    """End an execution; its process and what that started are killed."""
    return await cancel_execution(call.platform, await find_execution(call, _KIND))


async def stream(call: Call) -> StreamingResponse:
    """What happens in the execution, as it happens."""
    return await events.of_execution(call, _KIND)
