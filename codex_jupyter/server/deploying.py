"""A deployment, step by step: resolve, install, start, test.

Each step is timed, told to whoever watches, and kept with the model. The model is
`Deployed` only after its function answered the schema sample.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import LogType, ModelState, Routine, Stage

from . import scripts
from .clock import now, stamp
from .environments import BuildFault, Environment, pick_interpreter
from .estimating import estimate_of
from .hosting import Hosted
from .jobs import Cancelled, PutBack, on_loop
from .logbook import untagged
from .modelfiles import schema_of
from .outages import is_away, unless_away, until_answered
from .problems import is_full
from .runs import RunFolder
from .store import DeployKind, FileRow, ModelRow
from .workers import Once, Pool, WorkerFault, WorkerSpec

if TYPE_CHECKING:
    from .platform import Platform

T = TypeVar("T")
log = logging.getLogger(__name__)

# The sample of an asynchronous model may be as slow as a small input of it is.
_TRIAL_S = 600.0
# The label of its folder: the documented logger writes no file where it reads this.
_HOST = "host"


@dataclass(slots=True)
class Deployment:
    """One attempt to bring a model to `Deployed`; runs on a job's thread."""

    platform: Platform
    row: ModelRow

    def run(self) -> None:
        """Go through the steps; every failure becomes the model's state.

        Raises:
            PutBack: the platform stops; the job is taken up at the next start.
        """
        self.row.stages.clear()
        try:
            self._steps()
        except Cancelled:
            self._leave()
        except (BuildFault, WorkerFault) as fault:
            self._fail(fault.message, fault.detail)
        except (OSError, ValueError) as error:
            full = "The platform's disk is full. Free some space and deploy again."
            self._fail(full if is_full(error) else str(error), "")
        except Exception as error:
            if is_away(error):
                raise  # its job is run again
            log.exception("the deployment of %s failed", self.row.hash)
            self._fail("The platform failed on this deployment; see its log.", "")

    def _leave(self) -> None:
        if self.platform.stopping:
            raise PutBack

    def _steps(self) -> None:
        begun = time.monotonic()
        files = self.platform.store.files.of(self.row.hash)
        environment = self._environment(files)
        if self.row.operation == "Async":
            if self.row.kind is DeployKind.SCRIPT:
                answer = self._trial_of_script(files, environment)
            else:
                answer = self._trial(files, environment)
            self._say(LogType.OK, f"Deployed in {time.monotonic() - begun:.1f} s.")
            self._deployed(environment.python, answer)
            return
        with self._stage(Stage.START) as note:
            self.platform.files.lay_out(self.row.hash, files)
            spec = self.platform.spec(self.row, files, environment.python)
            pool = self._on_loop(self.platform.hosting.start(self.row.hash, spec))
            note.append("imported")
        try:
            answer = self._test(pool, files)
            self._check()
        except BaseException:
            self._on_loop(pool.stop(), until_done=True)
            raise
        self._serve(pool, spec, answer, time.monotonic() - begun)

    def _environment(self, files: list[FileRow]) -> Environment:
        platform, minor = self.platform, python_minor(self.row.python)
        self._tell_estimate()
        with self._stage(Stage.RESOLVE) as note:
            python = pick_interpreter(minor or 0, platform.interpreters())
            text = platform.files.requirements(files)
            resolution = platform.environments.resolve(python, text, self._say)
            note.append(f"Python {python.label}, {len(resolution.pins)} packages")
        self._check()
        is_kept = platform.environments.holds(resolution)
        self._tell_estimate(is_kept=is_kept)
        with self._stage(Stage.INSTALL, Built=not is_kept) as note:
            environment = platform.environments.ensure(
                python, resolution, self._say, self._is_cancelled
            )
            note.append(f"environment {environment.key[:12]}")
        self._check()
        return environment

    def _test(self, pool: Pool, files: list[FileRow]) -> str:
        with self._stage(Stage.TEST) as note:
            sample = json.dumps(self.platform.files.sample(files))
            answer = self._on_loop(pool.call(sample.encode())).decode()
            note.append(f"{self.row.reference}() answered the sample")
        self._say(LogType.OK, f"Answer to the sample: {answer[:2000]}")
        return answer

    def _serve(self, pool: Pool, spec: WorkerSpec, answer: str, seconds: float) -> None:
        self._say(LogType.OK, f"Deployed in {seconds:.1f} s.")
        row = self.row
        hosted = Hosted(row.hash, row.group, row.reference, spec, row.kind, pool)
        self._on_loop(self.platform.hosting.replace(hosted))
        if not self._deployed(spec.python, answer):
            self._on_loop(self.platform.hosting.remove(self.row.hash))

    def _deployed(self, python: Path, answer: str) -> bool:
        return self._move(
            ModelState.DEPLOYED, None, answer=answer, environment=str(python)
        )

    def _trial(self, files: list[FileRow], environment: Environment) -> str:
        """Run the function on the sample as an execution would; what it wrote."""
        platform, row, schema = self.platform, self.row, schema_of(files)
        platform.files.lay_out(row.hash, files)
        folder = platform.runs.lay_out(
            row.hash,
            _HOST,
            blob=schema.blob,
            name=schema.name,
            wanted=row.input_type,
            also=platform.files.input_names(row, files),
            limit=platform.limits.input_bytes,
        )
        started = self._once(files, environment, folder, "file")
        with started as once, self._stage(Stage.TEST) as note:
            answer = self._on_loop(once.call())
            file = Path(json.loads(answer)["path"])
            size = file.stat().st_size
            note.append(f"{row.reference}() wrote {file.name}, {size} bytes")
        self._check()
        return json.dumps({"file": file.name})

    def _trial_of_script(self, files: list[FileRow], environment: Environment) -> str:
        """Make a table of the samples; the name of the file that holds it."""
        platform, row = self.platform, self.row
        platform.files.lay_out(row.hash, files)
        laid = scripts.lay_out(platform, row, files, scripts.samples(files), _HOST)
        started = self._once(files, environment, laid.folder, "table")
        with started as once, self._stage(Stage.TEST) as note:
            file = laid.made(self._on_loop(once.call(laid.payload)))
            size = file.stat().st_size
            note.append(f"{row.reference}() made {file.name}, {size} bytes")
        self._check()
        return json.dumps({"file": file.name})

    @contextmanager
    def _once(
        self,
        files: list[FileRow],
        environment: Environment,
        folder: RunFolder,
        mode: str,
    ) -> Iterator[Once]:
        """A process for one call, started; it and its folder are removed after."""
        once: Once | None = None
        try:
            spec = self.platform.spec(self.row, files, environment.python)
            spec = replace(
                spec,
                env={**spec.env, **folder.environ()},
                data=folder.data,
                mode=mode,
                deadline_s=_TRIAL_S,
                memoise=False,
            )
            once = Once(spec, self._say_tagged)
            with self._stage(Stage.START) as note:
                self._on_loop(once.start())
                note.append("imported")
            yield once
        finally:
            if once is not None:
                self._on_loop(once.stop(), until_done=True)
            folder.remove()

    def _fail(self, message: str, detail: str | None) -> None:
        if self._is_cancelled():
            # What failed may have failed because it was told to stop.
            return self._leave()
        text = "\n".join(part for part in (message, detail) if part)
        self._say(LogType.ERROR, text)
        self._move(ModelState.FAILED, text)
        return None

    def _move(self, state: ModelState, message: str | None, **values: Any) -> bool:
        def write() -> bool:
            # The rows told so far must be readable before the final state is.
            self.platform.logbook.flush()
            return self.platform.store.models.move(
                self.row.hash,
                # The state itself where an outage took the answer to the first try.
                {ModelState.BUILDING, state},
                state,
                message,
                stages=self.row.stages,
                **values,
            )

        moved = until_answered(write, lambda: self.platform.stopping)
        if moved:
            self.platform.tell_state(self.row.hash, state, message)
        return moved

    @contextmanager
    def _stage(self, stage: Stage, **more: Any) -> Iterator[list[str]]:
        entry: dict[str, Any] = {
            "Stage": stage.value,
            "Progress": "started",
            "Seconds": None,
            "Note": "",
            "At": stamp(now()),
            **more,
        }
        note: list[str] = []
        self.row.stages.append(entry)
        self._tell(entry)
        begun = time.monotonic()
        progress = "failed"
        try:
            yield note
            progress = "done"
        finally:
            entry["Progress"] = progress
            entry["Seconds"] = round(time.monotonic() - begun, 3)
            entry["Note"] = "".join(note)
            self._tell(entry)

    def _tell(self, entry: dict[str, Any]) -> None:
        # The next one, and the end at last, write all of them.
        stages = self.row.stages
        unless_away(
            lambda: self.platform.store.models.set_stages(self.row.hash, stages), None
        )
        self.platform.bus.publish(self.row.hash, Event("stage", dict(entry)))

    def _tell_estimate(self, *, is_kept: bool | None = None) -> None:
        store = self.platform.store
        event = unless_away(lambda: estimate_of(store, self.row, is_kept=is_kept), None)
        if event is not None:
            self.platform.bus.publish(self.row.hash, event)

    def _say(self, type_: LogType, text: str) -> None:
        self.platform.logbook.add(self.row.hash, type_, Routine.HOST, text)

    def _say_tagged(self, type_: LogType, text: str) -> None:
        self._say(*untagged(type_, text))

    def _is_cancelled(self) -> bool:
        # A database that is away has nothing against what runs without it.
        return self.platform.stopping or unless_away(self._is_gone, otherwise=False)

    def _is_gone(self) -> bool:
        row = self.platform.store.models.get(self.row.hash)
        return row is None or row.status is not ModelState.BUILDING

    def _check(self) -> None:
        if self._is_cancelled():
            raise Cancelled

    def _on_loop(self, work: Coroutine[Any, Any, T], *, until_done: bool = False) -> T:
        stop = None if until_done else self._is_cancelled
        return on_loop(work, self.platform.loop, stop)
