"""The live stream of a model's states, stages and log rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from codex_jupyter.protocol.events import HEARTBEAT, Event
from codex_jupyter.protocol.routes import MODEL_EVENTS
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.server.bus import CLOSED
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.logbook import log_event
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import ModelRow

from .models import find

_HEARTBEAT_S = 5.0
_REPLAY = 2_000
"""Log rows told at the beginning; older ones are in the log."""


async def stream(call: Call) -> StreamingResponse:
    """What happened so far, then what happens, until the state is final."""
    row = await find(call)
    last = call.request.headers.get("last-event-id", "")
    after = int(last) if last.isdecimal() else 0
    return StreamingResponse(
        _events(call.platform, row, after),
        media_type=MODEL_EVENTS.media.value,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    platform: Platform, row: ModelRow, after: int
) -> AsyncIterator[bytes]:
    # Listening begins before the store is read, so that nothing falls between.
    with platform.bus.listen(row.hash) as queue:
        now = await asyncio.to_thread(platform.store.models.get, row.hash)
        row = now or row
        rows = await asyncio.to_thread(
            lambda: platform.store.logs.search(row.hash, after=after, limit=_REPLAY)
        )
        yield _state(row).encode()
        for stage in row.stages:
            yield Event("stage", stage).encode()
        for log in rows:
            after = log.id or after
            yield log_event(log).encode()
        moving = row.status.is_moving
        while moving:
            try:
                event = await asyncio.wait_for(queue.get(), _HEARTBEAT_S)
            except TimeoutError:
                yield HEARTBEAT
                continue
            if event is CLOSED:
                return
            if event.name == "log" and int(event.id or 0) <= after:
                continue
            yield event.encode()
            if event.name == "state":
                moving = ModelState(event.data["Status"]).is_moving
        yield Event("end", {}).encode()


def _state(row: ModelRow) -> Event:
    return Event(
        "state",
        {
            "Status": row.status.value,
            "Message": row.message,
            "At": stamp(row.changed_at),
        },
    )
