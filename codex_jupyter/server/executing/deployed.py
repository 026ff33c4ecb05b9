"""What executions of deployed things share: their row, process and progress."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.limits import RUN_TIME
from codex_jupyter.server.progress import Progress, estimate
from codex_jupyter.server.runs import RunFolder
from codex_jupyter.server.store import FileRow, ModelRow
from codex_jupyter.server.workers import WorkerSpec

from .base import Execution, Unusable

_EARLIER = 20
_GLANCE_S = 0.25


@dataclass(slots=True)
class DeployedExecution(Execution):
    """An execution of a model or a script that is deployed."""

    def deployed(self) -> ModelRow:
        """What runs, once it can: a build of it is waited for.

        Raises:
            Unusable: it is gone, or its environment is.
            Cancelled: nobody waits for it any more.
        """
        while True:
            row = self.platform.store.models.get(self.row.subject)
            if row is None or row.status is ModelState.DELETED:
                noun = row.kind.value if row else "model"
                raise Unusable(f"The {noun} was deleted before this execution ran.")
            if not row.status.is_moving:
                break
            self.check()
            time.sleep(_GLANCE_S)
        if not Path(row.environment or "").is_file():
            noun = row.kind.value
            raise Unusable(f"The {noun}'s environment is gone. Restart the {noun}.")
        return row

    def files_of(self, row: ModelRow) -> list[FileRow]:
        """The files of what runs, laid out."""
        files = self.platform.store.files.of(row.hash)
        if not self.platform.files.folder(row.hash).is_dir():
            self.platform.files.lay_out(row.hash, files)
        return files

    def keep_rows(self, rows: int | None) -> None:
        """Remember how many rows go in."""
        self.row = replace(self.row, input_rows=rows)
        self.platform.store.executions.move(
            self.row.id,
            {ExecutionState.RUNNING},
            ExecutionState.RUNNING,
            input_rows=rows,
        )

    def spec(
        self, row: ModelRow, files: list[FileRow], folder: RunFolder, mode: str
    ) -> WorkerSpec:
        """What the process needs.

        Args:
            mode: one of those in ``runner/modes.py``.
        """
        limits = self.platform.limits
        spec = self.platform.files.spec(
            row,
            files,
            Path(row.environment or ""),
            memory_bytes=limits.memory_bytes,
            deadline_s=limits.execution_s,
        )
        # Alone it may use every core; with others each has its share.
        share = (os.cpu_count() or 1) // max(1, len(self.platform.executing))
        return replace(
            spec,
            env={**spec.env, **folder.environ()},
            data=folder.data,
            mode=mode,
            threads=max(1, share),
            memoise=False,
            deadline_option=RUN_TIME,
        )

    def expect(self, folder: RunFolder) -> Progress:
        """The progress, whose clock begins now."""
        earlier = self.platform.store.executions.of(
            self.row.subject, state=ExecutionState.SUCCEEDED.value, limit=_EARLIER
        )
        return Progress(folder.data, self.row.input_rows, estimate(self.row, earlier))
