"""The runs of experiments: start, state, description, result, list, cancel, log."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.protocol.training_routes import TRAINING_RESULT
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    ExecutionKind,
    ExecutionRow,
    ExperimentRow,
    execution_owner,
)

from . import automl, events, logs
from .executions import (
    cancel_execution,
    execution_result,
    execution_row,
    execution_status,
    find_execution,
    list_executions,
    number_of,
)
from .trainings import find_experiment

KIND = ExecutionKind.TRAINING


async def find_run(call: Call) -> tuple[ExperimentRow, ExecutionRow]:
    """The experiment and the run that the path names.

    Raises:
        Problem: 404.
    """
    experiment = await find_experiment(call)
    return experiment, await find_execution(call, KIND, experiment.hash)


async def execute(call: Call) -> JSONResponse:
    """Let a run wait for its turn."""
    _, row = await find_run(call)
    await start(call.platform, row)
    text = f"Training execution '{row.id}' started. Use the id to check its status."
    return JSONResponse({"ExecutionId": row.id, "Message": text})


async def start(platform: Platform, row: ExecutionRow) -> None:
    """Accept the job of a run.

    Raises:
        Problem: 409, it was started before.
    """
    job = await asyncio.to_thread(platform.store.executions.start, row.id)
    if job is None:
        raise wrong_state(
            f"The run {row.id} was started before; it is {row.state.value}. Upload the "
            "files again for another run."
        )
    platform.tell_execution(row.id, ExecutionState.REQUESTED, None)
    platform.jobs.put(job)


async def status(call: Call) -> JSONResponse:
    """The run's state, with the reason when it failed."""
    return execution_status(await find_execution(call, KIND))


async def describe(call: Call) -> JSONResponse:
    """Everything known of the run, in any state."""
    experiment, row = await find_run(call)
    files = await asyncio.to_thread(
        call.platform.store.files.of, execution_owner(row.id)
    )
    running = call.platform.executing.get(row.id)
    progress = running.progress if running is not None else None
    return JSONResponse(
        {
            "Description": run_data(experiment, row)
            | {
                "Progress": progress.look() if progress is not None else None,
                "Leaderboard": await asyncio.to_thread(
                    automl.leaderboard, call.platform, files
                ),
                "Requirements": await asyncio.to_thread(
                    call.platform.files.requirements, files
                ),
                "Files": [
                    {"Role": f.role, "Name": f.name, "Sha256": f.blob, "Size": f.size}
                    for f in files
                    if f.role != "env"
                ],
            }
        }
    )


async def result(call: Call) -> Response:
    """The model and the extra files, in a zip."""
    row = await find_execution(call, KIND)
    return await execution_result(call.platform, row, TRAINING_RESULT.media.value)


async def list_all(call: Call) -> Response:
    """An experiment's runs, the newest first."""
    experiment = await find_experiment(call)
    return await list_executions(
        call, experiment.hash, lambda row: run_data(experiment, row)
    )


async def cancel(call: Call) -> JSONResponse:
    """End a run; its process and what that started are killed."""
    return await cancel_execution(call.platform, await find_execution(call, KIND))


async def follow(call: Call) -> StreamingResponse:
    """What happened so far to the run, then what happens."""
    return await events.of_execution(call, KIND)


async def log_rows(call: Call) -> JSONResponse:
    """The log of an experiment's runs, or of one."""
    experiment = await find_experiment(call)
    return await logs.list_rows(call, experiment.hash, number_of(call, "execution"))


def run_data(experiment: ExperimentRow, row: ExecutionRow) -> dict[str, Any]:
    """A run as it is described and listed; every key is there in every state."""
    details = row.details
    return {
        "TrainingHash": experiment.hash,
        "ExperimentName": experiment.name,
        "GroupName": experiment.group,
        "ModelType": experiment.type,
        "TrainingType": details["training_type"],
        "ExecutionId": row.id,
        "RunName": details["run_name"],
        "ExecutionState": row.state.value,
        "TimeElapsed": None,
        "Description": details.get("description", ""),
        "Deployable": details.get("deployable", True),
        "UserId": details.get("user", ""),
        "RunData": details.get("run_data", {}),
        "PythonVersion": details.get("python"),
        "TrainingReference": details.get("reference"),
    } | execution_row(row)
