"""Pipelines: train, deploy and monitor from one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from codex_jupyter.config import Settings
from codex_jupyter.errors import PipelineError

from .base import BaseMLOpsClient
from .model import MLOpsModel, MLOpsModelClient
from .operation import Steps, operation
from .pipeline_file import TRAINING, Stage, read_pipeline
from .pipeline_stages import (
    configuration,
    input_type,
    python_of,
    training_arguments,
    version,
)
from .training import (
    MLOpsTrainingClient,
    MLOpsTrainingExecution,
    MLOpsTrainingExperiment,
)

__all__ = ["MLOpsPipeline"]

Client = TypeVar("Client", bound=BaseMLOpsClient)

_GROUP = "Created with Codex Pipeline"


class MLOpsPipeline(BaseMLOpsClient):
    """Runs the stages that were registered: training, deploy, monitoring.

    Args:
        group: created when there is none.
        python_version: such as ``3.10``; the running Python's if None.

    The other arguments are those of `BaseMLOpsClient`.
    """

    def __init__(
        self,
        *,
        group: str,
        login: str | None = None,
        password: str | None = None,
        url: str | None = None,
        python_version: str | float | None = None,
        tenant: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(
            login=login, password=password, url=url, tenant=tenant, settings=settings
        )
        self.group = group
        self.python_version = version(python_version)
        self._stages: dict[str, Stage] = {}
        self._training: MLOpsTrainingExperiment | None = None
        self._run: MLOpsTrainingExecution | None = None
        self._model: MLOpsModel | None = None

    @classmethod
    def from_config_file(
        cls, path: str | Path | Mapping[str, Any], *, settings: Settings | None = None
    ) -> MLOpsPipeline:
        """A pipeline with the stages of a YAML file, or of its content.

        Args:
            settings: of the connection; user and password come from ``MLOPS_USER`` and
                ``MLOPS_PASSWORD`` otherwise, the address from ``MLOPS_URL`` or the
                file.

        Raises:
            PipelineError: the file cannot be used; names the section and the key.
        """
        found = read_pipeline(path)
        pipeline = cls(
            group=found.group,
            url=None if settings is not None else found.url,
            python_version=found.python_version,
            settings=settings,
        )
        pipeline._stages.update(found.stages)
        return pipeline

    # Stages

    @property
    def train_config(self) -> Mapping[str, Any] | None:
        """The training stage as registered."""
        return self._values("training")

    @property
    def deploy_config(self) -> Mapping[str, Any] | None:
        """The deploy stage as registered."""
        return self._values("deploy")

    @property
    def monitoring_config(self) -> Mapping[str, Any] | None:
        """The monitoring stage as registered."""
        return self._values("monitoring")

    def register_train_config(self, **values: Any) -> None:
        """Set the training stage; the keys are those of the file's section.

        Raises:
            PipelineError: a key is missing or unknown.
        """
        self._stages["training"] = Stage("training", values)

    def register_deploy_config(self, **values: Any) -> None:
        """Set the deploy stage.

        Raises:
            PipelineError: a key is missing or unknown.
        """
        self._stages["deploy"] = Stage("deploy", values)

    def register_monitoring_config(self, **values: Any) -> None:
        """Set the monitoring stage.

        Raises:
            PipelineError: a key is missing or unknown.
        """
        self._stages["monitoring"] = Stage("monitoring", values)

    @property
    def training(self) -> MLOpsTrainingExperiment:
        """The experiment.

        Raises:
            PipelineError: the pipeline did not train.
        """
        return _made(self._training, "training")

    @property
    def training_run(self) -> MLOpsTrainingExecution:
        """The training run.

        Raises:
            PipelineError: the pipeline did not train.
        """
        return _made(self._run, "training run")

    @property
    def model(self) -> MLOpsModel:
        """The deployed model.

        Raises:
            PipelineError: the pipeline did not deploy.
        """
        return _made(self._model, "model")

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of the registered stages, in the order in which they run."""
        order = ("training", "deploy", "monitoring")
        return tuple(name for name in order if name in self._stages)

    # Running

    @operation
    def start(self, timeout: float | None = None) -> Steps[MLOpsPipeline]:
        """Run every registered stage, each after the one before has succeeded.

        Args:
            timeout: seconds to wait for each stage; None for as long as it takes.

        Raises:
            PipelineError: nothing was registered, or a stage cannot run.
            ExecutionError: the training failed.
            ModelError: the deployment or the monitoring failed.
            WaitTimeoutError: the time is over; the stage goes on.
        """
        if not self._stages:
            raise PipelineError(
                "The pipeline has no stage.",
                hint="Register one: pipeline.register_train_config(…)",
            )
        if "training" in self._stages:
            yield from MLOpsPipeline.run_training.steps(self, timeout)
        if "deploy" in self._stages:
            yield from MLOpsPipeline.run_deploy.steps(self, timeout=timeout)
        if "monitoring" in self._stages:
            yield from MLOpsPipeline.run_monitoring.steps(self, timeout=timeout)
        return self

    astart = start.twin

    @operation
    def run_training(self, timeout: float | None = None) -> Steps[tuple[str, str]]:
        """Train, and wait until it has succeeded.

        Args:
            timeout: seconds to wait; None for as long as it takes.

        Returns:
            The experiment's hash and the run's number.

        Raises:
            PipelineError: the stage is missing, or cannot run.
            ExecutionError: the training failed.
        """
        run = yield from MLOpsPipeline.begin_training.steps(self)
        yield from MLOpsTrainingExecution.wait_ready.steps(run, timeout)
        return self.training.training_id, run.exec_id

    arun_training = run_training.twin

    @operation
    def begin_training(self) -> Steps[MLOpsTrainingExecution]:
        """Start the training, and give its run.

        Raises:
            PipelineError: the stage is missing, or cannot run.
        """
        stage = self._stage("training")
        kind = stage.text("training_type") or ""
        if kind not in TRAINING:
            raise PipelineError(
                f"training_type is '{kind[:40]}'; it is {', '.join(TRAINING)}."
            )
        stage.need(*TRAINING[kind])
        arguments = training_arguments(stage, kind, self.python_version)
        yield from self._ensure_group()
        self._training = yield from (
            MLOpsTrainingClient.create_training_experiment.steps(
                self._client(MLOpsTrainingClient),
                experiment_name=stage.text("experiment_name") or "",
                model_type=stage.text("model_type") or "Classification",
                group=self.group,
            )
        )
        started = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        self._run = yield from MLOpsTrainingExperiment.run_training.steps(
            self._training,
            run_name=stage.text("run_name") or f"Pipeline run {started}",
            training_type=kind,
            description=stage.text("description"),
            **arguments,
        )
        return self._run

    abegin_training = begin_training.twin

    @operation
    def run_deploy(
        self,
        training_id: str | tuple[str, str] | None = None,
        *,
        timeout: float | None = None,
    ) -> Steps[str]:
        """Deploy, and wait until the model answers.

        The run of this pipeline's training is promoted where there is one; else the
        stage's own model file is deployed.

        Args:
            training_id: promote a run of this experiment instead: its hash, for the
                newest run, or what `run_training` gave.
            timeout: seconds to wait; None for as long as it takes.

        Returns:
            The model's hash.

        Raises:
            PipelineError: the stage is missing, or cannot run.
            ModelError: the deployment failed.
        """
        if training_id is not None and self._run is None:
            yield from self._find_run(training_id)
        model = yield from MLOpsPipeline.begin_deploy.steps(self)
        yield from MLOpsModel.wait_ready.steps(model, timeout)
        return model.model_hash

    arun_deploy = run_deploy.twin

    @operation
    def begin_deploy(self) -> Steps[MLOpsModel]:
        """Start the deployment, and give its model.

        Raises:
            PipelineError: the stage is missing, or cannot run.
        """
        stage = self._stage("deploy")
        given: dict[str, Any] = {
            "operation": (stage.text("operation") or "").title(),
            "schema": stage.file("schema"),
            "source_file": stage.file("source"),
            "model_reference": stage.text("score_function"),
            "requirements_file": stage.file("packages"),
            "extra_files": stage.files("extra"),
            "env": stage.file("env"),
            "input_type": input_type(stage),
        }
        if self._run is not None:
            self._model = yield from self._promoted(stage, given)
            return self._model
        stage.need("name", "source", "score_function", "model", "packages", "schema")
        yield from self._ensure_group()
        self._model = yield from MLOpsModelClient.create_model.steps(
            self._client(MLOpsModelClient),
            model_name=stage.text("name") or "",
            model_file=stage.file("model") or "",
            group=self.group,
            python_version=python_of(stage, self.python_version),
            wait_for_ready=False,
            **given,
        )
        return self._model

    abegin_deploy = begin_deploy.twin

    @operation
    def run_monitoring(
        self,
        training_exec_id: str | int | None = None,
        model_id: str | None = None,
        *,
        timeout: float | None = None,
    ) -> Steps[str]:
        """Register the monitoring, and wait until it is validated.

        The configuration's file stays as it is: the run's number is filled in where it
        is sent.

        Args:
            training_exec_id: the run to compare with; this pipeline's if None.
            model_id: the model; the stage's, or this pipeline's, if None.
            timeout: seconds to wait; None for as long as it takes.

        Returns:
            The model's hash.

        Raises:
            PipelineError: the stage is missing, or there is no model to monitor.
            ModelError: the monitoring is not valid.
        """
        model, period = yield from MLOpsPipeline.begin_monitoring.steps(
            self, training_exec_id=training_exec_id, model_id=model_id
        )
        yield from MLOpsModel.wait_monitoring.steps(model, period, timeout)
        return model.model_hash

    arun_monitoring = run_monitoring.twin

    @operation
    def begin_monitoring(
        self,
        *,
        training_exec_id: str | int | None = None,
        model_id: str | None = None,
    ) -> Steps[tuple[MLOpsModel, str]]:
        """Register the monitoring, and begin its validation; see `run_monitoring`.

        Returns:
            The model, and the period that it is monitored by.
        """
        stage = self._stage("monitoring")
        run = training_exec_id or (self._run.exec_id if self._run else None)
        found = configuration(stage, run)
        chosen = model_id or stage.text("model_id") or stage.text("model_hash")
        model = self._model
        if chosen is not None and (model is None or model.model_hash != chosen):
            model = yield from MLOpsModelClient.get_model.steps(
                self._client(MLOpsModelClient), chosen, group=self.group
            )
        if model is None:
            raise PipelineError(
                "There is no model to monitor.",
                hint="Add a section deploy, or model_id to the section monitoring.",
            )
        yield from MLOpsModel.register_monitoring.steps(
            model,
            preprocess_reference=stage.text("preprocess_function") or "",
            shap_reference=stage.text("shap_function") or "",
            configuration_file=found,
            preprocess_file=stage.file("preprocess"),
            requirements_file=stage.file("packages"),
            wait_complete=False,
        )
        # Registered, so it names one; in one of two spellings.
        named = (v for k, v in found.items() if k.lower() == "period")
        return model, str(next(named)).strip()

    abegin_monitoring = begin_monitoring.twin

    def _find_run(self, training_id: str | tuple[str, str]) -> Steps[None]:
        experiment, number = (
            (training_id, None) if isinstance(training_id, str) else training_id
        )
        self._training = yield from MLOpsTrainingClient.get_training.steps(
            self._client(MLOpsTrainingClient), experiment, self.group
        )
        self._run = yield from MLOpsTrainingExperiment.get_training_execution.steps(
            self._training, number
        )

    def _promoted(self, stage: Stage, given: dict[str, Any]) -> Steps[MLOpsModel]:
        run = self.training_run
        name = stage.text("name") or self.training.experiment_name
        if run.training_type == "AutoML":
            given = {"operation": given["operation"]}
        else:
            stage.need("source", "score_function", "schema")
        return (
            yield from MLOpsTrainingExecution.promote_model.steps(
                run, model_name=name, **given
            )
        )

    def _ensure_group(self) -> Steps[None]:
        rows = yield from BaseMLOpsClient.list_groups.steps(self)
        if self.group not in [row.get("Name") for row in rows]:
            yield from BaseMLOpsClient.create_group.steps(self, self.group, _GROUP)

    def _client(self, kind: type[Client]) -> Client:
        """A client on this pipeline's connection."""
        made = kind.__new__(kind)
        made._connection, made._keys = self._connection, self._keys
        return made

    def _stage(self, name: str) -> Stage:
        if name not in self._stages:
            short = "train" if name == "training" else name
            raise PipelineError(
                f"The pipeline has no {name} stage.",
                hint=f"Register it: pipeline.register_{short}_config(…)",
            )
        return self._stages[name]

    def _values(self, name: str) -> Mapping[str, Any] | None:
        stage = self._stages.get(name)
        return None if stage is None else stage.values


Made = TypeVar("Made")


def _made(value: Made | None, what: str) -> Made:
    if value is None:
        raise PipelineError(
            f"The pipeline has no {what} yet.", hint="Run it first: pipeline.start()"
        )
    return value
