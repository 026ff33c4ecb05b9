"""Alerts, told to an address of the user's: at least once, under one id.

An alert is kept in its run's folder before the result is written, and goes from there
when it was told or given up. A platform that is killed between the two tells it when
it starts again.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from codex_jupyter.protocol.states import ExecutionState, LogType, Routine
from codex_jupyter.server.store import MonitoringRow

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

    from .workspace import Workspace

Say = Callable[[LogType, str], None]
"""Adds a row to the log of a run."""

_TIMEOUT_S = 10.0
_WAITS_S = (0.0, 1.0, 5.0)
_KEPT = "alert.json"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the verdict to an address that nobody gave."""

    def redirect_request(self, *_: Any) -> None:
        return None


def keep(place: Workspace, told: dict[str, Any]) -> None:
    """Keep what is to be told of a result, if it has alerts and somebody hears."""
    if place.monitoring.webhook is None or not told["Alerts"]:
        return
    part = place.folder / f"{_KEPT}.part"
    with part.open("wb") as file:
        file.write(payload_of(place, told))
        file.flush()
        os.fsync(file.fileno())
    part.replace(place.folder / _KEPT)


def deliver(place: Workspace) -> None:
    """Tell what was kept, if anything; what goes wrong is a row of the log."""
    kept = place.folder / _KEPT
    if kept.exists():
        _tell(place.platform, place.monitoring, kept, place.execution.on_log)


def is_left(folder: Path) -> bool:
    """Whether a run that is over left an alert that was not told."""
    return (folder / _KEPT).is_file()


def deliver_left(platform: Platform, folder: Path) -> None:
    """Tell what a run left when the platform was stopped or killed, and clean up."""
    execution = platform.store.executions.get(int(folder.name))
    monitoring = execution and platform.store.monitorings.get(execution.subject)
    # What never became a result is nobody's news.
    if execution and monitoring and execution.state is ExecutionState.SUCCEEDED:
        subject, number = execution.subject, execution.id

        def say(type_: LogType, text: str) -> None:
            platform.logbook.add(subject, type_, Routine.RUN, text, execution=number)

        _tell(platform, monitoring, folder / _KEPT, say)
    if not platform.stopping:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(platform: Platform, monitoring: MonitoringRow, kept: Path, say: Say) -> None:
    """Post it, until it is heard, given up, or the platform stops."""
    try:
        address = platform.keys.decrypt(str(monitoring.webhook).encode()).decode()
    except Exception:  # noqa: BLE001 - whatever the cipher says of another key
        say(
            LogType.WARNING,
            "The webhook's address was kept with another key of this platform. "
            "Register the monitoring again.",
        )
        return
    shown, problem, body = host_of(address), "", kept.read_bytes()
    for wait in _WAITS_S:
        time.sleep(wait)
        problem, again = post(address, body)
        if not problem:
            kept.unlink(missing_ok=True)
            say(LogType.OK, f"The alert was told to {shown}.")
            return
        if not again:
            break
        if platform.stopping:
            return
    kept.unlink(missing_ok=True)
    say(LogType.WARNING, f"The alert could not be told to {shown}: {problem}.")


def payload_of(place: Workspace, told: dict[str, Any]) -> bytes:
    """The verdict as it travels; who hears it twice knows it by its ``Id``."""
    monitoring = place.monitoring
    names = ("Label", "Period", "Verdict", "Alerts", "Sentences", "Rows", "Averages")
    body = {
        "Id": f"{monitoring.hash}-{told['Execution']}",
        "Monitoring": monitoring.hash,
        "Model": monitoring.model,
        "Name": monitoring.name,
        "Group": monitoring.group,
        "ExecutionId": told["Execution"],
    } | {name: told[name] for name in names}
    return json.dumps(body).encode()


def post(address: str, body: bytes) -> tuple[str, bool]:
    """Post JSON; what went wrong ("" for nothing), and whether to try again."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        address,
        data=body,
        method="POST",
        headers={"Content-Type": "application/json", "User-Agent": "codex-jupyter"},
    )
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=_TIMEOUT_S):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answered {error.code}", error.code >= 500 or error.code == 429
    except (OSError, ValueError) as error:
        # An error's text may hold the address: only its kind is told.
        reason = getattr(error, "reason", error)
        return type(reason).__name__, True


def host_of(address: str) -> str:
    """What may be shown of an address: neither its path nor its query."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"
