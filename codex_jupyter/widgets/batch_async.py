"""A file or a DataFrame for an asynchronous model: sent, followed, read, saved."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from codex_jupyter.errors import CodexError, InputError, TransportError
from codex_jupyter.render.words import t

from .batch import Tables, list_tables
from .bridge import Bridge, Request
from .calls import Calls, Reply
from .execution_view import ExecutionView
from .live_view import LOST, WAITING
from .play_runs import prepared_by, reason
from .preparing import Preparing
from .previews import preview
from .probe import Probe
from .worker import Pulse, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_jupyter.client.execution import MLOpsExecution
    from codex_jupyter.client.model import MLOpsModel

_PAUSE, _LONGEST_PAUSE = 0.5, 10.0  # seconds between attempts


class AsyncBatch:
    """The batch tab's half in the kernel, for a model that answers files.

    One execution at a time is followed; closing the panel leaves it running.

    Args:
        calls: answers the requests.
        called: how the user names the model on a line.
        changed: called when what the static twin shows has changed.
    """

    def __init__(
        self,
        bridge: Bridge,
        calls: Calls,
        model: MLOpsModel,
        called: str,
        tables: Tables,
        preparing: Preparing,
        changed: Callable[[], None],
    ) -> None:
        self._bridge = bridge
        self._calls = calls
        self._model = model
        self._called = called
        self._tables = tables
        self._preparing = preparing
        self._changed = changed
        self._lock = threading.Lock()
        self._is_sending = False
        self._view: ExecutionView | None = None
        self._execution: MLOpsExecution | None = None
        self._preview: dict[str, Any] | None = None
        self._worker = Worker("codex-play-batch")
        self._pulse = Pulse(self.push)
        bridge.on("tables", lambda request: request.reply(list_tables(tables)))
        bridge.on("batch", self._start)
        bridge.on("act", self._act)
        bridge.on("save", self._save)

    def fields(self) -> dict[str, Any] | None:
        """The fields of the ``execution`` message; None before the first one."""
        with self._lock:
            return self._view.fields() if self._view else None

    def push(self) -> None:
        """Send the execution's state, and the first rows of what it wrote."""
        fields = self.fields()
        if fields:
            self._bridge.send("execution", **fields)
        if self._preview:
            self._bridge.send("preview", **self._preview)

    def close(self) -> None:
        """Follow it no longer; the execution goes on."""
        self._worker.close()

    def _start(self, request: Request) -> None:
        fields = request.fields
        source, name = fields["source"].strip(), fields["keep"].strip()
        script = fields["script"]
        self._preparing.name(script)
        if self._view is not None and not self._view.is_final:
            raise InputError(
                t("{number} is not over.", number=self._view.number),
                hint=t("Wait for it, or cancel it."),
            )

        def work(stop: threading.Event) -> Reply:
            with self._lock:
                if self._is_sending:
                    raise InputError(t("A file is being sent."), hint=t("Wait for it."))
                self._is_sending = True
            try:
                return send(stop)
            finally:
                self._is_sending = False

        def send(stop: threading.Event) -> Reply:
            data = self._tables.all().get(source, source)
            execution = self._model.predict(data=data, **prepared_by(script))
            if stop.is_set():
                # Cancelled while it was being sent.
                execution.cancel()
                return None, None
            number = t("execution {number}", number=str(execution.exec_id))
            again = f"%codex attach {self._called} {execution.exec_id} --wait"
            with self._lock:
                self._execution, self._preview = execution, None
                self._view = ExecutionView(
                    self._model.name, self._model.group, number, again
                )
            self._tell()
            self._worker.submit(lambda: self._follow(execution, name))
            return execution.exec_id, None

        self._calls.start(request, work)

    def _act(self, request: Request) -> None:
        execution = self._execution
        if request.fields["action"] != "cancel" or execution is None:
            raise InputError(t("Nothing runs that could be cancelled."))

        def work(_: threading.Event) -> Reply:
            return execution.cancel(), None

        self._calls.start(request, work)

    def _save(self, request: Request) -> None:
        execution = self._execution
        if execution is None:
            raise InputError(t("There is no result yet."))

        def work(_: threading.Event) -> Reply:
            name = f"execution-{execution.exec_id}.zip"
            path = execution.download_result(path=Path.cwd(), filename=name)
            return t("Saved as {path}.", path=path), None

        self._calls.start(request, work)

    def _follow(self, execution: MLOpsExecution, name: str) -> None:
        view, pause = self._view, _PAUSE
        if view is None:
            return
        with Probe(execution.get_status, self._heard) as probe:
            while not self._worker.stop.is_set():
                try:
                    for event in execution.watch(self._worker.stop):
                        pause = _PAUSE
                        probe.heard()
                        with self._lock:
                            view.link = view.away = ""
                            view.apply(event)
                        self._pulse.touch()
                    break
                except TransportError as error:
                    self._heard(False, reason(error))  # noqa: FBT003
                    self._worker.stop.wait(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                except Exception as error:  # noqa: BLE001 - the panel tells it
                    with self._lock:
                        view.report(error)
                        # There is no Refresh here; the line that comes back is.
                        view.note(t("It is not followed any more."))
                    break
        with self._lock:
            view.link = "" if view.lost is None else LOST
        if view.state == "Succeeded" and not self._worker.stop.is_set():
            self._read(execution, view, name)
        self._tell()

    def _read(self, execution: MLOpsExecution, view: ExecutionView, name: str) -> None:
        """What it wrote: its first rows travel, all of it becomes a variable."""
        try:
            told = execution.execution_info()
            value = execution.result()
        except CodexError as error:
            with self._lock:
                view.note(f"{t('It is done.')} {error.message}")
            return
        self._preview = preview(value)
        line = t("It is done.")
        if name and isinstance(value, pd.DataFrame):
            try:
                self._tables.keep(name, value)
                line += " " + t("Kept as the variable {name}.", name=name)
            except InputError as error:
                line += f" {error.message}"
        with self._lock:
            view.describe(told)
            view.note(line)

    def _heard(self, answers: bool, why: str = "", /) -> None:  # noqa: FBT001 - a probe's one word
        with self._lock:
            view = self._view
            if view is not None:
                view.link = "" if answers else WAITING
                view.away = "" if answers else why or view.away
        self._pulse.touch()

    def _tell(self) -> None:
        self._pulse.flush()
        self._changed()
