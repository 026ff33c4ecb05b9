"""A run of a model that was trained elsewhere: what was sent is what it made."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.external import figures_of, to_parquet
from codex_jupyter.server.store import FileRow

if TYPE_CHECKING:
    from .training import TrainingExecution

_FIGURES = ("metrics", "parameters")
ROLES = {"features": "x_train", "target": "y_train", "output": "model_output"}
"""The role of each table as it was sent, and as it is kept for monitoring."""


def external_run(run: TrainingExecution, files: Sequence[FileRow]) -> None:
    """Take over the tables, the figures and the model.

    Raises:
        OSError: a file cannot be read or written.
    """
    artifacts = run.platform.artifacts
    with tempfile.TemporaryDirectory(prefix="codex-") as name:
        folder = Path(name)
        kept: list[FileRow] = []
        packed: list[Path] = []
        for file in files:
            run.check()
            if file.role in ROLES:
                target = folder / f"{ROLES[file.role]}.parquet"
                source = folder / "sent"
                artifacts.fetch(file.blob, source)
                try:
                    to_parquet(source, target)
                except ValueError as error:
                    text = f"'{file.name}' is kept, but not as a table: {error}"
                    run.on_log(LogType.WARNING, text)
                    continue
                kept.append(run.keep(ROLES[file.role], target))
            elif file.role in ("model", "extra"):
                target = folder / "packed" / file.name
                target.parent.mkdir(exist_ok=True)
                artifacts.fetch(file.blob, target)
                packed.insert(0 if file.role == "model" else len(packed), target)
        read = {f.role: artifacts.get(f.blob) for f in files if f.role in _FIGURES}
        metrics = figures_of(read.get("metrics"))
        told = {
            key: value if isinstance(value, str) else str(value)
            for key, value in figures_of(read.get("parameters")).items()
        }
        run.finish(kept, packed, folder, metrics, told)


_FIGURES = ("metrics", "parameters")
