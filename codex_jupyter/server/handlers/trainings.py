"""Training experiments: register, search, describe."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import MODEL_TYPES
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.forms import read_form
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ExperimentRow, new_hash
from codex_jupyter.server.store.experiments import Runs

_MOST_RUNS = 10_000


async def find_experiment(call: Call) -> ExperimentRow:
    """The experiment that the path names.

    Raises:
        Problem: 404.
    """
    group, experiment = call.request.path_params.get("group"), call.param("training")
    row = await asyncio.to_thread(
        call.platform.store.experiments.get, experiment, group
    )
    if row is None:
        where = f" in the group '{group}'" if group else ""
        raise not_found(f"There is no such training experiment{where}.")
    return row


async def register(call: Call) -> JSONResponse:
    """Create an experiment, also where one of the same name exists."""
    form = await read_form(call.request, call.platform.limits.row_bytes)
    name, type_ = form.need("experiment_name", "model_type")
    row = await add_experiment(call, name, type_)
    return JSONResponse(
        {"TrainingHash": row.hash, "Message": f"New Training '{row.name}' inserted."},
        201,
    )


async def add_experiment(call: Call, name: str, type_: str) -> ExperimentRow:
    """A new experiment of the group in the path.

    Raises:
        Problem: 404, no such group; 400, the name or the type is not allowed.
    """
    store, group = call.platform.store, call.param("group")
    if await asyncio.to_thread(store.groups.get, group) is None:
        raise not_found(f"There is no group '{group}'. Create it first.")
    if problem := names.experiment_problem(name):
        raise bad_input(problem)
    if type_.title() not in MODEL_TYPES:
        raise bad_input(
            f"The model type is {', '.join(MODEL_TYPES)}, not '{type_[:20]}'."
        )
    row = ExperimentRow(new_hash("T"), group, name, type_.title(), call.user, now())
    await asyncio.to_thread(store.experiments.add, row)
    return row


async def search(call: Call) -> JSONResponse:
    """The experiments, the newest first."""
    rows = await asyncio.to_thread(
        lambda: _with_runs(
            call.platform,
            name=call.query("name"),
            group=call.query("group"),
            type_=call.query("model_type"),
        )
    )
    return JSONResponse(
        {
            "Count": len(rows),
            "Results": [experiment_data(row, runs) for row, runs in rows],
        }
    )


async def describe(call: Call) -> JSONResponse:
    """An experiment, with the numbers of its runs."""
    row = await find_experiment(call)
    store = call.platform.store
    runs = await asyncio.to_thread(
        lambda: store.executions.of(row.hash, limit=_MOST_RUNS)
    )
    known = (await asyncio.to_thread(store.experiments.runs, [row]))[row.hash]
    executions = [
        {
            "Id": run.id,
            "RunName": run.details.get("run_name", ""),
            "ExecutionState": run.state.value,
        }
        for run in reversed(runs)
    ]
    return JSONResponse(
        {"Description": experiment_data(row, known) | {"Executions": executions}}
    )


def _with_runs(
    platform: Platform, **wanted: str | None
) -> list[tuple[ExperimentRow, Runs]]:
    experiments = platform.store.experiments
    rows = experiments.search(**wanted)
    runs = experiments.runs(rows)
    return [(row, runs[row.hash]) for row in rows]


def experiment_data(row: ExperimentRow, runs: Runs) -> dict[str, Any]:
    """An experiment as a row of a search."""
    return {
        "TrainingHash": row.hash,
        "ExperimentName": row.name,
        "GroupName": row.group,
        "ModelType": row.type,
        "ExperimentsQuantity": runs.count,
        "LastModificationDate": stamp(runs.changed_at or row.registered_at),
        "RegisteredAt": stamp(row.registered_at),
        "UserId": row.creator,
    }
