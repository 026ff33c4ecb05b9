"""A validation: both functions really run, on real records where there are any."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codex_jupyter.drift import DriftReference
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import now, stamp
from codex_jupyter.server.modelfiles import schema_of
from codex_jupyter.server.records import Record
from codex_jupyter.server.store import FileRow, ModelRow

from .crew import Crew
from .external import Tables
from .functions import Unready
from .gathering import Chunk, Executions, write_records
from .reference import (
    BASELINE,
    REFERENCE,
    SAMPLE_ROWS,
    SEED,
    TRAINING_SAMPLE,
    keep_json,
    read_kept,
)
from .tally import Tally
from .workspace import Workspace

_RECORDS = 20
_BUDGET_S = 120.0
_FEWEST = 50


@dataclass(slots=True)
class Validation:
    """One attempt at a validation; `run` is called on a job's thread."""

    place: Workspace

    def run(self) -> None:
        """Try both functions, and explain a sample of the training.

        Raises:
            ValueError: what they gave cannot be used.
            WorkerFault: they failed.
            Cancelled: nobody wants it any more, or the platform stops.
            OSError: a file cannot be read or written.
        """
        place = self.place
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tally, on_what = Tally(), ""
        with place.crew() as crew:
            for chunk, on_what in self._chunks():  # noqa: B007 - told below
                self._parse(crew, chunk, tally)
            self._check(tally)
            baseline = self._explain(crew, tally)
        blob, size = keep_json(place.platform.artifacts, baseline)
        owner = place.monitoring.hash
        kept = [FileRow(BASELINE, f"{BASELINE}.json", blob, size)]
        place.execution.answered(
            lambda: place.platform.store.files.put(owner, kept, replace=True)
        )
        text = f"{on_what} {baseline['note']}".strip()
        if tally.bad:
            text += f" {tally.bad_text()}"
        place.execution.succeed(message=text)

    def _parse(self, crew: Crew, chunk: Chunk, tally: Tally) -> None:
        place, config = self.place, self.place.monitoring.config
        artifacts = place.platform.artifacts
        reference = DriftReference.from_dict(
            read_kept(artifacts, place.files, REFERENCE)
        )
        out = str(place.folder / f"chunk-{tally.chunks}")
        told = crew.ask(
            {
                "do": "parse",
                "kind": chunk.kind,
                "source": str(chunk.source),
                "out": out,
                "inputs": config["InputCols"],
                "outputs": config["OutputCols"],
                "sample": _RECORDS,
                "seed": SEED,
            }
        )
        tally.add(told, out, reference, config)

    def _check(self, tally: Tally) -> None:
        tally.check_bad()
        if not tally.rows:
            name = self.place.monitoring.preprocess
            raise ValueError(
                f"{name}() made no rows of {tally.records} records. Return the "
                "features and the outputs of each record, one row each."
            )

    def _explain(self, crew: Crew, tally: Tally) -> dict[str, Any]:
        """What the periods' explanations are compared with."""
        live = {"sources": tally.samples, "most": _RECORDS}
        out = str(self.place.folder / "shap")
        # The first call pays for imports; the second tells what a row costs.
        self._shap(crew, live, tally.columns, out)
        begun = time.monotonic()
        told = self._shap(crew, live, tally.columns, out)
        each = (time.monotonic() - begun) / max(1, told["rows"])
        rows = int(max(_FEWEST, min(SAMPLE_ROWS, _BUDGET_S / max(each, 1e-9))))
        place = self.place
        frame = read_kept(place.platform.artifacts, place.files, TRAINING_SAMPLE)
        told = self._shap(crew, {"frame": _head(frame, rows)}, tally.columns, out)
        if told["lacking"]:
            shown = ", ".join(f"'{name}'" for name in told["lacking"][:5])
            note = (
                f"There will be no SHAP drift: the features have {shown}, which the "
                "training's X_train lacks."
            )
            return {"rows": rows, "columns": [], "note": note}
        with Path(out).open("rb") as file:
            blob, _ = place.platform.artifacts.put(file)
        return {"rows": rows, "columns": tally.columns, "note": "", "blob": blob}

    def _shap(
        self, crew: Crew, data: dict[str, Any], columns: list[str], out: str
    ) -> dict[str, Any]:
        self.place.execution.check()
        return crew.ask(
            {
                "do": "shap",
                "reference": self.place.monitoring.shap,
                "seed": SEED,
                "columns": columns,
                "inputs": self.place.monitoring.config["InputCols"],
                "out": out,
            }
            | data
        )

    def _chunks(self) -> Iterator[tuple[Chunk, str]]:
        """What the functions are tried on, and in words what that is."""
        place, model = self.place, self.place.model
        if model is None:
            uri = place.monitoring.config["DataSourceUri"]
            for chunk in Tables(place, None).chunks(place.folder, 0):
                yield chunk, f"Validated on the first rows of {uri}."
            return
        if model.operation == "Sync":
            yield self._of_texts(model)
            return
        done = place.platform.store.executions.of(
            model.hash, state=ExecutionState.SUCCEEDED.value, limit=1
        )
        if done:
            gathered = Executions(place.platform, model, done)
            for chunk in gathered.chunks(place.folder, 0):
                yield chunk, f"Validated on the execution {done[0].id}."
            return
        yield self._of_trial(model), _ON_SAMPLE

    def _of_texts(self, model: ModelRow) -> tuple[Chunk, str]:
        platform, target = self.place.platform, self.place.folder / "records.jsonl"
        records = platform.records.newest(model.hash, _RECORDS)
        on_what = f"Validated on the newest {len(records)} records."
        if not records:
            if model.answer is None:
                raise Unready(
                    "The model never answered: deploy it, then validate again."
                )
            files = platform.store.files.of(model.hash)
            sample = json.dumps(platform.files.sample(files))
            at = datetime.now(UTC)
            records = [Record(at, "", 0.0, sample, model.answer)]
            on_what = _ON_SAMPLE
        count = write_records(iter(records), target)
        return Chunk(target, "texts", count), on_what

    def _of_trial(self, model: ModelRow) -> Chunk:
        """The model's own function on its sample, as its deployment tried it."""
        place, platform = self.place, self.place.platform
        files = platform.store.files.of(model.hash)
        schema = schema_of(files)
        folder = platform.runs.lay_out(
            model.hash,
            f"monitoring-{place.execution.row.id}",
            blob=schema.blob,
            name=schema.name,
            wanted=model.input_type,
            also=platform.files.input_names(model, files),
            limit=platform.limits.input_bytes,
        )
        try:
            spec = platform.spec(model, files, Path(model.environment or ""))
            spec = replace(
                spec,
                env={**spec.env, **folder.environ()},
                data=folder.data,
                mode="file",
                deadline_s=platform.limits.execution_s,
                memoise=False,
            )
            written = Path(json.loads(place.execution.call(spec))["path"])
            own = place.folder / "record"
            shutil.rmtree(own, ignore_errors=True)
            (own / "input").mkdir(parents=True)
            (own / "output").mkdir()
            given = shutil.copy(folder.input, own / "input")
            made = shutil.copy(written, own / "output")
        finally:
            folder.remove()
        source = place.folder / "records.jsonl"
        line = {"at": stamp(now()), "input": str(given), "output": str(made)}
        source.write_text(json.dumps(line) + "\n", encoding="ascii")
        return Chunk(source, "files", 1)


_ON_SAMPLE = (
    "There are no records yet: validated on the schema sample and the answer to it."
)


def _head(frame: dict[str, Any], rows: int) -> dict[str, Any]:
    """The first rows of a frame as JSON; it is a sample, so any rows do."""
    columns = [{**one, "values": one["values"][:rows]} for one in frame["columns"]]
    return {"rows": min(rows, frame["rows"]), "columns": columns}
