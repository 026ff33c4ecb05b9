"""Waiting for the final state of what is deployed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from codex_jupyter.errors import CodexError, ModelError, PlatformError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ModelState

from .errors_map import head_and_rest
from .operation import Steps
from .stream import Watch, heeding

_SHOWN = 15  # last log lines told with a failure
_READY_PATIENCE = 60.0  # seconds that a queue may need to take up a deployment


@contextmanager
def detaching(what: str, again: str) -> Iterator[None]:
    """Within it an interrupt ends the wait, and says what goes on and how to return.

    Args:
        what: such as ``execution 7 of 'churn'``.
        again: a sentence without its full stop.

    Raises:
        KeyboardInterrupt: it was interrupted.
        CancelledError: an awaited one was cancelled, or its time was over
            (`asyncio.wait_for`); the same object, for its message belongs to who
            cancels, with a note.
    """
    text = f"No longer waiting: {what} goes on. {again}."
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(text) from None
    except asyncio.CancelledError as cancelled:
        cancelled.add_note(text)
        raise


def wait_steps(
    watch: Watch, name: str, error: type[PlatformError] = ModelError
) -> Steps[str]:
    """Steps that wait until something is deployed, and give its state.

    ``Ready`` is what it is for a moment after the deployment was asked for.

    Raises:
        PlatformError: of the type ``error``; it failed, with the platform's reason and
            the last log lines, or came to rest in another state.
        WaitTimeoutError: the watch's time is over.
        KeyboardInterrupt: it was interrupted; the deployment goes on.
    """
    reason, lines, began = "", deque[str](maxlen=_SHOWN), time.monotonic()

    def heard(event: Event | None) -> None:
        nonlocal reason
        if event and event.name == "state":
            reason = str(event.data.get("Message") or "")
        elif event and event.name == "log":
            lines.append(str(event.data.get("OutputData", "")))
        waited = time.monotonic() - began
        if watch.state == ModelState.READY and waited > _READY_PATIENCE:
            raise error(
                f"'{name}' was uploaded, but no deployment of it has begun.",
                hint="Upload it again, or ask who runs the platform.",
            )

    yield from heeding(watch.steps(), heard)
    if watch.state == ModelState.DEPLOYED:
        return watch.state
    if watch.state not in (ModelState.FAILED, ModelState.FAILED_RECOVERY):
        raise error(
            f"'{name}' is {watch.state}, so it does not answer.",
            hint=f"%codex restart {name} starts it again, if that state allows it.",
        )
    if not lines:
        lines.extend((yield from _last_lines(watch)))
    raise failure(name, reason, list(lines), error)


def failure(
    name: str,
    reason: str,
    lines: list[str],
    error: type[PlatformError] = ModelError,
) -> PlatformError:
    """The error of a failed deployment.

    Args:
        reason: what the platform says.
        lines: the end of the model's log, told when the reason has one line only.
    """
    head, rest = head_and_rest(reason)
    shown = f'"{name}"' if " " in name else name
    # The log ends with the reason, so it is told only when that says nothing more.
    detail = rest or "\n".join(line.rstrip() for line in lines if line.strip())
    return error(
        f"The deployment of '{name}' failed: {head or 'no reason was given.'}",
        hint=f"%codex explain {shown} says what to do; %codex logs {shown} shows the "
        "whole log.",
        detail=detail or None,
    )


def _last_lines(watch: Watch) -> Steps[list[str]]:
    try:
        rows: list[Any] = yield from watch.log_rows()
    except CodexError:
        return []  # the failure itself matters more than its log
    return [str(row.get("OutputData", "")) for row in rows]
