"""Runs that nobody has to ask for: every period that ended, once."""

from __future__ import annotations

import asyncio
import logging
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.protocol.states import ExecutionState, MonitoringStatus
from codex_jupyter.server.clock import now
from codex_jupyter.server.store import ExecutionKind, ExecutionRow, MonitoringRow

from .periods import Span, span_at, span_of
from .state import label_of, status_of
from .webhook import deliver_left, is_left
from .workspace import workspaces

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

log = logging.getLogger(__name__)

_LOOK_S = 60.0
# What was asked before midnight may be answered, and kept, a little after it.
_GRACE = timedelta(minutes=2)
_MOST_RUNS = 10_000


async def keep_looking(platform: Platform) -> None:
    """Start what is due, now and every minute; ends when it is cancelled."""
    left = await asyncio.to_thread(_sweep, platform)
    while True:
        try:
            await asyncio.to_thread(start_due, platform)
            while left:
                await asyncio.to_thread(deliver_left, platform, left.pop())
        except Exception:
            # A full disk, for instance: the next look may find it mended.
            log.exception("monitoring could not be scheduled")
        await asyncio.sleep(_LOOK_S)


def start_due(platform: Platform) -> None:
    """Start the runs of all periods that ended and have none."""
    moment = now()
    for row in platform.store.monitorings.search():
        if platform.stopping:
            return
        status, _ = status_of(platform.store, row)
        if status is MonitoringStatus.VALIDATED:
            for span in due(platform, row, moment):
                start_run(platform, row, span, span.end)


def due(platform: Platform, row: MonitoringRow, moment: datetime) -> list[Span]:
    """The periods that ended since the registration and were not run since.

    A run that failed or was cancelled is not tried again without being asked.
    """
    runs = platform.store.executions.of(row.hash, limit=_MOST_RUNS)
    done = {label_of(run) for run in runs if _is_whole(run, row)}
    found, span = [], span_at(_begin(row), row.period)
    while span.end <= moment - _GRACE:
        if span.label not in done:
            found.append(span)
        span = span.next()
    return found


def _begin(row: MonitoringRow) -> datetime:
    """From when on it runs by itself."""
    day = row.config.get("ReferenceDate")
    return datetime.fromisoformat(day) if day else row.registered_at


def start_run(
    platform: Platform, row: MonitoringRow, span: Span, until: datetime
) -> int:
    """Accept the run of one period; the execution's id.

    A run of the period that waits or runs already is not started twice.

    Args:
        until: records from then on are left out.
    """
    for state in (ExecutionState.REQUESTED, ExecutionState.RUNNING):
        for one in platform.store.executions.of(row.hash, state=state.value):
            if label_of(one) == span.label:
                return one.id
    details = {"Task": "run", "Label": span.label, "Until": until.isoformat()}
    number, job = platform.store.executions.accept(
        ExecutionKind.MONITORING, row.hash, row.group, now(), details=details
    )
    platform.jobs.put(job)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    return number


def start_validation(platform: Platform, row: MonitoringRow) -> int:
    """Accept a validation; the execution's id."""
    number, job = platform.store.monitorings.validate(row, now(), {"Task": "validate"})
    platform.jobs.put(job)
    platform.tell_execution(number, ExecutionState.REQUESTED, None)
    return number


def _is_whole(run: ExecutionRow, row: MonitoringRow) -> bool:
    """True for a run that took its whole period."""
    label = label_of(run)
    if label is None:
        return False
    until = datetime.fromisoformat(str(run.details["Until"]))
    return until >= span_of(label, row.period).end


def _sweep(platform: Platform) -> list[Path]:
    """Remove what executions left that are over; the folders of untold alerts stay."""
    root, left = workspaces(platform.data.root), []
    if not root.is_dir():
        return []
    for folder in root.iterdir():
        row = None
        if folder.name.isdecimal():
            row = platform.store.executions.get(int(folder.name))
        if row is not None and row.state.is_moving:
            continue
        if row is not None and is_left(folder):
            left.append(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return left
