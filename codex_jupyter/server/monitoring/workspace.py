"""Where a monitoring's functions run: folder, environment and process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.protocol.names import python_minor
from codex_jupyter.server.environments import pick_interpreter
from codex_jupyter.server.jobs import on_loop
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.sources import plain_text, script_text
from codex_jupyter.server.store import FileRow, ModelRow, MonitoringRow
from codex_jupyter.server.workers import Once, WorkerSpec

if TYPE_CHECKING:
    from codex_jupyter.server.executing.monitoring import MonitoringExecution
    from codex_jupyter.server.platform import Platform

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""Lets the process do one thing, as `runner/monitoring.py` tells, and gives its answer.

Raises:
    WorkerFault: the user's functions failed.
    Cancelled: nobody wants it any more.
"""

_ROLES = ("source", "model", "requirements", "env", "extra", "schema")


class Unready(ValueError):
    """The monitoring cannot run; the text says why."""


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

    @contextmanager
    def process(self) -> Iterator[Ask]:
        """A process that has imported the script.

        Raises:
            Unready: a file or the environment is missing.
            BuildFault: the environment cannot be built.
            WorkerFault: the script cannot be imported.
            Cancelled: nobody wants it any more.
        """
        execution = self.execution
        once = Once(self._spec(self._python()), execution.on_log)
        try:
            execution.on_loop(once.start())

            def ask(task: dict[str, Any]) -> dict[str, Any]:
                raw = execution.on_loop(once.call(json.dumps(task).encode()))
                told: dict[str, Any] = json.loads(raw)
                return told

            yield ask
        finally:
            on_loop(once.stop(), self.platform.loop)

    def _python(self) -> Path:
        requirements = _one(self.files, "requirements")
        if requirements is None:
            python = Path(self.model.environment or "") if self.model else Path()
            if not python.is_file():
                raise Unready(
                    "The model's environment is gone. Restart the model, or send "
                    "requirements with the monitoring."
                )
            return python
        platform, say = self.platform, self.execution.on_log
        minor = python_minor(self.monitoring.python) or 0
        interpreter = pick_interpreter(minor, platform.interpreters())
        text = plain_text(platform.artifacts.get(requirements.blob))
        resolution = platform.environments.resolve(
            interpreter, text, say, self.execution.is_over
        )
        self.execution.check()
        built = platform.environments.ensure(
            interpreter, resolution, say, self.execution.is_over
        )
        self.execution.check()
        return built.python

    def _spec(self, python: Path) -> WorkerSpec:
        share = (os.cpu_count() or 1) // max(1, len(self.platform.executing))
        limits = self.platform.limits
        folder, script, env = self._placed()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return WorkerSpec(
            python=python,
            folder=folder,
            script=script,
            reference=self.monitoring.preprocess or "",
            env=env,
            memory_bytes=limits.memory_bytes,
            deadline_s=limits.execution_s,
            data=self.folder,
            threads=max(1, share),
            mode="monitoring",
        )

    def _placed(self) -> tuple[Path, Path, dict[str, str]]:
        """The functions' working folder, their script and their variables."""
        platform, source = self.platform, _one(self.files, "source")
        owner = self.model.hash if self.model else self.monitoring.hash
        theirs = platform.store.files.of(owner) if self.model else self.files
        laid = [file for file in theirs if file.role in _ROLES]
        folder = platform.files.folder(owner)
        if not folder.is_dir():
            platform.files.lay_out(owner, laid)
        env: dict[str, str] = {"identifier": f"local/{self.monitoring.group}/{owner}"}
        if self.model is not None:
            spec = platform.spec(self.model, theirs, Path())
            env, script = dict(spec.env), spec.script
        elif source is not None:
            script = folder / script_name(source.name)
        if source is not None and self.model is not None:
            script = self.folder / "script" / script_name(source.name)
            script.parent.mkdir(parents=True, exist_ok=True)
            raw = platform.artifacts.get(source.blob)
            script.write_text(script_text(raw), encoding="utf-8")
        return folder, script, env


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
            if _one(files, role) is None
        ]
        if lacking:
            raise Unready(f"Not uploaded yet: {', '.join(lacking)}.")
    return Workspace(execution, monitoring, model, files)


def workspaces(root: Path) -> Path:
    """The folder of the places of all executions."""
    return root / "monitoring"


def _one(files: list[FileRow], role: str) -> FileRow | None:
    return next((file for file in files if file.role == role), None)
