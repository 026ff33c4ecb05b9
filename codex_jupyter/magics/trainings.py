"""Training experiments and their runs as the commands know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError, ModelError, TrainingError

from .hosting import quoted

if TYPE_CHECKING:
    from codex_jupyter.client.execution import MLOpsExecution
    from codex_jupyter.client.training import (
        MLOpsTrainingClient,
        MLOpsTrainingExecution,
        MLOpsTrainingExperiment,
    )

    from .session import Session


def training_client(session: Session) -> MLOpsTrainingClient:
    """The client of trainings on the session's platform."""
    # Imported here and not at the top: it brings httpx, which help has no use for.
    from codex_jupyter.client.training import MLOpsTrainingClient

    session.client()
    return MLOpsTrainingClient(settings=session.settings)


def find_experiment(
    session: Session, name: str, group: str | None
) -> MLOpsTrainingExperiment:
    """The experiment of that name or hash.

    Raises:
        TrainingError: there is none.
    """
    found = training_client(session).find_training(name, group)
    session.last_group = found.group
    return found


def find_run(
    session: Session, name: str, number: str | None, group: str | None
) -> MLOpsTrainingExecution:
    """A run by its number; the newest that has succeeded where none is given.

    Raises:
        InputError: it is no number.
        TrainingError: there is no such experiment or run.
    """
    experiment = find_experiment(session, name, group)
    if number is None:
        rows = experiment.list_executions(state="Succeeded", limit=1)
        if not rows:
            raise TrainingError(
                f"No run of {experiment.name} has succeeded yet.",
                hint=f"%codex runs {quoted(experiment.name)} shows its runs.",
            )
        number = str(rows[0]["ExecutionId"])
    if not number.isdecimal():
        raise InputError(
            f"A run is known by its number, not by {number[:40]}.",
            hint=f"%codex runs {quoted(experiment.name)} lists them.",
        )
    return experiment.get_training_execution(number)


def find_execution(
    session: Session, name: str, number: str, group: str | None
) -> MLOpsExecution:
    """An execution of a model or script, or a run: all have one count.

    Raises:
        ModelError: there is neither a model nor an experiment of that name.
        ExecutionError: there is no such execution.
        InputError: it is no number.
    """
    if not number.isdecimal():
        raise InputError(
            f"An execution is known by its number, not by {number[:40]}.",
            hint=f"%codex executions {quoted(name)} lists a model's, "
            f"%codex runs {quoted(name)} an experiment's.",
        )
    refused: Exception
    try:
        return session.deployed(name, group).execution(number)
    except ModelError as error:
        refused = error
    except Exception as error:
        # A model of that name may be there beside an experiment.
        if getattr(error, "status", None) != 404:
            raise
        refused = error
    try:
        return find_run(session, name, number, group)
    except TrainingError:
        raise refused from None


def figure(value: Any) -> Any:
    """A metric as it is shown in a table."""
    return f"{value:.4g}" if isinstance(value, float) else value
