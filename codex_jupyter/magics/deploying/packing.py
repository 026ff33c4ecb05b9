"""From the arguments of a deployment to the files that are uploaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from codex_jupyter.client.files import variables_of
from codex_jupyter.errors import InputError
from codex_jupyter.magics import pickled, requirements
from codex_jupyter.magics.bundle import Bundle, gather_extras, put_model
from codex_jupyter.magics.command import Call
from codex_jupyter.magics.function import whole
from codex_jupyter.magics.preflight import try_file, try_once
from codex_jupyter.magics.sample import Sample, row_sample, table_sample
from codex_jupyter.magics.values import existing_file, file_or_object


def sample_of(call: Call) -> Sample:
    """The schema's sample.

    Raises:
        InputError: it is empty, or not of the kind that the operation takes.
    """
    given = call.arguments
    schema = file_or_object(given.schema, call.namespace)
    if given.operation == "async":
        return table_sample(schema, given.input)
    if given.input not in (None, "json"):
        raise InputError(
            "A sync model reads JSON.", hint=f"Add --operation async for {given.input}."
        )
    return row_sample(schema)


def bundle_of(call: Call, body: str, folder: Path) -> tuple[Bundle, list[str]]:
    """The files, and what the user should know of them before they leave.

    Raises:
        InputError: one of them does not fit.
    """
    given, names = call.arguments, call.namespace
    script = whole(call, body, given.model.strip("${}"))
    sample = sample_of(call)
    env = existing_file(given.env.removeprefix("@")) if given.env else None
    model = put_model(given.model, names, folder)
    extras = gather_extras(given.extra, folder)
    pins = requirements.choose(
        given.requirements,
        lambda: requirements.detect(script.text, pickled.modules(model), extras),
    )
    told = [*pins.notices, *script.told]
    return Bundle(folder, script.text, sample, model, extras, env, pins), told


def try_bundle(
    call: Call, bundle: Bundle, function: Callable[..., Any], **more: str
) -> Any:
    """Call the function once with the sample, as the platform will.

    Args:
        more: ``advice``, a line below the traceback of its error.

    Returns:
        What it returned; of an asynchronous function the beginning of its file.

    Raises:
        Exception: what the function raised, shown with the user's own frames only.
        InputError: what it returned cannot be an answer.
    """
    variables = variables_of(bundle.env) if bundle.env else {}
    told = {**variables, "modelFileName": bundle.model.name}
    folder, shell = bundle.folder, call.shell
    if call.arguments.operation == "async":
        return try_file(function, bundle.sample, folder, shell, told, **more)
    row = json.loads(bundle.sample.content)
    return try_once(function, row, folder, shell, told, **more)
