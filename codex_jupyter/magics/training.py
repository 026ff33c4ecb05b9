"""What a line of ``%codex train`` sends, by the type of the training."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.client import payload
from codex_jupyter.errors import InputError

from . import pickled, requirements
from .bundle import MODEL_FILE, gather_extras
from .command import Call
from .function import TAKES, Entry, body_of, whole
from .requirements import Requirements
from .values import existing_file, file_or_object, input_value, json_of

if TYPE_CHECKING:
    from codex_jupyter.client.operation import Part

# Enough to see that the function works; the training takes all of them.
_MOST_ROWS = 10_000
# The platform keeps models by the one, and reads frames by the other two.
_NEEDED = ("cloudpickle", "pandas", "pyarrow")
_TABLES = {"features": "X_train", "target": "y_train", "predictions": "model_outputs"}


def kind_of(call: Call) -> str:
    """The type of the training: as typed, else by what was given.

    Raises:
        InputError: what was given does not fit together.
    """
    given = call.arguments
    outside = [name for name in (*_TABLES, "model") if getattr(given, name)]
    if given.type is not None:
        return {"custom": "Custom", "automl": "AutoML", "external": "External"}[
            str(given.type)
        ]
    if given.automl:
        return "AutoML"
    if call.cell is not None or given.source:
        return "Custom"
    if outside:
        return "External"
    raise InputError(
        "Nothing to train was named.",
        hint="Start a cell that defines train_model(df, base_path) with %%codex train, "
        "add --automl CONFIG, or --features X --model M for a model trained here.",
    )


def custom(call: Call, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The arguments of a Custom run, and what to say before it is sent.

    Args:
        folder: where files are gathered.

    Raises:
        InputError: something is missing or cannot be sent.
    """
    given = call.arguments
    entry = Entry(given.reference, f"def train_model({TAKES['training', '']})")
    script = whole(call, body_of(call, entry))
    extras = gather_extras(given.extra, folder)
    pins = _pins(given.requirements, script.text, extras)
    told = [pins.listed(given.requirements), *pins.notices, *script.told]
    return {
        "train_data": _data(call),
        "training_reference": given.reference,
        "source_file": ("app.py", script.text.encode()),
        "requirements_file": ("requirements.txt", pins.text.encode()),
        "extra_files": extras or None,
        "env": existing_file(given.env.removeprefix("@")) if given.env else None,
    }, told


def smaller(data: Any) -> tuple[Any, list[str]]:
    """The data that a check trains on, of many rows some; and what to say of that."""
    if not payload.is_frame(data) or len(data) <= _MOST_ROWS:
        return data, []
    told = f"Tried on {_MOST_ROWS:,} of the {len(data):,} rows, taken by chance."
    return data.sample(n=_MOST_ROWS, random_state=0), [told]


def parts(sent: dict[str, Any], python: str) -> Sequence[Part]:
    """The files of a Custom run, as they are uploaded; without the ``.env`` file.

    Raises:
        InputError: something is missing, or two files clash.
    """
    from codex_jupyter.client.training_upload import Run, run_call

    run = Run("check", "Custom", python_version=python, **{**sent, "env": None})
    return run_call({}, run).files


def automl(call: Call, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The arguments of an AutoML run, and what to say before it is sent.

    Raises:
        InputError: the configuration is no dict, or there is no data.
    """
    given = call.arguments
    if not given.automl:
        raise InputError(
            "The search has no configuration.", hint="Add --automl FILE or a dict."
        )
    value = _values(call, given.automl, "--automl")
    return {
        "train_data": _data(call),
        "conf_dict": value,
        "extra_files": gather_extras(given.extra, folder) or None,
    }, []


def external(call: Call, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The arguments of a run that was trained here, and what to say of it.

    Raises:
        InputError: a variable or a file is not there.
    """
    given = call.arguments
    sent: dict[str, Any] = {
        keyword: input_value(text, call.namespace)
        for name, keyword in _TABLES.items()
        if (text := getattr(given, name))
    }
    told: list[str] = []
    pins: Requirements | None = None
    if given.model:
        model = file_or_object(given.model, call.namespace)
        if not isinstance(model, Path):
            path = folder / MODEL_FILE
            pickled.dump(given.model, model, path)
            model = path
        sent["model_file"] = model
        if model.suffix in (".pkl", ".pickle"):
            modules = pickled.modules(model)
            pins = _pins(given.requirements, "", [], modules)
    if given.requirements and pins is None:
        pins = _pins(given.requirements, "", [])
    if pins is not None:
        sent["requirements_file"] = ("requirements.txt", pins.text.encode())
        told.append(f"Requirements: {', '.join(pins.pins)}")
    for name, keyword in (("metrics", "model_metrics"), ("parameters", "model_params")):
        if text := getattr(given, name):
            sent[keyword] = _values(call, text, f"--{name}")
    sent["extra_files"] = gather_extras(given.extra, folder) or None
    return sent, told


def _data(call: Call) -> Any:
    if not call.arguments.data:
        raise InputError(
            "The training has no data.",
            hint="Add --data df: a DataFrame, a csv, parquet or JSON file, or a "
            "dataset's hash.",
        )
    return input_value(call.arguments.data, call.namespace)


def _values(call: Call, text: str, option: str) -> dict[str, Any]:
    value = file_or_object(text, call.namespace)
    if isinstance(value, Path):
        value = json_of(value)
    if not isinstance(value, dict) or not value:
        what = "is empty" if value in ({}, None) else f"is a {type(value).__name__}"
        raise InputError(f"{option} {what}; a dict, or a JSON file of one, is wanted.")
    return value


def _pins(
    text: str | None, script: str, extras: list[Path], modules: set[str] | None = None
) -> Requirements:
    def found() -> Requirements:
        here = {name for name in _NEEDED if find_spec(name) is not None}
        return requirements.detect(script, here | (modules or set()), extras)

    return requirements.choose(text, found)
