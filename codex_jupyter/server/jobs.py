"""Accepted work: kept in the store, run by an executor, finished whatever happens.

A job that a killed platform left behind is taken up at the next start. One that was
under way at three kills in a row is given up: it may be what kills the platform.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor

from .store import JobRow, Store

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3


class PutBack(Exception):
    """The platform stops: the next start takes the job, this try is not counted."""


class Jobs:
    """Runs the store's unfinished jobs.

    Args:
        run: does the work of one job; an exception leaves the job for later.
        give_up: called instead of `run` after too many attempts.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        run: Callable[[JobRow], None],
        give_up: Callable[[JobRow], None],
    ) -> None:
        self._store = store
        self._executor = executor
        self._run = run
        self._give_up = give_up
        self._taken: set[int] = set()

    def take(self) -> None:
        """Hand every unfinished job that was not taken yet to the executor."""
        for job in self._store.jobs.unfinished():
            if job.id not in self._taken:
                self._taken.add(job.id)
                self._executor.submit(self._work, job)

    def _work(self, job: JobRow) -> None:
        try:
            if job.attempts >= MOST_ATTEMPTS:
                self._give_up(job)
            else:
                self._store.jobs.begin(job.id)
                self._run(job)
            self._store.jobs.finish(job.id)
        except PutBack:
            self._store.jobs.put_back(job.id)
        except Exception:
            log.exception("job %d (%s %s) stopped", job.id, job.kind, job.subject)
