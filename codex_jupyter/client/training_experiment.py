"""One training experiment: its runs, and new ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

from codex_jupyter.errors import TrainingError
from codex_jupyter.protocol import training_routes as training

from .auth import GroupKeys
from .days import log_query
from .errors_map import member
from .execution import execution_id
from .files import File
from .group_owned import GroupOwned
from .operation import Call, Steps, operation
from .training_execution import MLOpsTrainingExecution
from .training_logger import MLOpsTrainingLogger
from .training_upload import Run, run_call
from .transport import Connection

__all__ = ["MLOpsTrainingExperiment"]


class MLOpsTrainingExperiment(GroupOwned):
    """One experiment; `MLOpsTrainingClient` makes these objects.

    Attributes:
        training_hash: its hash.
        experiment_name: its name.
        model_type: ``Classification``, ``Regression`` or ``Unsupervised``.
        executions: the numbers of its runs when last seen, the oldest first.
        training_data: the platform's whole description, when last seen.
    """

    def __init__(
        self,
        connection: Connection,
        keys: GroupKeys,
        row: Mapping[str, Any],
        group: str,
    ) -> None:
        super().__init__(connection, keys, group)
        self.training_hash = str(row["TrainingHash"])
        self.executions: list[int] = []
        self._learn(row)

    @classmethod
    def _direct(
        cls, *, training_id: str | None = None, group: str | None = None, **user: Any
    ) -> MLOpsTrainingExperiment:
        from .training import MLOpsTrainingClient

        return MLOpsTrainingClient(**user).get_training(training_id, group)

    def _learn(self, row: Mapping[str, Any]) -> None:
        self.experiment_name = str(row.get("ExperimentName") or self.training_hash)
        self.model_type = str(row.get("ModelType") or "")
        self.training_data = dict(row)
        runs = row.get("Executions")
        if isinstance(runs, list):
            self.executions = sorted(int(run["Id"]) for run in runs)

    def __repr__(self) -> str:
        return (
            f"MLOpsTrainingExperiment({self.experiment_name!r}, group={self.group!r}, "
            f"{self.model_type}, {self.training_hash[:12]}…)"
        )

    @property
    def training_id(self) -> str:
        """The experiment's hash, under its older name."""
        return self.training_hash

    @property
    def name(self) -> str:
        """The experiment's name, as other objects call it."""
        return self.experiment_name

    @property
    def _where(self) -> dict[str, str]:
        return {"group": self.group, "training": self.training_hash}

    @operation
    def training_info(self) -> Steps[dict[str, Any]]:
        """Everything the platform knows of the experiment."""
        call = Call(training.TRAINING_DESCRIBE, self._where)
        body = yield from self._connection.ask(call)
        found: dict[str, Any] = member(body, "Description", dict, call)
        self._learn(found)
        return found

    atraining_info = training_info.twin

    @operation
    def run_training(
        self,
        run_name: str,
        training_type: str = "External",
        description: str | None = None,
        train_data: Any = None,
        dataset: Any = None,
        training_reference: str | None = None,
        python_version: str | None = None,
        conf_dict: Any = None,
        source_file: File | None = None,
        requirements_file: File | None = None,
        extra_files: File | Iterable[File] | None = None,
        env: File | Mapping[str, str] | None = None,
        X_train: Any = None,  # noqa: N803 - the documented name
        y_train: Any = None,
        model_outputs: Any = None,
        model_file: File | None = None,
        model_metrics: Any = None,
        model_params: Any = None,
        model_hash: str | None = None,
        wait_complete: bool = False,  # noqa: FBT001, FBT002 - documented so
        timeout: float | None = None,
    ) -> Steps[MLOpsTrainingExecution]:
        """Upload a run's files and start it.

        A file is a path, or a pair of its name and its bytes; a table a file or a
        DataFrame; a configuration, metrics and parameters a dict or a JSON file.

        Args:
            training_type: ``Custom`` (a function of yours trains on the platform),
                ``AutoML`` (the platform searches), or ``External`` (it was trained
                here).
            train_data: of Custom and AutoML; also a dataset or its hash.
            training_reference: of Custom, the function in the source file to call.
            python_version: such as ``3.11``; the running Python's if None.
            conf_dict: of AutoML, the configuration.
            X_train: of External, as are the parameters after it.
            wait_complete: wait until the run is over.
            timeout: seconds to wait for it; None for as long as it takes.

        Raises:
            InputError: something is missing, not allowed, or two files clash.
            TrainingError: the experiment is gone.
            ExecutionError: it was waited for, and it failed.
            WaitTimeoutError: the time is over; it goes on.
        """
        call = run_call(
            self._where,
            Run(
                run_name,
                training_type,
                description,
                train_data,
                dataset,
                training_reference,
                python_version,
                conf_dict,
                source_file,
                requirements_file,
                extra_files,
                env,
                X_train,
                y_train,
                model_outputs,
                model_file,
                model_metrics,
                model_params,
                model_hash,
            ),
        )
        body = yield from self._connection.ask(call)
        run = self._run(execution_id(body, call))
        where = self._where | {"execution": run.exec_id}
        yield from self._connection.ask(Call(training.TRAINING_EXECUTE, where))
        if wait_complete:
            yield from MLOpsTrainingExecution.wait_ready.steps(run, timeout)
        yield from MLOpsTrainingExecution.execution_info.steps(run)
        self.executions = sorted({*self.executions, int(run.exec_id)})
        return run

    arun_training = run_training.twin

    @contextmanager
    def log_train(
        self,
        name: str,
        X_train: Any,  # noqa: N803 - the documented name
        y_train: Any,
        description: str | None = None,
        save_path: str | Path | None = None,
    ) -> Iterator[MLOpsTrainingLogger]:
        """Log a training that runs here; at the end of the block it is an External run.

        A block that raises uploads nothing. The run is in the logger's ``execution``::

            with experiment.log_train("first", X, y) as logger:
                model.fit(X, y)
                logger.save_model(model)
                logger.save_metric("auc", 0.9)

        Args:
            save_path: a folder that keeps the model too.

        Raises:
            InputError: a part of it cannot be sent.
            TrainingError: the experiment is gone.
        """
        logger = MLOpsTrainingLogger(name, X_train, y_train, description, save_path)
        yield logger
        logger.execution = self.run_training(**logger.upload_arguments())

    @asynccontextmanager
    async def alog_train(
        self,
        name: str,
        X_train: Any,  # noqa: N803 - the documented name
        y_train: Any,
        description: str | None = None,
        save_path: str | Path | None = None,
    ) -> AsyncIterator[MLOpsTrainingLogger]:
        """Awaitable twin of `log_train`."""
        logger = MLOpsTrainingLogger(name, X_train, y_train, description, save_path)
        yield logger
        logger.execution = await self.arun_training(**logger.upload_arguments())

    @operation
    def get_training_execution(
        self, exec_id: int | str | None = None
    ) -> Steps[MLOpsTrainingExecution]:
        """One run by its number; the newest if None.

        Raises:
            TrainingError: there is no such run, or none at all.
        """
        if exec_id is None:
            yield from MLOpsTrainingExperiment.training_info.steps(self)
            if not self.executions:
                raise TrainingError(
                    f"The experiment '{self.experiment_name}' has no runs yet.",
                    hint="experiment.run_training(…) starts one.",
                )
            exec_id = max(self.executions)
        run = self._run(str(exec_id))
        yield from MLOpsTrainingExecution.execution_info.steps(run)
        return run

    aget_training_execution = get_training_execution.twin

    @operation
    def get_all_training_executions(self) -> Steps[list[MLOpsTrainingExecution]]:
        """All runs, the oldest first."""
        yield from MLOpsTrainingExperiment.training_info.steps(self)
        runs = [self._run(str(number)) for number in self.executions]
        for run in runs:
            yield from MLOpsTrainingExecution.execution_info.steps(run)
        return runs

    aget_all_training_executions = get_all_training_executions.twin

    @operation
    def list_executions(
        self, state: str | None = None, limit: int = 100, before: int | None = None
    ) -> Steps[list[dict[str, Any]]]:
        """The rows of the runs, the newest first.

        Args:
            state: ``Requested``, ``Running``, ``Succeeded`` or ``Failed`` only.
            before: only those with a smaller number.
        """
        query = {"limit": str(limit)} | ({"state": state} if state else {})
        if before is not None:
            query["before"] = str(before)
        call = Call(training.TRAINING_RUN_LIST, self._where, query)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    alist_executions = list_executions.twin

    @operation
    def get_logs(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        routine: str | None = None,
        type: str | None = None,  # noqa: A002 - as for models
        exec_id: int | str | None = None,
    ) -> Steps[dict[str, Any]]:
        """The log rows of the runs of some days; see `MLOpsModel.get_logs`.

        Args:
            exec_id: of this run only.
        """
        query = log_query(start, end, routine, type)
        if exec_id is not None:
            query["execution"] = str(exec_id)
        call = Call(training.TRAINING_LOGS, self._where, query)
        body = yield from self._connection.ask(call)
        member(body, "Results", list, call)
        return cast("dict[str, Any]", body)

    aget_logs = get_logs.twin

    def _run(self, number: str) -> MLOpsTrainingExecution:
        return MLOpsTrainingExecution(
            self._connection,
            self._keys,
            group=self.group,
            subject_hash=self.training_hash,
            exec_id=number,
            name=self.experiment_name,
            token=self._token,
        )
