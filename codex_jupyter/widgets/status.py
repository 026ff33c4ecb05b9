"""The status panel: where a deployment stands, live."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from codex_jupyter.errors import (
    CodexError,
    InputError,
    PlatformError,
    TransportError,
    WaitTimeoutError,
)
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.render.cards import status_card
from codex_jupyter.render.html import Displayable

from .bridge import Request
from .panel import Panel
from .probe import Probe
from .status_view import StatusView, is_moving
from .worker import Pulse, Worker

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

_RETRY_AT_MOST = 10.0


class StatusPanel(Panel):
    """A deployment's state, steps, log, failure and buttons.

    Args:
        name: the model's name, as text for people.
        group: its group.

    `show` displays it, `note` tells what happens before the model exists, `attach`
    follows the model from then on and `fail` tells that there will be none.
    """

    front_end = "status"

    def __init__(self, name: str, group: str, **unknown: object) -> None:
        super().__init__(**unknown)
        self._view = StatusView(name, group)
        self._lock = threading.RLock()
        self._sent = 0
        self._settled = threading.Condition(self._lock)
        self._model: MLOpsModel | None = None
        self._worker = Worker(f"codex-status-{name[:20]}")
        self._pulse = Pulse(self._flush)
        self._frozen = Pulse(self.freeze, every=1.0)
        self.bridge.on("act", self._asked)

    def note(self, text: str) -> None:
        """Tell what happens now, such as ``Uploading 4 files``."""
        with self._lock:
            self._view.note(text)
        self._changed()

    def attach(self, model: MLOpsModel) -> None:
        """Follow the model on the panel's own thread until its state is final."""
        with self._lock:
            self._model = model
            self._view.found(str(model.status), model.model_hash)
        self._changed()
        self._worker.submit(self._describe)
        self._worker.submit(self._follow)

    def fail(self, error: BaseException) -> None:
        """Tell that the model could not be uploaded, and why."""
        with self._settled:
            self._view.refuse(error)
            self._settled.notify_all()
        self._finish()

    def wait(self, timeout: float | None = None) -> str:
        """Block until the state is final, and give it.

        An interrupt (the stop button, Ctrl-C) ends the waiting only: the deployment
        goes on, the panel says so and follows it; the state given is the present one.

        Args:
            timeout: seconds; None for as long as it takes.

        Raises:
            WaitTimeoutError: the state was not final within the time.
            CodexError: uploading failed, or the model cannot be followed any more.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            with self._settled:
                while not self._view.is_final:
                    left = 3600.0 if deadline is None else deadline - time.monotonic()
                    if left <= 0:
                        raise WaitTimeoutError(
                            f"'{self._view.name}' is still {self._view.state} "
                            f"after {timeout:g} s.",
                            hint=f"It goes on: %codex status {self._view.name}",
                        )
                    # In slices: a lock is not everywhere woken by an interrupt.
                    self._settled.wait(min(left, 0.25))
        except KeyboardInterrupt:
            with self._lock:
                self._view.link = "detached"
            self._changed()
        if self._view.lost is not None:
            raise self._view.lost
        return self._view.state

    def close(self) -> None:
        """End the thread and take the panel from the page."""
        # An object whose constructor raised is closed all the same, without a worker.
        if "_worker" in self.__dict__:
            self._worker.close()
        super().close()

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        with self._lock:
            tail = [dict(row) for row in list(self._view.rows)[-8:]]
            return status_card({**self._view.fields(), "rows": tail})

    def push(self) -> None:
        """Send the whole state and every kept log row."""
        with self._lock:
            self._tell(0)

    def _changed(self) -> None:
        self._pulse.touch()
        self._frozen.touch()

    def _finish(self) -> None:
        self._pulse.flush()
        self._frozen.flush()

    def _flush(self) -> None:
        with self._lock:
            self._tell(self._sent)

    def _tell(self, first: int) -> None:
        view = self._view
        self.bridge.send("status", **view.fields())
        oldest = view.total - len(view.rows)
        first = max(first, oldest)
        fresh = list(view.rows)[first - oldest :]
        if fresh:
            self.bridge.send("rows", oldest=oldest, first=first, rows=fresh)
        self._sent = view.total

    def _describe(self) -> None:
        """The facts of the footer; the panel is whole without them."""
        if self._model is None:
            return
        try:
            found = self._model.model_info().get("PythonVersion")
        except CodexError:
            return
        minor = python_minor(str(found))
        if minor is not None:
            with self._lock:
                self._view.python = f"3.{minor}"
            self._changed()

    def _follow(self) -> None:
        """Consume the model's live stream; a platform that is away is waited for."""
        if self._model is None:
            return
        pause = 0.5
        with Probe(self._model.refresh, self._heard) as probe:
            while not self._worker.stop.is_set():
                try:
                    for event in self._model.watch(self._worker.stop):
                        pause = 0.5
                        probe.heard()
                        self._take(event)
                    break
                except TransportError:
                    self._heard(False)  # noqa: FBT003
                    self._worker.stop.wait(pause)
                    pause = min(pause * 2, _RETRY_AT_MOST)
                except Exception as error:  # noqa: BLE001 - the panel tells it
                    with self._lock:
                        self._view.report(error)
                    break
        with self._settled:
            self._view.link = ""
            self._settled.notify_all()
        self._finish()

    def _heard(self, answers: bool, /) -> None:  # noqa: FBT001 - a probe's one word
        """The platform answers, or does not."""
        with self._lock:
            was = self._view.link
            if not answers:
                self._view.link = "waiting"
            elif was == "waiting":
                self._view.link = ""
            if self._view.link == was:
                return
        self._changed()

    def _take(self, event: Event) -> None:
        self._heard(True)  # noqa: FBT003
        with self._settled:
            self._view.apply(event)
            self._settled.notify_all()
        self._changed()

    def _asked(self, request: Request) -> None:
        action = request.fields["action"]
        with self._lock:
            if self._model is None or self._view.busy:
                raise InputError("This cannot be done now.")
            allowed = [*self._view.fields()["actions"], "refresh"]
            if action not in allowed:
                raise InputError(
                    f"A model that is {self._view.state} does not allow {action}."
                )
            if action != "refresh":
                self._view.begin(action)
        request.acknowledge()
        self._changed()
        self._worker.submit(lambda: self._act(request, action))

    def _act(self, request: Request, action: str) -> None:
        model = self._model
        if model is None:
            return
        failure: Exception | None = None
        try:
            state = _do(model, action)
        except Exception as error:  # noqa: BLE001 - every request is answered
            failure = error
            with self._lock:
                state = self._view.state
        with self._settled:
            self._view.end(state)
            self._settled.notify_all()
        self._finish()
        if failure is not None:
            request.fault(failure)
            return
        request.reply()
        if is_moving(state):
            self._follow()


def _do(model: MLOpsModel, action: str) -> str:
    """Carry the action out; the model's state afterwards."""
    if action == "restart":
        return model.restart_model(wait_for_ready=False)
    if action == "disable":
        model.disable()
    elif action == "delete":
        model.delete()
    try:
        return model.refresh()
    except PlatformError:
        # A platform may not know a deleted model any more; nothing else went wrong.
        if action == "delete":
            return ModelState.DELETED
        raise
