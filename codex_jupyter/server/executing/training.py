"""One run of a training experiment: its environment, its process, what it made."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import ExecutionState, LogType, Routine
from codex_jupyter.server import trainings
from codex_jupyter.server.environments import (
    BuildFault,
    Environment,
    pick_interpreter,
)
from codex_jupyter.server.inputs import count_rows
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.limits import RUN_TIME
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.progress import Progress, estimate
from codex_jupyter.server.runs import RunFolder
from codex_jupyter.server.store import FileRow, execution_owner
from codex_jupyter.server.tables import packed_to_parquet
from codex_jupyter.server.workers import WorkerSpec

from .base import Execution, Unusable
from .external import external_run

SUCCEEDED = "Training succeeded, successfully generated artifacts."
TABLES = ("x_train", "y_train", "model_output")
"""The roles under which a run's own tables are kept, as Parquet files."""
MODEL = "model.pkl"
MADE = "made"
"""The role of the extra files that a run made."""

_EARLIER = 20
_SAVED_BY = {
    "save_model": f"The model was saved by its own save_model() as {MODEL}.",
    "pickle": (
        f"cloudpickle is not in the environment, so pickle wrote {MODEL}. Models that "
        "use functions of the script need cloudpickle among the requirements."
    ),
}


@dataclass(slots=True)
class TrainingExecution(Execution):
    """A run of any of the three types."""

    def steps(self) -> None:
        """Train, or take over what was trained elsewhere."""
        files = self.platform.store.files.of(execution_owner(self.row.id))
        if self.row.details["training_type"] == "External":
            external_run(self, files)
        else:
            self._train(files)

    def _train(self, files: Sequence[FileRow]) -> None:
        environment = self._environment(files)
        folder, data = self._lay_out(files)
        try:
            spec = self._spec(files, environment, folder)
            payload = {
                "data": str(data),
                "output": str(folder.output),
                "execution": str(self.row.id),
                "type": self.row.details["model_type"],
            }
            self.progress = Progress(folder.data, None, self._estimate())
            answer = read_json(self.call(spec, json.dumps(payload).encode()))
            self._finish(answer, folder)
        finally:
            folder.remove()

    def _environment(self, files: Sequence[FileRow]) -> Environment:
        environments, minor = (
            self.platform.environments,
            python_minor(self.row.details["python"]),
        )
        try:
            python = pick_interpreter(minor or 0, self.platform.interpreters())
            resolution = environments.resolve(
                python, self.platform.files.requirements(files), self._say, self.is_over
            )
            self.check()
            environment = environments.ensure(
                python, resolution, self._say, self.is_over
            )
        except BuildFault:
            # What failed may have failed because it was told to stop.
            self.check()
            raise
        self.check()
        return environment

    def _say(self, type_: LogType, text: str) -> None:
        self.platform.logbook.add(
            self.row.subject, type_, Routine.HOST, text, execution=self.row.id
        )

    def _lay_out(self, files: Sequence[FileRow]) -> tuple[RunFolder, Path]:
        row = self.row
        given = row.input_name or "", row.input_blob or ""
        folder, data = trainings.lay_out(
            self.platform, row.subject, str(row.id), given, files
        )
        if row.input_rows is None:
            self.keep_rows(count_rows(data))
        return folder, data

    def _spec(
        self, files: Sequence[FileRow], environment: Environment, folder: RunFolder
    ) -> WorkerSpec:
        platform, details = self.platform, self.row.details
        source = next(file for file in files if file.role == "source")
        identifier = f"local/{self.row.group}/{self.row.subject}"
        # Alone it may use every core; with others each has its share.
        share = (os.cpu_count() or 1) // max(1, len(platform.executing))
        return WorkerSpec(
            python=environment.python,
            folder=folder.data,
            script=folder.data / script_name(source.name),
            reference=details["reference"],
            env={
                **platform.files.variables(files),
                **folder.environ(),
                "identifier": identifier,
            },
            memory_bytes=platform.limits.memory_bytes,
            deadline_s=platform.limits.execution_s,
            deadline_option=RUN_TIME,
            memoise=False,
            threads=max(1, share),
            mode="train",
        )

    def _estimate(self) -> float | None:
        earlier = self.platform.store.executions.of(
            self.row.subject, state=ExecutionState.SUCCEEDED.value, limit=_EARLIER
        )
        return estimate(self.row, earlier)

    def _finish(self, answer: dict[str, Any], folder: RunFolder) -> None:
        """Keep the model, the extra files and the tables, and tell the numbers."""
        for text in answer["warnings"]:
            self.on_log(LogType.WARNING, text)
        if answer["saved_by"] in _SAVED_BY:
            self.on_log(LogType.WARNING, _SAVED_BY[answer["saved_by"]])
        model = folder.output / MODEL
        extra = [_inside(folder, Path(path)) for path in answer["extra"]]
        kept = [self.keep("model", _inside(folder, model))]
        kept += [self.keep(MADE, path) for path in extra]
        for name in TABLES:
            if name in answer["tables"]:
                packed = _inside(folder, folder.output / f"{name}.table")
                target = folder.output / f"{name}.parquet"
                packed_to_parquet(packed, target)
                kept.append(self.keep(name, target))
        self.finish(
            kept,
            [model, *extra],
            folder.output,
            answer["metrics"],
            answer["parameters"],
        )

    def keep(self, role: str, path: Path) -> FileRow:
        """Keep a file of the run's own.

        Raises:
            OSError: it cannot be read, or the artifacts cannot be written.
        """
        with path.open("rb") as file:
            blob, size = self.platform.artifacts.put(file)
        return FileRow(role, path.name, blob, size)

    def keep_rows(self, rows: int | None) -> None:
        """Remember how many rows the train data has.

        Raises:
            Unusable: it has none.
        """
        if rows == 0:
            raise Unusable(f"The train data '{self.row.input_name}' has no rows.")
        self.platform.store.executions.move(
            self.row.id,
            {ExecutionState.RUNNING},
            ExecutionState.RUNNING,
            input_rows=rows,
        )

    def finish(
        self,
        kept: Sequence[FileRow],
        packed: Sequence[Path],
        folder: Path,
        metrics: dict[str, Any],
        parameters: dict[str, str],
    ) -> None:
        """Succeed with what was made.

        Args:
            kept: files that belong to the run from now on.
            packed: what the result holds, in the recorded shape a zip.
            folder: where the zip can be written.
        """
        owner = execution_owner(self.row.id)
        # A run that a killed platform began before may have left some of them.
        self.answered(lambda: self.platform.store.files.put(owner, kept, replace=True))
        target = folder / f"{self.row.id}.zip"
        with zipfile.ZipFile(
            target, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as made:
            for path in packed:
                made.write(path, path.name)
        result = self.keep("result", target)
        where = f"trainings/{self.row.subject}/{self.row.id}/output/{target.name}"
        run_data = {
            "outputPath": where,
            "paramsAndMetrics": {"metrics": metrics, "parameters": parameters},
        }
        self.succeed(
            message=SUCCEEDED,
            output_name=packed[0].name if packed else None,
            output_size=packed[0].stat().st_size if packed else None,
            result_blob=result.blob,
            result_size=result.size,
            details=self.row.details | {"run_data": run_data},
        )


def _inside(folder: RunFolder, path: Path) -> Path:
    """The path, if it leads to a file of the run.

    Raises:
        Unusable: the script has put something else in its place.
    """
    base = folder.data.parent.resolve()
    if not path.is_file() or not path.resolve().is_relative_to(base):
        raise Unusable(f"The file '{path.name}' is not in the run's folder any more.")
    return path
