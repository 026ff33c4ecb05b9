"""Results of monitorings, and the runs that make them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from codex_jupyter.protocol.states import MonitoringStatus
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.monitoring.configuration import period_of
from codex_jupyter.server.monitoring.periods import Span, span_at, span_of, spans
from codex_jupyter.server.monitoring.scheduling import start_run
from codex_jupyter.server.monitoring.state import described, label_of, status_of
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    DeployKind,
    ExecutionKind,
    ExecutionRow,
    MonitoringRow,
)

from .events import of_execution
from .executions import (
    cancel_execution,
    execution_row,
    execution_status,
    find_execution,
    number_of,
)
from .logs import window

_RUNS = 50
_MOST_ROWS = 10_000


async def list_all(call: Call) -> JSONResponse:
    """Every monitoring that counts, the newest first."""
    platform = call.platform

    def rows() -> list[dict[str, Any]]:
        found = platform.store.monitorings.search(
            group=call.query("group"), model=call.query("model")
        )
        return [described(platform, row) for row in reversed(found)]

    return JSONResponse({"Results": await asyncio.to_thread(rows)})


async def results(call: Call) -> Response:
    """Every period's result; they go out as they are kept, without being read."""
    row = await find_monitoring(call)
    platform = call.platform
    first, last = _label(call, "first", row), _label(call, "last", row)
    head = await asyncio.to_thread(described, platform, row)
    kept = await asyncio.to_thread(
        platform.store.monitorings.results, row.hash, first, last
    )
    runs = await asyncio.to_thread(
        lambda: platform.store.executions.of(row.hash, limit=_RUNS)
    )
    tail = [run_row(run) for run in runs]

    def pieces() -> Any:
        yield f'{{"Monitoring": {json.dumps(head)}, "Runs": {json.dumps(tail)}'.encode()
        yield b', "Periods": {'
        for place, one in enumerate(kept):
            begin = ", " if place else ""
            yield f"{begin}{json.dumps(one.label)}: ".encode()
            yield platform.artifacts.get(one.blob)
        yield b"}}"

    return StreamingResponse(pieces(), media_type="application/json")


async def result(call: Call) -> Response:
    """The result of one period, as it is kept."""
    row = await find_monitoring(call)
    platform, span = call.platform, _span(call.param("label"), row)
    found = await asyncio.to_thread(
        platform.store.monitorings.result, row.hash, span.label
    )
    if found is None:
        raise not_found(
            f"There is no result of {span.label}. Run it: POST /monitoring/run with "
            f"first={span.label}."
        )
    raw = await asyncio.to_thread(platform.artifacts.get, found.blob)
    return Response(raw, media_type="application/json")


async def run(call: Call) -> JSONResponse:
    """Start the runs of the periods that are asked for."""
    row = await find_monitoring(call)
    platform, moment = call.platform, now()
    state, _ = await asyncio.to_thread(status_of, platform.store, row)
    if state is not MonitoringStatus.VALIDATED:
        raise wrong_state(
            f"The monitoring of '{row.name}' by {row.period} is {state.value}. It runs "
            "once it is Validated: host it."
        )
    today = span_at(moment, row.period)
    first, last = call.query("first"), call.query("last")
    begin = today if first is None else _span(first, row)
    end = begin if last is None else _span(last, row)
    if end.start > today.start:
        raise bad_input(f"{end.label} has not begun.")
    try:
        wanted = list(spans(begin, end))
    except ValueError as error:
        raise bad_input(str(error)) from None

    def start() -> list[dict[str, Any]]:
        return [
            {
                "ExecutionId": start_run(platform, row, span, min(span.end, moment)),
                "Label": span.label,
            }
            for span in wanted
        ]

    started = await asyncio.to_thread(start)
    what = begin.label if len(wanted) == 1 else f"{begin.label} to {end.label}"
    return JSONResponse(
        {
            "Executions": started,
            "MonitoringHash": row.hash,
            "Message": f"Running {what}.",
        },
        202,
    )


async def run_status(call: Call) -> JSONResponse:
    """A run's state, with its verdict or why it failed."""
    return execution_status(await find_execution(call, ExecutionKind.MONITORING))


