"""One attempt at an execution, of any kind: its state, its log, its end.

Each kind has a module beside this one, with the steps in which it differs.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import ExecutionState, LogType, Routine
from codex_jupyter.server.bus import topic
from codex_jupyter.server.clock import now
from codex_jupyter.server.environments import BuildFault
from codex_jupyter.server.jobs import Cancelled, PutBack, on_loop
from codex_jupyter.server.logbook import untagged
from codex_jupyter.server.outages import is_away, unless_away, until_answered
from codex_jupyter.server.problems import is_full
from codex_jupyter.server.progress import Counted, Progress
from codex_jupyter.server.store import DatasetRow, ExecutionRow
from codex_jupyter.server.workers import Once, WorkerFault, WorkerSpec

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

log = logging.getLogger(__name__)

T = TypeVar("T")

_TOLD_EACH_S = 1.0
_MOVING = frozenset({ExecutionState.REQUESTED, ExecutionState.RUNNING})


class Unusable(Exception):
    """The execution cannot run; the text says why."""


@dataclass(slots=True)
class Execution(ABC):
    """One attempt at an execution; runs on a job's thread."""

    platform: Platform
    row: ExecutionRow
    progress: Progress | Counted | None = None
    _told: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Run it to its end; every failure becomes the execution's state.

        Raises:
            PutBack: the platform stops; the job is taken up at the next start.
        """
        if not self.platform.store.executions.move(
            self.row.id, _MOVING, ExecutionState.RUNNING, started_at=now()
        ):
            # Cancelled before its turn, or finished just before a kill.
            return
        self.platform.executing[self.row.id] = self
        self.platform.tell_execution(self.row.id, ExecutionState.RUNNING, None)
        try:
            self.steps()
        except Cancelled:
            self._leave()
        except WorkerFault as fault:
            self._fail(fault.text)
        except BuildFault as fault:
            self._fail("\n".join(t for t in (fault.message, fault.detail) if t))
        except (Unusable, ValueError) as error:
            self._fail(str(error))
        except OSError as error:
            full = "The platform's disk is full. Free some space and run it again."
            self._fail(full if is_full(error) else str(error))
        except Exception as error:
            if is_away(error):
                raise  # its job is run again
            log.exception("execution %d failed", self.row.id)
            self._fail("The platform failed on this execution; see its log.")
        finally:
            self.platform.executing.pop(self.row.id, None)

    @abstractmethod
    def steps(self) -> None:
        """Do the work, and end with `succeed`.

        Raises:
            Unusable: it cannot run.
            ValueError: what was sent cannot be used; one sentence.
            WorkerFault: the user's code failed.
            BuildFault: its environment could not be built.
            Cancelled: nobody wants it any more, or the platform stops.
            OSError: a file cannot be read or written.
        """

    def call(self, spec: WorkerSpec, payload: bytes = b"") -> bytes:
        """What the function answers in a process of its own.

        Raises:
            WorkerFault: it failed.
            Cancelled: the execution is over, or the platform stops.
        """
        once = Once(spec, self.on_log)
        try:
            self.on_loop(once.start())
            return self.on_loop(once.call(payload))
        finally:
            # Before anything else: nothing may write to the folder any more.
            on_loop(once.stop(), self.platform.loop)

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for work on the platform's loop, as long as this is wanted.

        Raises:
            Cancelled: the execution is over, or the platform stops.
        """
        return on_loop(work, self.platform.loop, self.is_over)

    def succeed(
        self,
        dataset: DatasetRow | None = None,
        message: str | None = None,
        **values: Any,
    ) -> None:
        """Write the result, once, and tell of it.

        Args:
            dataset: what it made, which appears together with the state.
            values: columns of the execution to set.
        """

        def write() -> bool:
            # The rows told so far must be readable before the final state is.
            self.platform.logbook.flush()
            return self.platform.store.executions.succeed(
                self.row.id, dataset, message, finished_at=now(), **values
            )

        if self.answered(write):
            self.platform.tell_execution(self.row.id, ExecutionState.SUCCEEDED, message)

    def answered(self, ask: Callable[[], T]) -> T:
        """What the store answers, once it does: the user's code is not run again.

        Raises:
            OperationalError: the platform stops meanwhile, or it is a failure that
                does not pass.
        """
        return until_answered(ask, lambda: self.platform.stopping)

    def on_log(self, type_: LogType, text: str) -> None:
        """Add what the process printed, or what is to be said, to the log."""
        type_, text = untagged(type_, text)
        self.platform.logbook.add(
            self.row.subject, type_, Routine.RUN, text, execution=self.row.id
        )

    def is_over(self) -> bool:
        """True when nobody waits for it any more; tells the progress meanwhile."""
        # A database that is away has nothing against what runs without it.
        if self.platform.stopping or unless_away(self._is_gone, otherwise=False):
            return True
        if self.progress and time.monotonic() - self._told >= _TOLD_EACH_S:
            self._told = time.monotonic()
            event = Event("progress", self.progress.look())
            self.platform.bus.publish(topic(self.row.id), event)
        return False

    def _is_gone(self) -> bool:
        row = self.platform.store.executions.get(self.row.id)
        return row is None or row.state is not ExecutionState.RUNNING

    def check(self) -> None:
        """Leave when nobody waits for it any more.

        Raises:
            Cancelled: so it is.
        """
        if self.is_over():
            raise Cancelled

    def _leave(self) -> None:
        if self.platform.stopping:
            self.platform.store.executions.move(
                self.row.id, {ExecutionState.RUNNING}, ExecutionState.REQUESTED
            )
            raise PutBack

    def _fail(self, message: str) -> None:
        if self.platform.stopping:
            # What failed may have failed because it was told to stop.
            self._leave()
        self.on_log(LogType.ERROR, message)
        running = {ExecutionState.RUNNING}
        self.answered(
            lambda: self.platform.end_execution(self.row.id, running, message)
        )
