"""The execution panel: how far a run is, its log, and what it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.protocol.events import Event
from codex_jupyter.render.executions import execution_card
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.words import t

from .bridge import Request
from .execution_view import ExecutionView
from .following import FollowingPanel
from .previews import preview

if TYPE_CHECKING:
    from codex_jupyter.client.execution import MLOpsExecution


class ExecutionPanel(FollowingPanel):
    """A run's progress, log, failure and result, live.

    Args:
        execution: of an asynchronous model, a script, a training or a monitoring.
        number: what it is called beside its name.
        come_back: the command that follows it again.

    `show` displays it, `follow` begins to watch and `give` shows a result that was
    read already.
    """

    front_end = "execution"
    _view: ExecutionView

    def __init__(
        self,
        execution: MLOpsExecution,
        number: str,
        come_back: str,
        **unknown: object,
    ) -> None:
        view = ExecutionView(execution.name, execution.group, number, come_back)
        super().__init__(view, **unknown)
        self._execution = execution
        self.bridge.on("preview", self._preview_asked)
        self.bridge.on("save", self._save_asked)

    def follow(self) -> None:
        """Follow the execution on the panel's own thread until it is over."""
        self.start_following(self._execution)

    def give(self, value: Any) -> None:
        """Show the first rows of what it wrote; they travel, and are not kept."""
        self.bridge.send("preview", **preview(value))

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        with self._lock:
            tail = [dict(row) for row in list(self._view.rows)[-8:]]
            return execution_card({**self._view.fields(), "rows": tail})

    def ask(self) -> str:
        """The execution's state."""
        self._execution.get_status()
        return self._execution.status

    def act(self, action: str) -> str:
        """Cancel it; its state afterwards."""
        return self._execution.cancel() if action == "cancel" else self.ask()

    def found(self, state: str) -> None:
        """The state after an action, with the reason that the platform gave."""
        self._view.busy = ""
        data = {"Status": state, "Message": self._execution.message}
        self._view.apply(Event("state", data))

    def ended(self) -> None:
        """Its files, times and metrics."""
        told = self._execution.execution_info()
        with self._lock:
            self._view.describe(told)

    def _preview_asked(self, request: Request) -> None:
        request.acknowledge()
        self._worker.submit(lambda: self._answer(request, self._read))

    def _save_asked(self, request: Request) -> None:
        request.acknowledge()
        self._worker.submit(lambda: self._answer(request, self._save))

    def _answer(self, request: Request, work: Any) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - every request is answered
            request.fault(error)
        else:
            request.reply(result)

    def _read(self) -> str:
        self.give(self._execution.result())
        return ""

    def _save(self) -> str:
        name = f"{self._view.number.replace(' ', '-')}.zip"
        path = self._execution.download_result(path=Path.cwd(), filename=name)
        return t("Saved as {path}.", path=path)


def following(execution: MLOpsExecution, number: str, come_back: str) -> ExecutionPanel:
    """A panel on the page that follows the execution."""
    panel = ExecutionPanel(execution, number, come_back)
    panel.show()
    panel.follow()
    return panel
