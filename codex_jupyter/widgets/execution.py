"""The execution panel: how far a run is, its log, and what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_jupyter.render.executions import execution_card
from codex_jupyter.render.html import Displayable

from .execution_run import Called, Run
from .following import FollowingPanel
from .panel import Panel

if TYPE_CHECKING:
    from codex_jupyter.client.execution import MLOpsExecution


class ExecutionPanel(Run, FollowingPanel):
    """A run's progress, log, failure and result, live.

    Args:
        execution: of an asynchronous model, a script, a training or a monitoring.
        number: what it is called beside its name.
        come_back: the command that follows it again.
        called: both of them for another execution, where it can be run again.
        repeat: the line that does the same again, where no button can.

    `show` displays it, `follow` begins to watch and `give` shows a result that was
    read already.
    """

    front_end = "execution"

    def __init__(
        self,
        execution: MLOpsExecution,
        number: str,
        come_back: str,
        called: Called | None = None,
        repeat: str = "",
        **unknown: object,
    ) -> None:
        Panel.__init__(self, **unknown)
        Run.__init__(
            self,
            execution,
            number,
            come_back,
            self.bridge,
            self.freeze,
            called,
            repeat,
        )

    def card(self) -> Displayable:
        """The panel as it stands, in static HTML and plain text."""
        return execution_card(self.told())


def following(
    execution: MLOpsExecution, called: Called, repeat: str = ""
) -> ExecutionPanel:
    """A panel on the page that follows the execution."""
    panel = ExecutionPanel(execution, *called(execution), called, repeat)
    panel.show()
    panel.follow()
    return panel
