"""Live events, from any thread to whoever listens on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from codex_jupyter.protocol.events import Event

_BACKLOG = 2_000

CLOSED = Event("closed", {})
"""Given to a listener last: the platform stops, or the listener was too slow."""


def topic(execution: int) -> str:
    """The subject of an execution's events."""
    return f"execution {execution}"


class Bus:
    """Publishes events by subject."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._closed = False

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say on which loop the listeners are."""
        self._loop = loop

    @contextmanager
    def listen(self, subject: str) -> Iterator[asyncio.Queue[Event]]:
        """A queue of the subject's events from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_BACKLOG)
        with self._lock:
            self._queues[subject].add(queue)
            if self._closed:
                queue.put_nowait(CLOSED)
        try:
            yield queue
        finally:
            with self._lock:
                self._queues[subject].discard(queue)
                if not self._queues[subject]:
                    del self._queues[subject]

    def publish(self, subject: str, event: Event) -> None:
        """Hand an event to the subject's listeners; safe on any thread."""
        with self._lock:
            listening = subject in self._queues
        if listening and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._spread, subject, event)

    def close(self) -> None:
        """Tell every listener that nothing more comes; call on the loop."""
        with self._lock:
            self._closed = True
            subjects = list(self._queues)
        for subject in subjects:
            self._spread(subject, CLOSED)

    def _spread(self, subject: str, event: Event) -> None:
        with self._lock:
            queues = list(self._queues.get(subject, ()))
        for queue in queues:
            if queue.full():
                # A listener this late reconnects and is told from the store.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(CLOSED)
            else:
                queue.put_nowait(event)
