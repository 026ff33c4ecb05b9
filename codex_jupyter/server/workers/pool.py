"""A model's processes: calls wait in one line, processes come and go as needed."""

from __future__ import annotations

import asyncio
import os
from collections import deque

from codex_jupyter.protocol.problems import ProblemKind
from codex_jupyter.protocol.states import LogType

from .output import OnLog, Output
from .process import Call, ModelProcess
from .spec import WorkerFault, WorkerSpec

_TICK_S = 0.1
# Glances in a row at which calls were waiting before another process is added.
_PRESSURE = 3
_IDLE_S = 60.0
_RETIRE_S = 3.0
_LONGEST_PAUSE_S = 5.0


class Pool:
    """Serves one model with one process, and with more while calls have to wait.

    A process that crashed, hung or grew too large is replaced; the calls still in
    line are served by the next one. Lives on one event loop.

    Args:
        on_log: takes what the model prints, and what happens to its processes.
        most: processes at once; the number of cores if None.
        waiting: calls that may wait in line.
    """

    def __init__(
        self,
        spec: WorkerSpec,
        on_log: OnLog,
        most: int | None = None,
        *,
        waiting: int = 256,
    ) -> None:
        self._spec = spec
        self._on_log = on_log
        self._most = most or os.cpu_count() or 1
        self._most_waiting = waiting
        self._line: deque[Call] = deque()
        self._processes: list[ModelProcess] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._pressure = 0
        self._failures = 0
        self._broken: WorkerFault | None = None
        self._retry_at = 0.0
        self._stopping = False

    @property
    def alive(self) -> bool:
        """True while a process can answer calls."""
        return any(process.is_ready for process in self._processes)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids, the oldest first."""
        return tuple(p.pid for p in self._processes if p.pid is not None)

    async def start(self) -> float:
        """Start the first process and wait until the script is imported.

        Returns:
            The seconds that this took.

        Raises:
            WorkerFault: the script cannot be imported, or not in time.
        """
        process = self._new_process()
        try:
            return await process.start()
        except BaseException:
            # Unless it was ready for a moment, and its end was told already.
            if process in self._processes:
                self._processes.remove(process)
            raise

    async def call(self, payload: bytes) -> bytes:
        """The answer (JSON text) of the model's function to an input (JSON text).

        Raises:
            WorkerFault: the function failed or took too long, its process ended, or
                too many calls wait already.
        """
        if self._stopping:
            raise _stopped()
        if len(self._line) >= self._most_waiting:
            raise WorkerFault(
                ProblemKind.OVERLOADED,
                f"{len(self._line)} calls wait for this model already. Try again soon.",
            )
        call = Call(payload, asyncio.get_running_loop().create_future())
        self._line.append(call)
        self._dispatch()
        try:
            return await call.answer
        except asyncio.CancelledError:
            if call in self._line:
                self._line.remove(call)
            raise

    async def stop(self, grace_s: float = 3.0) -> None:
        """Finish the calls under way, end every process, refuse further calls.

        Args:
            grace_s: seconds after which what still runs is killed.
        """
        self._stopping = True
        loop = asyncio.get_running_loop()
        until = loop.time() + grace_s
        if self._line:
            line = [call.answer for call in self._line]
            await asyncio.wait(line, timeout=grace_s)
        self._fail_line(_stopped())
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        left = max(0.0, until - loop.time())
        await asyncio.gather(
            *(process.close(left) for process in self._processes), *self._leaving
        )
        if self._timer is not None:
            self._timer.cancel()

    def _new_process(self) -> ModelProcess:
        process = ModelProcess(
            self._spec, Output(self._on_log), self._on_free, self._on_end
        )
        self._processes.append(process)
        self._arm()
        return process

    def _dispatch(self) -> None:
        while self._line:
            free = next((p for p in self._processes if p.is_free), None)
            if free is None:
                break
            call = self._line.popleft()
            if not call.answer.done():
                free.run(call)
        if self._line and not self._processes and not self._starting:
            self._revive()
        if self._timer is None:
            self._arm()

    def _on_free(self) -> None:
        self._failures = 0
        if self._line:
            self._dispatch()

    def _on_end(self, process: ModelProcess, fault: WorkerFault) -> None:
        if process not in self._processes:
            return
        self._processes.remove(process)
        if self._stopping:
            if not self._processes:
                self._fail_line(fault)
            return
        self._on_log(LogType.ERROR, fault.message)
        self._failures += 1
        if not self._processes and not self._starting:
            self._revive()

    def _revive(self) -> None:
        """Start a process for a model that has none, unless that just failed."""
        if self._broken is None:
            self._bring_up(_pause(self._failures - 1))
        elif asyncio.get_running_loop().time() < self._retry_at:
            self._fail_line(self._broken)
        else:
            self._bring_up(0.0)

    def _bring_up(self, pause_s: float) -> None:
        task = asyncio.get_running_loop().create_task(self._start_another(pause_s))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_another(self, pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        try:
            seconds = await self.start()
        except WorkerFault as fault:
            self._on_log(LogType.ERROR, f"A new process failed: {fault.message}")
            # Not tried again at every glance.
            self._pressure = -100
            if not self._processes:
                self._failures += 1
                self._broken = fault
                now = asyncio.get_running_loop().time()
                self._retry_at = now + _pause(self._failures)
                self._fail_line(fault)
            return
        self._broken = None
        self._on_log(LogType.OK, f"A new process is ready after {seconds:.1f} s.")
        self._dispatch()

    def _fail_line(self, fault: WorkerFault) -> None:
        while self._line:
            self._line.popleft().fail(fault)

    def _arm(self) -> None:
        if self._line or len(self._processes) > 1 or self._is_busy():
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_TICK_S, self._tick)
        else:
            self._timer = None

    def _is_busy(self) -> bool:
        return any(process.is_busy for process in self._processes)

    def _tick(self) -> None:
        for process in self._processes:
            process.check()
        self._pressure = self._pressure + 1 if self._line else min(0, self._pressure)
        if self._pressure >= _PRESSURE:
            self._pressure = 0
            if len(self._processes) < self._most and self._are_all_ready():
                self._bring_up(0.0)
        for process in self._processes[1:]:
            if process.idle_s > _IDLE_S:
                self._processes.remove(process)
                self._retire(process)
        self._arm()

    def _are_all_ready(self) -> bool:
        return not self._starting and all(p.is_ready for p in self._processes)

    def _retire(self, process: ModelProcess) -> None:
        task = asyncio.get_running_loop().create_task(process.close(_RETIRE_S))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class Worker(Pool):
    """A pool of exactly one process."""

    def __init__(self, spec: WorkerSpec, on_log: OnLog, *, waiting: int = 256) -> None:
        super().__init__(spec, on_log, 1, waiting=waiting)

    @property
    def pid(self) -> int | None:
        """The process id, or None while there is no process."""
        return self.pids[0] if self.pids else None


def _pause(failures: int) -> float:
    """Seconds before the next try: none at first, then growing."""
    return min(_LONGEST_PAUSE_S, 0.1 * 2.0**failures) if failures > 0 else 0.0


def _stopped() -> WorkerFault:
    return WorkerFault(
        ProblemKind.WORKER_DIED, "The model was stopped before it answered."
    )
