"""A model's folder: its uploaded files laid out as its script expects them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codex_jupyter.protocol.texts import parse_env, plain_text

from .artifacts import Artifacts
from .inputs import first_value
from .secrets import Keys
from .sources import script_text
from .store import FileRow, ModelRow
from .workers import WorkerSpec


class ModelFiles:
    """Lays out models' folders and makes what a worker needs from them.

    Args:
        root: the folder of all models' folders.
    """

    def __init__(self, root: Path, artifacts: Artifacts, keys: Keys) -> None:
        self._root = root
        self._artifacts = artifacts
        self._keys = keys

    def folder(self, model: str) -> Path:
        """Where the model's files are, or will be."""
        return self._root / model

    def lay_out(self, model: str, files: list[FileRow]) -> None:
        """Copy the files into the model's folder, anew.

        Raises:
            OSError: the folder cannot be written.
            ValueError: the source is neither a script nor a notebook.
        """
        folder = self.folder(model)
        fresh = folder.with_name(f"{model}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file in files:
            # What is a dataset is known by a name of its own, not as a file.
            if file.role != "env" and file.dataset is None:
                self._artifacts.fetch(file.blob, fresh / file.name)
        source = _one(files, "source")
        script = fresh / script_name(source.name)
        raw = (fresh / source.name).read_bytes()
        script.write_text(script_text(raw), encoding="utf-8")
        old = folder.with_name(f"{model}.old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            # Renamed, not removed: executions that run miss it for a moment only.
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)

    def remove(self, model: str) -> None:
        """Delete the model's folder; the uploaded files stay among the artifacts."""
        shutil.rmtree(self.folder(model), ignore_errors=True)

    def requirements(self, files: Sequence[FileRow]) -> str:
        """The text of the requirements file; empty where there is none."""
        given = [file for file in files if file.role == "requirements"]
        return plain_text(self._artifacts.get(given[0].blob)) if given else ""

    def variables(self, files: Sequence[FileRow]) -> dict[str, str]:
        """What the .env file sets; nothing where there is none."""
        env: dict[str, str] = {}
        for file in files:
            if file.role == "env":
                sealed = self._artifacts.get(file.blob)
                env.update(parse_env(self._keys.decrypt(sealed)))
        return env

    def sample(self, files: list[FileRow]) -> Any:
        """The schema sample as a JSON value, of a table its first row.

        NaN and infinities become null; None stands for what has no JSON form.
        """
        with self._artifacts.open(schema_of(files).blob) as file:
            return first_value(file)

    def input_names(self, row: ModelRow, files: list[FileRow]) -> list[str]:
        """Names that scripts of asynchronous models open whatever was uploaded."""
        # The documented samples open input.csv; others the file they were tried on.
        return [f"input.{row.input_type}", schema_of(files).name]

    def spec(
        self,
        row: ModelRow,
        files: list[FileRow],
        python: Path,
        *,
        memory_bytes: int,
        deadline_s: float,
    ) -> WorkerSpec:
        """What a worker needs to serve the model or the script.

        Raises:
            ValueError: its .env file was encrypted with a key that is gone.
        """
        env = self.variables(files)
        for file in files:
            if file.role == "model":
                env["modelFileName"] = file.name
        folder = self.folder(row.hash)
        env["identifier"] = f"local/{row.group}/{row.hash}"
        return WorkerSpec(
            python=python,
            folder=folder,
            script=folder / script_name(_one(files, "source").name),
            reference=row.reference,
            env=env,
            memory_bytes=memory_bytes,
            deadline_s=deadline_s,
        )


def script_name(source: str) -> str:
    """The name under which a source is run: a notebook becomes a script."""
    stem, dot, suffix = source.rpartition(".")
    return source if suffix == "py" else f"{stem if dot else source}.py"


def schema_of(files: list[FileRow]) -> FileRow:
    """The sample input among a model's files."""
    return _one(files, "schema")


def _one(files: list[FileRow], role: str) -> FileRow:
    return next(file for file in files if file.role == role)
