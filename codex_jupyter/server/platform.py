"""The embedded platform: its parts, put together, opened and closed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import LogType, ModelState, Routine

from .artifacts import Artifacts
from .auth import Auth
from .bus import Bus
from .clock import now, stamp
from .deploying import Deployment
from .environments import Environments, Interpreter, find_interpreters
from .hosting import Hosted, Hosting
from .jobs import Jobs
from .limits import Limits
from .logbook import Logbook
from .modelfiles import ModelFiles
from .records import Records
from .secrets import admin_credentials, load_keys
from .store import JobRow, ModelFile, ModelRow, Store
from .workers import WorkerFault, WorkerSpec

_WARM_AT_START = 8


class Platform:
    """Everything that the handlers work with.

    Args:
        data: the folder that holds all of the platform's state.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(self, data: DataDir, limits: Limits | None = None) -> None:
        self.data = data
        self.limits = limits or Limits()
        self.stopping = False
        data.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.keys = load_keys(data.root)
        self.store = Store(f"sqlite:///{data.root / 'platform.db'}")
        self.auth = Auth(self.store, self.keys.signing)
        self.auth.set_password(*admin_credentials(data))
        self.bus = Bus()
        self.logbook = Logbook(self.store, self.bus)
        self.artifacts = Artifacts(str(data.root / "artifacts"))
        self.files = ModelFiles(data.root / "models", self.artifacts, self.keys)
        self.environments = Environments(data.root / "environments")
        self.records = Records(data.root / "records")
        self.hosting = Hosting(self.logbook)
        self._executor = ThreadPoolExecutor(self.limits.builds, "build")
        self.jobs = Jobs(self.store, self._executor, self._run_job, self._give_up_job)
        self._warming: asyncio.Task[None] | None = None

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that the platform was opened on."""
        return asyncio.get_running_loop()

    def interpreters(self) -> tuple[Interpreter, ...]:
        """The Python versions that models can ask for; slow the first time."""
        return find_interpreters(self.data.root / "environments")

    async def open(self) -> None:
        """Begin to work: host what was deployed, take up what was left undone."""
        self.bus.open(self.loop)
        deployed = await asyncio.to_thread(self._expect_deployed)
        self.jobs.take()
        self._warming = asyncio.create_task(self._warm(deployed[:_WARM_AT_START]))

    async def close(self) -> None:
        """Finish: builds are put back, processes end, everything is on disk."""
        self.stopping = True
        self.bus.close()
        if self._warming is not None:
            self._warming.cancel()
        # On a thread, because builds that wind down need this loop.
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)
        await self.hosting.close()
        await asyncio.to_thread(self.environments.close)
        await asyncio.to_thread(self.records.close)
        await asyncio.to_thread(self.logbook.close)
        self.store.close()

    def tell_state(self, model: str, state: ModelState, message: str | None) -> None:
        """Publish a model's new state."""
        data = {"Status": state.value, "Message": message, "At": stamp(now())}
        self.bus.publish(model, Event("state", data))

    def _expect_deployed(self) -> list[Hosted]:
        expected = []
        for row in self.store.models.search(state=ModelState.DEPLOYED.value):
            python = Path(row.environment or "")
            if not python.is_file() or not self.files.folder(row.hash).is_dir():
                # Its environment was removed by hand: build it again.
                self.store.models.move(
                    row.hash, {ModelState.DEPLOYED}, ModelState.BUILDING, job="deploy"
                )
                continue
            files = self.store.models.files(row.hash)
            hosted = Hosted(
                row.hash, row.group, row.reference, self.spec(row, files, python)
            )
            self.hosting.expect(hosted)
            expected.append(hosted)
        return expected

    def spec(self, row: ModelRow, files: list[ModelFile], python: Path) -> WorkerSpec:
        """What a worker of the model needs, within this platform's limits."""
        return self.files.spec(
            row,
            files,
            python,
            memory_bytes=self.limits.memory_bytes,
            deadline_s=self.limits.deadline_s,
        )

    async def _warm(self, hosted: list[Hosted]) -> None:
        for one in hosted:
            # A model that does not start says so in its own log.
            with suppress(WorkerFault):
                await self.hosting.wake(one)

    def _run_job(self, job: JobRow) -> None:
        row = self.store.models.get(job.subject)
        if row is not None and row.status is ModelState.BUILDING:
            Deployment(self, row).run()

    def _give_up_job(self, job: JobRow) -> None:
        text = (
            f"The platform ended {job.attempts} times during this deployment, so it "
            "was given up. Deploy again to try once more."
        )
        self.logbook.add(job.subject, LogType.ERROR, Routine.HOST, text)
        moved = self.store.models.move(
            job.subject, {ModelState.BUILDING}, ModelState.FAILED, text
        )
        if moved:
            self.tell_state(job.subject, ModelState.FAILED, text)