async def run_describe(call: Call) -> JSONResponse:
    """Everything known of a run, in any state."""
    row = await find_execution(call, ExecutionKind.MONITORING)
    monitoring = await asyncio.to_thread(
        call.platform.store.monitorings.get, row.subject
    )
    running = call.platform.executing.get(row.id)
    progress = running.progress if running is not None else None
    told = run_row(row) | {
        "Name": monitoring.name if monitoring else row.subject,
        "MonitoringHash": row.subject,
        "ModelHash": monitoring.model if monitoring else None,
        "Period": monitoring.period if monitoring else None,
        "Progress": progress.look() if progress is not None else None,
    }
    return JSONResponse({"Description": told})


async def run_cancel(call: Call) -> JSONResponse:
    """End a run; a validation is Invalidated then."""
    row = await find_execution(call, ExecutionKind.MONITORING)
    return await cancel_execution(call.platform, row)


async def run_events(call: Call) -> StreamingResponse:
    """A run's live stream."""
    return await of_execution(call, ExecutionKind.MONITORING)


async def records(call: Call) -> JSONResponse:
    """A model's predictions of some days; of an external one what its runs read."""
    platform, subject = call.platform, call.param("subject")
    start, end = window(call.query("start"), call.query("end"))
    limit = number_of(call, "limit")
    most = min(100 if limit is None else limit, _MOST_ROWS)
    skip = number_of(call, "skip") or 0
    model = await asyncio.to_thread(
        platform.store.models.get, subject, call.param("group"), DeployKind.MODEL
    )
    if model is None:
        row = await find_monitoring(call)
        rows = await asyncio.to_thread(_period_rows, platform, row, start, end)
        count, shown = len(rows), rows[skip : skip + most]
    elif model.operation == "Async":
        done = await asyncio.to_thread(
            platform.store.executions.between, model.hash, start, end
        )
        count = len(done)
        shown = [execution_row(one) for one in done[skip : skip + most]]
    else:
        count, shown = await asyncio.to_thread(
            _predictions, platform, model.hash, start, end, slice(skip, skip + most)
        )
    return JSONResponse({"Count": count, "Results": shown})


def _period_rows(
    platform: Platform, row: MonitoringRow, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "Label": one.label,
            "StartsAt": stamp(one.starts_at),
            "EndsAt": stamp(one.ends_at),
            "ExecutionId": one.execution,
            **one.summary,
        }
        for one in platform.store.monitorings.results(row.hash)
        if one.starts_at < end and one.ends_at > start
    ]


def _predictions(
    platform: Platform, model: str, start: datetime, end: datetime, part: slice
) -> tuple[int, list[dict[str, Any]]]:
    days = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    found = islice(platform.records.read(model, *days), part.start, part.stop)
    rows = [
        {
            "RegisteredAt": one.at.isoformat(),
            "RequestId": one.request_id,
            "Seconds": one.seconds,
            "Input": one.input,
            "Output": one.output,
        }
        for one in found
    ]
    return platform.records.count(model, *days), rows


async def find_monitoring(call: Call) -> MonitoringRow:
    """The monitoring of a model's hash and a period, or of its own hash.

    Raises:
        Problem: 404; 400 where a model has several and none is named.
    """
    group, subject = call.param("group"), call.param("subject")
    queries, period = call.platform.store.monitorings, call.query("period")
    own = await asyncio.to_thread(queries.get, subject, group)
    if own is not None:
        return own
    rows = await asyncio.to_thread(lambda: queries.search(group=group, model=subject))
    if period is not None:
        try:
            wanted = period_of(period)
        except ValueError as error:
            raise bad_input(str(error)) from None
        rows = [row for row in rows if row.period == wanted]
    if len(rows) > 1:
        known = ", ".join(row.period for row in rows)
        raise bad_input(f"The model is monitored by {known}: name one as period.")
    if not rows:
        model = await asyncio.to_thread(call.platform.store.models.get, subject, group)
        if model is None:
            raise not_found(
                f"There is no model or monitoring of that hash in '{group}'. GET "
                "/monitoring/list tells what is monitored."
            )
        how = f" by {period}" if period else ""
        raise not_found(
            f"The model '{model.name}' is not monitored{how}. Register it: POST "
            f"/monitoring/register/{group}/{subject}"
        )
    return rows[0]


def run_row(row: ExecutionRow) -> dict[str, Any]:
    """What is told of a run."""
    return execution_row(row) | {
        "Task": row.details.get("Task"),
        "Label": label_of(row),
    }


def _span(text: str, row: MonitoringRow) -> Span:
    try:
        return span_of(text, row.period)
    except ValueError as error:
        raise bad_input(str(error)) from None


def _label(call: Call, name: str, row: MonitoringRow) -> str | None:
    text = call.query(name)
    return None if text is None else _span(text, row).label
