"""One period's run: records, frames, counts, explanations, one result."""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.drift import DriftReference, ShapDrift, shap_drift
from codex_jupyter.errors import DriftError
from codex_jupyter.protocol.states import LogType
from codex_jupyter.server.clock import now
from codex_jupyter.server.progress import Counted
from codex_jupyter.server.store import MonitoringRow, ResultRow
from codex_jupyter.server.tables import read_packed

from .crew import Crew
from .external import Tables
from .gathering import Chunk, Executions, Gathered, Predictions
from .judging import against_previous, document, drifted, summary_of
from .periods import Span, span_of
from .reference import BASELINE, REFERENCE, SEED, keep_json, read_kept
from .tally import Tally
from .webhook import deliver, keep
from .workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from codex_jupyter.server.platform import Platform


_ONE_AT_A_TIME = threading.Lock()
# Of a file that has no row of the period.
_NOTHING: dict[str, Any] = {"records": 1, "bad": 0, "reasons": [], "rows": 0}
# Each process holds what the script imports, and the frames of a chunk.
_MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class _Begun:
    """A chunk on its way: where its frames will be, and the answer unless empty."""

    chunk: Chunk
    out: str
    answer: Future[dict[str, Any]] | None


@dataclass(slots=True)
class PeriodRun:
    """One attempt at a run; `run` is called on a job's thread."""

    place: Workspace
    span: Span
    until: datetime

    def run(self) -> None:
        """Count what is not counted yet, and write the result.

        Raises:
            ValueError: the records, or the frames made of them, cannot be used.
            WorkerFault: the user's functions failed.
            Cancelled: nobody wants it any more, or the platform stops.
            OSError: a file cannot be read or written.
        """
        execution, config = self.place.execution, self.place.monitoring.config
        self.place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tally = Tally.load(self.place.folder)
        if tally.records:
            text = f"Going on after {tally.records} records that are counted already."
            execution.on_log(LogType.OK, text)
        gathered, shap, note = self._gathered(), None, ""
        if gathered.total:
            worth = max(1, gathered.total // gathered.worth)
            most = min(self.place.cores, worth, _MOST_PROCESSES)
            with self.place.crew(most) as crew:
                self._count(crew, gathered, tally)
                tally.check_bad()
                if tally.rows:
                    shap, note = self._explain(crew, tally)
        told = document(
            self.span,
            tally,
            shap,
            config=config,
            is_complete=self.until >= self.span.end,
            note=note,
        )
        self._finish(told)

    def _gathered(self) -> Gathered:
        place, platform = self.place, self.place.platform
        end = min(self.span.end, self.until)
        model = place.model
        if model is None:
            return Tables(place, self.span)
        if model.operation == "Sync":
            return Predictions(platform, model, self.span.start, end)
        rows = platform.store.executions.between(model.hash, self.span.start, end)
        return Executions(platform, model, rows)

    def _count(self, crew: Crew, gathered: Gathered, tally: Tally) -> None:
        """Count the records chunk by chunk, in their order.

        While the processes parse some, the next is read: one waits at any time.
        """
        place, folder = self.place, self.place.folder
        config, artifacts = place.monitoring.config, place.platform.artifacts
        reference = DriftReference.from_dict(
            read_kept(artifacts, place.files, REFERENCE)
        )
        progress = Counted(max(gathered.total, 1), tally.records)
        place.execution.progress = progress
        begun: deque[_Begun] = deque()

        def count_first() -> None:
            one = begun.popleft()
            told = crew.answer(one.answer) if one.answer else _NOTHING
            tally.add(told, one.out, reference, config)
            tally.save(folder)
            one.chunk.remove()
            progress.done = tally.records

        share = int(self._baseline()["rows"]) / max(gathered.total, 1)
        for chunk in gathered.chunks(folder, tally.records):
            place.execution.check()
            number = tally.chunks + len(begun)
            begun.append(self._begin(crew, chunk, number, share))
            if len(begun) > crew.most:
                count_first()
        while begun:
            count_first()

    def _begin(self, crew: Crew, chunk: Chunk, number: int, share: float) -> _Begun:
        """Let a chunk be parsed.

        Args:
            share: of its records, how many are sampled.
        """
        out = str(self.place.folder / f"chunk-{number}")
        config = self.place.monitoring.config
        if chunk.kind == "empty":
            return _Begun(chunk, out, None)
        task = {
            "do": "parse",
            "kind": chunk.kind,
            "source": str(chunk.source),
            "out": out,
            "inputs": config["InputCols"],
            "outputs": config["OutputCols"],
            "sample": math.ceil(chunk.records * share),
            "seed": SEED + number,
        }
        return _Begun(chunk, out, crew.begin(task))

    def _explain(self, crew: Crew, tally: Tally) -> tuple[ShapDrift | None, str]:
        baseline, place = self._baseline(), self.place
        if not baseline["columns"]:
            return None, str(baseline["note"])
        out = place.folder / "shap"
        told = crew.ask(
            {
                "do": "shap",
                "reference": place.monitoring.shap,
                "sources": tally.samples,
                "most": baseline["rows"],
                "seed": SEED,
                "columns": baseline["columns"],
                "inputs": place.monitoring.config["InputCols"],
                "out": str(out),
            }
        )
        if told["lacking"]:
            return None, f"The features lack {', '.join(told['lacking'][:5])}."
        live = _frame(out)
        training = place.folder / "baseline"
        place.platform.artifacts.fetch(baseline["blob"], training)
        try:
            return shap_drift(
                _frame(training), {self.span.label: live}, drift=tally.drift
            ), ""
        except DriftError as error:
            raise ValueError(error.message) from None

    def _baseline(self) -> dict[str, Any]:
        place = self.place
        found = read_kept(place.platform.artifacts, place.files, BASELINE)
        return found or {"rows": 0, "columns": [], "note": "It was never validated."}

    def _finish(self, told: dict[str, Any]) -> None:
        place = self.place
        told["Execution"] = place.execution.row.id
        keep(place, told)
        # Of two neighbours that end together, the later one must see the other.
        with _ONE_AT_A_TIME:
            is_written = self._write(told)
        if is_written:
            deliver(place)

    def _write(self, told: dict[str, Any]) -> bool:
        """Write the result, and what the next period has before it; False if over."""
        place, span = self.place, self.span
        platform, monitoring = place.platform, place.monitoring
        answered = place.execution.answered
        told["Previous"] = answered(lambda: _previous(platform, monitoring, told, span))
        place.execution.check()
        blob, _ = keep_json(platform.artifacts, told)
        result = ResultRow(
            monitoring.hash,
            span.label,
            span.start,
            span.end,
            told["IsComplete"],
            place.execution.row.id,
            now(),
            blob,
            summary_of(told),
        )
        if not place.execution.succeed_with(message_of(told), result):
            return False
        answered(lambda: _refresh_next(platform, monitoring, told, span))
        return True


def message_of(told: dict[str, Any]) -> str:
    """One line on a result."""
    if not told["Records"]:
        return f"{told['Label']}: no records."
    if not told["Rows"]:
        return f"{told['Label']}: no rows in {told['Records']} records."
    names = [n for n, one in told["Columns"].items() if one["Level"] == told["Verdict"]]
    text = f"{told['Label']}: {told['Rows']} rows, {told['Verdict']}"
    if told["Verdict"] in ("moderate", "significant"):
        text += f" drift of {drifted(names)}"
    return text + "."


def open_run(place: Workspace, details: dict[str, Any]) -> PeriodRun:
    """The run that an execution's details ask for."""
    unit = place.monitoring.period
    until = datetime.fromisoformat(details["Until"])
    return PeriodRun(place, span_of(details["Label"], unit), until)


def read_result(platform: Platform, row: ResultRow | None) -> dict[str, Any] | None:
    """A whole result."""
    if row is None:
        return None
    told: dict[str, Any] = json.loads(platform.artifacts.get(row.blob))
    return told


def _previous(
    platform: Platform, monitoring: MonitoringRow, told: dict[str, Any], span: Span
) -> dict[str, Any] | None:
    row = platform.store.monitorings.neighbour(monitoring.hash, span.start, later=False)
    return against_previous(told, read_result(platform, row))


def _refresh_next(
    platform: Platform, monitoring: MonitoringRow, told: dict[str, Any], span: Span
) -> None:
    """The period after this one has another period before it now."""
    queries = platform.store.monitorings
    row = queries.neighbour(monitoring.hash, span.start, later=True)
    after = read_result(platform, row)
    if row is None or after is None:
        return
    after["Previous"] = against_previous(after, told)
    blob, _ = keep_json(platform.artifacts, after)
    queries.write(replace(row, blob=blob))


def _frame(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = read_packed(path).to_pandas()
    return frame
