"""The embedded platform: its parts, put together, opened and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import (
    ExecutionState,
    LogType,
    ModelState,
    Routine,
)

from .activity import CallCounts
from .artifacts import Artifacts
from .auth import Auth
from .bus import Bus, topic
from .clock import now, stamp
from .datasources import Folders
from .deploying import Deployment
from .environments import Environments, Interpreter, find_interpreters
from .executing import BY_KIND, Execution
from .execution_texts import ExecutionTexts
from .hosting import Hosted, Hosting
from .importing import Importing
from .jobs import MOST_ATTEMPTS, Jobs, Lane
from .limits import Limits
from .logbook import Logbook
from .modelfiles import ModelFiles
from .monitoring.scheduling import keep_looking
from .records import Records
from .runs import RunFolders
from .secrets import admin_credentials, load_keys
from .store import FileRow, JobRow, ModelRow, Store
from .workers import WorkerFault, WorkerSpec

_WARM_AT_START = 8
_EXPLAINED = 2  # at a time, each in a process of its own


class Platform:
    """Everything that the handlers work with.

    Args:
        data: the folder that holds all of the platform's state.
        local_data: folders that Local datasources may read.

    Raises:
        OSError: the folder cannot be written.
        ValueError: the environment holds a key that is none.
    """

    def __init__(
        self,
        data: DataDir,
        database: URL,
        limits: Limits | None = None,
        local_data: Sequence[Path] = (),
    ) -> None:
        self.data = data
        self.limits = limits or Limits()
        self.stopping = False
        data.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.keys = load_keys(data.root)
        self.store = Store(database)
        self.auth = Auth(self.store, self.keys.signing)
        self.auth.set_password(*admin_credentials(data))
        self.bus = Bus()
        self.logbook = Logbook(self.store, self.bus)
        self.artifacts = Artifacts(str(data.root / "artifacts"))
        self.files = ModelFiles(data.root / "models", self.artifacts, self.keys)
        self.environments = Environments(data.root / "environments")
        self.records = Records(data.root / "records")
        self.calls = CallCounts(data.root / "records")
        self.runs = RunFolders(data.root / "executions", self.artifacts)
        self.hosting = Hosting(self.logbook)
        self.folders = Folders(
            tuple(folder.resolve() for folder in local_data), data.root.resolve()
        )
        self.executing: dict[int, Execution] = {}
        """The executions that run now."""
        self.execution_texts = ExecutionTexts(self.store)
        self.explaining = asyncio.Semaphore(_EXPLAINED)
        """Free places for explaining single predictions."""
        builds = ThreadPoolExecutor(self.limits.builds, "build")
        places = ThreadPoolExecutor(self.limits.executions, "execution")
        copies = ThreadPoolExecutor(self.limits.imports, "import")
        self.jobs = Jobs(
            self.store,
            {
                "deploy": Lane(self.store, builds, self._deploy, self._give_up_deploy),
                "execute": Lane(self.store, places, self._execute, self._give_up_run),
                "import": Lane(self.store, copies, self._import, self._give_up_import),
            },
        )
        self._warming: asyncio.Task[None] | None = None
        self._listing: asyncio.Task[None] | None = None
        self._scheduling: asyncio.Task[None] | None = None

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
        self._listing = asyncio.create_task(
            asyncio.to_thread(self.execution_texts.warm)
        )
        self._scheduling = asyncio.create_task(keep_looking(self))

    async def close(self) -> None:
        """Finish: builds are put back, processes end, everything is on disk."""
        self.stopping = True
        self.bus.close()
        for task in (self._warming, self._scheduling):
            if task is not None:
                task.cancel()
        self.execution_texts.close()
        if self._listing is not None:
            await asyncio.gather(self._listing, return_exceptions=True)
        # On a thread, because builds that wind down need this loop.
        await asyncio.to_thread(self.jobs.close)
        await self.hosting.close()
        await asyncio.to_thread(self.environments.close)
        await asyncio.to_thread(self.records.close)
        await asyncio.to_thread(self.logbook.close)
        self.store.close()

    def tell_state(self, model: str, state: ModelState, message: str | None) -> None:
        """Publish a model's new state."""
        data = {"Status": state.value, "Message": message, "At": stamp(now())}
        self.bus.publish(model, Event("state", data))

    def tell_execution(
        self, execution: int, state: ExecutionState, message: str | None
    ) -> None:
        """Publish an execution's new state."""
        data = {"Status": state.value, "Message": message, "At": stamp(now())}
        self.bus.publish(topic(execution), Event("state", data))

    def end_execution(
        self, execution: int, allowed: Collection[ExecutionState], message: str
    ) -> bool:
        """Let an execution fail; False when it was in none of the allowed states."""
        # The rows told so far must be readable before the final state is.
        self.logbook.flush()
        failed = ExecutionState.FAILED
        moved = self.store.executions.move(
            execution, allowed, failed, message, finished_at=now()
        )
        if moved:
            self.tell_execution(execution, failed, message)
        return moved

    def _expect_deployed(self) -> list[Hosted]:
        expected = []
        for row in self.store.models.search(state=ModelState.DEPLOYED.value):
            python = Path(row.environment or "")
            if not python.is_file() or not self.files.folder(row.hash).is_dir():
                # Its environment was removed by hand: build it again.
                self._deploy_again(row)
                continue
            if row.operation == "Async":
                # Each of its executions brings a process of its own.
                continue
            files = self.store.files.of(row.hash)
            try:
                spec = self.spec(row, files, python)
            except ValueError:
                # The deployment says why it cannot be: its key is gone.
                self._deploy_again(row)
                continue
            hosted = Hosted(row.hash, row.group, row.reference, spec, row.kind)
            self.hosting.expect(hosted)
            expected.append(hosted)
        return expected

    def _deploy_again(self, row: ModelRow) -> None:
        self.store.models.move(
            row.hash, {ModelState.DEPLOYED}, ModelState.BUILDING, job="deploy"
        )

    def spec(self, row: ModelRow, files: list[FileRow], python: Path) -> WorkerSpec:
        """What a worker of the model needs, within this platform's limits.

        Raises:
            ValueError: its .env file cannot be decrypted.
        """
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

    def _deploy(self, job: JobRow) -> None:
        row = self.store.models.get(job.subject)
        if row is not None and row.status is ModelState.BUILDING:
            Deployment(self, row).run()

    def _execute(self, job: JobRow) -> None:
        row = self.store.executions.get(int(job.subject))
        if row is not None:
            BY_KIND[row.kind](self, row).run()

    def _import(self, job: JobRow) -> None:
        row = self.store.datasets.get(job.subject)
        if row is not None:
            Importing(self, row).run()

    def _give_up_import(self, job: JobRow) -> None:
        text = (
            f"The platform ended {MOST_ATTEMPTS} times during this import, so it was "
            "given up. Import it again to try once more."
        )
        moving = {ExecutionState.REQUESTED, ExecutionState.RUNNING}
        self.store.datasets.move(job.subject, moving, ExecutionState.FAILED, text)

    def _give_up_run(self, job: JobRow) -> None:
        text = (
            f"The platform ended {MOST_ATTEMPTS} times during this execution, so it "
            "was given up. Send the input again to try once more."
        )
        moving = {ExecutionState.REQUESTED, ExecutionState.RUNNING}
        self.end_execution(int(job.subject), moving, text)

    def _give_up_deploy(self, job: JobRow) -> None:
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
