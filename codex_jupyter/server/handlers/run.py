"""Predictions: the hot path."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.states import LogType, ModelState, Routine
from codex_jupyter.server.forms import read_body, read_run
from codex_jupyter.server.hosting import Hosted
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import DeployKind, ModelRow
from codex_jupyter.server.workers import WorkerFault

from .models import find
from .script_runs import hosted_script


async def run(call: Call) -> Response:
    """Answer with what the model's function returns, once that is on disk."""
    platform = call.platform
    hosted = await _hosted(call)
    body = await read_body(call.request, platform.limits.row_bytes)
    what = read_run(body)
    payload = given = what.payload.encode()
    started = datetime.now(UTC)
    script: ModelRow | None = None
    if what.script is not None:
        script = await _script(platform, hosted.group, what.script)
        given = await _prepared(platform, hosted, script, payload)
    begun = time.perf_counter()
    try:
        answer = await platform.hosting.call(hosted, given)
    except WorkerFault as fault:
        told = fault if script is None else _after(script, fault)
        platform.logbook.add(hosted.model, LogType.ERROR, Routine.RUN, told.text)
        raise told from None
    await platform.records.append(
        hosted.model,
        payload,
        answer,
        started,
        time.perf_counter() - begun,
        secrets.token_hex(8),
        script=what.script,
    )
    return Response(answer, media_type="application/json")


async def _script(platform: Platform, group: str, script: str) -> ModelRow:
    row = await asyncio.to_thread(
        platform.store.models.get, script, group, DeployKind.SCRIPT
    )
    if row is None:
        raise not_found(
            f"There is no preprocessing script '{script[:70]}' in the group '{group}'."
        )
    return row


async def _prepared(
    platform: Platform, hosted: Hosted, script: ModelRow, payload: bytes
) -> bytes:
    """What the script makes of the input, which becomes the model's."""
    try:
        return await platform.hosting.call(hosted_script(platform, script), payload)
    except WorkerFault as fault:
        text = f"The preprocessing script '{script.name}' failed, so the model was "
        told = WorkerFault(
            fault.kind, f"{text}not asked: {fault.message}", fault.detail
        )
        platform.logbook.add(script.hash, LogType.ERROR, Routine.RUN, fault.text)
        platform.logbook.add(hosted.model, LogType.ERROR, Routine.RUN, told.text)
        raise told from None


def _after(script: ModelRow, fault: WorkerFault) -> WorkerFault:
    text = f"The model failed on what the preprocessing script '{script.name}' made: "
    return WorkerFault(fault.kind, text + fault.message, fault.detail)


async def health(call: Call) -> JSONResponse:
    """Say whether the model's process answers, starting it if it sleeps."""
    if call.platform.hosting.get(call.param("group"), call.param("model")) is None:
        row = await find(call)
        if row.operation == "Async" and row.status is ModelState.DEPLOYED:
            # Each of its executions starts a process of its own.
            return JSONResponse({"Message": "OK"})
    hosted = await _hosted(call)
    if hosted.pool is None:
        await call.platform.hosting.wake(hosted)
    return JSONResponse({"Message": "OK"})


async def _hosted(call: Call) -> Hosted:
    hosted = call.platform.hosting.get(call.param("group"), call.param("model"))
    if hosted is None:
        row = await find(call)
        if row.operation == "Async" and row.status is ModelState.DEPLOYED:
            raise wrong_state(
                f"The model '{row.name}' is asynchronous: send a file to "
                "/model/async/run, and ask for its result."
            )
        raise wrong_state(
            f"The model '{row.name}' is {row.status.value}, so it cannot answer."
        )
    return hosted
