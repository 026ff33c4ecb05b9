"""The live streams: of a model's deployment, and of an execution."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.responses import StreamingResponse

from codex_jupyter.protocol.events import HEARTBEAT, Event
from codex_jupyter.protocol.routes import MODEL_EVENTS
from codex_jupyter.protocol.states import ExecutionState, ModelState, Stage
from codex_jupyter.server.bus import CLOSED, topic
from codex_jupyter.server.clock import stamp
from codex_jupyter.server.estimating import estimate_of
from codex_jupyter.server.logbook import log_event
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    DeployKind,
    ExecutionKind,
    LogRow,
    ModelRow,
    Store,
)

from .executions import find_execution, numbered
from .models import find

_HEARTBEAT_S = 5.0
_REPLAY = 2_000
"""Log rows told at the beginning; older ones are in the log."""


@dataclass(frozen=True, slots=True)
class _Past:
    """What happened so far.

    Args:
        events: the state first.
        rows: the log after what the listener knows.
    """

    events: list[Event]
    rows: list[LogRow]
    is_moving: bool


async def of_model(
    call: Call, kind: DeployKind = DeployKind.MODEL
) -> StreamingResponse:
    """What happened so far, then what happens, until the state is final."""
    store, row = call.platform.store, await find(call, kind)

    def past(after: int) -> _Past:
        now = store.models.get(row.hash) or row
        state = {
            "Status": now.status.value,
            "Message": now.message,
            "At": stamp(now.changed_at),
        }
        stages = [Event("stage", one) for one in now.stages]
        if now.status.is_moving:
            stages.insert(0, _estimate(store, now))
        return _Past(
            [Event("state", state), *stages],
            store.logs.search(row.hash, after=after, limit=_REPLAY),
            now.status.is_moving,
        )

    return _answer(call, row.hash, past, lambda state: ModelState(state).is_moving)


def _estimate(store: Store, row: ModelRow) -> Event:
    """As it was told last: what is installed now tells whether it had to be."""
    install = [one for one in row.stages if one["Stage"] == Stage.INSTALL]
    is_kept = not install[0].get("Built") if install else None
    return estimate_of(store, row, is_kept=is_kept)


async def of_execution(
    call: Call, kind: ExecutionKind = ExecutionKind.MODEL
) -> StreamingResponse:
    """The same for an execution, with its progress."""
    store = call.platform.store
    row = await find_execution(call, kind)

    def past(after: int) -> _Past:
        now = store.executions.get(row.id) or row
        state = {
            "Status": now.state.value,
            "Message": now.message,
            "At": stamp(now.finished_at or now.started_at or now.requested_at),
        }
        running = call.platform.executing.get(row.id)
        events = [Event("state", state)]
        if running is not None and running.progress is not None:
            events.append(Event("progress", running.progress.look()))
        return _Past(
            events,
            store.logs.search(
                row.subject, execution=row.id, after=after, limit=_REPLAY
            ),
            now.state.is_moving,
        )

    return _answer(
        call, topic(row.id), past, lambda state: ExecutionState(state).is_moving
    )


def _answer(
    call: Call,
    subject: str,
    past: Callable[[int], _Past],
    is_moving: Callable[[str], bool],
) -> StreamingResponse:
    last = call.request.headers.get("last-event-id", "")
    after = numbered(last) or 0
    return StreamingResponse(
        _events(call.platform, subject, past, is_moving, after),
        media_type=MODEL_EVENTS.media.value,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    platform: Platform,
    subject: str,
    past: Callable[[int], _Past],
    is_moving: Callable[[str], bool],
    after: int,
) -> AsyncIterator[bytes]:
    # Listening begins before the store is read, so that nothing falls between.
    with platform.bus.listen(subject) as queue:
        known = await asyncio.to_thread(past, after)
        for event in known.events:
            yield event.encode()
        for log in known.rows:
            after = log.id or after
            yield log_event(log).encode()
        moving = known.is_moving
        while moving:
            try:
                # Not wait_for: Python 3.11's loses a cancellation that comes with news.
                async with asyncio.timeout(_HEARTBEAT_S):
                    event = await queue.get()
            except TimeoutError:
                yield HEARTBEAT
                continue
            if event is CLOSED:
                return
            if event.name == "log" and int(event.id or 0) <= after:
                continue
            if event.name == "stage" and _is_told(event, known.events):
                continue
            yield event.encode()
            if event.name == "state":
                moving = is_moving(event.data["Status"])
        yield Event("end", {}).encode()


def _is_told(event: Event, past: list[Event]) -> bool:
    """Whether the past has that stage as far as the event, or farther."""
    mine = (event.data["Stage"], event.data["At"])
    return any(
        event.data["Progress"] in ("started", one.data["Progress"])
        for one in past
        if one.name == "stage" and (one.data["Stage"], one.data["At"]) == mine
    )
