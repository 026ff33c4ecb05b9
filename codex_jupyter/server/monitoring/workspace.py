"""Where a monitoring's functions run: folder, environment and process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.server.limits import RUN_TIME
from codex_jupyter.server.store import FileRow, ModelRow, MonitoringRow

from .crew import Crew
from .functions import Functions, Unready, one_file

if TYPE_CHECKING:
    from codex_jupyter.server.executing.monitoring import MonitoringExecution
    from codex_jupyter.server.platform import Platform


@dataclass(frozen=True, slots=True)
class Workspace:
    """One execution's place. It survives a killed platform, and ends with `remove`.

    Args:
        model: the model that is watched; None for an external monitoring.
        files: the monitoring's own files.
    """

    execution: MonitoringExecution
    monitoring: MonitoringRow
    model: ModelRow | None
    files: list[FileRow]

    @property
    def platform(self) -> Platform:
        """The platform that it is on."""
        return self.execution.platform

    @property
    def folder(self) -> Path:
        """What is kept while the execution goes on."""
        return workspaces(self.platform.data.root) / str(self.execution.row.id)

    def remove(self) -> None:
        """Delete it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def cores(self) -> int:
        """How many it may use: alone all, with other executions its share."""
        return max(1, (os.cpu_count() or 1) // max(1, len(self.platform.executing)))

    @contextmanager
    def crew(self, most: int = 1) -> Iterator[Crew]:
        """Processes that import the script.

        Args:
            most: processes at a time, if there are cores for them.

        Raises:
            Unready: a file or the environment is missing.
            BuildFault: the environment cannot be built.
            Cancelled: nobody wants it any more.
        """
        execution = self.execution
        functions = Functions(
            self.platform, self.monitoring, self.model, self.files, self.folder
        )
        python = functions.python(execution.on_log, execution.is_over)
        execution.check()
        spec = functions.spec(
            python,
            deadline_s=self.platform.limits.execution_s,
            threads=self.cores,
        )
        crew = Crew(execution, replace(spec, deadline_option=RUN_TIME), most)
        try:
            yield crew
        finally:
            crew.close()


def open_workspace(
    execution: MonitoringExecution, monitoring: MonitoringRow
) -> Workspace:
    """The place of an execution of a monitoring; a build of its model is waited for.

    Raises:
        Unready: the model was deleted, or a file is missing.
        Cancelled: nobody wants it any more.
    """
    files = execution.platform.store.files.of(monitoring.hash)
    model = execution.wait_for_model(monitoring.model) if monitoring.model else None
    if model is None:
        lacking = [
            name
            for role, name in (
                ("model", "model-file"),
                ("requirements", "requirements-file"),
                ("source", "script-file"),
            )
            if one_file(files, role) is None
        ]
        if lacking:
            raise Unready(f"Not uploaded yet: {', '.join(lacking)}.")
    return Workspace(execution, monitoring, model, files)


def workspaces(root: Path) -> Path:
    """The folder of the places of all executions."""
    return root / "monitoring"
