"""A panel's own daemon thread, and the brake on what it sends."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from codex_jupyter.render.words import kept, speaking, spoken

_log = logging.getLogger(__name__)

Job = Callable[[], None]


class Worker:
    """One daemon thread that runs jobs in order; it starts with the first.

    Callbacks of the page come on the main thread or on a subshell's; whatever talks
    to the platform is handed over here, so that no cell waits for it. Jobs speak the
    language of when the worker was made.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._language = spoken()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.stop = threading.Event()
        """Set when the worker is to end; long jobs look at it."""

    def submit(self, job: Job) -> None:
        """Run the job after those that were submitted before."""
        self._jobs.put(job)
        with self._lock:
            if self._thread is None and not self.stop.is_set():
                self._thread = threading.Thread(
                    target=self._run, name=self._name, daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """End the thread once its present job has ended."""
        self.stop.set()
        self._jobs.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self.stop.is_set():
            job = self._jobs.get()
            if job is None:
                return
            try:
                with speaking(self._language):
                    job()
            except Exception:  # noqa: BLE001 - the thread outlives a broken job
                _log.exception("%s: a job failed", self._name)


class Pulse:
    """Calls back soon after being touched, and at most ten times a second.

    Args:
        beat: called on the toucher's thread or on a timer's, never twice at once.
        every: seconds between two beats.
    """

    def __init__(self, beat: Job, every: float = 0.1) -> None:
        self._beat = kept(beat)
        self._every = every
        self._lock = threading.Lock()
        self._beating = threading.Lock()
        self._last = float("-inf")
        self._timer: threading.Timer | None = None

    def touch(self) -> None:
        """Something changed: beat now, or when the time since the last has passed."""
        with self._lock:
            if self._timer is not None:
                return
            wait = self._last + self._every - time.monotonic()
            if wait > 0:
                self._timer = threading.Timer(wait, self._now)
                self._timer.daemon = True
                self._timer.start()
                return
            self._last = time.monotonic()
        self._run()

    def flush(self) -> None:
        """Beat now."""
        with self._lock:
            self._last = time.monotonic()
        self._run()

    def _now(self) -> None:
        with self._lock:
            self._timer = None
            self._last = time.monotonic()
        self._run()

    def _run(self) -> None:
        with self._beating:
            self._beat()
