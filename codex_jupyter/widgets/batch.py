"""Many rows at once: a DataFrame of the notebook, or a file beside the kernel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.render.progress import duration

from .bridge import Bridge, Request
from .calls import Calls, Reply
from .previews import preview

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

# So many rows are told at a time; the connections answer several of them together.
_CHUNK = 32
_MOST_LISTED = 200
_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".json": pd.read_json,
    ".jsonl": lambda path: pd.read_json(path, lines=True),
}


@dataclass(frozen=True, slots=True)
class Tables:
    """The notebook's DataFrames, as the panel may see and add to them.

    Args:
        all: gives those there are, by name.
        keep: makes a frame a variable of that name.

    Raises:
        InputError: `keep` was given what is no name of a variable.
    """

    all: Callable[[], Mapping[str, pd.DataFrame]]
    keep: Callable[[str, pd.DataFrame], None]


class Batch:
    """The batch tab's half in the kernel.

    Args:
        calls: answers the requests and takes their cancelling.
    """

    def __init__(
        self, bridge: Bridge, calls: Calls, model: MLOpsModel, tables: Tables
    ) -> None:
        self._bridge = bridge
        self._calls = calls
        self._model = model
        self._tables = tables
        bridge.on("tables", self._list)
        bridge.on("batch", self._start)

    def _list(self, request: Request) -> None:
        found = sorted(self._tables.all().items())[:_MOST_LISTED]
        request.reply(
            [
                {"name": name, "rows": len(frame), "columns": frame.shape[1]}
                for name, frame in found
            ]
        )

    def _start(self, request: Request) -> None:
        source, name = request.fields["source"].strip(), request.fields["keep"].strip()

        def work(stop: threading.Event) -> Reply:
            frame = self._frame(source)
            return self._predict(frame, name, request.fields["tag"], stop), None

        self._calls.start(request, work)

    def _frame(self, source: str) -> pd.DataFrame:
        held = self._tables.all()
        if source in held:
            found = held[source]
        else:
            path = Path(source).expanduser()
            reader = _READERS.get(path.suffix.lower())
            if reader is None or not path.is_file():
                raise InputError(
                    f"'{source[:120]}' is no DataFrame of this notebook and no file "
                    "beside it.",
                    hint="Choose a variable, or give the path of a csv, parquet or "
                    "json file.",
                )
            try:
                found = reader(path)
            except Exception as error:
                reason = str(error).partition("\n")[0][:200]
                raise InputError(f"{path.name} cannot be read: {reason}") from error
        if len(found) == 0:
            raise InputError(f"'{source[:120]}' has no rows.")
        return found

    def _predict(
        self, frame: pd.DataFrame, name: str, tag: str, stop: threading.Event
    ) -> str:
        begun, parts, done = time.perf_counter(), [], 0
        failure: CodexError | None = None
        self._tell(tag, 0, len(frame))
        while done < len(frame) and not stop.is_set():
            chunk = frame.iloc[done : done + _CHUNK]
            try:
                parts.append(self._answers(chunk))
            except CodexError as error:
                failure = error
                break
            done += len(chunk)
            self._tell(tag, done, len(frame))
        took = time.perf_counter() - begun
        kept = self._keep(pd.concat(parts), name) if parts else ""
        if failure is not None:
            raise InputError(
                f"After {done:,} of {len(frame):,} rows: {failure.message}{kept}",
                hint=failure.hint,
            )
        return f"{done:,} rows in {duration(took)}.{kept}"

    def _answers(self, chunk: pd.DataFrame) -> pd.DataFrame:
        if len(chunk) > 1:
            answers: pd.DataFrame = self._model.predict(data=chunk)
            return answers
        # A frame of one row is one input, and its answer a plain one.
        answer: Any = self._model.predict(data=chunk)
        row = answer if isinstance(answer, dict) else {"prediction": answer}
        return pd.DataFrame([row], index=chunk.index)

    def _keep(self, answers: pd.DataFrame, name: str) -> str:
        self._bridge.send("preview", **preview(answers))
        if not name:
            return ""
        self._tables.keep(name, answers)
        return f" Kept as the variable {name}."

    def _tell(self, tag: str, done: int, of: int) -> None:
        self._bridge.send("batched", tag=tag, done=done, of=of)
