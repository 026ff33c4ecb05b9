"""Processes of one monitoring that work side by side, each on one thing at a time."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codex_jupyter.server.jobs import on_loop, wait_for
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.workers import Once, WorkerSpec

if TYPE_CHECKING:
    from codex_jupyter.server.executing import Execution


class Crew:
    """Does what it is asked to, as `runner/monitoring.py` tells.

    A process is started when there is work and all that were started are busy.

    Args:
        most: processes at a time.
    """

    def __init__(self, execution: Execution, spec: WorkerSpec, most: int) -> None:
        self.most = most
        self._execution = execution
        self._spec = spec
        self._loop = execution.platform.loop
        self._places = asyncio.Semaphore(most)
        self._begun: set[Future[dict[str, Any]]] = set()
        self._processes: list[Once] = []
        self._idle: list[Once] = []

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        """Do one thing, and give its answer.

        Raises:
            WorkerFault: the script cannot be imported, or its functions failed.
            Cancelled: nobody wants it any more.
        """
        return self.answer(self.begin(task))

    def begin(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        """Let a process do one thing as soon as one is free."""
        future = asyncio.run_coroutine_threadsafe(self._do(task), self._loop)
        self._begun.add(future)
        return future

    def answer(self, future: Future[dict[str, Any]]) -> dict[str, Any]:
        """Wait for what was begun.

        Raises:
            WorkerFault: the script cannot be imported, or its functions failed.
            Cancelled: nobody wants it any more.
        """
        try:
            return wait_for(future, self._execution.is_over)
        finally:
            self._begun.discard(future)

    def close(self) -> None:
        """Give up what is not done, and end the processes."""
        for future in self._begun:
            future.cancel()
        on_loop(self._stop(), self._loop)

    async def _do(self, task: dict[str, Any]) -> dict[str, Any]:
        async with self._places:
            process = self._idle.pop() if self._idle else await self._start()
            raw = await process.call(json.dumps(task).encode())
            # One that failed, or whose answer nobody waited for, is not used again.
            self._idle.append(process)
        told: dict[str, Any] = read_json(raw)
        return told

    async def _start(self) -> Once:
        spec, data = self._spec, self._spec.data
        if self._processes and data is not None:
            # Two of them must not write the same file in their working folder, and
            # each has a core to itself.
            own = data / f"process-{len(self._processes)}"
            own.mkdir(exist_ok=True)
            spec = replace(spec, data=own, threads=1)
        process = Once(spec, self._execution.on_log)
        self._processes.append(process)
        await process.start()
        return process

    async def _stop(self) -> None:
        await asyncio.gather(*(process.stop() for process in self._processes))
