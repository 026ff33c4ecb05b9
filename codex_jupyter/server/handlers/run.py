"""Predictions: the hot path."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from codex_jupyter.protocol.states import LogType, ModelState, Routine
from codex_jupyter.server.forms import read_body, read_run
from codex_jupyter.server.hosting import Hosted
from codex_jupyter.server.problems import not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.workers import WorkerFault

from .models import find


async def run(call: Call) -> Response:
    """Answer with what the model's function returns, once that is on disk."""
    platform = call.platform
    hosted = await _hosted(call)
    body = await read_body(call.request, platform.limits.row_bytes)
    what = read_run(body)
    if what.script is not None:
        raise not_found(f"There is no preprocessing script '{what.script[:70]}'.")
    payload = what.payload.encode()
    started, begun = datetime.now(UTC), time.perf_counter()
    try:
        answer = await platform.hosting.call(hosted, payload)
    except WorkerFault as fault:
        platform.logbook.add(hosted.model, LogType.ERROR, Routine.RUN, fault.text)
        raise
    await platform.records.append(
        hosted.model,
        payload,
        answer,
        started,
        time.perf_counter() - begun,
        secrets.token_hex(8),
    )
    return Response(answer, media_type="application/json")


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
