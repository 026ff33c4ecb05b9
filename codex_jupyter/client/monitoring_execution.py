"""Executions of a monitoring: of one period, or of its validation."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import monitoring_routes as routes

from .execution import ExecutionRoutes, MLOpsExecution
from .operation import Call, Steps, operation

__all__ = ["MonitoringRun"]


class MonitoringRun(MLOpsExecution):
    """One run of a monitoring, or its validation."""

    exec_type = "Monitoring"
    _routes = ExecutionRoutes(
        subject="subject",
        status=routes.MONITORING_RUN_STATUS,
        describe=routes.MONITORING_RUN_DESCRIBE,
        result=routes.MONITORING_RESULT,
        events=routes.MONITORING_RUN_EVENTS,
        cancel=routes.MONITORING_RUN_CANCEL,
    )
    label = ""
    """The period that it runs, such as 2026-W14; empty of a validation."""

    @property
    def _where(self) -> dict[str, str]:
        label = {"label": self.label} if self.label else {}
        return {
            "group": self.group,
            "execution": self.exec_id,
            "subject": self.subject_hash,
        } | label

    @property
    def _goes_on(self) -> tuple[str, str]:
        shown = f'"{self.name}"' if " " in self.name else self.name
        return f"execution {self.exec_id} of '{self.name}'", (
            "run.wait_ready() waits for it again, "
            f"%codex monitor {shown} shows what it found"
        )

    def _log_hint(self) -> str:
        return f"%codex monitor {self.name} shows what it found so far."

    @operation
    def result(self, timeout: float | None = None) -> Steps[dict[str, Any]]:
        """Wait until it is over, and give the period's result in counts.

        Args:
            timeout: seconds to wait; None for as long as it takes.

        Raises:
            ExecutionError: it failed.
            InputError: it is a validation, which counts no period.
        """
        yield from MLOpsExecution.wait_ready.steps(self, timeout)
        if not self.label:
            raise InputError(
                "A validation has no result beside its state.",
                hint=f"%codex monitor {self.name} --run runs the present period.",
            )
        call = Call(routes.MONITORING_RESULT, self._where)
        found: dict[str, Any] = yield from self._connection.ask(call)
        return found

    aresult = result.twin
