"""The models that answer calls: which process serves which model.

A model that is `Deployed` always has an entry here. Its process may not run yet
(after a start of the platform): the first call starts it, and others wait for that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from codex_jupyter.protocol.states import LogType, Routine

from .logbook import Logbook
from .store import DeployKind
from .workers import Pool, WorkerFault, WorkerSpec


@dataclass(slots=True)
class Hosted:
    """A model or a script that can be called."""

    model: str
    group: str
    reference: str
    spec: WorkerSpec
    kind: DeployKind = DeployKind.MODEL
    pool: Pool | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosting:
    """Every hosted model; lives on the event loop."""

    def __init__(self, logbook: Logbook) -> None:
        self._logbook = logbook
        self._hosted: dict[str, Hosted] = {}

    def get(
        self, group: str, model: str, kind: DeployKind = DeployKind.MODEL
    ) -> Hosted | None:
        """The hosted model or script, if it is one and belongs to the group."""
        hosted = self._hosted.get(model)
        if hosted is None or hosted.group != group or hosted.kind is not kind:
            return None
        return hosted

    def expect(self, hosted: Hosted) -> None:
        """Host a model whose process will be started by its first call."""
        self._hosted[hosted.model] = hosted

    async def start(self, model: str, spec: WorkerSpec) -> Pool:
        """A running pool for the spec, not yet hosted.

        Raises:
            WorkerFault: the script cannot be imported or the process ended.
        """
        pool = Pool(spec, partial(self._on_log, model))
        try:
            await pool.start()
        except BaseException:
            await pool.stop()
            raise
        return pool

    async def replace(self, hosted: Hosted) -> None:
        """Let a hosted model answer from now on; an older process of it ends."""
        old = self._hosted.get(hosted.model)
        self._hosted[hosted.model] = hosted
        if old is not None and old.pool is not None:
            await old.pool.stop()

    async def call(self, hosted: Hosted, payload: bytes) -> bytes:
        """The answer of the model's function to a JSON text.

        Raises:
            WorkerFault: the function failed, took too long, or its process ended.
        """
        pool = hosted.pool
        if pool is None:
            pool = await self.wake(hosted)
        return await pool.call(payload)

    async def wake(self, hosted: Hosted) -> Pool:
        """Start the process of a model that has none yet."""
        async with hosted.lock:
            if hosted.pool is None:
                try:
                    hosted.pool = await self.start(hosted.model, hosted.spec)
                except WorkerFault as fault:
                    self._logbook.add(
                        hosted.model,
                        LogType.ERROR,
                        Routine.RUN,
                        f"The {hosted.kind}'s process did not start: {fault.message}",
                    )
                    raise
            return hosted.pool

    async def remove(self, model: str) -> None:
        """Stop serving a model; calls already running are finished."""
        hosted = self._hosted.pop(model, None)
        if hosted is not None and hosted.pool is not None:
            await hosted.pool.stop()

    async def close(self) -> None:
        """Stop every process."""
        await asyncio.gather(*(self.remove(model) for model in list(self._hosted)))

    def _on_log(self, model: str, type_: LogType, text: str) -> None:
        self._logbook.add(model, type_, Routine.RUN, text)
