"""Following an execution in the cell: a line that moves, then what the model wrote."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.render.messages import note
from codex_jupyter.render.progress import progress_line

from .hosting import quoted
from .progress import has_widgets
from .shown import show, show_as

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from codex_jupyter.client.execution import MLOpsExecution
    from codex_jupyter.render.html import Displayable

_REDRAWN_EACH_S = 0.25


class Line:
    """The line of one execution, redrawn in place where the front-end can do that."""

    def __init__(self, shell: InteractiveShell, execution: MLOpsExecution) -> None:
        self._execution = execution
        self._is_live = has_widgets(shell)
        self._handle: Any = None
        self._state = self._log = ""
        self._drawn = 0.0

    def take(self, name: str, data: dict[str, Any]) -> None:
        """Draw what an event of the execution tells."""
        if name == "log":
            self._log = str(data.get("OutputData", ""))
        changed = self._execution.status != self._state
        self._state = self._execution.status
        late = time.monotonic() - self._drawn > _REDRAWN_EACH_S
        # A terminal cannot redraw: it gets a line for each state.
        if changed or (self._is_live and late and name in ("log", "progress")):
            self.draw()

    def finish(self) -> None:
        """Show the last of it, where that is not told already."""
        if self._is_live:
            self.draw()

    def draw(self) -> None:
        """Show the line as it is now."""
        from IPython.display import display

        self._drawn = time.monotonic()
        shown = self._shown()
        if self._handle is None or not self._is_live:
            self._handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown)

    def _shown(self) -> Displayable:
        one = self._execution
        progress = dict(one.progress)
        if one.status == "Succeeded" and progress:
            progress |= {"Fraction": 1.0, "RowsWritten": None, "Estimate": None}
        return progress_line(
            f"{one.name}, execution {one.exec_id}", one.status, progress, self._log
        )


def follow(shell: InteractiveShell, execution: MLOpsExecution) -> Any:
    """Watch an execution to its end, and read what it wrote.

    Returns:
        A DataFrame; the execution itself where its file is no table.

    Raises:
        ExecutionError: it failed.
        KeyboardInterrupt: the cell was interrupted; the execution goes on.
    """
    line = Line(shell, execution)
    try:
        for event in execution.watch():
            line.take(event.name, event.data)
        line.finish()
        execution.wait_ready()
    except KeyboardInterrupt:
        stop = KeyboardInterrupt()
        block = note(
            f"No longer waiting for execution {execution.exec_id}; it goes on.",
            f"%codex attach {again(execution)} --wait waits for its result",
        )
        show_as(stop, block.text)
        raise stop from None
    try:
        return execution.result()
    except InputError as error:
        show(note(error.message, error.hint))
        return execution


def started(execution: MLOpsExecution) -> MLOpsExecution:
    """Tell how to come back to an execution that is not waited for."""
    text = f"Execution {execution.exec_id} of {execution.name}: {execution.status}."
    more = f"%codex attach {again(execution)} --wait gives what it wrote"
    show(note(text, more))
    return execution


def again(execution: MLOpsExecution) -> str:
    """The model and the number, as they are typed."""
    return f"{quoted(execution.name)} {execution.exec_id}"
