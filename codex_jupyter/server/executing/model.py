"""One execution of an asynchronous model: a fresh process in a folder of its own."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path

from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.clock import now
from codex_jupyter.server.inputs import count_rows
from codex_jupyter.server.progress import Progress, estimate
from codex_jupyter.server.runs import RunFolder, zipped
from codex_jupyter.server.store import DatasetRow, FileRow, ModelRow
from codex_jupyter.server.workers import WorkerSpec

from .base import Execution, Unusable

_EARLIER = 20
_GLANCE_S = 0.25


@dataclass(slots=True)
class ModelExecution(Execution):
    """The function reads a file and writes one."""

    def steps(self) -> None:
        """Lay out the input, call the function, keep the file that it wrote."""
        model = self._model()
        files = self.platform.store.files.of(model.hash)
        folder = self._lay_out(model, files)
        try:
            self._count(folder, model)
            spec = self._spec(model, files, folder)
            # The clock of the progress begins with the process.
            self.progress = self._expect(folder)
            file = Path(json.loads(self.call(spec))["path"])
            self._finish(file, folder)
        finally:
            folder.remove()

    def _model(self) -> ModelRow:
        """The model, once it can run: a build of it is waited for."""
        while True:
            row = self.platform.store.models.get(self.row.subject)
            if row is None or row.status is ModelState.DELETED:
                raise Unusable("The model was deleted before this execution ran.")
            if not row.status.is_moving:
                break
            self.check()
            time.sleep(_GLANCE_S)
        if not Path(row.environment or "").is_file():
            raise Unusable("The model's environment is gone. Restart the model.")
        return row

    def _lay_out(self, model: ModelRow, files: list[FileRow]) -> RunFolder:
        platform = self.platform
        if not platform.files.folder(model.hash).is_dir():
            platform.files.lay_out(model.hash, files)
        return platform.runs.lay_out(
            model.hash,
            str(self.row.id),
            blob=self.row.input_blob or "",
            name=self.row.input_name or "",
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
        self, model: ModelRow, files: list[FileRow], folder: RunFolder
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
            mode="file",
            threads=max(1, share),
            memoise=False,
        )

    def _expect(self, folder: RunFolder) -> Progress:
        earlier = self.platform.store.executions.of(
            self.row.subject, state=ExecutionState.SUCCEEDED.value, limit=_EARLIER
        )
        return Progress(folder.data, self.row.input_rows, estimate(self.row, earlier))

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
            origin_id=self.row.subject,
            execution=self.row.id,
            status=ExecutionState.SUCCEEDED.value,
            log="",
            blob=blob,
            member=file.name,
            size=size,
            created_at=now(),
        )
        self.succeed(
            dataset,
            output_name=file.name,
            output_size=size,
            result_blob=blob,
            result_size=packed_size,
        )
