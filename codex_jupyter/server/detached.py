"""Work that may hang in someone else's code: waited for, but never for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from .jobs import Cancelled

T = TypeVar("T")

_GLANCE_S = 0.2


def detached(
    work: Callable[[], T],
    is_cancelled: Callable[[], bool],
    seconds: float | None = None,
) -> T:
    """Do the work on a thread that is left behind when it is not waited for any more.

    A platform that stops does not wait for such a thread either.

    Args:
        is_cancelled: looked at now and then.
        seconds: how long it may take; None for as long as it is wanted.

    Raises:
        Cancelled: it was not wanted any more; its thread may still run.
        TimeoutError: the time is over; the same.
        BaseException: whatever the work raised.
    """
    results: list[T] = []
    faults: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is wanted
            faults.append(error)
        finally:
            done.set()

    until = None if seconds is None else time.monotonic() + seconds
    threading.Thread(target=run, name="detached", daemon=True).start()
    while not done.wait(_GLANCE_S):
        if is_cancelled():
            raise Cancelled
        if until is not None and time.monotonic() > until:
            raise TimeoutError
    if faults:
        raise faults[0]
    return results[0]
