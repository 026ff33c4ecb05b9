"""A model's life: host, status, describe, search, restart, disable, delete."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.states import (
    ALLOWED_ACTIONS,
    ExecutionState,
    ModelState,
)
from codex_jupyter.server.activity import QUIET, activity
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import not_found, wrong_state
from codex_jupyter.server.ranges import ranges_of
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DeployKind, FileRow, ModelRow

_MOST_WAITING = 100_000
# What a promoted model knows of its run.
_ORIGIN = (
    *("TrainingHash", "TrainingExecution", "RunName"),
    *("Origin", "ExperimentName"),
)


async def find(call: Call, kind: DeployKind = DeployKind.MODEL) -> ModelRow:
    """The model or script that the path names.

    Raises:
        Problem: 404.
    """
    group, subject = call.request.path_params.get("group"), call.param(kind.value)
    row = await asyncio.to_thread(call.platform.store.models.get, subject, group, kind)
    op = call.request.path_params.get("op")
    if row is None or (op is not None and row.operation.lower() != op):
        where = f" in the group '{group}'" if group else ""
        raise not_found(f"There is no such {kind}{where}.")
    return row


async def host(call: Call) -> JSONResponse:
    """Start the deployment."""
    row = await find(call)
    await begin(call.platform, row, "host")
    return JSONResponse({"Message": f"Model '{row.name}' is being deployed"}, 202)


async def restart(call: Call) -> JSONResponse:
    """Build again what is missing, and start the process anew."""
    row = await find(call)
    await begin(call.platform, row, "restart")
    await call.platform.hosting.remove(row.hash)
    return JSONResponse({"Message": f"Model {row.hash} is restarting."})


async def status(call: Call) -> JSONResponse:
    """The model's state, with the reason when it failed."""
    row = await find(call)
    return JSONResponse({"Status": row.status.value, "Message": row.message})


async def describe(call: Call) -> JSONResponse:
    """Everything known of the model."""
    row = await find(call)
    return JSONResponse({"Description": await _described(call.platform, row)})


async def ranges(call: Call) -> Response:
    """What values the model's inputs had, in training or in production."""
    row = await find(call)
    found = await asyncio.to_thread(ranges_of, call.platform, row)
    # Escaped: what clients sent need not have a form in UTF-8.
    return Response(json.dumps({"Fields": found}), media_type="application/json")


async def search(call: Call) -> JSONResponse:
    """Find models by part of the name, state and group; what they did, if asked."""
    rows = await asyncio.to_thread(
        call.platform.store.models.search,
        name=call.query("name"),
        state=call.query("state"),
        group=call.query("group"),
        kind=DeployKind.MODEL,
    )
    told = [row_data(row) for row in rows]
    if (call.query("activity") or "").lower() in ("true", "1"):
        known = await asyncio.to_thread(activity, call.platform)
        told = [row | known.get(row["ModelHash"], QUIET) for row in told]
    return JSONResponse({"Count": len(told), "Results": told})


async def disable(call: Call) -> JSONResponse:
    """Stop serving the model."""
    row = await find(call)
    await end(call.platform, row, "disable", ModelState.DISABLED)
    return JSONResponse({"Message": f"Model {row.hash} is now disabled."})


async def delete(call: Call) -> JSONResponse:
    """Remove the model; description, files and predictions stay in the archive."""
    row = await find(call)
    await end(call.platform, row, "delete", ModelState.DELETED)
    await asyncio.to_thread(forget, call.platform, row)
    return JSONResponse({"Message": "Model removed"})


async def begin(platform: Platform, row: ModelRow, action: str) -> None:
    """Let a model or script be built: the state is Building when this returns.

    Raises:
        Problem: 409, its state does not allow it.
    """
    moved = await asyncio.to_thread(
        platform.store.models.move,
        row.hash,
        _states_allowing(action),
        ModelState.BUILDING,
        job="deploy",
        stages=[],
    )
    if not moved:
        raise await _refused(platform, row, action)
    platform.tell_state(row.hash, ModelState.BUILDING, None)
    await asyncio.to_thread(platform.jobs.take, "deploy")


async def end(
    platform: Platform, row: ModelRow, action: str, state: ModelState
) -> None:
    """Stop serving a model or script.

    Raises:
        Problem: 409, its state does not allow it.
    """
    moved = await asyncio.to_thread(
        platform.store.models.move, row.hash, _states_allowing(action), state
    )
    if not moved:
        raise await _refused(platform, row, action)
    platform.tell_state(row.hash, state, None)
    await platform.hosting.remove(row.hash)


def forget(platform: Platform, row: ModelRow) -> None:
    """Remove the files of what was deleted, and end what still runs or waits for it."""
    for state in (ExecutionState.REQUESTED, ExecutionState.RUNNING):
        for one in platform.store.executions.of(
            row.hash, state=state.value, limit=_MOST_WAITING
        ):
            text = f"The {row.kind} was deleted before this execution was over."
            platform.end_execution(one.id, {state}, text)
    platform.files.remove(row.hash)


def _states_allowing(action: str) -> set[ModelState]:
    return {state for state, actions in ALLOWED_ACTIONS.items() if action in actions}


async def _refused(platform: Platform, row: ModelRow, action: str) -> Exception:
    # Another request may have changed it since it was read.
    now = await asyncio.to_thread(platform.store.models.get, row.hash)
    state = now.status if now else row.status
    allowed = sorted(ALLOWED_ACTIONS[state])
    can = f" It can be asked to: {', '.join(allowed)}." if allowed else ""
    return wrong_state(
        f"The {row.kind} '{row.name}' is {state.value}: {action} is not possible.{can}"
    )


def row_data(row: ModelRow) -> dict[str, Any]:
    """A model as a row of a search."""
    return {
        "ModelHash": row.hash,
        "ModelCreatorUserId": row.creator,
        "TrainingHash": None,
        "TrainingExecution": None,
        "RunName": "",
        "Operation": row.operation,
        "PythonVersion": row.python,
        "Status": row.status.value,
        "Message": row.message,
        "Name": row.name,
        "Group": row.group,
        "UploadedAt": stamp(row.uploaded_at),
        "ChangedAt": stamp(row.changed_at),
        "ModelReference": row.reference,
        "Input": row.input_type,
        "Origin": "External",
        "ExperimentName": "",
    } | {key: value for key, value in row.details.items() if key in _ORIGIN}


async def _described(platform: Platform, row: ModelRow) -> dict[str, Any]:
    files = await asyncio.to_thread(platform.store.files.of, row.hash)
    sample = await asyncio.to_thread(platform.files.sample, files)
    requirements = await asyncio.to_thread(platform.files.requirements, files)
    return row_data(row) | {
        "Schema": json.dumps(sample),
        "Requirements": requirements,
        "Files": files_data(files),
        "HasEnv": any(f.role == "env" for f in files),
        "Stages": row.stages,
    }


def files_data(files: list[FileRow]) -> list[dict[str, Any]]:
    """What is told of uploaded files; of ``.env`` files nothing."""
    return [
        {"Role": f.role, "Name": f.name, "Sha256": f.blob, "Size": f.size}
        for f in files
        if f.role != "env"
    ]
