"""Executions of asynchronous models: state, description, result, list, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.routes import EXECUTION_RESULT
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.downloads import download
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import (
    Problem,
    bad_input,
    not_found,
    wrong_state,
)
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ExecutionKind, ExecutionRow, ModelRow

from .models import find, row_data

_MOST_ROWS = 10_000
# Numbers of more digits fit no column.
_DIGITS = 10


async def find_execution(
    call: Call, kind: ExecutionKind, subject: str | None = None
) -> ExecutionRow:
    """The execution that the path names.

    Args:
        subject: the hash of what it runs, where the path names that.

    Raises:
        Problem: 404. Never 410, which some clients take for a success.
    """
    group, text = call.request.path_params.get("group"), call.param("execution")
    number, row = numbered(text), None
    if number is not None:
        row = await asyncio.to_thread(
            call.platform.store.executions.get, number, group, kind
        )
    if row is None or subject not in (None, row.subject):
        where = f" in the group '{group}'" if group else ""
        raise not_found(f"There is no execution '{text[:20]}'{where}.")
    return row


def numbered(text: str) -> int | None:
    """The number of a row as a request names it; None when it is none."""
    return int(text) if text.isdecimal() and len(text) < _DIGITS else None


async def status(call: Call) -> JSONResponse:
    """The execution's state, with the reason when it failed."""
    return execution_status(await find_execution(call, ExecutionKind.MODEL))


def execution_status(row: ExecutionRow) -> JSONResponse:
    """The answer of every status route of executions."""
    return JSONResponse(
        {
            "ExecutionId": str(row.id),
            "Status": row.state.value,
            "Message": row.message,
        }
    )


async def describe(call: Call) -> JSONResponse:
    """Everything known of the execution, in any state."""
    model = await find(call)
    row = await find_execution(call, ExecutionKind.MODEL, model.hash)
    return JSONResponse({"Description": _described(call.platform, model, row)})


async def result(call: Call) -> Response:
    """The file that the function wrote, in a zip."""
    row = await find_execution(call, ExecutionKind.MODEL)
    return await execution_result(call.platform, row, EXECUTION_RESULT.media.value)


async def execution_result(
    platform: Platform, row: ExecutionRow, media: str
) -> Response:
    """The zip that an execution of any kind left.

    Raises:
        Problem: 409, it has none.
    """
    if row.result_blob is None or row.result_size is None:
        raise no_result(row)
    file = await asyncio.to_thread(platform.artifacts.open, row.result_blob)
    return download(file, f"{row.id}.zip", row.result_size, media)


def no_result(row: ExecutionRow) -> Problem:
    """What is answered when an execution left nothing."""
    reason = f" It failed: {row.message}" if row.message else ""
    return wrong_state(
        f"The execution {row.id} is {row.state.value}, so it has no result.{reason}"
    )


async def list_all(call: Call) -> Response:
    """A model's executions, the newest first."""
    return await list_executions(call, (await find(call)).hash)


async def list_executions(
    call: Call,
    subject: str,
    shown: Callable[[ExecutionRow], dict[str, Any]] | None = None,
) -> Response:
    """The executions of a model, script or training, as the query wants them.

    Args:
        shown: makes the row of one; None for what all kinds have.
    """
    state, executions = call.query("state"), call.platform.store.executions
    if state is not None and state not in set(ExecutionState):
        names = ", ".join(one.value for one in ExecutionState)
        raise bad_input(f"state is one of {names}, not '{state[:20]}'.")
    limit, before = number_of(call, "limit"), number_of(call, "before")
    most = min(100 if limit is None else limit, _MOST_ROWS)

    def answer() -> Response:
        if shown is None:
            text = call.platform.execution_texts.listing(
                subject, state=state, before=before, limit=most
            )
            return Response(text, media_type="application/json")
        count = executions.count(subject, state)
        rows = executions.of(subject, state=state, before=before, limit=most)
        return JSONResponse({"Count": count, "Results": [shown(row) for row in rows]})

    return await asyncio.to_thread(answer)


async def cancel(call: Call) -> JSONResponse:
    """End an execution; its process and what that started are killed."""
    row = await find_execution(call, ExecutionKind.MODEL)
    return await cancel_execution(call.platform, row)


async def cancel_execution(platform: Platform, row: ExecutionRow) -> JSONResponse:
    """End an execution of any kind.

    Raises:
        Problem: 409, it is over.
    """
    moving = {ExecutionState.REQUESTED, ExecutionState.RUNNING}
    text = "The execution was cancelled."
    if not await asyncio.to_thread(platform.end_execution, row.id, moving, text):
        raise wrong_state(f"The execution {row.id} is over already.")
    return JSONResponse({"Message": f"Execution '{row.id}' was cancelled."})


def number_of(call: Call, name: str) -> int | None:
    """A whole number of the query; None when absent.

    Raises:
        Problem: 400, it is none.
    """
    text = call.query(name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) >= _DIGITS:
        raise bad_input(f"{name} is a whole number, not '{text[:20]}'.")
    return int(text)


def execution_row(row: ExecutionRow) -> dict[str, Any]:
    """What is told of an execution of any kind."""
    seconds = row.seconds
    return {
        "ExecutionId": row.id,
        "ExecutionState": row.state.value,
        "Message": row.message,
        "RequestedAt": stamp(row.requested_at),
        "RunAt": stamp(row.started_at or row.requested_at),
        "FinishedAt": stamp(row.finished_at) if row.finished_at else None,
        "TimeElapsed": None if seconds is None else round(seconds * 1000),
        "InputFile": None
        if row.input_name is None
        else {
            "Name": row.input_name,
            "Size": row.input_size,
            "Rows": row.input_rows,
            "DatasetHash": row.input_dataset,
            "Sha256": row.input_blob,
        },
        "OutputFile": None
        if row.output_name is None
        else {"Name": row.output_name, "Size": row.output_size},
        "DatasetHash": row.output_dataset,
    }


def _described(
    platform: Platform, model: ModelRow, row: ExecutionRow
) -> dict[str, Any]:
    running = platform.executing.get(row.id)
    progress = running.progress if running is not None else None
    base = f"models/{model.hash}"
    return (
        row_data(model)
        | execution_row(row)
        | {
            "Progress": progress.look() if progress is not None else None,
            "InputPayload": {
                "executionType": "neomaril-runAsync",
                "basePath": base,
                "neomarilExecutionId": str(row.id),
                "tenantUser": "local",
                "defaultEnvVars": {
                    "identifier": f"local/{row.group}/{row.subject}",
                    "inputFileName": row.input_name,
                },
            },
            "OutputPayload": {
                "outputMessage": [row.message] if row.message else [],
                "outputPath": f"{base}/{row.id}/output/{row.id}.zip",
            },
        }
    )
