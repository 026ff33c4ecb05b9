"""A deployment as it is followed, whatever panel shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, PlatformError
from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import ModelState

from .bridge import Bridge
from .following import Following
from .probe import Probe
from .status_view import StatusView

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed

_TAIL = 8


class Deployment(Following):
    """One deployment's state, steps, log, failure and buttons.

    Args:
        name: the model's name, as text for people.
        group: its group.
        bridge: of the panel that shows it.
        freeze: brings the panel's static twin up to date.

    `uploading` tells what happens before the model exists, `attach` follows the model
    from then on and `fail` tells that there will be none.
    """

    _view: StatusView

    def __init__(
        self, name: str, group: str, bridge: Bridge, freeze: Callable[[], None]
    ) -> None:
        # Not super(): in a panel of its own the next class takes other arguments.
        Following.__init__(self, StatusView(name, group), "status", bridge, freeze)
        self._model: Deployed | None = None

    def facts(self) -> dict[str, Any]:
        """What a static form shows: the ``status`` fields and the last log rows."""
        with self._lock:
            tail = [dict(row) for row in list(self._view.rows)[-_TAIL:]]
            return {**self._view.fields(), "rows": tail}

    @contextmanager
    def uploading(self, text: str, ask: Callable[[], object]) -> Iterator[None]:
        """Tell what is sent, and when nobody answers meanwhile.

        Args:
            text: what is sent, in a sentence.
            ask: one small question to the platform; called on a thread of its own.
        """
        self.note(text)
        with Probe(ask, self._heard):
            yield
        self._heard(True)  # noqa: FBT003 - a probe's one word

    def attach(self, model: Deployed) -> None:
        """Follow the model on the panel's own thread until its state is final."""
        with self._lock:
            self._model = model
            self._view.found(str(model.status), model.hash)
        self._worker.submit(self._describe)
        self.start_following(model)

    def fail(self, error: BaseException) -> None:
        """Tell that the model could not be uploaded, and why."""
        with self._lock:
            self._view.refuse(error)
        self.settle()

    def ask(self) -> str:
        """The model's state."""
        return self._known().refresh()

    def act(self, action: str) -> str:
        """Restart, disable or delete the model; its state afterwards."""
        model = self._known()
        if action == "restart":
            return model.restart(wait_for_ready=False)
        if action == "disable":
            model.disable()
        elif action == "delete":
            model.delete()
        try:
            return model.refresh()
        except PlatformError:
            # A platform may not know a deleted model any more; nothing else is wrong.
            if action == "delete":
                return ModelState.DELETED
            raise

    def began(self, action: str) -> None:
        """An action was asked for and runs."""
        self._view.begin(action)

    def found(self, state: str) -> None:
        """The action ended, and left the model in that state."""
        self._view.end(state)

    def _known(self) -> Deployed:
        assert self._model is not None  # noqa: S101 - only `attach` begins to ask
        return self._model

    def _describe(self) -> None:
        """The facts of the footer; the panel is whole without them."""
        try:
            found = self._known().info().get("PythonVersion")
        except CodexError:
            return
        minor = python_minor(str(found))
        if minor is not None:
            with self._lock:
                self._view.python = f"3.{minor}"
            self.changed()
