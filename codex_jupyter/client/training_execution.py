"""One run of a training experiment: watching it, and promoting what it made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codex_jupyter.config import Secret
from codex_jupyter.protocol import routes
from codex_jupyter.protocol import training_routes as training
from codex_jupyter.protocol.states import ExecutionState, ModelState

from .auth import GroupKeys
from .begun import after_upload, if_answered
from .errors_map import member
from .execution import ExecutionRoutes, MLOpsExecution
from .files import File
from .hosted import MLOpsModel
from .newer_names import model_of
from .operation import Call, Steps, operation
from .training_upload import promotion_call
from .transport import Connection

__all__ = ["MLOpsTrainingExecution"]


class MLOpsTrainingExecution(MLOpsExecution):
    """One run; `MLOpsTrainingExperiment.run_training` starts them.

    Attributes:
        run_name: what it was called.
        training_type: ``Custom``, ``AutoML`` or ``External``.
        run_data: its metrics and parameters as the platform tells them; empty until
            it has succeeded.
        execution_data: the platform's whole description, when last seen.
    """

    exec_type = "Training"
    _getter = "experiment.get_training_execution"
    _routes = ExecutionRoutes(
        subject="training",
        status=training.TRAINING_STATUS,
        describe=training.TRAINING_RUN_DESCRIBE,
        result=training.TRAINING_RESULT,
        events=training.TRAINING_EVENTS,
        cancel=training.TRAINING_CANCEL,
    )

    def __init__(
        self,
        connection: Connection,
        keys: GroupKeys,
        *,
        group: str,
        subject_hash: str,
        exec_id: str,
        name: str = "",
        status: str = ExecutionState.REQUESTED.value,
        token: Secret | None = None,
    ) -> None:
        super().__init__(
            connection,
            keys,
            group=group,
            subject_hash=subject_hash,
            exec_id=exec_id,
            name=name,
            status=status,
            token=token,
        )
        self.run_name = self.training_type = ""
        self.run_data: dict[str, Any] = {}
        self.execution_data: dict[str, Any] = {}

    @classmethod
    def _direct(
        cls,
        *,
        training_id: str | None = None,
        group: str | None = None,
        exec_id: int | str | None = None,
        **user: Any,
    ) -> MLOpsTrainingExecution:
        from .training import MLOpsTrainingClient

        experiment = MLOpsTrainingClient(**user).get_training(training_id, group)
        return experiment.get_training_execution(exec_id)

    @property
    def training_hash(self) -> str:
        """The experiment's hash."""
        return self.subject_hash

    @property
    def training_id(self) -> str:
        """The experiment's hash, under its older name."""
        return self.subject_hash

    @property
    def metrics(self) -> dict[str, Any]:
        """The run's metrics by name; empty until it has succeeded."""
        return dict(self._figures().get("metrics") or {})

    @property
    def parameters(self) -> dict[str, Any]:
        """The run's parameters by name; empty until it has succeeded."""
        return dict(self._figures().get("parameters") or {})

    def _figures(self) -> Mapping[str, Any]:
        found = self.run_data.get("paramsAndMetrics")
        if isinstance(found, dict):
            return found
        # The shape of older platforms: lists of keys and values.
        return {
            kind: {row["key"]: row["value"] for row in self.run_data.get(old) or []}
            for kind, old in (("metrics", "metrics"), ("parameters", "params"))
        }

    def _log_hint(self) -> str:
        name = f'"{self.name}"' if " " in self.name else self.name
        return f"%codex logs {name} --run {self.exec_id} shows the whole log."

    def _learn(self, row: Mapping[str, Any]) -> None:
        self.status = str(row.get("ExecutionState") or self.status)
        self.message = str(row.get("Message") or "")
        self.name = str(row.get("ExperimentName") or self.name)
        self.run_name = str(row.get("RunName") or "")
        self.training_type = str(row.get("TrainingType") or "")
        found = row.get("RunData")
        self.run_data = found if isinstance(found, dict) else {}
        self.execution_data = dict(row)

    @operation
    def get_status(self) -> Steps[dict[str, Any]]:
        """Ask for the state; of a run that has succeeded, for its figures too."""
        body = yield from MLOpsExecution.get_status.steps(self)
        if self.status == ExecutionState.SUCCEEDED and not self.run_data:
            yield from MLOpsTrainingExecution.execution_info.steps(self)
        return body

    aget_status = get_status.twin

    @operation
    def execution_info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of the run."""
        call = Call(self._routes.describe, self._where)
        body = yield from self._ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        member(found, "ExecutionState", str, call)
        self._learn(found)
        return found

    aexecution_info = execution_info.twin

    @operation
    def result(self, timeout: float | None = None) -> Steps[dict[str, Any]]:
        """Wait until it is over, and give its metrics by name.

        `download_result` fetches the model.

        Args:
            timeout: seconds to wait; None for as long as it takes.

        Raises:
            ExecutionError: it failed.
        """
        yield from MLOpsExecution.wait_ready.steps(self, timeout)
        yield from MLOpsTrainingExecution.execution_info.steps(self)
        return self.metrics

    aresult = result.twin

    @operation
    def promote_model(
        self,
        model_name: str,
        operation: str = "Sync",
        schema: Any = None,
        model_reference: str | None = None,
        source_file: File | None = None,
        extra_files: File | Iterable[File] | None = None,
        requirements_file: File | None = None,
        env: File | Mapping[str, str] | None = None,
        input_type: str | None = None,
        *,
        python_version: str | None = None,
        wait_complete: bool = False,
        timeout: float | None = None,
    ) -> Steps[MLOpsModel]:
        """Make a model of the run and begin to deploy it.

        An AutoML run needs the name and the operation only.

        Args:
            schema: a sample input: a file, or a dict, list, Series or DataFrame.
            model_reference: the name of the function in the source file to call.
            requirements_file: the run's own requirements apply if None.
            input_type: of an asynchronous model; by the schema's kind if None.
            python_version: the run's own if None.
            wait_complete: wait until the model answers.
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            InputError: something is missing or not allowed.
            TrainingError: the run has not succeeded, or left no model.
            ModelError: it was waited for, and the deployment failed.
            WaitTimeoutError: the time is over; it goes on.
        """
        yield from MLOpsTrainingExecution.execution_info.steps(self)
        call = promotion_call(
            self._where,
            name=model_name,
            operation=operation,
            is_automl=self.training_type == "AutoML",
            schema=schema,
            reference=model_reference,
            source=source_file,
            requirements=requirements_file,
            extra=extra_files,
            env=env,
            input_type=input_type,
            python_version=python_version,
        )
        body = yield from self._connection.ask(call)
        row = {
            "ModelHash": member(body, "ModelHash", str, call),
            "Name": model_name,
            "Group": self.group,
            "Operation": call.fields["operation"],
            "Input": call.fields.get("input_type"),
            "Status": ModelState.READY.value,
        }
        model = model_of(self._connection, self._keys, row)
        where = {"group": self.group, "model": model.model_hash}
        where["op"] = model.operation.lower()
        host = Call(routes.MODEL_HOST, where)
        yield from after_upload(self._connection.ask(host))
        if wait_complete:
            yield from MLOpsModel.wait_ready.steps(model, timeout)
        yield from if_answered(MLOpsModel.model_info.steps(model))
        return model

    apromote_model = promote_model.twin
