"""Accepted work: kept in the store, run by an executor, finished whatever happens.

A job that a killed platform left behind is taken up at the next start. One that was
under way at three kills in a row is given up: it may be what kills the platform. One
that could not write down how it ended is run again: the disk was full, or the database
was away; that is no further attempt.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from typing import Any, TypeVar

from .outages import is_away
from .problems import is_full
from .store import JobRow, Store

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_ATTEMPTS = 3
_GLANCE_S = 0.2


class PutBack(Exception):
    """The platform stops: the next start takes the job, this try is not counted."""


class Cancelled(Exception):
    """Nobody wants the work any more, or the platform stops."""


class Lane:
    """Jobs of one kind: so many at a time, the groups taking turns.

    Args:
        executor: its workers are how many run at a time.
        run: does the work of one job; an exception leaves the job for later.
        give_up: called instead of `run` after too many attempts.
        again_s: after so many seconds a job is run again of which not even its
            failure could be written down.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        run: Callable[[JobRow], None],
        give_up: Callable[[JobRow], None],
        again_s: float = 15.0,
    ) -> None:
        self._store = store
        self._executor = executor
        self._run = run
        self._give_up = give_up
        self._again_s = again_s
        self._lock = threading.Lock()
        self._waiting: dict[str | None, deque[JobRow]] = {}
        self._turns = itertools.count(1)
        self._served: dict[str | None, int] = {}
        self._running: Counter[str | None] = Counter()

    def put(self, job: JobRow) -> None:
        """Let the job wait for its turn."""
        with self._lock:
            self._waiting.setdefault(job.group, deque()).append(job)
        # A platform that is closing leaves it to the next start.
        with suppress(RuntimeError):
            self._executor.submit(self._work)

    def close(self) -> None:
        """Begin nothing more, and return when what runs has ended."""
        self._executor.shutdown(cancel_futures=True)

    def _work(self) -> None:
        job = self._next()
        try:
            if job.attempts >= MOST_ATTEMPTS:
                self._give_up(job)
            else:
                self._store.jobs.begin(job)
                self._run(job)
            self._store.jobs.finish(job.id)
        except PutBack:
            self._store.jobs.put_back(job)
        except Exception as error:
            if is_full(error) or is_away(error):
                why = "no space left" if is_full(error) else "no database"
                log.warning("job %d (%s): %s", job.id, job.kind, why)
                again = threading.Timer(self._again_s, self.put, (job,))
                again.daemon = True
                again.start()
            else:
                log.exception("job %d (%s %s) stopped", job.id, job.kind, job.subject)
        finally:
            with self._lock:
                self._running[job.group] -= 1

    def _next(self) -> JobRow:
        """The first job of the group that has the fewest running.

        Of several such groups, of the one that was served longest ago.
        """
        with self._lock:
            group = min(
                self._waiting,
                key=lambda one: (self._running[one], self._served.get(one, 0)),
            )
            job = self._waiting[group].popleft()
            if not self._waiting[group]:
                del self._waiting[group]
            self._served[group] = next(self._turns)
            self._running[group] += 1
            return job


class Jobs:
    """Hands the store's unfinished jobs to the lane of their kind."""

    def __init__(self, store: Store, lanes: Mapping[str, Lane]) -> None:
        self._store = store
        self._lanes = lanes
        self._lock = threading.Lock()
        self._taken: set[int] = set()

    def take(self, kind: str | None = None) -> None:
        """Take every unfinished job, or those of a kind, that was not taken yet."""
        for job in self._store.jobs.unfinished(kind):
            self.put(job)

    def put(self, job: JobRow) -> None:
        """Take one job, unless it was taken already."""
        with self._lock:
            is_new = job.id not in self._taken
            self._taken.add(job.id)
        if is_new:
            self._lanes[job.kind].put(job)

    def close(self) -> None:
        """Return when nothing runs any more; what waited is left to the next start."""
        for lane in self._lanes.values():
            lane.close()


def on_loop(
    work: Coroutine[Any, Any, T],
    loop: asyncio.AbstractEventLoop,
    is_cancelled: Callable[[], bool] | None = None,
) -> T:
    """Run a coroutine on the platform's loop and wait for it on this thread.

    Args:
        is_cancelled: looked at now and then; None to wait until the work is done.

    Raises:
        Cancelled: the work was not wanted any more, and was told so.
    """
    return wait_for(asyncio.run_coroutine_threadsafe(work, loop), is_cancelled)


def wait_for(future: Future[T], is_cancelled: Callable[[], bool] | None = None) -> T:
    """Wait on this thread for what was begun on the platform's loop.

    Args:
        is_cancelled: as of `on_loop`.

    Raises:
        Cancelled: the work was not wanted any more, and was told so.
    """
    try:
        while not wait([future], timeout=_GLANCE_S).done:
            if is_cancelled is not None and is_cancelled():
                raise Cancelled
    except BaseException:
        # Nobody is left who would take its result, such as a process that it starts.
        future.cancel()
        raise
    return future.result()
