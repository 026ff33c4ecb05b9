"""Monitoring from a cell: its script, its configuration, its runs."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import (
    ExecutionError,
    InputError,
    ModelError,
    UnexpectedError,
)
from codex_jupyter.render.messages import note

from . import requirements
from .command import Call
from .hosting import quoted
from .parser import near
from .running import watch
from .shown import show, show_as
from .thresholds import thresholds
from .values import number_in

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

_SHOWN = 12
_MOST_PANELS = 4


def requirements_of(call: Call) -> tuple[str, bytes] | None:
    """The requirements that the line names; None for the model's own.

    Raises:
        InputError: the file is not there.
    """
    if call.arguments.requirements is None:
        return None
    chosen = requirements.choose(call.arguments.requirements, requirements.Requirements)
    return "requirements.txt", chosen.text.encode()


def configuration_of(call: Call, model: MLOpsModel) -> tuple[dict[str, Any], list[str]]:
    """The configuration that the line asks for, and what was chosen for it.

    Raises:
        InputError: a column is not in the training, or no training is known.
    """
    given = call.arguments
    number = _training(call, model)
    known = _columns(call, model.group, number)
    inputs = _chosen(given.inputs, known.get("InputCols", []), "inputs", given.date_col)
    outputs = _chosen(given.outputs, known.get("OutputCols", []), "outputs", None)
    train: dict[str, Any] = {"MLOpsTrainingExecution": str(number)}
    if given.date_col:
        train["TrainDateCol"] = given.date_col
    else:
        train["TrainDateRef"] = given.date or f"{datetime.now(UTC):%Y-%m-%d}"
    made: dict[str, Any] = {
        "Period": (given.period or "week").capitalize(),
        "TrainData": train,
        "InputCols": inputs,
        "OutputCols": outputs,
    }
    if given.thresholds:
        made["Thresholds"] = thresholds(given.thresholds, call.namespace)
    if given.webhook:
        made["Webhook"] = given.webhook
    told = (
        f"{model.name} by {made['Period'].lower()}, against the training run {number}: "
        f"{_listed(inputs)} in, {_listed(outputs)} out."
    )
    return made, [told]


def register(
    call: Call, model: MLOpsModel, configuration: dict[str, Any], script: str
) -> None:
    """Register, and wait until both functions were tried.

    Raises:
        ModelError: the monitoring is not valid; says why.
        KeyboardInterrupt: the cell was interrupted; the validation goes on.
    """
    given = call.arguments
    model.register_monitoring(
        preprocess_reference=given.parse,
        shap_reference=given.shap,
        configuration_file=configuration,
        preprocess_file=("monitor.py", script.encode()),
        requirements_file=requirements_of(call),
        wait_complete=False,
    )
    show(note("Registered. Now both functions are tried on real records."))
    follow_validation(call, model, configuration["Period"])


def follow_validation(call: Call, model: MLOpsModel, period: str) -> None:
    """Watch a monitoring's validation to its end.

    Raises:
        ModelError: the monitoring is not valid; says why.
        KeyboardInterrupt: the cell was interrupted; the validation goes on.
    """
    try:
        run = model.validation(period)
        if run is not None:
            # Why it failed is told below, as what it means for the monitoring.
            with suppress(ExecutionError):
                watch(call.shell, run)
        model.wait_monitoring(period)
    except KeyboardInterrupt:
        stop = KeyboardInterrupt()
        block = note(
            "No longer waiting; the validation goes on.",
            f"%codex monitor {quoted(model.name)} shows where it stands",
        )
        show_as(stop, block.text)
        raise stop from None


def run_periods(call: Call, model: MLOpsModel, what: str) -> None:
    """Start the runs that the line asks for, and wait for them one after the other.

    Raises:
        ExecutionError: one of them failed.
        InputError: a period cannot be read.
    """
    given = call.arguments
    first = last = None
    if what == "recompute":
        first = given.recompute
    elif what == "backfill":
        first, colon, last = given.backfill.partition(":")
        if not (first and colon and last):
            raise InputError(
                f"--backfill takes two periods, not {given.backfill[:40]}.",
                hint="Write --backfill 2026-W10:2026-W14",
            )
    runs = model.run_monitoring(given.period, first=first, last=last)
    try:
        for run in runs:
            # A panel for each of fifty periods would fill the notebook.
            if len(runs) > _MOST_PANELS:
                run.wait_ready()
            else:
                watch(call.shell, run)
            show(note(run.message or f"{run.label}: {run.status}"))
    except KeyboardInterrupt:
        stop = KeyboardInterrupt()
        show_as(stop, note("No longer waiting; the runs go on.").text)
        raise stop from None


def told(model: MLOpsModel, period: str | None) -> dict[str, Any]:
    """What the platform tells of a model's monitoring.

    Raises:
        InputError: it has none, or several.
    """
    if not (rows := model.monitorings()):
        raise InputError(
            f"{model.name} is not monitored.",
            hint=f"%%codex monitor {model.name} --training EXPERIMENT:RUN above a cell "
            "with parse() and get_shap()",
        )
    if period is None and len(rows) > 1:
        # The one that was registered last, as a rule the one that is meant.
        period = str(rows[0]["Period"])
    return model.monitoring_results(period)


def _training(call: Call, model: MLOpsModel) -> int:
    given = call.arguments.training
    if given is None:
        found = model.model_info().get("TrainingExecution")
        if found is None:
            raise InputError(
                f"{model.name} was not promoted from a training, so which run is it "
                "compared with?",
                hint="Add --training EXPERIMENT:RUN, such as --training churn:3",
            )
        return int(found)
    number = number_in(given)
    if number is None:
        raise InputError(
            f"--training names a run, such as churn:3, not {given[:40]}.",
            hint="%codex runs lists the experiments and their runs.",
        )
    return number


def _columns(call: Call, group: str, number: int) -> dict[str, list[str]]:
    try:
        return call.session.client().training_columns(group, number)
    except (UnexpectedError, ModelError) as error:
        if isinstance(error, ModelError) and error.kind is not None:
            raise
        # A platform that does not know the question: the line must name them.
        return {}


def _chosen(
    given: str | None, known: list[str], what: str, date: str | None
) -> list[str]:
    if given is None:
        if not known:
            raise InputError(
                f"Which {what}? This platform does not tell the training's columns.",
                hint=f"Add --{what} A,B",
            )
        return [name for name in known if name != date]
    names = [name.strip() for name in given.split(",") if name.strip()]
    for name in names:
        if known and name not in known:
            found = near(name, known, 1)
            raise InputError(
                f"The training has no column {name[:60]} among its {what}.",
                hint=f"Did you mean {found[0]}?"
                if found
                else f"It has {', '.join(known[:_SHOWN])}.",
            )
    return names


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
