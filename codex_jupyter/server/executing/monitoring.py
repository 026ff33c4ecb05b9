"""A monitoring's executions: its validation, and the run of one period."""

from __future__ import annotations

import time
from dataclasses import dataclass

from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.monitoring.running import open_run
from codex_jupyter.server.monitoring.validating import Validation
from codex_jupyter.server.monitoring.workspace import open_workspace
from codex_jupyter.server.store import ModelRow, ResultRow

from .base import Execution, Unusable

_GLANCE_S = 0.25


@dataclass(slots=True)
class MonitoringExecution(Execution):
    """What its details ask for: ``{"Task": "validate"}`` or a period's run."""

    def steps(self) -> None:
        """Do it; what is counted is kept when the platform stops meanwhile."""
        monitoring = self.platform.store.monitorings.get(self.row.subject)
        if monitoring is None:
            raise Unusable("The monitoring is gone.")
        place = open_workspace(self, monitoring)
        try:
            if self.row.details["Task"] == "validate":
                Validation(place).run()
            else:
                open_run(place, self.row.details).run()
        finally:
            # A platform that stops, or was killed, goes on from what is kept there.
            if not self.platform.stopping:
                place.remove()

    def succeed_with(self, message: str, result: ResultRow) -> bool:
        """Write a period's result together with the end of the run; False if over."""

        def write() -> bool:
            self.platform.logbook.flush()
            return self.platform.store.monitorings.succeed(self.row.id, message, result)

        done = self.answered(write)
        if done:
            self.platform.tell_execution(self.row.id, ExecutionState.SUCCEEDED, message)
        return done

    def wait_for_model(self, model: str) -> ModelRow:
        """The model, once nothing builds it any more.

        Raises:
            Unusable: it was deleted.
            Cancelled: nobody wants it any more.
        """
        while True:
            row = self.platform.store.models.get(model)
            if row is None or row.status is ModelState.DELETED:
                raise Unusable("The model was deleted.")
            if not row.status.is_moving or row.status is ModelState.READY:
                return row
            self.check()
            time.sleep(_GLANCE_S)
