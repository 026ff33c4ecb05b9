"""What a model's upload consists of, checked before anything is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names, routes

from .files import (
    File,
    check_distinct,
    env_part,
    extra_parts,
    input_type_of,
    part,
    schema_part,
)
from .operation import Call

OPERATIONS = ("Sync", "Async")
INPUT_TYPES = ("json", "csv", "parquet")


def running_python() -> str:
    """The version of this Python: what is pickled here loads best in the same."""
    return f"3.{sys.version_info.minor}"


def upload_call(
    *,
    name: str,
    reference: str,
    source: File,
    model: File,
    requirements: File,
    schema: Any,
    group: str,
    operation: str,
    input_type: str | None,
    extra: File | Iterable[File] | None,
    env: File | Mapping[str, str] | None,
    python_version: str | None,
) -> Call:
    """The upload of a model.

    Raises:
        InputError: something is missing, not allowed, or two files clash.
    """
    problem = (
        names.model_problem(name)
        or names.group_problem(group)
        or names.reference_problem(reference)
    )
    if problem:
        raise InputError(problem)
    kind = operation.capitalize()
    if kind not in OPERATIONS:
        raise InputError(f"operation is '{operation[:40]}'; it is Sync or Async.")
    try:
        python = names.python_field(python_version or running_python())
    except ValueError as error:
        raise InputError(f"{error}.") from None
    sample = schema_part(schema)
    parts = [
        part("source", source, "source file"),
        part("model", model, "model file"),
        part("requirements", requirements, "requirements file"),
        sample,
        *([env_part(env)] if env is not None else []),
        *extra_parts(extra),
    ]
    check_distinct(parts)
    chosen = input_type or ("json" if kind == "Sync" else input_type_of(sample))
    if chosen not in INPUT_TYPES or (kind == "Sync" and chosen != "json"):
        raise InputError(
            f"input_type is '{chosen[:40]}'; it is json for Sync, "
            "and json, csv or parquet for Async."
        )
    return Call(
        routes.MODEL_UPLOAD,
        {"group": group},
        fields={
            "name": name,
            "model_reference": reference,
            "operation": kind,
            "input_type": chosen,
            "python_version": python,
        },
        files=tuple(parts),
        # A model file may be large, and the platform reads it before it answers.
        timeout=600.0,
    )
