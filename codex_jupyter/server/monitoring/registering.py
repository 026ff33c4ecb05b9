"""Registering: everything that can be checked without running code, then kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from codex_jupyter.drift.bands import bands_from
from codex_jupyter.errors import DriftError
from codex_jupyter.protocol.names import reference_problem
from codex_jupyter.protocol.states import ExecutionState
from codex_jupyter.server.clock import now
from codex_jupyter.server.store import (
    ExecutionKind,
    FileRow,
    ModelRow,
    MonitoringRow,
    execution_owner,
)

from .configuration import columns_problem
from .reference import Training, freeze
from .webhook import host_of

if TYPE_CHECKING:
    from codex_jupyter.server.platform import Platform


def register_hosted(
    platform: Platform,
    model: ModelRow,
    config: dict[str, Any],
    *,
    preprocess: str,
    shap: str,
    files: list[FileRow],
    creator: str,
) -> MonitoringRow:
    """Register the monitoring of a model of ours.

    Args:
        config: as `read_configuration` gives it.
        files: its own script and requirements, where there are any.

    Raises:
        ValueError: something in it cannot be; one or two sentences say what.
        OSError: the training's data cannot be read.
    """
    for reference in (preprocess, shap):
        if problem := reference_problem(reference):
            raise ValueError(problem)
    number = config["TrainData"]["MLOpsTrainingExecution"]
    if number is None:
        number = model.details.get("TrainingExecution")
    if number is None:
        raise ValueError(
            f"The model '{model.name}' was not promoted from a training of this "
            "platform, so TrainData needs MLOpsTrainingExecution, the number of the "
            "execution to compare with."
        )
    config["TrainData"]["MLOpsTrainingExecution"] = int(number)
    row = MonitoringRow(
        hash=new_hash(),
        group=model.group,
        model=model.hash,
        name=model.name,
        period=config["Period"],
        config=config,
        preprocess=preprocess,
        shap=shap,
        python=model.python,
        creator=creator,
        registered_at=now(),
    )
    return keep(platform, row, files)


def keep(platform: Platform, row: MonitoringRow, files: list[FileRow]) -> MonitoringRow:
    """Freeze the reference, seal what is secret, and keep the monitoring.

    Raises:
        ValueError: a column, a threshold or the training execution cannot be.
        OSError: the training's data cannot be read.
    """
    config = dict(row.config)
    if problem := columns_problem(config["InputCols"], config["OutputCols"]):
        raise ValueError(problem)
    _check_thresholds(config)
    training = find_training(
        platform, config["TrainData"]["MLOpsTrainingExecution"], row.group
    )
    frozen = freeze(platform.artifacts, training, config)
    sealed = None
    if address := config.get("Webhook"):
        sealed = platform.keys.encrypt(address.encode()).decode()
        config["Webhook"] = host_of(address)
    values = {name: getattr(row, name) for name in row.__slots__}
    made = MonitoringRow(**values | {"config": config, "webhook": sealed})
    platform.store.monitorings.add(made, [*files, *frozen])
    return made


def find_training(platform: Platform, execution: int, group: str) -> Training:
    """What a training execution of the group kept.

    Raises:
        ValueError: there is none, or it is not over.
    """
    row = platform.store.executions.get(execution, group, ExecutionKind.TRAINING)
    if row is None:
        raise ValueError(
            f"There is no training execution {execution} in the group '{group}'."
        )
    if row.state is not ExecutionState.SUCCEEDED:
        raise ValueError(
            f"The training execution {execution} is {row.state.value}, so there is "
            "nothing to compare with."
        )
    files = platform.store.files.of(execution_owner(execution))
    return Training(execution, {file.role: file for file in files})


def new_hash() -> str:
    """The hash of a monitoring."""
    return f"E{secrets.token_hex(32)[:63]}"


def _check_thresholds(config: dict[str, Any]) -> None:
    known = [*config["InputCols"], *config["OutputCols"], "*"]
    for name, given in config["Thresholds"].items():
        if name not in known:
            raise ValueError(
                f"Thresholds names '{name[:60]}', which is neither in InputCols nor in "
                "OutputCols. '*' is for all columns without an entry."
            )
        try:
            bands_from(given, name)
        except DriftError as error:
            raise ValueError(f"{error.message} {error.hint or ''}".strip()) from None
