"""A process for one piece of work: started for it, watched, and ended with it."""

from __future__ import annotations

import asyncio

from codex_jupyter.protocol.problems import ProblemKind

from .output import OnLog, Output
from .process import Call, ModelProcess
from .spec import WorkerFault, WorkerSpec

_TICK_S = 0.1


class Once:
    """A fresh process and its calls; its coroutines run on one event loop.

    Args:
        on_log: takes what the process prints.
    """

    def __init__(self, spec: WorkerSpec, on_log: OnLog) -> None:
        self._spec = spec
        self._on_log = on_log
        self._process: ModelProcess | None = None
        self._watching: asyncio.Task[None] | None = None
        self._ended: WorkerFault | None = None

    async def start(self) -> float:
        """Start the process and wait until the script is imported.

        Returns:
            The seconds that this took.

        Raises:
            WorkerFault: the script cannot be imported, or not in time.
        """
        process = ModelProcess(
            self._spec, Output(self._on_log), lambda: None, self._on_end
        )
        self._process = process
        self._watching = asyncio.get_running_loop().create_task(_watch(process))
        return await process.start()

    async def call(self, payload: bytes = b"") -> bytes:
        """The answer (JSON text) of the function; one call at a time, after `start`.

        Raises:
            WorkerFault: the function failed or took too long, or its process ended.
        """
        if self._ended is not None or self._process is None:
            raise self._ended or WorkerFault(
                ProblemKind.WORKER_DIED, "The model's process was not started."
            )
        call = Call(payload, asyncio.get_running_loop().create_future())
        self._process.run(call)
        return await call.answer

    async def stop(self) -> None:
        """End the process and what it started; what it printed is passed on first."""
        if self._watching is not None:
            self._watching.cancel()
        if self._process is not None:
            await self._process.close(0)

    def _on_end(self, _process: ModelProcess, fault: WorkerFault) -> None:
        self._ended = fault


async def _watch(process: ModelProcess) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        process.check()
