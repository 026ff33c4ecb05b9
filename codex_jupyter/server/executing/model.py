"""One execution of an asynchronous model: a fresh process in a folder of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import now
from codex_jupyter.server.inputs import count_rows
from codex_jupyter.server.runs import RunFolder, zipped
from codex_jupyter.server.store import DatasetRow, FileRow, ModelRow, new_hash

from .deployed import DeployedExecution


@dataclass(slots=True)
class ModelExecution(DeployedExecution):
    """The function reads a file and writes one."""

    def steps(self) -> None:
        """Lay out the input, call the function, keep the file that it wrote."""
        model = self.deployed()
        files = self.files_of(model)
        folder = self._lay_out(model, files)
        try:
            if self.row.input_rows is None:
                self.keep_rows(count_rows(folder.input, model.input_type))
            spec = self.spec(model, files, folder, "file")
            self.progress = self.expect(folder)
            file = Path(json.loads(self.call(spec))["path"])
            self._finish(file, folder)
        finally:
            folder.remove()

    def _lay_out(self, model: ModelRow, files: list[FileRow]) -> RunFolder:
        platform = self.platform
        return platform.runs.lay_out(
            model.hash,
            str(self.row.id),
            blob=self.row.input_blob or "",
            name=self.row.input_name or "",
            wanted=model.input_type,
            also=platform.files.input_names(model, files),
            limit=platform.limits.input_bytes,
        )

    def _finish(self, file: Path, folder: RunFolder) -> None:
        artifacts, size = self.platform.artifacts, file.stat().st_size
        packed = zipped(file, folder)
        with packed.open("rb") as content:
            blob, packed_size = artifacts.put(content)
        dataset = DatasetRow(
            hash=new_hash("D"),
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
