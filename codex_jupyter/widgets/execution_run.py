"""An execution as it is followed, whatever panel shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.protocol.events import Event
from codex_jupyter.render.words import t

from .bridge import Bridge, Request
from .execution_view import ExecutionView
from .following import Following
from .previews import preview

if TYPE_CHECKING:
    from codex_jupyter.client.execution import MLOpsExecution

_TAIL = 8

Called: TypeAlias = "Callable[[MLOpsExecution], tuple[str, str]]"


@runtime_checkable
class Repeatable(Protocol):
    """An execution whose input the platform keeps, and can run again."""

    def run_again(self) -> MLOpsExecution:
        """The new execution."""


class Run(Following):
    """One execution's progress, log, failure, result and button.

    Args:
        execution: of an asynchronous model, a script, a training or a monitoring.
        number: what it is called beside its name.
        come_back: the command that follows it again.
        bridge: of the panel that shows it; its ``preview`` and ``save`` are handled.
        freeze: brings the panel's static twin up to date.
        called: number and line for another execution; without it none is begun here.
        repeat: the line that does the same again, where no button can.
    """

    _view: ExecutionView

    def __init__(
        self,
        execution: MLOpsExecution,
        number: str,
        come_back: str,
        bridge: Bridge,
        freeze: Callable[[], None],
        called: Called | None = None,
        repeat: str = "",
    ) -> None:
        self._called, self._repeat = called, repeat
        view = self._seen(execution, number, come_back)
        # Not super(): in a panel of its own the next class takes other arguments.
        Following.__init__(self, view, "execution", bridge, freeze)
        self._execution = execution
        bridge.on("preview", lambda request: self._later(request, self._read))
        bridge.on("save", lambda request: self._later(request, self._save))

    def follow(self) -> None:
        """Follow the execution on the panel's own thread until it is over."""
        self.start_following(self._execution)

    def give(self, value: Any) -> None:
        """Show the first rows of what it wrote; they travel, and are not kept."""
        self.tell("preview", **preview(value))

    def told(self) -> dict[str, Any]:
        """What a static form shows: the fields and the last log rows."""
        with self._lock:
            tail = [dict(row) for row in list(self._view.rows)[-_TAIL:]]
            return {**self._view.fields(), "rows": tail}

    def ask(self) -> str:
        """The execution's state."""
        self._execution.get_status()
        return self._execution.status

    def act(self, action: str) -> str:
        """Cancel it, or run its input again; the state afterwards."""
        if action == "again" and isinstance(self._execution, Repeatable):
            return self._begin(self._execution.run_again())
        return self._execution.cancel() if action == "cancel" else self.ask()

    def _begin(self, execution: MLOpsExecution) -> str:
        """Show another execution in the place of this one, and follow it."""
        called = self._called
        with self._lock:
            self._execution = self._target = execution
            if called is not None:
                self._view = self._seen(execution, *called(execution))
            self._sent = 0
        self.push()
        return execution.status

    def _seen(
        self, execution: MLOpsExecution, number: str, come_back: str
    ) -> ExecutionView:
        return ExecutionView(
            execution.name,
            execution.group,
            number,
            come_back,
            execution.exec_type,
            can_repeat=self._called is not None and isinstance(execution, Repeatable),
            repeat=self._repeat,
        )

    def found(self, state: str) -> None:
        """The state after an action, with the reason that the platform gave."""
        self._view.busy = ""
        data = {"Status": state, "Message": self._execution.message}
        self._view.apply(Event("state", data))

    def ended(self) -> None:
        """Its files, times and figures."""
        told = self._execution.execution_info()
        if self._execution.exec_type == "Monitoring" and told.get("Label"):
            try:
                told = {**told, "Result": self._execution.result()}
            except CodexError:
                # It failed, and says why; the rest is told all the same.
                pass
        with self._lock:
            self._view.describe(told)

    def _later(self, request: Request, work: Callable[[], str]) -> None:
        def answer() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - every request is answered
                request.fault(error)
            else:
                request.reply(result)

        if self._worker.stop.is_set():
            raise InputError(t("This cannot be done now."))
        request.acknowledge()
        self._worker.submit(answer)

    def _read(self) -> str:
        self.give(self._execution.result())
        return ""

    def _save(self) -> str:
        name = f"{self._view.number.replace(' ', '-')}.zip"
        path = self._execution.download_result(path=Path.cwd(), filename=name)
        return t("Saved as {path}.", path=path)
