"""The second generation of training routes: a run that gets its files one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from codex_jupyter.protocol import training_v2_routes as v2
from codex_jupyter.server.clock import now
from codex_jupyter.server.forms import Form, read_form, read_object
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found, wrong_state
from codex_jupyter.server.routing import Call, Handler
from codex_jupyter.server.store import (
    ExecutionRow,
    ExperimentRow,
    FileRow,
    execution_owner,
)

from . import automl
from .executions import execution_status, numbered
from .promote import promoted
from .training_runs import KIND, start
from .training_upload import (
    NEEDED,
    dataset_file,
    described,
    keep_part,
    reference_of,
    train_data,
)
from .trainings import add_experiment, experiment_data, find_experiment
from .upload import check_python, python_of

_TABLES = ("features", "target", "output")
# The field of the file, where its role has another name.
_ROLES = {"script": "source"}


async def find_run(call: Call) -> tuple[ExperimentRow, ExecutionRow]:
    """The run that the path names, and its experiment.

    Raises:
        Problem: 404.
    """
    store, text = call.platform.store, call.param("execution")
    number, run = numbered(text), None
    if number is not None:
        run = await asyncio.to_thread(store.executions.get, number, None, KIND)
    if run is not None:
        experiment = await asyncio.to_thread(store.experiments.get, run.subject)
        if experiment is not None:
            return experiment, run
    raise not_found(f"There is no training execution '{text[:20]}'.")


async def list_all(call: Call) -> JSONResponse:
    """The experiments, as a bare list."""
    experiments = call.platform.store.experiments
    rows = await asyncio.to_thread(experiments.search)
    runs = await asyncio.to_thread(experiments.runs, rows)
    return JSONResponse([experiment_data(row, runs[row.hash]) for row in rows])


async def describe(call: Call) -> JSONResponse:
    """One experiment."""
    row = await find_experiment(call)
    runs = await asyncio.to_thread(call.platform.store.experiments.runs, [row])
    return JSONResponse(experiment_data(row, runs[row.hash]))


async def create(call: Call) -> JSONResponse:
    """Create an experiment."""
    given = await _json(call)
    row = await add_experiment(call, given.get("Name", ""), given.get("Type", ""))
    return JSONResponse(
        {"Message": f"Training '{row.hash}' created", "TrainingHash": row.hash}, 201
    )


async def register(call: Call) -> JSONResponse:
    """Register a run, without its files."""
    experiment, given = await find_experiment(call), await _json(call)
    texts = {
        "run_name": given.get("RunName", ""),
        "description": given.get("Description", ""),
        "training_type": given.get("TrainingType", ""),
    }
    details = described(texts, experiment, call.user, parts_follow=True)
    number = await asyncio.to_thread(_register, call.platform, experiment, details)
    return JSONResponse(
        {"Message": f"Training Execution '{number}' created", "ExecutionId": number},
        201,
    )


def _register(
    platform: Platform,
    experiment: ExperimentRow,
    details: dict[str, Any],
    **more: Any,
) -> int:
    return platform.store.executions.register(
        KIND, experiment.hash, experiment.group, now(), details, **more
    )


def part(role: str) -> Handler:
    """The handler that takes one file of a run.

    Args:
        role: the field that holds it.
    """

    async def take(call: Call) -> JSONResponse:
        platform = call.platform
        experiment, run = await find_run(call)
        form = await read_form(call.request, platform.limits.upload_bytes)
        dataset = await asyncio.to_thread(_take, platform, experiment, run, form, role)
        answer = {"Message": _MESSAGES[role].format(run.id)}
        if dataset is not None:
            answer["DatasetHash"] = dataset
        return JSONResponse(answer, 201)

    return take


_MESSAGES = {
    **{
        role: f"{role.title()} for execution was created from file!"
        for role in ("input", *_TABLES)
    },
    **{
        role: f"{role.title()} for execution {{}} was created from file!"
        for role in ("metrics", "parameters", "model")
    },
    "requirements": "Requirements file inserted for execution '{}'",
    "script": "Script file inserted for execution '{}'",
    "extra": "Extra file inserted for execution '{}'",
    "env": "Env file inserted for execution '{}'",
    "conf_dict": "Conf dict for execution {} was created from file!",
}


def _take(
    platform: Platform,
    experiment: ExperimentRow,
    run: ExecutionRow,
    form: Form,
    role: str,
) -> str | None:
    """Keep one file; the hash of the dataset that it is, or None."""
    details: dict[str, Any] = {}
    if role == "input":
        return _take_input(platform, experiment, run, form)
    dataset = form.texts.get("dataset_hash") if role in _TABLES else None
    owner, kept_as = execution_owner(run.id), _ROLES.get(role, role)
    if dataset:
        file = dataset_file(platform, experiment, role, dataset)
    elif form.files.get(role):
        taken = {
            other.name.casefold(): other.role
            for other in platform.store.files.of(owner)
            if other.role not in (kept_as, "env") or role == "extra"
        }
        file = keep_part(platform, kept_as, form.files[role][0], taken)
    else:
        raise bad_input(f"Missing files: {role}.")
    if role == "script":
        reference, python = form.need("training_reference", "python_version")
        details = {"reference": reference_of(reference), "python": python_of(python)}
        check_python(platform, details["python"])
    if role == "model":
        details["deployable"] = True
    added = [file]
    if role == "conf_dict":
        details, supplied = automl.supply(platform, form.files[role][0])
        added += supplied
    _amend(platform, run, details)
    platform.store.files.put(owner, added, replace=role != "extra")
    return dataset


def _take_input(
    platform: Platform, experiment: ExperimentRow, run: ExecutionRow, form: Form
) -> str | None:
    if not form.files.get("input") and not form.texts.get("dataset_hash"):
        raise bad_input("Missing files: input.")
    given, dataset = train_data(platform, experiment, form, "input")
    _amend(
        platform,
        run,
        {},
        dataset=dataset,
        input_name=given.name,
        input_blob=given.blob,
        input_size=given.size,
        input_dataset=given.dataset,
        input_rows=given.rows,
    )
    return given.dataset


def _amend(
    platform: Platform, run: ExecutionRow, details: dict[str, Any], **values: Any
) -> None:
    """Change a run that was not started.

    Raises:
        Problem: 409, it was.
    """
    if platform.store.executions.amend(run.id, details, **values) is None:
        raise wrong_state(
            f"The run {run.id} was started, so it cannot be changed. Copy it instead."
        )


async def set_python(call: Call) -> JSONResponse:
    """The Python that an External run's model was trained on."""
    experiment, run = await find_run(call)
    python = python_of(str((await _json(call)).get("PythonVersion", "")))
    await asyncio.to_thread(_amend, call.platform, run, {"python": python})
    text = (
        f"Python version patched for training with hash '{experiment.hash}' and id "
        f"'{run.id}'"
    )
    return JSONResponse({"Message": text}, 201)


