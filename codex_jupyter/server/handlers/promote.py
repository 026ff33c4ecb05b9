"""Promotion: a model made of a run that has succeeded."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.states import ExecutionState, ModelState
from codex_jupyter.server.clock import now
from codex_jupyter.server.executing.training import MADE
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.inputs import kind_of_head
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, wrong_state
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    ExecutionRow,
    ExperimentRow,
    FileRow,
    ModelRow,
    execution_owner,
    new_hash,
)

from . import automl
from .training_runs import find_run
from .training_upload import reference_of
from .upload import add, need_files, operation_of, python_of

_SENT = ("source", "schema")
_OWN = ("model", MADE, "extra")
"""What a model gets of its run, besides the requirements."""


async def promote(call: Call) -> JSONResponse:
    """Make the model; it is deployed as any other one is."""
    experiment, run = await find_run(call)
    form = await read_form(call.request, call.platform.limits.upload_bytes)
    model = await promoted(call.platform, experiment, run, form, call.user)
    return JSONResponse(
        {
            "ModelHash": model.hash,
            "Message": f"Model '{model.name}' promoted from {experiment.hash}",
        },
        201,
    )


async def promoted(
    platform: Platform,
    experiment: ExperimentRow,
    run: ExecutionRow,
    form: Form,
    user: str,
) -> ModelRow:
    """A new model with the run's own files and those that were sent.

    Raises:
        Problem: 409, the run has not succeeded or left no model; 400, what was sent
            cannot be used.
    """
    if run.state is not ExecutionState.SUCCEEDED:
        raise wrong_state(
            f"The run {run.id} is {run.state.value}; only one that has succeeded can "
            "be promoted."
        )
    owner = execution_owner(run.id)
    own = await asyncio.to_thread(platform.store.files.of, owner)
    if not any(file.role == "model" for file in own):
        raise wrong_state(
            f"The run {run.id} holds no model file, so nothing can be promoted. Upload "
            "the run again with its model."
        )
    is_automl = run.details["training_type"] == "AutoML"
    supplied: list[FileRow] = []
    reference = None
    if is_automl and "source" not in form.files:
        operation = operation_of(form.need("operation")[0])
        reference, supplied = await asyncio.to_thread(
            automl.scoring, platform, operation
        )
        if "schema" not in form.files:
            supplied.append(automl.sample(operation, run.details, own))
            form.texts["input_type"] = run.details["file_type"]
    row = _described(experiment, run, form, user, reference)
    # What was sent takes the place of the run's own.
    wanted = (*_OWN, *(() if "requirements" in form.files else ("requirements",)))
    # What the run wrote anew comes before what was uploaded under that name.
    own.sort(key=lambda file: file.role != MADE)
    named = {
        f.name.casefold(): _as_models(f) for f in reversed(own) if f.role in wanted
    }
    kept = list(named.values())
    if supplied:
        # The list of pipelines and the samples are no part of the model.
        kept = [file for file in kept if file.role != "extra"] + supplied
    if not any(file.role == "requirements" for file in kept):
        need_files(form, ("requirements",))
    await asyncio.to_thread(add, platform, form, row, kept)
    return row


def _as_models(file: FileRow) -> FileRow:
    role = "extra" if file.role == MADE else file.role
    return FileRow(role, file.name, file.blob, file.size)


def _described(
    experiment: ExperimentRow,
    run: ExecutionRow,
    form: Form,
    user: str,
    supplied: str | None,
) -> ModelRow:
    """The model's row.

    Args:
        supplied: the function of the platform's own scorer, None where one was sent.
    """
    name, operation = form.need("name", "operation")
    if problem := names.model_problem(name):
        raise bad_input(problem)
    operation = operation_of(operation)
    if supplied is None:
        need_files(form, _SENT)
    reference = supplied or reference_of(form.need("model_reference")[0])
    python = form.texts.get("python_version") or run.details.get("python")
    if not python:
        raise bad_input("Missing in the form: python_version.")
    return ModelRow(
        hash=new_hash("M"),
        group=experiment.group,
        name=name,
        operation=operation,
        reference=reference,
        input_type="json" if operation == "Sync" else _input_type(form),
        python=python_of(python),
        creator=user,
        uploaded_at=now(),
        status=ModelState.READY,
        message=None,
        changed_at=now(),
        stages=[],
        environment=None,
        answer=None,
        details=_origin(experiment, run),
    )


def _input_type(form: Form) -> str:
    """What an asynchronous model reads, by its sample: clients always say json."""
    if "schema" not in form.files:
        return form.texts["input_type"]
    part = form.files["schema"][0]
    suffix = (part.filename or "").lower().rpartition(".")[2]
    if suffix in ("csv", "parquet", "json"):
        return suffix
    head = part.file.read(4096)
    part.file.seek(0)
    return kind_of_head(head)


def _origin(experiment: ExperimentRow, run: ExecutionRow) -> dict[str, Any]:
    return {
        "TrainingHash": experiment.hash,
        "TrainingExecution": run.id,
        "RunName": run.details["run_name"],
        "ExperimentName": experiment.name,
        "Origin": "Training",
    }
