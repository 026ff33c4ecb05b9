"""Executions of the second generation: registered, fed table by table, started."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import now
from codex_jupyter.server.forms import read_form
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    ExecutionKind,
    ExecutionRow,
    FileRow,
    ModelRow,
    execution_owner,
)

from .executions import find_execution
from .run_async import FORM
from .script_runs import check_runnable, execution_described, script_result
from .scripts_v2 import find_named, input_table

_KIND = ExecutionKind.SCRIPT
UNFED = timedelta(hours=1)
"""After this an execution without any input is forgotten: clients leave such behind."""


async def register(call: Call) -> JSONResponse:
    """Make an execution that waits for its tables."""
    row = await find_named(call)
    check_runnable(row)
    number = await asyncio.to_thread(_register, call.platform, row)
    text = f"Preprocess Execution '{number}' created"
    return JSONResponse({"Message": text, "ExecutionId": number}, 201)


def _register(platform: Platform, row: ModelRow) -> int:
    executions = platform.store.executions
    executions.discard_unfed(_KIND, now() - UNFED)
    return executions.register(_KIND, row.hash, row.group, now())


async def feed(call: Call) -> JSONResponse:
    """Take one of the tables; one of the same name is replaced."""
    platform = call.platform
    script, row = await _find(call)
    if row.state is not ExecutionState.REQUESTED or row.started_at is not None:
        raise wrong_state(
            f"The execution {row.id} is {row.state.value}, so it takes no more tables."
        )
    form = await read_form(call.request, platform.limits.input_bytes + FORM)
    known = await asyncio.to_thread(_names, platform, script)
    file = await asyncio.to_thread(input_table, platform, script, form, known)
    await asyncio.to_thread(
        platform.store.files.put, execution_owner(row.id), [file], replace_named=True
    )
    return JSONResponse({"DatasetHash": file.dataset, "DatasetName": file.name}, 201)


async def run(call: Call) -> JSONResponse:
    """Start it; it is Running before the answer leaves."""
    script, row = await _find(call)
    check_runnable(script)
    await asyncio.to_thread(_start, call.platform, script, row)
    call.platform.tell_execution(row.id, ExecutionState.RUNNING, None)
    return JSONResponse({"Message": f"Preprocess Execution '{row.id}' started"}, 201)


def _start(platform: Platform, script: ModelRow, row: ExecutionRow) -> None:
    given = platform.store.files.of(execution_owner(row.id))
    there = {file.name for file in given}
    missing = [name for name in _names(platform, script) if name not in there]
    if missing:
        shown = ", ".join(f"'{name}'" for name in missing)
        raise bad_input(f"The input of the execution {row.id} lacks {shown}.")
    # Clients that wait stop waiting at any state but this one.
    job = platform.store.executions.start(
        row.id, state=ExecutionState.RUNNING, **_shown(given)
    )
    if job is None:
        raise wrong_state(f"The execution {row.id} was started before, or is over.")
    platform.jobs.put(job)


def _shown(given: list[FileRow]) -> dict[str, Any]:
    """What is told of the input: of several tables, that they are several."""
    if len(given) != 1:
        return {
            "input_name": f"{len(given)} tables",
            "input_size": sum(file.size for file in given),
        }
    (file,) = given
    return {
        "input_name": file.name,
        "input_size": file.size,
        "input_blob": file.blob,
        "input_dataset": file.dataset,
    }


async def status(call: Call) -> JSONResponse:
    """The execution's state; once it has succeeded, with its dataset."""
    _, row = await _find(call)
    state = row.state
    if state is ExecutionState.REQUESTED and row.started_at is not None:
        # Put back by a platform that stopped: for who waits it runs.
        state = ExecutionState.RUNNING
    told: dict[str, Any] = {"Status": state.value, "Message": row.message}
    if row.output_dataset is not None:
        told["OutputDatasetHash"] = row.output_dataset
    return JSONResponse(told)


async def describe(call: Call) -> JSONResponse:
    """Everything known of the execution, with its tables."""
    script, row = await _find(call)
    owner = execution_owner(row.id)
    given = await asyncio.to_thread(call.platform.store.files.of, owner)
    told = execution_described(call.platform, script, row)
    told["Inputs"] = [
        {"DatasetName": file.name, "DatasetHash": file.dataset, "Size": file.size}
        for file in given
    ]
    return JSONResponse(told)


async def result(call: Call) -> Response:
    """The table that the script made, as Parquet."""
    _, row = await _find(call)
    return await script_result(call.platform, row)


async def _find(call: Call) -> tuple[ModelRow, ExecutionRow]:
    script = await find_named(call)
    return script, await find_execution(call, _KIND, script.hash)


def _names(platform: Platform, script: ModelRow) -> list[str]:
    files = platform.store.files.of(script.hash)
    return [file.name for file in files if file.role == "schema"]
