"""What the platform itself brings to AutoML runs and to the models made of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import UploadFile

from codex_jupyter.server import automl
from codex_jupyter.server.jsontext import read_json
from codex_jupyter.server.platform import Platform
from codex_jupyter.server.problems import bad_input, wrong_state
from codex_jupyter.server.store import FileRow

SUPPLIED = "supplied"
"""The role of the scripts beside the one that is run."""


def supply(
    platform: Platform, part: UploadFile
) -> tuple[dict[str, Any], list[FileRow]]:
    """The details and the files that a configuration leads to.

    Raises:
        Problem: 400, the configuration cannot be used.
    """
    part.file.seek(0)
    raw = part.file.read()
    part.file.seek(0)
    try:
        configuration = automl.check_configuration(raw)
        minors = {one.minor for one in platform.interpreters()}
        minor = automl.choose_python(minors)
    except ValueError as error:
        raise bad_input(str(error)) from None
    made = automl.trainer(configuration)
    files = [
        _kept(platform, _role(name, made.script), name, text)
        for name, text in made.files.items()
    ]
    files.append(
        _kept(platform, "requirements", "requirements.txt", automl.requirements(minor))
    )
    details = {
        "reference": made.reference,
        "python": f"Python3{minor}",
        "file_type": configuration["train_data"]["file_type"],
    }
    return details, files


def scoring(platform: Platform, operation: str) -> tuple[str, list[FileRow]]:
    """The function of a model that AutoML made, and the scripts that it needs."""
    made = automl.scorer(operation)
    return made.reference, [
        _kept(platform, _role(name, made.script, "extra"), name, text)
        for name, text in made.files.items()
    ]


def sample(operation: str, details: dict[str, Any], own: Sequence[FileRow]) -> FileRow:
    """The sample that the run itself made for a model of that operation.

    Raises:
        Problem: 409, it made none.
    """
    name = automl.SCHEMAS[(operation, details["file_type"])]
    for file in own:
        if file.name == name:
            return FileRow("schema", file.name, file.blob, file.size)
    raise wrong_state(f"The run left no {name}. Send a schema with the promotion.")


def leaderboard(platform: Platform, own: Sequence[FileRow]) -> Any:
    """The pipelines that the run tried; None where it left no such list."""
    for file in own:
        if file.name == automl.LEADERBOARD:
            return read_json(platform.artifacts.get(file.blob))
    return None


def _role(name: str, script: str, other: str = SUPPLIED) -> str:
    return "source" if name == script else other


def _kept(platform: Platform, role: str, name: str, text: str) -> FileRow:
    blob, size = platform.artifacts.put(io.BytesIO(text.encode()))
    return FileRow(role, name, blob, size)
