"""A check's own places: its files laid out as a platform would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codex_jupyter.config import DataDir
from codex_jupyter.protocol.checks import Check, CheckFile, CheckKind
from codex_jupyter.protocol.names import file_name
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.protocol.texts import parse_env
from codex_jupyter.server.artifacts import Artifacts
from codex_jupyter.server.clock import now
from codex_jupyter.server.environments import (
    Environments,
    Interpreter,
    find_interpreters,
)
from codex_jupyter.server.limits import Limits
from codex_jupyter.server.modelfiles import ModelFiles
from codex_jupyter.server.runs import RunFolders
from codex_jupyter.server.secrets import Keys
from codex_jupyter.server.store import DeployKind, FileRow, ModelRow
from codex_jupyter.server.workers import WorkerSpec

NAME = "check"
"""What stands for the hash, the group and the name of what is checked."""


class Desk:
    """Where one check works, and whose environments it uses.

    Args:
        folder: goes with the check.
        data: of the platform whose environments are used.

    Raises:
        OSError: a folder cannot be written, or a file cannot be read.
    """

    def __init__(self, folder: Path, data: DataDir, check: Check) -> None:
        self.folder = folder
        self.limits = Limits()
        self.artifacts = Artifacts(str(folder / "artifacts"))
        # Of variables nothing is kept here, so no key is needed.
        self.files = ModelFiles(folder / "models", self.artifacts, Keys("", ()))
        self.runs = RunFolders(folder / "executions", self.artifacts)
        self.environments = Environments(data.root / "environments")
        self._interpreters = data.root / "environments"
        self.variables = parse_env(Path(check.env).read_bytes()) if check.env else {}
        self.row = _row(check)
        self.kept = [self._keep(file, check) for file in check.files]

    def interpreters(self) -> tuple[Interpreter, ...]:
        """The Python versions of this machine."""
        return find_interpreters(self._interpreters)

    def of_role(self, *roles: str) -> list[FileRow]:
        """The files of some roles."""
        return [file for file in self.kept if file.role in roles]

    def spec(self, python: Path) -> WorkerSpec:
        """What the function's process needs."""
        spec = self.files.spec(
            self.row,
            self.of_role("source", "model", "extra", "schema"),
            python,
            memory_bytes=self.limits.memory_bytes,
            deadline_s=self.limits.deadline_s,
        )
        return replace(spec, env={**self.variables, **spec.env})

    def close(self) -> None:
        """End what goes on in the background."""
        self.environments.close()

    def _keep(self, file: CheckFile, check: Check) -> FileRow:
        with Path(file.path).open("rb") as content:
            blob, size = self.artifacts.put(content)
        if check.named and file.role == "schema":
            # A table's name is none of a file: it is laid out under its number.
            return FileRow(file.role, file.name, blob, size, file.name)
        return FileRow(file.role, file_name(file.name, file.role), blob, size)


def _row(check: Check) -> ModelRow:
    is_async = check.kind in (CheckKind.FILE, CheckKind.TABLES)
    is_script = check.kind is CheckKind.TABLES
    return ModelRow(
        hash=NAME,
        group=NAME,
        name=NAME,
        operation="Async" if is_async else "Sync",
        reference=check.reference,
        input_type=check.reads,
        python=check.python,
        creator="",
        uploaded_at=now(),
        status=ModelState.READY,
        message=None,
        changed_at=now(),
        stages=[],
        environment=None,
        answer=None,
        kind=DeployKind.SCRIPT if is_script else DeployKind.MODEL,
        details={"generation": 2 if check.named else 1},
    )