async def begin(call: Call) -> JSONResponse:
    """Start a run that has all its files."""
    _, run = await find_run(call)
    files = await asyncio.to_thread(
        call.platform.store.files.of, execution_owner(run.id)
    )
    kind = run.details["training_type"]
    there = {file.role for file in files}
    missing = [role for role in NEEDED.get(kind, ()) if role not in there]
    if kind != "External" and run.input_blob is None:
        missing.insert(0, "input")
    if missing or (kind == "External" and not there):
        raise bad_input(f"Missing files: {', '.join(missing) or 'all of them'}.")
    await start(call.platform, run)
    text = f"Use its execution id {run.id} to check the status."
    return JSONResponse({"Message": f"Training execution started. {text}"}, 202)


async def status(call: Call) -> JSONResponse:
    """The run's state, with the reason when it failed."""
    return execution_status((await find_run(call))[1])


async def promote(call: Call) -> JSONResponse:
    """Make a model of a run."""
    experiment, run = await find_run(call)
    form = await read_form(call.request, call.platform.limits.upload_bytes)
    model = await promoted(call.platform, experiment, run, form, call.user)
    return JSONResponse(
        {
            "Message": f"Model '{model.name}' promoted from {experiment.hash}",
            "ModelHash": model.hash,
        },
        201,
    )


async def copy(call: Call) -> JSONResponse:
    """A run that can be changed and started, with the files of another."""
    experiment, run = await find_run(call)
    number = await asyncio.to_thread(_copied, call.platform, experiment, run)
    answer = {
        "TrainingHash": experiment.hash,
        "ExecutionId": number,
        "Message": f"Training Execution '{number}' created",
    }
    # Clients take 201 for one type and 200 for the others.
    is_custom = run.details["training_type"] == "Custom"
    return JSONResponse(answer, v2.V2_COPY.ok if is_custom else 200)


def _copied(platform: Platform, experiment: ExperimentRow, run: ExecutionRow) -> int:
    files = platform.store.files.of(execution_owner(run.id))
    external = run.details["training_type"] == "External"
    made = {"x_train", "y_train", "model_output", "made"}
    if not external:
        # A Custom run's model is what it made.
        made |= {"model"}
    sent: list[FileRow] = [file for file in files if file.role not in made]
    details = {k: v for k, v in run.details.items() if k != "run_data"}
    number = _register(platform, experiment, details, files=sent)
    platform.store.executions.amend(
        number,
        {},
        input_name=run.input_name,
        input_blob=run.input_blob,
        input_size=run.input_size,
        input_dataset=run.input_dataset,
        input_rows=run.input_rows,
    )
    return number


async def _json(call: Call) -> Mapping[str, Any]:
    given = await read_object(call.request, call.platform.limits.row_bytes)
    return {key: value for key, value in given.items() if isinstance(value, str)}
