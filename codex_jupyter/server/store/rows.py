"""Rows of the store as frozen objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from codex_jupyter.protocol.states import LogType, ModelState, Routine


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group; its token is known only by its SHA-256."""

    name: str
    description: str
    token: str
    token_expires: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One uploaded file of a model, by the content hash that keeps it."""

    role: str
    name: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model: what was uploaded, and where its deployment stands."""

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


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of a model's log; `id` is None until it is stored."""

    subject: str
    at: datetime
    type: LogType
    routine: Routine
    text: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """Work that was accepted and must be finished, whatever happens between."""

    id: int
    kind: str
    subject: str
    attempts: int
