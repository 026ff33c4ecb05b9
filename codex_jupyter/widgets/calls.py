"""What the page asked for, run on threads of its own: bounded, and cancellable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from codex_jupyter.errors import CodexError
from codex_jupyter.render.words import kept, t

from .bridge import Bridge, Request

Reply = tuple[Any, list[bytes] | None]
Work = Callable[[threading.Event], Reply]


class Calls:
    """Answers requests later, and the page's ``cancel`` at once.

    A cancelled call's answer is dropped: what was sent cannot be called back, but
    nobody waits for it any more.

    Args:
        bridge: whose ``cancel`` is handled.
        most: how many run at a time; one more is refused.
        name: of the threads.
    """

    def __init__(self, bridge: Bridge, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._running: dict[str, threading.Event] = {}
        bridge.on("cancel", self._cancel)

    def start(self, request: Request, work: Work) -> None:
        """Run the work on a thread of its own and answer the request with its result.

        Args:
            work: gets an event that is set when nobody waits any more; gives the
                result and its binary parts.

        Raises:
            CodexError: too many are running.
        """
        stop = threading.Event()
        with self._lock:
            if len(self._running) >= self._most:
                raise CodexError(
                    t("{n} requests are running already.", n=self._most),
                    hint=t("Wait for one of them, or cancel one."),
                )
            self._running[request.id] = stop
        request.acknowledge()
        threading.Thread(
            target=kept(self._run),
            args=(request, work, stop),
            name=self._name,
            daemon=True,
        ).start()

    def close(self) -> None:
        """Cancel everything that runs."""
        with self._lock:
            running, self._running = self._running, {}
        for stop in running.values():
            stop.set()

    def _run(self, request: Request, work: Work, stop: threading.Event) -> None:
        failure: Exception | None = None
        result: Reply = None, None
        try:
            result = work(stop)
        except Exception as error:  # noqa: BLE001 - every request is answered
            failure = error
        if not self._take(request.id):
            return
        if failure is not None:
            request.fault(failure)
        else:
            request.reply(*result)

    def _cancel(self, request: Request) -> None:
        self._take(request.fields["request"])
        request.reply()

    def _take(self, wanted: str) -> bool:
        """Forget the running request; False when it was cancelled already."""
        with self._lock:
            stop = self._running.pop(wanted, None)
        if stop is None:
            return False
        stop.set()
        return True
