"""Executions of asynchronous models."""

from __future__ import annotations

from codex_jupyter.protocol import routes

from .execution import ExecutionRoutes, MLOpsExecution

__all__ = ["ModelExecution"]


class ModelExecution(MLOpsExecution):
    """One run of an asynchronous model; `MLOpsModel.predict` starts them."""

    exec_type = "AsyncModel"
    _routes = ExecutionRoutes(
        subject="model",
        status=routes.EXECUTION_STATUS,
        describe=routes.EXECUTION_DESCRIBE,
        result=routes.EXECUTION_RESULT,
        events=routes.EXECUTION_EVENTS,
        cancel=routes.EXECUTION_CANCEL,
    )

    @property
    def model_hash(self) -> str:
        """The model that runs."""
        return self.subject_hash
