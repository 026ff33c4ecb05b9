"""Rows of the store as frozen objects."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from codex_jupyter.protocol.names import file_name
from codex_jupyter.protocol.states import (
    ExecutionState,
    LogType,
    ModelState,
    Routine,
)


class DeployKind(StrEnum):
    """What a deployment serves."""

    MODEL = "model"
    SCRIPT = "script"


class ExecutionKind(StrEnum):
    """What an execution runs."""

    MODEL = "model"
    SCRIPT = "script"
    TRAINING = "training"
    MONITORING = "monitoring"


def new_hash(letter: str) -> str:
    """A new name for a model (M), script (S), training (T), dataset (D) and so on."""
    return f"{letter}{secrets.token_hex(32)[:63]}"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group; its token is known only by its SHA-256."""

    name: str
    description: str
    token: str
    token_expires: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """One uploaded file, by the content hash that keeps it.

    Args:
        role: the field it was sent as: ``source``, ``model``, ``requirements``, …
        name: its own; of a script's sample or input, the name of the table.
        dataset: the hash of the dataset that it is, or None.
    """

    role: str
    name: str
    blob: str
    size: int
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What is deployed: a model or a script, and where its deployment stands.

    Args:
        kind: a `DeployKind`.
        details: JSON values that only some have, such as a promoted model's origin.
    """

    hash: str
    group: str
    name: str
    operation: str
    reference: str
    input_type: str
    python: str
    creator: str
    uploaded_at: datetime
    status: ModelState
    message: str | None
    changed_at: datetime
    stages: list[dict[str, Any]]
    environment: str | None
    answer: str | None
    kind: DeployKind = DeployKind.MODEL
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Build:
    """A deployment that came to its end, as another one is likened to it.

    Args:
        environment: the path of the Python that it got.
        is_same: whether its requirements are the same.
    """

    stages: list[dict[str, Any]]
    environment: str | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """A training experiment: what its runs have in common.

    Args:
        type: ``Classification``, ``Regression`` or ``Unsupervised``.
    """

    hash: str
    group: str
    name: str
    type: str
    creator: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of a model's log; `id` is None until it is stored.

    Args:
        execution: the execution that it tells of, None for none.
    """

    subject: str
    at: datetime
    type: LogType
    routine: Routine
    text: str
    id: int | None = None
    execution: int | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """Work that was accepted and must be finished, whatever happens between."""

    id: int
    kind: str
    subject: str
    attempts: int
    group: str | None = None
    """Whose turn it takes; None where no turns are taken."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """The one file that goes into an execution.

    Args:
        dataset: the hash of the dataset that it is, or None.
        rows: None where they are not counted yet.
    """

    name: str
    blob: str
    size: int
    dataset: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class ExecutionRow:
    """One run: of an asynchronous model, a script, a training or a monitoring.

    The input and the result of a model's are its production record: `input_blob` and
    `result_blob` are kept for good, whatever becomes of model and datasets.

    Args:
        kind: an `ExecutionKind`.
        subject: the hash of what runs.
        input_name: the one file that goes in; None for runs that take none or several.
        input_rows: None while, or when, they cannot be counted.
        result_blob: the zip that holds the returned file as `output_name`; of a script
            the file itself.
        details: JSON values that only some kinds have.
    """

    id: int
    kind: ExecutionKind
    subject: str
    group: str
    state: ExecutionState
    message: str | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    input_name: str | None
    input_blob: str | None
    input_size: int | None
    input_dataset: str | None
    input_rows: int | None
    output_name: str | None
    output_size: int | None
    output_dataset: str | None
    result_blob: str | None
    result_size: int | None
    details: dict[str, Any]

    @property
    def seconds(self) -> float | None:
        """How long it ran; None until it is over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A file that can be listed, fetched and used as an input by its hash.

    Args:
        origin: ``Model``, ``Training``, ``Preprocessing`` or ``Datasource``.
        origin_id: the hash of the model, or whatever made it; a datasource's name.
        status: an `ExecutionState`; others than Succeeded while it is imported.
        log: why it failed, else "".
        blob: "" until the file is here.
        member: the file within the blob where that is a zip.
        size: bytes of the file itself.
        format: csv, json, jsonl or parquet where its content told.
        uri: where a datasource's dataset was copied from.
    """

    hash: str
    group: str
    name: str
    origin: str
    origin_id: str
    execution: int | None
    status: str
    log: str
    blob: str
    member: str | None
    size: int
    created_at: datetime
    format: str | None = None
    uri: str | None = None

    @property
    def file_name(self) -> str:
        """What its file is called: its name, with its format as the suffix."""
        name = file_name(self.name, "dataset")
        has_suffix = self.format is None or name.lower().endswith(f".{self.format}")
        return name if has_suffix else f"{name}.{self.format}"


@dataclass(frozen=True, slots=True)
class DatasourceRow:
    """Where files can be imported from.

    Args:
        provider: ``GCP``, ``AWS``, ``Azure`` or ``Local``.
        credentials: encrypted; JSON of what `protocol.credentials` calls canonical.
    """

    group: str
    name: str
    provider: str
    credentials: bytes = field(repr=False)
    registered_at: datetime
