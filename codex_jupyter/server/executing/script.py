"""One execution of an asynchronous script: it makes a table, which is a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server import scripts
from codex_jupyter.server.clock import now
from codex_jupyter.server.inputs import count_rows
from codex_jupyter.server.store import DatasetRow, ModelRow, execution_owner, new_hash

from .deployed import DeployedExecution


@dataclass(slots=True)
class ScriptExecution(DeployedExecution):
    """The function takes tables and makes one."""

    def steps(self) -> None:
        """Lay out the tables, call the function, keep the table that it made."""
        platform, script = self.platform, self.deployed()
        files = self.files_of(script)
        laid = scripts.lay_out(
            platform, script, files, self._tables(), str(self.row.id)
        )
        try:
            if self.row.input_rows is None and len(laid.paths) == 1:
                (path,) = laid.paths.values()
                self.keep_rows(count_rows(path))
            spec = self.spec(script, files, laid.folder, "table")
            self.progress = self.expect(laid.folder)
            file = laid.made(self.call(spec, laid.payload))
            self.check()
            self._finish(script, file)
        finally:
            laid.folder.remove()

    def _tables(self) -> list[scripts.Table]:
        given = self.platform.store.files.of(execution_owner(self.row.id))
        tables = [scripts.Table(one.name, one.name, one.blob) for one in given]
        if tables:
            return tables
        name = self.row.input_name or ""
        return [scripts.Table(name, name, self.row.input_blob or "")]

    def _finish(self, script: ModelRow, file: Path) -> None:
        with file.open("rb") as content:
            blob, size = self.platform.artifacts.put(content)
        dataset = DatasetRow(
            # Of the first generation it was told when the execution was accepted.
            hash=self.row.details.get("dataset") or new_hash("D"),
            group=self.row.group,
            name=file.name,
            origin="Preprocessing",
            origin_id=script.hash,
            execution=self.row.id,
            status=ExecutionState.SUCCEEDED.value,
            log="",
            blob=blob,
            member=None,
            size=size,
            created_at=now(),
        )
        self.succeed(
            dataset,
            output_name=file.name,
            output_size=size,
            result_blob=blob,
            result_size=size,
        )
