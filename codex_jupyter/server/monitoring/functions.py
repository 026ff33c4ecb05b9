"""A monitoring's own functions: the environment, the script and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.texts import plain_text
from codex_jupyter.server.environments import pick_interpreter
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.sources import script_text
from codex_jupyter.server.store import FileRow, ModelRow, MonitoringRow
from codex_jupyter.server.workers import WorkerSpec
from codex_jupyter.server.workers.output import OnLog

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform

_ROLES = ("source", "model", "requirements", "env", "extra", "schema")


class Unready(ValueError):
    """The monitoring cannot run; the text says why."""


@dataclass(frozen=True, slots=True)
class Functions:
    """What a process of a monitoring is started with.

    Args:
        model: the model that is watched; None for an external monitoring.
        files: the monitoring's own files.
        folder: where the process works; it is made here.
    """

    platform: Platform
    monitoring: MonitoringRow
    model: ModelRow | None
    files: list[FileRow]
    folder: Path

    def python(self, say: OnLog, is_over: Callable[[], bool]) -> Path:
        """The Python of the environment, built where it is not there yet.

        Raises:
            Unready: it is gone.
            BuildFault: it cannot be built.
        """
        requirements = one_file(self.files, "requirements")
        if requirements is None:
            python = Path(self.model.environment or "") if self.model else Path()
            if not python.is_file():
                raise Unready(
                    "The model's environment is gone. Restart the model, or send "
                    "requirements with the monitoring."
                )
            return python
        platform = self.platform
        minor = python_minor(self.monitoring.python) or 0
        interpreter = pick_interpreter(minor, platform.interpreters())
        text = plain_text(platform.artifacts.get(requirements.blob))
        resolution = platform.environments.resolve(interpreter, text, say, is_over)
        return platform.environments.ensure(
            interpreter, resolution, say, is_over
        ).python

    def spec(self, python: Path, *, deadline_s: float, threads: int = 1) -> WorkerSpec:
        """What the process is told; its script is laid out.

        Args:
            deadline_s: seconds that one call may take.
        """
        folder, script, env = self._placed()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return WorkerSpec(
            python=python,
            folder=folder,
            script=script,
            reference=self.monitoring.preprocess or "",
            env=env,
            memory_bytes=self.platform.limits.memory_bytes,
            deadline_s=deadline_s,
            data=self.folder,
            threads=threads,
            mode="monitoring",
        )

    def _placed(self) -> tuple[Path, Path, dict[str, str]]:
        """The functions' working folder, their script and their variables."""
        platform, source = self.platform, one_file(self.files, "source")
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


def one_file(files: list[FileRow], role: str) -> FileRow | None:
    """The first file of a role, or None."""
    return next((file for file in files if file.role == role), None)
