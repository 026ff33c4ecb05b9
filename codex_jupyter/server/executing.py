"""One execution of an asynchronous model: a fresh process in a folder of its own."""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.states import (
    ExecutionState,
    LogType,
    ModelState,
    Routine,
)

from .bus import topic
from .clock import now
from .inputs import count_rows
from .jobs import Cancelled, PutBack, on_loop
from .problems import is_full
from .progress import Progress, estimate
from .runs import RunFolder, zipped
from .store import DatasetRow, ExecutionRow, ModelFile, ModelRow
from .workers import Once, WorkerFault, WorkerSpec

if TYPE_CHECKING:
    from .platform import Platform

log = logging.getLogger(__name__)

_TOLD_EACH_S = 1.0
_EARLIER = 20
_MOVING = frozenset({ExecutionState.REQUESTED, ExecutionState.RUNNING})
# What the documented logger prints: [LEVEL]text[LEVEL].
_TAGGED = re.compile(r"\[(OUTPUT|DEBUG|WARNING|ERROR)\](.*)\[\1\]\Z", re.DOTALL)
_LEVELS = {
    "OUTPUT": LogType.OK,
    "DEBUG": LogType.DEBUG,
    "WARNING": LogType.WARNING,
    "ERROR": LogType.ERROR,
}


class Unusable(Exception):
    """The execution cannot run; the text says why."""


@dataclass(slots=True)
class Execution:
    """One attempt at an execution; runs on a job's thread."""

    platform: Platform
    row: ExecutionRow
    progress: Progress | None = None
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
            self._steps()
        except Cancelled:
            self._leave()
        except WorkerFault as fault:
            self._fail(fault.text)
        except (Unusable, ValueError) as error:
            self._fail(str(error))
        except OSError as error:
            full = "The platform's disk is full. Free some space and run it again."
            self._fail(full if is_full(error) else str(error))
        except Exception:
            log.exception("execution %d failed", self.row.id)
            self._fail("The platform failed on this execution; see its log.")
        finally:
            self.platform.executing.pop(self.row.id, None)

    def _leave(self) -> None:
        if self.platform.stopping:
            self.platform.store.executions.move(
                self.row.id, {ExecutionState.RUNNING}, ExecutionState.REQUESTED
            )
            raise PutBack

    def _steps(self) -> None:
        model = self._model()
        files = self.platform.store.models.files(model.hash)
        folder = self._lay_out(model, files)
        try:
            self._count(folder, model)
            spec = self._spec(model, files, folder)
            # The clock of the progress begins with the process.
            self.progress = self._expect(folder)
            file = self._call(spec)
            self._finish(file, folder)
        finally:
            folder.remove()

    def _model(self) -> ModelRow:
        """The model, once it can run: a build of it is waited for."""
        while True:
            row = self.platform.store.models.get(self.row.model)
            if row is None or row.status is ModelState.DELETED:
                raise Unusable("The model was deleted before this execution ran.")
            if not row.status.is_moving:
                break
            self._check()
            time.sleep(_TOLD_EACH_S / 4)
        if not Path(row.environment or "").is_file():
            raise Unusable("The model's environment is gone. Restart the model.")
        return row

    def _lay_out(self, model: ModelRow, files: list[ModelFile]) -> RunFolder:
        platform = self.platform
        if not platform.files.folder(model.hash).is_dir():
            platform.files.lay_out(model.hash, files)
        return platform.runs.lay_out(
            model.hash,
            str(self.row.id),
            blob=self.row.input_blob,
            name=self.row.input_name,
            wanted=model.input_type,
            also=platform.files.input_names(model, files),
            limit=platform.limits.input_bytes,
        )

    def _count(self, folder: RunFolder, model: ModelRow) -> None:
        if self.row.input_rows is not None:
            return
        rows = count_rows(folder.input, model.input_type)
        self.row = replace(self.row, input_rows=rows)
        self.platform.store.executions.move(
            self.row.id,
            {ExecutionState.RUNNING},
            ExecutionState.RUNNING,
            input_rows=rows,
        )

    def _spec(
        self, model: ModelRow, files: list[ModelFile], folder: RunFolder
    ) -> WorkerSpec:
        limits = self.platform.limits
        spec = self.platform.files.spec(
            model,
            files,
            Path(model.environment or ""),
            memory_bytes=limits.memory_bytes,
            deadline_s=limits.execution_s,
        )
        # Alone it may use every core; with others each has its share.
        share = (os.cpu_count() or 1) // max(1, len(self.platform.executing))
        return replace(
            spec,
            env={**spec.env, **folder.environ()},
            data=folder.data,
            threads=max(1, share),
            memoise=False,
        )

    def _expect(self, folder: RunFolder) -> Progress:
        earlier = self.platform.store.executions.of_model(
            self.row.model, state=ExecutionState.SUCCEEDED.value, limit=_EARLIER
        )
        return Progress(folder.data, self.row.input_rows, estimate(self.row, earlier))

    def _call(self, spec: WorkerSpec) -> Path:
        """The file that the function wrote."""
        once, loop = Once(spec, self._on_log), self.platform.loop
        try:
            on_loop(once.start(), loop, self._is_over)
            answer = on_loop(once.call(), loop, self._is_over)
        finally:
            # Before anything else: nothing may write to the folder any more.
            on_loop(once.stop(), loop)
        return Path(json.loads(answer)["path"])

    def _finish(self, file: Path, folder: RunFolder) -> None:
        artifacts, size = self.platform.artifacts, file.stat().st_size
        packed = zipped(file, folder)
        with packed.open("rb") as content:
            blob, packed_size = artifacts.put(content)
        dataset = DatasetRow(
            hash=f"D{secrets.token_hex(32)[:63]}",
            group=self.row.group,
            name=file.name,
            origin="Model",
            origin_id=self.row.model,
            execution=self.row.id,
            status=ExecutionState.SUCCEEDED.value,
            log="",
            blob=blob,
            member=file.name,
            size=size,
            created_at=now(),
        )
        # The rows told so far must be readable before the final state is.
        self.platform.logbook.flush()
        written = self.platform.store.executions.succeed(
            self.row.id,
            dataset,
            finished_at=now(),
            output_name=file.name,
            output_size=size,
            result_blob=blob,
            result_size=packed_size,
        )
        if written:
            self.platform.tell_execution(self.row.id, ExecutionState.SUCCEEDED, None)

    def _fail(self, message: str) -> None:
        if self.platform.stopping:
            # What failed may have failed because it was told to stop.
            self._leave()
        self._on_log(LogType.ERROR, message)
        self.platform.end_execution(self.row.id, {ExecutionState.RUNNING}, message)

    def _on_log(self, type_: LogType, text: str) -> None:
        if tagged := _TAGGED.match(text):
            type_, text = _LEVELS[tagged[1]], tagged[2]
        self.platform.logbook.add(
            self.row.model, type_, Routine.RUN, text, execution=self.row.id
        )

    def _is_over(self) -> bool:
        if self.platform.stopping:
            return True
        row = self.platform.store.executions.get(self.row.id)
        if row is None or row.state is not ExecutionState.RUNNING:
            return True
        if self.progress and time.monotonic() - self._told >= _TOLD_EACH_S:
            self._told = time.monotonic()
            event = Event("progress", self.progress.look())
            self.platform.bus.publish(topic(self.row.id), event)
        return False

    def _check(self) -> None:
        if self._is_over():
            raise Cancelled
