"""Models under the newer names of the documented SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codex_jupyter.config import Secret
from codex_jupyter.errors import InputError
from codex_jupyter.protocol import routes

from .auth import GroupKeys
from .execution import MLOpsExecution
from .hosted import MLOpsModel
from .model_execution import ModelExecution
from .operation import Call, Steps, operation
from .transport import Connection


class _NewerNames(MLOpsModel):
    @operation
    def info(self) -> Steps[dict[str, Any]]:
        """`model_info` under its newer name."""
        return (yield from MLOpsModel.model_info.steps(self))

    ainfo = info.twin

    @operation
    def host(self, operation: str | None = None) -> Steps[str]:
        """Start the deployment of a model that was uploaded; its state then.

        Args:
            operation: ``Sync`` or ``Async``; the model's own if None.

        Raises:
            ModelError: the state does not allow it.
        """
        where = self._where | {"op": (operation or self.operation).lower()}
        yield from self._connection.ask(Call(routes.MODEL_HOST, where))
        return (yield from MLOpsModel.refresh.steps(self))

    ahost = host.twin


class SyncModel(_NewerNames):
    """A model that answers rows at once."""


class AsyncModel(_NewerNames):
    """A model that reads a file and writes one."""

    @operation
    def get_model_execution(
        self, exec_id: int | str | None = None, *, execution_id: int | str | None = None
    ) -> Steps[ModelExecution]:
        """One execution by its number.

        Args:
            exec_id: the number; ``execution_id`` is its newer name.

        Raises:
            InputError: no number was given.
            ExecutionError: there is no such execution.
        """
        found = self._execution(execution_id if exec_id is None else exec_id)
        yield from MLOpsExecution.execution_info.steps(found)
        return found

    aget_model_execution = get_model_execution.twin

    @operation
    def execution_info(self, execution_id: int | str) -> Steps[dict[str, Any]]:
        """Everything the platform knows of one execution."""
        found = self._execution(execution_id)
        return (yield from MLOpsExecution.execution_info.steps(found))

    aexecution_info = execution_info.twin

    @operation
    def execution_status(
        self, execution_id: int | str, group_token: str | Secret | None = None
    ) -> Steps[dict[str, Any]]:
        """The state of one execution: ``{"ExecutionId", "Status", "Message"}``."""
        found = self._execution(execution_id, group_token)
        return (yield from MLOpsExecution.get_status.steps(found))

    aexecution_status = execution_status.twin

    @operation
    def wait_run_ready(
        self,
        execution_id: int | str,
        group_token: str | Secret | None = None,
        timeout: float | None = None,
    ) -> Steps[str]:
        """Wait until one execution has succeeded; see `ModelExecution.wait_ready`."""
        found = self._execution(execution_id, group_token)
        return (yield from MLOpsExecution.wait_ready.steps(found, timeout))

    await_run_ready = wait_run_ready.twin

    def _execution(
        self, number: int | str | None, token: str | Secret | None = None
    ) -> ModelExecution:
        if number is None or not str(number):
            raise InputError(
                "No execution was named.",
                hint="model.list_executions() lists their numbers.",
            )
        found = ModelExecution(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self.model_hash,
            exec_id=str(number),
            name=self.name,
            token=self._token,
        )
        if token:
            found.set_token(token)
        return found


def model_of(
    connection: Connection, keys: GroupKeys, row: Mapping[str, Any]
) -> MLOpsModel:
    """The model that a row of the platform describes."""
    is_async = str(row.get("Operation")).lower() == "async"
    return (AsyncModel if is_async else SyncModel)(connection, keys, row)
