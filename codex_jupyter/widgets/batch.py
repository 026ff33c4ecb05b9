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
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .calls import Calls, Reply
from .play_runs import prepared_by
from .preparing import Preparing
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


def list_tables(tables: Tables) -> list[dict[str, Any]]:
    """The name and the size of each DataFrame, as the page lists them."""
    found = sorted(tables.all().items())[:_MOST_LISTED]
    return [
        {"name": name, "rows": len(frame), "columns": frame.shape[1]}
        for name, frame in found
    ]


class Batch:
    """The batch tab's half in the kernel.

    Args:
        calls: answers the requests and takes their cancelling.
        preparing: knows the scripts that may prepare the rows.
    """

    def __init__(
        self,
        bridge: Bridge,
        calls: Calls,
        model: MLOpsModel,
        tables: Tables,
        preparing: Preparing,
    ) -> None:
        self._bridge = bridge
        self._calls = calls
        self._model = model
        self._tables = tables
        self._preparing = preparing
        bridge.on("tables", lambda request: request.reply(list_tables(tables)))
        bridge.on("batch", self._start)

    def _start(self, request: Request) -> None:
        fields = request.fields
        source, name = fields["source"].strip(), fields["keep"].strip()
        script = fields["script"]
        self._preparing.name(script)

        def work(stop: threading.Event) -> Reply:
            frame = self._frame(source)
            return self._predict(frame, name, fields["tag"], script, stop), None

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
                    t(
                        "'{name}' is no DataFrame of this notebook and no file beside "
                        "it.",
                        name=source[:120],
                    ),
                    hint=t(
                        "Choose a variable, or give the path of a csv, parquet or json "
                        "file."
                    ),
                )
            try:
                found = reader(path)
            except Exception as error:
                reason = str(error).partition("\n")[0][:200]
                raise InputError(
                    t("{name} cannot be read: {reason}", name=path.name, reason=reason)
                ) from error
        if len(found) == 0:
            raise InputError(t("'{name}' has no rows.", name=source[:120]))
        return found

    def _predict(
        self,
        frame: pd.DataFrame,
        name: str,
        tag: str,
        script: str,
        stop: threading.Event,
    ) -> str:
        begun, parts, done = time.perf_counter(), [], 0
        failure: CodexError | None = None
        self._tell(tag, 0, len(frame))
        while done < len(frame) and not stop.is_set():
            chunk = frame.iloc[done : done + _CHUNK]
            try:
                parts.append(self._answers(chunk, script))
            except CodexError as error:
                failure = error
                break
            done += len(chunk)
            self._tell(tag, done, len(frame))
        took = time.perf_counter() - begun
        kept = self._keep(pd.concat(parts), name) if parts else ""
        if failure is not None:
            after = t("After {done} of {all} rows:", done=done, all=len(frame))
            reason = failure.message.rstrip(".")
            raise InputError(f"{after} {reason}.{kept}", hint=failure.hint)
        rows = t("{rows} rows in {time}.", rows=done, time=duration(took))
        return f"{rows}{kept}"

    def _answers(self, chunk: pd.DataFrame, script: str) -> pd.DataFrame:
        how = prepared_by(script)
        if len(chunk) > 1:
            answers: pd.DataFrame = self._model.predict(data=chunk, **how)
            return answers
        # A frame of one row is one input, and its answer a plain one.
        answer: Any = self._model.predict(data=chunk, **how)
        row = answer if isinstance(answer, dict) else {"prediction": answer}
        return pd.DataFrame([row], index=chunk.index)

    def _keep(self, answers: pd.DataFrame, name: str) -> str:
        self._bridge.send("preview", **preview(answers))
        if not name:
            return ""
        self._tables.keep(name, answers)
        return " " + t("Kept as the variable {name}.", name=name)

    def _tell(self, tag: str, done: int, of: int) -> None:
        self._bridge.send("batched", tag=tag, done=done, of=of)
