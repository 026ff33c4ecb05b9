"""Registering the files of a run; nothing of them is run before it is started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from codex_jupyter.protocol import names
from codex_jupyter.protocol.texts import plain_text
from codex_jupyter.server.clock import now
from codex_jupyter.server.external import figures_of
from codex_jupyter.server.forms import Form, read_form
from codex_jupyter.server.inputs import Found, examine, kind_of_head
from codex_jupyter.server.modelfiles import script_name
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, not_found
from codex_jupyter.server.routing import Call
from codex_jupyter.server.store import (
    DatasetRow,
    ExecutionKind,
    ExperimentRow,
    FileRow,
    InputFile,
    new_hash,
)

from . import automl
from .datasets import check_there, open_content
from .trainings import find_experiment
from .upload import check_python, check_source, claim, python_of, sealed

TYPES = ("Custom", "AutoML", "External")
DEFAULTS = {
    "source": "app.py",
    "requirements": "requirements.txt",
    "env": "env",
    "conf_dict": "conf.json",
    "features": "features.parquet",
    "target": "target.parquet",
    "output": "predictions.parquet",
    "model": "model.pkl",
    "parameters": "params.json",
    "metrics": "metrics.json",
    "extra": "extra",
}
_TAKEN = {
    "Custom": ("source", "requirements", "env", "extra"),
    "AutoML": ("conf_dict", "extra"),
    "External": (
        *("requirements", "features", "target", "output"),
        *("model", "parameters", "metrics", "extra"),
    ),
}
NEEDED = {"Custom": ("source", "requirements"), "AutoML": ("conf_dict",)}
PARTS = ("features", "target", "output", "model", "parameters", "metrics")
"""What a whole External run consists of."""
_HEAD = 1 << 16
_TABLES = ("features", "target", "output")
_FIGURES = ("parameters", "metrics")


@dataclass(slots=True)
class Run:
    """What was sent of a run, checked and kept."""

    details: dict[str, Any]
    files: list[FileRow] = field(default_factory=list)
    input: InputFile | None = None
    dataset: DatasetRow | None = None


async def upload(call: Call) -> JSONResponse:
    """Check everything that can be checked without running code, then keep it."""
    platform, experiment = call.platform, await find_experiment(call)
    form = await read_form(call.request, platform.limits.upload_bytes)
    details = described(form.texts, experiment, call.user)
    run = await asyncio.to_thread(_keep, platform, experiment, form, details)
    number = await asyncio.to_thread(
        lambda: platform.store.executions.register(
            ExecutionKind.TRAINING,
            experiment.hash,
            experiment.group,
            now(),
            run.details,
            input=run.input,
            dataset=run.dataset,
            files=run.files,
        )
    )
    # Some clients take the first digits of the answer for the number.
    answer: dict[str, Any] = {"ExecutionId": number, "Message": _message(run, number)}
    if run.input is not None:
        answer["DatasetHash"] = run.input.dataset
    return JSONResponse(answer, 201)


def described(
    texts: Mapping[str, str],
    experiment: ExperimentRow,
    user: str,
    *,
    parts_follow: bool = False,
) -> dict[str, Any]:
    """The details of a run, from the fields of a form.

    Args:
        parts_follow: its function and Python are sent later, with their files.

    Raises:
        Problem: 400, a field is missing or not allowed.
    """
    kinds = {name.lower(): name for name in TYPES}
    given = texts.get("training_type", "")
    kind = kinds.get(given.strip().lower())
    if kind is None:
        raise bad_input(f"The training type is {', '.join(TYPES)}, not '{given[:20]}'.")
    name = texts.get("run_name", "").strip()
    if problem := names.run_problem(name):
        raise bad_input(problem)
    details = {
        "run_name": name,
        "training_type": kind,
        "model_type": experiment.type,
        "description": texts.get("description", "")[:2000],
        "user": user,
    }
    if parts_follow:
        return details
    if kind == "Custom":
        if not texts.get("training_reference"):
            raise bad_input("Missing in the form: training_reference.")
        details["reference"] = reference_of(texts["training_reference"])
    if python := texts.get("python_version"):
        details["python"] = python_of(python)
    elif kind == "Custom":
        raise bad_input("Missing in the form: python_version.")
    return details


def reference_of(name: str) -> str:
    """The name of a training function.

    Raises:
        Problem: 400, it is none.
    """
    if problem := names.reference_problem(name):
        raise bad_input(problem)
    return name


def _keep(
    platform: Platform, experiment: ExperimentRow, form: Form, details: dict[str, Any]
) -> Run:
    kind = details["training_type"]
    run = Run(details)
    missing = [role for role in NEEDED.get(kind, ()) if not form.files.get(role)]
    has_data = form.files.get("train_data") or form.texts.get("dataset_hash")
    if kind != "External" and not has_data:
        missing.insert(0, "train_data")
    if missing:
        raise bad_input(f"Missing files: {', '.join(missing)}.")
    if "python" in details:
        check_python(platform, details["python"])
    taken: dict[str, str] = {}
    if kind != "External":
        run.input, run.dataset = train_data(platform, experiment, form)
        claim(taken, run.input.name, "train_data")
    if kind == "AutoML":
        more, run.files = automl.supply(platform, form.files["conf_dict"][0])
        details |= more
        for file in run.files:
            claim(taken, file.name, file.role)
    for role in _TAKEN[kind]:
        parts = form.files.get(role, [])
        for part in parts if role == "extra" else parts[:1]:
            run.files.append(keep_part(platform, role, part, taken))
    if kind == "External":
        sent = {file.role for file in run.files}
        if not sent & set(PARTS):
            raise bad_input(f"None of these files was sent: {', '.join(PARTS)}.")
        details["deployable"] = "model" in sent
    return run


def train_data(
    platform: Platform,
    experiment: ExperimentRow,
    form: Form,
    role: str = "train_data",
) -> tuple[InputFile, DatasetRow | None]:
    """The train data of a form, and the dataset that it becomes unless it is one.

    Raises:
        Problem: 400, it cannot be used; 404, there is no such dataset.
    """
    parts = form.files.get(role, [])
    if not parts:
        return from_dataset(platform, experiment, form.texts["dataset_hash"]), None
    found = _examined(platform, parts[0].file, parts[0].filename or "", role)
    blob, size = platform.artifacts.put(parts[0].file)
    dataset = DatasetRow(
        hash=new_hash("D"),
        group=experiment.group,
        name=found.name,
        origin="Training",
        origin_id=experiment.hash,
        execution=None,
        status="Succeeded",
        log="",
        blob=blob,
        member=None,
        size=size,
        created_at=now(),
    )
    return InputFile(found.name, blob, size, dataset.hash, found.rows), dataset


def dataset_file(
    platform: Platform, experiment: ExperimentRow, role: str, given: str
) -> FileRow:
    """A dataset in the place of one of a run's tables.

    Raises:
        Problem: 400, it is no hash or cannot be used; 404, there is no such dataset.
    """
    row = _dataset(platform, experiment, given)
    with open_content(platform, row) as file:
        blob, size = platform.artifacts.put(file)
    return FileRow(role, row.file_name, blob, size)


def from_dataset(
    platform: Platform, experiment: ExperimentRow, given: str
) -> InputFile:
    """A dataset in the place of the train data.

    Raises:
        Problem: 400, it is no hash or cannot be used; 404, there is no such dataset.
    """
    row = _dataset(platform, experiment, given)
    with platform.artifacts.open(row.blob) as file:
        found = _examined(platform, file, row.file_name, "dataset")
    return InputFile(found.name, row.blob, row.size, given, found.rows)


def _dataset(platform: Platform, experiment: ExperimentRow, given: str) -> DatasetRow:
    if not names.is_hash(given):
        raise bad_input(f"'{given[:80]}' is no dataset's hash.")
    row = platform.store.datasets.get(given, experiment.group)
    if row is None:
        raise not_found(f"There is no such dataset in the group '{experiment.group}'.")
    check_there(row)
    return row


def keep_part(
    platform: Platform, role: str, part: UploadFile, taken: dict[str, str]
) -> FileRow:
    """One file of a run, looked at and kept.

    Args:
        taken: the names so far, and whose they are.

    Raises:
        Problem: 400, it cannot be used, or its name is taken.
    """
    name = names.file_name(part.filename or "", DEFAULTS[role])
    content: BinaryIO = part.file
    if role == "env":
        content = sealed(platform, part)
    elif role not in (*_TABLES, *_FIGURES):
        # Those are read as data and never lie in a folder.
        claim(taken, name, role)
    if role == "source":
        check_source(part)
        claim(taken, script_name(name), role)
    elif role == "conf_dict" or role in _FIGURES:
        _check_figures(part, name)
    elif role in _TABLES:
        _examined(platform, part.file, name, role)
    blob, size = platform.artifacts.put(content)
    return FileRow(role, name, blob, size)


def _check_figures(part: UploadFile, name: str) -> None:
    raw = part.file.read()
    part.file.seek(0)
    try:
        values = figures_of(raw)
    except ValueError as error:
        reason = "it is empty" if not raw.strip() else str(error)
        raise bad_input(f"'{name}' cannot be used: {reason}.") from None
    if not values:
        raise bad_input(f"'{name}' is empty: a JSON object with values is wanted.")


def _examined(platform: Platform, file: BinaryIO, name: str, what: str) -> Found:
    try:
        found = examine(file, name, None, platform.limits.input_bytes)
    except ValueError as error:
        raise bad_input(f"The {what} cannot be used: {error}") from None
    head = file.read(_HEAD)
    file.seek(0)
    kind = "" if head.startswith(b"PK") else kind_of_head(head)
    if found.name.lower().endswith(".parquet") and kind in ("csv", "json"):
        raise bad_input(f"The {what} '{found.name}' is not a Parquet file.")
    if kind == "csv" and len(head) < _HEAD and _lines(head) < 2:
        raise bad_input(f"The {what} '{found.name}' has a heading and no rows.")
    return found


def _lines(head: bytes) -> int:
    return sum(bool(line.strip()) for line in plain_text(head).splitlines())


def _message(run: Run, number: int) -> str:
    sent = {file.role for file in run.files}
    if run.details["training_type"] == "External" and not set(PARTS) <= sent:
        return (
            "External training files have been partially uploaded, in order to use all "
            "features, please upload all training files! Use the id "
            f"'{number}' to execute the train experiment."
        )
    return (
        f"Training files have been uploaded! Use the id '{number}' to execute the "
        "train experiment."
    )
