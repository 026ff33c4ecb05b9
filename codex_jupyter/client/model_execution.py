"""Executions of asynchronous models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codex_jupyter.config import Secret
from codex_jupyter.protocol import routes

from .execution import ExecutionRoutes, MLOpsExecution, execution_id
from .operation import Call, Steps, operation

if TYPE_CHECKING:
    from .newer_names import AsyncModel

__all__ = ["ModelExecution"]


class ModelExecution(MLOpsExecution):
    """One run of an asynchronous model; `MLOpsModel.predict` starts them."""

    exec_type = "AsyncModel"
    _getter = "model.get_model_execution"
    _routes = ExecutionRoutes(
        subject="model",
        status=routes.EXECUTION_STATUS,
        describe=routes.EXECUTION_DESCRIBE,
        result=routes.EXECUTION_RESULT,
        events=routes.EXECUTION_EVENTS,
        cancel=routes.EXECUTION_CANCEL,
    )
    _places = (("exec_id", "model"),)

    @classmethod
    def _direct(cls, *, exec_id: int | str, model: AsyncModel) -> ModelExecution:  # type: ignore[override]
        return model.get_model_execution(exec_id)

    @property
    def model_hash(self) -> str:
        """The model that runs."""
        return self.subject_hash

    @operation
    def run_again(self) -> Steps[ModelExecution]:
        """Run the same input again, which the platform has kept; the new execution.

        Raises:
            ExecutionError: it is not over yet, or its model takes no input now.
            UnexpectedError: the platform cannot do this.
        """
        call = Call(routes.EXECUTION_AGAIN, self._where)
        body = yield from self._ask(call)
        return type(self)(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self.subject_hash,
            exec_id=execution_id(body, call),
            name=self.name,
            token=self._token,
        )

    arun_again = run_again.twin

    @operation
    def download(
        self,
        name: str = "predictions.zip",
        path: str | Path = "./",
        group_token: str | Secret | None = None,
    ) -> Steps[Path]:
        """`download_result` under its newer name.

        Args:
            name: what to call the zip.
            path: the folder to save it in.
            group_token: used from now on.
        """
        if group_token:
            self.set_token(group_token)
        return (
            yield from MLOpsExecution.download_result.steps(
                self, path=path, filename=name
            )
        )

    adownload = download.twin
