"""The status panel: where a deployment stands, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_jupyter.errors import CodexError, PlatformError
from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.render.cards import status_card
from codex_jupyter.render.html import Displayable

from .following import FollowingPanel
from .status_view import StatusView

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel


class StatusPanel(FollowingPanel):
    """A deployment's state, steps, log, failure and buttons.

    Args:
        name: the model's name, as text for people.
        group: its group.

    `show` displays it, `note` tells what happens before the model exists, `attach`
    follows the model from then on and `fail` tells that there will be none.
    """

    front_end = "status"
    _view: StatusView

    def __init__(self, name: str, group: str, **unknown: object) -> None:
        super().__init__(StatusView(name, group), **unknown)
        self._model: MLOpsModel | None = None

    def attach(self, model: MLOpsModel) -> None:
        """Follow the model on the panel's own thread until its state is final."""
        with self._lock:
            self._model = model
            self._view.found(str(model.status), model.model_hash)
        self._worker.submit(self._describe)
        self.start_following(model)

    def fail(self, error: BaseException) -> None:
        """Tell that the model could not be uploaded, and why."""
        with self._lock:
            self._view.refuse(error)
        self.settle()

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        with self._lock:
            tail = [dict(row) for row in list(self._view.rows)[-8:]]
            return status_card({**self._view.fields(), "rows": tail})

    def ask(self) -> str:
        """The model's state."""
        return self._known().refresh()

    def act(self, action: str) -> str:
        """Restart, disable or delete the model; its state afterwards."""
        model = self._known()
        if action == "restart":
            return model.restart_model(wait_for_ready=False)
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

    def _known(self) -> MLOpsModel:
        assert self._model is not None  # noqa: S101 - only `attach` begins to ask
        return self._model

    def _describe(self) -> None:
        """The facts of the footer; the panel is whole without them."""
        try:
            found = self._known().model_info().get("PythonVersion")
        except CodexError:
            return
        minor = python_minor(str(found))
        if minor is not None:
            with self._lock:
                self._view.python = f"3.{minor}"
            self.changed()
